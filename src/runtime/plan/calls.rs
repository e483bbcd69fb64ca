//! The functions and services that are called, record by record or batch by batch.

use crate::design::Role;
use crate::design::effective;
use crate::design::settings::SettingValue;
use crate::knowledge::fact::Literal;
use crate::runtime::condition::OfRecord;
use crate::runtime::plan::Planner;
use crate::runtime::services::api_gateway::{Api, ApiConfig};
use crate::runtime::services::invoked::{CallConfig, Invoked};
use crate::runtime::services::queue_function::{QueueFunction, QueueMapping};
use crate::runtime::services::retry::RetryPolicy;
use crate::runtime::services::sns::{Subscription, Topic, TopicConfig};

/// A second in microseconds.
const SECOND_US: f64 = 1e6;

impl Planner<'_> {
    /// A function with the mapping of the queue that it works off.
    pub(super) fn queue_function(&self, node: usize) -> QueueFunction {
        let queue = self.queues_of(node).next().unwrap_or(node);
        let flow = self.flow_between(queue, node);
        let setting = |path: &str| effective::flow_setting(self.design, self.knowledge, flow?, path);
        let amount = |path: &str| Some(setting(path)?.value.quantity()?.amount);
        let most = amount("max_concurrency").unwrap_or(f64::INFINITY);
        let most = most.min(self.mapping_fact(node, "queue-maximum-concurrency")) as usize;
        let is_fifo = self.text(queue, "type").as_deref() == Some("fifo");
        let first = self.mapping_fact(node, "queue-initial-concurrency") as usize;
        let mapping = QueueMapping {
            queue,
            source: self.calling_queue(queue, is_fifo),
            surroundings: self.surroundings(),
            is_fifo,
            filter: self.mapping_filter(node, flow),
            batch_size: amount("batch_size").map_or(1, |count| (count as usize).max(1)),
            batch_bytes: self.mapping_fact(node, "mapping-batch-bytes") as u64,
            window_us: amount("batching_window").unwrap_or(0.0) as u64,
            reports_failures: setting("report_item_failures")
                .and_then(|found| found.value.flag())
                .unwrap_or(false),
            // The groups of a FIFO queue are what bounds its calls.
            first_allowed: if is_fifo { most } else { first },
            growth_us: (SECOND_US / self.mapping_fact(node, "queue-concurrency-growth")) as u64,
            most: most.max(1),
            visibility_us: self.amount(queue, "visibility_timeout").unwrap_or(0.0) as u64,
            concurrency: self.amount(node, "reserved_concurrency").map(|copies| copies as usize),
        };
        QueueFunction::new(self.function_config(node), mapping, self.targets(node))
    }

    /// A function that other services call.
    pub(super) fn invoked(&self, node: usize) -> Invoked {
        let time = |name: &str| self.fact(node, name) as u64;
        let age = self.amount(node, "max_event_age").unwrap_or_else(|| self.fact(node, "async-event-age"));
        let retries = self.amount(node, "async_retries").unwrap_or_else(|| self.fact(node, "async-retries"));
        let reserved = self.amount(node, "reserved_concurrency");
        let calls = CallConfig {
            retries: retries as u32,
            retry_waits_us: [time("async-retry-first-wait"), time("async-retry-second-wait")],
            throttle_waits_us: [time("async-throttle-first-wait"), time("async-throttle-longest-wait")],
            max_age_us: age as u64,
            concurrency: reserved.unwrap_or_else(|| self.fact(node, "concurrency")) as usize,
        };
        Invoked::new(self.function_config(node), calls, self.targets(node), self.caller(node))
    }

    pub(super) fn topic(&self, node: usize) -> Topic {
        let is_fifo = self.text(node, "type").as_deref() == Some("fifo");
        let flows = self.design.outgoing(node).filter(|(_, flow)| flow.role == Role::Flow);
        let subscriptions = flows.map(|(index, flow)| {
            let raw = effective::flow_setting(self.design, self.knowledge, index, "raw");
            let to_firehose = self.service(flow.to) == "firehose";
            Subscription {
                node: flow.to,
                filter: self.flow_filter(index),
                policy: self.subscription_policy(node, flow.to),
                dead_letters: self.dead_letters_of(node, index),
                // A function finds the message in its event in any case.
                is_wrapped: raw.is_some_and(|raw| raw.value.flag() == Some(false)),
                ends_lines: to_firehose
                    && effective::fact(self.design, self.knowledge, node, "firehose-newline")
                        .is_some_and(|fact| matches!(fact.value, Literal::Flag(true))),
            }
        });
        Topic::new(TopicConfig {
            name: self.design.nodes[node].id.clone(),
            is_fifo,
            messages: self.fact(node, if is_fifo { "fifo-topic" } else { "publish" }),
            bytes: is_fifo.then(|| self.fact(node, "fifo-topic-bytes")),
            message_size: self.fact(node, "message-size") as u64,
            latency_us: self.fact(node, "latency-typical") as u64,
            first_wait_us: self.fact(node, "retry-first-wait") as u64,
            longest_wait_us: self.fact(node, "retry-longest-wait") as u64,
            subscriptions: subscriptions.collect(),
            start_ms: self.start_ms,
        })
    }

    /// How a topic tries its subscribers again: services of AWS for weeks, others for an hour.
    fn subscription_policy(&self, node: usize, to: usize) -> RetryPolicy {
        let time = if self.service(to) == "http-endpoint" { "http-retry-time" } else { "retry-time" };
        RetryPolicy {
            first_wait_us: self.fact(node, "retry-first-wait") as u64,
            longest_wait_us: self.fact(node, "retry-longest-wait") as u64,
            attempts: self.fact(node, "retry-attempts") as u32,
            within_us: self.fact(node, time) as u64,
        }
    }

    pub(super) fn api(&mut self, node: usize) -> Option<Api> {
        let [target] = self.targets(node)[..] else {
            let message =
                format!("`{}` has to pass its calls on to one node in a run", self.design.nodes[node].id);
            self.refuse(
                node,
                message,
                "give it a single flow: a run does not know which call takes which route",
            );
            return None;
        };
        // Without a burst of its own a second's calls may come at once.
        let within = |setting: &str| {
            let quota = effective::limit(self.design, self.knowledge, node, setting);
            let quota = quota.map_or_else(|| self.fact(node, "throttle"), |quota| quota.amount);
            self.amount(node, setting).unwrap_or(quota).min(quota)
        };
        let calls_function = self.service(target) == "lambda";
        let mut payload_size = self.fact(node, "payload-size");
        if calls_function {
            payload_size = payload_size.min(self.fact(target, "payload-synchronous"));
        }
        let timeout = self.amount(node, "timeout").unwrap_or_else(|| self.fact(node, "integration-timeout"));
        Some(Api::new(ApiConfig {
            rate: within("throttle"),
            burst: within("burst"),
            payload_size: payload_size as u64,
            latency_us: self.fact(node, "latency-typical") as u64,
            timeout_us: timeout as u64,
            target,
            calls_function,
        }))
    }

    fn flow_between(&self, from: usize, to: usize) -> Option<usize> {
        self.design.flows.iter().position(|flow| (flow.from, flow.to) == (from, to))
    }

    /// Which records a flow lets through.
    pub(super) fn flow_filter(&self, flow: usize) -> Option<OfRecord> {
        match effective::flow_setting(self.design, self.knowledge, flow, "filter")?.value {
            SettingValue::Expression(filter) => Some(OfRecord::new(filter)),
            _ => None,
        }
    }
}
