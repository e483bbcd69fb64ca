//! Turns the edges of cycles round and gives every node a layer: one more than the deepest of those that feed it.

use std::collections::BTreeSet;

use crate::drawing::graph::{Graph, Mark};

/// All edges of one source that look the same, drawn as one line with branches.
#[derive(Debug, Clone)]
pub(super) struct Net {
    /// The node that they leave.
    pub(super) from: usize,
    /// The nodes that they enter, in order.
    pub(super) targets: BTreeSet<usize>,
    /// What is written at their ends.
    pub(super) label: String,
    /// The worst that was found of them.
    pub(super) mark: Option<Mark>,
    /// Whether they follow from settings.
    pub(super) reference: bool,
    /// Whether they lead back to a node that leads to their source.
    pub(super) back: bool,
}

/// The layer of every node, and the nets between them; edges from a node to itself are left out.
pub(super) fn layered(graph: &Graph) -> (Vec<usize>, Vec<Net>) {
    let back = back_edges(graph);
    let mut nets: Vec<Net> = Vec::new();
    for edge in graph.edges.iter().filter(|edge| edge.from != edge.to) {
        let back = back.contains(&(edge.from, edge.to));
        let alike = |net: &&mut Net| {
            (net.from, net.reference, net.mark, net.back) == (edge.from, edge.reference, edge.mark, back)
                && net.label == edge.label
        };
        if let Some(net) = nets.iter_mut().find(alike) {
            net.targets.insert(edge.to);
        } else {
            let (from, targets, label) = (edge.from, BTreeSet::from([edge.to]), edge.label.clone());
            nets.push(Net { from, targets, label, mark: edge.mark, reference: edge.reference, back });
        }
    }
    (layers(graph.vertices.len(), &nets), nets)
}

/// The edges that close cycles, found by going down from the nodes that nothing feeds, and then from the others.
pub(super) fn back_edges(graph: &Graph) -> BTreeSet<(usize, usize)> {
    let count = graph.vertices.len();
    let mut targets = vec![Vec::new(); count];
    let mut fed = vec![false; count];
    for edge in graph.edges.iter().filter(|edge| edge.from != edge.to) {
        targets[edge.from].push(edge.to);
        fed[edge.to] = true;
    }
    let mut back = BTreeSet::new();
    let mut state = vec![State::New; count];
    let sources = (0..count).filter(|node| !fed[*node]);
    for start in sources.chain(0..count) {
        let mut path = vec![(start, 0)];
        if state[start] != State::New {
            continue;
        }
        state[start] = State::Open;
        while let Some((node, next)) = path.last_mut() {
            let Some(target) = targets[*node].get(*next).copied() else {
                state[*node] = State::Done;
                path.pop();
                continue;
            };
            *next += 1;
            match state[target] {
                State::Open => _ = back.insert((*node, target)),
                State::Done => {}
                State::New => {
                    state[target] = State::Open;
                    path.push((target, 0));
                }
            }
        }
    }
    back
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    New,
    Open,
    Done,
}

/// Longest paths from the sources; a source then moves as far down as what it feeds lets it.
fn layers(count: usize, nets: &[Net]) -> Vec<usize> {
    let mut down = vec![BTreeSet::new(); count];
    let mut above = vec![0_usize; count];
    for net in nets {
        for target in &net.targets {
            let (upper, lower) = if net.back { (*target, net.from) } else { (net.from, *target) };
            if down[upper].insert(lower) {
                above[lower] += 1;
            }
        }
    }
    let is_source: Vec<bool> = above.iter().map(|above| *above == 0).collect();
    let mut layers = vec![0; count];
    let mut ready: Vec<usize> = (0..count).filter(|node| is_source[*node]).collect();
    while let Some(node) = ready.pop() {
        for lower in &down[node] {
            layers[*lower] = layers[*lower].max(layers[node] + 1);
            above[*lower] -= 1;
            if above[*lower] == 0 {
                ready.push(*lower);
            }
        }
    }
    for node in (0..count).filter(|node| is_source[*node]) {
        if let Some(nearest) = down[node].iter().map(|lower| layers[*lower]).min() {
            layers[node] = nearest - 1;
        }
    }
    layers
}
