//! What a run counted over virtual time, for machines: for each interval what happened in it, or how things stood at its
//! end.

use indexmap::IndexMap;
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};

use crate::runtime::outcome::{Latencies, Outcome};
use crate::runtime::series::{Counted, Frame, PathSeries, Series};

/// The intervals, with a list as long for each figure; each list stands on a line of its own.
#[derive(Serialize)]
pub(super) struct OverTime<'a> {
    /// When each interval ends.
    ends_s: Box<RawValue>,
    nodes: IndexMap<&'a str, Node>,
    paths: Vec<Path<'a>>,
}

#[derive(Serialize)]
struct Node {
    #[serde(rename = "in")]
    came: Box<RawValue>,
    out: Box<RawValue>,
    bytes_in: Box<RawValue>,
    throttled: Box<RawValue>,
    retried: Box<RawValue>,
    lost: Box<RawValue>,
    held: Box<RawValue>,
    iterator_age_ms: Box<RawValue>,
}

#[derive(Serialize)]
struct Path<'a> {
    from: &'a str,
    to: &'a str,
    latency_ms: Percentiles,
}

#[derive(Serialize)]
struct Percentiles {
    p50: Box<RawValue>,
    p99: Box<RawValue>,
    max: Box<RawValue>,
}

/// The series of an outcome.
pub(super) fn of<'a>(outcome: &'a Outcome, series: &'a Series) -> OverTime<'a> {
    let ends = series.frames.iter().skip(1).map(|frame| frame.at_us as f64 / 1e6);
    let nodes = outcome.nodes.iter().enumerate();
    OverTime {
        ends_s: list(ends),
        nodes: nodes.map(|(index, node)| (node.id.as_str(), self::node(&series.frames, index))).collect(),
        paths: series.paths.iter().map(path).collect(),
    }
}

fn node(frames: &[Frame], node: usize) -> Node {
    let between = |of: fn(&Counted) -> u64| {
        list(frames.windows(2).map(move |pair| of(&pair[1].nodes[node]) - of(&pair[0].nodes[node])))
    };
    let ends = || frames.iter().skip(1).map(move |frame| &frame.nodes[node]);
    Node {
        came: between(|counted| counted.came),
        out: between(|counted| counted.went),
        bytes_in: between(|counted| counted.bytes),
        throttled: between(|counted| counted.throttled),
        retried: between(|counted| counted.retried),
        lost: between(|counted| counted.lost),
        held: list(ends().map(|counted| counted.held)),
        iterator_age_ms: list(ends().map(|counted| counted.age_us as f64 / 1e3)),
    }
}

fn path(path: &PathSeries) -> Path<'_> {
    let of = |figure: fn(Latencies) -> u64| {
        let latencies = path.latencies.iter().skip(1);
        list(latencies.map(|latencies| latencies.map(|latencies| figure(latencies) as f64 / 1e3)))
    };
    let latency_ms = Percentiles { p50: of(|of| of.p50), p99: of(|of| of.p99), max: of(|of| of.max) };
    Path { from: &path.from, to: &path.to, latency_ms }
}

fn list<T: Serialize>(values: impl Iterator<Item = T>) -> Box<RawValue> {
    to_raw_value(&values.collect::<Vec<_>>()).expect("plain data")
}
