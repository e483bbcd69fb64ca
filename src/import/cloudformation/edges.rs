//! The edges that the tables describe.

use crate::import::cloudformation::assembly::{Assembly, NewFlow};
use crate::import::cloudformation::encode::Written;
use crate::import::cloudformation::places::Place;
use crate::import::graph::Confidence;
use crate::import::tables::{Edge, End};
use crate::import::value::{Resource, Value};

/// Words that switch a flow off.
const OFF: [&str; 3] = ["false", "disabled", "stopped"];

/// Adds every edge that the resources carry by the tables.
pub(super) fn add(assembly: &mut Assembly<'_>) {
    for index in 0..assembly.places.resources.len() {
        let resource = &assembly.places.resources[index];
        for edge in assembly.places.tables.edges_of(&resource.kind) {
            carried(assembly, index, edge);
        }
    }
}

fn carried(assembly: &mut Assembly<'_>, index: usize, edge: &Edge) {
    let resource = &assembly.places.resources[index];
    let is_there = |path: &String| at(resource, &resource.properties, path).is_some();
    if edge.when.as_ref().is_some_and(|path| !is_there(path)) || edge.unless.as_ref().is_some_and(is_there) {
        return;
    }
    for way in &edge.each {
        for item in items(assembly, resource, way) {
            let from = ends(assembly, index, item, &edge.from);
            let from = match (&edge.from_default, from) {
                (Some(default), from) if from.is_empty() => default_end(default, resource),
                (_, from) => from,
            };
            for to in targets(assembly, index, item, edge) {
                for from in &from {
                    one(assembly, index, (edge, way.as_str(), item), (from.clone(), to.clone()));
                }
            }
        }
    }
}

type EndOf = (Place, Option<String>);

fn one(
    assembly: &mut Assembly<'_>,
    index: usize,
    (edge, way, item): (&Edge, &str, &Value),
    ((from, from_service), (to, to_service)): (EndOf, EndOf),
) {
    let resource = &assembly.places.resources[index];
    let is_inside = edge.from.path == "self" || edge.to.path == "self";
    let span = match (is_inside, edge.from.path.as_str()) {
        (true, "self") => to.span,
        (true, _) => from.span,
        (false, _) => resource.id_span,
    };
    if edge.from.path == "self"
        && let Some(service) = &edge.from.service
    {
        assembly.as_node(index, service);
    }
    let is_disabled = edge.enabled.as_ref().and_then(|path| at(resource, item, path)).and_then(Value::text);
    let is_disabled = is_disabled.is_some_and(|text| OFF.contains(&text.to_ascii_lowercase().as_str()));
    let new = NewFlow {
        from,
        to,
        kind: &edge.kind,
        carrier: resource,
        item: Some((way, item)),
        span,
        confidence: Confidence::Declared,
        is_disabled,
        filter: edge
            .filter
            .as_ref()
            .and_then(|path| at(resource, item, path))
            .filter(|value| is_filter(value)),
    };
    let services = (from_service.as_deref(), to_service.as_deref());
    if edge.sets.as_ref().is_some_and(|setting| assembly.set(&new, setting, services)) {
        return;
    }
    assembly.add(&new, services);
}

/// Whether a property keeps any records out; an empty pattern keeps none.
fn is_filter(value: &Value) -> bool {
    value.text() != Some("")
}

/// The value at a way from an item, or from the properties where it starts with `^`.
fn at<'r>(resource: &'r Resource, item: &'r Value, path: &str) -> Option<&'r Value> {
    let (start, path) = path.strip_prefix('^').map_or((item, path), |path| (&resource.properties, path));
    if path == "." {
        return Some(start);
    }
    // Keys of connectors hold dots themselves.
    let found = start.at(&path.split('.').collect::<Vec<_>>());
    found
        .or_else(|| {
            let (first, rest) = path.split_once('.')?;
            start.get(first)?.get(rest)
        })
        .filter(|value| !value.is_absent())
}

