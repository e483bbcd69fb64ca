//! The objects that Firehose writes: their names, what they hold, and how that is compressed.

use std::io::Write as _;

use bytes::Bytes;
use flate2::write::GzEncoder;
use jiff::Timestamp;
use serde_json::json;

use crate::runtime::base64;
use crate::runtime::engine::Io;
use crate::runtime::record::Record;

/// How objects are written.
#[derive(Debug, Clone)]
pub(in crate::runtime) struct Objects {
    /// The name of the Firehose stream.
    pub(in crate::runtime) name: String,
    pub(in crate::runtime) prefix: String,
    pub(in crate::runtime) error_prefix: String,
    pub(in crate::runtime) append_delimiter: bool,
    pub(in crate::runtime) compression: Compression,
    /// The instant at which the run starts, in milliseconds since 1970.
    pub(in crate::runtime) start_ms: i64,
}

/// How an object is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::runtime) enum Compression {
    None,
    Gzip,
}

/// Why records are given up.
#[derive(Debug)]
pub(super) struct Failure {
    /// The part of the object's name after the error prefix.
    pub(super) prefix: String,
    /// AWS's word for it.
    pub(super) code: &'static str,
    pub(super) attempts: u32,
}

impl Objects {
    /// The name and contents of an object of a partition, or of none.
    pub(super) fn delivered(&self, partition: &str, records: &[Record], io: &mut Io<'_>) -> (String, Bytes) {
        let contents = self.compressed(self.joined(records));
        let ending = if self.compression == Compression::Gzip { ".gz" } else { "" };
        (self.name(&format!("{}{partition}", self.prefix), ending, records, io), contents)
    }

    /// The same without compression.
    pub(super) fn plain(&self, prefix: &str, records: &[Record], io: &mut Io<'_>) -> (String, Bytes) {
        (self.name(prefix, "", records, io), self.joined(records).into())
    }

    /// An object of records that are given up: for each a line that says why, with what it held.
    pub(super) fn failed(&self, failure: &Failure, records: &[Record], io: &mut Io<'_>) -> (String, Bytes) {
        let mut contents = Vec::new();
        for record in records {
            let line = json!({
                "attemptsMade": failure.attempts,
                "arrivalTimestamp": self.milliseconds(record.arrived_us),
                "errorCode": failure.code,
                "attemptEndingTimestamp": self.milliseconds(io.now_us),
                "rawData": base64::encode(&record.payload),
            });
            serde_json::to_writer(&mut contents, &line).expect("writing to memory cannot fail");
            contents.push(b'\n');
        }
        let prefix = format!("{}{}", self.error_prefix, failure.prefix);
        (self.name(&prefix, "", records, io), contents.into())
    }

    fn joined(&self, records: &[Record]) -> Vec<u8> {
        let mut plain = Vec::with_capacity(records.iter().map(|record| record.payload.len() + 1).sum());
        for record in records {
            plain.extend_from_slice(&record.payload);
            if self.append_delimiter {
                plain.push(b'\n');
            }
        }
        plain
    }

    fn compressed(&self, plain: Vec<u8>) -> Bytes {
        match self.compression {
            Compression::None => plain.into(),
            Compression::Gzip => {
                let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::default());
                encoder
                    .write_all(&plain)
                    .and_then(|()| encoder.finish())
                    .expect("writing to memory cannot fail")
                    .into()
            }
        }
    }

    /// `PREFIX/YYYY/MM/dd/HH/STREAM-1-YYYY-MM-dd-HH-MM-SS-UUID` as AWS names objects, in UTC, by the arrival of the oldest
    /// record in it.
    fn name(&self, prefix: &str, ending: &str, records: &[Record], io: &mut Io<'_>) -> String {
        let oldest_us = records.iter().map(|record| record.arrived_us).min().unwrap_or(io.now_us);
        let oldest = Timestamp::from_millisecond(self.milliseconds(oldest_us)).unwrap_or_default();
        let folder = oldest.strftime("%Y/%m/%d/%H");
        let instant = oldest.strftime("%Y-%m-%d-%H-%M-%S");
        format!("{prefix}{folder}/{}-1-{instant}-{}{ending}", self.name, io.random.uuid())
    }

    fn milliseconds(&self, virtual_us: u64) -> i64 {
        self.start_ms + (virtual_us / 1000).cast_signed()
    }
}
