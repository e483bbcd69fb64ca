//! A run as its report for machines says it, so that one from long ago compares with one of today.

use indexmap::IndexMap;
use serde::Deserialize;

/// The version of the report that is understood.
const VERSION: u32 = 1;

/// What came of a run.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Figures {
    /// How the run is called here.
    #[serde(skip)]
    pub(super) name: String,
    version: u32,
    pub(super) design: String,
    pub(super) seed: u64,
    pub(super) duration_s: f64,
    pub(super) nodes: IndexMap<String, Node>,
    pub(super) paths: Vec<Path>,
    pub(super) sinks: IndexMap<String, Sink>,
    pub(super) requirements: Vec<Requirement>,
    #[serde(default)]
    pub(super) faults: Vec<String>,
    pub(super) cost: Option<Cost>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(super) struct Node {
    pub(super) service: String,
    #[serde(rename = "in")]
    pub(super) came: u64,
    pub(super) out: u64,
    pub(super) throttled: u64,
    pub(super) retried: u64,
    pub(super) lost: u64,
    pub(super) held: u64,
    pub(super) iterator_age_ms: f64,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(super) struct Path {
    pub(super) from: String,
    pub(super) to: String,
    pub(super) records: u64,
    pub(super) latency_ms: Latency,
}

#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
pub(super) struct Latency {
    pub(super) p50: f64,
    pub(super) p99: f64,
    pub(super) max: f64,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(super) struct Sink {
    pub(super) delivered: u64,
    pub(super) lost: u64,
    pub(super) duplicates: u64,
    pub(super) out_of_order: u64,
    #[serde(default)]
    pub(super) delayed: Option<u64>,
    #[serde(default)]
    pub(super) recovery_s: Option<f64>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(super) struct Requirement {
    pub(super) require: String,
    pub(super) met: Option<bool>,
    pub(super) measured: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
pub(super) struct Cost {
    pub(super) run_usd: f64,
    pub(super) month_usd: f64,
    pub(super) at_least: bool,
}

impl Figures {
    /// Reads the report of a run.
    ///
    /// # Errors
    /// If the text is no such report, or one of another version.
    pub fn read(name: &str, text: &str) -> Result<Self, String> {
        let found: Self = serde_json::from_str(text).map_err(|error| {
            format!("is no report of a run, as `thalweg run --format json` prints it: {error}")
        })?;
        if found.version != VERSION {
            return Err(format!("is a report of version {}; {VERSION} is understood", found.version));
        }
        Ok(Self { name: name.to_owned(), ..found })
    }

    /// Records that the producers sent.
    pub(super) fn sent(&self) -> u64 {
        self.nodes.values().filter(|node| node.service == "producer").map(|node| node.came).sum()
    }
}
