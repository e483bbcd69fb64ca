//! What a rule's condition sees of a requirement: whether it is kept, what breaks it, and the figures.

use crate::analysis::Analysis;
use crate::analysis::promises::surroundings::Place;
use crate::analysis::promises::{Breach, Verdict};
use crate::design::Design;
use crate::design::requirement::{OrderBy, RequirementKind};
use crate::diagnostic::Severity;
use crate::expression::{Type, Value};
use crate::knowledge::Knowledge;
use crate::knowledge::fact::Confidence;
use crate::lint::find::Match;
use crate::units::Dimension;

/// What every requirement has; the first of them says whether a rule has anything to say.
const OF_ALL: [(&str, Type); 7] = [
    ("kept", Type::Flag),
    ("path", Type::Text),
    ("culprit", Type::Text),
    ("service", Type::Text),
    ("cause", Type::Text),
    ("about", Type::Text),
    ("confidence", Type::Text),
];

/// The names that a rule may use of a requirement of a kind, with their types.
pub(super) fn names(kind: &str) -> Vec<(&'static str, Type)> {
    let of = |dimension| Type::Quantity(dimension);
    let own = match kind {
        "latency" => vec![
            ("bound", of(Dimension::Duration)),
            ("value", of(Dimension::Duration)),
            ("share", of(Dimension::Duration)),
            ("percentile", Type::Text),
        ],
        "replay" => vec![("bound", of(Dimension::Duration)), ("value", of(Dimension::Duration))],
        "readers" => vec![("bound", of(Dimension::Count)), ("value", of(Dimension::Count))],
        "monthly_cost" => vec![
            ("bound", of(Dimension::Money)),
            ("value", of(Dimension::Money)),
            ("share", of(Dimension::Money)),
        ],
        "order" => vec![("by", Type::Text), ("at", Type::Text)],
        "delivery" => vec![("guarantee", Type::Text), ("to", Type::Text)],
        _ => Vec::new(),
    };
    OF_ALL.into_iter().chain(own).collect()
}

/// The value of one of these names.
pub(super) fn value(
    design: &Design,
    knowledge: &Knowledge,
    (kind, verdict): (&RequirementKind, &Verdict),
    breach: Option<&Breach>,
    name: &str,
) -> Value {
    let text = |text: &str| Value::Text(text.into());
    let node = |node: usize| text(&design.nodes[node].id);
    let of_breach = |read: &dyn Fn(&Breach) -> Value| breach.map_or(Value::Unknown, read);
    match (name, kind) {
        ("kept", _) => verdict.kept.map_or(Value::Unknown, Value::Flag),
        ("path", _) => text(&verdict.path),
        ("bound", _) => verdict.bound.map_or(Value::Unknown, Value::Quantity),
        ("value", _) => verdict.value.map_or(Value::Unknown, Value::Quantity),
        ("percentile", _) => verdict.percentile.map_or(Value::Unknown, text),
        ("cause", _) => of_breach(&|breach| text(&breach.name)),
        ("about", _) => of_breach(&|breach| text(&breach.about)),
        ("share", _) => of_breach(&|breach| breach.share.map_or(Value::Unknown, Value::Quantity)),
        ("confidence", _) => of_breach(&|breach| text(breach.confidence.as_str())),
        ("culprit", _) => of_breach(&|breach| culprit(design, breach)),
        ("service", _) => of_breach(&|breach| match breach.place {
            Some(Place::Node(node)) => {
                design.card(knowledge, node).map_or(Value::Unknown, |card| text(&card.name))
            }
            _ => Value::Unknown,
        }),
        ("by", RequirementKind::Order { by: OrderBy::Key(key), .. }) => text(&format!("by `{key}`")),
        ("by", RequirementKind::Order { by: OrderBy::Total, .. }) => text("of all records"),
        ("at", RequirementKind::Order { at, .. }) => node(*at),
        ("to", RequirementKind::Delivery { to, .. }) => node(*to),
        ("guarantee", RequirementKind::Delivery { guarantee, .. }) => text(guarantee.as_str()),
        _ => Value::Unknown,
    }
}

fn culprit(design: &Design, breach: &Breach) -> Value {
    let id = |node: usize| design.nodes[node].id.as_str();
    match breach.place {
        Some(Place::Node(node)) => Value::Text(id(node).into()),
        Some(Place::Flow(flow)) => {
            let flow = &design.flows[flow];
            Value::Text(format!("{} -> {}", id(flow.from), id(flow.to)).into())
        }
        None => Value::Unknown,
    }
}

/// The cause that a match is about.
pub(super) fn breach<'a>(analysis: &'a Analysis, matched: &Match) -> Option<&'a Breach> {
    let Match::Requirement { requirement, breach } = matched else { return None };
    analysis.verdicts[*requirement].breaches.get((*breach)?)
}

/// The node or the flow that a breach is about, by their ids.
pub(super) fn names_of(design: &Design, breach: &Breach) -> (Option<String>, Option<(String, String)>) {
    let id = |node: usize| design.nodes[node].id.clone();
    match breach.place {
        Some(Place::Node(node)) => (Some(id(node)), None),
        Some(Place::Flow(flow)) => (None, Some((id(design.flows[flow].from), id(design.flows[flow].to)))),
        None => (None, None),
    }
}

/// How bad a breach is: what nobody confirmed makes no design wrong.
pub(super) fn severity(rule: Severity, breach: Option<&Breach>) -> Severity {
    match breach {
        Some(breach) if breach.confidence < Confidence::Confirmed => rule.min(Severity::Warning),
        _ => rule,
    }
}
