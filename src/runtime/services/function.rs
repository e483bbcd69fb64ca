//! A function that reads a stream through an event source mapping.
//!
//! Takes batches of a shard, gives the records that it keeps to its targets. **Ordering**: one call a shard at a time,
//! so the order of a shard stays. **Back pressure**: a shard whose call fails waits for the retry. **Delivery**: at
//! least once; a batch is tried again until it succeeds, the attempts are used up or its records expire, and is then
//! given up. **Not
//! modelled**: parallelization factor, bisection, record age, partial responses.

use std::collections::VecDeque;

use crate::runtime::engine::{Event, Io};
use crate::runtime::record::Record;
use crate::runtime::services::lambda::FunctionConfig;

/// A function in a run.
#[derive(Debug)]
pub(in crate::runtime) struct Function {
    pub(in crate::runtime) config: FunctionConfig,
    pub(in crate::runtime) batch_size: usize,
    pub(in crate::runtime) window_us: u64,
    /// How long the stream keeps a record: a failed batch is tried until it expires there.
    pub(in crate::runtime) retention_us: u64,
    /// Attempts after the first; nothing means until the records expire.
    pub(in crate::runtime) max_retries: Option<u32>,
    pub(in crate::runtime) backoff_us: u64,
    pub(in crate::runtime) targets: Vec<usize>,
    pub(in crate::runtime) shards: Vec<Pending>,
}

/// What waits for a shard's next call.
#[derive(Debug, Clone, Default)]
pub(in crate::runtime) struct Pending {
    records: VecDeque<Record>,
    /// Records of the call that runs.
    running: usize,
    /// Whether a window is open.
    gathering: bool,
}

impl Function {
    /// Takes a batch of a shard.
    pub(in crate::runtime) fn receive(&mut self, shard: usize, records: Vec<Record>, io: &mut Io<'_>) {
        for record in &records {
            io.counters.records_in += 1;
            io.counters.bytes_in += record.size();
        }
        self.shards[shard].records.extend(records);
        self.start(shard, io);
    }

    fn start(&mut self, shard: usize, io: &mut Io<'_>) {
        let pending = &mut self.shards[shard];
        if pending.running > 0 || pending.records.is_empty() || pending.gathering {
            return;
        }
        if self.window_us > 0 && pending.records.len() < self.batch_size {
            pending.gathering = true;
            io.after(self.window_us, io.node, Event::Timer { slot: shard, generation: 0 });
            return;
        }
        self.next_batch(shard, io);
    }

    /// The batching window of a shard has passed.
    pub(in crate::runtime) fn window_ended(&mut self, shard: usize, io: &mut Io<'_>) {
        self.shards[shard].gathering = false;
        if self.shards[shard].running == 0 && !self.shards[shard].records.is_empty() {
            self.next_batch(shard, io);
        }
    }

    fn next_batch(&mut self, shard: usize, io: &mut Io<'_>) {
        let pending = &mut self.shards[shard];
        let count = pending.records.len().min(self.batch_size);
        let batch: Vec<Record> = pending.records.drain(..count).collect();
        pending.running = count;
        self.call(shard, 0, batch, io);
    }

    fn call(&mut self, shard: usize, attempt: u32, records: Vec<Record>, io: &mut Io<'_>) {
        let (needed, succeeded) = self.config.call(records.len(), io.random);
        let wait = if succeeded { 0 } else { self.backoff_us };
        io.after(needed + wait, io.node, Event::Called { shard, attempt, succeeded, records });
    }

    /// A call has ended; `failed` is the attempt that failed. It is made again with what has not expired in the stream,
    /// as often as the mapping allows.
    pub(in crate::runtime) fn called(
        &mut self,
        shard: usize,
        failed: Option<u32>,
        mut records: Vec<Record>,
        io: &mut Io<'_>,
    ) {
        if let Some(attempt) = failed {
            let count = records.len();
            if self.max_retries.is_some_and(|most| attempt >= most) {
                records.clear();
            }
            records.retain(|record| record.arrived_us.saturating_add(self.retention_us) >= io.now_us);
            io.counters.lost += (count - records.len()) as u64;
            self.shards[shard].running = records.len();
            if records.is_empty() {
                self.start(shard, io);
            } else {
                io.counters.retried += 1;
                self.call(shard, attempt + 1, records, io);
            }
            return;
        }
        let (kept, left_out) = self.config.apply(records);
        io.leave_out(left_out);
        for record in &kept {
            io.arrivals.arrive(record.origin, Some(&record.key), record.produced_us, io.now_us);
        }
        io.counters.records_out += kept.len() as u64 * self.targets.len() as u64;
        for target in &self.targets {
            io.after(0, *target, Event::Put { from: io.node, attempt: 0, records: kept.clone() });
        }
        self.shards[shard].running = 0;
        self.start(shard, io);
    }

    /// Sends again what a stream turned away.
    pub(in crate::runtime) fn rejected(
        &mut self,
        to: usize,
        attempt: u32,
        records: Vec<Record>,
        io: &mut Io<'_>,
    ) {
        io.counters.throttled += records.len() as u64;
        io.counters.retried += records.len() as u64;
        io.after(self.backoff_us, to, Event::Put { from: io.node, attempt: attempt + 1, records });
    }

    /// Records that wait or are in a call.
    pub(in crate::runtime) fn held(&self) -> u64 {
        self.shards.iter().map(|pending| (pending.records.len() + pending.running) as u64).sum()
    }
}
