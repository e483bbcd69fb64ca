//! The events that programs get have the shapes that AWS documents, member by member: the first event of a run with each
//! kind of caller, with the payloads that came in packed shown unpacked.

use std::fs;

use base64::Engine as _;
use serde_json::Value;

use super::{allowed, has_python};

/// The first event that a function gets from what `nodes` and `flows` put before `work`.
fn first_event(nodes: &str, flows: &str) -> Option<Value> {
    if !has_python() {
        return None;
    }
    let ran = allowed(&format!(
        "nodes:\n  web: {{service: producer, traffic: {{records: r.ndjson, rate: 20/s, key: k}}}}\n  \
         work: {{service: lambda, timeout: 20s, handler: [python3, runtime.py, keep]}}\n{nodes}flows: {flows}\n",
    ));
    let events = fs::read_to_string(ran.folder.path().join("events.ndjson"))
        .unwrap_or_else(|error| panic!("{error}: {} {}", ran.complaint, ran.report));
    Some(serde_json::from_str(events.lines().next().expect("an event")).expect("JSON"))
}

/// Shows the event of a design in a snapshot of this name.
fn shows(name: &str, nodes: &str, flows: &str) {
    if let Some(event) = first_event(nodes, flows) {
        insta::assert_snapshot!(name, serde_json::to_string_pretty(&event).unwrap());
    }
}

#[test]
fn of_a_stream() {
    shows(
        "event_of_a_stream",
        "  in: {service: kds, shards: 1}\n",
        "[web -> in, {from: in, to: work, batch_size: 1}]",
    );
}

#[test]
fn of_a_table() {
    shows(
        "event_of_a_table",
        "  in: {service: dynamodb, mode: on-demand, key: [k], streams: true, stream_view: new-and-old-images}\n",
        "[web -> in, {from: in, to: work, batch_size: 3, batching_window: 1s}]",
    );
}

#[test]
fn of_a_queue() {
    shows(
        "event_of_a_queue",
        "  in: {service: sqs, visibility_timeout: 2m}\n",
        "[web -> in, {from: in, to: work, batch_size: 1}]",
    );
    shows(
        "event_of_a_fifo_queue",
        "  in: {service: sqs, type: fifo, content_deduplication: true, visibility_timeout: 2m}\n",
        "[web -> in, {from: in, to: work, batch_size: 1}]",
    );
}

#[test]
fn of_a_topic_of_kafka() {
    shows(
        "event_of_kafka",
        "  in: {service: msk-serverless, partitions: 1}\n",
        "[web -> in, {from: in, to: work, batch_size: 1}]",
    );
}

#[test]
fn of_firehose() {
    shows(
        "event_of_firehose",
        "  in: {service: kds, shards: 1}\n  lake: {service: firehose, transform: work}\n  archive: {service: s3}\n",
        "[web -> in -> lake -> archive]",
    );
}

#[test]
fn of_apis() {
    shows("event_of_a_rest_api", "  in: {service: api-gateway-rest}\n", "[web -> in -> work]");
    shows("event_of_an_http_api", "  in: {service: api-gateway-http}\n", "[web -> in -> work]");
    shows("event_of_a_websocket_api", "  in: {service: api-gateway-websocket}\n", "[web -> in -> work]");
    shows("event_of_a_graphql_api", "  in: {service: appsync}\n", "[web -> in -> work]");
}

#[test]
fn of_topics_and_buses() {
    shows("event_of_a_topic", "  in: {service: sns}\n", "[web -> in -> work]");
    shows("event_of_a_bus", "  in: {service: eventbridge}\n", "[web -> in -> work]");
}

#[test]
fn of_logs() {
    let Some(event) = first_event("  in: {service: cloudwatch-logs}\n", "[web -> in -> work]") else {
        return;
    };
    let packed = event["awslogs"]["data"].as_str().expect("a text");
    let packed = base64::engine::general_purpose::STANDARD.decode(packed).expect("base64");
    let told: Value =
        serde_json::from_reader(flate2::read::GzDecoder::new(&packed[..])).expect("packed JSON");
    insta::assert_snapshot!("event_of_logs", serde_json::to_string_pretty(&told).unwrap());
}
