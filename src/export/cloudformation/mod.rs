//! Turns a design into a CloudFormation template.
//!
//! Nodes come first, each with the settings that its card translates; then flows, which wire them and say what
//! roles may do; then roles and alarms, when all of that is known. `rules/deployment.yaml` holds actions and metrics.

mod access;
mod apis;
mod compute;
mod delivery;
mod events;
mod flows;
mod intent;
mod patterns;
mod reading;
mod settings;
mod stack;
mod stores;
mod watch;

use crate::design::Design;
use crate::diagnostic::Diagnostic;
use crate::export::cloudformation::stack::Stack;
use crate::export::template::Template;
use crate::knowledge::Knowledge;

/// The rule that says what an export does not know yet.
pub const NOT_EXPORTED: &str = "not-exported";

/// What is outside of AWS, or there before the stack: it gets no resource.
const OUTSIDE: [&str; 9] = [
    "producer",
    "consumer",
    "application",
    "kinesis-agent",
    "http-endpoint",
    "splunk",
    "snowflake",
    "redshift",
    "redshift-serverless",
];

/// The template that deploys a design.
///
/// # Errors
/// Every node and flow that is not known to exports, at its place in the design.
pub fn template(design: &Design, knowledge: &Knowledge) -> Result<Template, Vec<Diagnostic>> {
    let mut stack = Stack::new(design, knowledge);
    for node in 0..design.nodes.len() {
        of_node(&mut stack, node);
    }
    for flow in 0..design.flows.len() {
        flows::wire(&mut stack, flow);
    }
    apis::finish(&mut stack);
    access::finish(&mut stack);
    watch::finish(&mut stack);
    intent::keep(&mut stack);
    stack.finish()
}

fn of_node(stack: &mut Stack<'_>, node: usize) {
    let service = stack.design.nodes[node].service.clone();
    if OUTSIDE.contains(&service.as_str()) {
        return;
    }
    let Some(mut resource) = stack.fresh(node) else {
        let message = format!("{service} cannot be exported to CloudFormation yet");
        return stack.refuse_node(node, &message);
    };
    // Its place is before its parts, which the next lines add.
    let id = stack.id(node).to_owned();
    stack.add(&id, resource.clone());
    match service.as_str() {
        "kinesis-data-streams" => stores::stream(stack, node, &mut resource),
        "dynamodb" => stores::table(stack, node, &mut resource),
        "s3" => stores::bucket(stack, node, &mut resource),
        "sqs" => stores::queue(stack, node, &mut resource),
        "sns" => stores::topic(stack, node, &mut resource),
        "opensearch" => stores::domain(stack, node, &mut resource),
        "timestream" => stores::time_series(stack, node, &mut resource),
        "kinesis-video-streams" => stores::video(stack, node, &mut resource),
        "athena" => stores::work_group(stack, node, &mut resource),
        "firehose" => delivery::stream(stack, node, &mut resource),
        "lambda" => compute::function(stack, node, &mut resource),
        "managed-flink" => compute::application(stack, node, &mut resource),
        "step-functions" => compute::state_machine(stack, node, &mut resource),
        "eventbridge" => events::bus(stack, node, &mut resource),
        "eventbridge-pipes" => events::pipe(stack, node, &mut resource),
        "iot-core" => events::topic_rule(stack, node, &mut resource),
        "cloudwatch-logs" => events::log_group(stack, node, &mut resource),
        _ => apis::api(stack, node, &mut resource),
    }
    stack.add(&id, resource);
}
