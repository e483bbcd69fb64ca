//! A design as trees: what one mapping says, changed by others.

use std::sync::Arc;

use crate::source::{Entry, Mapping, Node, Value};

/// What joins the ids of a chain.
const ARROW: &str = "->";

/// A design that is being put together.
#[derive(Debug, Default)]
pub(super) struct Draft {
    /// Node ids with their settings, in the order in which they came.
    pub(super) nodes: Vec<Entry>,
    /// Flows, in the order in which they came.
    pub(super) flows: Vec<Flow>,
    /// Everything else, by its key.
    pub(super) others: Vec<Entry>,
}

/// A flow, or several in a chain.
#[derive(Debug, Clone)]
pub(super) enum Flow {
    /// The ids of a chain, with the node that says it.
    Chain(Vec<String>, Arc<Node>),
    /// A mapping with `from` and `to`.
    Mapping(Arc<Node>),
}

impl Draft {
    /// Takes in a mapping with `nodes`, `flows`, `without` and others. Settings are merged into nodes that are there; a
    /// node or setting that is nothing is taken out. A flow in the form of a mapping replaces the one between its ends.
    pub(super) fn apply(&mut self, change: &Node) {
        let Some(mapping) = change.as_mapping() else { return };
        for (key, entry) in mapping.iter() {
            match (key, &entry.value.value) {
                ("nodes", Value::Mapping(nodes)) => nodes.entries.iter().for_each(|node| self.node(node)),
                ("flows", Value::Sequence(flows)) => flows.iter().for_each(|flow| self.flow(flow)),
                ("without", Value::Sequence(chains)) => {
                    for chain in chains.iter().filter_map(|chain| chain.as_text()) {
                        ids(chain).windows(2).for_each(|hop| self.cut(&hop[0], &hop[1]));
                    }
                }
                _ => self.others = merged(&self.others, std::slice::from_ref(entry)),
            }
        }
    }

    /// Takes in facts of nodes, as far as these are there.
    pub(super) fn give(&mut self, facts: &Node) {
        let Some(mapping) = facts.as_mapping() else { return };
        for (id, entry) in mapping.iter() {
            if self.nodes.iter().any(|node| node.key.as_text() == Some(id)) {
                self.node(entry);
            }
        }
    }

    fn node(&mut self, entry: &Entry) {
        self.nodes = merged(&self.nodes, std::slice::from_ref(entry));
        if let Some(id) = entry.key.as_text().filter(|_| entry.value.is_null()) {
            self.flows = self.flows.drain(..).flat_map(|flow| flow.without_node(id)).collect();
        }
    }

    fn flow(&mut self, node: &Arc<Node>) {
        match node.as_text() {
            Some(chain) => self.flows.push(Flow::Chain(ids(chain), Arc::clone(node))),
            None => {
                let end = |key| node.get(key).and_then(Node::as_text);
                if let (Some(from), Some(to)) = (end("from"), end("to")) {
                    self.cut(from, to);
                }
                self.flows.push(Flow::Mapping(Arc::clone(node)));
            }
        }
    }

    /// Takes out the flow from one node to another.
    fn cut(&mut self, from: &str, to: &str) {
        self.flows = self.flows.drain(..).flat_map(|flow| flow.without_hop(from, to)).collect();
    }
}

impl Flow {
    fn without_hop(self, from: &str, to: &str) -> Vec<Self> {
        match self {
            Self::Chain(ids, node) => {
                let is_cut = |pair: &[String]| pair[0] == from && pair[1] == to;
                let mut parts = vec![Vec::new()];
                for (index, id) in ids.iter().enumerate() {
                    if index > 0 && is_cut(&ids[index - 1..=index]) {
                        parts.push(Vec::new());
                    }
                    parts.last_mut().expect("there is always a part").push(id.clone());
                }
                parts
                    .into_iter()
                    .filter(|part| part.len() > 1)
                    .map(|part| Self::Chain(part, Arc::clone(&node)))
                    .collect()
            }
            Self::Mapping(node) => {
                let is = |key, id| node.get(key).and_then(Node::as_text) == Some(id);
                if is("from", from) && is("to", to) { Vec::new() } else { vec![Self::Mapping(node)] }
            }
        }
    }

    fn without_node(self, id: &str) -> Vec<Self> {
        match self {
            Self::Chain(ids, node) => ids
                .split(|other| other == id)
                .filter(|part| part.len() > 1)
                .map(|part| Self::Chain(part.to_vec(), Arc::clone(&node)))
                .collect(),
            Self::Mapping(node) => {
                let is = |key| node.get(key).and_then(Node::as_text) == Some(id);
                if is("from") || is("to") { Vec::new() } else { vec![Self::Mapping(node)] }
            }
        }
    }
}

fn ids(chain: &str) -> Vec<String> {
    chain.split(ARROW).map(|id| id.trim().to_owned()).collect()
}

/// Entries with changes: mappings are merged key by key, nothing takes an entry out, everything else replaces.
fn merged(entries: &[Entry], changes: &[Entry]) -> Vec<Entry> {
    let mut merged_entries = entries.to_vec();
    for change in changes {
        let place = merged_entries.iter().position(|entry| entry.key.as_text() == change.key.as_text());
        match place {
            _ if change.value.is_null() => {
                if let Some(place) = place {
                    merged_entries.remove(place);
                }
            }
            None => merged_entries.push(change.clone()),
            Some(place) => {
                let value = merged_value(&merged_entries[place].value, &change.value);
                merged_entries[place].value = value;
            }
        }
    }
    merged_entries
}

fn merged_value(old: &Arc<Node>, new: &Arc<Node>) -> Arc<Node> {
    match (&old.value, &new.value) {
        (Value::Mapping(before), Value::Mapping(after)) => {
            let entries = merged(&before.entries, &after.entries);
            Arc::new(Node { value: Value::Mapping(Mapping { entries }), ..Node::clone(new) })
        }
        _ => Arc::clone(new),
    }
}
