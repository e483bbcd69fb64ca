//! What the expressions of cards see of a node or flow: its settings, its ends, and the traffic that it carries.

use std::borrow::Cow;

use crate::analysis::Analysis;
use crate::analysis::traffic::{Load, Measure};
use crate::design::effective;
use crate::design::settings::SettingValue;
use crate::design::{Design, Flow, Role};
use crate::expression::{Environment, Expression, Path, Value};
use crate::knowledge::Knowledge;
use crate::knowledge::effect::Effect;
use crate::knowledge::fact::FactValue;
use crate::units::Duration;

/// A twelfth of a year, over which costs are reckoned.
pub const MONTH: Duration = Duration::from_secs(365 * 24 * 3600 / 12);

/// Something that an effect happens at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// The node with this index.
    Node(usize),
    /// The flow with this index.
    Flow(usize),
}

/// A design with all that is known of it, as the analyses need it.
#[derive(Debug, Clone, Copy)]
pub struct Setup<'a> {
    /// The design.
    pub design: &'a Design,
    /// The base.
    pub knowledge: &'a Knowledge,
    /// What is derived of it so far: what flows through the design.
    pub analysis: &'a Analysis,
    /// Settings of one node that are taken for declared, to see what would come of them.
    supposed: Option<(usize, &'a [(String, Value)])>,
}

/// The surroundings of one place.
struct Around<'a> {
    setup: Setup<'a>,
    place: Place,
}

impl<'a> Setup<'a> {
    /// A design as it is.
    #[must_use]
    pub fn new(design: &'a Design, knowledge: &'a Knowledge, analysis: &'a Analysis) -> Self {
        Self { design, knowledge, analysis, supposed: None }
    }

    /// The same design, with other settings of a node.
    #[must_use]
    pub fn supposing(self, node: usize, settings: &'a [(String, Value)]) -> Self {
        Self { supposed: Some((node, settings)), ..self }
    }

    /// The value of an expression of a card at a place.
    #[must_use]
    pub fn evaluate(self, place: Place, expression: &Expression) -> Value {
        expression.evaluate(&Around { setup: self, place })
    }

    /// The value of a fact of a node's card that holds there as of the design's day.
    #[must_use]
    pub fn fact(self, node: usize, name: &str) -> Option<&'a FactValue> {
        let card = self.design.card(self.knowledge, node)?;
        let around = Around { setup: self, place: Place::Node(node) };
        card.fact(name)?.at(self.design.as_of, &around)
    }

    /// The effects that hold at a place, in the card's order.
    pub fn effects(self, place: Place) -> impl Iterator<Item = &'a Effect> {
        let all: &'a [Effect] = match place {
            Place::Node(node) => self.design.card(self.knowledge, node).map_or(&[], |card| &card.effects),
            Place::Flow(flow) => self
                .design
                .integration(self.knowledge, &self.design.flows[flow])
                .map_or(&[], |integration| &integration.effects),
        };
        let around = Around { setup: self, place };
        let holds = |effect: &Effect| effect.validity.holds(self.design.as_of, &around);
        let work_out = || (0..all.len()).filter(|index| holds(&all[*index])).collect::<Vec<_>>();
        let held: Cow<'a, [usize]> = match (all, self.supposed) {
            ([], _) => Cow::Borrowed(&[]),
            (_, None) => Cow::Borrowed(self.analysis.holding.at(place, work_out)),
            (_, Some(_)) => Cow::Owned(work_out()),
        };
        (0..held.len()).map(move |index| &all[held[index]])
    }
}

impl Environment for Around<'_> {
    fn get(&self, path: &Path) -> Value {
        let (root, path) = (path.root(), path.rest());
        match (root, self.place) {
            ("month", _) => Value::Quantity(MONTH.quantity()),
            ("node", Place::Node(node)) => self.of_node(node, path),
            ("source", Place::Node(node)) => self.only(
                self.setup.design.incoming(node).map(|(_, flow)| (flow.role.as_str(), flow.from)),
                path,
            ),
            ("destination", Place::Node(node)) => self
                .only(self.setup.design.outgoing(node).map(|(_, flow)| (flow.role.as_str(), flow.to)), path),
            ("from", Place::Flow(flow)) => self.of_node(self.setup.design.flows[flow].from, path),
            ("to", Place::Flow(flow)) => self.of_node(self.setup.design.flows[flow].to, path),
            ("flow", Place::Flow(flow)) => self.of_flow(flow, path),
            _ => Value::Unknown,
        }
    }

    fn call(&self, name: &str, arguments: &[Value]) -> Value {
        let [Value::Text(fact)] = arguments else { return Value::Unknown };
        if let ("readers", Place::Node(node)) = (name, self.place) {
            return Value::number(self.readers_by(node, fact) as f64);
        }
        let flow = |flow: usize| &self.setup.design.flows[flow];
        let node = match (name, self.place) {
            ("limit", Place::Node(node)) => node,
            ("source_limit", Place::Flow(index)) => flow(index).from,
            ("target_limit", Place::Flow(index)) => flow(index).to,
            _ => return Value::Unknown,
        };
        effective::fact(self.setup.design, self.setup.knowledge, node, fact)
            .map_or(Value::Unknown, |found| found.value.to_value())
    }
}

