//! Records, and the reading of them from files.

use bytes::Bytes;
use serde::Deserialize;

use crate::runtime::sql::timestamp_ms;

/// One record on its way. A copy shares the bytes.
#[derive(Debug, Clone)]
pub struct Record {
    /// Its number among all records that were produced; the same for every copy.
    pub origin: u64,
    /// The partition key.
    pub key: Bytes,
    /// What it holds, without a line end.
    pub payload: Bytes,
    /// When it was produced, in virtual microseconds.
    pub produced_us: u64,
    /// When the service that holds it took it, in virtual microseconds.
    pub arrived_us: u64,
}

impl Record {
    /// Its size as services count it: payload and key, in bytes.
    #[must_use]
    pub fn size(&self) -> u64 {
        (self.payload.len() + self.key.len()) as u64
    }
}

/// A record of a file, not yet sent.
#[derive(Debug, Clone)]
pub struct Produced {
    /// The partition key.
    pub key: Bytes,
    /// The line.
    pub payload: Bytes,
    /// When it happened, in milliseconds since 1970, where the design names the field.
    pub event_time_ms: Option<i64>,
}

/// A line that is no record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadLine {
    /// The line, from 1.
    pub line: u64,
    /// What is wrong with it.
    pub reason: String,
}

/// What a file holds.
#[derive(Debug, Clone, Default)]
pub struct Lines {
    /// Its records, in the order of the file.
    pub records: Vec<Produced>,
    /// The lines that are no records.
    pub bad: Vec<BadLine>,
}

/// Reads the lines of an NDJSON file. `key` and `event_time` name fields that every record must have.
#[must_use]
pub fn read_lines(file: &Bytes, key: Option<&str>, event_time: Option<&str>) -> Lines {
    let mut lines = Lines::default();
    let mut start = 0;
    let mut number = 0;
    while start < file.len() {
        let end = memchr::memchr(b'\n', &file[start..]).map_or(file.len(), |at| start + at);
        let line = trimmed(file.slice(start..end));
        number += 1;
        start = end + 1;
        if line.is_empty() {
            continue;
        }
        match read_record(&line, key, event_time) {
            Ok(record) => lines.records.push(record),
            Err(reason) => lines.bad.push(BadLine { line: number, reason }),
        }
    }
    lines
}

fn trimmed(line: Bytes) -> Bytes {
    if line.last() == Some(&b'\r') { line.slice(..line.len() - 1) } else { line }
}

fn read_record(line: &Bytes, key: Option<&str>, event_time: Option<&str>) -> Result<Produced, String> {
    let fields = Fields::read(line)?;
    let key = match key {
        Some(name) => fields.text(name).ok_or_else(|| format!("has no `{name}` to partition by"))?.into(),
        None => Bytes::new(),
    };
    let event_time_ms = match event_time {
        Some(name) => {
            let text = fields.text(name).ok_or_else(|| format!("has no event time `{name}`"))?;
            Some(timestamp_ms(&text).ok_or_else(|| format!("`{name}` is `{text}`, which is no timestamp"))?)
        }
        None => None,
    };
    Ok(Produced { key, payload: line.clone(), event_time_ms })
}

/// The fields of a JSON object.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub(super) struct Fields(serde_json::Map<String, serde_json::Value>);

impl Fields {
    pub(super) fn read(line: &[u8]) -> Result<Self, String> {
        serde_json::from_slice(line).map_err(|error| format!("is no JSON object: {error}"))
    }

    /// The field as text, if it is there and is no null.
    fn text(&self, name: &str) -> Option<String> {
        match self.0.get(name)? {
            serde_json::Value::Null => None,
            serde_json::Value::String(text) => Some(text.clone()),
            other => Some(other.to_string()),
        }
    }

    pub(super) fn get(&self, name: &str) -> Option<&serde_json::Value> {
        self.0.get(name)
    }

    pub(super) fn members(&self) -> impl Iterator<Item = (&str, &serde_json::Value)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }
}
