//! EventBridge Pipes: a mapping like that of a function, whose work is to enrich and to hand on.

use crate::design::settings::SettingValue;
use crate::runtime::plan::Planner;
use crate::runtime::services::lambda::FunctionConfig;

impl Planner<'_> {
    /// What a pipe does with a batch: what its enrichment does, or nothing.
    pub(super) fn pipe_config(&self, node: usize) -> FunctionConfig {
        match self.setting(node, "enrichment").map(|found| found.value) {
            Some(SettingValue::Node(function)) if self.service(function) == "lambda" => {
                self.function_config(function)
            }
            _ => FunctionConfig {
                filter: None,
                map: None,
                duration_us: 0,
                per_record_us: 0,
                timeout_us: u64::MAX,
                poison: Vec::new(),
                error_rate: 0.0,
                resend_us: self.fact_of("lambda", "stream-retry-backoff") as u64,
                program: None,
            },
        }
    }

    /// A fact of event source mappings, which pipes share with functions.
    pub(super) fn mapping_fact(&self, node: usize, name: &str) -> f64 {
        match (self.service(node), name) {
            ("eventbridge-pipes", "mapping-batch-bytes") => self.fact(node, "payload-size"),
            ("eventbridge-pipes", name) => self.fact_of("lambda", name),
            (_, name) => self.fact(node, name),
        }
    }
}
