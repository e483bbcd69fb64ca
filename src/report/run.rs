//! A finished run for people: tables of nodes, paths and sinks, and the verdicts.

use crate::report::look::Look;
use crate::report::table::Table;
use crate::runtime::outcome::{NodeOutcome, Outcome};
use crate::runtime::record::BadLine;
use crate::units::{Bytes, Duration, Money};

/// So many bad lines of a producer are shown.
const SHOWN_LINES: usize = 5;

/// The report of a run.
#[must_use]
pub fn render(outcome: &Outcome, look: Look) -> String {
    let mut lines = vec![format!(
        "{}: {} of virtual time, seed {}",
        look.styled(&outcome.design, "1"),
        time(outcome.duration_us),
        outcome.seed
    )];
    if outcome.ended_early {
        lines.push("ended early: producers were stopped, and what was on its way then arrived".to_owned());
    }
    lines.extend(outcome.faults.iter().map(|fault| format!("fault: {}", fault.words)));
    lines.extend(bad_lines(outcome));
    lines.extend(programs(outcome));
    section(&mut lines, &nodes(outcome));
    section(&mut lines, &paths(outcome));
    section(&mut lines, &sinks(outcome));
    section(&mut lines, &suffered(outcome));
    if let Some(cost) = &outcome.cost {
        let least = if cost.is_least { "at least " } else { "" };
        let money = |money: Money| money.quantity().approximate();
        lines.push(String::new());
        lines.push(format!(
            "cost: {least}{} for the run, {least}{} a month at this load",
            money(cost.run),
            money(cost.month)
        ));
    }
    if !outcome.verdicts.is_empty() {
        lines.push(String::new());
        lines.extend(verdicts(outcome, look));
    }
    lines.join("\n") + "\n"
}

fn section(lines: &mut Vec<String>, table: &Table) {
    let table = table.lines();
    if table.len() > 1 {
        lines.push(String::new());
        lines.extend(table);
    }
}

pub(super) fn bad_lines(outcome: &Outcome) -> Vec<String> {
    let mut lines = Vec::new();
    for (producer, bad) in &outcome.bad_lines {
        lines.push(format!("{} lines of the records of `{producer}` were left out:", bad.len()));
        lines.extend(
            bad.iter().take(SHOWN_LINES).map(|BadLine { line, reason }| format!("  line {line} {reason}")),
        );
        if bad.len() > SHOWN_LINES as u64 {
            lines.push(format!("  and {} more", bad.len() - SHOWN_LINES as u64));
        }
    }
    lines
}

/// What programs failed at, with the first of what they wrote, and those that never said what goes on.
fn programs(outcome: &Outcome) -> Vec<String> {
    let mut lines = Vec::new();
    for (id, program) in &outcome.programs {
        if program.failed > 0 {
            lines.push(format!(
                "warning: {} of {} calls of the program `{id}` failed:",
                program.failed, program.calls
            ));
            let trouble = |(reason, count): &(String, u64)| format!("  {count} times: it {reason}");
            lines.extend(program.troubles.iter().map(trouble));
            if !program.wrote.is_empty() {
                lines.push("  it wrote to its standard error:".to_owned());
                lines.extend(program.wrote.iter().map(|line| format!("    {line}")));
            }
        }
        if program.is_silent {
            lines.push(format!(
                "warning: no answer of the program `{id}` said by `sends` what goes on, so nothing does"
            ));
        }
    }
    lines
}

pub(super) fn nodes(outcome: &Outcome) -> Table {
    let head = [
        "node",
        "in",
        "out",
        "data in",
        "filtered",
        "late",
        "throttled",
        "retried",
        "lost",
        "held",
        "oldest read",
    ];
    let mut table = Table::new(&head, 1);
    for node in outcome.nodes.iter().filter(|node| did_something(node)) {
        table.row(vec![
            node.id.clone(),
            node.records_in.to_string(),
            node.records_out.to_string(),
            Bytes(node.bytes_in).quantity().approximate(),
            node.filtered.to_string(),
            node.late.to_string(),
            node.throttled.to_string(),
            node.retried.to_string(),
            node.lost.to_string(),
            node.held.to_string(),
            if node.iterator_age_us == 0 { "-".to_owned() } else { time(node.iterator_age_us) },
        ]);
    }
    table
}

/// A function that acts within another service has no counters of its own.
pub(super) fn did_something(node: &NodeOutcome) -> bool {
    node.records_in + node.throttled + node.lost > 0
}

pub(super) fn paths(outcome: &Outcome) -> Table {
    let mut table = Table::whole(&["path", "records", "p50", "p99", "max"], 1);
    for path in &outcome.paths {
        let shown = |latency_us| if path.records == 0 { "-".to_owned() } else { time(latency_us) };
        table.row(vec![
            format!("{} -> {}", path.from, path.to),
            path.records.to_string(),
            shown(path.latency.p50),
            shown(path.latency.p99),
            shown(path.latency.max),
        ]);
    }
    table
}

pub(super) fn sinks(outcome: &Outcome) -> Table {
    let mut table = Table::new(&["sink", "delivered", "lost ", "repeated", "out of order"], 5);
    for sink in &outcome.sinks {
        table.row(vec![
            sink.id.clone(),
            sink.delivered.to_string(),
            sink.lost.to_string(),
            sink.duplicates.to_string(),
            sink.out_of_order.to_string(),
        ]);
    }
    table
}

/// What faults did to the sinks.
pub(super) fn suffered(outcome: &Outcome) -> Table {
    let mut table = Table::new(&["sink", "delayed by faults", "recovered after"], 1);
    for (sink, suffered) in outcome.sinks.iter().filter_map(|sink| Some((sink, sink.suffered?))) {
        let recovery = if suffered.delayed == 0 { "-".to_owned() } else { time(suffered.recovery_us) };
        table.row(vec![sink.id.clone(), suffered.delayed.to_string(), recovery]);
    }
    table
}

fn verdicts(outcome: &Outcome, look: Look) -> Vec<String> {
    let line = |verdict: &crate::runtime::verdict::Verdict| {
        let word = match verdict.met {
            Some(true) => look.styled("met    ", "32"),
            Some(false) => look.styled("broken ", "31"),
            None => look.styled("unknown", "33"),
        };
        format!("{word}  {}: {}", verdict.require, verdict.measured)
    };
    outcome.verdicts.iter().map(line).collect()
}

pub(super) fn time(micros: u64) -> String {
    Duration(micros).quantity().approximate()
}
