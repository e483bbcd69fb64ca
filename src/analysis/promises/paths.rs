//! The ways that records can take from one node to another, along flows that follow from no setting.

use std::collections::{BTreeSet, VecDeque};

use crate::analysis::promises::surroundings::Setup;
use crate::design::effective::is_possible;
use crate::design::{Design, Role};

/// So many ways between two nodes are looked at; the shortest come first.
const MOST_WAYS: usize = 64;
/// So many unfinished ways are held before the search gives up, in designs that branch and join without end.
const MOST_OPEN: usize = 4096;

/// The ways from one node to another as lists of flows, no node passed twice, the shortest first. Where the two are
/// the same node there is one way, with no flow.
#[must_use]
pub fn between(design: &Design, from: usize, to: usize) -> Vec<Vec<usize>> {
    if from == to {
        return vec![Vec::new()];
    }
    let leading = leading_to(design, to);
    let mut ways = Vec::new();
    let mut open: VecDeque<(usize, Vec<usize>)> = VecDeque::from([(from, Vec::new())]);
    while let Some((node, way)) = open.pop_front() {
        for (index, flow) in design.outgoing(node).filter(|(_, flow)| flow.role == Role::Flow) {
            let passed = |flow: &usize| design.flows[*flow].from;
            if flow.to == from
                || !leading.contains(&flow.to)
                || way.iter().any(|step| passed(step) == flow.to)
            {
                continue;
            }
            let mut longer = way.clone();
            longer.push(index);
            if flow.to == to {
                ways.push(longer);
            } else if open.len() < MOST_OPEN {
                open.push_back((flow.to, longer));
            }
        }
        if ways.len() >= MOST_WAYS {
            break;
        }
    }
    ways
}

/// The possible ways to a node, each with its origin: the one that is given, or every node upstream that nothing flows
/// into.
#[must_use]
pub fn to(setup: Setup<'_>, from: Option<usize>, to: usize) -> Vec<(usize, Vec<usize>)> {
    let origins = from.map_or_else(|| origins(setup.design, to), |from| vec![from]);
    let ways = origins
        .into_iter()
        .flat_map(|origin| between(setup.design, origin, to).into_iter().map(move |way| (origin, way)));
    ways.filter(|(_, way)| can_be_taken(setup, way)).collect()
}

/// Those of the ways on which every flow can exist; what an impossible flow would do is not worth a word.
#[must_use]
pub fn possible(setup: Setup<'_>, ways: Vec<Vec<usize>>) -> Vec<Vec<usize>> {
    ways.into_iter().filter(|way| can_be_taken(setup, way)).collect()
}

fn can_be_taken(setup: Setup<'_>, way: &[usize]) -> bool {
    way.iter().all(|flow| is_possible(setup.design, setup.knowledge, *flow))
}

/// The nodes upstream of a node that nothing flows into.
#[must_use]
pub fn origins(design: &Design, node: usize) -> Vec<usize> {
    let upstream = leading_to(design, node);
    let is_fed = |node: usize| design.incoming(node).any(|(_, flow)| flow.role == Role::Flow);
    upstream.into_iter().filter(|other| *other != node && !is_fed(*other)).collect()
}

/// The nodes of a way, its ends among them.
#[must_use]
pub fn nodes(design: &Design, from: usize, way: &[usize]) -> Vec<usize> {
    std::iter::once(from).chain(way.iter().map(|flow| design.flows[*flow].to)).collect()
}

/// A way in the words of a design: `web -> ingest -> archive`.
#[must_use]
pub fn shown(design: &Design, from: usize, way: &[usize]) -> String {
    let ids: Vec<&str> =
        nodes(design, from, way).into_iter().map(|node| design.nodes[node].id.as_str()).collect();
    ids.join(" -> ")
}

/// The node and all from which records can come to it.
fn leading_to(design: &Design, node: usize) -> BTreeSet<usize> {
    let mut found = design.upstream(node);
    found.insert(node);
    found
}
