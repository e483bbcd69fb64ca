//! Firehose: gathers records and delivers them as objects to one bucket.
//!
//! Takes records from a stream or from calls, gives objects. **Ordering**: within a source shard; each has buffers of
//! its own. **Back pressure**: direct writes have quotas a second, and what is over goes back; what is delayed waits in
//! the buffers. **Delivery**: a batch whose transform fails for good goes to the error prefix as an object. **Not
//! modelled**: dynamic partitioning, conversion of formats, the growth of quotas under load, a destination that fails.

use std::collections::BTreeSet;
use std::io::Write as _;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use jiff::Timestamp;

use crate::runtime::engine::{Event, Io};
use crate::runtime::record::Record;
use crate::runtime::services::lambda::FunctionConfig;
use crate::runtime::services::token_bucket::TokenBucket;

/// A Firehose stream in a run.
#[derive(Debug)]
pub(in crate::runtime) struct Firehose {
    pub(in crate::runtime) config: FirehoseConfig,
    /// For each source shard the buffer before the transform, then the one before delivery.
    buffers: Vec<Buffer>,
    /// When the last call of each shard ends, so that batches stay in order.
    busy_until_us: Vec<u64>,
    calling: u64,
    records: TokenBucket,
    bytes: TokenBucket,
    requests: TokenBucket,
}

/// The settings of a Firehose stream.
#[derive(Debug, Clone)]
pub(in crate::runtime) struct FirehoseConfig {
    pub(in crate::runtime) name: String,
    pub(in crate::runtime) sink: usize,
    pub(in crate::runtime) shards: usize,
    /// The writers that make a call for every record.
    pub(in crate::runtime) one_by_one: BTreeSet<usize>,
    pub(in crate::runtime) direct: DirectPut,
    pub(in crate::runtime) delivery: Hints,
    pub(in crate::runtime) transform: Option<Transform>,
    pub(in crate::runtime) prefix: String,
    pub(in crate::runtime) error_prefix: String,
    pub(in crate::runtime) append_delimiter: bool,
    pub(in crate::runtime) gzip: bool,
    /// The instant at which the run starts, in milliseconds since 1970.
    pub(in crate::runtime) start_ms: i64,
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

/// When a buffer is emptied, whichever comes first.
#[derive(Debug, Clone, Copy)]
pub(in crate::runtime) struct Hints {
    pub(in crate::runtime) size: u64,
    pub(in crate::runtime) interval_us: u64,
}

/// A function that every record passes.
#[derive(Debug, Clone)]
pub(in crate::runtime) struct Transform {
    pub(in crate::runtime) function: FunctionConfig,
    /// The node of the function, whose counters its calls go to.
    pub(in crate::runtime) hints: Hints,
    pub(in crate::runtime) retries: u32,
    pub(in crate::runtime) failure_prefix: String,
}

#[derive(Debug, Clone, Default)]
struct Buffer {
    records: Vec<Record>,
    bytes: u64,
    /// Counts how often it was emptied, so that a timer of an earlier filling does nothing.
    generation: u64,
}

impl Firehose {
    pub(in crate::runtime) fn new(config: FirehoseConfig) -> Self {
        let buffers = vec![Buffer::default(); config.shards * 2];
        let busy_until_us = vec![0; config.shards];
        let DirectPut { records, bytes, requests, .. } = config.direct;
        let [records, bytes, requests] = [records, bytes, requests].map(TokenBucket::new);
        Self { config, buffers, busy_until_us, calling: 0, records, bytes, requests }
    }

    /// Takes what the quotas of direct writes let through; the rest goes back. A record passes or fails by itself, but a
    /// call over the quota of calls fails as a whole.
    pub(in crate::runtime) fn put(
        &mut self,
        from: usize,
        attempt: u32,
        mut records: Vec<Record>,
        io: &mut Io<'_>,
    ) {
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
        let slot = if self.config.transform.is_some() { shard * 2 } else { shard * 2 + 1 };
        self.fill(slot, records, io);
    }

    fn hints(&self, slot: usize) -> Hints {
        match &self.config.transform {
            Some(transform) if slot.is_multiple_of(2) => transform.hints,
            _ => self.config.delivery,
        }
    }

    /// Adds to a buffer and empties it as often as it is full.
    fn fill(&mut self, slot: usize, records: Vec<Record>, io: &mut Io<'_>) {
        let hints = self.hints(slot);
        for record in records {
            let buffer = &mut self.buffers[slot];
            if buffer.records.is_empty() {
                io.after(hints.interval_us, io.node, Event::Timer { slot, generation: buffer.generation });
            }
            buffer.bytes += record.payload.len() as u64;
            buffer.records.push(record);
            if buffer.bytes >= hints.size {
                self.empty(slot, io);
            }
        }
    }

