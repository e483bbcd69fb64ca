//! Study: repetition against its reference, and progress that is never lost.

mod progress;
mod repetition;
mod store;

use thalweg::study::repetition::Grade;
use thalweg::study::review::{Mode, Review};

/// An answer to a decision's only scenario, on a day.
fn answer(id: &str, decision: &str, day: u32, grade: Grade) -> Review {
    Review {
        id: id.to_owned(),
        at_ms: u64::from(day) * 86_400_000,
        day,
        decision: decision.to_owned(),
        scenario: format!("{decision}-scenario"),
        mode: Mode::Quiz,
        right: grade != Grade::Again,
        grade,
        hints: 0,
        took_ms: 60_000,
        sure: None,
        seed: 1,
        known: Vec::new(),
        missed: Vec::new(),
    }
}
