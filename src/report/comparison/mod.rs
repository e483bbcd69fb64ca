//! What came of two runs, side by side: each figure of both, and which of the two it speaks for.
//!
//! What two designs *say*, and what follows from that without a run, is compared by [`crate::report::difference`].

mod figures;
mod human;
mod json;
mod markdown;
mod rows;

pub use crate::report::comparison::figures::Figures;
pub use crate::report::comparison::human::render as human;
pub use crate::report::comparison::json::render as json;
pub use crate::report::comparison::markdown::render as markdown;

use crate::report::comparison::rows::{Change, Row, all};

/// Two runs with all figures of both.
#[derive(Debug)]
pub struct Compared<'a> {
    before: &'a Figures,
    after: &'a Figures,
    /// By section, and within it worse before better before the same.
    rows: Vec<Row>,
    /// What has to be known to read the figures.
    notes: Vec<String>,
}

impl<'a> Compared<'a> {
    /// Compares two runs.
    #[must_use]
    pub fn new(before: &'a Figures, after: &'a Figures) -> Self {
        Self { before, after, rows: all(before, after), notes: notes(before, after) }
    }

    /// Whether the second run breaks a requirement that the first does not break.
    #[must_use]
    pub fn breaks_more(&self) -> bool {
        self.rows.iter().any(Row::is_newly_broken)
    }

    /// How many figures are worse, better and the same.
    fn counts(&self) -> [usize; 3] {
        [Change::Worse, Change::Better, Change::Same]
            .map(|change| self.rows.iter().filter(|row| row.change() == change).count())
    }
}

/// Why figures may differ for another reason than the designs.
fn notes(before: &Figures, after: &Figures) -> Vec<String> {
    let mut notes = Vec::new();
    if before.seed != after.seed {
        notes.push(format!("the seeds differ: {} and {}", before.seed, after.seed));
    }
    if before.sent() != after.sent() {
        notes.push(format!("the producers sent {} and {} records", before.sent(), after.sent()));
    }
    if before.faults != after.faults {
        let listed =
            |faults: &[String]| if faults.is_empty() { "none".to_owned() } else { faults.join("; ") };
        notes.push(format!("the faults differ: {} and {}", listed(&before.faults), listed(&after.faults)));
    }
    notes
}
