//! A data stream: shards that keep records in order until they expire.
//!
//! Takes records from those that put them, gives batches to readers that ask. **Ordering**: within a shard, as they
//! arrived; MD5 of the partition key says which shard, unless AWS is to spread them. **Back pressure**: a shard takes so many bytes and records a
//! second and turns the rest away, record by record; shared readers share calls and bytes a second of each shard.
//! **Delivery**: every reader gets every record once, unless it expires first. **Not modelled**: resharding, growth
//! on demand, the state of the service.

mod murmur2;

use std::collections::{HashMap, VecDeque};

use bytes::Bytes;
use foldhash::fast::FixedState;
use md5::{Digest as _, Md5};

use crate::runtime::engine::{Event, Io};
use crate::runtime::random::Random;
use crate::runtime::record::Record;
use crate::runtime::services::token_bucket::TokenBucket;
use crate::runtime::services::unreachable_event;

/// The shards of so many keys are remembered.
const KNOWN_KEYS: usize = 1 << 18;

/// A stream in a run.
#[derive(Debug)]
pub(in crate::runtime) struct Stream {
    pub(in crate::runtime) config: StreamConfig,
    shards: Vec<Shard>,
    readers: Vec<Reader>,
    /// The shard that got the last record, where they take turns.
    turn: usize,
    /// The shards of keys that have come.
    known: HashMap<Bytes, usize, FixedState>,
}

/// The limits of a stream, from its card.
#[derive(Debug, Clone)]
pub(in crate::runtime) struct StreamConfig {
    pub(in crate::runtime) shards: usize,
    pub(in crate::runtime) placing: Placing,
    pub(in crate::runtime) retention_us: u64,
    pub(in crate::runtime) write_bytes: f64,
    pub(in crate::runtime) write_records: f64,
    pub(in crate::runtime) read_bytes: f64,
    pub(in crate::runtime) read_calls: f64,
    pub(in crate::runtime) call_bytes: u64,
    pub(in crate::runtime) call_records: usize,
    pub(in crate::runtime) record_size: u64,
    /// How long a shard refuses shared reads after a full call.
    pub(in crate::runtime) penalty_us: u64,
}

/// What says which shard a record goes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::runtime) enum Placing {
    /// MD5 of the partition key, as in Kinesis.
    Md5,
    /// The shards take turns, whatever the keys.
    InTurn,
    /// The hash of Kafka's default partitioner; records without a key stay together call by call.
    Murmur2,
}

/// How a reader reads.
#[derive(Debug, Clone)]
pub(in crate::runtime) struct ReaderConfig {
    pub(in crate::runtime) node: usize,
    /// Time between two calls to a shard; nothing for a push.
    pub(in crate::runtime) interval_us: Option<u64>,
    /// Time until it asks again while there is more to read; without it that is its next turn.
    pub(in crate::runtime) drain_us: Option<u64>,
    /// Time until a record can be read.
    pub(in crate::runtime) latency_us: u64,
}

#[derive(Debug, Clone)]
struct Shard {
    /// The number of the first record in the log.
    first: u64,
    log: VecDeque<Record>,
    bytes: TokenBucket,
    records: TokenBucket,
    read_bytes: TokenBucket,
    read_calls: TokenBucket,
    /// Until when shared reads are refused.
    refusing_until_us: u64,
}

#[derive(Debug)]
struct Reader {
    config: ReaderConfig,
    /// The number of the next record of each shard.
    positions: Vec<u64>,
    /// The numbers at which it would begin again after a crash; nothing where it never crashes.
    noted: Option<Vec<u64>>,
    /// Whether a call is on its way.
    asked: Vec<bool>,
    own_bytes: Vec<TokenBucket>,
}

/// What a call gave.
#[derive(Debug, Default)]
pub(in crate::runtime) struct Batch {
    pub(in crate::runtime) records: Vec<Record>,
    /// The number of the first of them in its shard.
    pub(in crate::runtime) first: u64,
    pub(in crate::runtime) throttled: bool,
    /// Age of the oldest record in the batch.
    pub(in crate::runtime) iterator_age_us: u64,
}

impl Stream {
    pub(in crate::runtime) fn new(config: StreamConfig, readers: Vec<ReaderConfig>) -> Self {
        let shard = Shard {
            first: 0,
            log: VecDeque::new(),
            bytes: TokenBucket::new(config.write_bytes),
            records: TokenBucket::new(config.write_records),
            // A call may take more than a second's worth; the debt keeps the next ones off until it is paid.
            read_bytes: TokenBucket::new(config.read_bytes),
            read_calls: TokenBucket::new(config.read_calls),
            refusing_until_us: 0,
        };
        let own = TokenBucket::new(config.read_bytes);
        let readers = readers.into_iter().map(|reader| Reader {
            config: reader,
            positions: vec![0; config.shards],
            noted: None,
            asked: vec![false; config.shards],
            own_bytes: vec![own.clone(); config.shards],
        });
        let readers = readers.collect();
        let shards = vec![shard; config.shards];
        Self { config, shards, readers, turn: 0, known: HashMap::default() }
    }

