//! An S3 bucket: keeps objects.
//!
//! Takes objects of Firehose and records of programs, each of those an object of its own. **Ordering**: none between
//! objects. **Back pressure**: none. **Delivery**: what was written stays. **Not modelled**: request rates, and
//! notifications.

use bytes::Bytes;

use crate::runtime::bits::split;
use crate::runtime::engine::Io;
use crate::runtime::outcome::File;
use crate::runtime::record::Record;

/// A bucket in a run.
#[derive(Debug)]
pub(in crate::runtime) struct Bucket {
    pub(in crate::runtime) latency_us: u64,
    /// What every key starts with.
    pub(in crate::runtime) prefix: String,
}

impl Bucket {
    /// Stores an object that holds these records.
    pub(in crate::runtime) fn store(&self, path: &str, contents: Bytes, records: &[Record], io: &mut Io<'_>) {
        io.counters.records_in += records.len() as u64;
        io.counters.bytes_in += contents.len() as u64;
        for record in records {
            let now_us = io.now_us + self.latency_us;
            io.arrivals.arrive(record.origin, Some(&record.key), record.produced_us, now_us);
        }
        io.store(File { path: format!("{}{path}", self.prefix), contents: contents.into() });
    }

    /// Stores each record as an object that is named by its number.
    pub(in crate::runtime) fn records(&self, records: &[Record], io: &mut Io<'_>) {
        for record in records {
            let path = match split(record.origin) {
                (0, place) => format!("record-{place:012}.json"),
                (producer, place) => format!("record-{producer}-{place:012}.json"),
            };
            self.store(&path, record.payload.clone(), std::slice::from_ref(record), io);
        }
    }
}
