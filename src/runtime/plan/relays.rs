//! Services that pass records on: buses, brokers, logs, agents, workflows and the capture of changes.

use crate::design::effective::{self, NodeSurroundings};
use crate::design::settings::SettingValue;
use crate::design::{Flow, Role};
use crate::runtime::plan::Planner;
use crate::runtime::services::Component;
use crate::runtime::services::dead_letters::DeadLetters;
use crate::runtime::services::micro_batch::{MicroBatch, MicroBatchConfig};
use crate::runtime::services::relay::{Gather, Relay, RelayConfig, Route};
use crate::runtime::services::retry::RetryPolicy;
use crate::units::Duration;

impl Planner<'_> {
    pub(super) fn relay(&self, node: usize) -> Component {
        let mut config = RelayConfig {
            name: self.design.nodes[node].id.clone(),
            calls: None,
            record_size: u64::MAX,
            delay_us: (0, 0),
            error_rate: 0.0,
            filter: self.expression(node, "filter"),
            forgets_key: false,
            routes: self.routes(node),
            archive: None,
        };
        let typical = || self.fact(node, "latency-typical") as u64;
        let size = |name: &str| self.fact(node, name) as u64;
        match self.service(node) {
            "eventbridge" => {
                config.calls = Some(self.steady(node, "put-events"));
                config.record_size = size("event-size");
                config.delay_us = (typical(), self.fact(node, "latency-worst") as u64);
                config.archive = self.amount(node, "archive").map(|kept| Duration(kept as u64));
            }
            "cloudwatch-logs" => {
                config.calls = Some(self.steady(node, "put-log-events"));
                config.record_size = size("event-size");
                config.delay_us = (typical(), typical());
            }
            "step-functions" => {
                let (rate, burst) = self.steady(node, "start");
                let is_express = self.text(node, "type").as_deref() == Some("express");
                let burst = if is_express { burst } else { self.fact(node, "start-burst") };
                config.calls = Some((rate, burst));
                config.record_size = size("payload-size");
                let work = typical() + self.amount(node, "work.duration").unwrap_or(0.0) as u64;
                config.delay_us = (work, work);
                config.error_rate = self.amount(node, "work.error_rate").unwrap_or(0.0);
            }
            "appsync" | "iot-core" => {
                config.calls = Some(self.steady(node, "throttle"));
                config.record_size = size("payload-size");
                config.delay_us = (typical(), typical());
            }
            "kinesis-agent" => {
                config.record_size = size("record-size");
                config.forgets_key = self.text(node, "partition_key").as_deref() == Some("random");
            }
            _ => {
                let delay = size("change-delay");
                config.delay_us = (delay, delay);
            }
        }
        Component::Relay(Box::new(Relay::new(config)))
    }

    /// A quota a second that holds as much.
    fn steady(&self, node: usize, name: &str) -> (f64, f64) {
        let rate = self.fact(node, name);
        (rate, rate)
    }

    fn routes(&self, node: usize) -> Vec<Route> {
        let flows = self.design.outgoing(node).filter(|(_, flow)| flow.role == Role::Flow);
        flows.map(|(index, flow)| self.route(node, index, flow)).collect()
    }

    fn route(&self, node: usize, index: usize, flow: &Flow) -> Route {
        Route {
            target: flow.to,
            filter: self.flow_filter(index),
            gather: self.gather(node, index),
            policy: self.policy(node, index),
            dead_letters: self.dead_letters_of(node, index),
        }
    }

    /// Where records go that a target does not take: what the flow says, or what the node does with all that fails.
    pub(super) fn dead_letters_of(&self, node: usize, index: usize) -> Option<DeadLetters> {
        let of_flow = effective::flow_setting(self.design, self.knowledge, index, "dead_letters");
        let found = of_flow.or_else(|| self.setting(node, "error_action"))?.value;
        let SettingValue::Node(target) = found else { return None };
        Some(DeadLetters { node: target, is_queue: self.service(target) == "sqs" })
    }

    fn gather(&self, node: usize, index: usize) -> Option<Gather> {
        let of_flow = |name: &str| {
            effective::flow_setting(self.design, self.knowledge, index, name)
                .and_then(|found| Some(found.value.quantity()?.amount))
        };
        let of_node = |name: &str| self.amount(node, name).unwrap_or(f64::MAX);
        match self.service(node) {
            "kinesis-agent" => Some(Gather {
                records: of_node("buffer.records") as usize,
                size: of_node("buffer.size") as u64,
                interval_us: of_node("buffer.interval") as u64,
                is_object: false,
            }),
            "dms" if self.service(self.design.flows[index].to) == "s3" => Some(Gather {
                records: usize::MAX,
                size: of_flow("minimum_file_size").unwrap_or_else(|| self.fact(node, "s3-minimum-file-size"))
                    as u64,
                interval_us: of_flow("batch_interval").unwrap_or_else(|| self.fact(node, "s3-batch-interval"))
                    as u64,
                is_object: true,
            }),
            _ => None,
        }
    }

    /// How a service tries again what a target turned away.
    fn policy(&self, node: usize, index: usize) -> RetryPolicy {
        let of_flow = |name: &str| {
            effective::flow_setting(self.design, self.knowledge, index, name)
                .and_then(|found| Some(found.value.quantity()?.amount))
        };
        let sdk = self.sdk_policy();
        match self.service(node) {
            "eventbridge" => {
                let is_custom = self.text(node, "type").as_deref() == Some("custom");
                let kind = if is_custom { "subscriber-retry" } else { "retry" };
                let usual = |name: &str| self.fact(node, &format!("{kind}-{name}"));
                RetryPolicy {
                    first_wait_us: self.fact(node, "retry-first-wait") as u64,
                    longest_wait_us: self.fact(node, "retry-longest-wait") as u64,
                    attempts: of_flow("max_retries").unwrap_or_else(|| usual("attempts")) as u32,
                    within_us: of_flow("max_event_age").unwrap_or_else(|| usual("age")) as u64,
                }
            }
            "cloudwatch-logs" => {
                let within_us = self.fact(node, "retry-time") as u64;
                RetryPolicy { attempts: u32::MAX, within_us, ..sdk }
            }
            // Its caller is told, and a rule of a broker has one try.
            "appsync" | "iot-core" => RetryPolicy { attempts: 0, ..sdk },
            "kinesis-agent" | "dms" => RetryPolicy { attempts: u32::MAX, ..sdk },
            _ => sdk,
        }
    }

    /// How programs try again with the SDK, as producers do.
    pub(super) fn sdk_policy(&self) -> RetryPolicy {
        RetryPolicy {
            first_wait_us: self.fact_of("producer", "retry-first-wait") as u64,
            longest_wait_us: self.fact_of("producer", "retry-longest-wait") as u64,
            attempts: self.fact_of("producer", "retry-attempts") as u32,
            within_us: u64::MAX,
        }
    }

    /// The amount of a fact of a service that no node of the design need have.
    pub(super) fn fact_of(&self, service: &str, name: &str) -> f64 {
        let surroundings = NodeSurroundings { design: self.design, knowledge: self.knowledge, node: 0 };
        let fact = self.knowledge.card(service).and_then(|card| card.fact(name));
        let value = fact.and_then(|fact| fact.at(self.design.as_of, &surroundings));
        let quantity = value.and_then(|value| value.value.quantity());
        quantity.unwrap_or_else(|| panic!("the card of {service} has `{name}`")).amount
    }

    pub(super) fn micro_batch(&self, node: usize) -> MicroBatch {
        let mut work = self.function_config(node);
        work.duration_us += self.fact(node, "batch-overhead") as u64;
        let (buckets, targets) =
            self.targets(node).into_iter().partition(|target| self.service(*target) == "s3");
        MicroBatch::new(MicroBatchConfig {
            name: self.design.nodes[node].id.clone(),
            work,
            window_us: self.batch_window(node) as u64,
            buckets,
            targets,
        })
    }

    /// Time from one micro-batch to the next: as the job says, or as soon as the last is done.
    pub(super) fn batch_window(&self, node: usize) -> f64 {
        self.amount(node, "window")
            .filter(|window| *window > 0.0)
            .unwrap_or_else(|| self.fact(node, "batch-overhead"))
    }
}
