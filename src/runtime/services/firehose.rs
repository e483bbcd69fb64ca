//! Firehose: gathers records and delivers them in batches to one destination.
//!
//! Takes records from a stream or from calls, gives objects to a bucket or batches to another destination. **Ordering**:
//! within a source shard; each has buffers of its own. **Back pressure**: direct writes have quotas a second, and what is
//! over goes back; what is delayed waits in the buffers. **Delivery**: what the transform or a destination takes no more is
//! kept as an object below the error prefix, where the design has a bucket for it. **Not modelled**: the growth of quotas
//! and buffers under load.

mod buffers;
mod delivery;
mod objects;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::runtime::engine::{Event, Io};
use crate::runtime::events::firehose::{CallingDelivery, Transformed, transformed};
use crate::runtime::record::Record;
use crate::runtime::services::firehose::buffers::{Buffers, Stage};
pub(in crate::runtime) use crate::runtime::services::firehose::buffers::{Hints, Partitioning};
pub(in crate::runtime) use crate::runtime::services::firehose::delivery::{Delivery, Destination};
use crate::runtime::services::firehose::objects::Failure;
pub(in crate::runtime) use crate::runtime::services::firehose::objects::{Compression, Objects};
use crate::runtime::services::lambda::FunctionConfig;
use crate::runtime::services::token_bucket::TokenBucket;
use crate::runtime::services::unreachable_event;

/// A Firehose stream in a run.
#[derive(Debug)]
pub(in crate::runtime) struct Firehose {
    pub(in crate::runtime) config: FirehoseConfig,
    buffers: Buffers,
    delivery: Delivery,
    /// When the last call of each shard ends, so that batches stay in order.
    busy_until_us: Vec<u64>,
    calling: u64,
    /// Counts the calls.
    calls: u64,
    /// What a program answered to the calls of each shard that run, the oldest first.
    answers: Vec<VecDeque<Option<Vec<Transformed>>>>,
    records: TokenBucket,
    bytes: TokenBucket,
    requests: TokenBucket,
}

/// The settings of a Firehose stream.
#[derive(Debug)]
pub(in crate::runtime) struct FirehoseConfig {
    pub(in crate::runtime) shards: usize,
    /// The writers that make a call for every record.
    pub(in crate::runtime) one_by_one: BTreeSet<usize>,
    pub(in crate::runtime) direct: DirectPut,
    pub(in crate::runtime) delivery: Hints,
    pub(in crate::runtime) transform: Option<Transform>,
    /// The bucket that gets every record as it came, and when.
    pub(in crate::runtime) backup: Option<(usize, Hints)>,
    pub(in crate::runtime) partitioning: Option<Partitioning>,
    pub(in crate::runtime) objects: Objects,
}

/// The quotas of direct writes: a second's, a call's and a record's.
#[derive(Debug, Clone, Copy)]
pub(in crate::runtime) struct DirectPut {
    pub(in crate::runtime) records: f64,
    pub(in crate::runtime) bytes: f64,
    pub(in crate::runtime) requests: f64,
    pub(in crate::runtime) call_records: u64,
    pub(in crate::runtime) call_bytes: u64,
    pub(in crate::runtime) record_size: u64,
}

/// A function that every record passes.
#[derive(Debug)]
pub(in crate::runtime) struct Transform {
    pub(in crate::runtime) function: FunctionConfig,
    pub(in crate::runtime) hints: Hints,
    pub(in crate::runtime) retries: u32,
    pub(in crate::runtime) failure_prefix: String,
    /// This stream as the events of a program name it.
    pub(in crate::runtime) caller: CallingDelivery,
}

impl Firehose {
    pub(in crate::runtime) fn new(config: FirehoseConfig, delivery: Delivery) -> Self {
        let buffers = Buffers::new(&config);
        let busy_until_us = vec![0; config.shards];
        let answers = vec![VecDeque::new(); config.shards];
        let DirectPut { records, bytes, requests, .. } = config.direct;
        let [records, bytes, requests] = [records, bytes, requests].map(TokenBucket::new);
        Self {
            config,
            buffers,
            delivery,
            busy_until_us,
            calling: 0,
            calls: 0,
            answers,
            records,
            bytes,
            requests,
        }
    }

    /// Does what follows from an event.
    pub(in crate::runtime) fn on_event(&mut self, event: Event, io: &mut Io<'_>) {
        match event {
            Event::Put { from, attempt, records } => self.put(from, attempt, records, io),
            Event::Called { shard, attempt, succeeded, records } => {
                self.called(shard, (!succeeded).then_some(attempt), records, io);
            }
            Event::Rejected { attempt, records, .. } => self.rejected(attempt, records, io),
            Event::Timer { slot, generation } => self.timer(slot, generation, io),
            event => unreachable_event(self, &event),
        }
    }

