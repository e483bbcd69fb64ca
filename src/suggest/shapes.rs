//! Which services stand between the ends: routes from the knowledge graph, joined where they can share a way.
//!
//! Routes to several sinks share their first services, and part at the last of these that gives every record to each of
//! its readers. Several sources lead into the same first service.

use std::collections::BTreeSet;

use crate::knowledge::Knowledge;
use crate::knowledge::routes::{self, Route};
use crate::suggest::request::Request;

/// So many services may lie between an end and the other.
const MOST_BETWEEN: usize = 3;
/// So many routes are looked at to the only sink.
const MOST_ROUTES: usize = 160;
/// So many routes are looked at to each of several sinks, for each service that they may begin with.
const MOST_ROUTES_EACH: usize = 4;
/// So many ways to combine them.
const MOST_COMBINATIONS: usize = 48;
/// What gives every record to each of its readers.
const SHARED: [&str; 3] = ["stream", "topic", "bus"];

/// Nodes and flows between them, not yet set up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Shape {
    /// The nodes: first those that were asked for, in their order, then the others along their ways.
    pub(super) nodes: Vec<String>,
    /// Which of the request's nodes each is.
    pub(super) given: Vec<Option<usize>>,
    /// From and to, in the order in which records meet them.
    pub(super) flows: Vec<(usize, usize)>,
}

/// All shapes that are worth a draft, those with the fewest nodes first.
pub(super) fn all(request: &Request, knowledge: &Knowledge) -> Vec<Shape> {
    let builder = Builder { request, knowledge };
    let start = builder.start();
    let routes: Vec<Vec<Route>> = request.sinks.iter().map(|sink| builder.routes(start, *sink)).collect();
    let combinations = match routes.as_slice() {
        [only] => only.iter().map(|route| vec![route]).collect(),
        several => combined(several),
    };
    let mut shapes: Vec<Shape> =
        combinations.into_iter().filter_map(|combination| builder.shape(start, &combination)).collect();
    shapes.sort_by_key(|shape| shape.nodes.len());
    shapes.dedup();
    shapes
}

/// One route to each sink, all with the same first service after the source.
fn combined(routes: &[Vec<Route>]) -> Vec<Vec<&Route>> {
    let first = |route: &Route| (route.services.len() > 2).then(|| route.services[1].clone());
    let trunks: BTreeSet<String> = routes.iter().flatten().filter_map(first).collect();
    let mut found = Vec::new();
    for trunk in trunks {
        let mut combinations: Vec<Vec<&Route>> = vec![Vec::new()];
        for of_sink in routes {
            let along = of_sink.iter().filter(|route| route.services[1] == trunk).take(MOST_ROUTES_EACH);
            let along: Vec<&Route> = along.collect();
            combinations = combinations
                .iter()
                .flat_map(|begun| along.iter().map(|route| [begun.as_slice(), &[*route]].concat()))
                .take(MOST_COMBINATIONS)
                .collect();
        }
        found.extend(combinations);
    }
    found
}

struct Builder<'a> {
    request: &'a Request,
    knowledge: &'a Knowledge,
}

impl Builder<'_> {
    /// Where routes begin: the first source, or the end that it feeds.
    fn start(&self) -> usize {
        if self.request.fed { self.request.between[0] } else { self.request.sources[0] }
    }

    fn routes(&self, from: usize, to: usize) -> Vec<Route> {
        let service = |node: usize| self.request.nodes[node].service.as_str();
        let ends = (service(from), service(to));
        routes::all(self.knowledge, ends, self.request.day, MOST_BETWEEN, MOST_ROUTES)
    }

    fn class(&self, service: &str) -> &str {
        self.knowledge.card(service).map_or("", |card| card.class.as_str())
    }

    /// The shape that these routes make; nothing where it leaves out a node that was asked for.
    fn shape(&self, start: usize, combination: &[&Route]) -> Option<Shape> {
        let mut shape = Shape {
            nodes: self.request.nodes.iter().map(|node| node.service.clone()).collect(),
            given: (0..self.request.nodes.len()).map(Some).collect(),
            flows: Vec::new(),
        };
        if self.request.fed {
            shape.flows.push((self.request.sources[0], start));
        }
        for (route, sink) in combination.iter().zip(&self.request.sinks) {
            let between = &route.services[1..route.services.len() - 1];
            let (at, shared) = self.shared(&shape, start, between);
            let last = self.lead(&mut shape, at, &between[shared..]);
            shape.flows.push((last, *sink));
        }
        // Whoever sends writes to one place; what fails between two writes leaves the places different.
        if shape.flows.iter().filter(|(from, _)| *from == start).count() > 1 {
            return None;
        }
        self.join_other_sources(&mut shape, start)?;
        let used = |node: &usize| shape.flows.iter().any(|(_, to)| to == node);
        self.request.between.iter().all(used).then_some(shape)
    }

    /// How far the way is there already: the node at which it parts, and how many services lie before it.
    fn shared(&self, shape: &Shape, start: usize, between: &[String]) -> (usize, usize) {
        let (mut parts, mut at) = ((start, 0), start);
        for (index, service) in between.iter().enumerate() {
            let next = shape.flows.iter().find(|(from, to)| *from == at && shape.nodes[*to] == *service);
            let Some((_, next)) = next.filter(|(_, to)| !self.request.sinks.contains(to)) else { break };
            at = *next;
            if SHARED.contains(&self.class(service)) {
                parts = (at, index + 1);
            }
        }
        parts
    }

    /// Adds nodes of these services, one behind the other; nodes that were asked for are used where one fits.
    fn lead(&self, shape: &mut Shape, from: usize, services: &[String]) -> usize {
        let mut at = from;
        for service in services {
            let waiting = self.request.between.iter().find(|node| {
                shape.nodes[**node] == *service && !shape.flows.iter().any(|(_, to)| to == *node)
            });
            let next = waiting.copied().unwrap_or_else(|| {
                shape.nodes.push(service.clone());
                shape.given.push(None);
                shape.nodes.len() - 1
            });
            shape.flows.push((at, next));
            at = next;
        }
        at
    }

    /// Leads every further source to where the first one writes.
    fn join_other_sources(&self, shape: &mut Shape, start: usize) -> Option<()> {
        let entries: Vec<usize> =
            shape.flows.iter().filter(|(from, _)| *from == start).map(|(_, to)| *to).collect();
        for source in
            self.request.sources.iter().copied().filter(|source| *source != start && !self.request.fed)
        {
            for entry in &entries {
                let ends = (shape.nodes[source].as_str(), shape.nodes[*entry].as_str());
                let route = routes::all(self.knowledge, ends, self.request.day, 1, 1).into_iter().next()?;
                let last = self.lead(shape, source, &route.services[1..route.services.len() - 1]);
                shape.flows.push((last, *entry));
            }
        }
        Some(())
    }
}
