//! Alarms on what tells of trouble: iterator age, rejected records, failing functions, dead letters.

use serde_json::{Value, json};

use crate::design::Role;
use crate::design::settings::SettingValue;
use crate::export::cloudformation::stack::{Stack, camel_case};
use crate::export::template::{Parameter, Resource, attribute};
use crate::knowledge::deployment::{Alarm, Threshold};

/// How long a metric is watched before it tells: a choice of this project, and five minutes suit all that is watched.
const PERIOD_SECONDS: u32 = 300;

/// Writes the alarms of all nodes.
pub(super) fn finish(stack: &mut Stack<'_>) {
    for node in 0..stack.design.nodes.len() {
        let Some(of) = stack.deployment.services.get(stack.service(node)) else { continue };
        let alarms = if holds_dead_letters(stack, node) { &of.dead_letters } else { &of.alarms };
        for watched in alarms {
            alarm(stack, node, watched);
        }
    }
}

/// Whether nothing comes to the node but what others could not handle.
fn holds_dead_letters(stack: &Stack<'_>, node: usize) -> bool {
    let mut incoming = stack.design.incoming(node).peekable();
    incoming.peek().is_some() && incoming.all(|(_, flow)| flow.role != Role::Flow)
}

fn alarm(stack: &mut Stack<'_>, node: usize, watched: &Alarm) {
    let (id, name) = (stack.id(node).to_owned(), &stack.design.nodes[node].id);
    let about = format!("{name}: {}", watched.about);
    let threshold = match watched.over {
        Threshold::Nothing => Value::from(0),
        Threshold::Age => age(stack, node, watched),
    };
    let mut properties = json!({
        "AlarmDescription": about,
        "Namespace": watched.namespace,
        "MetricName": watched.metric,
        "Dimensions": [{"Name": watched.dimension, "Value": attribute(&id, &watched.of)}],
        "Statistic": watched.statistic,
        "Period": PERIOD_SECONDS,
        "EvaluationPeriods": 1,
        "Threshold": threshold,
        "ComparisonOperator": "GreaterThanThreshold",
        "TreatMissingData": "notBreaching",
    });
    let topic = Parameter {
        about: "ARN of the topic that alarms are sent to; none where it is left empty.".to_owned(),
        default: Some(String::new()),
        ..Parameter::default()
    };
    let topic = stack.ask_for("AlarmTopicArn", topic);
    let asked = json!({"Fn::Not": [{"Fn::Equals": [topic.clone(), ""]}]});
    stack.template.conditions.entry("HasAlarmTopic".to_owned()).or_insert(asked);
    properties["AlarmActions"] = json!({"Fn::If": ["HasAlarmTopic", [topic], {"Ref": "AWS::NoValue"}]});
    let alarm = format!("{id}{}Alarm", camel_case(&watched.metric));
    stack.add(&alarm, Resource::new("AWS::CloudWatch::Alarm", properties));
}

/// The age beyond which readers are too late: whoever deploys says it, in the metric's unit.
fn age(stack: &mut Stack<'_>, node: usize, watched: &Alarm) -> Value {
    let unit = if watched.metric.ends_with("Milliseconds") { "milliseconds" } else { "seconds" };
    let kept = match stack.setting(node, "retention") {
        Some(SettingValue::Quantity(kept)) => format!("; records are kept for {kept}"),
        _ => String::new(),
    };
    let name = &stack.design.nodes[node].id;
    let about = format!("Beyond how many {unit} what is read from {name} is too old{kept}.");
    let parameter = format!("{}OldestAge", stack.id(node));
    stack.ask_number(&parameter, &about)
}
