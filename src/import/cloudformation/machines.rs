//! What state machines, schedules and ingestion pipelines call: their targets stand in documents of their own.

use crate::import::cloudformation::assembly::{Assembly, NewFlow};
use crate::import::cloudformation::documents;
use crate::import::cloudformation::pieces;
use crate::import::cloudformation::places::Place;
use crate::import::graph::Confidence;
use crate::import::value::{Member, Value, What};

/// What stands in front of the service in the resource of a task.
const STATES: &str = ":states:::";
/// What stands in front of it in the target of a schedule.
const SCHEDULER: &str = ":scheduler:::";
/// Members of a pipeline's source that are no source.
const BESIDE: [&str; 3] = ["export", "aws", "dlq"];

/// Adds the edges of all state machines, schedules and pipelines.
pub(super) fn add(assembly: &mut Assembly<'_>) {
    for index in 0..assembly.places.resources.len() {
        let resource = &assembly.places.resources[index];
        match resource.kind.as_str() {
            "AWS::StepFunctions::StateMachine" => machine(assembly, index),
            "AWS::Scheduler::Schedule" => schedule(assembly, index),
            "AWS::OSIS::Pipeline" => pipeline(assembly, index),
            _ => {}
        }
    }
}

fn machine(assembly: &mut Assembly<'_>, index: usize) {
    let properties = &assembly.places.resources[index].properties;
    let definition = ["DefinitionString", "Definition"].iter().find_map(|name| properties.get(name));
    let substitutions = properties.get("DefinitionSubstitutions").map(Value::members).unwrap_or_default();
    let Some(definition) = definition.map(|definition| substituted(definition, &substitutions)) else {
        return;
    };
    let Some(definition) = documents::structured(&definition) else { return };
    let mut tasks = Vec::new();
    definition.walk(&mut |value| {
        if value.get("Resource").is_some() && value.get("Type").and_then(Value::text) == Some("Task") {
            tasks.push(value.clone());
        }
    });
    for task in &tasks {
        self::task(assembly, index, task);
    }
}

/// A definition with the names of its substitutions filled in.
fn substituted(value: &Value, with: &[&Member]) -> Value {
    if with.is_empty() {
        return value.clone();
    }
    let span = value.span;
    let all = |values: &[Value]| values.iter().map(|value| substituted(value, with)).collect();
    match &value.what {
        What::Text(text) if text.contains("${") => pieces::filled(span, text, &|name| {
            let known = with.iter().find(|member| member.key == name);
            known.map_or_else(
                || Value::new(span, What::Unknown(name.to_owned())),
                |member| member.value.clone(),
            )
        }),
        What::Joined(parts) => pieces::whole(span, all(parts)),
        What::List(items) => Value::new(span, What::List(all(items))),
        What::Either(branches) => Value::new(span, What::Either(all(branches))),
        What::Map(members) => {
            let members = members
                .iter()
                .map(|member| Member { value: substituted(&member.value, with), ..member.clone() });
            Value::new(span, What::Map(members.collect()))
        }
        _ => value.clone(),
    }
}

fn task(assembly: &mut Assembly<'_>, index: usize, task: &Value) {
    let Some(resource) = task.get("Resource") else { return };
    let shown = resource.shown();
    let Some((_, called)) = shown.split_once(STATES) else {
        // The function itself.
        for place in assembly.places.of(resource, None) {
            edge(assembly, index, place, "invoke", None);
        }
        return;
    };
    let parameters = ["Parameters", "Arguments"].iter().find_map(|name| task.get(name));
    call(assembly, index, called, parameters);
}

/// A call such as `aws-sdk:kinesis:putRecord` or `sqs:sendMessage`.
fn call(assembly: &mut Assembly<'_>, index: usize, called: &str, parameters: Option<&Value>) {
    let mut parts = called.strip_prefix("aws-sdk:").unwrap_or(called).split(':');
    let (Some(service), Some(action)) = (parts.next(), parts.next()) else { return };
    let Some(known) = assembly.places.tables.integrations.get(service) else { return };
    let looks = ["get", "list", "describe", "query", "scan"].iter().any(|look| action.starts_with(look));
    let kind = match known.service.as_str() {
        "lambda" => "invoke",
        _ if looks => "read",
        _ => "write",
    };
    let mut names = Vec::new();
    if let Some(parameters) = parameters {
        parameters.walk(&mut |value| {
            for member in value.members() {
                if known.named.iter().any(|name| member.key.trim_end_matches(".$").eq_ignore_ascii_case(name))
                {
                    names.push(member.value.clone());
                }
            }
        });
    }
    names.retain(|name| name.text().is_none_or(|text| !text.starts_with(['$', '{'])));
    let service = known.service.clone();
    for name in names {
        for place in assembly.places.of(&name, Some(&service)) {
            edge(assembly, index, place, kind, Some(&service));
        }
    }
}

fn schedule(assembly: &mut Assembly<'_>, index: usize) {
    let properties = &assembly.places.resources[index].properties;
    let Some(target) = properties.get("Target") else { return };
    let shown = target.get("Arn").map(Value::shown).unwrap_or_default();
    let Some((_, called)) = shown.split_once(SCHEDULER) else { return };
    let input = target.get("Input").and_then(documents::structured);
    call(assembly, index, called, input.as_ref());
}

/// A pipeline of OpenSearch Ingestion, whose body is a document in a string.
fn pipeline(assembly: &mut Assembly<'_>, index: usize) {
    let properties = &assembly.places.resources[index].properties;
    let Some(body) = properties.get("PipelineConfigurationBody").and_then(documents::structured) else {
        return;
    };
    for part in body.members() {
        if let Some(source) = part.value.get("source") {
            for place in mentioned(assembly, source, &BESIDE) {
                edge(assembly, index, place, "source", None);
            }
        }
        for sink in part.value.get("sink").map(Value::items).unwrap_or_default() {
            for place in mentioned(assembly, sink, &BESIDE) {
                edge(assembly, index, place, "delivery", None);
            }
            let mut dead = Vec::new();
            sink.walk(&mut |value| dead.extend(value.get("dlq").into_iter().cloned()));
            let dead: Vec<Place> = dead.iter().flat_map(|dead| mentioned(assembly, dead, &[])).collect();
            for place in dead {
                edge(assembly, index, place, "failure", None);
            }
        }
    }
}

/// The nodes that a tree names, but for what lies under some members.
fn mentioned(assembly: &Assembly<'_>, value: &Value, beside: &[&str]) -> Vec<Place> {
    let mut found: Vec<Place> = Vec::new();
    let mut open = vec![value];
    while let Some(value) = open.pop() {
        match &value.what {
            What::Map(members) => open.extend(
                members
                    .iter()
                    .filter(|member| !beside.contains(&member.key.as_str()))
                    .map(|member| &member.value),
            ),
            What::List(items) => open.extend(items),
            _ => {
                let places = assembly.places.of(value, None).into_iter();
                found.extend(places.filter(|place| assembly.places.is_node(place)));
            }
        }
    }
    found
}

fn edge(assembly: &mut Assembly<'_>, index: usize, place: Place, kind: &str, service: Option<&str>) {
    let carrier = &assembly.places.resources[index];
    let own = assembly.own(index);
    let is_backward = matches!(kind, "read" | "source");
    let span = place.span;
    let (from, to) = if is_backward { (place, own) } else { (own, place) };
    let services = if is_backward { (service, None) } else { (None, service) };
    let confidence = Confidence::Declared;
    let new =
        NewFlow { from, to, kind, carrier, item: None, span, confidence, is_disabled: false, filter: None };
    assembly.add(&new, services);
}