    /// The interval of a buffer has passed.
    pub(in crate::runtime) fn timer(&mut self, slot: usize, generation: u64, io: &mut Io<'_>) {
        if self.buffers[slot].generation == generation && !self.buffers[slot].records.is_empty() {
            self.empty(slot, io);
        }
    }

    fn empty(&mut self, slot: usize, io: &mut Io<'_>) {
        let buffer = &mut self.buffers[slot];
        let records = std::mem::take(&mut buffer.records);
        buffer.bytes = 0;
        buffer.generation += 1;
        if slot.is_multiple_of(2) {
            self.call(slot / 2, 0, records, io);
        } else {
            let prefix = self.config.prefix.clone();
            self.deliver(&prefix, records, io);
        }
    }

    /// Calls the function; the next call of the same shard waits for this one.
    fn call(&mut self, shard: usize, attempt: u32, records: Vec<Record>, io: &mut Io<'_>) {
        let Some(transform) = &self.config.transform else { return };
        let (needed, succeeds) = transform.function.call(records.len(), io.random);
        let succeeds = succeeds && !transform.function.is_poisoned(&records);
        let ends = io.now_us.max(self.busy_until_us[shard]) + needed;
        self.busy_until_us[shard] = ends;
        self.calling += records.len() as u64;
        io.at(ends, io.node, Event::Called { shard, attempt, succeeded: succeeds, records });
    }

    /// A call has ended; `failed` is the attempt that failed.
    pub(in crate::runtime) fn called(
        &mut self,
        shard: usize,
        failed: Option<u32>,
        records: Vec<Record>,
        io: &mut Io<'_>,
    ) {
        let Some(transform) = self.config.transform.clone() else { return };
        self.calling -= records.len() as u64;
        let Some(attempt) = failed else {
            let (kept, left_out) = transform.function.apply(records);
            io.leave_out(left_out);
            self.fill(shard * 2 + 1, kept, io);
            return;
        };
        if attempt < transform.retries {
            io.counters.retried += 1;
            self.call(shard, attempt + 1, records, io);
        } else {
            io.counters.lost += records.len() as u64;
            let prefix = format!("{}{}", self.config.error_prefix, transform.failure_prefix);
            self.failed(&prefix, &records, io);
        }
    }

    fn deliver(&mut self, prefix: &str, records: Vec<Record>, io: &mut Io<'_>) {
        let contents = self.contents(&records);
        io.counters.records_out += records.len() as u64;
        io.counters.bytes_out += contents.len() as u64;
        let path = self.object_name(prefix, &records, io);
        io.after(0, self.config.sink, Event::Object { path, contents, records });
    }

    /// What no transform took is kept as an object, and counts as delivered to nobody.
    fn failed(&mut self, prefix: &str, records: &[Record], io: &mut Io<'_>) {
        let contents = self.contents(records);
        let path = self.object_name(prefix, records, io);
        io.after(0, self.config.sink, Event::Object { path, contents, records: Vec::new() });
    }

    fn contents(&self, records: &[Record]) -> Bytes {
        let mut plain = Vec::with_capacity(records.iter().map(|record| record.payload.len() + 1).sum());
        for record in records {
            plain.extend_from_slice(&record.payload);
            if self.config.append_delimiter {
                plain.push(b'\n');
            }
        }
        if !self.config.gzip {
            return plain.into();
        }
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder
            .write_all(&plain)
            .and_then(|()| encoder.finish())
            .expect("writing to memory cannot fail")
            .into()
    }

    /// `PREFIX/YYYY/MM/dd/HH/STREAM-1-YYYY-MM-dd-HH-MM-SS-UUID` as AWS names objects, in UTC, by the arrival of the oldest
    /// record in it.
    fn object_name(&self, prefix: &str, records: &[Record], io: &mut Io<'_>) -> String {
        let oldest_us = records.iter().map(|record| record.arrived_us).min().unwrap_or(io.now_us);
        let oldest_ms = self.config.start_ms + (oldest_us / 1000).cast_signed();
        let oldest = Timestamp::from_millisecond(oldest_ms).unwrap_or_default();
        let folder = oldest.strftime("%Y/%m/%d/%H");
        let instant = oldest.strftime("%Y-%m-%d-%H-%M-%S");
        let ending = if self.config.gzip { ".gz" } else { "" };
        format!("{prefix}{folder}/{}-1-{instant}-{}{ending}", self.config.name, io.random.uuid())
    }

    /// Records in buffers and calls.
    pub(in crate::runtime) fn held(&self) -> u64 {
        self.calling + self.buffers.iter().map(|buffer| buffer.records.len() as u64).sum::<u64>()
    }
}
