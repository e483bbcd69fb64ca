//! What a condition sees of what becomes of records: `node.cost`, `node.order`, `node.repeats`, `node.latency.typical`.

use crate::analysis::promises::latency::{self, Percentile};
use crate::analysis::promises::surroundings::{Place, Setup};
use crate::analysis::promises::{cost, delivery, order, paths};
use crate::expression::{Type, Value};
use crate::knowledge::fact::Confidence;
use crate::lint::find::Match;
use crate::lint::surroundings::{Read, Surroundings};
use crate::units::Dimension;

/// What is derived of every node. Of latency it is the least that confirmed facts add up to, by the fastest way.
pub(super) const OF_NODE: [(&str, Type); 6] = [
    ("cost", Type::Quantity(Dimension::Money)),
    ("order", Type::Text),
    ("repeats", Type::Flag),
    ("loses", Type::Flag),
    ("latency.typical", Type::Quantity(Dimension::Duration)),
    ("latency.worst", Type::Quantity(Dimension::Duration)),
];

/// The function that reckons a node's cost with other settings.
pub(super) const COST_IF: &str = "cost_if";

impl Surroundings<'_> {
    fn setup(&self) -> Setup<'_> {
        Setup::new(self.design, self.knowledge, self.analysis)
    }

    /// What is derived of a node under one of the names of [`OF_NODE`].
    pub(super) fn of_promises(&self, node: usize, name: &str) -> Value {
        match name {
            "cost" => self.cost_with(node, &[]),
            "order" => self.order_at(node, None),
            "latency.typical" => self.latency_to(node, Percentile::P50),
            "latency.worst" => self.latency_to(node, Percentile::Max),
            _ => self.delivered_to(node, name == "repeats"),
        }
    }

    /// `cost_if('shards', 4, 'mode', 'provisioned')`: what the node would cost with these settings.
    pub(super) fn cost_if(&self, changes: &[Value]) -> Value {
        let Match::Node(node) = self.matched else { return Value::Unknown };
        let pairs: Option<Vec<(String, Value)>> = changes
            .chunks(2)
            .map(|pair| match pair {
                [Value::Text(name), value] if !value.is_unknown() => Some((name.to_string(), value.clone())),
                _ => None,
            })
            .collect();
        pairs.map_or(Value::Unknown, |pairs| self.cost_with(*node, &pairs))
    }

    /// The cost of a node in a month; unknown where one of its items is.
    fn cost_with(&self, node: usize, supposed: &[(String, Value)]) -> Value {
        let items = cost::of_node(self.setup().supposing(node, supposed), node);
        if items.is_empty() || items.iter().any(|item| item.units.is_none()) {
            return Value::Unknown;
        }
        Value::Quantity(cost::total(&items, Confidence::Unconfirmed).quantity())
    }

    /// The order in which records come to a node, or leave by one of its flows.
    pub(super) fn order_at(&self, node: usize, flow: Option<usize>) -> Value {
        let setup = self.setup();
        let mut bounds: Vec<order::Bound> =
            paths::to(setup, None, node).ways.iter().flat_map(|(_, way)| order::along(setup, way)).collect();
        for place in flow.iter().flat_map(|flow| [Place::Node(node), Place::Flow(*flow)]) {
            bounds.extend(order::at(setup, place));
        }
        Value::Text(order::left(&bounds, Confidence::Confirmed).as_str().into())
    }

    fn latency_to(&self, node: usize, percentile: Percentile) -> Value {
        let setup = self.setup();
        let ways = paths::to(setup, None, node).ways;
        let least = ways.iter().map(|(_, way)| {
            latency::at_least(&latency::along(setup, way), percentile, Confidence::Confirmed)
        });
        least.min().map_or(Value::Unknown, |least| Value::Quantity(least.quantity()))
    }

    /// Whether some record comes again and nothing makes up for it, or whether some record is lost, on any way.
    fn delivered_to(&self, node: usize, repeats: bool) -> Value {
        let setup = self.setup();
        let ways = paths::to(setup, None, node).ways;
        let found = ways.iter().find_map(|(origin, way)| {
            let steps = delivery::along(setup, *origin, way, Confidence::Confirmed);
            if repeats { delivery::repeat(&steps) } else { delivery::loss(&steps) }
        });
        if let Some(step) = found {
            let (span, _) = step.stands_at(setup);
            self.note(Read { span, text: step.effect.about.clone(), leads: false });
        }
        Value::Flag(found.is_some())
    }
}
