//! Whether a design keeps its promises: what is required, held against what its services do to records on their way.
//!
//! Each requirement gets a verdict with what breaks it and where. What a service does is data of its card; how sure a
//! card is goes along, so that a rule can leave out what nobody confirmed. A verdict that hangs on something unknown is
//! neither kept nor broken.

pub mod arrivals;
pub mod cost;
pub mod delivery;
pub mod holding;
pub mod latency;
pub mod order;
pub mod paths;
mod readers;
mod replay;
mod state;
pub mod surroundings;
pub mod windows;

use crate::analysis::promises::surroundings::{Place, Setup};
use crate::design::requirement::{Requirement, RequirementKind};
use crate::design::settings::SettingValue;
use crate::knowledge::fact::Confidence;
use crate::source::Span;
use crate::units::Quantity;

/// What became of a requirement.
#[derive(Debug, Clone, Default)]
pub struct Verdict {
    /// Whether it is kept; nothing where nobody can say.
    pub kept: Option<bool>,
    /// What is required, where it is a quantity.
    pub bound: Option<Quantity>,
    /// What the design comes to, at the least for what must not exceed a bound.
    pub value: Option<Quantity>,
    /// Which percentile was looked at, of a latency.
    pub percentile: Option<&'static str>,
    /// The way that was looked at: `web -> ingest -> archive`.
    pub path: String,
    /// What breaks it, the worst first.
    pub breaches: Vec<Breach>,
}

/// Something that breaks a requirement.
#[derive(Debug, Clone)]
pub struct Breach {
    /// Where it is; nothing where the design as a whole is at fault.
    pub place: Option<Place>,
    /// Where that stands in the file.
    pub span: Span,
    /// What stands there, for a reader of the file.
    pub label: String,
    /// What it is called: `buffer`.
    pub name: String,
    /// What it is, in a sentence.
    pub about: String,
    /// How much of the value it is.
    pub share: Option<Quantity>,
    /// How sure it is.
    pub confidence: Confidence,
}

impl Verdict {
    /// Nobody can say.
    fn unknown() -> Self {
        Self::default()
    }

    fn kept() -> Self {
        Self { kept: Some(true), ..Self::default() }
    }

    fn broken_by(breaches: Vec<Breach>) -> Self {
        let kept = if breaches.is_empty() { None } else { Some(false) };
        Self { kept, breaches, ..Self::default() }
    }
}

/// Judges a requirement.
#[must_use]
pub fn judge(setup: Setup<'_>, requirement: &Requirement) -> Verdict {
    match &requirement.kind {
        RequirementKind::Latency(latency) => latency::judge(setup, latency),
        RequirementKind::Order { by, from, at } => order::judge(setup, by, *from, *at),
        RequirementKind::Replay { from, window } => replay::judge(setup, *from, *window),
        RequirementKind::Delivery { from, to, guarantee } => delivery::judge(setup, (*from, *to), *guarantee),
        RequirementKind::Readers { of, independent } => readers::judge(setup, *of, *independent),
        RequirementKind::MonthlyCost { at_most } => cost::judge(setup, *at_most),
        RequirementKind::Serverless => state::serverless(setup),
        RequirementKind::Encryption => state::encryption(setup),
    }
}

/// Where a place stands in the file: the setting that is at fault, where the design declares it; else the flow, or
/// where the service of the node is named.
fn locate(setup: Setup<'_>, place: Place, at: Option<&str>) -> (Span, String) {
    let design = setup.design;
    let (settings, otherwise) = match place {
        Place::Node(node) => {
            let node = &design.nodes[node];
            (&node.settings, (node.service_span, format!("`{}` is {}", node.id, node.service)))
        }
        Place::Flow(flow) => (&design.flows[flow].settings, (design.flows[flow].span, String::new())),
    };
    let Some((path, setting)) = at.and_then(|path| Some((path, settings.get(path)?))) else {
        return otherwise;
    };
    match &setting.value {
        SettingValue::Sql(_) => (setting.key_span, String::new()),
        value => {
            let value = value.to_value();
            let text = if value.is_unknown() { format!("`{path}`") } else { format!("`{path}` is {value}") };
            (setting.span, text)
        }
    }
}
