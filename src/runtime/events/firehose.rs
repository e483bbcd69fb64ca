//! What Firehose hands to a function that transforms, and what it understands of the answer.
//! Source: `https://docs.aws.amazon.com/firehose/latest/dev/data-transformation-status-model.html`.

use std::collections::BTreeMap;

use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::runtime::base64;
use crate::runtime::events::{REGION, Surroundings, id, kinesis, text, uuid};
use crate::runtime::record::Record;

/// A Firehose stream that calls a function.
#[derive(Debug, Clone)]
pub(in crate::runtime) struct CallingDelivery {
    pub(in crate::runtime) surroundings: Surroundings,
    pub(in crate::runtime) name: String,
    /// The data stream that it reads.
    pub(in crate::runtime) source: Option<String>,
}

/// What becomes of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::runtime) enum Transformed {
    Ok(Bytes),
    Dropped,
    /// It goes to the error prefix, with AWS's word for it.
    Failed(&'static str),
}

impl CallingDelivery {
    pub(in crate::runtime) fn event(&self, shard: usize, call: u64, records: &[Record]) -> Value {
        let record = |(place, record): (usize, &Record)| {
            let at = self.surroundings.milliseconds(record.arrived_us);
            let mut told = json!({
                "recordId": record_id(shard, call, place),
                "approximateArrivalTimestamp": at,
                "data": base64::encode(&record.payload),
            });
            if self.source.is_some() {
                told["kinesisRecordMetadata"] = json!({
                    "sequenceNumber": kinesis::sequence_number(shard, record.origin),
                    "subsequenceNumber": 0,
                    "partitionKey": text(&record.partition_key()),
                    "shardId": kinesis::shard_id(shard),
                    "approximateArrivalTimestamp": at,
                });
            }
            told
        };
        let mut event = json!({
            "invocationId": uuid(&self.name, [shard as u64, call]),
            "deliveryStreamArn": Surroundings::arn("firehose", &format!("deliverystream/{}", self.name)),
            "region": REGION,
            "records": records.iter().enumerate().map(record).collect::<Vec<_>>(),
        });
        if let Some(source) = &self.source {
            event["sourceKinesisStreamArn"] = json!(kinesis::arn(source));
        }
        event
    }
}

/// The id by which an answer names a record of a call.
fn record_id(shard: usize, call: u64, place: usize) -> String {
    id("record", [call, place as u64]) + &format!("{shard:06}")
}

#[derive(Deserialize)]
struct Answer {
    records: Vec<Answered>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answered {
    record_id: String,
    result: String,
    #[serde(default)]
    data: Option<String>,
}

/// What an answer says of each of so many records. One that it does not name, or names twice, has failed.
pub(in crate::runtime) fn transformed(
    answer: Value,
    (shard, call, count): (usize, u64, usize),
) -> Result<Vec<Transformed>, String> {
    let answer: Answer = serde_json::from_value(answer)
        .map_err(|error| format!("answered with what is no transformation: {error}"))?;
    let mut found: BTreeMap<String, Transformed> = BTreeMap::new();
    for answered in answer.records {
        let becomes = match (answered.result.as_str(), answered.data.as_deref().map(base64::decode)) {
            ("Ok", Some(Some(data))) => Transformed::Ok(data.into()),
            ("Ok", None) => Transformed::Ok(Bytes::new()),
            ("Ok", Some(None)) => Transformed::Failed("Lambda.JsonProcessingException"),
            ("Dropped", _) => Transformed::Dropped,
            _ => Transformed::Failed("Lambda.ProcessingFailedStatus"),
        };
        found
            .entry(answered.record_id)
            .and_modify(|known| *known = Transformed::Failed("Lambda.DuplicatedRecordId"))
            .or_insert(becomes);
    }
    let of = |place| found.remove(&record_id(shard, call, place));
    let missing = Transformed::Failed("Lambda.MissingRecordId");
    Ok((0..count).map(of).map(|becomes| becomes.unwrap_or_else(|| missing.clone())).collect())
}
