//! Grades a repaired design: nothing is found in it, every requirement is kept, by the linter and in a run, and what the
//! task gave is still there. Taking nodes out, or asking for less, is no repair.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::design::{self, Design, Role};
use crate::diagnostic::Diagnostic;
use crate::knowledge::Knowledge;
use crate::scenario::compose::{self, Composed};
use crate::scenario::grade::{Grade, Reason};
use crate::scenario::model::Scenario;
use crate::scenario::prove;
use crate::scenario::verdicts::{Judge, Judged};
use crate::source::{self, Node, Text, Value, line};

/// Grades the text of an edited design against the broken one of the scenario.
#[must_use]
pub fn repair(scenario: &Scenario, edited: &str, judge: Judge<'_>) -> Grade {
    let composed = Composed::of_text(&scenario.id, edited);
    let judged = judge.judge(&composed);
    let original = compose::base(scenario).text;
    let given = design::lower(Arc::clone(&original), judge.knowledge).design;
    let mut reasons = findings(&judged);
    if let (Some(given), Some(design)) = (&given, &judged.design) {
        reasons.extend(missing(given, design, judge.knowledge));
        reasons.extend(silenced(given, design));
        reasons.extend(unproved(scenario, &judged, design, judge));
    }
    let is_right = reasons.is_empty() && given.is_some() && judged.design.is_some();
    if is_right {
        reasons.push(Reason {
            choice: None,
            is_right: true,
            text: "nothing is found in it, and it keeps every requirement".to_owned(),
        });
    }
    Grade { is_right, reasons }
}

fn wrong(text: String) -> Reason {
    Reason { choice: None, is_right: false, text }
}

fn findings(judged: &Judged) -> Vec<Reason> {
    let said = |finding: &Diagnostic| wrong(format!("{}: {}", finding.rule, finding.message));
    judged.found.iter().map(said).collect()
}

/// What the task gave and the edited design has no more: sources with their traffic, sinks, the ways between them,
/// requirements, and the day.
fn missing(given: &Design, edited: &Design, knowledge: &Knowledge) -> Vec<Reason> {
    let mut found = Vec::new();
    let ends: Vec<usize> = (0..given.nodes.len()).filter(|node| is_end(given, *node, knowledge)).collect();
    for index in &ends {
        let node = &given.nodes[*index];
        match edited.index_of(&node.id).map(|place| &edited.nodes[place]) {
            None => found.push(wrong(format!("`{}` is gone; sources and sinks have to stay", node.id))),
            Some(other) if other.service != node.service => {
                found.push(wrong(format!("`{}` was {}, and has to stay so", node.id, node.service)));
            }
            Some(other) if traffic(node) != traffic(other) => {
                found.push(wrong(format!("the traffic of `{}` has to stay as it is", node.id)));
            }
            Some(_) => {}
        }
    }
    for (from, to) in ends.iter().flat_map(|from| ends.iter().map(move |to| (*from, *to))) {
        let ids = (given.nodes[from].id.as_str(), given.nodes[to].id.as_str());
        let (Some(start), Some(end)) = (edited.index_of(ids.0), edited.index_of(ids.1)) else { continue };
        if leads(given, from, to) && !leads(edited, start, end) {
            found.push(wrong(format!("no record gets from `{}` to `{}` any more", ids.0, ids.1)));
        }
    }
    let kept: BTreeSet<String> = requirements(edited).collect();
    for requirement in requirements(given).filter(|requirement| !kept.contains(requirement)) {
        found.push(wrong(format!("the requirement `{requirement}` has to stay as it is")));
    }
    if given.as_of != edited.as_of {
        found.push(wrong(format!("the design has to hold as of {}", given.as_of)));
    }
    found
}

/// Findings that are accepted instead of mended.
fn silenced(given: &Design, edited: &Design) -> Vec<Reason> {
    let rules = |design: &Design| {
        let listed = design.allowances.iter().map(|allowance| allowance.rule.clone());
        let commented = design.comments.iter().flat_map(|comment| &comment.rules).map(|rule| rule.0.clone());
        listed.chain(commented).collect::<BTreeSet<String>>()
    };
    let before = rules(given);
    let new = rules(edited).into_iter().filter(|rule| !before.contains(rule));
    new.map(|rule| wrong(format!("`{rule}` is allowed, which is not mended"))).collect()
}

/// Requirements that a run breaks, and those of which neither linter nor run can say anything.
fn unproved(scenario: &Scenario, judged: &Judged, design: &Design, judge: Judge<'_>) -> Vec<Reason> {
    let outcome = judge.run(design, &prove::options(scenario)).ok();
    let verdicts = outcome.as_ref().map(|outcome| outcome.verdicts.as_slice()).unwrap_or_default();
    let mut found = Vec::new();
    for (index, (keyword, kept)) in judged.requirements.iter().enumerate() {
        let verdict = verdicts.get(index);
        match (kept, verdict.and_then(|verdict| verdict.met)) {
            (_, Some(false)) => {
                let verdict = verdict.expect("it has just been asked");
                found.push(wrong(format!("in a run: {}: {}", verdict.require, verdict.measured)));
            }
            (None, None) => found.push(wrong(format!("whether it keeps its `{keyword}` nobody can say"))),
            _ => {}
        }
    }
    found
}

/// Whether a node is an end of the design: outside of AWS, or where records rest.
fn is_end(design: &Design, node: usize, knowledge: &Knowledge) -> bool {
    let class = knowledge.card(&design.nodes[node].service).map(|card| card.class.as_str());
    let flows = |mut flows: Box<dyn Iterator<Item = (usize, &design::Flow)> + '_>| {
        flows.any(|(_, flow)| flow.role == Role::Flow)
    };
    let (comes, goes) = (flows(Box::new(design.incoming(node))), flows(Box::new(design.outgoing(node))));
    matches!(class, Some("source" | "sink")) || (comes != goes)
}

/// Whether records can get from one node to another, by flows of any role.
fn leads(design: &Design, from: usize, to: usize) -> bool {
    from != to && design.upstream(to).contains(&from)
}

/// The traffic of a node as it is written, whatever the order of its keys.
fn traffic(node: &design::Node) -> Option<String> {
    node.body.as_ref()?.get("traffic").map(settled)
}

/// A tree on one line, with keys in alphabetical order.
fn settled(node: &Node) -> String {
    match &node.value {
        Value::Mapping(mapping) => {
            let mut keys: Vec<String> =
                mapping.iter().map(|(key, entry)| format!("{key}: {}", settled(&entry.value))).collect();
            keys.sort();
            format!("{{{}}}", keys.join(", "))
        }
        _ => line(node),
    }
}

/// What the design requires, each as it is written, whatever its layout and reason.
fn requirements(design: &Design) -> impl Iterator<Item = String> + '_ {
    design.requirements.iter().map(|requirement| {
        let text = Text::new("requirement", design.text.slice(requirement.span));
        let root = source::read(&text).root;
        let without_reason = |node: &Node| match &node.value {
            Value::Mapping(mapping) => mapping
                .iter()
                .filter(|(key, _)| *key != "because")
                .map(|(key, entry)| format!("{key}: {}", settled(&entry.value)))
                .collect::<Vec<_>>()
                .join(", "),
            _ => line(node),
        };
        root.map_or_else(String::new, |root| without_reason(&root))
    })
}
