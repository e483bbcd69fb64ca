//! What producers have to send: the records of a file, or generated ones, each with the instant at which it is sent.

mod csv;
mod fields;
mod generate;
mod pace;
mod replay;
mod zipf;

use bytes::Bytes;

pub(super) use crate::runtime::supply::csv::to_lines;
pub(super) use crate::runtime::supply::fields::read_fields;
pub(super) use crate::runtime::supply::generate::{Generator, GeneratorConfig};
pub(super) use crate::runtime::supply::pace::{Pace, dries_up};
pub(super) use crate::runtime::supply::replay::{Lines, Replay, read_lines};

/// The records of a producer, in the order in which they are sent.
#[derive(Debug, Clone)]
pub(super) enum Supply {
    /// The records of a file.
    Replay(Replay),
    /// Records that are made up on their way.
    Generated(Box<Generator>),
}

/// A record that is about to be sent.
#[derive(Debug, Clone)]
pub(super) struct Produced {
    /// The partition key; empty where the design names none.
    pub(super) key: Bytes,
    /// What it holds.
    pub(super) payload: Bytes,
}

impl Supply {
    /// When the next record is sent, in virtual microseconds; nothing after the last.
    pub(super) fn next_us(&self) -> Option<u64> {
        match self {
            Self::Replay(replay) => replay.next_us(),
            Self::Generated(generator) => generator.next_us(),
        }
    }

    /// The next record.
    pub(super) fn take(&mut self) -> Option<Produced> {
        match self {
            Self::Replay(replay) => replay.take(),
            Self::Generated(generator) => generator.take(),
        }
    }

    /// How many records there are in all.
    pub(super) fn count(&self) -> u64 {
        match self {
            Self::Replay(replay) => replay.count(),
            Self::Generated(generator) => generator.count(),
        }
    }

    /// Lets randomness start at a seed.
    pub(super) fn seed(&mut self, seed: u64) {
        if let Self::Generated(generator) = self {
            generator.seed(seed);
        }
    }

    /// What the first records hold, `most` of them at the most.
    pub(super) fn sample(&self, most: usize) -> Vec<Bytes> {
        let mut copy = self.clone();
        std::iter::from_fn(|| copy.take()).take(most).map(|produced| produced.payload).collect()
    }
}
