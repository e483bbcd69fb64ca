//! Whether several readers of a node each see every record, or share them out among themselves.

use crate::analysis::promises::surroundings::{Place, Setup};
use crate::analysis::promises::{Breach, Verdict, locate};
use crate::knowledge::fact::Confidence;
use crate::units::{Dimension, Quantity};

/// Judges a number of independent readers by the `consumers` that the card guarantees.
pub(super) fn judge(setup: Setup<'_>, of: usize, independent: u64) -> Verdict {
    let bound = Some(Quantity::new(Dimension::Count, independent as f64));
    let unknown = Verdict { bound, ..Verdict::unknown() };
    let Some(consumers) = setup.fact(of, "consumers") else { return unknown };
    let most = match consumers.value.text() {
        Some("many") => return Verdict { bound, ..Verdict::kept() },
        Some("one") => 1,
        Some("none") => 0,
        _ => return unknown,
    };
    let value = Some(Quantity::new(Dimension::Count, most as f64));
    if independent <= most {
        return Verdict { bound, value, ..Verdict::kept() };
    }
    if consumers.validity.confidence < Confidence::Confirmed {
        return unknown;
    }
    let (span, label) = locate(setup, Place::Node(of), None);
    let card = setup.design.card(setup.knowledge, of);
    let about = card.and_then(|card| card.fact("consumers")).map(|fact| fact.about.clone());
    let breach = Breach {
        place: Some(Place::Node(of)),
        span,
        label,
        name: "readers".to_owned(),
        about: about.unwrap_or_default(),
        share: None,
        confidence: consumers.validity.confidence,
    };
    Verdict { bound, value, ..Verdict::broken_by(vec![breach]) }
}