    /// Takes what the quotas of direct writes let through; the rest goes back. A record passes or fails by itself, but a
    /// call over the quota of calls fails as a whole.
    fn put(&mut self, from: usize, attempt: u32, mut records: Vec<Record>, io: &mut Io<'_>) {
        let quota = self.config.direct;
        let sent = records.len();
        records.retain(|record| record.payload.len() as u64 <= quota.record_size);
        io.counters.lost += (sent - records.len()) as u64;
        let bytes: u64 = records.iter().map(|record| record.payload.len() as u64).sum();
        // What no single call could carry came in several.
        let fewest =
            (records.len() as u64).div_ceil(quota.call_records).max(bytes.div_ceil(quota.call_bytes));
        let calls = if self.config.one_by_one.contains(&from) { records.len() as u64 } else { fewest };
        for bucket in [&mut self.records, &mut self.bytes, &mut self.requests] {
            bucket.fill(io.now_us);
        }
        let answered = self.requests.fits(calls as f64);
        if answered {
            self.requests.take(calls as f64);
        }
        let (taken, rejected): (Vec<Record>, Vec<Record>) =
            records.into_iter().partition(|record| answered && self.takes(record.payload.len() as f64));
        io.counters.throttled += rejected.len() as u64;
        if !rejected.is_empty() {
            io.after(0, from, Event::Rejected { to: io.node, attempt, records: rejected });
        }
        if !taken.is_empty() {
            self.receive(0, taken, io);
        }
    }

    fn takes(&mut self, size: f64) -> bool {
        let takes = self.records.fits(1.0) && self.bytes.fits(size);
        if takes {
            self.records.take(1.0);
            self.bytes.take(size);
        }
        takes
    }

    /// Takes records of a source shard.
    pub(in crate::runtime) fn receive(&mut self, shard: usize, records: Vec<Record>, io: &mut Io<'_>) {
        io.counters.records_in += records.len() as u64;
        io.counters.bytes_in += records.iter().map(Record::size).sum::<u64>();
        if self.config.backup.is_some() {
            self.fill(Stage::Backup(shard), records.clone(), io);
        }
        if self.config.transform.is_some() {
            self.fill(Stage::Transform(shard), records, io);
        } else {
            self.gather(shard, records, io);
        }
    }

    /// Puts records into the buffers before delivery: that of their shard, or those of their partitions.
    fn gather(&mut self, shard: usize, records: Vec<Record>, io: &mut Io<'_>) {
        if self.config.partitioning.is_none() {
            return self.fill(Stage::Delivery(shard), records, io);
        }
        for record in records {
            let stage = self.buffers.partition_of(&record);
            self.fill(stage, vec![record], io);
        }
    }

    /// Adds to a buffer and empties it as often as it is full.
    fn fill(&mut self, stage: Stage, records: Vec<Record>, io: &mut Io<'_>) {
        for record in records {
            if self.buffers.add(stage, record, io) {
                self.empty(stage, io);
            }
        }
    }

    /// A time that it set itself: the end of an interval, of a COPY, or of a wait.
    fn timer(&mut self, slot: usize, generation: u64, io: &mut Io<'_>) {
        if slot == delivery::COPIED {
            self.delivery.copied(generation, io);
        } else if let Some(stage) = self.buffers.due(slot, generation) {
            self.empty(stage, io);
        }
    }

    fn empty(&mut self, stage: Stage, io: &mut Io<'_>) {
        let (records, partition) = self.buffers.take(stage);
        match stage {
            Stage::Transform(shard) => self.call(shard, 0, records, io),
            Stage::Delivery(_) => self.deliver("", records, io),
            Stage::Backup(_) => {
                if let Some((bucket, _)) = self.config.backup {
                    let (path, contents) = self.config.objects.plain("", &records, io);
                    io.after(0, bucket, Event::Object { path, contents, records });
                }
            }
            Stage::Partition(_) => self.deliver(&partition, records, io),
            Stage::Unplaced => {
                let failure = Failure {
                    prefix: partition,
                    code: "DynamicPartitioning.MetadataExtractionFailed",
                    attempts: 1,
                };
                self.fail(&failure, &records, io);
            }
            Stage::Overflow => {
                let failure = Failure {
                    prefix: partition,
                    code: "DynamicPartitioning.ActivePartitionLimitExceeded",
                    attempts: 1,
                };
                self.fail(&failure, &records, io);
            }
        }
    }

