//! Every edge of a graph in one list: flows, and what settings that name nodes make.

use std::collections::{BTreeMap, BTreeSet};

use crate::import::graph::{Confidence, Given, Graph, Setting};
use crate::import::tables::Tables;
use crate::knowledge::Knowledge;
use crate::knowledge::schema::{Kind, Schema};
use crate::source::Span;

/// An edge as machines are told of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edge {
    /// The id of the node that it leaves.
    pub from: String,
    /// The id of the node that it enters.
    pub to: String,
    /// How it is written down.
    pub kind: String,
    /// What carries it: the id of a resource, and the setting that makes it.
    pub carrier: String,
    /// Which integration it uses, where it is not the first.
    pub via: Option<String>,
    /// How sure it is.
    pub confidence: Confidence,
    /// Whether it is switched off.
    pub is_disabled: bool,
    /// Where it stands.
    pub span: Span,
}

/// All edges of a graph, in the order of the files.
#[must_use]
pub fn edges(graph: &Graph, knowledge: &Knowledge) -> Vec<Edge> {
    let mut edges: Vec<Edge> = graph
        .flows
        .iter()
        .map(|flow| Edge {
            from: flow.from.clone(),
            to: flow.to.clone(),
            kind: flow.kind.clone(),
            carrier: flow.carrier.clone(),
            via: flow.via.clone(),
            confidence: flow.confidence,
            is_disabled: flow.is_disabled,
            span: flow.span,
        })
        .collect();
    for node in &graph.nodes {
        if let Some(card) = knowledge.card(&node.service) {
            of_settings(&node.id, &node.id, &node.settings, &card.settings, &mut edges);
        }
    }
    let services: BTreeMap<&str, &str> =
        graph.nodes.iter().map(|node| (node.id.as_str(), node.service.as_str())).collect();
    // What a poller gives up goes on from what it called; other failures stand among the flows.
    for flow in graph.flows.iter().filter(|flow| flow.kind == "esm") {
        let ends = (services.get(flow.from.as_str()), services.get(flow.to.as_str()));
        let (Some(from), Some(to)) = ends else { continue };
        let schema = knowledge
            .integrations(from, to)
            .find(|found| flow.via.as_ref().is_none_or(|via| found.via == *via));
        if let Some(integration) = schema {
            let mut more = Vec::new();
            of_settings(&flow.to, &flow.carrier, &flow.settings, &integration.settings, &mut more);
            // What an edge of its own already says is not said again, with another node as its source.
            more.retain(|edge| {
                !graph.flows.iter().any(|other| {
                    other.carrier == flow.carrier && other.to == edge.to && other.kind == edge.kind
                })
            });
            edges.extend(more);
        }
    }
    let mut seen = BTreeSet::new();
    let mut told = BTreeSet::new();
    let mut place = 0;
    edges.retain(|edge| {
        let ends = (edge.from.clone(), edge.to.clone(), edge.kind.clone());
        // The flows of the graph stand first.
        let is_of_setting = place >= graph.flows.len();
        place += 1;
        let is_new = seen.insert((ends.clone(), edge.carrier.clone()));
        let is_untold = told.insert(ends);
        is_new && (is_untold || !is_of_setting)
    });
    edges.sort_by_key(|edge| edge.span);
    edges
}

fn of_settings(holder: &str, carrier: &str, settings: &[Setting], schema: &Schema, edges: &mut Vec<Edge>) {
    for setting in settings {
        let Some(spec) = schema.settings.get(&setting.name) else { continue };
        match (&setting.given, &spec.kind) {
            (Given::Node(to), Kind::Node { role, .. }) => {
                let kind = Tables::embedded().roles.get(role).unwrap_or(role);
                edges.push(Edge {
                    from: holder.to_owned(),
                    to: to.clone(),
                    kind: kind.clone(),
                    carrier: format!("{carrier}.{}", setting.name),
                    via: None,
                    confidence: Confidence::Declared,
                    is_disabled: false,
                    span: setting.span,
                });
            }
            (Given::Mapping(inner), Kind::Mapping(schema)) => {
                of_settings(holder, carrier, inner, schema, edges);
            }
            _ => {}
        }
    }
}
