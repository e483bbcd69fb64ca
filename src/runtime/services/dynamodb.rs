//! A DynamoDB table: items by key, the last write counts.
//!
//! Takes rows and records, holds items. **Ordering**: writes of one key replace each other in the order in which they
//! come. **Back pressure**: a provisioned table takes so many units a second; what is over waits. **Delivery**: a
//! write that came twice replaces the item by the same. **Not modelled**: partitions, streams, reads.

use std::collections::{BTreeMap, VecDeque};

use crate::runtime::engine::{Event, Io};
use crate::runtime::outcome::File;
use crate::runtime::record::Record;
use crate::runtime::sql::{Row, Stamp, Value};

const SECOND_US: u64 = 1_000_000;

/// A table in a run.
#[derive(Debug)]
pub(in crate::runtime) struct Table {
    pub(in crate::runtime) config: TableConfig,
    items: BTreeMap<String, Item>,
    /// What waits for units, in the order in which it came.
    queue: VecDeque<Write>,
    /// Whether the table comes back to the queue by itself.
    asked: bool,
    units: f64,
    filled_us: u64,
}

/// The attributes of an item.
type Item = serde_json::Map<String, serde_json::Value>;

#[derive(Debug)]
struct Write {
    item: Item,
    source: Source,
    size: u64,
}

/// Of what an item is made.
#[derive(Debug)]
enum Source {
    Record(Record),
    Row(Vec<Stamp>),
}

/// The settings of a table.
#[derive(Debug, Clone)]
pub(in crate::runtime) struct TableConfig {
    /// The attributes that name an item.
    pub(in crate::runtime) key: Vec<String>,
    /// Write units a second; nothing on demand.
    pub(in crate::runtime) write_capacity: Option<f64>,
    /// Bytes of one write unit.
    pub(in crate::runtime) unit_size: u64,
    pub(in crate::runtime) latency_us: u64,
}

impl Table {
    pub(in crate::runtime) fn new(config: TableConfig) -> Self {
        let units = config.write_capacity.unwrap_or_default();
        Self { config, items: BTreeMap::new(), queue: VecDeque::new(), asked: false, units, filled_us: 0 }
    }

    /// Writes rows of a query; every record that a row counts has arrived with it.
    pub(in crate::runtime) fn rows(&mut self, columns: &[String], rows: Vec<Row>, io: &mut Io<'_>) {
        for row in rows {
            let item = columns.iter().cloned().zip(row.values.iter().map(Value::to_json)).collect();
            self.take(item, Source::Row(row.origins), io);
        }
        self.work_off(io);
    }

    /// Writes records that are JSON objects.
    pub(in crate::runtime) fn records(&mut self, records: Vec<Record>, io: &mut Io<'_>) {
        for record in records {
            match serde_json::from_slice(&record.payload) {
                Ok(item) => self.take(item, Source::Record(record), io),
                Err(_) => io.counters.lost += 1,
            }
        }
        self.work_off(io);
    }

    /// Puts an item into the queue, or refuses it: every item has all attributes of the key, none of them null.
    fn take(&mut self, item: Item, source: Source, io: &mut Io<'_>) {
        if self.config.key.iter().any(|name| item.get(name).is_none_or(serde_json::Value::is_null)) {
            io.counters.lost += match source {
                Source::Row(stamps) => stamps.len() as u64,
                Source::Record(_) => 1,
            };
            return;
        }
        let size = serde_json::to_vec(&item).map_or(0, |bytes| bytes.len() as u64);
        self.queue.push_back(Write { item, source, size });
    }

    /// Writes what there are units for. The rest waits its turn, so that no write overtakes an earlier one.
    pub(in crate::runtime) fn work_off(&mut self, io: &mut Io<'_>) {
        while let Some(write) = self.queue.pop_front() {
            if !self.pay(write.size, io.now_us) {
                self.queue.push_front(write);
                break;
            }
            self.write(write, io);
        }
        if !self.queue.is_empty() && !self.asked {
            self.asked = true;
            io.counters.throttled += self.queue.len() as u64;
            io.after(SECOND_US, io.node, Event::Timer { slot: 0, generation: 0 });
        }
    }

    /// A second has passed since the table was throttled.
    pub(in crate::runtime) fn timer(&mut self, io: &mut Io<'_>) {
        self.asked = false;
        self.work_off(io);
    }

    /// Takes the units of an item, if they are there.
    fn pay(&mut self, size: u64, now_us: u64) -> bool {
        let Some(capacity) = self.config.write_capacity else { return true };
        let units = size.div_ceil(self.config.unit_size).max(1) as f64;
        let time = (now_us - self.filled_us) as f64 / SECOND_US as f64;
        self.units = (self.units + time * capacity).min(capacity);
        self.filled_us = now_us;
        // An item of more units than a second has is written once a second's worth is there.
        let pays = self.units >= units.min(capacity);
        self.units -= if pays { units } else { 0.0 };
        pays
    }

    fn write(&mut self, write: Write, io: &mut Io<'_>) {
        let arrived_us = io.now_us + self.config.latency_us;
        match &write.source {
            Source::Record(record) => {
                io.arrivals.arrive(record.origin, Some(&record.key), record.produced_us, arrived_us);
            }
            Source::Row(stamps) => {
                for stamp in stamps {
                    io.arrivals.arrive(stamp.origin, None, stamp.produced_us, arrived_us);
                }
            }
        }
        io.counters.records_in += 1;
        io.counters.bytes_in += write.size;
        self.items.insert(self.key_of(&write.item), write.item);
    }

    /// The item's key, which also gives the order of the file; where the table has none, all of the item.
    fn key_of(&self, item: &Item) -> String {
        let parts: Vec<String> =
            self.config.key.iter().filter_map(|name| item.get(name)).map(ToString::to_string).collect();
        if parts.is_empty() {
            serde_json::Value::Object(item.clone()).to_string()
        } else {
            parts.join("\u{1}")
        }
    }

    /// Records and rows that wait to be written.
    pub(in crate::runtime) fn held(&self) -> u64 {
        self.queue.len() as u64
    }

    /// The items, one JSON object a line, in the order of their keys.
    pub(in crate::runtime) fn files(&self) -> Vec<File> {
        let mut contents = Vec::new();
        for item in self.items.values() {
            serde_json::to_writer(&mut contents, item).expect("writing to memory cannot fail");
            contents.push(b'\n');
        }
        vec![File { path: "items.ndjson".to_owned(), contents }]
    }
}
