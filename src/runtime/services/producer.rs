//! A producer: replays the records of a file.
//!
//! Takes records, gives them to its targets at their time. **Ordering**: by event time where the design names the
//! field, since a record is sent when it has happened; in the order of the file at the declared rate elsewhere.
//! **Back pressure**: what a stream turns away is sent again with growing waits and jitter, unless retries are off.
//! **Delivery**: what is given up after the last attempt is lost. **Not modelled**: the network on the way.

use bytes::Bytes;

use crate::runtime::engine::{Event, Io};
use crate::runtime::record::{Produced, Record};

/// A producer in a run.
#[derive(Debug)]
pub(in crate::runtime) struct Producer {
    pub(in crate::runtime) config: ProducerConfig,
    /// Records with the instants at which they are sent, the latest first.
    pub(in crate::runtime) waiting: Vec<(u64, Produced)>,
    pub(in crate::runtime) next_origin: u64,
    pub(in crate::runtime) targets: Vec<usize>,
}

/// What a producer needs to know.
#[derive(Debug, Clone)]
pub(in crate::runtime) struct ProducerConfig {
    /// Records of one call at the most.
    pub(in crate::runtime) batch: usize,
    pub(in crate::runtime) retries: bool,
    pub(in crate::runtime) first_wait_us: u64,
    pub(in crate::runtime) longest_wait_us: u64,
    pub(in crate::runtime) attempts: u32,
}

impl Producer {
    /// Sends what is due now, and comes back when the next is.
    pub(in crate::runtime) fn send(&mut self, io: &mut Io<'_>) {
        let mut batch = Vec::new();
        while self.waiting.last().is_some_and(|(at, _)| *at <= io.now_us) && batch.len() < self.config.batch {
            let Some((_, produced)) = self.waiting.pop() else { break };
            let record = Record {
                origin: self.next_origin,
                key: if produced.key.is_empty() { own_key(self.next_origin) } else { produced.key },
                payload: produced.payload,
                produced_us: io.now_us,
                arrived_us: io.now_us,
            };
            self.next_origin += 1;
            io.counters.records_in += 1;
            io.counters.bytes_in += record.size();
            batch.push(record);
        }
        if !batch.is_empty() {
            for target in &self.targets {
                io.counters.records_out += batch.len() as u64;
                io.counters.bytes_out += batch.iter().map(Record::size).sum::<u64>();
                io.after(0, *target, Event::Put { from: io.node, attempt: 0, records: batch.clone() });
            }
        }
        if let Some((at, _)) = self.waiting.last() {
            io.at(*at, io.node, Event::Send);
        }
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
}

/// The key of a record for which the design names none, as a program draws one at random: no other record has it.
fn own_key(origin: u64) -> Bytes {
    format!("{origin:016x}").into()
}
