//! Batches of a Kinesis data stream.
//! Source: `https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html`, and `events/testdata` of aws-lambda-go.

use serde_json::{Value, json};

use crate::runtime::base64;
use crate::runtime::events::{REGION, Surroundings, text};
use crate::runtime::record::Record;

/// The records of a shard with their numbers in it.
pub(in crate::runtime) fn records<'r>(
    surroundings: Surroundings,
    stream: &str,
    shard: usize,
    records: impl Iterator<Item = (u64, &'r Record)>,
) -> Vec<Value> {
    let record = |(number, record): (u64, &Record)| {
        let sequence_number = sequence_number(shard, number);
        json!({
            "kinesis": {
                "kinesisSchemaVersion": "1.0",
                "partitionKey": text(&record.partition_key()),
                "sequenceNumber": sequence_number,
                "data": base64::encode(&record.payload),
                "approximateArrivalTimestamp": surroundings.seconds(record.arrived_us),
            },
            "eventSource": "aws:kinesis",
            "eventVersion": "1.0",
            "eventID": format!("{}:{sequence_number}", shard_id(shard)),
            "eventName": "aws:kinesis:record",
            "invokeIdentityArn": role(),
            "awsRegion": REGION,
            "eventSourceARN": arn(stream),
        })
    };
    records.map(record).collect()
}

/// The ARN of a stream.
pub(in crate::runtime) fn arn(stream: &str) -> String {
    Surroundings::arn("kinesis", &format!("stream/{stream}"))
}

fn role() -> String {
    format!("arn:aws:iam::{}:role/lambda-role", crate::runtime::events::ACCOUNT)
}

pub(in crate::runtime) fn shard_id(shard: usize) -> String {
    format!("shardId-{shard:012}")
}

/// A number of 56 digits, as AWS gives them, which grows within its shard.
pub(in crate::runtime) fn sequence_number(shard: usize, number: u64) -> String {
    format!("49{shard:018}{number:036}")
}

#[cfg(test)]
mod tests {
    use super::sequence_number;

    #[test]
    fn sequence_numbers_have_56_digits_and_grow() {
        assert_eq!(sequence_number(0, 0).len(), 56);
        assert!(sequence_number(3, 9) < sequence_number(3, 10));
    }
}
