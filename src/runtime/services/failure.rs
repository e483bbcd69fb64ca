//! Reports on batches that a mapping gave up, as AWS writes them to an on-failure destination.
//!
//! Takes what was given up, gives a message to a queue or topic, which says where the batch stood in its stream, or an
//! object to a bucket, which holds its records too. **Delivery**: what was reported stays. **Simplified**: the account,
//! the Region and the sequence numbers are made up; the numbers keep the order of the shard.

use bytes::Bytes;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::runtime::engine::{Event, Io};
use crate::runtime::events::{Surroundings, kinesis};
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
    pub(in crate::runtime) surroundings: Surroundings,
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
                "functionArn": Surroundings::arn("lambda", &format!("function:{}", self.function)),
                "condition": condition,
                "approximateInvokeCount": given_up.attempts,
            },
            "responseContext": {
                "statusCode": 200,
                "executedVersion": "$LATEST",
                "functionError": "Unhandled",
            },
            "version": "1.0",
            "timestamp": self.surroundings.instant(io.now_us),
            "KinesisBatchInfo": {
                "shardId": kinesis::shard_id(given_up.shard),
                "startSequenceNumber": kinesis::sequence_number(given_up.shard, first.number),
                "endSequenceNumber": kinesis::sequence_number(given_up.shard, last.number),
                "approximateArrivalOfFirstRecord": self.surroundings.instant(arrivals().min().unwrap_or_default()),
                "approximateArrivalOfLastRecord": self.surroundings.instant(arrivals().max().unwrap_or_default()),
                "batchSize": given_up.records.len(),
                "streamArn": kinesis::arn(&self.stream),
            },
        })
    }

    /// The event that the function was called with.
    fn payload(&self, given_up: &GivenUp) -> Value {
        let records = given_up.records.iter().map(|numbered| (numbered.number, &numbered.record));
        json!({ "Records": kinesis::records(self.surroundings, &self.stream, given_up.shard, records) })
    }

    /// `aws/lambda/MAPPING/YYYY/MM/DD/INSTANT-UUID`, where the mapping is named by the function.
    fn path(&self, io: &mut Io<'_>) -> String {
        let now = Timestamp::from_millisecond(self.surroundings.milliseconds(io.now_us)).unwrap_or_default();
        let (folder, instant) = (now.strftime("%Y/%m/%d"), now.strftime("%Y-%m-%dT%H.%M.%S"));
        format!("aws/lambda/{}/{folder}/{instant}-{}", self.function, io.random.uuid())
    }
}

fn records(given_up: GivenUp) -> Vec<Record> {
    given_up.records.into_iter().map(|numbered| numbered.record).collect()
}

fn bytes_of(body: &Value) -> Bytes {
    serde_json::to_vec(body).expect("values can be written").into()
}
