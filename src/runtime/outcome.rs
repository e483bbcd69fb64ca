//! What a run found, as plain data.

use std::collections::BTreeMap;

use crate::runtime::cost::Cost;
use crate::runtime::record::BadLines;
use crate::runtime::verdict::Verdict;

/// A finished run.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The design's name.
    pub design: String,
    /// The seed.
    pub seed: u64,
    /// How much virtual time passed, in microseconds.
    pub duration_us: u64,
    /// Whether it was told to end before its producers had sent everything.
    pub ended_early: bool,
    /// Counters by node, in the order of the design.
    pub nodes: Vec<NodeOutcome>,
    /// Latencies from each producer to each sink.
    pub paths: Vec<PathOutcome>,
    /// What each sink got.
    pub sinks: Vec<SinkOutcome>,
    /// What it costs, where that was worked out.
    pub cost: Option<Cost>,
    /// Each requirement, met or broken.
    pub verdicts: Vec<Verdict>,
    /// What went wrong on purpose.
    pub faults: Vec<FaultOutcome>,
    /// Lines of the input that are no records, by producer.
    pub bad_lines: BTreeMap<String, BadLines>,
    /// What became of the calls of functions that are programs, by function.
    pub programs: BTreeMap<String, ProgramOutcome>,
}

/// What became of the calls of a function that is a program.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProgramOutcome {
    /// Calls that reached it, or were to.
    pub calls: u64,
    /// How many of them it failed at.
    pub failed: u64,
    /// Why, and how often; the first few reasons.
    pub troubles: Vec<(String, u64)>,
    /// The first lines that it wrote to its standard error, where calls failed.
    pub wrote: Vec<String>,
    /// Whether it has flows that go out, and no answer said what goes on.
    pub is_silent: bool,
}

/// Counters of a node.
#[derive(Debug, Clone, Default)]
pub struct NodeOutcome {
    /// The node's id.
    pub id: String,
    /// The id of its service.
    pub service: String,
    /// Records that came in.
    pub records_in: u64,
    /// Records, rows or objects that went out.
    pub records_out: u64,
    /// Bytes that came in.
    pub bytes_in: u64,
    /// Bytes that went out.
    pub bytes_out: u64,
    /// Records or calls that were turned away for lack of capacity.
    pub throttled: u64,
    /// Attempts beyond the first.
    pub retried: u64,
    /// Records that a filter left out.
    pub filtered: u64,
    /// Records that came too late for their window.
    pub late: u64,
    /// Records that expired before they were read, or were given up.
    pub lost: u64,
    /// Records that are still held at the end.
    pub held: u64,
    /// The oldest record that a reader found, in microseconds of age.
    pub iterator_age_us: u64,
}

/// How long records took from a producer to a sink, in microseconds.
#[derive(Debug, Clone)]
pub struct PathOutcome {
    /// The producer's id.
    pub from: String,
    /// The sink's id.
    pub to: String,
    /// How many arrived.
    pub records: u64,
    /// Latencies.
    pub latency: Latencies,
}

/// Percentiles in microseconds; all 0 where nothing arrived.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Latencies {
    /// Of half of the records.
    pub p50: u64,
    /// Of 99 of 100.
    pub p99: u64,
    /// Of all.
    pub max: u64,
}

/// Something that went wrong on purpose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaultOutcome {
    /// What, where, when and for how long.
    pub words: String,
    /// When it began, in microseconds of virtual time.
    pub start_us: u64,
    /// The first instant after it.
    pub end_us: u64,
}

/// What faults did to a sink.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Suffered {
    /// Records that took longer than any before the first fault.
    pub delayed: u64,
    /// How long after the end of the last fault such a record still came, in microseconds.
    pub recovery_us: u64,
}

/// What a sink got.
#[derive(Debug, Clone)]
pub struct SinkOutcome {
    /// The node's id.
    pub id: String,
    /// Produced records that are in it, by themselves or in a row that counts them.
    pub delivered: u64,
    /// Produced records that should be in it and are not.
    pub lost: u64,
    /// Records that came again.
    pub duplicates: u64,
    /// Records that came after a later one with the same key.
    pub out_of_order: u64,
    /// Latencies of what was delivered.
    pub latency: Latencies,
    /// What faults did to it; nothing without any, or where nothing came before the first.
    pub suffered: Option<Suffered>,
    /// What it holds: paths with contents, below the node's own folder. Nothing where an observer got them.
    pub files: Vec<File>,
}

/// A file that a sink holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its path, with forward slashes.
    pub path: String,
    /// Its contents.
    pub contents: Vec<u8>,
}
