//! What a design file asks for that has nodes and requirements, and no flows.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use crate::design::Design;
use crate::design::requirement::RequirementKind;
use crate::knowledge::Knowledge;
use crate::knowledge::schema::{Kind, Schema};
use crate::source::{self, Mapping, Node, Scalar, Text, Value};
use crate::suggest::request::{Given, Request, RequestError, given};
use crate::units::Date;

/// The request that a design file makes which has nodes and no flows.
///
/// `root` is the tree of its file, and `folder` leads to the file's own from where the designs will stand; empty where
/// that is the same one.
///
/// # Errors
/// Where flows are there already, or nothing sends or receives.
pub fn of_design(
    (design, root): (&Design, &Node),
    folder: &str,
    knowledge: &Knowledge,
    as_of: Option<Date>,
) -> Result<Request, RequestError> {
    if let Some(flow) = design.flows.first() {
        return Err(RequestError::HasFlows(design.nodes[flow.from].id.clone()));
    }
    let class = |node: usize| design.card(knowledge, node).map_or("", |card| card.class.as_str());
    let all: Vec<usize> = (0..design.nodes.len()).collect();
    let sources: Vec<usize> = all.iter().copied().filter(|node| class(*node) == "source").collect();
    let reached = reached(design);
    let passes = |node: usize| {
        let on_the_way = ["stream", "topic", "bus", "queue", "delivery", "front-door", "processor"];
        on_the_way.contains(&class(node)) && !reached.contains(&node)
    };
    let (between, sinks): (Vec<usize>, Vec<usize>) =
        all.iter().copied().filter(|node| !sources.contains(node)).partition(|node| passes(*node));
    if sources.is_empty() {
        return Err(RequestError::NoSource);
    }
    if sinks.is_empty() {
        return Err(RequestError::NoSink);
    }
    let file = root.get("nodes");
    let nodes = design.nodes.iter().map(|node| {
        let written = file.and_then(|nodes| nodes.get(&node.id));
        let schema = knowledge.card(&node.service).map(|card| &card.settings);
        Given {
            id: node.id.clone(),
            settings: settings(written, schema, folder),
            ..given(&node.service, &node.id, knowledge)
        }
    });
    let requirements = root.get("require").and_then(Node::as_sequence).unwrap_or_default();
    let dated = root.get("as_of").and_then(Node::as_text).and_then(|day| day.parse().ok());
    Ok(Request {
        name: design.name.clone().unwrap_or_else(|| stem(&design.text)),
        about: design.about.clone(),
        as_of: as_of.or(dated),
        day: as_of.unwrap_or(design.as_of),
        nodes: nodes.collect(),
        sources,
        sinks,
        between,
        requirements: requirements.iter().map(listed).collect(),
        replay: replay(design),
        record_size: record_size(design),
        fed: false,
    })
}

/// A requirement on one line; as the only entry of a list it needs no braces.
fn listed(item: &Arc<Node>) -> String {
    let Value::Mapping(mapping) = &item.value else { return source::line(item) };
    match mapping.entries.as_slice() {
        [entry] => format!("{}: {}", source::line(&entry.key), source::line(&entry.value)),
        _ => source::line(item),
    }
}

fn settings(written: Option<&Node>, schema: Option<&Schema>, folder: &str) -> Vec<(String, String)> {
    let Some(Value::Mapping(mapping)) = written.map(|node| &node.value) else { return Vec::new() };
    let moved = schema.map(|schema| relocated(mapping, schema, folder));
    let entries = moved.as_ref().unwrap_or(mapping).entries.iter();
    let kept = entries.filter(|entry| entry.key.as_text() != Some("service"));
    kept.map(|entry| (source::line(&entry.key), source::line(&entry.value))).collect()
}

/// The settings with paths that count from elsewhere: a design names files from its own folder.
fn relocated(mapping: &Mapping, schema: &Schema, folder: &str) -> Mapping {
    let mut moved = mapping.clone();
    for entry in &mut moved.entries {
        let spec = entry.key.as_text().and_then(|key| schema.settings.get(key));
        let value = match (spec.map(|spec| &spec.kind), &entry.value.value) {
            (Some(Kind::Mapping(inner)), Value::Mapping(mapping)) => {
                Value::Mapping(relocated(mapping, inner, folder))
            }
            (Some(Kind::Path), Value::Scalar(scalar))
                if !folder.is_empty() && Path::new(&scalar.text).is_relative() =>
            {
                Value::Scalar(Scalar { text: format!("{folder}/{}", scalar.text), ..scalar.clone() })
            }
            _ => continue,
        };
        entry.value = Arc::new(Node { value, ..Node::clone(&entry.value) });
    }
    moved
}

/// The nodes at which requirements say that records arrive.
fn reached(design: &Design) -> BTreeSet<usize> {
    let ends = design.requirements.iter().filter_map(|requirement| match &requirement.kind {
        RequirementKind::Latency(latency) => Some(latency.to),
        RequirementKind::Order { at, .. } => Some(*at),
        RequirementKind::Delivery { to, .. } => Some(*to),
        _ => None,
    });
    ends.collect()
}

/// The longest time for which records must be kept, and where.
fn replay(design: &Design) -> Option<(Option<usize>, String)> {
    let windows = design.requirements.iter().filter_map(|requirement| match &requirement.kind {
        RequirementKind::Replay { from, window } => Some((*window, *from)),
        _ => None,
    });
    windows.max().map(|(window, from)| (Some(from), window.to_string()))
}

/// The size of a record, where all that send say the same.
fn record_size(design: &Design) -> Option<String> {
    let declared = design.nodes.iter().filter(|node| node.settings.get("traffic").is_some());
    let mut sizes = declared.map(|node| {
        node.settings
            .get("traffic.record_size")
            .and_then(|size| size.value.quantity())
            .map(|size| size.to_string())
    });
    let first = sizes.next()??;
    sizes.all(|size| size.as_ref() == Some(&first)).then_some(first)
}

fn stem(text: &Text) -> String {
    let file = text.name().rsplit(['/', '\\']).next().unwrap_or_default();
    let name = file.trim_end_matches(".yaml").trim_end_matches(".yml").trim_end_matches(".thalweg");
    if name.is_empty() || name.starts_with('<') { "design".to_owned() } else { name.to_owned() }
}
