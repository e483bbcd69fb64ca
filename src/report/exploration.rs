//! What many runs with faults found, the worst first.

use serde::Serialize;

use crate::report::table::Table;
use crate::runtime::outcome::Outcome;
use crate::units::Duration;

/// So many runs are shown to people.
const SHOWN: usize = 10;

/// What one run found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Explored {
    seed: u64,
    faults: Vec<String>,
    /// The requirements that it broke, with what was measured.
    broken: Vec<String>,
    lost: u64,
    repeated: u64,
    out_of_order: u64,
    delayed: u64,
    recovery_s: f64,
}

impl Explored {
    /// Sums up a run.
    #[must_use]
    pub fn of(outcome: &Outcome) -> Self {
        let sum = |of: fn(&crate::runtime::outcome::SinkOutcome) -> u64| outcome.sinks.iter().map(of).sum();
        let broken = outcome.verdicts.iter().filter(|verdict| verdict.met == Some(false));
        let suffered = outcome.sinks.iter().filter_map(|sink| sink.suffered);
        let recovery_us = suffered.clone().map(|suffered| suffered.recovery_us).max().unwrap_or(0);
        Self {
            seed: outcome.seed,
            faults: outcome.faults.iter().map(|fault| fault.words.clone()).collect(),
            broken: broken.map(|verdict| format!("{}: {}", verdict.require, verdict.measured)).collect(),
            lost: sum(|sink| sink.lost),
            repeated: sum(|sink| sink.duplicates),
            out_of_order: sum(|sink| sink.out_of_order),
            delayed: suffered.map(|suffered| suffered.delayed).sum(),
            recovery_s: recovery_us as f64 / 1e6,
        }
    }

    /// The worst first: by requirements that are broken, then what is lost, repeated and delayed; the seed decides ties.
    #[must_use]
    pub fn sorted(mut explored: Vec<Self>) -> Vec<Self> {
        let badness = |run: &Self| (run.broken.len(), run.lost, run.repeated, run.delayed);
        explored.sort_by(|left, right| badness(right).cmp(&badness(left)).then(left.seed.cmp(&right.seed)));
        explored
    }

    /// Whether it broke a requirement.
    #[must_use]
    pub fn is_broken(&self) -> bool {
        !self.broken.is_empty()
    }
}

/// The report for people; `command` makes a run again once its seed is added. The runs are sorted.
#[must_use]
pub fn render(explored: &[Explored], command: &str) -> String {
    let count = |is: fn(&Explored) -> bool| explored.iter().filter(|run| is(run)).count();
    let mut lines = vec![format!(
        "{} runs: {} broke a requirement, {} lost records, {} repeated some",
        explored.len(),
        count(Explored::is_broken),
        count(|run| run.lost > 0),
        count(|run| run.repeated > 0),
    )];
    let head = ["seed", "broken", "lost ", "repeated", "out of order", "delayed", "recovered after"];
    let mut table = Table::new(&head, 0);
    for run in explored.iter().take(SHOWN) {
        table.row(vec![
            run.seed.to_string(),
            run.broken.len().to_string(),
            run.lost.to_string(),
            run.repeated.to_string(),
            run.out_of_order.to_string(),
            run.delayed.to_string(),
            Duration((run.recovery_s * 1e6) as u64).quantity().approximate(),
        ]);
    }
    lines.push(String::new());
    lines.extend(table.lines());
    if let Some(worst) = explored.first() {
        lines.push(String::new());
        lines.push(format!("the worst: {command} {}", worst.seed));
        lines.extend(worst.faults.iter().map(|fault| format!("  fault: {fault}")));
        lines.extend(worst.broken.iter().map(|broken| format!("  broken: {broken}")));
    }
    lines.join("\n") + "\n"
}

/// The report for machines, with a line end.
///
/// # Panics
/// Never: the runs hold nothing that JSON cannot say.
#[must_use]
pub fn render_json(explored: &[Explored]) -> String {
    let report = serde_json::json!({"version": 1, "runs": explored});
    serde_json::to_string_pretty(&report).expect("plain data") + "\n"
}
