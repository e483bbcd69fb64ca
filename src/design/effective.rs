//! What holds for a node or flow: what the design says, or what its card says as of the day.

use std::sync::Arc;

use crate::design::Design;
use crate::design::settings::{Setting, SettingValue, Settings};
use crate::expression::{Environment, Path, Value};
use crate::knowledge::Knowledge;
use crate::knowledge::fact::{FactValue, Literal, Reference};
use crate::knowledge::schema::Schema;
use crate::source::Span;
use crate::units::{Date, Quantity};

/// A value that holds, and where it comes from.
#[derive(Debug, Clone)]
pub struct Effective {
    /// The value.
    pub value: SettingValue,
    /// The design or the card.
    pub origin: Origin,
}

/// Where a value comes from.
#[derive(Debug, Clone)]
pub enum Origin {
    /// The design declares it: places of key and value.
    Declared {
        /// Where the key stands.
        key: Span,
        /// Where the value stands.
        value: Span,
    },
    /// The card's default, with its source where it is AWS's.
    Default(Option<Arc<Reference>>),
}

/// A setting of a node at a dotted path (`buffer.size`).
#[must_use]
pub fn setting(design: &Design, knowledge: &Knowledge, node: usize, path: &str) -> Option<Effective> {
    let this = &design.nodes[node];
    let schema = &design.card(knowledge, node)?.settings;
    let surroundings = NodeSurroundings { design, knowledge, node };
    let found = effective(&this.settings, schema, path, design.as_of, &surroundings);
    if this.is_elsewhere
        && !found.as_ref().is_some_and(|found| matches!(found.origin, Origin::Declared { .. }))
    {
        schema.at(path)?;
        return Some(Effective { value: SettingValue::Undetermined, origin: Origin::Default(None) });
    }
    found
}

/// A setting of a flow at a dotted path.
#[must_use]
pub fn flow_setting(design: &Design, knowledge: &Knowledge, flow: usize, path: &str) -> Option<Effective> {
    let this = &design.flows[flow];
    if let Some(setting) = this.settings.get(path) {
        return Some(declared(setting));
    }
    let schema = &design.integration(knowledge, this)?.settings;
    effective(&this.settings, schema, path, design.as_of, &FlowSurroundings { design, knowledge, flow })
}

/// The quantity that a limit, parameter or guarantee of a node's service has as of the design's day.
#[must_use]
pub fn limit(design: &Design, knowledge: &Knowledge, node: usize, name: &str) -> Option<Quantity> {
    fact(design, knowledge, node, name)?.value.quantity()
}

/// The value of a limit, parameter, guarantee or price of a node's service as of the design's day, with its source.
#[must_use]
pub fn fact<'k>(design: &Design, knowledge: &'k Knowledge, node: usize, name: &str) -> Option<&'k FactValue> {
    design.card(knowledge, node)?.fact(name)?.at(design.as_of, &NodeSurroundings { design, knowledge, node })
}

/// Whether an integration carries the flow as of the design's day, in the state in which its ends are; what is not
/// known of them does not count against it.
#[must_use]
pub fn is_possible(design: &Design, knowledge: &Knowledge, flow: usize) -> bool {
    let Some(integration) = design.integration(knowledge, &design.flows[flow]) else { return false };
    let surroundings = FlowSurroundings { design, knowledge, flow };
    integration.validity.on(design.as_of)
        && integration.condition().is_none_or(|when| when.evaluate(&surroundings) != Value::Flag(false))
}

fn effective(
    settings: &Settings,
    schema: &Schema,
    path: &str,
    day: Date,
    surroundings: &dyn Environment,
) -> Option<Effective> {
    if let Some(setting) = settings.get(path) {
        return Some(declared(setting));
    }
    let default =
        schema.at(path)?.defaults.iter().find(|default| default.validity.holds(day, surroundings))?;
    let value = of_literal(&default.value);
    Some(Effective { value, origin: Origin::Default(default.validity.source.clone()) })
}

