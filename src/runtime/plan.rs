//! Turns a design into a topology: every setting and fact looked up, every query compiled.

mod calls;
mod firehose;
mod reading;
mod runnable;
mod services;
mod sinks;
mod unsupported;

use std::collections::BTreeMap;
use std::ops::Range;

use crate::design::effective::{self, Effective};
use crate::design::{Design, Flow, Role};
use crate::diagnostic::{Diagnostic, Label};
use crate::knowledge::Knowledge;
use crate::runtime::record::BadLine;
use crate::runtime::services::Component;
use crate::runtime::supply::{Lines, Supply};
use crate::runtime::{Inputs, Options};

/// A design that can run: one component for each node, in the order of the design.
#[derive(Debug)]
pub struct Topology {
    pub(super) design: Design,
    pub(super) components: Vec<Component>,
    pub(super) facts: Facts,
    /// Records of all producers.
    pub(super) total: u64,
}

impl Topology {
    /// Records of all producers.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.total
    }

    /// The lines of the input that are no records, by producer.
    #[must_use]
    pub fn bad_lines(&self) -> &BTreeMap<String, Vec<BadLine>> {
        &self.facts.bad_lines
    }
}

/// What is known before the run starts.
#[derive(Debug, Default)]
pub(super) struct Facts {
    /// The numbers of each producer's records.
    pub(super) origins: Vec<(usize, Range<u64>)>,
    pub(super) bad_lines: BTreeMap<String, Vec<BadLine>>,
}

impl Facts {
    /// The numbers of each producer's records, without the producers.
    pub(super) fn producers(&self) -> Vec<Range<u64>> {
        self.origins.iter().map(|(_, origins)| origins.clone()).collect()
    }
}

/// A bound of ours, so that a mistyped number does not take all memory.
const MOST_SHARDS: f64 = 100_000.0;

/// Plans the run of a design.
///
/// # Errors
/// For every node and flow that cannot be run yet, every mistake in its SQL, and every producer without records.
pub fn plan(
    design: &Design,
    knowledge: &Knowledge,
    inputs: &Inputs,
    options: &Options,
) -> Result<Topology, Vec<Diagnostic>> {
    let mut planner = Planner {
        design,
        knowledge,
        options: *options,
        diagnostics: Vec::new(),
        lines: BTreeMap::new(),
        supplies: BTreeMap::new(),
        start_ms: 0,
    };
    planner.refuse_what_cannot_run();
    planner.refuse_what_would_be_passed_over();
    planner.read_inputs(inputs);
    if !planner.diagnostics.is_empty() {
        return Err(planner.diagnostics);
    }
    let mut facts = Facts::default();
    let mut next_origin = 0;
    for node in (0..design.nodes.len()).filter(|node| design.nodes[*node].service == "producer") {
        if let Some(lines) = planner.lines.get_mut(&node).filter(|lines| !lines.bad.is_empty()) {
            facts.bad_lines.insert(design.nodes[node].id.clone(), std::mem::take(&mut lines.bad));
        }
        let mut supply = planner.supply(node);
        supply.seed(options.seed.wrapping_add(node as u64));
        facts.origins.push((node, next_origin..next_origin + supply.count()));
        next_origin += supply.count();
        planner.supplies.insert(node, supply);
    }
    let components: Vec<Component> = (0..design.nodes.len())
        .filter_map(|node| {
            let first = facts.origins.iter().find(|(producer, _)| *producer == node);
            planner.component(node, first.map_or(0, |(_, origins)| origins.start))
        })
        .collect();
    if planner.diagnostics.is_empty() {
        Ok(Topology { design: design.clone(), components, facts, total: next_origin })
    } else {
        Err(planner.diagnostics)
    }
}

struct Planner<'a> {
    design: &'a Design,
    knowledge: &'a Knowledge,
    diagnostics: Vec<Diagnostic>,
    options: Options,
    lines: BTreeMap<usize, Lines>,
    /// What each producer sends.
    supplies: BTreeMap<usize, Supply>,
    /// The instant at which the run starts, in milliseconds since 1970.
    start_ms: i64,
}

