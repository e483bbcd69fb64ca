//! Turns a design into a topology: every setting and fact looked up, every query compiled.

mod applications;
mod calls;
mod firehose;
mod flink;
mod logs;
mod pipes;
mod programs;
mod reading;
mod relays;
mod runnable;
mod services;
mod sinks;
mod unsupported;

use std::collections::BTreeMap;

use crate::design::effective::{self, Effective};
use crate::design::faults::{FaultKind, Place};
use crate::design::{Design, Flow, Role};
use crate::diagnostic::{Diagnostic, Label};
use crate::knowledge::Knowledge;
use crate::runtime::bits::PRODUCER_BITS;
use crate::runtime::faults::{Faults, Poison};
use crate::runtime::plan::reading::USUAL_DURATION;
use crate::runtime::record::Fields;
use crate::runtime::services::Component;
use crate::runtime::supply::{LineReader, Lines, Supply};
use crate::runtime::{Inputs, Options, Sources};
use crate::units::Duration;

pub use crate::runtime::plan::applications::{
    Application, Columns, SourceColumns, Target, Written, applications,
};

/// A design that can run: one component for each node, in the order of the design.
#[derive(Debug)]
pub struct Topology {
    pub(super) design: Design,
    pub(super) components: Vec<Component>,
    /// The producers, in the order of the design: a record's number says from which of them it is.
    pub(super) producers: Vec<usize>,
    /// Records of all producers, where that is known.
    pub(super) total: Option<u64>,
    pub(super) faults: Faults,
    length: Duration,
}

impl Topology {
    /// Records of all producers; nothing where a file is read while it is sent.
    #[must_use]
    pub fn total(&self) -> Option<u64> {
        self.total
    }

    /// The design.
    #[must_use]
    pub fn design(&self) -> &Design {
        &self.design
    }

    /// How long producers send; ten minutes where a file is read while it is sent.
    #[must_use]
    pub fn length(&self) -> Duration {
        self.length
    }

    /// Lets these things go wrong in the run, and no others.
    pub fn suffer(&mut self, faults: Faults) {
        for function in self.components.iter_mut().filter_map(Component::function_mut) {
            function.poison.retain(Poison::is_always);
        }
        for fault in &faults.entries {
            let Place::Node(node) = fault.at else { continue };
            if let Some((poison, function)) = fault.poison().zip(self.components[node].function_mut()) {
                function.poison.push(poison);
            }
            let streams = self.components.iter_mut().filter_map(|component| match component {
                Component::Stream(stream) if matches!(fault.kind, FaultKind::Crash) => Some(stream),
                _ => None,
            });
            streams.for_each(|stream| stream.keep_notes(node));
        }
        self.faults = faults;
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
    plan_from(design, knowledge, Sources::from(inputs), options)
}

/// Plans the run of a design whose records may be read while they are sent.
///
/// # Errors
/// As [`plan`].
pub fn plan_from(
    design: &Design,
    knowledge: &Knowledge,
    mut sources: Sources,
    options: &Options,
) -> Result<Topology, Vec<Diagnostic>> {
    let mut planner = Planner::new(design, knowledge, options);
    let programs = planner.programs(&mut sources);
    planner.refuse_what_cannot_run();
    planner.refuse_what_would_be_passed_over();
    planner.read_inputs(&mut sources);
    if !planner.diagnostics.is_empty() {
        return Err(planner.diagnostics);
    }
    let nodes = 0..design.nodes.len();
    let producers: Vec<usize> = nodes.filter(|node| design.nodes[*node].service == "producer").collect();
    planner.set_up_supplies(&producers, &sources);
    let length = planner.length;
    let total = planner.supplies.values().map(Supply::count).sum();
    let components: Vec<Component> = (0..design.nodes.len())
        .filter_map(|node| {
            let place = producers.iter().position(|producer| *producer == node).unwrap_or(0);
            planner.component(node, (place as u64) << PRODUCER_BITS)
        })
        .collect();
    if planner.diagnostics.is_empty() {
        let (design, faults) = (design.clone(), Faults::of(design, &design.faults));
        let mut topology =
            Topology { design, components, producers, total, faults: Faults::default(), length };
        topology.suffer(faults);
        topology.join(programs, options.seed);
        Ok(topology)
    } else {
        Err(planner.diagnostics)
    }
}

struct Planner<'a> {
    design: &'a Design,
    knowledge: &'a Knowledge,
    diagnostics: Vec<Diagnostic>,
    options: Options,
    /// The files of producers, until they become supplies.
    files: BTreeMap<usize, Given>,
    /// The first records of each producer, where a query wants to know their fields.
    samples: BTreeMap<usize, Vec<Fields>>,
    /// What each producer sends.
    supplies: BTreeMap<usize, Supply>,
    /// The instant at which the run starts, in milliseconds since 1970.
    start_ms: i64,
    /// How long producers send, as far as that is known.
    length: Duration,
}

/// A file of records.
enum Given {
    Whole(Lines),
    Stream(LineReader),
}

impl Given {
    /// When the earliest record happened, or the first of those that are read while they are sent.
    fn earliest_ms(&self) -> Option<i64> {
        match self {
            Self::Whole(lines) => lines.earliest_ms(),
            Self::Stream(reader) => reader.first_ms(),
        }
    }
}

impl<'a> Planner<'a> {
    fn new(design: &'a Design, knowledge: &'a Knowledge, options: &Options) -> Self {
        Self {
            design,
            knowledge,
            options: *options,
            diagnostics: Vec::new(),
            files: BTreeMap::new(),
            samples: BTreeMap::new(),
            supplies: BTreeMap::new(),
            start_ms: 0,
            length: Duration(0),
        }
    }
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

    fn set_up_supplies(&mut self, producers: &[usize], sources: &Sources) {
        let wants_fields =
            (0..self.design.nodes.len()).any(|node| self.design.nodes[node].settings.get("sql").is_some());
        for node in producers {
            let mut origin = self.origin(*node);
            self.length = self.length.max(origin.length().unwrap_or(USUAL_DURATION));
            origin.seed(self.options.seed.wrapping_add(*node as u64));
            if wants_fields {
                self.samples.insert(*node, Self::first_records(&mut origin));
            }
            self.supplies.insert(*node, Supply::new(origin, sources.ahead, sources.strict));
        }
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
            if !runnable::flow(from, to) {
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
        let streams = sources().filter(|(_, flow)| self.is_log(flow.from)).count();
        match self.service(node) {
            "consumer" | "application" => false,
            "lambda" | "eventbridge-pipes" => sources().count() > 1,
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