    /// Calls the function; the next call of the same shard waits for this one.
    fn call(&mut self, shard: usize, attempt: u32, records: Vec<Record>, io: &mut Io<'_>) {
        let Some(transform) = &mut self.config.transform else { return };
        let is_poisoned = transform.function.is_poisoned(&records);
        let (call, count) = (self.calls, records.len());
        self.calls += 1;
        let begun = transform.function.begin(
            (count, is_poisoned),
            || transform.caller.event(shard, call, &records),
            |answer, _| transformed(answer, (shard, call, count)),
            io,
        );
        let succeeds = begun.succeeded && !is_poisoned;
        self.answers[shard].push_back(begun.answer);
        let ends = io.now_us.max(self.busy_until_us[shard]) + begun.needed_us;
        self.busy_until_us[shard] = ends;
        self.calling += records.len() as u64;
        io.at(ends, io.node, Event::Called { shard, attempt, succeeded: succeeds, records });
    }

    /// A call has ended; `failed` is the attempt that failed.
    fn called(&mut self, shard: usize, failed: Option<u32>, records: Vec<Record>, io: &mut Io<'_>) {
        let answer = self.answers[shard].pop_front().flatten();
        let Some(transform) = &self.config.transform else { return };
        self.calling -= records.len() as u64;
        let Some(attempt) = failed else {
            if let Some(answer) = answer {
                return self.transformed(shard, answer.into_iter().zip(records), io);
            }
            let (kept, left_out) = transform.function.apply(records);
            io.leave_out(left_out);
            self.gather(shard, kept, io);
            return;
        };
        if attempt < transform.retries {
            io.counters.retried += 1;
            self.call(shard, attempt + 1, records, io);
        } else {
            let failure = Failure {
                prefix: transform.failure_prefix.clone(),
                code: "Lambda.FunctionError",
                attempts: attempt + 1,
            };
            self.fail(&failure, &records, io);
        }
    }

    /// A program has answered for every record of a call.
    fn transformed(
        &mut self,
        shard: usize,
        answered: impl Iterator<Item = (Transformed, Record)>,
        io: &mut Io<'_>,
    ) {
        let (mut kept, mut failed) = (Vec::new(), BTreeMap::<&'static str, Vec<Record>>::new());
        for (becomes, mut record) in answered {
            match becomes {
                Transformed::Ok(data) => {
                    record.payload = data;
                    kept.push(record);
                }
                Transformed::Dropped => io.leave_out(vec![record.origin]),
                Transformed::Failed(code) => failed.entry(code).or_default().push(record),
            }
        }
        let prefix = self.config.transform.as_ref().map_or("", |transform| &transform.failure_prefix);
        let prefix = prefix.to_owned();
        for (code, records) in failed {
            self.fail(&Failure { prefix: prefix.clone(), code, attempts: 1 }, &records, io);
        }
        self.gather(shard, kept, io);
    }

    fn deliver(&mut self, partition: &str, records: Vec<Record>, io: &mut Io<'_>) {
        match self.delivery.destination {
            Destination::Bucket(bucket) => {
                let (path, contents) = self.config.objects.delivered(partition, &records, io);
                io.counters.records_out += records.len() as u64;
                io.counters.bytes_out += contents.len() as u64;
                io.after(0, bucket, Event::Object { path, contents, records });
            }
            Destination::Other { .. } => self.delivery.send(records, io),
        }
    }

    /// A destination turned away what was delivered.
    fn rejected(&mut self, attempt: u32, records: Vec<Record>, io: &mut Io<'_>) {
        if let Some((failure, records)) = self.delivery.rejected(attempt, records, io) {
            self.fail(&failure, &records, io);
        }
    }

    /// What is given up is kept as an object that says why, and counts as delivered to nobody.
    fn fail(&mut self, failure: &Failure, records: &[Record], io: &mut Io<'_>) {
        io.counters.lost += records.len() as u64;
        let bucket = match self.delivery.destination {
            Destination::Bucket(bucket) => Some(bucket),
            Destination::Other { .. } => self.config.backup.map(|(bucket, _)| bucket),
        };
        if let Some(bucket) = bucket {
            let (path, contents) = self.config.objects.failed(failure, records, io);
            io.after(0, bucket, Event::Object { path, contents, records: Vec::new() });
        }
    }

    /// Records in buffers and calls, and those that wait for a COPY.
    pub(in crate::runtime) fn held(&self) -> u64 {
        self.calling + self.buffers.held() + self.delivery.held()
    }
}
