//! What is drawn: nodes with two lines of text, and labelled edges.

use crate::design::{Design, Role};
use crate::diagnostic::{Diagnostic, Severity};

/// Nodes and edges in the design's order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Graph {
    /// The nodes.
    pub vertices: Vec<Vertex>,
    /// The edges; two with the same ends and label count as one.
    pub edges: Vec<Edge>,
}

/// A node of the graph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vertex {
    /// The node's id.
    pub id: String,
    /// The catalogue's id of its service; as written where there is no such service.
    pub service: String,
    /// The worst that was found of it.
    pub mark: Option<Mark>,
}

/// An edge between two nodes, by their indices.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edge {
    /// The node that it leaves.
    pub from: usize,
    /// The node that it enters.
    pub to: usize,
    /// The role where it follows from a setting, the integration where the flow names one; else empty. Never longer than
    /// a word: it holds no space.
    pub label: String,
    /// Whether it follows from a setting.
    pub reference: bool,
    /// The worst that was found of it.
    pub mark: Option<Mark>,
}

/// How bad a finding is that a picture marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    /// A warning.
    Warning,
    /// An error.
    Error,
}

impl Mark {
    fn of(severity: Severity) -> Option<Self> {
        match severity {
            Severity::Error => Some(Self::Error),
            Severity::Warning => Some(Self::Warning),
            Severity::Advice => None,
        }
    }
}

impl Graph {
    /// The graph of a design, marked by what was found: a finding on a flow marks the flow, any other its node.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use thalweg::{design, drawing::Graph, knowledge::Knowledge, source::Text};
    /// let text = "nodes:\n  in: {service: kds, shards: 2}\n  out: {service: lambda}\nflows: [in -> out]\n";
    /// let design = design::lower(Arc::new(Text::new("d", text)), &Knowledge::embedded()).design.unwrap();
    /// let graph = Graph::of(&design, &[]);
    /// assert_eq!((graph.vertices[0].service.as_str(), graph.edges[0].to), ("kinesis-data-streams", 1));
    /// ```
    #[must_use]
    pub fn of(design: &Design, found: &[Diagnostic]) -> Self {
        let worst = |about: &dyn Fn(&Diagnostic) -> bool| {
            let found = found.iter().filter(|diagnostic| about(diagnostic));
            found.filter_map(|diagnostic| Mark::of(diagnostic.severity)).max()
        };
        let vertices = design.nodes.iter().map(|node| {
            let mark = worst(&|found| found.flow.is_none() && found.node.as_ref() == Some(&node.id));
            let service = if node.service.is_empty() { &node.service_written } else { &node.service };
            Vertex { id: printable(&node.id), service: printable(service), mark }
        });
        let edges = design.flows.iter().map(|flow| {
            let (reference, label) = match &flow.role {
                Role::Reference(role) => (true, role.as_str()),
                Role::Flow => (false, flow.settings.text("via").unwrap_or_default()),
            };
            let ends = (&design.nodes[flow.from].id, &design.nodes[flow.to].id);
            let mark = worst(&|found| found.flow.as_ref().is_some_and(|(from, to)| (from, to) == ends));
            Edge { from: flow.from, to: flow.to, label: word(label), reference, mark }
        });
        Self { vertices: vertices.collect(), edges: edges.collect() }
    }
}

impl Graph {
    /// Labels flows with amounts. A flow has one where it is the only one into its target, of what came there, or the
    /// only one out of its source, of what went from there.
    pub fn label_flows(
        &mut self,
        came: impl Fn(usize) -> Option<String>,
        went: impl Fn(usize) -> Option<String>,
    ) {
        let flows: Vec<(usize, usize)> =
            self.edges.iter().filter(|edge| !edge.reference).map(|edge| (edge.from, edge.to)).collect();
        for edge in self.edges.iter_mut().filter(|edge| !edge.reference && edge.from != edge.to) {
            let into = flows.iter().filter(|(_, to)| *to == edge.to).count();
            let out = flows.iter().filter(|(from, _)| *from == edge.from).count();
            let amount = match (into, out) {
                (1, _) => came(edge.to),
                (_, 1) => went(edge.from),
                _ => None,
            };
            if let Some(amount) = amount {
                edge.label = amount;
            }
        }
    }
}

/// The text without what a terminal takes for a command or for a change of direction.
fn printable(text: &str) -> String {
    let steers = |c: char| {
        c.is_control()
            || matches!(c, '\u{200e}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().map(|c| if steers(c) { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

fn word(text: &str) -> String {
    printable(text).split_whitespace().collect::<Vec<_>>().join("_")
}
