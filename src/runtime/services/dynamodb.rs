//! A DynamoDB table: items by key, the last write counts.
//!
//! Takes rows and records, holds items. **Ordering**: writes of one key replace each other in the order in which they
//! come. **Back pressure**: a table takes so many units a second, and so does each partition key; what is over waits
//! with a writer that tries again, in its order, and is lost to one that does not. **Delivery**: a write that came twice
//! replaces the item by the same. Every change is
//! told to those that read the table's stream, and captured in a data stream. **Simplified**: a change is its new item,
//! and an item that a query takes away is not told of.
//! **Not modelled**: unused capacity that is kept for bursts, several keys in one
//! partition, reads.

use std::collections::{BTreeSet, HashMap, VecDeque};

use crate::runtime::engine::{Event, Io};
use crate::runtime::outcome::File;
use crate::runtime::record::Record;
use crate::runtime::services::kinesis_data_streams::Stream;
use crate::runtime::services::retry::RetryPolicy;
use crate::runtime::services::token_bucket::TokenBucket;
use crate::runtime::services::unreachable_event;
use crate::runtime::sql::{Kind, Lineage, Row, Stamp, Value};

const SECOND_US: u64 = 1_000_000;

/// A table in a run.
#[derive(Debug)]
pub(in crate::runtime) struct Table {
    pub(in crate::runtime) config: TableConfig,
    /// The items as JSON, by their keys.
    items: HashMap<String, Box<[u8]>, foldhash::fast::FixedState>,
    /// What waits for units, in the order in which it came.
    queue: VecDeque<Write>,
    /// How many writes of a partition key wait.
    waiting: HashMap<String, usize, foldhash::fast::FixedState>,
    /// Whether the table comes back to the queue by itself.
    asked: bool,
    /// Whether all writes wait, and not only those of some partition keys.
    is_short: bool,
    units: TokenBucket,
    changes: Option<Changes>,
    /// The units of each partition key that was written of late.
    partitions: HashMap<String, TokenBucket, foldhash::fast::FixedState>,
}

/// Where the changes of a table go: a log for those that read it, and streams that they are pushed to.
#[derive(Debug)]
pub(in crate::runtime) struct Changes {
    pub(in crate::runtime) log: Option<Stream>,
    pub(in crate::runtime) captures: Vec<usize>,
    pub(in crate::runtime) policy: RetryPolicy,
}

/// The attributes of an item.
type Item = serde_json::Map<String, serde_json::Value>;

/// An item as JSON, with the JSON of each attribute of the table's key; nothing for one that is not there or null.
struct Written {
    text: Vec<u8>,
    key: Vec<Option<String>>,
}

#[derive(Debug)]
struct Write {
    /// The item as JSON.
    text: Vec<u8>,
    /// The item's key, which also gives the order of the file.
    key: String,
    /// The item's partition key; nothing where the table has no key.
    partition: String,
    source: Source,
    /// Whether the item is to be there no more.
    deletes: bool,
}

/// What has no units left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Short {
    Table,
    Partition,
}

/// Of what an item is made.
#[derive(Debug)]
enum Source {
    Record(Record),
    Row(Lineage),
}

/// The settings of a table.
#[derive(Debug, Clone)]
pub(in crate::runtime) struct TableConfig {
    /// The attributes that name an item.
    pub(in crate::runtime) key: Vec<String>,
    /// The nodes that do not try again what was throttled.
    pub(in crate::runtime) impatient: BTreeSet<usize>,
    /// Write units a second.
    pub(in crate::runtime) write_capacity: f64,
    /// Write units a second of one partition key.
    pub(in crate::runtime) partition_capacity: f64,
    /// The largest item.
    pub(in crate::runtime) item_size: u64,
    /// Bytes of one write unit.
    pub(in crate::runtime) unit_size: u64,
    pub(in crate::runtime) latency_us: u64,
}

impl Table {
    pub(in crate::runtime) fn new(config: TableConfig, changes: Option<Changes>) -> Self {
        let units = TokenBucket::new(config.write_capacity);
        Self {
            config,
            items: HashMap::default(),
            queue: VecDeque::new(),
            waiting: HashMap::default(),
            asked: false,
            is_short: false,
            units,
            changes,
            partitions: HashMap::default(),
        }
    }

    /// Does what follows from an event.
    pub(in crate::runtime) fn on_event(&mut self, event: Event, io: &mut Io<'_>) {
        match event {
            Event::Put { from, attempt, records } => self.records(from, attempt, records, io),
            Event::Rows { columns, rows } => self.rows(&columns, rows, io),
            Event::Timer { .. } => self.timer(io),
            Event::Rejected { to, attempt, records } => self.rejected(to, attempt, records, io),
            event => unreachable_event(self, &event),
        }
    }

