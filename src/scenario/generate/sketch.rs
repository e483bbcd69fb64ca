//! A design as words: nodes and flows with their settings as they are written, easy to change and to write again.

use std::fmt::Write as _;

use crate::source::{Node, Value, line};

/// A setting with its value, as it is written on one line.
pub(super) type Written = (String, String);

/// A design without its head.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sketch {
    pub(super) nodes: Vec<(String, Vec<Written>)>,
    pub(super) flows: Vec<Hop>,
}

/// A flow from one node to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hop {
    pub(super) from: String,
    pub(super) to: String,
    pub(super) settings: Vec<Written>,
}

impl Sketch {
    /// The sketch of a design's tree; nothing where it is none.
    pub(super) fn of(root: &Node) -> Option<Self> {
        let nodes = root.get("nodes")?.as_mapping()?;
        let nodes = nodes.iter().map(|(id, entry)| (id.to_owned(), settings(&entry.value, &[])));
        let mut flows = Vec::new();
        for flow in root.get("flows")?.as_sequence()? {
            if let Some(chain) = flow.as_text() {
                let ids: Vec<&str> = chain.split("->").map(str::trim).collect();
                flows.extend(ids.windows(2).map(|pair| Hop {
                    from: pair[0].to_owned(),
                    to: pair[1].to_owned(),
                    settings: Vec::new(),
                }));
            } else {
                let end = |key: &str| flow.get(key).and_then(Node::as_text).map(str::to_owned);
                flows.push(Hop {
                    from: end("from")?,
                    to: end("to")?,
                    settings: settings(flow, &["from", "to"]),
                });
            }
        }
        Some(Self { nodes: nodes.collect(), flows })
    }

    /// The service of a node.
    pub(super) fn service(&self, id: &str) -> Option<&str> {
        let (_, settings) = self.nodes.iter().find(|(known, _)| known == id)?;
        settings.iter().find(|(key, _)| key == "service").map(|(_, value)| value.as_str())
    }

    /// Whether records both come to a node and go on from it.
    pub(super) fn is_inner(&self, id: &str) -> bool {
        self.flows.iter().any(|hop| hop.to == id) && self.flows.iter().any(|hop| hop.from == id)
    }

    /// Its nodes and flows in YAML, indented by `indent`.
    pub(super) fn body(&self, indent: &str) -> String {
        let mut text = format!("{indent}nodes:\n");
        for (id, settings) in &self.nodes {
            writeln!(text, "{indent}  {id}: {{{}}}", listed(settings)).expect("memory");
        }
        writeln!(text, "{indent}flows:").expect("memory");
        for hop in &self.flows {
            if hop.settings.is_empty() {
                writeln!(text, "{indent}  - {} -> {}", hop.from, hop.to).expect("memory");
            } else {
                let settings = listed(&hop.settings);
                writeln!(text, "{indent}  - {{from: {}, to: {}, {settings}}}", hop.from, hop.to)
                    .expect("memory");
            }
        }
        text
    }

    /// The design with these requirements.
    pub(super) fn design(&self, requirements: &[Node]) -> String {
        let mut text = self.body("");
        if !requirements.is_empty() {
            text.push_str("require:\n");
        }
        for requirement in requirements {
            writeln!(text, "  - {}", line(requirement)).expect("memory");
        }
        text
    }
}

fn settings(node: &Node, without: &[&str]) -> Vec<Written> {
    let Value::Mapping(mapping) = &node.value else { return Vec::new() };
    let entries = mapping.iter().filter(|(key, _)| !without.contains(key));
    entries.map(|(key, entry)| (key.to_owned(), line(&entry.value))).collect()
}

fn listed(settings: &[Written]) -> String {
    settings.iter().map(|(key, value)| format!("{key}: {value}")).collect::<Vec<_>>().join(", ")
}
