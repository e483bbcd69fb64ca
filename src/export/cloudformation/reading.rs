//! Who reads from streams, tables and queues: event source mappings, consumers of their own, and code.

use serde_json::{Value, json};

use crate::design::settings::SettingValue;
use crate::export::cloudformation::events::{flow_setting, of_flow};
use crate::export::cloudformation::stack::Stack;
use crate::export::cloudformation::{compute, patterns};
use crate::export::template::{Resource, attribute, reference, substitute};

/// Where a reader of a stream begins: as the design says, or as whoever deploys does.
pub(super) fn start(stack: &mut Stack<'_>, flow: usize) -> Value {
    match flow_setting(stack, flow, "start").and_then(|value| value.text().map(str::to_owned)) {
        Some(word) if word == "latest" => "LATEST".into(),
        Some(word) if word == "trim-horizon" => "TRIM_HORIZON".into(),
        _ => stack.ask_one_of(
            "StartingPosition",
            "Where new readers of streams begin: at what comes from now on, or at the oldest record.",
            &["LATEST", "TRIM_HORIZON"],
        ),
    }
}

/// What polls a source for a function.
pub(super) fn mapping(stack: &mut Stack<'_>, flow: usize) {
    let (from, to) = (stack.design.flows[flow].from, stack.design.flows[flow].to);
    let id = format!("{}To{}", stack.id(from), stack.id(to));
    let via =
        stack.design.integration(stack.knowledge, &stack.design.flows[flow]).map(|found| found.via.clone());
    let is_stream = stack.service(from) != "sqs";
    let source = match (stack.deployment.services.get(stack.service(from)), via.as_deref()) {
        (Some(of), _) if of.stream.is_some() => {
            attribute(stack.id(from), of.stream.as_deref().unwrap_or("StreamArn"))
        }
        (_, Some("enhanced-fan-out")) => consumer(stack, from, to),
        (Some(of), _) if of.arn.is_some() => stack.arn(from).unwrap_or_default(),
        _ => {
            let message = format!("a mapping of {} cannot be exported yet", stack.service(from));
            return stack.refuse_flow(flow, &message);
        }
    };
    stack.grant_read(to, from);
    let function = reference(stack.id(to));
    let properties = json!({"EventSourceArn": source, "FunctionName": function});
    let mut mapping = Resource::new("AWS::Lambda::EventSourceMapping", properties);
    if is_stream {
        let start = start(stack, flow);
        mapping.set("StartingPosition", start);
    }
    of_flow(stack, flow, &mut mapping);
    let root = match stack.service(from) {
        "sqs" => "body",
        "dynamodb" => "dynamodb",
        _ => "data",
    };
    if let Some(pattern) = patterns::of_flow(stack, flow, root) {
        mapping.set("FilterCriteria", json!({"Filters": [{"Pattern": pattern.to_string()}]}));
    }
    if let Some(SettingValue::Node(letters)) = flow_setting(stack, flow, "on_failure") {
        stack.grant_write(to, letters);
        let arn = stack.arn(letters).unwrap_or_default();
        mapping.set("DestinationConfig.OnFailure.Destination", arn);
    }
    stack.add(&id, mapping);
}

/// A reader of a stream with a share of its own.
pub(super) fn consumer(stack: &mut Stack<'_>, from: usize, to: usize) -> Value {
    let id = format!("{}Consumer", stack.id(to));
    let name = substitute(format!("${{AWS::StackName}}-{}", stack.design.nodes[to].id));
    let properties = json!({"StreamARN": stack.arn(from), "ConsumerName": name});
    stack.add(&id, Resource::new("AWS::Kinesis::StreamConsumer", properties));
    let arn = attribute(&id, "ConsumerARN");
    let actions = ["kinesis:DescribeStreamConsumer", "kinesis:SubscribeToShard"].map(str::to_owned).to_vec();
    stack.grant(to, actions, vec![arn.clone()]);
    arn
}

/// Code of the authors sends to a node.
pub(super) fn code(stack: &mut Stack<'_>, flow: usize) {
    let (from, to) = (stack.design.flows[flow].from, stack.design.flows[flow].to);
    if stack.deployment.services.get(stack.service(to)).is_none_or(|of| of.write.is_empty()) {
        return;
    }
    stack.grant_write(from, to);
    compute::tell(stack, from, to);
}