    /// Does what follows from an event.
    pub(in crate::runtime) fn on_event(&mut self, event: Event, io: &mut Io<'_>) {
        match event {
            Event::Put { from, attempt, records } => self.put(from, attempt, records, io),
            Event::Note { reader, shard, number } => self.note(reader, shard, number),
            Event::Rewind { reader, shard } => self.rewind(reader, shard, io),
            event => unreachable_event(self, &event),
        }
    }

    /// Takes what the shards can take; the rest goes back.
    fn put(&mut self, from: usize, attempt: u32, records: Vec<Record>, io: &mut Io<'_>) {
        let mut rejected = Vec::new();
        if self.config.placing == Placing::Murmur2 {
            self.turn = (self.turn + 1) % self.shards.len();
        }
        for mut record in records {
            let shard = self.shard_for(&record);
            let size = record.size();
            if size > self.config.record_size {
                io.counters.lost += 1;
                continue;
            }
            if !self.shards[shard].takes(size, io.now_us) {
                io.counters.throttled += 1;
                rejected.push(record);
                continue;
            }
            record.arrived_us = io.now_us;
            io.counters.records_in += 1;
            io.counters.bytes_in += size;
            self.shards[shard].log.push_back(record);
            self.wake(shard, io);
        }
        if !rejected.is_empty() {
            io.after(0, from, Event::Rejected { to: io.node, attempt, records: rejected });
        }
        if self.readers.is_empty() {
            self.expire(io);
        }
    }

    /// Appends a record that no quota holds up, as a table does with its changes.
    pub(in crate::runtime) fn append(&mut self, mut record: Record, io: &mut Io<'_>) {
        let shard = self.shard_for(&record);
        record.arrived_us = io.now_us;
        self.shards[shard].log.push_back(record);
        self.wake(shard, io);
    }

    fn shard_for(&mut self, record: &Record) -> usize {
        match self.config.placing {
            Placing::Murmur2 if record.key.is_empty() => self.turn,
            Placing::Md5 | Placing::Murmur2 => self.shard_of_key(record),
            Placing::InTurn => {
                self.turn = (self.turn + 1) % self.shards.len();
                self.turn
            }
        }
    }

    /// The hash of a key is worked out once, as long as there are not too many.
    fn shard_of_key(&mut self, record: &Record) -> usize {
        let shards = self.shards.len();
        if record.key.is_empty() {
            return shard_of(&record.partition_key(), shards);
        }
        if let Some(shard) = self.known.get(&record.key) {
            return *shard;
        }
        if self.known.len() >= KNOWN_KEYS {
            self.known.clear();
        }
        let shard = match self.config.placing {
            Placing::Murmur2 => murmur2::partition_of(&record.key, shards),
            _ => shard_of(&record.key, shards),
        };
        self.known.insert(Bytes::copy_from_slice(&record.key), shard);
        shard
    }

    /// Readers that have nothing on their way ask at their next turn at which the newest record can be read. A reader
    /// that asks in between would get nothing, so that no call is missed by leaving those out.
    fn wake(&mut self, shard: usize, io: &mut Io<'_>) {
        for (index, reader) in self.readers.iter_mut().enumerate() {
            if !reader.asked[shard] {
                reader.asked[shard] = true;
                let at = reader.turn(io.now_us + reader.config.latency_us);
                io.at(at, reader.config.node, Event::Poll { stream: io.node, reader: index, shard });
            }
        }
    }

