//! All resources of a configuration, as resources of CloudFormation's types with references between them.
//!
//! What Terraform writes as a resource of its own and CloudFormation as a part of another (a bucket's notification, the
//! target of a rule) is put there. References to what is not in the design are unknown, under their own names.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::import::terraform::evaluate::{Evaluator, Scope, unknown};
use crate::import::terraform::instances::Repeated;
use crate::import::terraform::operators::joined as joined_text;
use crate::import::terraform::translate::{Inner, Translated, translated};
use crate::import::value::{Member, Resource, Value, What};
use crate::knowledge::terraform::{Table, Type};
use crate::source::Span;

/// A resource as Terraform names it, translated.
pub(super) struct Found {
    pub(super) address: String,
    pub(super) id_span: Span,
    /// The type in Terraform.
    pub(super) kind: String,
    pub(super) kind_span: Span,
    pub(super) span: Span,
    pub(super) translated: Translated,
    /// What names the resource into which it is merged.
    pub(super) into: Option<Value>,
    /// Whether it is only looked up, and set up elsewhere.
    pub(super) is_elsewhere: bool,
}

impl Evaluator<'_> {
    /// Works out all resources and data sources of all modules.
    pub(super) fn found(&mut self, table: &Table) -> Vec<Found> {
        let mut found = Vec::new();
        let mut open = vec![0];
        while let Some(instance) = open.pop() {
            let module = Arc::clone(&self.instances[instance].module);
            let mut called = Vec::new();
            for index in 0..module.calls.len() {
                called.extend(each(self.calls(instance, index)));
            }
            open.extend(called.into_iter().rev());
            for (is_data, blocks) in [(false, &module.resources), (true, &module.data)] {
                for (index, block) in blocks.iter().enumerate() {
                    let Some(kind) = table.types.get(&block.labels[0].text) else { continue };
                    for address in each(self.resources(instance, index, is_data)) {
                        found.extend(self.one(table, kind, &address));
                    }
                }
            }
        }
        found
    }

    fn one(&mut self, table: &Table, kind: &Type, address: &str) -> Option<Found> {
        let place = self.addresses.get(address)?.clone();
        let module = Arc::clone(&self.instances[place.instance].module);
        let block = if place.is_data { &module.data[place.index] } else { &module.resources[place.index] };
        let mut scope = Scope { instance: place.instance, names: place.names };
        let arguments = self.resource(block, &mut scope);
        Some(Found {
            address: address.to_owned(),
            id_span: block.labels[1].span,
            kind: block.labels[0].text.clone(),
            kind_span: block.labels[0].span,
            span: block.span,
            into: kind.into.as_ref().map(|argument| match arguments.value(argument) {
                Some(value) => value.clone(),
                None => unknown(block.span, argument),
            }),
            translated: translated(table, kind, &arguments),
            is_elsewhere: place.is_data,
        })
    }
}

fn each<T>(repeated: Repeated<T>) -> Vec<T> {
    match repeated {
        Repeated::One(one) => vec![one],
        Repeated::Counted(all) => all,
        Repeated::Keyed(all) => all.into_iter().map(|(_, one)| one).collect(),
        Repeated::Unread(_) => Vec::new(),
    }
}

/// The resources of CloudFormation's types that everything found makes, in the order of the files, and the ids of those
/// that are set up elsewhere.
pub(super) fn joined(found: Vec<Found>, table: &Table) -> (Vec<Resource>, BTreeSet<String>) {
    let types: BTreeMap<String, String> =
        found.iter().map(|found| (found.address.clone(), found.kind.clone())).collect();
    let looked_up = found.iter().filter(|found| found.is_elsewhere).map(|found| found.address.clone());
    let mut elsewhere: BTreeSet<String> = looked_up.collect();
    let mut merged: Vec<(Value, Found)> = Vec::new();
    let mut resources: Vec<Resource> = Vec::new();
    for mut found in found {
        if let Some(into) = found.into.take() {
            merged.push((into, found));
            continue;
        }
        let inner = std::mem::take(&mut found.translated.inner);
        let properties = match (found.is_elsewhere, found.translated.properties) {
            (true, _) => unknown(found.span, &found.address),
            (false, members) => Value::new(found.span, What::Map(members)),
        };
        let outer = Resource {
            id: found.address,
            id_span: found.id_span,
            kind: table.types[&found.kind].is.clone(),
            kind_span: found.kind_span,
            properties,
            span: found.span,
        };
        let inner: Vec<Resource> =
            inner.into_iter().enumerate().map(|(index, inner)| within(&outer, index, inner)).collect();
        resources.push(outer);
        resources.extend(inner);
    }
    for (into, found) in merged {
        elsewhere.extend(merge(&into, found, table, &mut resources));
    }
    let references = References { types: &types, table };
    for resource in &mut resources {
        references.settle(&mut resource.properties);
    }
    resources.sort_by_key(|resource| resource.span.start);
    (resources, elsewhere)
}

/// A block as a resource of its own.
fn within(outer: &Resource, index: usize, inner: Inner) -> Resource {
    let reference = What::Reference { resource: outer.id.clone(), attribute: None };
    let mut members = inner.properties;
    members.push(Member { key: inner.link, key_span: inner.span, value: Value::new(inner.span, reference) });
    Resource {
        id: format!("{}.{}[{index}]", outer.id, inner.name),
        id_span: inner.span,
        kind: inner.kind,
        kind_span: inner.span,
        properties: Value::new(inner.span, What::Map(members)),
        span: inner.span,
    }
}

