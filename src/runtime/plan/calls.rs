//! The functions and services that are called, record by record or batch by batch.

use crate::design::effective;
use crate::design::settings::SettingValue;
use crate::runtime::condition::OfRecord;
use crate::runtime::plan::Planner;
use crate::runtime::services::queue_function::{QueueFunction, QueueMapping};

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
        let most = most.min(self.fact(node, "queue-maximum-concurrency")) as usize;
        let is_fifo = self.text(queue, "type").as_deref() == Some("fifo");
        let first = self.fact(node, "queue-initial-concurrency") as usize;
        let mapping = QueueMapping {
            queue,
            is_fifo,
            filter: flow.and_then(|flow| self.flow_filter(flow)),
            batch_size: amount("batch_size").map_or(1, |count| (count as usize).max(1)),
            batch_bytes: self.fact(node, "mapping-batch-bytes") as u64,
            window_us: amount("batching_window").unwrap_or(0.0) as u64,
            reports_failures: setting("report_item_failures")
                .and_then(|found| found.value.flag())
                .unwrap_or(false),
            // The groups of a FIFO queue are what bounds its calls.
            first_allowed: if is_fifo { most } else { first },
            growth_us: (SECOND_US / self.fact(node, "queue-concurrency-growth")) as u64,
            most: most.max(1),
            visibility_us: self.amount(queue, "visibility_timeout").unwrap_or(0.0) as u64,
            concurrency: self.amount(node, "reserved_concurrency").map(|copies| copies as usize),
        };
        QueueFunction::new(self.function_config(node), mapping, self.targets(node))
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
