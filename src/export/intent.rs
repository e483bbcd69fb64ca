//! What a template cannot say and only the design does: loads, nodes outside AWS with their flows, promises, and what
//! the code of nodes does. It travels with the template, so that the design comes back when that is imported.
//!
//! Which settings these are is not written down: what was made is read back, and what is missing then is kept.

use serde_json::{Map, Value, json};

use crate::design::difference::{by_path, shown};
use crate::design::effective;
use crate::design::{Design, Flow, Role};
use crate::knowledge::Knowledge;
use crate::source::{self, Node as Tree, Span, Style};

/// What of a design is not in what was made of it; `ids` are the ids of its nodes there, and `read_back` reads that again
/// with something said of it.
pub(super) fn kept(
    design: &Design,
    ids: &[String],
    knowledge: &Knowledge,
    read_back: &dyn Fn(&Value) -> Option<Design>,
) -> Option<Value> {
    let root = source::read(&design.text).root?;
    let names = design.nodes.iter().zip(ids).filter(|(node, id)| node.id != **id);
    let names: Map<String, Value> = names.map(|(node, id)| (id.clone(), node.id.as_str().into())).collect();
    let mut intent = json!({"names": names});
    let mut held = read_back(&intent)?;
    if add_strangers(design, &held, &mut intent) {
        held = read_back(&intent)?;
    }
    let kept = Kept { design, root: &root, held: &held, knowledge };
    for (key, entry) in root.as_mapping()?.iter() {
        let value = match key {
            "nodes" => Value::Object(kept.nodes()),
            "flows" => Value::Array(kept.flows()),
            _ => plain(&entry.value),
        };
        intent[key] = value;
    }
    let fields = intent.as_object_mut()?;
    fields.retain(|_, value| match value {
        Value::Object(fields) => !fields.is_empty(),
        Value::Array(items) => !items.is_empty(),
        _ => true,
    });
    (!fields.is_empty()).then_some(intent)
}

/// Says of nodes that no design has what they are: the address of a node outside AWS by which a flow leaves, or what only
/// the deployment needs. Whether there are any.
fn add_strangers(design: &Design, held: &Design, intent: &mut Value) -> bool {
    let strangers: Vec<usize> =
        (0..held.nodes.len()).filter(|node| design.index_of(&held.nodes[*node].id).is_none()).collect();
    let mut apart = Vec::new();
    for stranger in &strangers {
        let id = &held.nodes[*stranger].id;
        let sender = held.incoming(*stranger).find(|(_, flow)| flow.role == Role::Flow);
        let sender = sender.and_then(|(_, flow)| design.index_of(&held.nodes[flow.from].id));
        let meant = sender.and_then(|sender| {
            let mut flows = design.outgoing(sender).map(|(_, flow)| &design.nodes[flow.to]);
            flows.find(|node| held.index_of(&node.id).is_none())
        });
        match meant {
            Some(node) => intent["names"][id] = node.id.as_str().into(),
            None => apart.push(id.as_str()),
        }
    }
    intent["apart"] = apart.into();
    !strangers.is_empty()
}

struct Kept<'a> {
    design: &'a Design,
    /// The tree of the design.
    root: &'a Tree,
    /// What was read back.
    held: &'a Design,
    knowledge: &'a Knowledge,
}

impl Kept<'_> {
    fn nodes(&self) -> Map<String, Value> {
        let mut nodes = Map::new();
        for (index, node) in self.design.nodes.iter().enumerate() {
            let Some(body) = self.root.get("nodes").and_then(|nodes| nodes.get(&node.id)) else { continue };
            let Some(held) = self.held.index_of(&node.id) else {
                nodes.insert(node.id.clone(), plain(body));
                continue;
            };
            let missing = self.missing(index, held);
            if !missing.is_empty() {
                nodes.insert(node.id.clone(), Value::Object(only(body, &missing)));
            }
        }
        nodes
    }

    /// The settings of a node that do not hold for the one that was read back.
    fn missing(&self, node: usize, held: usize) -> Vec<String> {
        let asked = by_path(self.design, &self.design.nodes[node].settings);
        let holds = |path: &str, value: &str| {
            let found = effective::setting(self.held, self.knowledge, held, path);
            found.is_some_and(|found| shown(self.held, &found.value, place(&found)) == value)
        };
        tops(asked.iter().filter(|(path, value)| !holds(path, value)).map(|(path, _)| path.as_str()))
    }

    fn flows(&self) -> Vec<Value> {
        let flows = self.design.flows.iter().filter(|flow| flow.role == Role::Flow);
        flows.filter_map(|flow| self.flow(flow)).collect()
    }

    /// What is to be said of a flow; nothing where it was read back as it is.
    fn flow(&self, flow: &Flow) -> Option<Value> {
        let ends = |design: &Design, flow: &Flow| {
            (design.nodes[flow.from].id.clone(), design.nodes[flow.to].id.clone())
        };
        let (from, to) = ends(self.design, flow);
        let via = flow.settings.text("via");
        let same = self.held.flows.iter().enumerate().find(|(_, held)| {
            held.role == Role::Flow
                && ends(self.held, held) == (from.clone(), to.clone())
                && via.is_none_or(|via| held.settings.text("via") == Some(via))
        });
        let mut said = json!({"from": from, "to": to});
        let asked = by_path(self.design, &flow.settings);
        let missing: Vec<String> = match same {
            None => tops(asked.keys().map(String::as_str)),
            Some((held, _)) => {
                let holds = |path: &str, value: &str| {
                    let found = effective::flow_setting(self.held, self.knowledge, held, path);
                    found.is_some_and(|found| shown(self.held, &found.value, place(&found)) == value)
                };
                tops(asked.iter().filter(|(path, value)| !holds(path, value)).map(|(path, _)| path.as_str()))
            }
        };
        if same.is_some() && missing.is_empty() {
            return None;
        }
        if let (Some(body), Some(fields)) = (&flow.body, said.as_object_mut()) {
            fields.extend(only(body, &missing));
        }
        Some(said)
    }
}

fn place(found: &effective::Effective) -> Span {
    match found.origin {
        effective::Origin::Declared { value, .. } => value,
        effective::Origin::Default(_) => Span::at(0),
    }
}

/// The settings to which dotted paths belong, each once.
fn tops<'p>(paths: impl Iterator<Item = &'p str>) -> Vec<String> {
    let mut tops: Vec<String> =
        paths.map(|path| path.split_once('.').map_or(path, |(top, _)| top).to_owned()).collect();
    tops.dedup();
    tops
}

/// The entries of a mapping with these keys, as they are written.
fn only(body: &Tree, keys: &[String]) -> Map<String, Value> {
    let found = keys.iter().filter_map(|key| Some((key.clone(), plain(body.get(key)?))));
    found.collect()
}

/// A tree as plain data.
fn plain(node: &Tree) -> Value {
    match &node.value {
        source::Value::Mapping(mapping) => {
            Value::Object(mapping.iter().map(|(key, entry)| (key.to_owned(), plain(&entry.value))).collect())
        }
        source::Value::Sequence(items) => items.iter().map(|item| plain(item)).collect(),
        source::Value::Scalar(scalar) if scalar.style != Style::Plain => scalar.text.as_str().into(),
        source::Value::Scalar(_) if node.is_null() => Value::Null,
        source::Value::Scalar(scalar) => {
            let number = || node.as_integer().map(Value::from);
            node.as_bool().map(Value::from).or_else(number).unwrap_or_else(|| scalar.text.as_str().into())
        }
    }
}
