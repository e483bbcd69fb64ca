//! A DynamoDB table: items by key, the last write counts.
//!
//! Takes rows and records, holds items. **Ordering**: writes of one key replace each other in the order in which they
//! come. **Back pressure**: a provisioned table takes so many units a second; what is over waits. **Delivery**: a
//! write that came twice replaces the item by the same. **Not modelled**: partitions, streams, reads.

use std::collections::BTreeMap;

use crate::runtime::engine::{Event, Io};
use crate::runtime::outcome::File;
use crate::runtime::record::Record;
use crate::runtime::sql::{Row, Value};

const SECOND_US: u64 = 1_000_000;

/// A table in a run.
#[derive(Debug)]
pub(in crate::runtime) struct Table {
    pub(in crate::runtime) config: TableConfig,
    items: BTreeMap<String, serde_json::Map<String, serde_json::Value>>,
    units: f64,
    filled_us: u64,
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
        Self { config, items: BTreeMap::new(), units, filled_us: 0 }
    }

    /// Writes rows of a query; every record that a row counts has arrived with it.
    pub(in crate::runtime) fn rows(&mut self, columns: &[String], rows: Vec<Row>, io: &mut Io<'_>) {
        let mut waiting = Vec::new();
        for row in rows {
            let item: serde_json::Map<_, _> =
                columns.iter().cloned().zip(row.values.iter().map(Value::to_json)).collect();
            if !waiting.is_empty() || !self.write(item, io) {
                waiting.push(row);
                continue;
            }
            for stamp in &row.origins {
                io.arrivals.arrive(stamp.origin, None, stamp.produced_us, io.now_us + self.config.latency_us);
            }
        }
        if !waiting.is_empty() {
            io.counters.throttled += waiting.len() as u64;
            io.after(SECOND_US, io.node, Event::Rows { columns: columns.to_vec(), rows: waiting });
        }
    }

    /// Writes records that are JSON objects.
    pub(in crate::runtime) fn records(&mut self, records: Vec<Record>, io: &mut Io<'_>) {
        let mut waiting = Vec::new();
        for record in records {
            let Ok(item) = serde_json::from_slice(&record.payload) else {
                io.counters.lost += 1;
                continue;
            };
            if !waiting.is_empty() || !self.write(item, io) {
                waiting.push(record);
                continue;
            }
            let now_us = io.now_us + self.config.latency_us;
            io.arrivals.arrive(record.origin, Some(&record.key), record.produced_us, now_us);
        }
        if !waiting.is_empty() {
            io.counters.throttled += waiting.len() as u64;
            io.after(SECOND_US, io.node, Event::Put { from: io.node, attempt: 0, records: waiting });
        }
    }

    /// Puts an item, if there are units for it.
    fn write(&mut self, item: serde_json::Map<String, serde_json::Value>, io: &mut Io<'_>) -> bool {
        let size = serde_json::to_vec(&item).map_or(0, |bytes| bytes.len() as u64);
        let units = size.div_ceil(self.config.unit_size).max(1) as f64;
        if let Some(capacity) = self.config.write_capacity {
            let time = (io.now_us - self.filled_us) as f64 / SECOND_US as f64;
            self.units = (self.units + time * capacity).min(capacity);
            self.filled_us = io.now_us;
            // An item of more units than a second has is written once a second's worth is there.
            if self.units < units.min(capacity) {
                return false;
            }
            self.units -= units;
        }
        io.counters.records_in += 1;
        io.counters.bytes_in += size;
        self.items.insert(self.key_of(&item), item);
        true
    }

    /// The item's key, which also gives the order of the file; an item without its key fields is named by all of it.
    fn key_of(&self, item: &serde_json::Map<String, serde_json::Value>) -> String {
        let parts: Vec<String> =
            self.config.key.iter().filter_map(|name| item.get(name)).map(ToString::to_string).collect();
        if parts.is_empty() {
            serde_json::Value::Object(item.clone()).to_string()
        } else {
            parts.join("\u{1}")
        }
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
