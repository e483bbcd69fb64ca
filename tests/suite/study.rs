//! Study: repetition against its reference, progress that is never lost, and the app as learners meet it.

mod flow;
mod keys;
mod learner;
mod progress;
mod repetition;
mod score;
mod screens;
mod store;
mod storm;

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
