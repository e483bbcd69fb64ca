//! How batches come to a destination that is no bucket.
//!
//! Takes batches, gives them to the destination and tries again what it turns away, until the time for it is up. A
//! warehouse is loaded by one COPY after the other: each takes all batches that wait, and needs its time.

use crate::runtime::engine::{Event, Io};
use crate::runtime::record::Record;
use crate::runtime::services::firehose::objects::Failure;
use crate::runtime::services::retry::RetryPolicy;

/// The slot of the timer that ends a COPY; no buffer has it.
pub(super) const COPIED: usize = usize::MAX;

/// Where batches go.
#[derive(Debug, Clone)]
pub(in crate::runtime) enum Destination {
    Bucket(usize),
    Other {
        node: usize,
        policy: RetryPolicy,
        /// How long a COPY takes, where batches come by one.
        copy_us: Option<u64>,
        failure_prefix: String,
    },
}

/// Deliveries to the destination.
#[derive(Debug)]
pub(in crate::runtime) struct Delivery {
    pub(in crate::runtime) destination: Destination,
    /// What the next COPY loads.
    waiting: Vec<Record>,
    loading: Loading,
    /// Counts the timers, so that an earlier one does nothing.
    generation: u64,
}

/// What becomes of a COPY.
#[derive(Debug)]
enum Loading {
    Nothing,
    /// It runs, or waits to be tried again after so many failures.
    Running(Vec<Record>, u32),
    /// It has ended, and what the warehouse turned away comes back at this very instant.
    Ended,
}

impl Delivery {
    pub(in crate::runtime) fn new(destination: Destination) -> Self {
        Self { destination, waiting: Vec::new(), loading: Loading::Nothing, generation: 0 }
    }

    /// Delivers a batch, at once or by the next COPY.
    pub(super) fn send(&mut self, records: Vec<Record>, io: &mut Io<'_>) {
        let Destination::Other { node, copy_us, .. } = self.destination else { return };
        if copy_us.is_some() {
            self.waiting.extend(records);
            self.copy(io);
        } else {
            put(node, records, 0, 0, io);
        }
    }

    /// Begins a COPY of all that waits, unless one runs.
    fn copy(&mut self, io: &mut Io<'_>) {
        if matches!(self.loading, Loading::Nothing) && !self.waiting.is_empty() {
            let records = std::mem::take(&mut self.waiting);
            self.load(records, 0, 0, io);
        }
    }

    fn load(&mut self, records: Vec<Record>, attempt: u32, delay_us: u64, io: &mut Io<'_>) {
        let Destination::Other { copy_us: Some(copy_us), .. } = self.destination else { return };
        self.loading = Loading::Running(records, attempt);
        self.timer(delay_us + copy_us, io);
    }

    fn timer(&mut self, delay_us: u64, io: &mut Io<'_>) {
        self.generation += 1;
        io.after(delay_us, io.node, Event::Timer { slot: COPIED, generation: self.generation });
    }

    /// A COPY has ended, or it is known that the warehouse took it.
    pub(super) fn copied(&mut self, generation: u64, io: &mut Io<'_>) {
        let Destination::Other { node, .. } = self.destination else { return };
        if generation != self.generation {
            return;
        }
        match std::mem::replace(&mut self.loading, Loading::Nothing) {
            Loading::Running(records, attempt) => {
                put(node, records, attempt, 0, io);
                self.loading = Loading::Ended;
                self.timer(1, io);
            }
            _ => self.copy(io),
        }
    }

    /// The destination turned records away: they come again later, or are given up.
    pub(super) fn rejected(
        &mut self,
        attempt: u32,
        records: Vec<Record>,
        io: &mut Io<'_>,
    ) -> Option<(Failure, Vec<Record>)> {
        let Destination::Other { node, policy, copy_us, failure_prefix } = &self.destination else {
            return None;
        };
        io.counters.records_out -= records.len() as u64;
        io.counters.bytes_out -= bytes(&records);
        let Some(wait) = policy.wait(attempt) else {
            let prefix = failure_prefix.clone();
            let failure = Failure { prefix, code: "Delivery.RetriesExhausted", attempts: attempt + 1 };
            return Some((failure, records));
        };
        io.counters.retried += 1;
        if copy_us.is_some() {
            self.load(records, attempt + 1, wait, io);
        } else {
            put(*node, records, attempt + 1, wait, io);
        }
        None
    }

    /// Records that wait for a COPY or are in one.
    pub(super) fn held(&self) -> u64 {
        let loading = match &self.loading {
            Loading::Running(records, _) => records.len(),
            _ => 0,
        };
        (self.waiting.len() + loading) as u64
    }
}

fn put(node: usize, records: Vec<Record>, attempt: u32, delay_us: u64, io: &mut Io<'_>) {
    io.counters.records_out += records.len() as u64;
    io.counters.bytes_out += bytes(&records);
    io.after(delay_us, node, Event::Put { from: io.node, attempt, records });
}

fn bytes(records: &[Record]) -> u64 {
    records.iter().map(|record| record.payload.len() as u64).sum()
}
