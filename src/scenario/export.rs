//! The bank in the formats of other tools: Anki's text import, CSV, Markdown, and GIFT for Moodle and others.
//!
//! Every format is written from the same cards, and takes its answers from the proofs: what a run counts and in which
//! order figures come is worked out here, not copied.

mod card;
mod gift;
mod text;

use crate::scenario::export::card::Card;
use crate::scenario::model::Scenario;
use crate::scenario::verdicts::Judge;

/// A format of other tools.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// The text import of Anki, with headers and ids that stay, so that importing again updates the notes.
    Anki,
    /// Comma-separated values with a header.
    Csv,
    /// For reading.
    Markdown,
    /// The General Import Format of Moodle.
    Gift,
}

/// The scenarios in a format; the same scenarios give the same bytes.
#[must_use]
pub fn export(scenarios: &[&Scenario], format: Format, judge: Judge<'_>) -> String {
    let cards: Vec<Card> = scenarios.iter().map(|scenario| Card::of(scenario, judge)).collect();
    match format {
        Format::Anki => text::anki(&cards),
        Format::Csv => text::comma_separated(&cards),
        Format::Markdown => text::markdown(&cards),
        Format::Gift => gift::all(&cards),
    }
}
