//! What a team says of infrastructure code: the load, what is required, and what is accepted, by logical id.
//!
//! It stands in a file of its own (`NAME.thalweg.yaml` with `for: template.yaml`) or in the template's `Metadata` under
//! `Thalweg`, in the words of a design. `traffic` gives the load that comes to a node from outside, and `names` what the
//! nodes are called, by logical id; everything else then says these names. `apart` lists what belongs to no design.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Label};
use crate::fields::wrong_type;
use crate::import::graph::Graph;
use crate::source::{Entry, Mapping, Node, Scalar, Span, Style, Value};

/// The key that names the file for which a file of intent is.
pub const FOR: &str = "for";

/// The key that gives nodes other names than their logical ids.
const NAMES: &str = "names";

/// The key that lists nodes which only a deployment needs: they are left out of the design.
const APART: &str = "apart";

/// A node of intent: its tree with places in the whole.
pub type Said = Arc<Node>;

/// The file that a tree is the intent for, if it is one.
#[must_use]
pub fn file_of(root: &Node) -> Option<&str> {
    root.get(FOR)?.as_text()
}

/// Gives the nodes of a graph the names that are said, and takes out those that are said to be no part of the design.
pub fn name(graph: &mut Graph, said: &[Said]) {
    let names: BTreeMap<&str, &str> = said
        .iter()
        .filter_map(|said| said.get(NAMES)?.as_mapping())
        .flat_map(Mapping::iter)
        .filter_map(|(id, entry)| Some((id, entry.value.as_text()?)))
        .collect();
    if !names.is_empty() {
        graph.rename(&|id| names.get(id).map(|name| (*name).to_owned()));
    }
    let apart = said.iter().filter_map(|said| said.get(APART)?.as_sequence()).flatten();
    let apart: BTreeSet<&str> = apart.filter_map(|id| id.as_text()).collect();
    if !apart.is_empty() {
        graph.remove(&apart);
    }
}

/// A place moved.
#[must_use]
pub fn moved_span(span: Span, by: u32) -> Span {
    Span::new(span.start + by, span.end + by)
}

/// The tree with every place moved.
#[must_use]
pub fn moved(node: &Node, by: u32) -> Node {
    let place = |span| moved_span(span, by);
    let value = match &node.value {
        Value::Scalar(scalar) => Value::Scalar(scalar.clone()),
        Value::Sequence(items) => {
            Value::Sequence(items.iter().map(|item| Arc::new(moved(item, by))).collect())
        }
        Value::Mapping(mapping) => {
            let entries = mapping.entries.iter().map(|entry| Entry {
                key: Arc::new(moved(&entry.key, by)),
                value: Arc::new(moved(&entry.value, by)),
                merged: entry.merged,
            });
            Value::Mapping(Mapping { entries: entries.collect() })
        }
    };
    let tag = node.tag.clone().map(|tag| crate::source::Tag { span: place(tag.span), ..tag });
    Node { span: place(node.span), tag, value }
}

/// The tree of a design with what is said of it added; mistakes are noted.
#[must_use]
pub fn added(design: Node, said: &[Said], mistakes: &mut Vec<Diagnostic>) -> Node {
    said.iter().fold(design, |design, said| one(design, said, mistakes))
}

fn one(design: Node, said: &Node, mistakes: &mut Vec<Diagnostic>) -> Node {
    let Value::Mapping(mut mapping) = design.value else { return design };
    let Some(entries) = said.as_mapping() else {
        mistakes.push(wrong_type(
            said,
            "what is said of a template is a mapping with `traffic`, `require` or `allow`",
        ));
        return Node { value: Value::Mapping(mapping), ..design };
    };
    for (key, entry) in entries.iter() {
        match key {
            FOR | NAMES | APART => {}
            "nodes" => merge_nodes(&mut mapping, &entry.value, mistakes),
            "flows" => flows(&mut mapping, entry),
            "traffic" => traffic(&mut mapping, &entry.value, mistakes),
            "require" | "allow" if mapping.entries.iter().any(|known| known.key.as_text() == Some(key)) => {
                append(&mut mapping, entry);
            }
            _ => mapping.entries.push(entry.clone()),
        }
    }
    Node { value: Value::Mapping(mapping), ..design }
}

/// Puts the items of a list behind those that are there.
fn append(mapping: &mut Mapping, entry: &Entry) {
    let Some(items) = entry.value.as_sequence() else {
        mapping.entries.push(entry.clone());
        return;
    };
    let known = mapping.entries.iter_mut().find(|known| known.key.as_text() == entry.key.as_text());
    match known {
        Some(known) => {
            let mut all: Vec<Arc<Node>> = known.value.as_sequence().map(<[_]>::to_vec).unwrap_or_default();
            all.extend(items.iter().cloned());
            known.value = Arc::new(Node { value: Value::Sequence(all), ..known.value.as_ref().clone() });
        }
        None => mapping.entries.push(entry.clone()),
    }
}

/// Adds flows; what is said of one that is there counts more than what was read.
fn flows(mapping: &mut Mapping, said: &Entry) {
    let Some(items) = said.value.as_sequence() else { return append(mapping, said) };
    let mut new = Vec::new();
    for item in items {
        let known = mapping.entries.iter_mut().find(|known| known.key.as_text() == Some("flows"));
        let same = known.and_then(|known| {
            let mut all = known.value.as_sequence()?.to_vec();
            let same = all.iter().position(|flow| is_same_flow(flow, item))?;
            all[same] = Arc::new(with_settings(&all[same], item));
            Some((known, all))
        });
        match same {
            Some((known, all)) => {
                let value = Value::Sequence(all);
                known.value = Arc::new(Node { value, ..known.value.as_ref().clone() });
            }
            None => new.push(Arc::clone(item)),
        }
    }
    if !new.is_empty() {
        let value = Arc::new(Node { value: Value::Sequence(new), ..said.value.as_ref().clone() });
        append(mapping, &Entry { value, ..said.clone() });
    }
}

