//! `count` and `sum`: what a condition sees of the flows that enter, leave or refer to a node, and of all nodes of a service.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use foldhash::fast::FixedState;

use crate::design::{Flow, Role};
use crate::expression::{Expression, Value};
use crate::lint::find::Match;
use crate::lint::surroundings::{Read, Surroundings};
use crate::units::Quantity;

/// What is the same for every match of a design.
#[derive(Default)]
pub(super) struct Wholes {
    /// What `sum` and `highest` found of all nodes of a service; without places where nobody has asked for them yet.
    found: RefCell<BTreeMap<Whole, Found>>,
    /// The texts that functions took as expressions; nothing for one that is none.
    parsed: RefCell<HashMap<Arc<str>, Option<Expression>, FixedState>>,
}

/// Function, service and expression.
type Whole = (String, String, String);
/// A value, and what was read to find it.
type Found = (Value, Option<Vec<Read>>);

/// So many places of all nodes of a service are kept: more than anybody looks at.
const MOST_READS: usize = 8;

impl Surroundings<'_> {
    /// The flows that `incoming`, `from.outgoing` and the like name, each with the node at its other end.
    pub(super) fn flows(&self, which: &str) -> Option<Vec<(usize, usize)>> {
        let (root, direction) = which.split_once('.').unwrap_or(("node", which));
        let node = match (root, self.matched) {
            ("node", Match::Node(node)) => *node,
            ("from", Match::Flow(flow)) => self.design.flows[*flow].from,
            ("to", Match::Flow(flow)) => self.design.flows[*flow].to,
            ("from", Match::Path { from, .. }) => *from,
            ("to", Match::Path { to, .. }) => *to,
            _ => return None,
        };
        let plain = |(_, flow): &(usize, &Flow)| flow.role == Role::Flow;
        let refers = |(_, flow): &(usize, &Flow)| flow.role != Role::Flow;
        Some(match direction {
            "outgoing" => {
                self.design.outgoing(node).filter(plain).map(|(index, flow)| (index, flow.to)).collect()
            }
            "incoming" => {
                self.design.incoming(node).filter(plain).map(|(index, flow)| (index, flow.from)).collect()
            }
            "referring" => {
                self.design.incoming(node).filter(refers).map(|(index, flow)| (index, flow.from)).collect()
            }
            _ => return None,
        })
    }

    /// The sum of an expression over flows, or over the nodes of a service, or the highest of its values; unknown where it
    /// is unknown for one of them, or where there are none.
    pub(super) fn folded(&self, name: &str, which: &str, expression: &Arc<str>) -> Value {
        let Some(flows) = self.flows(which) else { return self.of_all_nodes(name, which, expression) };
        let matches: Vec<Match> = flows.into_iter().map(|(flow, _)| Match::Flow(flow)).collect();
        let (value, reads) = self.fold(name, &matches, expression);
        for read in reads {
            self.note(|| read);
        }
        value
    }

    /// The same over all nodes of a service, worked out once for a design.
    fn of_all_nodes(&self, name: &str, service: &str, expression: &Arc<str>) -> Value {
        let key = (name.to_owned(), service.to_owned(), expression.to_string());
        let known = self.wholes.found.borrow().get(&key).cloned();
        let known = known.filter(|(_, reads)| reads.is_some() || !self.noting);
        let (value, reads) = known.unwrap_or_else(|| {
            let nodes = self.design.nodes.iter().enumerate().filter(|(_, node)| node.service == service);
            let matches: Vec<Match> = nodes.map(|(index, _)| Match::Node(index)).collect();
            let (value, mut reads) = self.fold(name, &matches, expression);
            reads.truncate(MOST_READS);
            let found = (value, self.noting.then_some(reads));
            self.wholes.found.borrow_mut().insert(key, found.clone());
            found
        });
        for read in reads.iter().flatten() {
            self.note(|| read.clone());
        }
        value
    }

    /// The expression of a text that was given to a function, read once for a design.
    fn parsed(&self, text: &Arc<str>) -> Option<Expression> {
        let known = self.wholes.parsed.borrow().get(text).cloned();
        known.unwrap_or_else(|| {
            let parsed = Expression::parse(text).ok();
            self.wholes.parsed.borrow_mut().insert(Arc::clone(text), parsed.clone());
            parsed
        })
    }

    fn fold(&self, name: &str, matches: &[Match], expression: &Arc<str>) -> (Value, Vec<Read>) {
        let combine = if name == "sum" { |left: f64, right: f64| left + right } else { f64::max };
        let unknown = (Value::Unknown, Vec::new());
        let Some(expression) = self.parsed(expression) else { return unknown };
        let mut total: Option<Quantity> = None;
        let mut reads = Vec::new();
        for matched in matches {
            let of_one = self.of(matched);
            let Value::Quantity(part) = expression.evaluate(&of_one) else { return unknown };
            reads.extend(of_one.reads.take());
            let amount = total.map_or(part.amount, |total| combine(total.amount, part.amount));
            total = Some(Quantity::new(part.dimension, amount));
        }
        (total.map_or(Value::Unknown, Value::Quantity), reads)
    }

    /// How many of the flows lead to or come from a service, or fulfil a condition; unknown where it cannot be decided
    /// for one of them.
    pub(super) fn count(&self, flows: &[(usize, usize)], what: &Arc<str>) -> Value {
        if self.knowledge.card(what).is_some() {
            let of_service = flows.iter().filter(|(_, node)| *self.design.nodes[*node].service == **what);
            return Value::number(of_service.count() as f64);
        }
        let Some(condition) = self.parsed(what) else { return Value::Unknown };
        let mut number = 0;
        for (flow, _) in flows {
            let matched = Match::Flow(*flow);
            match condition.evaluate(&self.of(&matched)) {
                Value::Flag(true) => number += 1,
                Value::Flag(false) => {}
                _ => return Value::Unknown,
            }
        }
        Value::number(f64::from(number))
    }

    /// The same surroundings of another match.
    fn of<'s>(&'s self, matched: &'s Match) -> Surroundings<'s> {
        Surroundings { matched, definitions: None, reads: RefCell::default(), ..*self }
    }
}
