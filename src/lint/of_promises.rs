//! What a condition sees of what becomes of records: `node.cost`, `node.order`, `node.repeats`, `node.latency.typical`.

use crate::analysis::promises::arrivals::Arrivals;
use crate::analysis::promises::latency::Percentile;
use crate::analysis::promises::surroundings::{Place, Setup};
use crate::analysis::promises::{cost, order};
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

    fn arrivals(&self) -> &Arrivals {
        self.analysis.arrivals(self.design, self.knowledge)
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
        let places = flow.iter().flat_map(|flow| [Place::Node(node), Place::Flow(*flow)]);
        let bounds: Vec<order::Bound> = places.flat_map(|place| order::at(self.setup(), place)).collect();
        let left = self.arrivals().order(node).min(order::left(&bounds, Confidence::Confirmed));
        Value::Text(left.as_str().into())
    }

    fn latency_to(&self, node: usize, percentile: Percentile) -> Value {
        let least = self.arrivals().latency(node, percentile);
        least.map_or(Value::Unknown, |least| Value::Quantity(least.quantity()))
    }

    /// Whether some record comes again and nothing makes up for it, or whether some record is lost, on any way.
    fn delivered_to(&self, node: usize, repeats: bool) -> Value {
        let (setup, arrivals) = (self.setup(), self.arrivals());
        let found = if repeats { arrivals.repeat(setup, node) } else { arrivals.loss(setup, node) };
        if let Some(step) = found {
            self.note(|| {
                let (span, _) = step.stands_at(setup);
                Read { span, text: step.effect.about.clone(), leads: false }
            });
        }
        Value::Flag(found.is_some())
    }
}
