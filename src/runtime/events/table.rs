//! Changes of a DynamoDB table.
//! Source: `https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html`, and `events/testdata` of aws-lambda-go.

use bytes::Bytes;
use serde_json::{Map, Value, json};

use crate::runtime::events::{REGION, Surroundings, id};
use crate::runtime::record::Record;

/// A table whose changes are told.
#[derive(Debug, Clone)]
pub(in crate::runtime) struct ChangedTable {
    pub(in crate::runtime) name: String,
    /// The attributes that name an item.
    pub(in crate::runtime) key: Vec<String>,
    pub(in crate::runtime) shows_new: bool,
    pub(in crate::runtime) shows_old: bool,
}

/// A change: its number in its shard, the new item, and the one before it.
pub(in crate::runtime) struct Change<'r> {
    pub(in crate::runtime) number: u64,
    pub(in crate::runtime) record: &'r Record,
    pub(in crate::runtime) before: Option<&'r Bytes>,
}

impl ChangedTable {
    pub(in crate::runtime) fn event_record(
        &self,
        surroundings: Surroundings,
        shard: usize,
        change: &Change<'_>,
    ) -> Value {
        let item = item(&change.record.payload);
        let key = |name: &String| Some((name.clone(), attribute(item.get(name)?)));
        let sequence_number = sequence_number(shard, change.number);
        let mut told = json!({
            "ApproximateCreationDateTime": surroundings.seconds(change.record.arrived_us).floor(),
            "Keys": self.key.iter().filter_map(key).collect::<Map<_, _>>(),
            "SequenceNumber": sequence_number,
            "SizeBytes": change.record.payload.len(),
            "StreamViewType": self.view(),
        });
        if self.shows_new {
            told["NewImage"] = attributes(&item);
        }
        if let Some(before) = change.before.filter(|_| self.shows_old) {
            told["OldImage"] = attributes(&self::item(before));
        }
        json!({
            "eventID": id(&self.name, [shard as u64, change.number]),
            "eventName": if change.before.is_some() { "MODIFY" } else { "INSERT" },
            "eventVersion": "1.1",
            "eventSource": "aws:dynamodb",
            "awsRegion": REGION,
            "dynamodb": told,
            "eventSourceARN": self.arn(surroundings),
        })
    }

    pub(in crate::runtime) fn arn(&self, surroundings: Surroundings) -> String {
        let label = surroundings.text(0, "%Y-%m-%dT%H:%M:%S.%3f");
        Surroundings::arn("dynamodb", &format!("table/{}/stream/{label}", self.name))
    }

    /// What names the item of a record: the values of all attributes of the key.
    pub(in crate::runtime) fn name_of(&self, record: &Record) -> String {
        let item = item(&record.payload);
        let value = |name: &String| item.get(name).map(Value::to_string).unwrap_or_default();
        self.key.iter().map(value).collect::<Vec<_>>().join("\u{1}")
    }

    fn view(&self) -> &'static str {
        match (self.shows_new, self.shows_old) {
            (true, true) => "NEW_AND_OLD_IMAGES",
            (true, false) => "NEW_IMAGE",
            (false, true) => "OLD_IMAGE",
            (false, false) => "KEYS_ONLY",
        }
    }
}

/// A number of 21 digits, which grows within its shard.
pub(in crate::runtime) fn sequence_number(shard: usize, number: u64) -> String {
    format!("1{shard:05}{number:015}")
}

fn item(payload: &[u8]) -> Map<String, Value> {
    serde_json::from_slice(payload).unwrap_or_default()
}

fn attributes(item: &Map<String, Value>) -> Value {
    item.iter().map(|(name, value)| (name.clone(), attribute(value))).collect::<Map<_, _>>().into()
}

/// A value with its type, as DynamoDB writes it.
fn attribute(value: &Value) -> Value {
    match value {
        Value::Null => json!({ "NULL": true }),
        Value::Bool(flag) => json!({ "BOOL": flag }),
        Value::Number(number) => json!({ "N": number.to_string() }),
        Value::String(text) => json!({ "S": text }),
        Value::Array(items) => json!({ "L": items.iter().map(attribute).collect::<Vec<_>>() }),
        Value::Object(members) => json!({ "M": attributes(members) }),
    }
}
