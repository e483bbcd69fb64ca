//! What is required of every node: that nobody has to size or patch it, that it encrypts what it holds.

use crate::analysis::promises::surroundings::{Place, Setup};
use crate::analysis::promises::{Breach, Verdict, locate};
use crate::expression::Value;
use crate::knowledge::fact::Confidence;

/// What lies outside AWS belongs to somebody else.
const OUTSIDE: [&str; 2] = ["source", "sink"];

/// Judges `serverless`: one breach for every node of AWS whose card says otherwise.
pub(super) fn serverless(setup: Setup<'_>) -> Verdict {
    let breach = |node: usize| {
        let card = setup.design.card(setup.knowledge, node)?;
        let outside = OUTSIDE.contains(&card.class.as_str());
        (!card.serverless && !outside).then(|| {
            let about = format!("{} has to be sized, started and kept up to date", card.name);
            of_node(setup, node, (None, "servers", &about), Confidence::Confirmed)
        })
    };
    judged((0..setup.design.nodes.len()).filter_map(breach).collect())
}

/// Judges `encryption` by the `encrypted-at-rest` that each card guarantees; a node without one is not judged.
pub(super) fn encryption(setup: Setup<'_>) -> Verdict {
    let breach = |node: usize| {
        let fact = setup.fact(node, "encrypted-at-rest")?;
        let confidence = fact.validity.confidence;
        let plain = fact.value.to_value() == Value::Flag(false) && confidence == Confidence::Confirmed;
        let about = setup.design.card(setup.knowledge, node)?.fact("encrypted-at-rest")?;
        let what = (Some("encryption"), "encryption", about.about.as_str());
        plain.then(|| of_node(setup, node, what, confidence))
    };
    judged((0..setup.design.nodes.len()).filter_map(breach).collect())
}

fn judged(breaches: Vec<Breach>) -> Verdict {
    if breaches.is_empty() { Verdict::kept() } else { Verdict::broken_by(breaches) }
}

fn of_node(
    setup: Setup<'_>,
    node: usize,
    (at, name, about): (Option<&str>, &str, &str),
    confidence: Confidence,
) -> Breach {
    let (span, label) = locate(setup, Place::Node(node), at);
    let (name, about) = (name.to_owned(), about.to_owned());
    Breach { place: Some(Place::Node(node)), span, label, name, about, share: None, confidence }
}