    /// Answers a call of a reader to a shard.
    pub(in crate::runtime) fn read(&mut self, reader: usize, shard: usize, io: &mut Io<'_>) -> Batch {
        self.expire_shard(shard, io);
        let config = &self.config;
        let of_others = self.readers.iter().enumerate().filter(|(index, _)| *index != reader);
        let others = of_others.map(|(_, other)| other.needed(shard)).min().unwrap_or(u64::MAX);
        let this = &mut self.readers[reader];
        let others = this.noted.as_ref().map_or(others, |noted| others.min(noted[shard]));
        let store = &mut self.shards[shard];
        let mut batch = Batch::default();
        if store.may_read(this, shard, io.now_us) {
            let skipped = (this.positions[shard].max(store.first) - store.first) as usize;
            let mut bytes = 0;
            let shared = this.config.interval_us.is_some();
            let visible = |record: &&Record| record.arrived_us + this.config.latency_us <= io.now_us;
            let (mut count, mut size) = (0, 0);
            for record in store.log.iter().skip(skipped).take(config.call_records).take_while(visible) {
                bytes += record.size();
                if bytes > config.call_bytes && count > 0 {
                    store.refusing_until_us = io.now_us + if shared { config.penalty_us } else { 0 };
                    break;
                }
                (count, size) = (count + 1, bytes);
            }
            batch.first = store.first + skipped as u64;
            batch.records = store.give(skipped, count, others);
            batch.iterator_age_us = batch.records.first().map_or(0, |record| io.now_us - record.arrived_us);
            this.positions[shard] = batch.first + count as u64;
            io.counters.records_out += count as u64;
            io.counters.bytes_out += size;
            let paying = if shared { &mut store.read_bytes } else { &mut this.own_bytes[shard] };
            paying.take(size as f64);
        } else {
            batch.throttled = true;
        }
        let more = this.positions[shard] < store.end();
        this.asked[shard] = more;
        if more {
            let soonest = store.log.get((this.positions[shard].max(store.first) - store.first) as usize);
            let readable = soonest.map_or(0, |record| record.arrived_us + this.config.latency_us);
            let at = if batch.throttled {
                // At the same turn again the same reader would always be the one that is turned away.
                io.now_us + this.pause(io.random)
            } else if let Some(pause) = this.config.drain_us.filter(|_| readable <= io.now_us) {
                io.now_us + pause
            } else {
                this.turn(readable.max(io.now_us + 1))
            };
            io.at(at, this.config.node, Event::Poll { stream: io.node, reader, shard });
        }
        self.forget(shard);
        batch
    }

    /// A reader may begin again where it last noted its place, and what comes after that has to be kept.
    pub(in crate::runtime) fn keep_notes(&mut self, node: usize) {
        for reader in self.readers.iter_mut().filter(|reader| reader.config.node == node) {
            reader.noted = Some(reader.positions.clone());
        }
    }

    /// A reader has noted how far it is.
    fn note(&mut self, reader: usize, shard: usize, number: u64) {
        if let Some(noted) = &mut self.readers[reader].noted {
            noted[shard] = noted[shard].max(number);
            self.forget(shard);
        }
    }

    /// A reader begins again where it last noted its place.
    fn rewind(&mut self, reader: usize, shard: usize, io: &mut Io<'_>) {
        let this = &mut self.readers[reader];
        let Some(noted) = &this.noted else { return };
        this.positions[shard] = noted[shard];
        if !this.asked[shard] && noted[shard] < self.shards[shard].end() {
            this.asked[shard] = true;
            let (at, node) = (this.turn(io.now_us + 1), this.config.node);
            io.at(at, node, Event::Poll { stream: io.node, reader, shard });
        }
    }

    /// Lets go of what every reader has read; the run has no reader that comes later.
    fn forget(&mut self, shard: usize) {
        let least = self.readers.iter().map(|reader| reader.needed(shard)).min().unwrap_or(0);
        let store = &mut self.shards[shard];
        while store.first < least {
            store.log.pop_front();
            store.first += 1;
        }
    }

    fn expire(&mut self, io: &mut Io<'_>) {
        (0..self.shards.len()).for_each(|shard| self.expire_shard(shard, io));
    }

    /// Drops what is older than the retention; a reader that had not come so far has lost it.
    fn expire_shard(&mut self, shard: usize, io: &mut Io<'_>) {
        let store = &mut self.shards[shard];
        while store
            .log
            .front()
            .is_some_and(|record| record.arrived_us.saturating_add(self.config.retention_us) < io.now_us)
        {
            let behind = self.readers.iter_mut().filter(|reader| reader.positions[shard] <= store.first);
            for reader in behind {
                reader.positions[shard] = store.first + 1;
                io.counters.lost += 1;
            }
            for noted in self.readers.iter_mut().filter_map(|reader| reader.noted.as_mut()) {
                noted[shard] = noted[shard].max(store.first + 1);
            }
            store.log.pop_front();
            store.first += 1;
        }
    }

    /// Records that a reader has still to read.
    pub(in crate::runtime) fn held(&self) -> u64 {
        if self.readers.is_empty() {
            return 0;
        }
        let left = |(shard, store): (usize, &Shard)| {
            let least = self.readers.iter().map(|reader| reader.positions[shard]).min().unwrap_or(0);
            store.end() - least.max(store.first)
        };
        self.shards.iter().enumerate().map(left).sum()
    }
}

impl Shard {
    /// The number after that of the last record in the log.
    fn end(&self) -> u64 {
        self.first + self.log.len() as u64
    }

