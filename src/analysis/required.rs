//! Which nodes lie on a path whose latency is required.

use crate::design::requirement::RequirementKind;
use crate::design::{Design, Role};
use crate::units::Duration;

/// A required latency with the nodes that can add to it.
#[derive(Debug, Clone)]
pub struct RequiredLatency {
    /// The tightest of its bounds.
    pub bound: Duration,
    /// The requirement's index in the design.
    pub requirement: usize,
    /// For every node whether it lies on a path from the one end to the other, the ends included.
    on_path: Vec<bool>,
}

impl RequiredLatency {
    /// Whether records pass this node on their way.
    #[must_use]
    pub fn passes(&self, node: usize) -> bool {
        self.on_path.get(node).copied().unwrap_or(false)
    }
}

/// All required latencies of a design.
pub(super) fn latencies(design: &Design) -> Vec<RequiredLatency> {
    let found = design.requirements.iter().enumerate().filter_map(|(requirement, required)| {
        let RequirementKind::Latency(latency) = &required.kind else { return None };
        let behind = reached(design, latency.from, true);
        let before = reached(design, latency.to, false);
        let on_path = behind.into_iter().zip(before).map(|(behind, before)| behind && before).collect();
        Some(RequiredLatency { bound: latency.tightest()?, requirement, on_path })
    });
    found.collect()
}

/// For every node whether plain flows lead to it from `start`, or from it to `start`.
fn reached(design: &Design, start: usize, forwards: bool) -> Vec<bool> {
    let mut reached = vec![false; design.nodes.len()];
    let mut open = vec![start];
    while let Some(node) = open.pop() {
        if std::mem::replace(&mut reached[node], true) {
            continue;
        }
        if forwards {
            let next = design.outgoing(node).filter(|(_, flow)| flow.role == Role::Flow);
            open.extend(next.map(|(_, flow)| flow.to));
        } else {
            let next = design.incoming(node).filter(|(_, flow)| flow.role == Role::Flow);
            open.extend(next.map(|(_, flow)| flow.from));
        }
    }
    reached
}
