//! What producers have to send: the records of a file, or generated ones, each with the instant at which it is sent.
//!
//! Records are made in batches, on a thread of their own where the run may use one: what a batch holds and the order of
//! batches do not depend on that. At most [`AHEAD`] batches wait to be sent, so that memory does not grow with the file.

mod csv;
mod fields;
mod generate;
mod pace;
mod replay;
mod stream;
mod wanted;
mod zipf;

use std::sync::mpsc::{Receiver, sync_channel};

use bytes::Bytes;

use crate::runtime::record::{BadLine, BadLines};
pub(super) use crate::runtime::supply::csv::to_lines;
pub(super) use crate::runtime::supply::fields::read_fields;
pub(super) use crate::runtime::supply::generate::{Generator, GeneratorConfig};
pub(super) use crate::runtime::supply::pace::{Pace, dries_up};
pub(super) use crate::runtime::supply::replay::{Lines, Replay, read_lines};
pub(super) use crate::runtime::supply::stream::{LineReader, Streamed};
use crate::units::Duration;

/// So many batches are made ahead of what is sent.
const AHEAD: usize = 4;

/// So many records make a batch where nothing else says so.
const BATCH: usize = 4096;

/// Whether a file of this name holds CSV, packed or not.
///
/// ```
/// assert!(thalweg::runtime::is_csv("data/readings.csv.gz") && !thalweg::runtime::is_csv("csv/readings.ndjson"));
/// ```
#[must_use]
pub fn is_csv(path: &str) -> bool {
    let mut endings = path.rsplit('.').map(str::to_ascii_lowercase).filter(|ending| ending != "gz");
    endings.next().is_some_and(|ending| ending == "csv")
}

/// Where the records of a producer come from.
#[derive(Debug)]
pub(super) enum Origin {
    /// A file that is held as a whole, in the order of its event times where those say when a record is sent.
    Replay(Replay),
    /// A file that is read as it is sent.
    Streamed(Streamed),
    /// Records that are made up on their way.
    Generated(Box<Generator>),
}

/// A record that is about to be sent.
#[derive(Debug, Clone)]
pub(super) struct Produced {
    /// When it is sent, in virtual microseconds.
    pub(super) at_us: u64,
    /// The partition key; empty where the design names none.
    pub(super) key: Bytes,
    /// What it holds.
    pub(super) payload: Bytes,
}

/// Why records cannot be sent on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fault {
    /// A record happened before one that was sent already.
    Unsorted,
    /// The file could not be read.
    Unreadable(String),
    /// A line that is no record, where the run is to stop at such.
    BadLine(BadLine),
}

/// Records that were made together.
#[derive(Debug, Default)]
pub(super) struct Batch {
    pub(super) records: Vec<Produced>,
    /// Lines among them that are no records.
    pub(super) bad: BadLines,
    /// What comes after them.
    pub(super) fault: Option<Fault>,
}

/// The records of a producer, in the order in which they are sent.
#[derive(Debug)]
pub(super) struct Supply {
    batch: std::vec::IntoIter<Produced>,
    feed: Feed,
    /// Whether batches are made on a thread of their own.
    ahead: bool,
    /// Whether a line that is no record is a fault.
    strict: bool,
    bad: BadLines,
    fault: Option<Fault>,
    count: Option<u64>,
}

#[derive(Debug)]
enum Feed {
    Here(Box<Origin>),
    Ahead(Receiver<Batch>),
    Over,
}

impl Supply {
    /// The records of an origin.
    pub(super) fn new(origin: Origin, ahead: bool, strict: bool) -> Self {
        Self {
            batch: Vec::new().into_iter(),
            count: origin.count(),
            feed: Feed::Here(Box::new(origin)),
            ahead,
            strict,
            bad: BadLines::default(),
            fault: None,
        }
    }

    /// When the next record is sent, in virtual microseconds; nothing after the last.
    pub(super) fn next_us(&mut self) -> Option<u64> {
        while self.batch.as_slice().is_empty() {
            let batch = self.next_batch()?;
            self.bad.join(batch.bad);
            self.batch = batch.records.into_iter();
            self.fault = self.fault.take().or(batch.fault);
            if let Some(bad) = self.bad.first().filter(|_| self.strict) {
                self.fault = Some(Fault::BadLine(bad.clone()));
            }
            if self.fault.is_some() {
                self.feed = Feed::Over;
            }
        }
        self.batch.as_slice().first().map(|record| record.at_us)
    }

    fn next_batch(&mut self) -> Option<Batch> {
        if self.ahead && matches!(self.feed, Feed::Here(_)) {
            let Feed::Here(mut origin) = std::mem::replace(&mut self.feed, Feed::Over) else { return None };
            let (sender, receiver) = sync_channel(AHEAD);
            // It ends with its records, or once nobody takes them any more.
            std::thread::spawn(
                move || {
                    while origin.next_batch().is_some_and(|batch| sender.send(batch).is_ok()) {}
                },
            );
            self.feed = Feed::Ahead(receiver);
        }
        match &mut self.feed {
            Feed::Here(origin) => origin.next_batch(),
            Feed::Ahead(receiver) => receiver.recv().ok(),
            Feed::Over => None,
        }
    }

    /// The next record.
    pub(super) fn take(&mut self) -> Option<Produced> {
        self.next_us()?;
        self.batch.next()
    }

    /// How many records there are in all, where that is known beforehand.
    pub(super) fn count(&self) -> Option<u64> {
        self.count
    }

    /// The lines so far that are no records.
    pub(super) fn bad(&self) -> &BadLines {
        &self.bad
    }

    /// Why there are no more records, where they are not all sent.
    pub(super) fn fault(&self) -> Option<&Fault> {
        self.fault.as_ref().filter(|_| self.batch.as_slice().is_empty())
    }

    /// Sends nothing more.
    pub(super) fn end(&mut self) {
        self.batch = Vec::new().into_iter();
        self.feed = Feed::Over;
    }
}

impl Origin {
    fn next_batch(&mut self) -> Option<Batch> {
        match self {
            Self::Replay(replay) => replay.next_batch(),
            Self::Streamed(streamed) => streamed.next_batch(),
            Self::Generated(generator) => generator.next_batch(),
        }
    }

    fn count(&self) -> Option<u64> {
        match self {
            Self::Replay(replay) => Some(replay.count()),
            Self::Streamed(_) => None,
            Self::Generated(generator) => Some(generator.count()),
        }
    }

    /// How long it sends, where that is known beforehand.
    pub(super) fn length(&self) -> Option<Duration> {
        match self {
            Self::Replay(replay) => Some(replay.length()),
            Self::Streamed(_) => None,
            Self::Generated(generator) => Some(generator.length()),
        }
    }

    /// Lets randomness start at a seed.
    pub(super) fn seed(&mut self, seed: u64) {
        if let Self::Generated(generator) = self {
            generator.seed(seed);
        }
    }

    /// What the first records hold, `most` of them at the most.
    pub(super) fn sample(&mut self, most: usize) -> Vec<Bytes> {
        match self {
            Self::Replay(replay) => replay.sample(most),
            Self::Streamed(streamed) => streamed.sample(most),
            Self::Generated(generator) => generator.clone().sample(most),
        }
    }
}