fn is_same_flow(flow: &Node, said: &Node) -> bool {
    let ends =
        |node: &Node| Some((node.get("from")?.as_text()?.to_owned(), node.get("to")?.as_text()?.to_owned()));
    let via = |node: &Node| node.get("via").and_then(Node::as_text).map(str::to_owned);
    ends(flow).is_some_and(|one| Some(one) == ends(said))
        && via(said).is_none_or(|said| Some(said) == via(flow))
}

/// A mapping with the entries of another one in place of its own.
fn with_settings(node: &Node, said: &Node) -> Node {
    let mut settings = node.as_mapping().cloned().unwrap_or_default();
    for (name, setting) in said.as_mapping().into_iter().flat_map(Mapping::iter) {
        settings.entries.retain(|known| known.key.as_text() != Some(name));
        settings.entries.push(setting.clone());
    }
    Node { value: Value::Mapping(settings), ..node.clone() }
}

fn nodes_of(mapping: &mut Mapping) -> Option<&mut Entry> {
    mapping.entries.iter_mut().find(|entry| entry.key.as_text() == Some("nodes"))
}

/// Adds settings to the nodes of these ids; what is said counts more than what was read. New nodes are added.
fn merge_nodes(mapping: &mut Mapping, said: &Node, mistakes: &mut Vec<Diagnostic>) {
    let Some(said) = said.as_mapping() else {
        mistakes.push(wrong_type(said, "`nodes` is a mapping of ids to nodes"));
        return;
    };
    let Some(nodes) = nodes_of(mapping) else { return };
    let mut all = nodes.value.as_mapping().cloned().unwrap_or_default();
    for (id, entry) in said.iter() {
        match all.entries.iter_mut().find(|known| known.key.as_text() == Some(id)) {
            Some(known) => known.value = Arc::new(with_settings(&known.value, &entry.value)),
            None => all.entries.push(entry.clone()),
        }
    }
    nodes.value = Arc::new(Node { value: Value::Mapping(all), ..nodes.value.as_ref().clone() });
}

/// Puts a producer with this traffic in front of each node that is named.
fn traffic(mapping: &mut Mapping, said: &Node, mistakes: &mut Vec<Diagnostic>) {
    let Some(said) = said.as_mapping() else {
        mistakes.push(wrong_type(
            said,
            "`traffic` is a mapping of ids to the load that comes to them from outside",
        ));
        return;
    };
    for (id, entry) in said.iter() {
        let Some(nodes) = nodes_of(mapping).and_then(|nodes| nodes.value.as_mapping()) else { return };
        let Some(known) = nodes.iter().find(|(known, _)| *known == id) else {
            mistakes.push(unknown(id, &entry.key, nodes.iter().map(|(id, _)| id)));
            continue;
        };
        let is_producer = known.1.value.get("service").and_then(Node::as_text) == Some("producer");
        let of_traffic =
            Entry { key: text(entry.key.span, "traffic"), value: Arc::clone(&entry.value), merged: false };
        if is_producer {
            let node = map(entry.key.span, vec![of_traffic]);
            merge_nodes(mapping, &map(entry.key.span, vec![named(entry.key.span, id, node)]), mistakes);
            continue;
        }
        let span = entry.key.span;
        let producer = format!("traffic of {id}");
        let service = Entry { key: text(span, "service"), value: text(span, "producer"), merged: false };
        let node = map(entry.key.span.to(entry.value.span), vec![service, of_traffic]);
        merge_nodes(mapping, &map(span, vec![named(span, &producer, node)]), mistakes);
        let ends = [("from", producer.as_str()), ("to", id)];
        let ends = ends.map(|(key, id)| Entry { key: text(span, key), value: text(span, id), merged: false });
        let list = Value::Sequence(vec![Arc::new(map(span, ends.to_vec()))]);
        append(
            mapping,
            &Entry {
                key: text(span, "flows"),
                value: Arc::new(Node { span, tag: None, value: list }),
                merged: false,
            },
        );
    }
}

fn unknown<'n>(id: &str, key: &Node, known: impl Iterator<Item = &'n str>) -> Diagnostic {
    let message = format!("there is no node `{id}` in the template");
    let mistake = Diagnostic::new("unknown-node", Label::new(key.span, "not found there"), message);
    match crate::fields::nearest(id, known) {
        Some(near) => mistake.help(format!("write `{near}`")),
        None => mistake.help("run `thalweg import` on the template for the ids of its nodes"),
    }
}

fn named(span: Span, id: &str, node: Node) -> Entry {
    Entry { key: text(span, id), value: Arc::new(node), merged: false }
}

fn map(span: Span, entries: Vec<Entry>) -> Node {
    Node { span, tag: None, value: Value::Mapping(Mapping { entries }) }
}

fn text(span: Span, text: &str) -> Arc<Node> {
    let scalar = Scalar { text: text.to_owned(), style: Style::DoubleQuoted };
    Arc::new(Node { span, tag: None, value: Value::Scalar(scalar) })
}
