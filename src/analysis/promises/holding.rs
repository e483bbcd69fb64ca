//! Which effects hold at every node and flow: worked out when first asked for, and once, since many ways share a place.

use std::sync::OnceLock;

use crate::analysis::promises::surroundings::Place;
use crate::design::Design;

/// For every node and flow the indices, among the effects of its card or integration, of those that hold there.
#[derive(Debug, Clone, Default)]
pub struct Holding {
    nodes: Vec<OnceLock<Vec<usize>>>,
    flows: Vec<OnceLock<Vec<usize>>>,
}

impl Holding {
    /// Room for every place of a design; nothing is worked out yet.
    #[must_use]
    pub(in crate::analysis) fn of(design: &Design) -> Self {
        let room = |places: usize| (0..places).map(|_| OnceLock::new()).collect();
        Self { nodes: room(design.nodes.len()), flows: room(design.flows.len()) }
    }

    /// What holds at a place, from `work_out` the first time.
    pub(super) fn at(&self, place: Place, work_out: impl FnOnce() -> Vec<usize>) -> &[usize] {
        let cell = match place {
            Place::Node(node) => &self.nodes[node],
            Place::Flow(flow) => &self.flows[flow],
        };
        cell.get_or_init(work_out)
    }
}
