//! The linter: rules as data, and the engine that holds a design against them.
//!
//! A rule says what it matches (nodes, flows, paths, cycles, the design), when it is violated, and what to say. The
//! engine knows which settings a condition compared, so that the place of a finding is never written by hand; a
//! condition that cannot be decided stays silent.

mod allow;
pub mod baseline;
mod bypass;
mod definitions;
mod engine;
pub mod examples;
mod find;
mod fix;
pub mod mend;
mod of_load;
mod of_promises;
mod over_flows;
mod pack;
mod places;
mod promised;
mod read;
pub mod rule;
mod scope;
mod surroundings;
mod template;
pub mod undecided;
mod ways;

use std::sync::OnceLock;

use crate::design::{Design, Lowered};
use crate::diagnostic::Diagnostic;
use crate::knowledge::Knowledge;
use crate::knowledge::embedded;
use crate::knowledge::pack::Level;
use crate::lint::rule::Rule;
use crate::source::{Node, Text};

/// The rules, in the order of their groups and ids. Read when first needed.
#[derive(Debug, Default)]
pub struct Rules {
    rules: OnceLock<Vec<Rule>>,
    /// What packs make of rules and groups of rules; later ones count more.
    levels: Vec<(String, Level)>,
}

impl Rules {
    /// The rules that are embedded in the binary. Cheap: none is read yet.
    #[must_use]
    pub fn embedded() -> Self {
        Self::default()
    }

    /// All rules.
    ///
    /// # Panics
    /// Where an embedded rule cannot be read, which the tests of the rules rule out.
    #[must_use]
    pub fn all(&self) -> &[Rule] {
        self.rules.get_or_init(embedded_rules)
    }

    /// The rule with this id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Rule> {
        self.all().iter().find(|rule| rule.id == id)
    }

    /// The severities that packs give to rules and groups of rules; later ones count more.
    #[must_use]
    pub fn levels(&self) -> &[(String, Level)] {
        &self.levels
    }
}

fn embedded_rules() -> Vec<Rule> {
    embedded::files("lints/")
        .map(|(path, bytes)| {
            let (rule, mistakes) = read::rule(&embedded::restore(bytes), group(path), None);
            assert!(mistakes.is_empty(), "the embedded rule {path} has mistakes: {mistakes:#?}");
            rule.expect("a rule without mistakes is whole")
        })
        .collect()
}

/// Reads a rule from its file and checks every name, type and unit in it against the cards; returns every mistake. The
/// rule is there if it is whole.
#[must_use]
pub fn read_rule(
    text: &Text,
    node: &Node,
    group: &str,
    knowledge: &Knowledge,
) -> (Option<Rule>, Vec<Diagnostic>) {
    read::rule(node, group, Some(read::Against { text, knowledge }))
}

/// What there is to say of a file. Both lists are in the order of the file.
#[derive(Debug, Clone, Default)]
pub struct Judgement {
    /// Its own mistakes and what the rules find, without what its authors allow.
    pub found: Vec<Diagnostic>,
    /// What its authors allow.
    pub allowed: Vec<Diagnostic>,
}

/// Everything there is to say of a file.
#[must_use]
pub fn judgement(lowered: &Lowered, knowledge: &Knowledge, rules: &Rules) -> Judgement {
    let mut found = lowered.diagnostics.clone();
    let mut allowed = Vec::new();
    if let Some(design) = &lowered.design {
        found.extend(check(design, knowledge, rules));
        (found, allowed) = allow::set_apart(found, design, rules);
    }
    for list in [&mut found, &mut allowed] {
        list.sort_by(|left, right| place_of(left).cmp(&place_of(right)));
    }
    Judgement { found, allowed }
}

/// What a file's own mistakes and the rules leave to say, without what its authors allow.
#[must_use]
pub fn judge(lowered: &Lowered, knowledge: &Knowledge, rules: &Rules) -> Vec<Diagnostic> {
    judgement(lowered, knowledge, rules).found
}

fn place_of(diagnostic: &Diagnostic) -> (u32, &str, u32) {
    (diagnostic.primary.span.start, &diagnostic.rule, diagnostic.primary.span.end)
}

/// What the rules find in a design, rule by rule.
#[must_use]
pub fn check(design: &Design, knowledge: &Knowledge, rules: &Rules) -> Vec<Diagnostic> {
    engine::check(design, knowledge, rules.all())
}

/// The group of a rule is the folder that its file lies in.
fn group(path: &'static str) -> &'static str {
    path.split('/').nth(1).unwrap_or_default()
}
