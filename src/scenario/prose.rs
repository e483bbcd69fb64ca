//! Holds the words of scenarios against the rules for them: nothing in them gives the answer away, and nothing is stale.

mod bank;
mod services;
mod words;

use crate::diagnostic::Diagnostic;
use crate::scenario::model::Scenario;
use crate::scenario::verdicts::Judge;

pub use crate::scenario::prose::bank::check as bank;

/// What is to say of the words of one scenario, in no particular order.
#[must_use]
pub fn scenario(scenario: &Scenario, judge: Judge<'_>) -> Vec<Diagnostic> {
    let mut found = words::check(scenario);
    found.extend(services::check(scenario, judge));
    found
}
