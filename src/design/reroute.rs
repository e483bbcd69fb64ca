//! The same design with another way in place of a flow: what would be if somebody took that way.

use crate::design::adjacency::Adjacency;
use crate::design::flows;
use crate::design::settings::Settings;
use crate::design::{Design, Flow, Node, Role};
use crate::knowledge::Knowledge;

impl Design {
    /// The design without a flow, and with a way through new nodes from the node `from` to where the flow led. Every
    /// hop of the way uses the first integration that exists on the day; spans of new parts point to the flow.
    #[must_use]
    pub fn rerouted(&self, knowledge: &Knowledge, flow: usize, from: usize, between: Vec<Node>) -> Self {
        let mut design = self.clone();
        let replaced = design.flows.remove(flow);
        let first_new = design.nodes.len();
        let count = between.len();
        design.nodes.extend(between);
        let way: Vec<usize> =
            std::iter::once(from).chain(first_new..first_new + count).chain([replaced.to]).collect();
        for hop in way.windows(2) {
            let ends = (hop[0], hop[1]);
            let flow = Flow {
                from: ends.0,
                to: ends.1,
                role: Role::Flow,
                settings: Settings::default(),
                integration: flows::integration(knowledge, design.as_of, &design.nodes, ends, None),
                ..replaced.clone()
            };
            design.flows.push(flow);
        }
        design.adjacency = Adjacency::new(design.nodes.len(), &design.flows);
        design
    }
}
