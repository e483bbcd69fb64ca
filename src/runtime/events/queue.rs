//! Batches of an SQS queue.
//! Source: `https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html`, and `events/testdata` of aws-lambda-go.

use md5::{Digest as _, Md5};
use serde_json::{Map, Value, json};

use crate::runtime::events::{ACCOUNT, REGION, Surroundings, hex, text, uuid};
use crate::runtime::services::sqs::Handed;

/// A queue that calls a function.
#[derive(Debug, Clone)]
pub(in crate::runtime) struct CallingQueue {
    pub(in crate::runtime) name: String,
    pub(in crate::runtime) is_fifo: bool,
}

impl CallingQueue {
    pub(in crate::runtime) fn event(&self, surroundings: Surroundings, messages: &[Handed]) -> Value {
        json!({ "Records": messages.iter().map(|message| self.record(surroundings, message)).collect::<Vec<_>>() })
    }

    /// The id of a message, by its number in the queue.
    pub(in crate::runtime) fn message_id(&self, number: u64) -> String {
        uuid(&self.name, [number, 0])
    }

    fn record(&self, surroundings: Surroundings, message: &Handed) -> Value {
        let time = |virtual_us| surroundings.milliseconds(virtual_us).to_string();
        let mut attributes = json!({
            "ApproximateReceiveCount": message.receives.to_string(),
            "SentTimestamp": time(message.sent_us),
            "SenderId": ACCOUNT,
            "ApproximateFirstReceiveTimestamp": time(message.first_received_us),
        });
        if self.is_fifo {
            attributes["SequenceNumber"] = json!(format!("188{:017}", message.number));
            attributes["MessageGroupId"] = json!(text(&message.group));
            attributes["MessageDeduplicationId"] = json!(hex(&Md5::digest(&message.body)));
        }
        let said = |(name, value): &(&str, String)| {
            let value = json!({
                "stringValue": value, "stringListValues": [], "binaryListValues": [], "dataType": "String"
            });
            ((*name).to_owned(), value)
        };
        json!({
            "messageId": self.message_id(message.number),
            "receiptHandle": uuid(&self.name, [message.number, u64::from(message.receives)]),
            "body": text(&message.body),
            "attributes": attributes,
            "messageAttributes": message.attributes.iter().map(said).collect::<Map<_, _>>(),
            "md5OfBody": hex(&Md5::digest(&message.body)),
            "eventSource": "aws:sqs",
            "eventSourceARN": self.arn(),
            "awsRegion": REGION,
        })
    }

    fn arn(&self) -> String {
        let name = self.name.strip_suffix(".fifo").unwrap_or(&self.name);
        let ending = if self.is_fifo { ".fifo" } else { "" };
        Surroundings::arn("sqs", &format!("{name}{ending}"))
    }
}
