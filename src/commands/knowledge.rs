//! `thalweg knowledge`: what the base knows, when it was checked, and what should be read again.

use crate::cli::{Format, Knowledge as Arguments, KnowledgeAction};
use crate::commands::Outcome;
use crate::commands::output::{complain, print};
use crate::knowledge::checks::{self, Checked};
use crate::knowledge::{Knowledge, misconceptions};
use crate::report::checks as shown;
use crate::report::checks::Selection;
use crate::units::{Date, Duration};

/// The hours of a day, in which the age of a check is counted.
const DAY: Duration = Duration::from_secs(86_400);

/// Lists facts; stale ones are findings.
#[must_use]
pub fn run(arguments: &Arguments) -> Outcome {
    let knowledge = Knowledge::embedded();
    let facts = checks::all(&knowledge, &misconceptions::all());
    let base = knowledge.as_of();
    let (selection, format) = match &arguments.action {
        KnowledgeAction::List(list) => {
            let facts = facts.iter().collect::<Vec<_>>();
            (Selection { all: facts.len(), facts, on: base, older: None }, list.format)
        }
        KnowledgeAction::Stale(stale) => {
            let on = stale.on.unwrap_or(base);
            let old = facts.iter().filter(|fact| is_older(fact, on, stale.older)).collect();
            (Selection { facts: old, all: facts.len(), on, older: Some(stale.older) }, stale.format)
        }
    };
    let page = if format == Format::Json { shown::json(&selection) } else { shown::human(&selection) };
    if let Err(error) = print(&page) {
        complain(error);
        return Outcome::Failed;
    }
    if selection.older.is_some() && !selection.facts.is_empty() { Outcome::Findings } else { Outcome::Clean }
}

/// Whether the last check lies more than `older` before the day; a check that comes after it is never old.
fn is_older(fact: &Checked, on: Date, older: Duration) -> bool {
    u64::try_from(on.days_since(fact.checked)).is_ok_and(|days| days.saturating_mul(DAY.0) > older.0)
}