impl Planner<'_> {
    fn service(&self, node: usize) -> &str {
        &self.design.nodes[node].service
    }

    fn setting(&self, node: usize, path: &str) -> Option<Effective> {
        effective::setting(self.design, self.knowledge, node, path)
    }

    /// The amount of a setting in base units.
    fn amount(&self, node: usize, path: &str) -> Option<f64> {
        self.setting(node, path)?.value.quantity().map(|quantity| quantity.amount)
    }

    fn flag(&self, node: usize, path: &str) -> Option<bool> {
        self.setting(node, path)?.value.flag()
    }

    fn text(&self, node: usize, path: &str) -> Option<String> {
        self.setting(node, path)?.value.text().map(str::to_owned)
    }

    /// The amount of a fact of the node's service in base units.
    fn fact(&self, node: usize, name: &str) -> f64 {
        let found = effective::limit(self.design, self.knowledge, node, name);
        found.unwrap_or_else(|| panic!("the card of {} has `{name}`", self.service(node))).amount
    }

    /// The nodes that a node sends to.
    fn targets(&self, node: usize) -> Vec<usize> {
        self.design
            .outgoing(node)
            .filter(|(_, flow)| flow.role == Role::Flow)
            .map(|(_, flow)| flow.to)
            .collect()
    }

    fn refuse(&mut self, node: usize, message: String, help: &str) {
        let this = &self.design.nodes[node];
        let label = Label::new(this.id_span, "");
        self.diagnostics.push(Diagnostic::new("cannot-run", label, message).node(&this.id).help(help));
    }

    fn refuse_what_cannot_run(&mut self) {
        for node in 0..self.design.nodes.len() {
            let service = self.service(node);
            if !runnable::service(service) {
                let message =
                    format!("`{}` cannot be run yet: {service} has no runtime", self.design.nodes[node].id);
                self.refuse(node, message, "run a design without it; `check` judges it all the same");
            }
        }
        for node in 0..self.design.nodes.len() {
            self.refuse_what_would_not_end(node);
        }
        for node in (0..self.design.nodes.len()).filter(|node| self.design.upstream(*node).contains(node)) {
            let message = format!(
                "`{}` lies on a cycle, on which records would go round for ever",
                self.design.nodes[node].id
            );
            self.refuse(node, message, "break the cycle");
        }
        for node in 0..self.design.nodes.len() {
            if !self.merges_sources(node) {
                continue;
            }
            let message =
                format!("`{}` has several sources, and can have one in a run", self.design.nodes[node].id);
            self.refuse(node, message, "run it with one of them");
        }
        let flows: Vec<Flow> =
            self.design.flows.iter().filter(|flow| flow.role == Role::Flow).cloned().collect();
        for flow in flows {
            let (from, to) = (self.service(flow.from), self.service(flow.to));
            if runnable::service(from) && runnable::service(to) && !runnable::flow(from, to) {
                let ends = (self.design.nodes[flow.from].id.clone(), self.design.nodes[flow.to].id.clone());
                let message =
                    format!("`{} -> {}` cannot be run yet: {from} to {to} has no runtime", ends.0, ends.1);
                let mut refusal = Diagnostic::new("cannot-run", Label::new(flow.span, ""), message)
                    .help("run a design without it; `check` judges it all the same");
                refusal.flow = Some(ends);
                self.diagnostics.push(refusal);
            }
        }
    }

    /// Whether a node reads several streams shard by shard, or one in several ways; or a function has several sources.
    fn merges_sources(&self, node: usize) -> bool {
        let sources = || self.design.incoming(node).filter(|(_, flow)| flow.role == Role::Flow);
        let streams = sources().filter(|(_, flow)| self.service(flow.from) == "kinesis-data-streams").count();
        match self.service(node) {
            "consumer" | "application" => false,
            "lambda" => sources().count() > 1,
            _ => streams > 1,
        }
    }

    /// Settings that no service accepts can still get here by `--force`.
    fn refuse_what_would_not_end(&mut self, node: usize) {
        let id = self.design.nodes[node].id.clone();
        if self.amount(node, "write_capacity").is_some_and(|units| units < 1.0) {
            self.refuse(
                node,
                format!("`{id}` has no capacity to write with"),
                "give `write_capacity` 1 or more",
            );
        }
        if self.amount(node, "shards").is_some_and(|shards| shards > MOST_SHARDS) {
            self.refuse(node, format!("`{id}` has more shards than a run can hold"), "give fewer `shards`");
        }
    }
}