impl Around<'_> {
    /// Of the node at the other end, where there is exactly one.
    fn only<'f>(&self, mut ends: impl Iterator<Item = (&'f str, usize)>, path: &str) -> Value {
        let mut plain = ends.by_ref().filter(|(role, _)| *role == "flow");
        match (plain.next(), plain.next()) {
            (Some((_, node)), None) => self.of_node(node, path),
            _ => Value::Unknown,
        }
    }

    fn of_node(&self, node: usize, path: &str) -> Value {
        let supposed = self.setup.supposed.filter(|(other, _)| *other == node);
        let supposed = supposed.and_then(|(_, settings)| settings.iter().find(|(name, _)| name == path));
        if let Some((_, value)) = supposed {
            return value.clone();
        }
        let Setup { design, knowledge, analysis, .. } = self.setup;
        match path {
            "service" => Value::Text(design.nodes[node].service.as_str().into()),
            "readers" => Value::number(plain(design.outgoing(node)) as f64),
            "writers" => Value::number(plain(design.incoming(node)) as f64),
            "window" => self.window(node),
            _ => match path.split_once('.') {
                Some(("load", measure)) => measured(&analysis.traffic.nodes[node], measure),
                Some(("calls", figure)) => {
                    let found = analysis.calls_to(design, knowledge, node).quantity(figure);
                    found.map_or(Value::Unknown, Value::Quantity)
                }
                _ => effective::setting(design, knowledge, node, path)
                    .map_or(Value::Unknown, |found| self.shown(&found.value)),
            },
        }
    }

    /// How many flows leave the node by the integration that has this name.
    fn readers_by(&self, node: usize, via: &str) -> usize {
        let Setup { design, knowledge, .. } = self.setup;
        let by = |flow: &Flow| design.integration(knowledge, flow).is_some_and(|found| found.via == via);
        design.outgoing(node).filter(|(_, flow)| flow.role == Role::Flow && by(flow)).count()
    }

    /// How long the windows of the node's query hold records back at the least.
    fn window(&self, node: usize) -> Value {
        let sql = effective::setting(self.setup.design, self.setup.knowledge, node, "sql");
        let window = sql.and_then(|sql| self.setup.analysis.windows.shortest(node, sql.value.text()?));
        window.map_or(Value::Unknown, |window| Value::Quantity(window.quantity()))
    }

    fn of_flow(&self, flow: usize, path: &str) -> Value {
        let Setup { design, knowledge, analysis, .. } = self.setup;
        if path == "via" {
            let integration = design.integration(knowledge, &design.flows[flow]);
            return integration.map_or(Value::Unknown, |found| Value::Text(found.via.as_str().into()));
        }
        match path.strip_prefix("load.") {
            Some(measure) => measured(&analysis.traffic.flows[flow], measure),
            None => effective::flow_setting(design, knowledge, flow, path)
                .map_or(Value::Unknown, |found| self.shown(&found.value)),
        }
    }

    /// A setting as an expression sees it; one that names a node is its id.
    fn shown(&self, value: &SettingValue) -> Value {
        match value {
            SettingValue::Node(node) => Value::Text(self.setup.design.nodes[*node].id.as_str().into()),
            other => other.to_value(),
        }
    }
}

fn plain<'f>(flows: impl Iterator<Item = (usize, &'f Flow)>) -> usize {
    flows.filter(|(_, flow)| flow.role == Role::Flow).count()
}

fn measured(load: &Load, measure: &str) -> Value {
    let found = Measure::named(measure).and_then(|measure| load.quantity(measure));
    found.map_or(Value::Unknown, Value::Quantity)
}
