//! Keeps in the template's metadata what only the design says, so that it can be judged again: loads, nodes outside
//! AWS with their flows, and promises.

use serde_json::{Map, Value, json};

use crate::design::Role;
use crate::design::requirement::{OrderBy, RequirementKind};
use crate::design::settings::{RateProfile, SettingValue, Settings};
use crate::export::cloudformation::OUTSIDE;
use crate::export::cloudformation::stack::Stack;

/// Writes the template's metadata.
pub(super) fn keep(stack: &mut Stack<'_>) {
    let design = stack.design;
    let mut nodes = Map::new();
    let mut flows = Vec::new();
    for (index, node) in design.nodes.iter().enumerate() {
        if OUTSIDE.contains(&node.service.as_str()) {
            let mut body = Map::new();
            body.insert("service".into(), node.service.as_str().into());
            if let Value::Object(settings) = plain(stack, &node.settings) {
                body.extend(settings);
            }
            nodes.insert(stack.id(index).to_owned(), Value::Object(body));
        }
    }
    for flow in design.flows.iter().filter(|flow| flow.role == Role::Flow) {
        let is_outside = |node: usize| OUTSIDE.contains(&design.nodes[node].service.as_str());
        if is_outside(flow.from) || is_outside(flow.to) {
            flows.push(Value::from(format!("{} -> {}", stack.id(flow.from), stack.id(flow.to))));
        }
    }
    let require: Vec<Value> =
        design.requirements.iter().map(|requirement| promise(stack, &requirement.kind)).collect();
    let mut intent = Map::new();
    for (key, value) in [
        ("nodes", (!nodes.is_empty()).then_some(Value::Object(nodes))),
        ("flows", (!flows.is_empty()).then_some(Value::Array(flows))),
        ("require", (!require.is_empty()).then_some(Value::Array(require))),
    ] {
        if let Some(value) = value {
            intent.insert(key.to_owned(), value);
        }
    }
    if !intent.is_empty() {
        stack.template.metadata = Some(json!({"Thalweg": intent}));
    }
}

/// Settings as a design writes them.
fn plain(stack: &Stack<'_>, settings: &Settings) -> Value {
    let written =
        settings.0.iter().filter_map(|(name, setting)| Some((name.clone(), value(stack, &setting.value)?)));
    Value::Object(written.collect())
}

fn value(stack: &Stack<'_>, setting: &SettingValue) -> Option<Value> {
    Some(match setting {
        SettingValue::Quantity(quantity) => match quantity.to_string().parse::<i64>() {
            Ok(number) => number.into(),
            Err(_) => quantity.to_string().into(),
        },
        SettingValue::Text(text) => text.as_ref().into(),
        SettingValue::Flag(flag) => (*flag).into(),
        SettingValue::Date(date) => date.to_string().into(),
        SettingValue::Node(node) => stack.id(*node).into(),
        SettingValue::List(items) => {
            Value::Array(items.iter().filter_map(|item| value(stack, &item.value)).collect())
        }
        SettingValue::Mapping(inner) => plain(stack, inner),
        SettingValue::Expression(expression) => expression.text().into(),
        SettingValue::Profile(RateProfile::Steady(rate)) => rate.to_string().into(),
        SettingValue::Profile(RateProfile::Periodic { base, peak, period }) => json!({
            "base": base.to_string(),
            "peak": peak.to_string(),
            "period": period.to_string(),
        }),
        // A list of steps, SQL and free values stand in the design itself, which is where they are read.
        SettingValue::Profile(RateProfile::Steps(_))
        | SettingValue::Sql(_)
        | SettingValue::Any(_)
        | SettingValue::Undetermined => {
            return None;
        }
    })
}

fn promise(stack: &Stack<'_>, kind: &RequirementKind) -> Value {
    let id = |node: usize| Value::from(stack.id(node));
    let mut fields = Map::new();
    let mut put = |key: &str, value: Option<Value>| {
        if let Some(value) = value {
            fields.insert(key.to_owned(), value);
        }
    };
    match kind {
        RequirementKind::Latency(latency) => {
            put("from", Some(id(latency.from)));
            put("to", Some(id(latency.to)));
            put("p50", latency.p50.map(|bound| bound.to_string().into()));
            put("p99", latency.p99.map(|bound| bound.to_string().into()));
            put("max", latency.max.map(|bound| bound.to_string().into()));
        }
        RequirementKind::Order { by, from, at } => {
            let by = match by {
                OrderBy::Key(key) => key.as_str(),
                OrderBy::Total => "total",
            };
            put("by", Some(by.into()));
            put("from", from.map(id));
            put("at", Some(id(*at)));
        }
        RequirementKind::Replay { from, window } => {
            put("from", Some(id(*from)));
            put("window", Some(window.to_string().into()));
        }
        RequirementKind::Delivery { from, to, guarantee } => {
            put("from", from.map(id));
            put("to", Some(id(*to)));
            put("guarantee", Some(guarantee.as_str().into()));
        }
        RequirementKind::Readers { of, independent } => {
            put("of", Some(id(*of)));
            put("independent", Some((*independent).into()));
        }
        RequirementKind::MonthlyCost { at_most } => put("at_most", Some(at_most.to_string().into())),
        RequirementKind::Serverless | RequirementKind::Encryption => {
            return json!(kind.keyword());
        }
    }
    json!({kind.keyword(): fields})
}
