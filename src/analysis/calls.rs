//! In which pieces records arrive: how many come with a call, how many calls that makes, and how many run at a time.
//!
//! A batch is taken to be full, as it is under load: these are the fewest calls, and the least that runs at a time.

use crate::analysis::Analysis;
use crate::analysis::traffic::{Figure, Load};
use crate::design::effective;
use crate::design::{Design, Flow, Role};
use crate::knowledge::Knowledge;
use crate::units::{Dimension, Quantity};

/// The calls that a flow makes to its target; every figure in the base unit of its dimension.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Calls {
    /// Records of a full batch.
    pub batch: Option<f64>,
    /// Calls a second, on average.
    pub rate: Option<f64>,
    /// Calls a second at the peak.
    pub peak: Option<f64>,
    /// How long a call with a full batch takes, as the target declares its work; in microseconds.
    pub duration: Option<f64>,
    /// Calls that run at the same time, on average.
    pub concurrency: Option<f64>,
    /// Calls that run at the same time, at the peak.
    pub peak_concurrency: Option<f64>,
}

/// The names of the figures, as rules use them below `calls`.
pub const NAMES: [(&str, Dimension); 6] = [
    ("batch", Dimension::Count),
    ("rate", Dimension::Rate),
    ("peak", Dimension::Rate),
    ("duration", Dimension::Duration),
    ("concurrency", Dimension::Count),
    ("peak_concurrency", Dimension::Count),
];

const MICROS: f64 = 1e6;

impl Calls {
    /// The figure of this name, where it is known.
    #[must_use]
    pub fn quantity(&self, name: &str) -> Option<Quantity> {
        let (_, dimension) = NAMES.iter().find(|(known, _)| *known == name)?;
        let amount = match name {
            "batch" => self.batch,
            "rate" => self.rate,
            "peak" => self.peak,
            "duration" => self.duration,
            "concurrency" => self.concurrency,
            _ => self.peak_concurrency,
        };
        Some(Quantity::new(*dimension, amount?))
    }

    fn of(load: &Load, batch: Option<f64>, work: (Option<f64>, Option<f64>)) -> Self {
        let calls = |records: Figure| Some(records.known()? / batch?);
        let duration = match work {
            (None, None) => None,
            (fixed, None) => fixed,
            (fixed, Some(each)) => batch.map(|batch| fixed.unwrap_or(0.0) + each * batch),
        };
        let (rate, peak) = (calls(load.rate), calls(load.peak));
        let running = |calls: Option<f64>| Some(calls? * duration? / MICROS);
        Self { batch, rate, peak, duration, concurrency: running(rate), peak_concurrency: running(peak) }
    }

    /// Both together: what several flows bring to one target. A batch and its duration belong to a flow alone.
    fn plus(self, other: Self) -> Self {
        let add = |left: Option<f64>, right: Option<f64>| Some(left? + right?);
        Self {
            batch: None,
            rate: add(self.rate, other.rate),
            peak: add(self.peak, other.peak),
            duration: None,
            concurrency: add(self.concurrency, other.concurrency),
            peak_concurrency: add(self.peak_concurrency, other.peak_concurrency),
        }
    }
}

impl Analysis {
    /// The calls that a flow makes to its target.
    #[must_use]
    pub fn calls(&self, design: &Design, knowledge: &Knowledge, flow: usize) -> Calls {
        let to = design.flows[flow].to;
        let time = |path: &str| Some(design.nodes[to].settings.get(path)?.value.quantity()?.amount);
        let load = &self.traffic.flows[flow];
        Calls::of(
            load,
            batch(design, knowledge, flow, load),
            (time("work.duration"), time("work.per_record")),
        )
    }

    /// The calls that all flows make to a node; unknown where they are for one of them.
    #[must_use]
    pub fn calls_to(&self, design: &Design, knowledge: &Knowledge, node: usize) -> Calls {
        let mut flows =
            design.incoming(node).filter(|(_, flow)| flow.role == Role::Flow || is_transform(flow));
        let Some((first, _)) = flows.next() else { return Calls::default() };
        let first = self.calls(design, knowledge, first);
        flows.fold(first, |calls, (flow, _)| calls.plus(self.calls(design, knowledge, flow)))
    }
}

fn is_transform(flow: &Flow) -> bool {
    flow.role.as_str() == "transform"
}

/// How many records a call brings: what the mapping's batch holds, what a transform's buffer does, or one.
fn batch(design: &Design, knowledge: &Knowledge, index: usize, load: &Load) -> Option<f64> {
    let flow = &design.flows[index];
    let fitting = |bytes: f64| {
        load.record_size.known().filter(|size| *size > 0.0).map(|size| (bytes / size).floor().max(1.0))
    };
    let amount = |found: Option<effective::Effective>| Some(found?.value.quantity()?.amount);
    if is_transform(flow) {
        let buffer = amount(effective::setting(design, knowledge, flow.from, "transform_buffer.size"))
            .or_else(|| {
                Some(effective::limit(design, knowledge, flow.from, "transform-buffer-size")?.amount)
            });
        return buffer.and_then(fitting);
    }
    if let Some(records) = amount(effective::flow_setting(design, knowledge, index, "batch_size")) {
        let bytes = effective::limit(design, knowledge, flow.to, "mapping-batch-bytes");
        return Some(bytes.and_then(|bytes| fitting(bytes.amount)).map_or(records, |most| records.min(most)));
    }
    sends_one_by_one(design, knowledge, flow).then_some(1.0)
}

/// Whether every record is a call of its own: of services that push each record, and of producers that do not say that
/// they gather records.
fn sends_one_by_one(design: &Design, knowledge: &Knowledge, flow: &Flow) -> bool {
    let class =
        |node: usize| design.card(knowledge, node).map(|card| (card.class.as_str(), card.id.as_str()));
    let target_takes_one = matches!(class(flow.to), Some(("front-door", _) | (_, "lambda" | "s3")));
    target_takes_one
        && match class(flow.from) {
            Some(("source", _)) => design.nodes[flow.from].settings.get("traffic.batch").is_none(),
            Some(("front-door" | "topic" | "bus", _) | (_, "s3")) => true,
            _ => false,
        }
}
