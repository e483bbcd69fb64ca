//! What calls a function record by record: APIs, topics, buses, logs and programs.
//! Source: `https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html`,
//! `https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html`,
//! `https://docs.aws.amazon.com/lambda/latest/dg/services-cloudwatchlogs.html`, and `events/testdata` of aws-lambda-go.

use std::io::Write as _;

use flate2::write::GzEncoder;
use serde_json::{Value, json};

use crate::runtime::base64;
use crate::runtime::events::api_gateway::{self, ApiKind};
use crate::runtime::events::{ACCOUNT, REGION, Surroundings, payload, text, uuid};
use crate::runtime::record::Record;

/// Who calls a function.
#[derive(Debug, Clone)]
pub(in crate::runtime) struct Caller {
    pub(in crate::runtime) surroundings: Surroundings,
    pub(in crate::runtime) name: String,
    pub(in crate::runtime) kind: CallerKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::runtime) enum CallerKind {
    Api(ApiKind),
    Topic,
    Bus,
    Log,
    /// A program, a workflow or a broker of devices: the event is the record.
    Direct,
}

impl Caller {
    /// The event of a record that comes then.
    pub(in crate::runtime) fn event(&self, record: &Record, now_us: u64) -> Value {
        match self.kind {
            CallerKind::Api(kind) => api_gateway::event(kind, self.surroundings, &self.name, record),
            CallerKind::Topic => self.message(record),
            CallerKind::Bus => self.bus_event(record),
            CallerKind::Log => self.log_events(record, now_us),
            CallerKind::Direct => payload(record),
        }
    }

    fn message(&self, record: &Record) -> Value {
        let topic = Surroundings::arn("sns", &self.name);
        let subscription = uuid(&self.name, [0, 0]);
        json!({
            "Records": [{
                "EventVersion": "1.0",
                "EventSubscriptionArn": format!("{topic}:{subscription}"),
                "EventSource": "aws:sns",
                "Sns": {
                    "SignatureVersion": "1",
                    "Timestamp": self.surroundings.instant(record.arrived_us),
                    "Signature": "EXAMPLE",
                    "SigningCertUrl": "EXAMPLE",
                    "MessageId": uuid(&self.name, [record.origin, 1]),
                    "Message": text(&record.payload),
                    "MessageAttributes": {},
                    "Type": "Notification",
                    "UnsubscribeUrl": "EXAMPLE",
                    "TopicArn": topic,
                    "Subject": null,
                },
            }],
        })
    }

    /// An event of a bus; its source is the bus itself, since a design names none.
    fn bus_event(&self, record: &Record) -> Value {
        json!({
            "version": "0",
            "id": uuid(&self.name, [record.origin, 0]),
            "detail-type": "record",
            "source": self.name,
            "account": ACCOUNT,
            "time": self.surroundings.text(record.arrived_us, "%Y-%m-%dT%H:%M:%SZ"),
            "region": REGION,
            "resources": [],
            "detail": payload(record),
        })
    }

    fn log_events(&self, record: &Record, now_us: u64) -> Value {
        let events = json!({
            "messageType": "DATA_MESSAGE",
            "owner": ACCOUNT,
            "logGroup": self.name,
            "logStream": "stream",
            "subscriptionFilters": [self.name],
            "logEvents": [{
                "id": format!("{:056}", record.origin),
                "timestamp": self.surroundings.milliseconds(record.arrived_us.min(now_us)),
                "message": text(&record.payload),
            }],
        });
        let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::default());
        let packed = encoder.write_all(events.to_string().as_bytes()).and_then(|()| encoder.finish());
        json!({ "awslogs": { "data": base64::encode(&packed.expect("writing to memory cannot fail")) } })
    }
}
