//! The events with which AWS calls functions, one kind of source a file.
//!
//! Takes records with what is known of them, gives JSON. The shapes are those of AWS's documentation and of the test
//! data of its libraries. **Simplified**: account, Region and all numbers and ids that AWS gives out are made up, the
//! same in every run of a seed.

pub(super) mod api_gateway;
pub(super) mod called;
pub(super) mod firehose;
pub(super) mod kafka;
pub(super) mod kinesis;
pub(super) mod queue;
pub(super) mod table;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::runtime::record::Record;

/// The Region of every run.
pub const REGION: &str = "us-east-1";

/// The account of every run.
pub(super) const ACCOUNT: &str = "123456789012";

/// When and where a run takes place.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Surroundings {
    /// The instant at which the run starts, in milliseconds since 1970.
    pub(super) start_ms: i64,
}

impl Surroundings {
    /// The ARN of a thing of a service.
    pub(super) fn arn(service: &str, thing: &str) -> String {
        format!("arn:aws:{service}:{REGION}:{ACCOUNT}:{thing}")
    }

    /// An instant of the run, in milliseconds since 1970.
    pub(super) fn milliseconds(self, virtual_us: u64) -> i64 {
        self.start_ms + (virtual_us / 1000).cast_signed()
    }

    /// The same in seconds.
    pub(super) fn seconds(self, virtual_us: u64) -> f64 {
        self.milliseconds(virtual_us) as f64 / 1e3
    }

    /// The same as text, by a format of `strftime`.
    pub(super) fn text(self, virtual_us: u64, format: &str) -> String {
        let instant = Timestamp::from_millisecond(self.milliseconds(virtual_us)).unwrap_or_default();
        instant.strftime(format).to_string()
    }

    /// The same as ISO 8601 has it, with milliseconds.
    pub(super) fn instant(self, virtual_us: u64) -> String {
        self.text(virtual_us, "%Y-%m-%dT%H:%M:%S.%3fZ")
    }
}

/// An id that AWS would give out: 32 hexadecimal digits that two numbers and a name make.
pub(super) fn id(name: &str, numbers: [u64; 2]) -> String {
    use md5::{Digest as _, Md5};
    let mut hash = Md5::new();
    hash.update(name.as_bytes());
    for number in numbers {
        hash.update(number.to_be_bytes());
    }
    hex(&hash.finalize())
}

/// The same in the form of a UUID.
pub(super) fn uuid(name: &str, numbers: [u64; 2]) -> String {
    let id = id(name, numbers);
    format!("{}-{}-{}-{}-{}", &id[..8], &id[8..12], &id[12..16], &id[16..20], &id[20..])
}

pub(super) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing to a string cannot fail");
        text
    })
}

/// Bytes as text, as a body carries them.
pub(super) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// What a record holds as JSON, or as text where it is none.
pub(super) fn payload(record: &Record) -> Value {
    serde_json::from_slice(&record.payload).unwrap_or_else(|_| json!(text(&record.payload)))
}