    /// Copies of `count` records after the first `skipped`; what every other reader has read is handed over itself.
    fn give(&mut self, skipped: usize, count: usize, others: u64) -> Vec<Record> {
        let read_by_all = usize::try_from(others.saturating_sub(self.first)).unwrap_or(usize::MAX);
        if skipped > 0 {
            return self.log.iter().skip(skipped).take(count).cloned().collect();
        }
        let moved = count.min(read_by_all);
        let mut records: Vec<Record> = self.log.drain(..moved).collect();
        self.first += moved as u64;
        records.extend(self.log.iter().take(count - moved).cloned());
        records
    }

    fn takes(&mut self, size: u64, now_us: u64) -> bool {
        self.bytes.fill(now_us);
        self.records.fill(now_us);
        let takes = self.bytes.fits(size as f64) && self.records.fits(1.0);
        if takes {
            self.bytes.take(size as f64);
            self.records.take(1.0);
        }
        takes
    }

    /// Whether a call is answered; a call that is turned away counts against the calls too.
    fn may_read(&mut self, reader: &mut Reader, shard: usize, now_us: u64) -> bool {
        if reader.config.interval_us.is_none() {
            reader.own_bytes[shard].fill(now_us);
            return reader.own_bytes[shard].is_open();
        }
        self.read_bytes.fill(now_us);
        if !self.read_calls.admits(now_us) {
            return false;
        }
        self.read_bytes.is_open() && now_us >= self.refusing_until_us
    }
}

impl Reader {
    /// The number of the first record that it may still read.
    fn needed(&self, shard: usize) -> u64 {
        self.noted.as_ref().map_or(self.positions[shard], |noted| noted[shard])
    }

    /// How long the reader waits after it was turned away: half its interval and up to another whole one.
    fn pause(&self, random: &mut Random) -> u64 {
        let interval = self.config.interval_us.unwrap_or(0).max(1_000) as f64;
        (interval * (0.5 + random.share())) as u64
    }

    /// The reader's first turn that is not before an instant.
    fn turn(&self, instant_us: u64) -> u64 {
        self.config
            .interval_us
            .map_or(instant_us, |interval| instant_us.div_ceil(interval.max(1)) * interval.max(1))
    }
}

/// The shard of a partition key: its MD5 as a 128-bit number falls into one of the equal ranges of hash keys, which AWS
/// starts at the whole part of `i * 2^128 / shards`.
pub(in crate::runtime) fn shard_of(key: &[u8], shards: usize) -> usize {
    range_of(u128::from_be_bytes(Md5::digest(key).into()), shards)
}

/// In which of so many parts a key falls that share the keys of one shard.
pub(in crate::runtime) fn part_of(record: &Record, parts: usize) -> usize {
    if parts == 1 {
        return 0;
    }
    // The high bits of the hash chose the shard already.
    let hash = u128::from_be_bytes(Md5::digest(record.partition_key()).into());
    usize::try_from(hash % parts as u128).expect("fewer than the parts")
}

fn range_of(hash: u128, shards: usize) -> usize {
    let count = shards as u128;
    // 2^128 itself does not fit: `whole` and `rest` are those of 2^128 - 1, one more makes the whole.
    let (whole, rest) = (u128::MAX / count, u128::MAX % count + 1);
    let start = |shard: u128| shard.wrapping_mul(whole) + shard * rest / count;
    let near = (hash / whole.max(1)).min(count - 1);
    let shard = if near + 1 < count && hash >= start(near + 1) { near + 1 } else { near };
    let shard = if hash < start(shard) { shard - 1 } else { shard };
    usize::try_from(shard).expect("fewer than the shards")
}

#[cfg(test)]
mod tests {
    use super::{range_of, shard_of};

    #[test]
    fn keys_fall_where_their_md5_says() {
        // python3 -c "import hashlib; print([int(hashlib.md5(k).hexdigest(), 16) * 4 >> 128 for k in (b'a', b'b', b'c', b'd')])"
        assert_eq!([b"a", b"b", b"c", b"d"].map(|key| shard_of(key, 4)), [0, 2, 1, 2]);
        assert_eq!(shard_of(b"anything", 1), 0);
    }

    #[test]
    fn ranges_begin_where_aws_begins_them() {
        // python3 -c "print([i * 2**128 // n for n in (3, 4, 7) for i in range(n)])"
        let third = 113_427_455_640_312_821_154_458_202_477_256_070_485;
        assert_eq!([third - 1, third, 2 * third - 1, 2 * third].map(|hash| range_of(hash, 3)), [0, 1, 1, 2]);
        for shards in [1, 2, 3, 4, 7, 1000] {
            assert_eq!((range_of(0, shards), range_of(u128::MAX, shards)), (0, shards - 1));
        }
        let quarter = 1 << 126;
        assert_eq!([quarter - 1, quarter, 3 * quarter].map(|hash| range_of(hash, 4)), [0, 1, 3]);
    }
}
