//! Which flows leave and enter each node: built once, in time proportional to the flows.
//!
//! The flows of a node are held in the order of the file, so that what is derived from them is too.

use crate::design::Flow;

/// For every node the indices of its flows.
#[derive(Debug, Clone, Default)]
pub(super) struct Adjacency {
    outgoing: Side,
    incoming: Side,
}

/// The flows at one end of every node: those of node `n` are `flows[starts[n]..starts[n + 1]]`.
#[derive(Debug, Clone, Default)]
struct Side {
    starts: Vec<usize>,
    flows: Vec<usize>,
}

impl Adjacency {
    pub(super) fn new(nodes: usize, flows: &[Flow]) -> Self {
        Self {
            outgoing: Side::new(nodes, flows.iter().map(|flow| flow.from)),
            incoming: Side::new(nodes, flows.iter().map(|flow| flow.to)),
        }
    }

    pub(super) fn outgoing(&self, node: usize) -> &[usize] {
        self.outgoing.of(node)
    }

    pub(super) fn incoming(&self, node: usize) -> &[usize] {
        self.incoming.of(node)
    }
}

impl Side {
    /// Counts, then fills: `ends` gives for every flow, in order, the node at this side.
    fn new(nodes: usize, ends: impl Iterator<Item = usize> + Clone) -> Self {
        let mut starts = vec![0; nodes + 1];
        for node in ends.clone() {
            starts[node + 1] += 1;
        }
        for node in 0..nodes {
            starts[node + 1] += starts[node];
        }
        let mut next = starts.clone();
        let mut flows = vec![0; starts[nodes]];
        for (flow, node) in ends.enumerate() {
            flows[next[node]] = flow;
            next[node] += 1;
        }
        Self { starts, flows }
    }

    /// Nothing for a node that is not there.
    fn of(&self, node: usize) -> &[usize] {
        match (self.starts.get(node), self.starts.get(node + 1)) {
            (Some(start), Some(end)) => &self.flows[*start..*end],
            _ => &[],
        }
    }
}
