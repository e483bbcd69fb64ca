//! A job that works in micro-batches: Spark in Glue and EMR.
//!
//! Takes what the shards of a stream hold at every tick, gives the records that it keeps to its targets. **Ordering**:
//! within a shard. **Back pressure**: while a batch is worked on nothing is read, so that what comes waits in the stream.
//! **Delivery**: at least once; each target is written once a batch, a bucket with one object for every shard, as each is a
//! task. **Not modelled**: failures and checkpoints, and workers: `work` says how long a batch takes.

use crate::runtime::engine::{Event, Io};
use crate::runtime::record::Record;
use crate::runtime::services::lambda::FunctionConfig;
use crate::runtime::services::unreachable_event;

/// A job in a run.
#[derive(Debug)]
pub(in crate::runtime) struct MicroBatch {
    pub(in crate::runtime) config: MicroBatchConfig,
    busy_until_us: u64,
    /// The tick whose batch has begun.
    tick: Option<u64>,
    /// Reads that wait until the batch is done: stream, reader and shard.
    put_off: Vec<(usize, usize, usize)>,
    working: u64,
}

/// The settings of a job.
#[derive(Debug)]
pub(in crate::runtime) struct MicroBatchConfig {
    pub(in crate::runtime) name: String,
    /// What it does with a batch; `duration_us` is what each takes whatever it holds.
    pub(in crate::runtime) work: FunctionConfig,
    /// Time from one batch to the next.
    pub(in crate::runtime) window_us: u64,
    pub(in crate::runtime) buckets: Vec<usize>,
    /// The targets that are no buckets.
    pub(in crate::runtime) targets: Vec<usize>,
}

impl MicroBatch {
    pub(in crate::runtime) fn new(config: MicroBatchConfig) -> Self {
        Self { config, busy_until_us: 0, tick: None, put_off: Vec::new(), working: 0 }
    }

    /// Whether it reads on in a shard; if not, it asks the stream itself when its batch is done.
    pub(in crate::runtime) fn reads(
        &mut self,
        shard: usize,
        stream: usize,
        reader: usize,
        now_us: u64,
    ) -> bool {
        let reads = now_us >= self.busy_until_us || self.tick == Some(self.tick_of(now_us));
        if !reads {
            self.put_off.push((stream, reader, shard));
        }
        reads
    }

    fn tick_of(&self, now_us: u64) -> u64 {
        now_us / self.config.window_us.max(1)
    }

    /// What a shard held becomes a part of the batch.
    pub(in crate::runtime) fn receive(&mut self, shard: usize, records: Vec<Record>, io: &mut Io<'_>) {
        io.counters.records_in += records.len() as u64;
        io.counters.bytes_in += records.iter().map(Record::size).sum::<u64>();
        let tick = self.tick_of(io.now_us);
        let overhead = if self.tick == Some(tick) { 0 } else { self.config.work.duration_us };
        self.tick = Some(tick);
        let needed = overhead + self.config.work.per_record_us * records.len() as u64;
        self.busy_until_us = self.busy_until_us.max(io.now_us) + needed;
        self.working += records.len() as u64;
        let done = Event::Called { shard, attempt: 0, succeeded: true, records };
        io.at(self.busy_until_us, io.node, done);
    }

    /// Does what follows from an event.
    pub(in crate::runtime) fn on_event(&mut self, event: Event, io: &mut Io<'_>) {
        match event {
            Event::Called { shard, records, .. } => self.done(shard, records, io),
            Event::Rejected { to, attempt, records } => {
                self.config.work.send_again(to, attempt, records, io);
            }
            event => unreachable_event(self, &event),
        }
    }

    fn done(&mut self, shard: usize, records: Vec<Record>, io: &mut Io<'_>) {
        self.working -= records.len() as u64;
        let kept = self.config.work.hand_on(records, &self.config.targets, io);
        if !kept.is_empty() {
            let mut contents = Vec::new();
            for record in &kept {
                contents.extend_from_slice(&record.payload);
                contents.push(b'\n');
            }
            let contents = bytes::Bytes::from(contents);
            for bucket in &self.config.buckets {
                io.counters.records_out += kept.len() as u64;
                let path = format!("{}/{:016}-part-{shard:05}.json", self.config.name, io.now_us);
                let object = Event::Object { path, contents: contents.clone(), records: kept.clone() };
                io.after(0, *bucket, object);
            }
        }
        if io.now_us >= self.busy_until_us {
            for (stream, reader, shard) in std::mem::take(&mut self.put_off) {
                io.after(0, io.node, Event::Poll { stream, reader, shard });
            }
        }
    }

    /// Records that are worked on.
    pub(in crate::runtime) fn held(&self) -> u64 {
        self.working
    }
}
