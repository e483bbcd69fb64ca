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
    let found = (0..=MOST_BETWEEN).map(|between| graph.between(from, to, between));
    found.into_iter().find(|routes| !routes.is_empty()).into_iter().flatten().take(limit).collect()
}

/// All routes with at most so many services in between, the shortest first and in the order of [`shortest`], at most
/// `limit` of them.
#[must_use]
pub fn all(
    knowledge: &Knowledge,
    (from, to): (&str, &str),
    day: Date,
    between: usize,
    limit: usize,
) -> Vec<Route> {
    let graph = Graph::new(knowledge, day);
    let found = (0..=between.min(MOST_BETWEEN)).flat_map(|between| graph.between(from, to, between));
    found.take(limit).collect()
}

/// How records get from one service to the next; of several ways the first of these counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Hop {
    /// AWS moves them.
    Managed,
    /// Somebody's code does.
    Coded,
    /// The target asks for them where they lie.
    Asked,
}

struct Graph<'a> {
    knowledge: &'a Knowledge,
    services: DiGraph<&'a str, Hop>,
    index: BTreeMap<&'a str, NodeIndex>,
}

impl<'a> Graph<'a> {
    fn new(knowledge: &'a Knowledge, day: Date) -> Self {
        let mut services = DiGraph::new();
        let index: BTreeMap<_, _> = knowledge.ids().map(|id| (id, services.add_node(id))).collect();
        for (id, from) in &index {
            let sends = knowledge.card(id).into_iter().flat_map(|card| &card.sends);
            for integration in sends {
                let to = index.get(integration.to.as_str());
                if let Some((to, hop)) = to.zip(hop(integration, day)) {
                    let known = services.find_edge(*from, *to).map(|edge| services[edge]);
                    services.update_edge(*from, *to, known.map_or(hop, |known: Hop| known.min(hop)));
                }
            }
        }
        Self { knowledge, services, index }
    }

    /// The routes with exactly so many services in between, the best first.
    fn between(&self, from: &str, to: &str, between: usize) -> Vec<Route> {
        let (Some(&start), Some(&end)) = (self.index.get(from), self.index.get(to)) else {
            return Vec::new();
        };
        let (least, most) = (between, Some(between));
        let paths = all_simple_paths::<Vec<_>, _, foldhash::fast::FixedState>(
            &self.services,
            start,
            end,
            least,
            most,
        );
        let mut found: Vec<(usize, usize, Vec<String>)> =
            paths.filter(|path| self.is_sensible(path)).map(|path| self.ranked(&path)).collect();
        found.sort();
        found.into_iter().map(|(_, _, services)| Route { services }).collect()
    }

    /// Whether what lies between the ends is a service of AWS that is still to be had, and no store: a way through
    /// somebody's own program or through files at rest is none. Only what asks for its data may stand behind a store,
    /// and that only at the end.
    fn is_sensible(&self, path: &[NodeIndex]) -> bool {
        let asked = |at: usize| self.hop(path[at], path[at + 1]) == Some(Hop::Asked);
        let last = path.len() - 2;
        (0..last).all(|at| !asked(at))
            && (1..=last).all(|at| {
                let card = self.knowledge.card(self.services[path[at]]);
                card.is_some_and(|card| {
                    card.status.is_none()
                        && !matches!(card.class.as_str(), "source" | "sink" | "query")
                        && (card.class != "store" || (at == last && asked(last)))
                        && card.id != "application"
                })
            })
    }

    fn hop(&self, from: NodeIndex, to: NodeIndex) -> Option<Hop> {
        self.services.find_edge(from, to).map(|edge| self.services[edge])
    }

    /// The route with what it is ranked by: hops that need code, then nodes that have to be sized.
    fn ranked(&self, path: &[NodeIndex]) -> (usize, usize, Vec<String>) {
        let code = path.windows(2).filter(|hop| self.hop(hop[0], hop[1]) == Some(Hop::Coded));
        let sized = path[1..path.len() - 1]
            .iter()
            .filter(|index| self.knowledge.card(self.services[**index]).is_some_and(|card| !card.serverless));
        (code.count(), sized.count(), path.iter().map(|index| self.services[*index].to_owned()).collect())
    }
}

/// How an integration moves records, where it carries any and need not be asked for by name.
fn hop(integration: &Integration, day: Date) -> Option<Hop> {
    if integration.only_if_named || !integration.validity.on(day) {
        return None;
    }
    match integration.role.as_str() {
        "flow" | "request" | "capture" if integration.moved_by == MovedBy::UserCode => Some(Hop::Coded),
        "flow" | "request" | "capture" => Some(Hop::Managed),
        "query" => Some(Hop::Asked),
        _ => None,
    }
}
