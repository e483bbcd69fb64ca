//! Records, and the fields that they hold.

use std::borrow::Cow;

use bytes::Bytes;
use serde::Deserialize;

/// How long the key is that a record has for itself.
pub(super) const OWN_KEY: usize = 16;

/// One record on its way. A copy shares the bytes.
#[derive(Debug, Clone)]
pub struct Record {
    /// Its number among all records that were produced; the same for every copy.
    pub origin: u64,
    /// The partition key; empty where the design names none, for a record that has one of its own.
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
        let key = if self.key.is_empty() { OWN_KEY } else { self.key.len() };
        (self.payload.len() + key) as u64
    }

    /// The partition key as it is sent. Without one in the design a program draws one at random, as its number does here:
    /// no other record has it.
    #[must_use]
    pub fn partition_key(&self) -> Cow<'_, [u8]> {
        if self.key.is_empty() {
            format!("{:0OWN_KEY$x}", self.origin).into_bytes().into()
        } else {
            self.key.as_ref().into()
        }
    }
}

/// A line that is no record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadLine {
    /// The line, from 1.
    pub line: u64,
    /// What is wrong with it.
    pub reason: String,
}

/// So many of the lines that are no records are kept.
const SHOWN: usize = 1000;

/// The lines of a file that are no records: how many, and the first of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BadLines {
    first: Vec<BadLine>,
    count: u64,
}

impl BadLines {
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.count
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The first thousand of them.
    pub fn iter(&self) -> impl Iterator<Item = &BadLine> {
        self.first.iter()
    }

    pub(super) fn first(&self) -> Option<&BadLine> {
        self.first.first()
    }

    pub(super) fn push(&mut self, line: BadLine) {
        self.count += 1;
        if self.first.len() < SHOWN {
            self.first.push(line);
        }
    }

    /// Adds those of another part of the file.
    pub(super) fn join(&mut self, other: Self) {
        self.count += other.count;
        self.first.extend(other.first);
        self.first.sort_by_key(|bad| bad.line);
        self.first.truncate(SHOWN);
    }

    /// So many lines come before those that were counted from 1.
    pub(super) fn begin_at(&mut self, lines: u64) {
        self.first.iter_mut().for_each(|bad| bad.line += lines);
    }
}

/// The fields of a JSON object.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub(super) struct Fields(serde_json::Map<String, serde_json::Value>);

impl Fields {
    pub(super) fn read(line: &[u8]) -> Result<Self, String> {
        serde_json::from_slice(line).map_err(|error| format!("is no JSON object: {error}"))
    }

    pub(super) fn members(&self) -> impl Iterator<Item = (&str, &serde_json::Value)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }
}