fn declared(setting: &Setting) -> Effective {
    let origin = Origin::Declared { key: setting.key_span, value: setting.span };
    Effective { value: setting.value.clone(), origin }
}

/// A default's value as a setting; its items stand nowhere in the file.
fn of_literal(literal: &Literal) -> SettingValue {
    let nowhere = Span::new(0, 0);
    match literal {
        Literal::Quantity(quantity) => SettingValue::Quantity(*quantity),
        Literal::Text(text) => SettingValue::Text(Arc::clone(text)),
        Literal::Flag(flag) => SettingValue::Flag(*flag),
        Literal::List(items) => SettingValue::List(
            items
                .iter()
                .map(|item| Setting { value: of_literal(item), key_span: nowhere, span: nowhere })
                .collect(),
        ),
    }
}

/// What a condition in a card sees of a node: `node.SETTING`, `node.service` and, where it has exactly one target,
/// `destination.service`.
pub struct NodeSurroundings<'a> {
    /// The design.
    pub design: &'a Design,
    /// The base.
    pub knowledge: &'a Knowledge,
    /// The node.
    pub node: usize,
}

impl Environment for NodeSurroundings<'_> {
    fn get(&self, path: &Path) -> Value {
        let rest = path.rest();
        match path.root() {
            "node" => of_node(self.design, self.knowledge, self.node, rest),
            "destination" => {
                let mut flows =
                    self.design.outgoing(self.node).filter(|(_, flow)| flow.role.as_str() == "flow");
                match (flows.next(), flows.next()) {
                    (Some((_, flow)), None) => of_node(self.design, self.knowledge, flow.to, rest),
                    _ => Value::Unknown,
                }
            }
            _ => Value::Unknown,
        }
    }
}

/// What a condition in a card sees of a flow: `from`, `to` and `flow`, with their settings.
pub struct FlowSurroundings<'a> {
    /// The design.
    pub design: &'a Design,
    /// The base.
    pub knowledge: &'a Knowledge,
    /// The flow.
    pub flow: usize,
}

impl Environment for FlowSurroundings<'_> {
    fn get(&self, path: &Path) -> Value {
        let (flow, rest) = (&self.design.flows[self.flow], path.rest());
        match path.root() {
            "from" => of_node(self.design, self.knowledge, flow.from, rest),
            "to" => of_node(self.design, self.knowledge, flow.to, rest),
            "flow" => self.of_flow(rest),
            _ => Value::Unknown,
        }
    }
}

impl FlowSurroundings<'_> {
    /// A setting of the flow: declared, or a default of its integration that hangs on nothing else.
    fn of_flow(&self, path: &str) -> Value {
        let flow = &self.design.flows[self.flow];
        if let Some(setting) = flow.settings.get(path) {
            return setting.value.to_value();
        }
        self.design
            .integration(self.knowledge, flow)
            .and_then(|integration| plain_default(&integration.settings, path, self.design.as_of))
            .unwrap_or(Value::Unknown)
    }
}

/// A setting of a node as a condition sees it: declared, or a default that hangs on nothing else.
/// A default with a condition of its own is left out, so that two conditions can never wait for each other.
fn of_node(design: &Design, knowledge: &Knowledge, node: usize, path: &str) -> Value {
    let this = &design.nodes[node];
    if path == "service" {
        return Value::Text(this.service.as_str().into());
    }
    if let Some(setting) = this.settings.get(path) {
        return setting.value.to_value();
    }
    if this.is_elsewhere {
        return Value::Undetermined;
    }
    design
        .card(knowledge, node)
        .and_then(|card| plain_default(&card.settings, path, design.as_of))
        .unwrap_or(Value::Unknown)
}

fn plain_default(schema: &Schema, path: &str, day: Date) -> Option<Value> {
    let default = schema.at(path)?.defaults.iter().find(|default| default.validity.on(day))?;
    default.validity.when.is_none().then(|| default.value.to_value())
}
