//! A store of rows: a warehouse, an index, a database, a collector of events, a topic of somebody else.
//!
//! Takes records and rows of queries, one row each, and batches of them from services that deliver. **Ordering**: none.
//! **Back pressure**: where the design says how many calls a second it takes, what is over comes back. **Delivery**: with
//! a key a row that came twice replaces itself; without one it is there twice. What is no JSON object, where rows have
//! columns, and what is too large is refused for good. **Not modelled**: capacity, and the work of queries.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use serde::de::IgnoredAny;

use crate::runtime::engine::{Event, Io};
use crate::runtime::outcome::File;
use crate::runtime::record::Record;
use crate::runtime::services::token_bucket::TokenBucket;
use crate::runtime::services::unreachable_event;
use crate::runtime::sql::Row;

/// A store in a run.
#[derive(Debug)]
pub(in crate::runtime) struct RowStore {
    pub(in crate::runtime) config: RowStoreConfig,
    rows: Rows,
    calls: Option<TokenBucket>,
}

/// The settings of a store.
#[derive(Debug, Clone, Default)]
pub(in crate::runtime) struct RowStoreConfig {
    /// The fields that name a row; none where every row stands for itself.
    pub(in crate::runtime) key: Vec<String>,
    /// Whether a row has columns, so that what is no JSON object cannot be one.
    pub(in crate::runtime) has_columns: bool,
    /// Time until a write is done.
    pub(in crate::runtime) latency_us: u64,
    /// How often what was written becomes visible; nothing where that is at once.
    pub(in crate::runtime) refresh_us: Option<u64>,
    /// Calls a second that it takes.
    pub(in crate::runtime) calls: Option<f64>,
    /// The largest record that it takes.
    pub(in crate::runtime) record_size: Option<u64>,
    /// The writers that make a call for every record.
    pub(in crate::runtime) one_by_one: BTreeSet<usize>,
}

#[derive(Debug)]
enum Rows {
    All(Vec<Bytes>),
    ByKey(BTreeMap<String, Bytes>),
}

impl RowStore {
    pub(in crate::runtime) fn new(config: RowStoreConfig) -> Self {
        let rows = if config.key.is_empty() { Rows::All(Vec::new()) } else { Rows::ByKey(BTreeMap::new()) };
        let calls = config.calls.map(TokenBucket::new);
        Self { config, rows, calls }
    }

    /// Does what follows from an event.
    pub(in crate::runtime) fn on_event(&mut self, event: Event, io: &mut Io<'_>) {
        match event {
            Event::Put { from, attempt, records } => self.put(from, attempt, records, io),
            Event::Rows { columns, rows } => self.insert(&columns, rows, io),
            event => unreachable_event(self, &event),
        }
    }

    /// Takes what the calls of this second let through; the rest goes back. What comes in one call passes or fails whole.
    fn put(&mut self, from: usize, attempt: u32, records: Vec<Record>, io: &mut Io<'_>) {
        let one_by_one = self.config.one_by_one.contains(&from);
        let mut rejected = Vec::new();
        let mut answered = one_by_one || self.answers(io.now_us);
        for record in records {
            if one_by_one {
                answered = self.answers(io.now_us);
            }
            if answered {
                self.store(&record, io);
            } else {
                rejected.push(record);
            }
        }
        io.counters.throttled += rejected.len() as u64;
        if !rejected.is_empty() {
            io.after(0, from, Event::Rejected { to: io.node, attempt, records: rejected });
        }
    }

    fn answers(&mut self, now_us: u64) -> bool {
        self.calls.as_mut().is_none_or(|calls| calls.admits(now_us))
    }

    /// Records of a stream that it reads by itself.
    pub(in crate::runtime) fn receive(&mut self, records: &[Record], io: &mut Io<'_>) {
        for record in records {
            self.store(record, io);
        }
    }

    fn store(&mut self, record: &Record, io: &mut Io<'_>) {
        let is_large = self.config.record_size.is_some_and(|most| record.payload.len() as u64 > most);
        if is_large || !self.keep(record.payload.clone()) {
            io.counters.lost += 1;
            return;
        }
        io.counters.records_in += 1;
        io.counters.bytes_in += record.payload.len() as u64;
        let visible_us = self.visible_us(io.now_us);
        io.arrivals.arrive(record.origin, Some(&record.key), record.produced_us, visible_us);
    }

    fn insert(&mut self, columns: &[String], rows: Vec<Row>, io: &mut Io<'_>) {
        let visible_us = self.visible_us(io.now_us);
        for row in rows {
            let text = row.to_json(columns);
            io.counters.bytes_in += text.len() as u64;
            let kept =
                if row.kind.is_addition() { self.keep(text.into()) } else { self.remove(&text.into()) };
            if !kept {
                io.counters.lost += row.origins.len();
                continue;
            }
            io.counters.records_in += 1;
            for stamp in row.origins.iter() {
                io.arrivals.arrive(stamp.origin, None, stamp.produced_us, visible_us);
            }
        }
    }

    /// Keeps a row, unless it can be none.
    fn keep(&mut self, row: Bytes) -> bool {
        match &mut self.rows {
            Rows::All(rows) => {
                let is_row = !self.config.has_columns || is_object(&row);
                if is_row {
                    rows.push(row);
                }
                is_row
            }
            Rows::ByKey(rows) => {
                let Some(key) = key_of(&row, &self.config.key) else { return false };
                rows.insert(key, row);
                true
            }
        }
    }

    /// Takes a row away that is no more, where its key tells which it is.
    fn remove(&mut self, row: &Bytes) -> bool {
        match &mut self.rows {
            Rows::All(_) => false,
            Rows::ByKey(rows) => key_of(row, &self.config.key).is_some_and(|key| rows.remove(&key).is_some()),
        }
    }

    fn visible_us(&self, now_us: u64) -> u64 {
        let written_us = now_us + self.config.latency_us;
        match self.config.refresh_us.filter(|every| *every > 0) {
            Some(every) => written_us.div_ceil(every) * every,
            None => written_us,
        }
    }

    /// The rows, one a line: in the order of their keys, or in that in which they came.
    pub(in crate::runtime) fn files(&self) -> Vec<File> {
        let rows: Vec<&Bytes> = match &self.rows {
            Rows::All(rows) => rows.iter().collect(),
            Rows::ByKey(rows) => rows.values().collect(),
        };
        let mut contents = Vec::with_capacity(rows.iter().map(|row| row.len() + 1).sum());
        for row in rows {
            contents.extend_from_slice(row);
            contents.push(b'\n');
        }
        vec![File { path: "rows.ndjson".to_owned(), contents }]
    }
}

fn is_object(row: &[u8]) -> bool {
    row.trim_ascii_start().first() == Some(&b'{') && serde_json::from_slice::<IgnoredAny>(row).is_ok()
}

/// The values of the key's fields as JSON; nothing where one is missing or null.
fn key_of(row: &[u8], fields: &[String]) -> Option<String> {
    let item: serde_json::Map<String, serde_json::Value> = serde_json::from_slice(row).ok()?;
    let values = fields.iter().map(|field| item.get(field).filter(|value| !value.is_null()));
    let values: Option<Vec<String>> = values.map(|value| value.map(ToString::to_string)).collect();
    Some(values?.join("\u{1}"))
}
