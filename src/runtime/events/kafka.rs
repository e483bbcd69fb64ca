//! Batches of a topic of Kafka.
//! Source: `https://docs.aws.amazon.com/lambda/latest/dg/with-msk.html`, and `events/testdata` of aws-lambda-go.

use serde_json::{Value, json};

use crate::runtime::base64;
use crate::runtime::events::{REGION, Surroundings, uuid};
use crate::runtime::record::Record;

/// The records of a partition with their offsets.
pub(in crate::runtime) fn event<'r>(
    surroundings: Surroundings,
    cluster: &str,
    partition: usize,
    records: impl Iterator<Item = (u64, &'r Record)>,
) -> Value {
    let record = |(offset, record): (u64, &Record)| {
        json!({
            "topic": cluster,
            "partition": partition,
            "offset": offset,
            "timestamp": surroundings.milliseconds(record.produced_us),
            "timestampType": "CREATE_TIME",
            "key": base64::encode(&record.key),
            "value": base64::encode(&record.payload),
            "headers": [],
        })
    };
    let host = format!("b-1.{cluster}.kafka.{REGION}.amazonaws.com:9098");
    json!({
        "eventSource": "aws:kafka",
        "eventSourceArn": Surroundings::arn("kafka", &format!("cluster/{cluster}/{}-1", uuid(cluster, [0, 0]))),
        "bootstrapServers": host,
        "records": { format!("{cluster}-{partition}"): records.map(record).collect::<Vec<_>>() },
    })
}
