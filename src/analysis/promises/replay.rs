//! Whether a node can be read again, and for how long after a record was written.

use crate::analysis::promises::surroundings::{Place, Setup};
use crate::analysis::promises::{Breach, Verdict, locate};
use crate::design::effective;
use crate::expression::Value;
use crate::knowledge::fact::Confidence;
use crate::units::Duration;

/// The settings that say for how long a node keeps what it can be asked for again, the first that it has.
const KEEPING: [&str; 2] = ["archive", "retention"];

/// Judges a replay by the `replay` that the card guarantees, and by how long the node keeps records.
pub(super) fn judge(setup: Setup<'_>, from: usize, window: Duration) -> Verdict {
    let bound = Some(window.quantity());
    let Some(replay) = setup.fact(from, "replay") else { return Verdict { bound, ..Verdict::unknown() } };
    let confidence = replay.validity.confidence;
    match replay.value.to_value() {
        Value::Flag(false) => {
            let breach = breach(setup, from, None, confidence);
            Verdict { bound, value: Some(Duration(0).quantity()), ..broken(vec![breach]) }
        }
        Value::Flag(true) => match kept(setup, from) {
            Some((at, kept)) if kept < window => {
                let breach = breach(setup, from, Some(at), confidence);
                Verdict { bound, value: Some(kept.quantity()), ..broken(vec![breach]) }
            }
            Some((_, kept)) => Verdict { bound, value: Some(kept.quantity()), ..Verdict::kept() },
            None => Verdict { bound, ..Verdict::unknown() },
        },
        _ => Verdict { bound, ..Verdict::unknown() },
    }
}

fn broken(breaches: Vec<Breach>) -> Verdict {
    Verdict::broken_by(
        breaches.into_iter().filter(|breach| breach.confidence == Confidence::Confirmed).collect(),
    )
}

/// For how long a node keeps records, and the setting that says so.
fn kept(setup: Setup<'_>, node: usize) -> Option<(&'static str, Duration)> {
    KEEPING.into_iter().find_map(|setting| {
        let found = effective::setting(setup.design, setup.knowledge, node, setting)?;
        Some((setting, Duration::of(found.value.quantity()?)?))
    })
}

fn breach(setup: Setup<'_>, node: usize, at: Option<&str>, confidence: Confidence) -> Breach {
    let (span, label) = locate(setup, Place::Node(node), at);
    let card = setup.design.card(setup.knowledge, node);
    let about = card.and_then(|card| card.fact("replay")).map(|fact| fact.about.clone()).unwrap_or_default();
    let name = at.unwrap_or("replay").to_owned();
    Breach { place: Some(Place::Node(node)), span, label, name, about, share: None, confidence }
}
