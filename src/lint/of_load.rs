//! What a condition sees of the load: `node.load.rate`, `flow.load.bytes`, `node.readers.shared` and the like.

use crate::analysis::traffic::{Load, Measure};
use crate::design::effective;
use crate::expression::Value;
use crate::lint::find::Match;
use crate::lint::surroundings::{Read, Surroundings};
use crate::units::{Dimension, Quantity};

/// What the names of measures stand below.
pub(super) const LOAD: &str = "load.";

/// What the names of figures on calls stand below.
pub(super) const CALLS: &str = "calls.";

impl Surroundings<'_> {
    /// A measure of a load, with the declared settings that it rests on as places. These stand with other nodes, so
    /// that a finding never points at them first.
    pub(super) fn of_load(&self, load: &Load, path: &str) -> Value {
        if path == "load.key" {
            return load.key.as_ref().map_or(Value::Unknown, |key| Value::Text(key.as_ref().into()));
        }
        let Some(measure) = path.strip_prefix(LOAD).and_then(Measure::named) else { return Value::Unknown };
        let Some(amount) = load.figure(measure).known() else { return Value::Unknown };
        self.note_evidence(load, measure);
        Value::Quantity(Quantity::new(measure.dimension(), amount))
    }

    fn note_evidence(&self, load: &Load, measure: Measure) {
        if self.noting {
            for declared in load.evidence(self.design, measure) {
                self.note(|| Read { span: declared.span, text: declared.text, leads: false });
            }
        }
    }

    /// A figure of the calls to a node or along a flow; it rests on the load, and on settings that are read as places.
    pub(super) fn of_calls(&self, subject: &Match, path: &str) -> Value {
        let (calls, load, to) = match subject {
            Match::Flow(flow) => (
                self.analysis.calls(self.design, self.knowledge, *flow),
                &self.analysis.traffic.flows[*flow],
                self.design.flows[*flow].to,
            ),
            Match::Node(node) => (
                self.analysis.calls_to(self.design, self.knowledge, *node),
                &self.analysis.traffic.nodes[*node],
                *node,
            ),
            _ => return Value::Unknown,
        };
        let Some(quantity) = path.strip_prefix(CALLS).and_then(|name| calls.quantity(name)) else {
            return Value::Unknown;
        };
        if self.noting && (path.contains("duration") || path.contains("concurrency")) {
            for path in ["work.duration", "work.per_record"] {
                self.noted(path, effective::setting(self.design, self.knowledge, to, path));
            }
        }
        if !matches!(quantity.dimension, Dimension::Duration) && !path.ends_with("batch") {
            self.note_evidence(load, Measure::Rate);
        }
        Value::Quantity(quantity)
    }

    /// How many plain flows read from a node, all or those of a kind.
    pub(super) fn readers_of(&self, node: usize, path: &str) -> Value {
        let readers = self.analysis.readers(self.design, self.knowledge, node);
        Value::number(match path {
            "readers.shared" => readers.shared,
            "readers.dedicated" => readers.dedicated,
            _ => readers.all,
        } as f64)
    }

    /// The share of its peak to which a node's load leaps, more than a factor within a window; both are facts.
    pub(super) fn surge(&self, window: &str, factor: &str) -> Value {
        let Match::Node(node) = self.matched else { return Value::Unknown };
        let fact = |name| effective::limit(self.design, self.knowledge, *node, name);
        let (Some(window), Some(factor)) = (fact(window), fact(factor)) else { return Value::Unknown };
        let surge = self.analysis.surge(self.design, *node, window.amount, factor.amount);
        surge.map_or(Value::Unknown, Value::number)
    }

    /// A fact of a service itself, whatever a node of it says.
    pub(super) fn limit_of(&self, service: &str, fact: &str) -> Value {
        let fact = self.knowledge.card(service).and_then(|card| card.fact(fact));
        let plain = |value: &&crate::knowledge::fact::FactValue| {
            value.validity.when.is_none() && value.validity.on(self.design.as_of)
        };
        let value = fact.and_then(|fact| fact.values.iter().find(plain));
        value.map_or(Value::Unknown, |found| found.value.to_value())
    }
}
