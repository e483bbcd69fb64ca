//! A design in virtual time: real records through every service of it, deterministically.
//!
//! [`plan`] turns a design into a topology of services with every number taken from the cards; [`simulate`] runs it.
//! Nothing here reads a clock, a file, the environment or a hash map's order: records come in as bytes or from a reader
//! that is handed in, functions that are programs are called through a [`program::Program`] that is handed in, objects and
//! items go out as values, and the same design, records and seed give the same bytes, as long as such programs answer alike.
//!
//! # How a service is written
//!
//! A service is a state machine in `services/ID.rs`, and an arm of `Component`. It is told what happened
//! ([`engine`]'s events) and when, and acts through `Io`: `io.after` and `io.at` let something happen to a node,
//! `io.counters` are its row of the report, `io.random` is the only randomness. Its module docs say **Ordering**, **Back
//! pressure**, **Delivery** and **Not modelled**.
//!
//! - A [`record::Record`] is never made anew: a copy keeps its `origin`, by which losses and repetitions are counted.
//! - Where records end, `io.arrivals.arrive` counts them. A row stands for the records of its [`sql::Lineage`].
//! - What a filter leaves out is told by `io.leave_out`; what is given up is added to `io.counters.lost`.
//! - A file that will not change any more goes to `io.store` as soon as it is made; `Component::files` gives what a node
//!   holds at the end, such as the items of a table. What the service still holds is what `Component::held` says.
//!
//! # What memory grows with
//!
//! Not with the records that passed: a file is read as it is sent, a shard keeps what a reader has still to read, an
//! object is handed out when it is made, latencies are counted in steps of at most a part in 8192 once there are more
//! than a million, and a set of records takes nothing where it is full. It grows with the keys and items that are held,
//! with the records in open windows (some bytes each), and with a file that has to be sorted by its event times first.
//!
//! # What time goes into
//!
//! Records are made on a thread of their own, which reads key and event time out of JSON, or writes it where records are
//! generated. All else is one thread's, and it bounds the run: JSON is read a second time by a query, records are moved
//! between producer, shard, reader and sink, and each node that counts arrivals looks every key up, which costs most
//! where the keys no longer fit into the caches. MD5 matters only where every record has a key of its own, as other keys are hashed once.
//! `benches/record_path.rs` measures the roads with one thread and with two.

mod base64;
mod bits;
mod condition;
pub mod cost;
pub mod engine;
pub mod events;
pub mod faults;
mod json;
mod lineage;
mod measure;
pub mod outcome;
mod plan;
pub mod program;
pub mod random;
pub mod record;
pub mod series;
mod services;
mod spread;
pub mod sql;
mod supply;
pub mod verdict;

use std::collections::BTreeMap;
use std::io::Read;
use std::ops::ControlFlow;

use bytes::Bytes;

pub use crate::runtime::engine::{View, observe, simulate, watch};
use crate::runtime::outcome::File;
pub use crate::runtime::plan::{
    Application, Columns, SourceColumns, Target, Topology, Written, applications, plan, plan_from,
};
use crate::runtime::program::Program;
pub use crate::runtime::supply::is_csv;
use crate::units::Duration;

/// The records of each producer that has a file, by the node's id: its bytes, unpacked.
pub type Inputs = BTreeMap<String, Bytes>;

/// Where the records of the producers come from.
#[derive(Default)]
pub struct Sources {
    /// For each producer that has a file its records, by the node's id.
    pub files: BTreeMap<String, Source>,
    /// Whether records are made on threads of their own, ahead of what is sent. The outcome is the same.
    pub ahead: bool,
    /// Whether the run stops at a line that is no record.
    pub strict: bool,
    /// The functions that are programs, by the ids of their nodes. Without its program such a function does not run.
    pub programs: BTreeMap<String, Box<dyn Program>>,
}

/// The records of a producer, unpacked.
pub enum Source {
    /// As a whole. They are sorted by their event times where those say when they are sent.
    Whole(Bytes),
    /// To be read while they are sent; event times that say when must not go back.
    Stream(Box<dyn Read + Send>),
}

impl From<&Inputs> for Sources {
    fn from(inputs: &Inputs) -> Self {
        let whole = |(id, bytes): (&String, &Bytes)| (id.clone(), Source::Whole(bytes.clone()));
        Self { files: inputs.iter().map(whole).collect(), ..Self::default() }
    }
}

/// How to run.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Where randomness starts.
    pub seed: u64,
    /// How long producers send. Without it real records are all sent, and generated ones come for ten minutes, a whole
    /// period or all steps, whichever is longest.
    pub duration: Option<Duration>,
}

impl Default for Options {
    fn default() -> Self {
        Self { seed: 1, duration: None }
    }
}

/// How far a run has come.
#[derive(Debug, Clone, Copy)]
pub struct Progress {
    /// Records that producers have sent.
    pub sent: u64,
    /// Records that they have in all, where that is known.
    pub total: Option<u64>,
    /// Virtual time that has passed, in microseconds.
    pub now_us: u64,
}

/// What a run tells while it goes on.
pub trait Observer {
    /// How far the run has come; called now and then. Once it says [`ControlFlow::Break`] producers send nothing more,
    /// what is on its way arrives, and the run ends.
    fn progress(&mut self, progress: Progress) -> ControlFlow<()>;

    /// The run at the start, at the end and at the first event at or after each instant that this names.
    fn look(&mut self, _view: &View<'_>) -> u64 {
        u64::MAX
    }

    /// A file that a node holds, by the node's id.
    fn file(&mut self, node: &str, file: File);
}

/// Why a run has no outcome.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// The records of a producer are read while they are sent, and one of them happened before one that was sent.
    #[error("the records of `{producer}` are not in the order of their event times")]
    Unsorted {
        /// The producer's id.
        producer: String,
    },
    /// A source could not be read to its end.
    #[error("the records of `{producer}` cannot be read: {reason}")]
    Unreadable {
        /// The producer's id.
        producer: String,
        /// Why.
        reason: String,
    },
    /// A line is no record, where the run was to stop at such.
    #[error("line {line} of the records of `{producer}` {reason}")]
    BadLine {
        /// The producer's id.
        producer: String,
        /// The line, from 1.
        line: u64,
        /// What is wrong with it.
        reason: String,
    },
}
