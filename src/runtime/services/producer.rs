//! A producer: sends the records of a file, or generated ones.
//!
//! Takes what there is to send, gives it to its targets at its time. **Ordering**: by event time where the design names
//! the field and no rate, since a record is sent when it has happened; in the order of the file, or of generation,
//! elsewhere. **Back pressure**: what a target turns away is sent again with growing waits and jitter, unless retries are
//! off. **Delivery**: what is given up after the last attempt is lost. **Simplified**: what is due within a millisecond
//! leaves together. **Not modelled**: the network on the way.

use std::ops::Range;

use crate::runtime::condition::OfRecord;
use crate::runtime::engine::{Event, Io};
use crate::runtime::record::Record;
use crate::runtime::supply::Supply;

/// The least time between two instants at which a producer sends.
const STEP_US: u64 = 1000;

/// A producer in a run.
#[derive(Debug)]
pub(in crate::runtime) struct Producer {
    config: ProducerConfig,
    pub(in crate::runtime) supply: Supply,
    /// The numbers of the records that were sent.
    pub(in crate::runtime) sent: Range<u64>,
    targets: Vec<usize>,
    /// What waits for others of its call.
    gathered: Vec<Record>,
    /// Counts the calls, so that the end of an earlier wait does nothing.
    calls: u64,
}

/// What a producer needs to know.
#[derive(Debug, Clone)]
pub(in crate::runtime) struct ProducerConfig {
    /// Records of one call at the most.
    pub(in crate::runtime) call_records: usize,
    /// How long a record waits for others of its call; nothing where it does not.
    pub(in crate::runtime) wait_us: Option<u64>,
    /// Which records are sent.
    pub(in crate::runtime) events: Option<OfRecord>,
    pub(in crate::runtime) retries: bool,
    pub(in crate::runtime) first_wait_us: u64,
    pub(in crate::runtime) longest_wait_us: u64,
    pub(in crate::runtime) attempts: u32,
}

impl Producer {
    /// A producer whose first record has this number.
    pub(in crate::runtime) fn new(
        config: ProducerConfig,
        supply: Supply,
        first_origin: u64,
        targets: Vec<usize>,
    ) -> Self {
        Self { config, supply, sent: first_origin..first_origin, targets, gathered: Vec::new(), calls: 0 }
    }

    /// Sends what is due now, and comes back when the next is.
    pub(in crate::runtime) fn send(&mut self, io: &mut Io<'_>) {
        let mut left_out = Vec::new();
        while self.supply.next_us().is_some_and(|at| at <= io.now_us) {
            let Some(produced) = self.supply.take() else { break };
            let record = Record {
                origin: self.sent.end,
                key: produced.key,
                payload: produced.payload,
                produced_us: io.now_us,
                arrived_us: io.now_us,
            };
            self.sent.end += 1;
            io.counters.records_in += 1;
            io.counters.bytes_in += record.size();
            if self.config.events.as_ref().is_some_and(|events| !events.holds(&record.payload)) {
                left_out.push(record.origin);
                continue;
            }
            self.gathered.push(record);
            if self.gathered.len() >= self.config.call_records {
                self.call(io);
            } else if let (1, Some(wait)) = (self.gathered.len(), self.config.wait_us) {
                io.after(wait, io.node, Event::Timer { slot: 0, generation: self.calls });
            }
        }
        io.leave_out(left_out);
        if self.config.wait_us.is_none() {
            self.call(io);
        }
        if let Some(at) = self.supply.next_us() {
            io.at(at.max(io.now_us + STEP_US), io.node, Event::Send);
        }
    }

    /// The records of a call have waited long enough.
    pub(in crate::runtime) fn timer(&mut self, generation: u64, io: &mut Io<'_>) {
        if generation == self.calls {
            self.call(io);
        }
    }

    fn call(&mut self, io: &mut Io<'_>) {
        let records = std::mem::take(&mut self.gathered);
        if records.is_empty() {
            return;
        }
        self.calls += 1;
        let bytes: u64 = records.iter().map(Record::size).sum();
        let Some((last, others)) = self.targets.split_last() else { return };
        io.counters.records_out += (records.len() * self.targets.len()) as u64;
        io.counters.bytes_out += bytes * self.targets.len() as u64;
        for target in others {
            io.after(0, *target, Event::Put { from: io.node, attempt: 0, records: records.clone() });
        }
        io.after(0, *last, Event::Put { from: io.node, attempt: 0, records });
    }

    /// Sends again what was turned away: the wait doubles with every attempt, and jitter takes up to half of it.
    pub(in crate::runtime) fn rejected(
        &mut self,
        to: usize,
        attempt: u32,
        records: Vec<Record>,
        io: &mut Io<'_>,
    ) {
        io.counters.throttled += records.len() as u64;
        if !self.config.retries || attempt + 1 > self.config.attempts {
            io.counters.lost += records.len() as u64;
            return;
        }
        io.counters.retried += records.len() as u64;
        let doubled = self.config.first_wait_us.saturating_mul(1 << attempt.min(30));
        let wait = doubled.min(self.config.longest_wait_us) as f64 * (0.5 + io.random.share() / 2.0);
        io.after(wait as u64, to, Event::Put { from: io.node, attempt: attempt + 1, records });
    }

    /// Records that wait for others of their call.
    pub(in crate::runtime) fn held(&self) -> u64 {
        self.gathered.len() as u64
    }
}