    /// Writes rows of a query; every record that a row counts has arrived with it.
    fn rows(&mut self, columns: &[String], rows: Vec<Row>, io: &mut Io<'_>) {
        let mut rows = rows.into_iter().peekable();
        while let Some(row) = rows.next() {
            let written = Written::of_row(columns, &row.values, &self.config.key);
            // What takes the place of an item under the same key needs no deletion before it.
            if row.kind == Kind::UpdateBefore
                && let Some(next) = rows.peek().filter(|next| next.kind == Kind::UpdateAfter)
                && Written::of_row(columns, &next.values, &self.config.key).key == written.key
            {
                continue;
            }
            if let Some(mut write) = self.accept(written, Source::Row(row.origins), io) {
                write.deletes = !row.kind.is_addition();
                self.write_or_wait(write, io);
            }
        }
    }

    /// Writes records that are JSON objects. What is throttled goes back to a writer that will not try again.
    fn records(&mut self, from: usize, attempt: u32, records: Vec<Record>, io: &mut Io<'_>) {
        let waits = !self.config.impatient.contains(&from);
        let mut rejected = Vec::new();
        for record in records {
            let Ok(item) = serde_json::from_slice::<Item>(&record.payload) else {
                io.counters.lost += 1;
                continue;
            };
            let written = Written::of_item(&item, &self.config.key);
            let Some(write) = self.accept(written, Source::Record(record), io) else { continue };
            if waits {
                self.write_or_wait(write, io);
            } else if self.pay(&write, io.now_us).is_ok() {
                self.write(write, io);
            } else if let Source::Record(record) = write.source {
                io.counters.throttled += 1;
                rejected.push(record);
            }
        }
        if !rejected.is_empty() {
            io.after(0, from, Event::Rejected { to: io.node, attempt, records: rejected });
        }
    }

    /// An item as a write, or nothing where the table refuses it: every item has all attributes of the key, none of them
    /// null, and no more bytes than an item may have.
    fn accept(&self, written: Written, source: Source, io: &mut Io<'_>) -> Option<Write> {
        let Written { text, key } = written;
        if key.contains(&None) || text.len() as u64 > self.config.item_size {
            io.counters.lost += match source {
                Source::Row(stamps) => stamps.len(),
                Source::Record(_) => 1,
            };
            return None;
        }
        let mut parts = key.into_iter().flatten();
        let partition = parts.next().unwrap_or_default();
        // Where the table has no key, all of the item is one.
        let key = if partition.is_empty() {
            String::from_utf8_lossy(&text).into_owned()
        } else {
            parts.fold(partition.clone(), |key, part| key + "\u{1}" + &part)
        };
        Some(Write { text, key, partition, source, deletes: false })
    }

    /// Writes what there are units for. The rest waits its turn, so that no write overtakes an earlier one of its key.
    fn write_or_wait(&mut self, write: Write, io: &mut Io<'_>) {
        if !self.is_short && !self.waiting.contains_key(&write.partition) {
            match self.pay(&write, io.now_us) {
                Ok(()) => return self.write(write, io),
                Err(short) => self.is_short = short == Short::Table,
            }
        }
        io.counters.throttled += 1;
        *self.waiting.entry(write.partition.clone()).or_default() += 1;
        self.queue.push_back(write);
        self.ask(io);
    }

    fn ask(&mut self, io: &mut Io<'_>) {
        if !self.asked {
            self.asked = true;
            io.after(SECOND_US, io.node, Event::Timer { slot: 0, generation: 0 });
        }
    }

    /// A second has passed since the table was throttled: works off what there are units for by now, oldest first.
    fn timer(&mut self, io: &mut Io<'_>) {
        self.asked = false;
        self.partitions.retain(|_, bucket| {
            bucket.fill(io.now_us);
            !bucket.is_full()
        });
        self.is_short = false;
        let mut short = BTreeSet::new();
        let mut left = VecDeque::new();
        while let Some(write) = self.queue.pop_front() {
            let paid = if short.contains(&write.partition) {
                Err(Short::Partition)
            } else {
                self.pay(&write, io.now_us)
            };
            if let Err(why) = paid {
                self.is_short = why == Short::Table;
                short.insert(write.partition.clone());
                left.push_back(write);
                if self.is_short {
                    break;
                }
                continue;
            }
            match self.waiting.get_mut(&write.partition) {
                Some(count) if *count > 1 => *count -= 1,
                _ => drop(self.waiting.remove(&write.partition)),
            }
            self.write(write, io);
        }
        left.append(&mut self.queue);
        self.queue = left;
        if !self.queue.is_empty() {
            self.ask(io);
        }
    }

