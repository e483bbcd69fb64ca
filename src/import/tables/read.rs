//! Reads `rules/templates.yaml`.

use std::collections::BTreeMap;

use crate::diagnostic::Diagnostic;
use crate::fields::{self, Fields, text};
use crate::import::tables::{Actor, Alike, Called, Edge, End, Event, NodeType, Serverless, Switch, Tables};
use crate::source::Node;

type Mistakes = Vec<Diagnostic>;

pub(super) fn tables(node: &Node) -> (Tables, Mistakes) {
    let mut mistakes = Vec::new();
    let mut tables = Tables::default();
    if let Some(mut fields) = Fields::of(node, "the tables of templates", &mut mistakes) {
        types(&mut tables, &mut fields, &mut mistakes);
        flows(&mut tables, &mut fields, &mut mistakes);
        of_serverless(&mut tables, &mut fields, &mut mistakes);
        fields.finish(&mut mistakes);
    }
    (tables, mistakes)
}

fn types(tables: &mut Tables, fields: &mut Fields<'_>, mistakes: &mut Mistakes) {
    tables.nodes = by_name(fields.value("nodes"), mistakes, node_type);
    tables.carriers = fields.texts("carriers", mistakes);
    tables.alone = fields.texts("alone", mistakes);
    tables.same = words(fields.value("same"), mistakes);
    tables.parts = words(fields.value("parts"), mistakes);
    tables.names = words(fields.value("names"), mistakes);
    tables.arns = words(fields.value("arns"), mistakes);
    tables.alike = each(fields.value("alike"), mistakes, alike);
    tables.switches = each(fields.value("switches"), mistakes, switch);
}

fn flows(tables: &mut Tables, fields: &mut Fields<'_>, mistakes: &mut Mistakes) {
    tables.kinds = by_name(fields.value("kinds"), mistakes, fields::flag);
    tables.roles = words(fields.value("roles"), mistakes);
    for (kind, edge) in each(fields.value("edges"), mistakes, edge) {
        tables.by_type.entry(kind).or_default().push(tables.edges.len());
        tables.edges.push(edge);
    }
    tables.protocols = words(fields.value("protocols"), mistakes);
    tables.actors = by_name(fields.value("actors"), mistakes, actor);
    if let Some(mut fields) =
        fields.value("permissions").and_then(|node| Fields::of(node, "`permissions`", mistakes))
    {
        let list = |node: &Node, mistakes: &mut Mistakes| Some(texts(node, mistakes));
        tables.writes = by_name(fields.value("write"), mistakes, list);
        tables.reads = by_name(fields.value("read"), mistakes, list);
        fields.finish(mistakes);
    }
    tables.integrations = by_name(fields.value("integrations"), mistakes, called);
}

fn of_serverless(tables: &mut Tables, fields: &mut Fields<'_>, mistakes: &mut Mistakes) {
    tables.events = by_name(fields.value("events"), mistakes, event);
    tables.policies = by_name(fields.value("policies"), mistakes, |node, mistakes| {
        Some(by_name(Some(node), mistakes, |node, mistakes| Some(texts(node, mistakes))))
    });
    tables.serverless = by_name(fields.value("serverless"), mistakes, serverless);
}

fn event(node: &Node, mistakes: &mut Mistakes) -> Option<Event> {
    let mut fields = Fields::of(node, "an event", mistakes)?;
    let (makes, target) = (fields.text("makes", mistakes), fields.text("target", mistakes));
    let [renamed, set, implicit] =
        ["renamed", "set", "implicit"].map(|key| words(fields.value(key), mistakes));
    fields.finish(mistakes);
    Some(Event { makes: makes?, target: target?, renamed, set, implicit })
}

fn serverless(node: &Node, mistakes: &mut Mistakes) -> Option<Serverless> {
    let mut fields = Fields::of(node, "a type of SAM", mistakes)?;
    let (is, globals) = (fields.text("is", mistakes), fields.text("globals", mistakes));
    let renamed = words(fields.value("renamed"), mistakes);
    fields.finish(mistakes);
    Some(Serverless { is: is?, globals: globals?, renamed })
}

fn by_name<T>(
    node: Option<&Node>,
    mistakes: &mut Mistakes,
    read: impl Fn(&Node, &mut Mistakes) -> Option<T>,
) -> BTreeMap<String, T> {
    let entries = fields::entries(node, mistakes).into_iter();
    entries.filter_map(|(key, node)| Some((key.to_owned(), read(node, mistakes)?))).collect()
}

