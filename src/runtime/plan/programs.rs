//! Functions that are programs: which programs are handed in, and where each acts.

use crate::design::{Design, Flow, Role};
use crate::runtime::Sources;
use crate::runtime::events::Surroundings;
use crate::runtime::events::api_gateway::ApiKind;
use crate::runtime::events::called::{Caller, CallerKind};
use crate::runtime::events::firehose::CallingDelivery;
use crate::runtime::events::queue::CallingQueue;
use crate::runtime::events::table::ChangedTable;
use crate::runtime::plan::{Planner, Topology};
use crate::runtime::program::{Program, Running};
use crate::runtime::services::Component;
use crate::runtime::services::stream_source::StreamSource;
use crate::units::Duration;

/// A program with the node of its function and the timeout of that.
pub(super) type Joined = (usize, Duration, Box<dyn Program>);

/// Settings that say what a function does, and that a program does not heed.
const INSTEAD: [&str; 2] = ["filter", "map"];

impl Planner<'_> {
    /// Takes the programs that are handed in. A function that is a program without one does not run, and neither does one
    /// that is called in a way that a run does not know for programs.
    pub(super) fn programs(&mut self, sources: &mut Sources) -> Vec<Joined> {
        let mut joined = Vec::new();
        for node in 0..self.design.nodes.len() {
            let this = &self.design.nodes[node];
            if this.service != "lambda" || this.settings.get("handler").is_none() {
                continue;
            }
            let id = this.id.clone();
            if let Some(name) = INSTEAD.iter().find(|name| this.settings.get(name).is_some()) {
                let message = format!("`{id}` is a program, which does not heed `{name}`");
                self.refuse(node, message, "leave out one of the two");
            } else if self.enriches(node) {
                let message = format!("`{id}` is a program, and a run does not call it from a pipe yet");
                self.refuse(node, message, "leave `handler` out of the run; `check` judges it all the same");
            } else if let Some(program) = sources.programs.remove(&id) {
                let timeout = self.amount(node, "timeout").map_or(u64::MAX, |timeout| timeout as u64);
                joined.push((node, Duration(timeout), program));
            } else {
                let message = format!("`{id}` is a program, and nothing has started it");
                self.refuse(node, message, "`thalweg run --allow-handlers` starts it");
            }
        }
        joined
    }

    fn enriches(&self, node: usize) -> bool {
        self.design.incoming(node).any(|(_, flow)| flow.role.as_str() == "enrichment")
    }

    pub(super) fn surroundings(&self) -> Surroundings {
        Surroundings { start_ms: self.start_ms }
    }

    /// What a function or a pipe reads, as events name it.
    pub(super) fn stream_source(&self, stream: usize) -> StreamSource {
        let name = self.design.nodes[stream].id.clone();
        match self.service(stream) {
            "dynamodb" => {
                let view = self.text(stream, "stream_view");
                let view = view.as_deref().unwrap_or("new-and-old-images");
                StreamSource::Table(ChangedTable {
                    name,
                    key: self.row_key(stream),
                    shows_new: view.starts_with("new"),
                    shows_old: view.contains("old"),
                })
            }
            "msk" | "msk-serverless" => StreamSource::Kafka(name),
            _ => StreamSource::Kinesis(name),
        }
    }

    pub(super) fn calling_queue(&self, queue: usize, is_fifo: bool) -> CallingQueue {
        CallingQueue { name: self.design.nodes[queue].id.clone(), is_fifo }
    }

    pub(super) fn calling_delivery(&self, node: usize) -> CallingDelivery {
        let of_kinesis = |stream: &usize| self.service(*stream) == "kinesis-data-streams";
        let source = self.source_stream(node).filter(of_kinesis);
        CallingDelivery {
            surroundings: self.surroundings(),
            name: self.design.nodes[node].id.clone(),
            source: source.map(|stream| self.design.nodes[stream].id.clone()),
        }
    }

    /// Who calls a function record by record.
    pub(super) fn caller(&self, node: usize) -> Caller {
        let from = self.writers(node).next().unwrap_or(node);
        let kind = match self.service(from) {
            "api-gateway-rest" => CallerKind::Api(ApiKind::Rest),
            "api-gateway-http" => CallerKind::Api(ApiKind::Http),
            "api-gateway-websocket" => CallerKind::Api(ApiKind::WebSocket),
            "appsync" => CallerKind::Api(ApiKind::GraphQl),
            "sns" => CallerKind::Topic,
            "eventbridge" => CallerKind::Bus,
            "cloudwatch-logs" => CallerKind::Log,
            _ => CallerKind::Direct,
        };
        Caller { surroundings: self.surroundings(), name: self.design.nodes[from].id.clone(), kind }
    }
}

impl Topology {
    /// Joins programs with the components in which their functions act.
    pub(super) fn join(&mut self, programs: Vec<Joined>, seed: u64) {
        for (node, timeout, program) in programs {
            let id = self.design.nodes[node].id.clone();
            let seed = seed.wrapping_mul(31).wrapping_add(node as u64 + 1);
            let mut running = Running::new(program, &id, timeout, seed);
            let flows = self.design.outgoing(node).filter(|(_, flow)| flow.role == Role::Flow);
            running.flows = flows.map(|(_, flow)| (self.design.nodes[flow.to].id.clone(), flow.to)).collect();
            let acting = acting(&self.design, node);
            if let Some(function) = self.components.get_mut(acting).and_then(Component::function_mut) {
                function.program = Some(Box::new(running));
            }
        }
    }
}

/// The node in which a function acts: the delivery that calls it, or itself.
fn acting(design: &Design, node: usize) -> usize {
    let transforms = |(_, flow): (usize, &Flow)| (flow.role.as_str() == "transform").then_some(flow.from);
    design.incoming(node).find_map(transforms).unwrap_or(node)
}
