//! Works out all loads, upstream first.

use std::collections::BTreeSet;

use petgraph::algo::kosaraju_scc;

use crate::analysis::traffic::Traffic;
use crate::analysis::traffic::figure::{Figure, Gap, Reason};
use crate::analysis::traffic::load::{Contributor, Load};
use crate::analysis::traffic::passing;
use crate::design::effective;
use crate::design::{Design, Flow, Role};
use crate::knowledge::Knowledge;

/// The loads of all nodes and flows.
pub(super) fn all(design: &Design, knowledge: &Knowledge) -> Traffic {
    let unknown = |index| Load::unknown(Reason::NothingArrives, index);
    let nodes = (0..design.nodes.len()).map(unknown).collect();
    let flows = design.flows.iter().enumerate().map(|(index, flow)| initial(design, index, flow)).collect();
    let mut walk = Walk { design, knowledge, traffic: Traffic { nodes, flows } };
    for group in upstream_first(design) {
        walk.close_cycles(&group);
        for node in group {
            walk.node(node);
        }
    }
    walk.traffic
}

/// What a flow carries for as long as nothing was propagated along it.
fn initial(design: &Design, index: usize, flow: &Flow) -> Load {
    if carries_records(flow) {
        Load::unknown(Reason::NothingArrives, flow.from)
    } else if design.nodes[flow.from].service.is_empty() {
        Load::unknown(Reason::Impossible, index)
    } else {
        Load::unknown(Reason::Failures, flow.from)
    }
}

/// Whether records take the flow as a matter of course, and not only when something fails.
fn carries_records(flow: &Flow) -> bool {
    matches!(flow.role.as_str(), "flow" | "transform" | "backup")
}

/// The nodes in groups that lie on one cycle, mostly single ones; a group comes after all that lead to it.
fn upstream_first(design: &Design) -> Vec<Vec<usize>> {
    let mut graph = design.graph();
    graph.retain_edges(|graph, edge| carries_records(&design.flows[graph[edge]]));
    let mut groups: Vec<Vec<usize>> = kosaraju_scc(&graph)
        .into_iter()
        .map(|group| group.into_iter().map(|node| graph[node]).collect())
        .collect();
    groups.reverse();
    groups
}

struct Walk<'a> {
    design: &'a Design,
    knowledge: &'a Knowledge,
    traffic: Traffic,
}

impl Walk<'_> {
    /// What goes round within a group is unknown, and so is what leaves it.
    fn close_cycles(&mut self, group: &[usize]) {
        let members: BTreeSet<usize> = group.iter().copied().collect();
        for &node in group {
            let staying = self.design.outgoing(node).filter(|(_, flow)| members.contains(&flow.to));
            for (index, _) in staying.filter(|(_, flow)| carries_records(flow)) {
                self.traffic.flows[index] = Load::unknown(Reason::Cycle, node);
            }
        }
    }

    fn node(&mut self, node: usize) {
        let (design, knowledge) = (self.design, self.knowledge);
        // What a function makes of records as a transform goes back, and down none of its own flows.
        let received = self.received(node, |flow| flow.role.as_str() != "transform");
        let out = passing::out(design, knowledge, node, received.clone());
        let nothing_comes = design.incoming(node).next().is_none();
        self.traffic.nodes[node] = if nothing_comes { out.clone() } else { self.received(node, |_| true) };
        let plain = design.outgoing(node).filter(|(_, flow)| flow.role == Role::Flow).count();
        for (index, flow) in design.outgoing(node).filter(|(_, flow)| carries_records(flow)) {
            if self.traffic.flows[index].rate.gap().is_some_and(|gap| gap.reason == Reason::Cycle) {
                continue;
            }
            self.traffic.flows[index] = if flow.role == Role::Flow {
                self.carried(index, flow, &out, plain)
            } else {
                received.clone()
            };
        }
    }

    /// Everything that selected flows bring to a node. What only comes when something fails counts only where nothing
    /// else comes.
    fn received(&self, node: usize, selected: impl Fn(&Flow) -> bool) -> Load {
        let counts = |load: &&Load| {
            !matches!(load.rate.gap(), Some(Gap { reason: Reason::Failures | Reason::Query, .. }))
        };
        let incoming = || {
            let flows = self.design.incoming(node).filter(|(_, flow)| selected(flow));
            flows.map(|(index, _)| &self.traffic.flows[index])
        };
        let mut loads = incoming().filter(counts);
        match loads.next() {
            Some(first) => loads.fold(first.clone(), Load::merged),
            None => incoming().next().cloned().unwrap_or(Load::unknown(Reason::NothingArrives, node)),
        }
    }

    /// What a plain flow carries of what its source sends.
    fn carried(&self, index: usize, flow: &Flow, out: &Load, readers: usize) -> Load {
        if !effective::is_possible(self.design, self.knowledge, index) {
            return Load::unknown(Reason::Impossible, index);
        }
        let integration = self.design.integration(self.knowledge, flow);
        if integration.is_some_and(|integration| integration.role == "query") {
            return Load::unknown(Reason::Query, index);
        }
        let load = match self.design.card(self.knowledge, flow.from) {
            Some(card) if card.class == "queue" && readers > 1 => {
                out.clone().bounded(Reason::Shared, flow.from)
            }
            _ => out.clone(),
        };
        match flow.settings.get("selectivity").and_then(|setting| setting.value.quantity()) {
            Some(selectivity) => {
                let mut load = load.scaled(selectivity.amount);
                load.hottest = Figure::unknown(Reason::FlowFilter, index);
                load.contribute(Contributor::Flow(index));
                load
            }
            None if flow.settings.get("filter").is_some() => {
                passing::filtered(load, Reason::FlowFilter, index)
            }
            None => load,
        }
    }
}
