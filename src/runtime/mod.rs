//! A design in virtual time: real records through every service of it, deterministically.
//!
//! [`plan`] turns a design into a topology of services with every number taken from the cards; [`simulate`] runs it.
//! Nothing here reads a clock, a file, the environment or a hash map's order: records come in as bytes, objects and
//! items go out as values, and the same design, records and seed give the same bytes.

mod bits;
mod condition;
pub mod engine;
mod json;
mod measure;
pub mod outcome;
mod plan;
mod random;
pub mod record;
mod services;
pub mod sql;
mod supply;
pub mod verdict;

use std::collections::BTreeMap;

use bytes::Bytes;

pub use crate::runtime::engine::{simulate, watch};
pub use crate::runtime::plan::{Topology, plan};
use crate::units::Duration;

/// The records of each producer that has a file, by the node's id: its bytes, unpacked.
pub type Inputs = BTreeMap<String, Bytes>;

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
    /// Records that they have in all.
    pub total: u64,
}
