//! Routes through the graph of services: which chains of integrations lead from one service to another.

use std::collections::BTreeMap;

use petgraph::algo::all_simple_paths;
use petgraph::graph::{DiGraph, NodeIndex};

use crate::knowledge::Knowledge;
use crate::knowledge::card::{Integration, MovedBy};
use crate::units::Date;

/// The most services that a route puts between its two ends; longer ones are no help to anyone.
const MOST_BETWEEN: usize = 3;

/// A chain of services along which records can go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// Ids of the services, both ends included; at least two.
    pub services: Vec<String>,
}

/// The shortest routes from one service to another as of a day, the best first, at most `limit`.
///
/// Only ways that carry records and need not be asked for by name count. Among routes of the same length,
/// those in which AWS moves the records come before those that need code, then those without servers.
/// Cost: a search over simple paths of bounded length in a graph of some fifty services.
#[must_use]
pub fn shortest(knowledge: &Knowledge, from: &str, to: &str, day: Date, limit: usize) -> Vec<Route> {
    let graph = Graph::new(knowledge, day);
    let (Some(&start), Some(&end)) = (graph.index.get(from), graph.index.get(to)) else { return Vec::new() };
    for between in 0..=MOST_BETWEEN {
        let mut found: Vec<(usize, usize, Vec<String>)> =
            all_simple_paths::<Vec<_>, _, foldhash::fast::FixedState>(
                &graph.services,
                start,
                end,
                between,
                Some(between),
            )
            .filter(|path| graph.passes_only_through_services(path))
            .map(|path| graph.ranked(&path))
            .collect();
        if !found.is_empty() {
            found.sort();
            return found.into_iter().take(limit).map(|(_, _, services)| Route { services }).collect();
        }
    }
    Vec::new()
}

struct Graph<'a> {
    knowledge: &'a Knowledge,
    services: DiGraph<&'a str, bool>,
    index: BTreeMap<&'a str, NodeIndex>,
}

impl<'a> Graph<'a> {
    fn new(knowledge: &'a Knowledge, day: Date) -> Self {
        let mut services = DiGraph::new();
        let index: BTreeMap<_, _> = knowledge.ids().map(|id| (id, services.add_node(id))).collect();
        for (id, from) in &index {
            let sends = knowledge.card(id).into_iter().flat_map(|card| &card.sends);
            for integration in sends.filter(|integration| carries_records(integration, day)) {
                if let Some(to) = index.get(integration.to.as_str()) {
                    services.update_edge(*from, *to, integration.moved_by == MovedBy::UserCode);
                }
            }
        }
        Self { knowledge, services, index }
    }

    /// Whether what lies between the ends is a service of AWS that is still to be had, and no store:
    /// a way out through somebody's own program or through files at rest is none.
    fn passes_only_through_services(&self, path: &[NodeIndex]) -> bool {
        path[1..path.len() - 1].iter().all(|index| {
            let card = self.knowledge.card(self.services[*index]);
            card.is_some_and(|card| {
                card.status.is_none()
                    && !matches!(card.class.as_str(), "source" | "sink" | "query" | "store")
                    && card.id != "application"
            })
        })
    }

    /// The route with what it is ranked by: hops that need code, then nodes that have to be sized.
    fn ranked(&self, path: &[NodeIndex]) -> (usize, usize, Vec<String>) {
        let code = path
            .windows(2)
            .filter(|hop| self.services.find_edge(hop[0], hop[1]).is_some_and(|edge| self.services[edge]));
        let sized = path[1..path.len() - 1]
            .iter()
            .filter(|index| self.knowledge.card(self.services[**index]).is_some_and(|card| !card.serverless));
        (code.count(), sized.count(), path.iter().map(|index| self.services[*index].to_owned()).collect())
    }
}

fn carries_records(integration: &Integration, day: Date) -> bool {
    matches!(integration.role.as_str(), "flow" | "request" | "capture")
        && !integration.only_if_named
        && integration.validity.on(day)
}
