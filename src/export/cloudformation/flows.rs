//! Wires the nodes: which resource or property a flow becomes, by the services at its ends.

use serde_json::json;

use crate::design::Role;
use crate::export::cloudformation::stack::Stack;
use crate::export::cloudformation::{apis, compute, events, reading};
use crate::export::template::Resource;

/// Services whose code the authors write: they may do what their flows need, and are told names.
const CODE: [&str; 6] = ["producer", "consumer", "application", "kinesis-agent", "lambda", "managed-flink"];

/// Wires one flow. What follows from a setting is wired where the setting is written.
pub(super) fn wire(stack: &mut Stack<'_>, flow: usize) {
    let this = &stack.design.flows[flow];
    if this.role != Role::Flow {
        return;
    }
    let (from, to) = (this.from, this.to);
    match (stack.service(from), stack.service(to)) {
        ("kinesis-data-streams" | "dynamodb" | "sqs", "lambda") => reading::mapping(stack, flow),
        (_, "eventbridge-pipes") => events::pipe_source(stack, flow),
        ("eventbridge-pipes", _) => events::pipe_target(stack, flow),
        ("eventbridge", _) => events::rule(stack, flow),
        ("sns", _) => events::subscription(stack, flow),
        ("iot-core", _) => events::topic_action(stack, flow),
        ("cloudwatch-logs", _) => events::log_subscription(stack, flow),
        ("api-gateway-rest" | "api-gateway-http" | "api-gateway-websocket", _) => apis::route(stack, flow),
        // The destination is written with the delivery stream, and a query is no way that records take.
        ("firehose", _) | ("s3" | "dynamodb" | "opensearch" | "timestream", "athena" | "quicksight") => {}
        ("s3", "lambda" | "sqs" | "sns") => events::notification(stack, flow),
        ("s3", "eventbridge") => refuse(stack, flow),
        ("kinesis-data-streams", "firehose") => firehose_source(stack, flow),
        ("dynamodb", "kinesis-data-streams") => capture(stack, flow),
        (
            "kinesis-data-streams" | "sqs" | "s3" | "dynamodb" | "kinesis-video-streams",
            "managed-flink" | "application" | "consumer",
        ) => read_by_code(stack, flow),
        (from_service, _) if CODE.contains(&from_service) => sent_by_code(stack, flow),
        ("step-functions", _) if stack.arn(to).is_some() => stack.grant_write(from, to),
        _ => refuse(stack, flow),
    }
}

fn refuse(stack: &mut Stack<'_>, flow: usize) {
    let this = &stack.design.flows[flow];
    let message =
        format!("{} into {} cannot be exported yet", stack.service(this.from), stack.service(this.to));
    stack.refuse_flow(flow, &message);
}

fn sent_by_code(stack: &mut Stack<'_>, flow: usize) {
    let this = &stack.design.flows[flow];
    let (from, to) = (this.from, this.to);
    if matches!(stack.service(to), "lambda") {
        stack.grant_write(from, to);
        return compute::tell(stack, from, to);
    }
    reading::code(stack, flow);
}

fn read_by_code(stack: &mut Stack<'_>, flow: usize) {
    let this = &stack.design.flows[flow];
    let (from, to) = (this.from, this.to);
    let via = stack.design.integration(stack.knowledge, this).map(|found| found.via.clone());
    match via.as_deref() {
        Some("enhanced-fan-out") => drop(reading::consumer(stack, from, to)),
        Some("queue") => return refuse(stack, flow),
        _ => {}
    }
    stack.grant_read(to, from);
    compute::tell(stack, to, from);
}

fn firehose_source(stack: &mut Stack<'_>, flow: usize) {
    let this = &stack.design.flows[flow];
    let (from, to) = (this.from, this.to);
    stack.grant_read(to, from);
    let source = json!({"KinesisStreamARN": stack.arn(from), "RoleARN": stack.role(to)});
    if let Some(delivery) = stack.resource(to) {
        delivery.set("KinesisStreamSourceConfiguration", source);
    }
}

fn capture(stack: &mut Stack<'_>, flow: usize) {
    let this = &stack.design.flows[flow];
    let (from, to) = (this.from, this.to);
    let arn = stack.arn(to);
    let Some(mut table) = stack.resource(from).cloned() else { return };
    table.set("KinesisStreamSpecification", json!({"StreamArn": arn}));
    events::of_flow(stack, flow, &mut table);
    let id = stack.id(from).to_owned();
    let table: Resource = table;
    stack.add(&id, table);
}
