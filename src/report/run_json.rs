//! A finished run for machines: one JSON object, version 1, without a figure of the wall clock.

use indexmap::IndexMap;
use serde::Serialize;

use crate::report::series_json::{self, OverTime};
use crate::runtime::cost::Cost;
use crate::runtime::outcome::{Latencies, NodeOutcome, Outcome, ProgramOutcome};
use crate::runtime::series::Series;
use crate::units::Money;

/// The report of a run as one JSON object with a line end; with what was counted over virtual time where that is there.
///
/// # Panics
/// Never: the object holds nothing that JSON cannot say.
#[must_use]
pub fn render(outcome: &Outcome, series: Option<&Series>) -> String {
    let nodes = outcome.nodes.iter().map(|node| (node.id.as_str(), Node::new(node))).collect();
    let paths = outcome.paths.iter().map(|path| Path {
        from: &path.from,
        to: &path.to,
        records: path.records,
        latency_ms: Milliseconds::new(path.latency),
    });
    let sinks = outcome.sinks.iter().map(|sink| {
        let figures = Sink {
            delivered: sink.delivered,
            lost: sink.lost,
            duplicates: sink.duplicates,
            out_of_order: sink.out_of_order,
            latency_ms: Milliseconds::new(sink.latency),
            delayed: sink.suffered.map(|suffered| suffered.delayed),
            recovery_s: sink.suffered.map(|suffered| suffered.recovery_us as f64 / 1e6),
        };
        (sink.id.as_str(), figures)
    });
    let requirements = outcome.verdicts.iter().map(|verdict| Requirement {
        require: &verdict.require,
        met: verdict.met,
        measured: &verdict.measured,
    });
    let bad_lines = outcome.bad_lines.iter().map(|(producer, bad)| (producer.as_str(), bad.len()));
    let report = Report {
        version: 1,
        design: &outcome.design,
        seed: outcome.seed,
        duration_s: outcome.duration_us as f64 / 1e6,
        ended_early: outcome.ended_early,
        nodes,
        paths: paths.collect(),
        sinks: sinks.collect(),
        requirements: requirements.collect(),
        faults: outcome.faults.iter().map(|fault| fault.words.as_str()).collect(),
        bad_lines: bad_lines.collect(),
        programs: outcome.programs.iter().map(|(id, program)| (id.as_str(), Program::new(program))).collect(),
        cost: outcome.cost.as_ref().map(Costs::new),
        series: series.map(|series| series_json::of(outcome, series)),
    };
    serde_json::to_string_pretty(&report).expect("plain data") + "\n"
}

#[derive(Serialize)]
struct Report<'a> {
    version: u32,
    design: &'a str,
    seed: u64,
    duration_s: f64,
    /// Said only where it is so.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    ended_early: bool,
    nodes: IndexMap<&'a str, Node<'a>>,
    paths: Vec<Path<'a>>,
    sinks: IndexMap<&'a str, Sink>,
    requirements: Vec<Requirement<'a>>,
    /// Said only where there are any.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    faults: Vec<&'a str>,
    bad_lines: IndexMap<&'a str, u64>,
    /// Said only where there are any.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    programs: IndexMap<&'a str, Program<'a>>,
    cost: Option<Costs<'a>>,
    /// Said only where it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    series: Option<OverTime<'a>>,
}

#[derive(Serialize)]
struct Program<'a> {
    calls: u64,
    failed: u64,
    troubles: Vec<Trouble<'a>>,
    wrote: &'a [String],
    is_silent: bool,
}

impl<'a> Program<'a> {
    fn new(program: &'a ProgramOutcome) -> Self {
        let trouble = |(reason, count): &'a (String, u64)| Trouble { reason, count: *count };
        Self {
            calls: program.calls,
            failed: program.failed,
            troubles: program.troubles.iter().map(trouble).collect(),
            wrote: &program.wrote,
            is_silent: program.is_silent,
        }
    }
}

#[derive(Serialize)]
struct Trouble<'a> {
    reason: &'a str,
    count: u64,
}

#[derive(Serialize)]
struct Node<'a> {
    service: &'a str,
    #[serde(rename = "in")]
    records_in: u64,
    out: u64,
    bytes_in: u64,
    bytes_out: u64,
    filtered: u64,
    late: u64,
    throttled: u64,
    retried: u64,
    lost: u64,
    held: u64,
    iterator_age_ms: f64,
}

impl<'a> Node<'a> {
    fn new(node: &'a NodeOutcome) -> Self {
        Self {
            service: &node.service,
            records_in: node.records_in,
            out: node.records_out,
            bytes_in: node.bytes_in,
            bytes_out: node.bytes_out,
            filtered: node.filtered,
            late: node.late,
            throttled: node.throttled,
            retried: node.retried,
            lost: node.lost,
            held: node.held,
            iterator_age_ms: node.iterator_age_us as f64 / 1e3,
        }
    }
}

#[derive(Serialize)]
struct Path<'a> {
    from: &'a str,
    to: &'a str,
    records: u64,
    latency_ms: Milliseconds,
}

#[derive(Serialize)]
struct Sink {
    delivered: u64,
    lost: u64,
    duplicates: u64,
    out_of_order: u64,
    latency_ms: Milliseconds,
    /// Said only where there are faults.
    #[serde(skip_serializing_if = "Option::is_none")]
    delayed: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    recovery_s: Option<f64>,
}

#[derive(Serialize)]
struct Milliseconds {
    p50: f64,
    p99: f64,
    max: f64,
}

impl Milliseconds {
    fn new(latency: Latencies) -> Self {
        let milliseconds = |micros: u64| micros as f64 / 1e3;
        Self {
            p50: milliseconds(latency.p50),
            p99: milliseconds(latency.p99),
            max: milliseconds(latency.max),
        }
    }
}

#[derive(Serialize)]
struct Costs<'a> {
    run_usd: f64,
    month_usd: f64,
    at_least: bool,
    nodes: IndexMap<&'a str, f64>,
}

impl<'a> Costs<'a> {
    fn new(cost: &'a Cost) -> Self {
        let dollars = |money: Money| (money.0 * 1e6).round() / 1e6;
        Self {
            run_usd: dollars(cost.run),
            month_usd: dollars(cost.month),
            at_least: cost.is_least,
            nodes: cost.nodes.iter().map(|(node, cost)| (node.as_str(), dollars(*cost))).collect(),
        }
    }
}

#[derive(Serialize)]
struct Requirement<'a> {
    require: &'a str,
    met: Option<bool>,
    measured: &'a str,
}