fn each<T>(
    node: Option<&Node>,
    mistakes: &mut Mistakes,
    read: impl Fn(&Node, &mut Mistakes) -> Option<T>,
) -> Vec<T> {
    node.map(fields::items).unwrap_or_default().into_iter().filter_map(|item| read(item, mistakes)).collect()
}

fn words(node: Option<&Node>, mistakes: &mut Mistakes) -> BTreeMap<String, String> {
    by_name(node, mistakes, |node, mistakes| text(node, mistakes).map(str::to_owned))
}

fn texts(node: &Node, mistakes: &mut Mistakes) -> Vec<String> {
    let items = fields::items(node).into_iter();
    items.filter_map(|item| text(item, mistakes)).map(str::to_owned).collect()
}

fn node_type(node: &Node, mistakes: &mut Mistakes) -> Option<NodeType> {
    let mut fields = Fields::of(node, "a type", mistakes)?;
    let service = fields.text("service", mistakes);
    let stands_in = fields.flag("stands_in", mistakes);
    let told = words(fields.value("told"), mistakes).into_iter().filter_map(|(by, service)| {
        let (property, value) = by.split_once('=')?;
        Some((property.to_owned(), value.to_owned(), service))
    });
    let told = told.collect();
    fields.finish(mistakes);
    Some(NodeType { service: service?, stands_in, told })
}

fn alike(node: &Node, mistakes: &mut Mistakes) -> Option<Alike> {
    let mut fields = Fields::of(node, "an entry of `alike`", mistakes)?;
    let (kind, as_member) = (fields.text("type", mistakes), fields.text("as", mistakes));
    let also = fields.texts("also", mistakes);
    fields.finish(mistakes);
    Some(Alike { kind: kind?, as_member: as_member?, also })
}

fn switch(node: &Node, mistakes: &mut Mistakes) -> Option<Switch> {
    let mut fields = Fields::of(node, "a switch", mistakes)?;
    let (kind, member) = (fields.text("type", mistakes), fields.text("member", mistakes));
    let (inside, beside) = (fields.text("inside", mistakes), fields.text("beside", mistakes));
    let is = fields.text("is", mistakes);
    let otherwise = fields.flag("otherwise", mistakes);
    fields.finish(mistakes);
    let is_beside = beside.is_some();
    Some(Switch { kind: kind?, member: member?, by: inside.or(beside)?, is_beside, is: is?, otherwise })
}

/// An edge and the type that carries it.
fn edge(node: &Node, mistakes: &mut Mistakes) -> Option<(String, Edge)> {
    let mut fields = Fields::of(node, "an edge", mistakes)?;
    let on = fields.require("on", mistakes).and_then(|node| text(node, mistakes));
    let from = fields.require("from", mistakes).and_then(|node| end(node, mistakes));
    let to = fields.require("to", mistakes).and_then(|node| end(node, mistakes));
    let kind = fields.require("kind", mistakes).and_then(|node| text(node, mistakes));
    let from_default = fields.value("or").and_then(|node| end(node, mistakes));
    let mut each = fields.texts("each", mistakes);
    if each.is_empty() {
        each.push(String::new());
    }
    let [instead, sets, when, unless, enabled, filter, protocol] =
        ["instead", "sets", "when", "unless", "enabled", "filter", "protocol"]
            .map(|key| fields.text(key, mistakes));
    fields.finish(mistakes);
    let edge = Edge {
        each,
        from: from?,
        from_default,
        to: to?,
        instead,
        kind: kind?.to_owned(),
        sets,
        when,
        unless,
        enabled,
        filter,
        protocol,
    };
    Some((on?.to_owned(), edge))
}

/// `PATH` or `PATH as SERVICE`.
fn end(node: &Node, mistakes: &mut Mistakes) -> Option<End> {
    let written = text(node, mistakes)?;
    let (path, service) =
        written.split_once(" as ").map_or((written, None), |(path, service)| (path, Some(service)));
    Some(End { path: path.to_owned(), service: service.map(str::to_owned) })
}

fn actor(node: &Node, mistakes: &mut Mistakes) -> Option<Actor> {
    let mut fields = Fields::of(node, "an actor", mistakes)?;
    let role = fields.text("role", mistakes);
    let told = fields.texts("told", mistakes);
    let reads_streams = fields.flag("reads_streams", mistakes);
    fields.finish(mistakes);
    Some(Actor { role: role?, told, reads_streams })
}

fn called(node: &Node, mistakes: &mut Mistakes) -> Option<Called> {
    let mut fields = Fields::of(node, "a called service", mistakes)?;
    let service = fields.text("service", mistakes);
    let named = fields.texts("named", mistakes);
    fields.finish(mistakes);
    Some(Called { service: service?, named })
}