/// The items at a way, which may lead through lists; members that are switched off have none.
fn items<'r>(assembly: &Assembly<'_>, resource: &'r Resource, way: &str) -> Vec<&'r Value> {
    let written = Written {
        tables: assembly.places.tables,
        kind: &resource.kind,
        properties: &resource.properties,
        item: None,
    };
    let mut found = vec![&resource.properties];
    for step in way.split('.').filter(|step| !step.is_empty()) {
        let (name, is_list) = step.strip_suffix("[]").map_or((step, false), |name| (name, true));
        found = found
            .into_iter()
            .flat_map(|holder| holder.branches())
            .filter_map(|holder| Some((holder, holder.get(name)?)))
            .filter(|(holder, value)| written.is_on(holder, name, value))
            .flat_map(|(_, value)| if is_list { value.items() } else { value.branches() })
            .collect();
    }
    found
}

fn ends(assembly: &mut Assembly<'_>, index: usize, item: &Value, end: &End) -> Vec<EndOf> {
    let resource = &assembly.places.resources[index];
    if end.path.trim_start_matches('^') == "self" {
        return vec![(assembly.own(index), end.service.clone())];
    }
    let written = Written {
        tables: assembly.places.tables,
        kind: &resource.kind,
        properties: &resource.properties,
        item: None,
    };
    // A way may pass a member that is switched off.
    let is_on = |path: &str| {
        let mut holder = item;
        path.split('.').all(|step| match holder.get(step) {
            Some(value) => {
                let is_on = written.is_on(holder, step, value);
                holder = value;
                is_on
            }
            None => true,
        })
    };
    if !is_on(&end.path) {
        return Vec::new();
    }
    let holder = with_documents(resource, item, &end.path);
    let Some(value) = holder.as_ref().or_else(|| at(resource, item, &end.path)) else { return Vec::new() };
    let of_source = item.get("ServiceOfSource").and_then(Value::text);
    let service = end.service.as_deref().or(of_source);
    let places = assembly.places.of(value, service);
    if places.is_empty() && end.path.starts_with(|first: char| first.is_uppercase()) {
        let shown = value.shown();
        assembly.lost(value.span, format!("`{}` of `{}` names {shown}", end.path, resource.id));
    }
    places.into_iter().map(|place| (place, end.service.clone())).collect()
}

/// The value behind a member that holds a document in a string, such as a redrive policy.
fn with_documents(resource: &Resource, item: &Value, path: &str) -> Option<Value> {
    let (first, rest) = path.split_once('.')?;
    let member = at(resource, item, first)?;
    let is_text = member.members().is_empty();
    let document = is_text.then(|| super::documents::structured(member)).flatten()?;
    document.at(&rest.split('.').collect::<Vec<_>>()).cloned()
}

fn targets(assembly: &mut Assembly<'_>, index: usize, item: &Value, edge: &Edge) -> Vec<EndOf> {
    if let Some(instead) = &edge.instead {
        let end = End { path: instead.clone(), service: edge.to.service.clone() };
        let found = ends(assembly, index, item, &end);
        if !found.is_empty() {
            return found;
        }
    }
    let Some(protocol) = &edge.protocol else {
        let literal = edge.to.path != "." && !edge.to.path.contains(|c: char| c.is_uppercase() || c == '^');
        if literal && edge.to.path != "self" && edge.to.service.is_some() {
            return default_end(&edge.to, &assembly.places.resources[index]);
        }
        return ends(assembly, index, item, &edge.to);
    };
    let resource = &assembly.places.resources[index];
    let protocol = at(resource, item, protocol).and_then(Value::text);
    let Some(service) = protocol.and_then(|protocol| assembly.places.tables.protocols.get(protocol)) else {
        return Vec::new();
    };
    let end = End { path: edge.to.path.clone(), service: Some(service.clone()) };
    ends(assembly, index, item, &end)
}

/// A node that is there without being named, such as the default event bus.
fn default_end(end: &End, resource: &Resource) -> Vec<EndOf> {
    use crate::import::cloudformation::places::Found;
    let Some(service) = end.service.clone() else { return Vec::new() };
    let found = Found::Elsewhere { id: end.path.clone(), service: service.clone() };
    vec![(Place { found, passed: Vec::new(), span: resource.id_span }, Some(service))]
}
