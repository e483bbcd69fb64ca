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
mod patterns;
mod reading;
mod settings;
mod stack;
mod stores;
mod watch;

use std::sync::Arc;

use serde_json::{Value, json};

use crate::design::Design;
use crate::diagnostic::{Diagnostic, Label};
use crate::export::cloudformation::stack::Stack;
use crate::export::intent;
use crate::export::render;
use crate::export::template::Template;
use crate::import::{self, Surroundings, build};
use crate::knowledge::Knowledge;
use crate::source::{Span, Text};

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
    let (mut template, ids) = resources(design, knowledge)?;
    let read_back = |said: &Value| {
        let metadata = Some(json!({"Thalweg": said}));
        read_back(&render(&Template { metadata, ..template.clone() }), knowledge)
    };
    let kept = intent::kept(design, &ids, knowledge, &read_back);
    template.metadata = kept.map(|kept| json!({"Thalweg": kept}));
    Ok(template)
}

/// The template without what only the design says, and the logical ids of the design's nodes.
pub(super) fn resources(
    design: &Design,
    knowledge: &Knowledge,
) -> Result<(Template, Vec<String>), Vec<Diagnostic>> {
    let mut stack = Stack::new(design, knowledge);
    for node in 0..design.nodes.len() {
        of_node(&mut stack, node);
    }
    for flow in 0..design.flows.len() {
        flows::wire(&mut stack, flow);
    }
    events::finish(&mut stack);
    apis::finish(&mut stack);
    access::finish(&mut stack);
    watch::finish(&mut stack);
    let ids: Vec<String> = (0..design.nodes.len()).map(|node| stack.id(node).to_owned()).collect();
    let template = stack.finish()?;
    if template.resources.is_empty() {
        let label = Label::new(Span::at(0), "all nodes lie outside AWS, or are there before");
        return Err(vec![Diagnostic::new(NOT_EXPORTED, label, "nothing of this design is deployed")]);
    }
    Ok((template, ids))
}

/// The design that a template is read as.
fn read_back(template: &str, knowledge: &Knowledge) -> Option<Design> {
    let text = Arc::new(Text::new("template.yaml", template));
    let reading = import::read(&text, Surroundings::alone(knowledge))?;
    build::lowered(&reading, knowledge).design
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