/// Puts the properties of a resource into those that it belongs to. Where these are not read it is a part of one that is
/// set up elsewhere, and its id is given.
fn merge(into: &Value, found: Found, table: &Table, resources: &mut Vec<Resource>) -> Option<String> {
    let kind = &table.types[&found.kind].is;
    let mut targets: Vec<usize> = Vec::new();
    for value in into.items() {
        targets.extend(
            resources.iter().position(|resource| resource.kind == *kind && is_named(resource, value)),
        );
    }
    if targets.is_empty() {
        let known = Value::new(found.span, What::Map(found.translated.properties));
        let open = unknown(found.span, &into.shown());
        let id = elsewhere(into, &found.address);
        resources.push(Resource {
            id: id.clone(),
            id_span: found.id_span,
            kind: kind.clone(),
            kind_span: found.kind_span,
            properties: Value::new(found.span, What::Either(vec![known, open])),
            span: found.span,
        });
        return Some(id);
    }
    for target in targets {
        add(&mut resources[target].properties, &found.translated.properties);
    }
    None
}

/// The name of a resource that is only known by what names it.
fn elsewhere(into: &Value, address: &str) -> String {
    match &into.what {
        What::Text(name) => name.clone(),
        What::Unknown(on) => on.clone(),
        What::Reference { resource, .. } => resource.clone(),
        _ => address.to_owned(),
    }
}

/// Whether a value names a resource: by a reference, or by the name that it has.
fn is_named(resource: &Resource, value: &Value) -> bool {
    match &value.what {
        What::Reference { resource: id, .. } => *id == resource.id,
        What::Text(name) => {
            resource.id == *name
                || resource
                    .properties
                    .members()
                    .iter()
                    .any(|member| member.key.ends_with("Name") && member.value.text() == Some(name))
        }
        What::Unknown(on) => resource.id == *on,
        What::Either(branches) => branches.iter().any(|branch| is_named(resource, branch)),
        // An ARN or URL that is put together of the name.
        What::Joined(parts) => parts
            .iter()
            .any(|part| matches!(&part.what, What::Reference { resource: id, .. } if *id == resource.id)),
        _ => false,
    }
}

/// Adds members to a map: lists grow, maps are merged, all else that is there stays.
fn add(properties: &mut Value, members: &[Member]) {
    if let What::Either(branches) = &mut properties.what {
        if let Some(first) = branches.first_mut() {
            add(first, members);
        }
        return;
    }
    if let What::Unknown(_) = &properties.what {
        let known = Value::new(properties.span, What::Map(members.to_vec()));
        properties.what = What::Either(vec![known, properties.clone()]);
        return;
    }
    let What::Map(known) = &mut properties.what else { return };
    for member in members {
        match known.iter_mut().find(|known| known.key == member.key) {
            Some(known) => match (&mut known.value.what, &member.value.what) {
                (What::List(items), What::List(more)) => items.extend(more.iter().cloned()),
                (What::Map(_), What::Map(more)) => {
                    let more = more.clone();
                    add(&mut known.value, &more);
                }
                _ => {}
            },
            None => known.push(member.clone()),
        }
    }
}

/// What references lead to, and what Terraform calls attributes.
struct References<'t> {
    types: &'t BTreeMap<String, String>,
    table: &'t Table,
}

impl References<'_> {
    /// Gives all references in a value the names of CloudFormation; those that lead nowhere become unknown.
    fn settle(&self, value: &mut Value) {
        match &mut value.what {
            What::Joined(parts) | What::Either(parts) | What::List(parts) => {
                for part in parts {
                    self.settle(part);
                }
            }
            What::Map(members) => {
                for member in members {
                    self.settle(&mut member.value);
                }
            }
            What::Reference { resource, attribute } => {
                let (resource, attribute) = (resource.clone(), attribute.clone());
                value.what = self.settled(value.span, resource, attribute);
            }
            What::Text(_) | What::Unknown(_) | What::Absent => {}
        }
    }

    fn settled(&self, span: Span, resource: String, attribute: Option<String>) -> What {
        let Some(kind) = self.types.get(&resource).and_then(|kind| self.table.types.get(kind)) else {
            return What::Unknown(match attribute {
                Some(attribute) => format!("{resource}.{attribute}"),
                None => resource,
            });
        };
        let Some(attribute) = attribute else { return What::Reference { resource, attribute: None } };
        let written = kind.attributes.get(&attribute);
        if let Some(text) = written.filter(|text| text.contains('{')) {
            return template(span, &resource, text);
        }
        let attribute = match (written.map(String::as_str), attribute.as_str()) {
            (Some("Ref"), _) | (None, "id" | "name" | "bucket" | "url") => None,
            (Some(name), _) => Some(name.to_owned()),
            (None, name) => Some(Type::default().by_rule(name)),
        };
        What::Reference { resource, attribute }
    }
}

/// A text with `{Attribute}` of the resource and `${Name}` of what every deployment has.
fn template(span: Span, resource: &str, text: &str) -> What {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        let Some(close) = rest[open..].find('}').map(|close| open + close) else { break };
        let (before, name) = (&rest[..open], &rest[open + 1..close]);
        let (before, what) = match before.strip_suffix('$') {
            Some(before) => (before, What::Unknown(name.to_owned())),
            None => {
                let attribute = (name != "Ref").then(|| name.to_owned());
                (before, What::Reference { resource: resource.to_owned(), attribute })
            }
        };
        parts.push(Value::new(span, What::Text(before.to_owned())));
        parts.push(Value::new(span, what));
        rest = &rest[close + 1..];
    }
    parts.push(Value::new(span, What::Text(rest.to_owned())));
    joined_text(span, parts).what
}
