//! Runs the examples of a rule: designs in which it must fire, at the very place that `^^^` marks, or must not.

use std::sync::Arc;

use crate::design;
use crate::diagnostic::{Diagnostic, Severity};
use crate::knowledge::Knowledge;
use crate::lint::baseline::Baseline;
use crate::lint::{self, Rules, undecided};
use crate::source::{Node, Span, Text};

/// The name of the file that an example is.
const NAME: &str = "example.yaml";

/// What became of an example.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The rule fires where it must, or is silent where it must.
    Validated,
    /// The rule does not fire.
    Missing,
    /// The rule fires, or something is an error, in a design that must pass.
    Noisy,
    /// The rule fires elsewhere.
    WrongPlace,
    /// It says nothing that could be held against the rule.
    Incomplete,
}

impl Verdict {
    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Validated => "validated",
            Self::Missing => "missing",
            Self::Noisy => "noisy",
            Self::WrongPlace => "wrong place",
            Self::Incomplete => "incomplete",
        }
    }
}

/// An example and what became of it.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// Which example of the rule, from 1; 0 for the rule as a whole.
    pub number: usize,
    /// Where the example stands in the rule's file.
    pub span: Span,
    /// What became of it.
    pub verdict: Verdict,
    /// What was found instead; empty where it is validated.
    pub detail: String,
}

/// Runs every example of the rule `id` whose file is `root`. A rule without one that fires or one that passes is
/// incomplete.
#[must_use]
pub fn run(root: &Node, id: &str, knowledge: &Knowledge, rules: &Rules) -> Vec<Outcome> {
    let examples = root.get("examples").and_then(Node::as_sequence).unwrap_or_default();
    let place = root.entry("examples").or_else(|| root.entry("id")).map_or(root.span, |entry| entry.key.span);
    let lacking = |kind: &&str| !examples.iter().any(|example| example.get(kind).is_some());
    let incomplete = |kind: &str| {
        let detail = format!("has no example that {kind}");
        Outcome { number: 0, span: place, verdict: Verdict::Incomplete, detail }
    };
    let mut outcomes: Vec<Outcome> =
        ["fires", "passes"].into_iter().filter(lacking).map(incomplete).collect();
    for (index, example) in examples.iter().enumerate() {
        let (verdict, detail) = one(knowledge, rules, id, example);
        outcomes.push(Outcome { number: index + 1, span: example.span, verdict, detail });
    }
    outcomes
}

/// The design of an example, and everything that is found in it.
#[must_use]
pub fn judge(design: &str, name: &str, knowledge: &Knowledge, rules: &Rules) -> (Arc<Text>, Vec<Diagnostic>) {
    let text = Arc::new(Text::new(name, design));
    let lowered = design::lower(Arc::clone(&text), knowledge);
    let found = lint::judge(&lowered, knowledge, rules);
    (text, found)
}

fn one(knowledge: &Knowledge, rules: &Rules, id: &str, example: &Node) -> (Verdict, String) {
    let written = |kind: &str| example.get(kind).and_then(Node::as_text);
    let (design, must_fire) = match (written("fires"), written("passes")) {
        (Some(design), None) => (design, true),
        (None, Some(design)) => (design, false),
        _ => return (Verdict::Incomplete, "an example has either `fires` or `passes`".to_owned()),
    };
    let (mut text, mut found) = judge(design, NAME, knowledge, rules);
    if id == undecided::RULE {
        let lowered = design::lower(Arc::clone(&text), knowledge);
        found.extend(lowered.design.iter().flat_map(|design| undecided::notes(design, knowledge, rules)));
    }
    if let Some(baseline) = written("baseline") {
        text = Arc::new(Text::new("baseline.yaml", baseline));
        let (baseline, mut mistakes) = Baseline::read(&text);
        mistakes.extend(baseline.stale(NAME, Some(&found)));
        found = mistakes;
    }
    if must_fire { fires(id, &text, &found) } else { passes(id, &found) }
}

fn fires(id: &str, text: &Text, found: &[Diagnostic]) -> (Verdict, String) {
    let Some(place) = marked(text.as_str()) else {
        return (Verdict::Incomplete, "no line of `^^^` marks the place".to_owned());
    };
    let of_rule: Vec<&Diagnostic> = found.iter().filter(|found| found.rule == id).collect();
    match of_rule.as_slice() {
        [] if found.is_empty() => (Verdict::Missing, "nothing was found".to_owned()),
        [] => (Verdict::Missing, format!("found instead: {}", told(found.iter()))),
        here if here.iter().any(|found| found.primary.span == place) => (Verdict::Validated, String::new()),
        [first, ..] => {
            let (is, should) = (text.slice(first.primary.span), text.slice(place));
            (Verdict::WrongPlace, format!("at `{is}` and not at `{should}`"))
        }
    }
}

fn passes(id: &str, found: &[Diagnostic]) -> (Verdict, String) {
    let serious = || found.iter().filter(|found| found.rule == id || found.severity == Severity::Error);
    match serious().next() {
        None => (Verdict::Validated, String::new()),
        Some(_) => (Verdict::Noisy, told(serious())),
    }
}

fn told<'d>(found: impl Iterator<Item = &'d Diagnostic>) -> String {
    let all: Vec<String> = found.map(|found| format!("{}: {}", found.rule, found.message)).collect();
    all.join("; ")
}

/// The place that a line of carets marks: that of the line above it, without the marking line's `#`.
fn marked(design: &str) -> Option<Span> {
    let mut offset = 0;
    let mut before = 0;
    for line in design.split_inclusive('\n') {
        let carets = line.trim_start().strip_prefix('#').map(str::trim);
        if carets.is_some_and(|carets| !carets.is_empty() && carets.chars().all(|c| c == '^')) {
            let (first, last) = (line.find('^')?, line.rfind('^')?);
            return Some(Span::new((before + first) as u32, (before + last + 1) as u32));
        }
        before = offset;
        offset += line.len();
    }
    None
}
