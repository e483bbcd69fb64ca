//! The ways that records can take from one node to another, along flows that follow from no setting.

use std::collections::BTreeMap;

use crate::analysis::promises::surroundings::Setup;
use crate::design::effective::is_possible;
use crate::design::{Design, Flow, Role};

/// So many ways between two nodes are looked at; the shortest come first.
const MOST_WAYS: usize = 64;
/// So many ways to a node are looked at from everywhere; the shortest come first.
const MOST_WAYS_TO: usize = 1024;
/// So many steps are taken before the search gives up, in designs that branch and join without end.
const MOST_STEPS: usize = 16_384;

/// A way with the node that it starts at.
pub type Way = (usize, Vec<usize>);

/// The ways to a node, by their origins and the shortest first, and whether these are all.
#[derive(Debug, Clone, Default)]
pub struct Ways {
    /// The ways.
    pub ways: Vec<Way>,
    /// Whether there are no others.
    pub complete: bool,
}

/// The ways from one node to another as lists of flows, no node passed twice, the shortest first. Where the two are
/// the same node there is one way, with no flow.
#[must_use]
pub fn between(design: &Design, from: usize, to: usize) -> Vec<Vec<usize>> {
    from_one(design, from, to).ways.into_iter().map(|(_, way)| way).collect()
}

fn from_one(design: &Design, from: usize, to: usize) -> Ways {
    if from == to {
        return Ways { ways: vec![(from, Vec::new())], complete: true };
    }
    let leading = leading_to(design, to);
    let mut tree = Tree::new(from);
    let mut ways = Vec::new();
    while let Some(step) = tree.next() {
        let node = tree.node(step);
        for (index, flow) in plain(design.outgoing(node)).filter(|(_, flow)| leading[flow.to]) {
            if flow.to == to {
                let mut way = tree.flows(step);
                way.reverse();
                way.push(index);
                ways.push((from, way));
            } else if !tree.passes(step, flow.to) {
                tree.go(step, flow.to, index);
            }
        }
        if ways.len() >= MOST_WAYS {
            break;
        }
    }
    Ways { complete: ways.len() < MOST_WAYS && !tree.is_full(), ways }
}

/// The possible ways to a node, each with its origin: the one that is given, or every node upstream that nothing flows
/// into.
#[must_use]
pub fn to(setup: Setup<'_>, from: Option<usize>, to: usize) -> Ways {
    let mut found = match from {
        Some(from) => from_one(setup.design, from, to),
        None => from_anywhere(setup.design, to),
    };
    found.ways.retain(|(_, way)| can_be_taken(setup, way));
    found
}

/// The ways to a node from everywhere: searched against the flow, so that near origins are found first and far ones,
/// of which a large design has many, cost nothing.
fn from_anywhere(design: &Design, to: usize) -> Ways {
    let mut tree = Tree::new(to);
    let mut by_origin: BTreeMap<usize, Vec<Vec<usize>>> = BTreeMap::new();
    let (mut number, mut complete) = (0, true);
    while let Some(step) = tree.next() {
        let node = tree.node(step);
        if step > 0 && is_origin(design, node) {
            let ways = by_origin.entry(node).or_default();
            if ways.len() < MOST_WAYS {
                ways.push(tree.flows(step));
                number += 1;
            }
        }
        if number == MOST_WAYS_TO || tree.is_full() {
            complete = false;
            break;
        }
        for (index, flow) in plain(design.incoming(node)) {
            if !tree.passes(step, flow.from) {
                tree.go(step, flow.from, index);
            }
        }
    }
    let sorted = by_origin.into_iter().flat_map(|(origin, mut ways)| {
        ways.sort_by(|left, right| (left.len(), left).cmp(&(right.len(), right)));
        ways.into_iter().map(move |way| (origin, way))
    });
    Ways { ways: sorted.collect(), complete }
}

/// Unfinished ways that share their beginnings, walked breadth first.
struct Tree {
    /// The node that each step comes to, the step before it and the flow in between; the first step is the root.
    steps: Vec<(usize, usize, usize)>,
    next: usize,
}

impl Tree {
    fn new(root: usize) -> Self {
        Self { steps: vec![(root, 0, 0)], next: 0 }
    }

    fn next(&mut self) -> Option<usize> {
        self.next += 1;
        (self.next <= self.steps.len()).then_some(self.next - 1)
    }

    fn node(&self, step: usize) -> usize {
        self.steps[step].0
    }

    fn is_full(&self) -> bool {
        self.steps.len() >= MOST_STEPS
    }

    fn go(&mut self, step: usize, node: usize, flow: usize) {
        if !self.is_full() {
            self.steps.push((node, step, flow));
        }
    }

    /// The steps from one back to the first after the root.
    fn back(&self, mut step: usize) -> impl Iterator<Item = (usize, usize, usize)> {
        std::iter::from_fn(move || {
            let found = (step > 0).then(|| self.steps[step])?;
            step = found.1;
            Some(found)
        })
    }

    /// Whether a step or one before it came to the node.
    fn passes(&self, step: usize, node: usize) -> bool {
        self.node(0) == node || self.back(step).any(|(passed, ..)| passed == node)
    }

    /// The flows from a step back to the root.
    fn flows(&self, step: usize) -> Vec<usize> {
        self.back(step).map(|(_, _, flow)| flow).collect()
    }
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
    let nodes = 0..design.nodes.len();
    nodes.filter(|other| upstream[*other] && *other != node && is_origin(design, *other)).collect()
}

fn is_origin(design: &Design, node: usize) -> bool {
    plain(design.incoming(node)).next().is_none()
}

/// Those of the flows that follow from no setting.
fn plain<'f>(flows: impl Iterator<Item = (usize, &'f Flow)>) -> impl Iterator<Item = (usize, &'f Flow)> {
    flows.filter(|(_, flow)| flow.role == Role::Flow)
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

/// For each node whether it is the one that is given, or records can come to that from it.
fn leading_to(design: &Design, node: usize) -> Vec<bool> {
    let mut found = vec![false; design.nodes.len()];
    found[node] = true;
    let mut open = vec![node];
    while let Some(node) = open.pop() {
        for (_, flow) in plain(design.incoming(node)) {
            if !std::mem::replace(&mut found[flow.from], true) {
                open.push(flow.from);
            }
        }
    }
    found
}