    /// Takes the units of a write, if both the table and its partition key have them.
    fn pay(&mut self, write: &Write, now_us: u64) -> Result<(), Short> {
        let units = (write.text.len() as u64).div_ceil(self.config.unit_size).max(1) as f64;
        self.units.fill(now_us);
        if !self.units.fits(units) {
            return Err(Short::Table);
        }
        // Without a key nothing says which writes fall together.
        if !write.partition.is_empty() {
            let capacity = self.config.partition_capacity;
            let partition =
                self.partitions.entry(write.partition.clone()).or_insert_with(|| TokenBucket::new(capacity));
            partition.fill(now_us);
            if !partition.fits(units) {
                return Err(Short::Partition);
            }
            partition.take(units);
        }
        self.units.take(units);
        Ok(())
    }

    fn write(&mut self, write: Write, io: &mut Io<'_>) {
        let arrived_us = io.now_us + self.config.latency_us;
        match &write.source {
            Source::Record(record) => {
                io.arrivals.arrive(record.origin, Some(&record.key), record.produced_us, arrived_us);
            }
            Source::Row(stamps) => {
                for stamp in stamps.iter() {
                    io.arrivals.arrive(stamp.origin, None, stamp.produced_us, arrived_us);
                }
            }
        }
        io.counters.records_in += 1;
        io.counters.bytes_in += write.text.len() as u64;
        if write.deletes {
            self.items.remove(&write.key);
            return;
        }
        self.tell(&write, io);
        self.items.insert(write.key, write.text.into());
    }

    /// Tells readers of a change: a record with the new item. What a row counts goes on as one record, the last of those
    /// that it counts, and the others are not waited for.
    fn tell(&mut self, write: &Write, io: &mut Io<'_>) {
        let Some(changes) = &mut self.changes else { return };
        let stamp = match &write.source {
            Source::Record(record) => Stamp { origin: record.origin, produced_us: record.produced_us },
            Source::Row(stamps) => {
                let Some(last) = stamps.last() else { return };
                io.fold(stamps.iter().map(|stamp| stamp.origin).filter(|origin| *origin != last.origin));
                last
            }
        };
        let record = Record {
            origin: stamp.origin,
            key: write.partition.clone().into_bytes().into(),
            payload: write.text.clone().into(),
            produced_us: stamp.produced_us,
            arrived_us: io.now_us,
        };
        for capture in &changes.captures {
            let put = Event::Put { from: io.node, attempt: 0, records: vec![record.clone()] };
            io.after(self.config.latency_us, *capture, put);
        }
        if let Some(log) = &mut changes.log {
            log.append(record, io);
        }
    }

    /// A stream that changes are captured in turned them away.
    fn rejected(&self, to: usize, attempt: u32, records: Vec<Record>, io: &mut Io<'_>) {
        let wait = self.changes.as_ref().and_then(|changes| changes.policy.wait(attempt));
        let Some(wait) = wait else {
            io.counters.lost += records.len() as u64;
            return;
        };
        io.counters.retried += records.len() as u64;
        io.after(wait, to, Event::Put { from: io.node, attempt: attempt + 1, records });
    }

    /// The log of changes, where it has one.
    pub(in crate::runtime) fn log(&mut self) -> Option<&mut Stream> {
        self.changes.as_mut()?.log.as_mut()
    }

    /// Records and rows that wait to be written.
    pub(in crate::runtime) fn held(&self) -> u64 {
        let log = self.changes.as_ref().and_then(|changes| changes.log.as_ref());
        self.queue.len() as u64 + log.map_or(0, Stream::held)
    }

    /// The items, one JSON object a line, in the order of their keys.
    pub(in crate::runtime) fn files(&self) -> Vec<File> {
        let mut contents = Vec::new();
        let mut items: Vec<_> = self.items.iter().collect();
        items.sort_unstable();
        for (_, item) in items {
            contents.extend_from_slice(item);
            contents.push(b'\n');
        }
        vec![File { path: "items.ndjson".to_owned(), contents }]
    }
}

impl Written {
    fn of_row(columns: &[String], values: &[Value], key: &[String]) -> Self {
        let mut text = Vec::with_capacity(64);
        let mut found = vec![None; key.len()];
        for (column, value) in columns.iter().zip(values) {
            text.push(if text.is_empty() { b'{' } else { b',' });
            serde_json::to_writer(&mut text, column).expect("writing to memory cannot fail");
            text.push(b':');
            let start = text.len();
            value.write_json(&mut text);
            if let Some(place) = key.iter().position(|name| name == column).filter(|_| *value != Value::Null)
            {
                found[place] = Some(String::from_utf8_lossy(&text[start..]).into_owned());
            }
        }
        text.push(b'}');
        Self { text, key: found }
    }

    fn of_item(item: &Item, key: &[String]) -> Self {
        let text = serde_json::to_vec(item).expect("what was read can be written");
        let found = |name: &String| item.get(name).filter(|value| !value.is_null()).map(ToString::to_string);
        Self { text, key: key.iter().map(found).collect() }
    }
}
