//! Reports on batches that a mapping gave up, as AWS writes them to an on-failure destination.
//!
//! Takes what was given up, gives a message to a queue or topic, which says where the batch stood in its stream, or an
//! object to a bucket, which holds its records too. **Delivery**: what was reported stays. **Simplified**: the account,
//! the Region and the sequence numbers are made up; the numbers keep the order of the shard.

use bytes::Bytes;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::runtime::engine::{Event, Io};
use crate::runtime::record::Record;
use crate::runtime::services::function::Numbered;

/// Where a mapping reports to.
#[derive(Debug, Clone)]
pub(in crate::runtime) struct Failures {
    pub(in crate::runtime) destination: usize,
    /// Whether the destination is a bucket.
    pub(in crate::runtime) is_bucket: bool,
    pub(in crate::runtime) function: String,
    pub(in crate::runtime) stream: String,
    /// The instant at which the run starts, in milliseconds since 1970.
    pub(in crate::runtime) start_ms: i64,
}

/// A batch, or a part of one, that is not tried any more.
#[derive(Debug)]
pub(in crate::runtime) struct GivenUp {
    pub(in crate::runtime) shard: usize,
    pub(in crate::runtime) reason: Reason,
    pub(in crate::runtime) attempts: u32,
    /// At least one.
    pub(in crate::runtime) records: Vec<Numbered>,
}

/// Why a batch is given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::runtime) enum Reason {
    Attempts,
    TooOld,
}

impl Failures {
    /// Sends the report.
    pub(in crate::runtime) fn send(&self, given_up: GivenUp, io: &mut Io<'_>) {
        let mut body = self.body(&given_up, io);
        let event = if self.is_bucket {
            body["payload"] = self.payload(&given_up).to_string().into();
            let contents = bytes_of(&body);
            let path = self.path(io);
            Event::Object { path, contents, records: records(given_up) }
        } else {
            Event::Message { body: bytes_of(&body), records: records(given_up), attributes: Vec::new() }
        };
        io.after(0, self.destination, event);
    }

    fn body(&self, given_up: &GivenUp, io: &mut Io<'_>) -> Value {
        let condition = match given_up.reason {
            Reason::Attempts => "RetryAttemptsExhausted",
            Reason::TooOld => "RecordAgeExceeded",
        };
        let (Some(first), Some(last)) = (given_up.records.first(), given_up.records.last()) else {
            return Value::Null;
        };
        let arrivals = || given_up.records.iter().map(|numbered| numbered.record.arrived_us);
        json!({
            "requestContext": {
                "requestId": io.random.uuid(),
                "functionArn": format!("arn:aws:lambda:us-east-1:123456789012:function:{}", self.function),
                "condition": condition,
                "approximateInvokeCount": given_up.attempts,
            },
            "responseContext": {
                "statusCode": 200,
                "executedVersion": "$LATEST",
                "functionError": "Unhandled",
            },
            "version": "1.0",
            "timestamp": self.instant(io.now_us),
            "KinesisBatchInfo": {
                "shardId": shard_id(given_up.shard),
                "startSequenceNumber": sequence_number(given_up.shard, first.number),
                "endSequenceNumber": sequence_number(given_up.shard, last.number),
                "approximateArrivalOfFirstRecord": self.instant(arrivals().min().unwrap_or_default()),
                "approximateArrivalOfLastRecord": self.instant(arrivals().max().unwrap_or_default()),
                "batchSize": given_up.records.len(),
                "streamArn": self.stream_arn(),
            },
        })
    }

    /// The event that the function was called with.
    fn payload(&self, given_up: &GivenUp) -> Value {
        let record = |numbered: &Numbered| {
            let sequence_number = sequence_number(given_up.shard, numbered.number);
            json!({
                "kinesis": {
                    "kinesisSchemaVersion": "1.0",
                    "partitionKey": String::from_utf8_lossy(&numbered.record.partition_key()),
                    "sequenceNumber": sequence_number,
                    "data": base64(&numbered.record.payload),
                    "approximateArrivalTimestamp": self.milliseconds(numbered.record.arrived_us) as f64 / 1e3,
                },
                "eventSource": "aws:kinesis",
                "eventVersion": "1.0",
                "eventID": format!("{}:{sequence_number}", shard_id(given_up.shard)),
                "eventName": "aws:kinesis:record",
                "eventSourceARN": self.stream_arn(),
            })
        };
        json!({ "Records": given_up.records.iter().map(record).collect::<Vec<_>>() })
    }

    /// `aws/lambda/MAPPING/YYYY/MM/DD/INSTANT-UUID`, where the mapping is named by the function.
    fn path(&self, io: &mut Io<'_>) -> String {
        let now = Timestamp::from_millisecond(self.milliseconds(io.now_us)).unwrap_or_default();
        let (folder, instant) = (now.strftime("%Y/%m/%d"), now.strftime("%Y-%m-%dT%H.%M.%S"));
        format!("aws/lambda/{}/{folder}/{instant}-{}", self.function, io.random.uuid())
    }

    fn stream_arn(&self) -> String {
        format!("arn:aws:kinesis:us-east-1:123456789012:stream/{}", self.stream)
    }

    fn milliseconds(&self, virtual_us: u64) -> i64 {
        self.start_ms + (virtual_us / 1000).cast_signed()
    }

    fn instant(&self, virtual_us: u64) -> String {
        let instant = Timestamp::from_millisecond(self.milliseconds(virtual_us)).unwrap_or_default();
        instant.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
    }
}

fn records(given_up: GivenUp) -> Vec<Record> {
    given_up.records.into_iter().map(|numbered| numbered.record).collect()
}

fn bytes_of(body: &Value) -> Bytes {
    serde_json::to_vec(body).expect("values can be written").into()
}

fn shard_id(shard: usize) -> String {
    format!("shardId-{shard:012}")
}

/// A number of 56 digits, as AWS gives them, which grows within its shard.
fn sequence_number(shard: usize, number: u64) -> String {
    format!("49{shard:018}{number:036}")
}

/// Bytes in base64 with padding.
pub(in crate::runtime) fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let bits =
            three.iter().enumerate().fold(0u32, |bits, (at, byte)| bits | u32::from(*byte) << (16 - 8 * at));
        for at in 0..4 {
            let digit = DIGITS[(bits >> (18 - 6 * at)) as usize & 63];
            text.push(if at <= three.len() { char::from(digit) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{base64, sequence_number};

    #[test]
    fn base64_pads_what_is_left_over() {
        // python3 -c "import base64; print([base64.b64encode(b'foobar'[:n]) for n in (0, 1, 2, 3, 6)])"
        assert_eq!(
            ["", "f", "fo", "foo", "foobar"].map(|text| base64(text.as_bytes())),
            ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYmFy"]
        );
    }

    #[test]
    fn sequence_numbers_have_56_digits_and_grow() {
        assert_eq!(sequence_number(0, 0).len(), 56);
        assert!(sequence_number(3, 9) < sequence_number(3, 10));
    }
}
