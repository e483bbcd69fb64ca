//! What calls a function: events of the framework as events of SAM, and the resources that the framework makes for them.

use std::sync::Arc;

use crate::import::serverless::service::{Service, normalised};
use crate::import::serverless::write;
use crate::import::serverless::write::{attribute, map, mapping, put, reference, resource, text};
use crate::knowledge::serverless::{Event, Table};
use crate::knowledge::terraform::capital;
use crate::source::{Entry, Node, Span, Value};

impl Service {
    /// The events of a function, each under the name of its kind and number.
    pub(super) fn events(&mut self, function: &str, events: &Node) -> Vec<Entry> {
        let table = Table::embedded();
        let mut made = Vec::new();
        let items = events.as_sequence().unwrap_or_default();
        for (number, item) in items.iter().enumerate() {
            let Some(mapping) = item.as_mapping() else { continue };
            for (name, entry) in mapping.iter() {
                let key_span = entry.key.span;
                if name == "websocket" {
                    self.websocket(function, number, key_span, &entry.value);
                    continue;
                }
                let Some(event) = table.events.get(name) else { continue };
                if let Some(event) = self.event(event, key_span, &entry.value) {
                    made.push(entry_of(&format!("{}{number}", capital(name)), key_span, event));
                }
            }
        }
        made
    }

    fn event(&mut self, event: &Event, key_span: Span, given: &Arc<Node>) -> Option<Arc<Node>> {
        let mut properties: Vec<Entry> = Vec::new();
        let mut kind = event.kind.clone();
        match &given.value {
            Value::Mapping(mapping) if !is_intrinsic(given) => {
                for (name, entry) in mapping.iter() {
                    if event.picks.as_ref().is_some_and(|(picks, _)| picks == name) {
                        continue;
                    }
                    let path = event.arguments.get(name).cloned().unwrap_or_else(|| capital(name));
                    put(&mut properties, &path, entry.key.span, Arc::clone(&entry.value));
                }
                destinations(&mut properties, given);
            }
            _ => {
                let plain = event.plain.as_ref()?;
                properties.push(entry_of(plain, key_span, Arc::clone(given)));
            }
        }
        if let Some((picks, types)) = &event.picks {
            let picked = given.get(picks).and_then(Node::as_text).and_then(|word| types.get(word)).cloned();
            let by_name = types.iter().find(|(word, _)| {
                mentions(given, &format!(":{word}:"))
                    || (*word == "dynamodb" && mentions(given, "StreamArn") && given.get(picks).is_none())
            });
            kind = picked.or_else(|| by_name.map(|(_, kind)| kind.clone())).unwrap_or(kind);
        }
        self.created(event, key_span, given, &mut properties);
        if let Some(api) = &event.api {
            self.make(&api.id, key_span, &api.kind, Vec::new());
            properties.push(entry_of(&api.into, key_span, reference(key_span, &api.id)));
        }
        self.consumer(key_span, given, &mut properties);
        let body = vec![
            entry_of("Type", key_span, text(key_span, &kind)),
            entry_of("Properties", key_span, mapping(given.span, properties)),
        ];
        Some(mapping(given.span, body))
    }

    /// The topic or bucket that the framework makes where only a name is given.
    fn created(&mut self, event: &Event, key_span: Span, given: &Arc<Node>, properties: &mut Vec<Entry>) {
        let Some(created) = &event.creates else { return };
        let name = match &given.value {
            Value::Scalar(_) => Some(given),
            Value::Mapping(mapping) if given.get(&created.unless).is_none() => {
                mapping.iter().find(|(name, _)| *name == created.by).map(|(_, entry)| &entry.value)
            }
            _ => None,
        };
        let Some((node, name)) = name.and_then(|node| Some((node, node.as_text()?))) else { return };
        if name.starts_with("arn:") {
            return;
        }
        let id = format!("{}{}", created.id, normalised(name));
        let named = entry_of(&created.name, node.span, Arc::clone(node));
        self.make(&id, node.span, &created.kind, vec![named]);
        properties.retain(|entry| entry.key.as_text() != Some(&created.into));
        properties.push(entry_of(&created.into, key_span, reference(node.span, &id)));
    }

    /// The consumer of a stream that `consumer: true` makes.
    fn consumer(&mut self, key_span: Span, given: &Arc<Node>, properties: &mut Vec<Entry>) {
        let Some(consumer) = given.entry("consumer") else { return };
        properties.retain(|entry| entry.key.as_text() != Some("Consumer"));
        let value = if consumer.value.as_bool() == Some(true) {
            let Some(stream) = given.entry("arn") else { return };
            let id = format!("StreamConsumer{}", self.made());
            let arn = entry_of("StreamARN", stream.key.span, Arc::clone(&stream.value));
            self.make(&id, consumer.key.span, "AWS::Kinesis::StreamConsumer", vec![arn]);
            attribute(consumer.key.span, &id, "ConsumerARN")
        } else {
            Arc::clone(&consumer.value)
        };
        properties.retain(|entry| entry.key.as_text() != Some("Stream"));
        properties.push(entry_of("Stream", key_span, value));
    }

    /// A route of a WebSocket API.
    fn websocket(&mut self, function: &str, number: usize, span: Span, given: &Arc<Node>) {
        let protocol = entry_of("ProtocolType", span, text(span, "WEBSOCKET"));
        self.make("WebsocketsApi", span, "AWS::ApiGatewayV2::Api", vec![protocol]);
        let properties = map(
            given.span,
            vec![
                ("ApiId", reference(span, "WebsocketsApi")),
                ("IntegrationType", text(span, "AWS_PROXY")),
                ("IntegrationUri", attribute(span, function, "Arn")),
            ],
        );
        let id = format!("{function}Websocket{number}");
        self.resources.push(resource(&id, span, "AWS::ApiGatewayV2::Integration", properties));
    }
}

fn entry_of(key: &str, key_span: Span, value: Arc<Node>) -> Entry {
    write::entry(key, key_span, value)
}

/// Where an event tells what failed: an ARN, or a mapping with one.
fn destinations(properties: &mut Vec<Entry>, given: &Node) {
    let Some(failed) = given.get("destinations").and_then(|node| node.entry("onFailure")) else { return };
    properties.retain(|entry| entry.key.as_text() != Some("Destinations"));
    let value = match failed.value.entry("arn") {
        Some(arn) => Arc::clone(&arn.value),
        None => Arc::clone(&failed.value),
    };
    put(properties, "DestinationConfig.OnFailure.Destination", failed.key.span, value);
}

/// Whether a mapping is a function of CloudFormation.
pub(super) fn is_intrinsic(node: &Node) -> bool {
    let Some(mapping) = node.as_mapping() else { return false };
    let mut keys = mapping.iter().map(|(key, _)| key);
    mapping.entries.len() == 1 && keys.any(|key| key == "Ref" || key.starts_with("Fn::"))
}

/// Whether any text in a tree holds a word.
fn mentions(node: &Node, word: &str) -> bool {
    match &node.value {
        Value::Scalar(scalar) => scalar.text.contains(word),
        Value::Sequence(items) => items.iter().any(|item| mentions(item, word)),
        Value::Mapping(mapping) => mapping.entries.iter().any(|entry| mentions(&entry.value, word)),
    }
}
