//! Where rules stay silent because a value is not known: which value, at which node or flow, and which rules wait for it.
//!
//! For people who want to know what a silent linter could not judge; nothing here changes what is found.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use crate::analysis::Analysis;
use crate::design::Design;
use crate::diagnostic::{Diagnostic, Label, Severity};
use crate::expression::{Environment, Expression, Path, Value};
use crate::knowledge::Knowledge;
use crate::knowledge::schema::Kind;
use crate::lint::Rules;
use crate::lint::definitions::Definitions;
use crate::lint::engine::rests_on_possible_flows;
use crate::lint::find::{Finder, Match};
use crate::lint::over_flows::Wholes;
use crate::lint::rule::{Check, Rule};
use crate::lint::surroundings::{Ground, Surroundings};
use crate::source::Span;

/// The rule of these notes.
pub const RULE: &str = "value-unknown";
/// What a design requires is no value that is missing where it requires nothing.
const REQUIRED: &str = "design";
/// How many rules a note names.
const MOST_NAMED: usize = 3;

/// A value that is not known, at a place of the file: the id of its node or flow, and its path.
type Missing = (Span, String, String);

/// One note for each value that is not known and for which a rule waits, in the order of the file.
#[must_use]
pub fn notes(design: &Design, knowledge: &Knowledge, rules: &Rules) -> Vec<Diagnostic> {
    let analysis = Analysis::of(design, knowledge);
    let wholes = Wholes::default();
    let ground = Ground { design, knowledge, analysis: &analysis, wholes: &wholes };
    let finder = Finder::new(design, knowledge);
    let mut waiting: BTreeMap<Missing, BTreeSet<&str>> = BTreeMap::new();
    for rule in rules.all() {
        let Some(check) = &rule.check else { continue };
        for matched in finder.all(&analysis, &check.subject) {
            if rests_on_possible_flows(design, knowledge, &matched) {
                for missing in missing(ground, rule, check, &matched) {
                    waiting.entry(missing).or_default().insert(&rule.id);
                }
            }
        }
    }
    waiting.iter().map(|(missing, rules)| note(missing, rules)).collect()
}

/// The values for want of which a rule says nothing at a match.
fn missing(ground: Ground<'_>, rule: &Rule, check: &Check, matched: &Match) -> Vec<Missing> {
    let definitions = Definitions::new(&check.definitions);
    let bare = Surroundings::new(ground, matched);
    let surroundings = bare.defining(&definitions);
    let asking = Asking { inner: &surroundings, rule, unknown: RefCell::default() };
    let given = check.given.as_ref().map_or(Value::Flag(true), |given| given.evaluate(&asking));
    if given == Value::Flag(false) {
        return Vec::new();
    }
    let violated = check.violated.as_ref().map_or(Value::Flag(true), |violated| violated.evaluate(&asking));
    if violated == Value::Flag(false) || !(given.is_unknown() || violated.is_unknown()) {
        return Vec::new();
    }
    let paths = asking.unknown.take();
    paths.into_iter().filter_map(|path| place(ground, matched, &path)).collect()
}

/// Hands every question on, and notes which had no answer.
struct Asking<'a> {
    inner: &'a Surroundings<'a>,
    rule: &'a Rule,
    unknown: RefCell<BTreeSet<Vec<String>>>,
}

impl Environment for Asking<'_> {
    fn get(&self, path: &Path) -> Value {
        let value = self.inner.get(path);
        if value.is_unknown() {
            self.note(path);
        }
        value
    }

    fn call(&self, name: &str, arguments: &[Value]) -> Value {
        self.inner.call(name, arguments)
    }
}

impl Asking<'_> {
    /// A name that the rule defines stands for the paths of its definition.
    fn note(&self, path: &[String]) {
        let definitions = self.rule.check.iter().flat_map(|check| &check.definitions);
        let defined = definitions.into_iter().find(|(name, _)| path.len() == 1 && path[0] == *name);
        match defined {
            Some((_, definition)) => self.within(definition),
            None if path[0] != REQUIRED => {
                self.unknown.borrow_mut().insert(path.to_vec());
            }
            None => {}
        }
    }

    fn within(&self, definition: &Expression) {
        for path in definition.paths() {
            // A definition sees only those before it, so that this comes to an end.
            if self.inner.get(path).is_unknown() {
                self.note(path);
            }
        }
    }
}

/// Where a value would stand: at its node or flow. Paths and cycles as such have none, nor has what stands behind a
/// reference that the design does not make.
fn place(ground: Ground<'_>, matched: &Match, path: &[String]) -> Option<Missing> {
    let Ground { design, knowledge, .. } = ground;
    let (root, rest) = path.split_first()?;
    let refers = |node: usize| {
        let settings = design.card(knowledge, node).map(|card| &card.settings);
        let first = settings.zip(rest.first()).and_then(|(settings, first)| settings.at(first));
        rest.len() > 1 && first.is_some_and(|spec| matches!(spec.kind, Kind::Node { .. }))
    };
    let of_node = |index: usize| {
        let node = &design.nodes[index];
        (!refers(index)).then(|| (node.id_span, node.id.clone(), rest.join(".")))
    };
    match (root.as_str(), matched) {
        ("node", Match::Node(node)) => of_node(*node),
        ("from", Match::Flow(flow)) => of_node(design.flows[*flow].from),
        ("to", Match::Flow(flow)) => of_node(design.flows[*flow].to),
        ("flow", Match::Flow(flow)) => {
            let flow = &design.flows[*flow];
            let ends = format!("{} -> {}", design.nodes[flow.from].id, design.nodes[flow.to].id);
            Some((flow.span, ends, rest.join(".")))
        }
        ("from", Match::Path { from, .. }) => of_node(*from),
        ("to", Match::Path { to, .. }) => of_node(*to),
        _ => None,
    }
}

fn note((span, at, path): &Missing, rules: &BTreeSet<&str>) -> Diagnostic {
    let named: Vec<String> = rules.iter().take(MOST_NAMED).map(|rule| format!("`{rule}`")).collect();
    let named = match (named.as_slice(), rules.len()) {
        ([one], 1) => format!("{one} stays"),
        ([first, last], 2) => format!("{first} and {last} stay"),
        (_, count) if count > MOST_NAMED => {
            format!("{} and {} more stay", named.join(", "), count - MOST_NAMED)
        }
        _ => format!("{} stay", named.join(", ")),
    };
    let message = format!("`{path}` of `{at}` is not known, so that {named} silent");
    let mut diagnostic =
        Diagnostic::new(RULE, Label::new(*span, format!("`{path}` is not said here")), message)
            .severity(Severity::Advice)
            .help(format!("declare `{path}` where it matters"));
    match at.split_once(" -> ") {
        Some((from, to)) => diagnostic.flow = Some((from.to_owned(), to.to_owned())),
        None => diagnostic.node = Some(at.clone()),
    }
    diagnostic
}
