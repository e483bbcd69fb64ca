//! A design: the typed graph that a file describes.
//!
//! A design may be wrong, but it is typed: what could not be understood is left out and a diagnostic said so.
//! Nodes and flows are held in the order of the file and named by their index.

mod adjacency;
pub mod allowances;
pub mod difference;
pub mod effective;
pub mod faults;
mod flows;
mod lower;
mod ranges;
pub mod requirement;
mod requirements;
mod reroute;
pub mod settings;
mod values;
pub mod vocabulary;

use std::collections::BTreeSet;
use std::sync::Arc;

use petgraph::graph::DiGraph;

use crate::design::adjacency::Adjacency;
use crate::design::allowances::{AllowComment, AllowSpan, Allowance};
use crate::design::faults::Fault;
pub use crate::design::flows::ids_of_chain;
pub use crate::design::lower::{Lowered, lower, lower_made};
use crate::design::requirement::Requirement;
use crate::design::settings::Settings;
use crate::knowledge::card::{Card, Integration};
use crate::knowledge::{CardPlace, Knowledge};
use crate::source::{self, Span, Text};
use crate::units::Date;

/// A design file, understood.
#[derive(Debug, Clone)]
pub struct Design {
    /// The file that it was read from; every span points into it.
    pub text: Arc<Text>,
    /// Its name, where it says one.
    pub name: Option<String>,
    /// What it is for, where it says so.
    pub about: Option<String>,
    /// The day as of which it is judged.
    pub as_of: Date,
    /// Its nodes, in the order of the file.
    pub nodes: Vec<Node>,
    /// Its flows, in the order of the file; those that follow from settings come last.
    pub flows: Vec<Flow>,
    /// What it is for: promises that it must keep.
    pub requirements: Vec<Requirement>,
    /// What goes wrong when it runs.
    pub faults: Vec<Fault>,
    /// Findings that its authors accept, as entries of `allow`.
    pub allowances: Vec<Allowance>,
    /// The whole of `allow`, where it can be taken out of the file.
    pub allow_span: Option<AllowSpan>,
    /// Findings that its authors accept, in comments.
    pub comments: Vec<AllowComment>,
    /// The flows by the nodes at their ends.
    adjacency: Adjacency,
}

impl Design {
    /// The index of the node with this id.
    #[must_use]
    pub fn index_of(&self, id: &str) -> Option<usize> {
        self.nodes.iter().position(|node| node.id == id)
    }

    /// The flows that leave a node, with their indices, in the order of the file.
    pub fn outgoing(&self, node: usize) -> impl Iterator<Item = (usize, &Flow)> {
        self.adjacency.outgoing(node).iter().map(|index| (*index, &self.flows[*index]))
    }

    /// The flows that enter a node, with their indices, in the order of the file.
    pub fn incoming(&self, node: usize) -> impl Iterator<Item = (usize, &Flow)> {
        self.adjacency.incoming(node).iter().map(|index| (*index, &self.flows[*index]))
    }

    /// All nodes from which records can come to a node, by flows that follow from no setting. The node itself is among
    /// them where it lies on a cycle.
    #[must_use]
    pub fn upstream(&self, node: usize) -> BTreeSet<usize> {
        let mut found = BTreeSet::new();
        let mut open = vec![node];
        while let Some(node) = open.pop() {
            for (_, flow) in self.incoming(node).filter(|(_, flow)| flow.role == Role::Flow) {
                if found.insert(flow.from) {
                    open.push(flow.from);
                }
            }
        }
        found
    }

    /// The graph of nodes and flows; weights are their indices.
    #[must_use]
    pub fn graph(&self) -> DiGraph<usize, usize> {
        let mut graph = DiGraph::with_capacity(self.nodes.len(), self.flows.len());
        let nodes: Vec<_> = (0..self.nodes.len()).map(|index| graph.add_node(index)).collect();
        for (index, flow) in self.flows.iter().enumerate() {
            graph.add_edge(nodes[flow.from], nodes[flow.to], index);
        }
        graph
    }

    /// The card of a node's service, where it is known.
    #[must_use]
    pub fn card<'k>(&self, knowledge: &'k Knowledge, node: usize) -> Option<&'k Card> {
        let node = &self.nodes[node];
        knowledge.card_at(node.card?, &node.service)
    }

    /// The integration that a flow uses, where there is one.
    #[must_use]
    pub fn integration<'k>(&self, knowledge: &'k Knowledge, flow: &Flow) -> Option<&'k Integration> {
        self.card(knowledge, flow.from)?.sends.get(flow.integration?)
    }
}

/// A node: one service, with its settings.
#[derive(Debug, Clone)]
pub struct Node {
    /// Its id, unique in the design.
    pub id: String,
    /// Where the id stands.
    pub id_span: Span,
    /// The catalogue's id of its service.
    pub service: String,
    /// Where its card stands in the base that it was read with.
    pub card: Option<CardPlace>,
    /// Where the service is named.
    pub service_span: Span,
    /// The name of the service as it was written.
    pub service_written: String,
    /// What the design says of it.
    pub settings: Settings,
    /// The whole node.
    pub span: Span,
    /// Its mapping as it is written; nothing where it is written elsewhere, or for others too.
    pub body: Option<Arc<source::Node>>,
    /// Whether it is set up elsewhere, so that what is not said of it is unknown and no default.
    pub is_elsewhere: bool,
}

/// What a flow is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Role {
    /// Records go from one node to the other.
    Flow,
    /// It follows from a setting that names a node: `transform`, `on-failure`, `backup`, `dead-letters`, ...
    Reference(String),
}

impl Role {
    /// The role's word: `flow`, or the one that the setting's card gives.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Flow => "flow",
            Self::Reference(role) => role,
        }
    }
}

/// A flow from one node to another.
#[derive(Debug, Clone)]
pub struct Flow {
    /// Index of the node that it leaves.
    pub from: usize,
    /// Index of the node that it enters.
    pub to: usize,
    /// What it is for.
    pub role: Role,
    /// `a -> b` in a chain, the mapping of a flow with settings, or the value of the setting that refers.
    pub span: Span,
    /// Where its source is named.
    pub from_span: Span,
    /// Where its target is named.
    pub to_span: Span,
    /// What the design says of it.
    pub settings: Settings,
    /// Its mapping as it is written; nothing in a chain, and where it is written elsewhere.
    pub body: Option<Arc<source::Node>>,
    /// The integration that it uses, as an index into the `sends` of its source's card; nothing where none exists.
    pub integration: Option<usize>,
}
