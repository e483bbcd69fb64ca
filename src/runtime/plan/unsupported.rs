//! What a design asks for and no run shows yet: refused at its place, for a figure that leaves it out would be wrong.

use crate::design::Flow;
use crate::design::settings::{Setting, SettingValue};
use crate::diagnostic::{Diagnostic, Label};
use crate::runtime::plan::Planner;

/// Settings of nodes, by service.
const OF_NODES: [(&str, &[&str]); 12] = [
    ("producer", &["traffic.out_of_order", "traffic.schema"]),
    ("kinesis-data-streams", &["warm_throughput"]),
    ("firehose", &["prefix", "error_prefix"]),
    ("lambda", &["reserved_concurrency", "on_failure", "on_success"]),
    ("athena", &["queries"]),
    ("quicksight", &["refresh_interval"]),
    ("sns", &["archive", "throughput_scope", "content_deduplication"]),
    ("api-gateway-rest", &["cache_ttl"]),
    ("consumer", &["work", "readers"]),
    ("application", &["work", "readers"]),
    ("managed-flink", &["records_per_kpu"]),
    ("kinesis-data-analytics", &["records_per_kpu"]),
];

/// Settings of flows.
const OF_FLOWS: [&str; 7] = [
    "dead_letters",
    "filter",
    "start",
    "tumbling_window",
    "max_concurrency",
    "minimum_pollers",
    "maximum_pollers",
];

/// Mechanisms that differ from the ones that run.
const MECHANISMS: [&str; 3] = ["producer-library", "queue", "channel"];

const HELP: &str = "leave it out of the run; `check` judges it all the same";

impl Planner<'_> {
    /// Refuses every setting that the run would pass over.
    pub(super) fn refuse_what_would_be_passed_over(&mut self) {
        for (index, node) in self.design.nodes.iter().enumerate() {
            let names = OF_NODES.iter().filter(|(service, _)| *service == node.service);
            let maps = self.reads_a_stream(index) || self.queues_of(index).next().is_some();
            let is_invoked = !maps && self.writers(index).next().is_some();
            let names = names.flat_map(|(_, names)| *names);
            let generates = node.settings.get("traffic.records").is_none();
            let works = self.reads_only_queues(index) || self.reads_only_a_stream(index);
            let runs = |name: &str| match name {
                "reserved_concurrency" => maps || is_invoked,
                "on_failure" | "on_success" => !is_invoked,
                "traffic.out_of_order" => generates,
                "work" | "readers" => works,
                _ => false,
            };
            for name in names.filter(|name| !runs(name)) {
                if let Some(setting) =
                    node.settings.get(name).filter(|setting| changes_something(name, setting))
                {
                    let message = format!("`{name}` of `{}` cannot be run yet", node.id);
                    let label = Label::new(setting.key_span, "would be passed over");
                    self.diagnostics
                        .push(Diagnostic::new("cannot-run", label, message).node(&node.id).help(HELP));
                }
            }
        }
        for flow in &self.design.flows {
            self.diagnostics.extend(self.passed_over(flow));
        }
        let of_reports: Vec<usize> =
            (0..self.design.nodes.len()).filter(|node| self.works_on_reports(*node)).collect();
        for node in of_reports {
            let message = format!(
                "`{}` works off reports of failures, which a run does not hand to functions yet",
                self.design.nodes[node].id
            );
            self.refuse(node, message, HELP);
        }
    }

    /// Whether it is a function behind a queue that gets reports of what a mapping gave up.
    fn works_on_reports(&self, node: usize) -> bool {
        let reported =
            |queue: usize| self.design.incoming(queue).any(|(_, flow)| flow.role.as_str() == "on-failure");
        let is_program = self.design.nodes[node].settings.get("handler").is_some();
        self.service(node) == "lambda" && !is_program && self.queues_of(node).any(reported)
    }

    fn reads_only_queues(&self, node: usize) -> bool {
        let queues = self.queues_of(node).count();
        queues > 0 && queues == self.design.incoming(node).count()
    }

    fn reads_only_a_stream(&self, node: usize) -> bool {
        self.reads_a_stream(node) && self.design.incoming(node).count() == 1
    }

    fn passed_over(&self, flow: &Flow) -> Vec<Diagnostic> {
        let ends = (self.design.nodes[flow.from].id.clone(), self.design.nodes[flow.to].id.clone());
        let refusal = |setting: &Setting, what: String| {
            let message = format!("{what} of `{} -> {}` cannot be run yet", ends.0, ends.1);
            let label = Label::new(setting.key_span, "would be passed over");
            let mut refusal = Diagnostic::new("cannot-run", label, message).help(HELP);
            refusal.flow = Some(ends.clone());
            refusal
        };
        let set = |name: &&str| flow.settings.get(name).filter(|setting| changes_something(name, setting));
        let via = flow
            .settings
            .get("via")
            .filter(|via| MECHANISMS.iter().any(|name| via.value.text() == Some(name)));
        let via = via.map(|via| refusal(via, format!("`via: {}`", via.value.text().unwrap_or_default())));
        let runs: &[&str] = match (self.service(flow.from), self.service(flow.to)) {
            ("sns" | "eventbridge" | "iot-core" | "cloudwatch-logs", _) => &["filter", "dead_letters"],
            (_, "lambda") if self.is_log(flow.from) => &["filter"],
            ("sqs", "lambda") => &["filter", "max_concurrency"],
            _ => &[],
        };
        let names = OF_FLOWS.iter().filter(|name| !runs.contains(name));
        let settings = names.filter_map(|name| Some(refusal(set(name)?, format!("`{name}`"))));
        settings.chain(via).collect()
    }
}

/// Whether a setting asks for something else than what the run does anyway.
fn changes_something(name: &str, setting: &Setting) -> bool {
    match (name, &setting.value) {
        // What nobody knows before the deployment is left at what holds without it, and whoever runs it is told.
        (_, SettingValue::Undetermined) => false,
        (_, SettingValue::Flag(flag)) => *flag,
        ("parallelization_factor" | "readers", SettingValue::Quantity(number)) => number.amount > 1.0,
        ("traffic.out_of_order" | "tumbling_window", SettingValue::Quantity(time)) => time.amount > 0.0,
        // What is worked out from the record or the time; other text stands as it is.
        ("prefix" | "error_prefix", SettingValue::Text(text)) => text.contains("!{"),
        // A stream is empty when the run starts: the newest record and the oldest are the same place.
        ("throughput_scope", SettingValue::Text(scope)) => **scope != *"topic",
        ("start", SettingValue::Text(place)) => !matches!(&**place, "latest" | "trim-horizon"),
        _ => true,
    }
}
