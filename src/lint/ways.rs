//! Ways out of an impossible flow: the shortest valid routes through the knowledge graph.

use crate::design::{Design, Role};
use crate::knowledge::Knowledge;
use crate::knowledge::routes::{Route, shortest};

/// How many routes a finding offers.
const MOST: usize = 3;

/// The routes from the flow's source to its target, in words that name the design's own nodes. Where none leads from
/// the source (nothing reads from Firehose, say) those from what feeds it, around it.
pub(super) fn out(design: &Design, knowledge: &Knowledge, flow: usize) -> Vec<String> {
    let flow = &design.flows[flow];
    let found = from(design, knowledge, flow.from, flow.to);
    if !found.is_empty() {
        return found;
    }
    let feeding: Vec<usize> = design
        .incoming(flow.from)
        .filter(|(_, incoming)| incoming.role == Role::Flow && incoming.from != flow.to)
        .map(|(_, incoming)| incoming.from)
        .collect();
    feeding.into_iter().flat_map(|node| from(design, knowledge, node, flow.to)).take(MOST).collect()
}

fn from(design: &Design, knowledge: &Knowledge, from: usize, to: usize) -> Vec<String> {
    let (start, end) = (&design.nodes[from], &design.nodes[to]);
    shortest(knowledge, &start.service, &end.service, design.as_of, MOST)
        .iter()
        .map(|route| format!("take the route {}", named(route, &start.id, &end.id)))
        .collect()
}

/// `ingest -> NEW firehose -> archive`.
fn named(route: &Route, from: &str, to: &str) -> String {
    let between = &route.services[1..route.services.len() - 1];
    let mut steps = vec![from.to_owned()];
    steps.extend(between.iter().map(|service| format!("NEW {service}")));
    steps.push(to.to_owned());
    format!("`{}`", steps.join(" -> "))
}
