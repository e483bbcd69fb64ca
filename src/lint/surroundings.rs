//! What a rule's condition sees of a match. Notes which settings were read, since those are the places of a finding.

use std::cell::RefCell;

use crate::analysis::Analysis;
use crate::design::effective::{self, Effective, Origin};
use crate::design::requirement::{OrderBy, RequirementKind};
use crate::design::settings::{SettingValue, Settings};
use crate::design::{Design, Flow, Role};
use crate::expression::{Environment, Path, Value};
use crate::knowledge::Knowledge;
use crate::knowledge::card::{Card, Status};
use crate::knowledge::embedded::Spelling;
use crate::lint::bypass;
use crate::lint::definitions::Definitions;
use crate::lint::find::Match;
use crate::lint::of_load::{CALLS, LOAD};
use crate::lint::of_promises;
use crate::lint::over_flows::Wholes;
use crate::lint::promised;
use crate::source::Span;
use crate::units::{Date, Duration};

const SECONDS_A_DAY: u64 = 86_400;

/// A place that a condition read.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Read {
    pub(super) span: Span,
    /// What stands there: `` `timeout` is 60s ``.
    pub(super) text: String,
    /// Whether a finding may point at it first: settings and services, not requirements.
    pub(super) leads: bool,
}

/// What rules are held against: a design, with the base and what is derived of it.
#[derive(Clone, Copy)]
pub(super) struct Ground<'a> {
    pub(super) design: &'a Design,
    pub(super) knowledge: &'a Knowledge,
    pub(super) analysis: &'a Analysis,
    /// What was found of all nodes of a service, which is the same for every match.
    pub(super) wholes: &'a Wholes,
}

/// The values of a match.
pub(super) struct Surroundings<'a> {
    pub(super) design: &'a Design,
    pub(super) knowledge: &'a Knowledge,
    pub(super) analysis: &'a Analysis,
    pub(super) wholes: &'a Wholes,
    pub(super) matched: &'a Match,
    /// What the rule defines for itself, and how many of its definitions are in sight.
    pub(super) definitions: Option<(&'a Definitions<'a>, usize)>,
    /// Whether anybody asks for what is read; most matches are in order, and then nobody does.
    pub(super) noting: bool,
    pub(super) reads: RefCell<Vec<Read>>,
}

impl<'a> Surroundings<'a> {
    /// The values alone: what is read is not noted.
    pub(super) fn new(ground: Ground<'a>, matched: &'a Match) -> Self {
        let Ground { design, knowledge, analysis, wholes } = ground;
        let (definitions, noting, reads) = (None, false, RefCell::default());
        Self { design, knowledge, analysis, wholes, matched, definitions, noting, reads }
    }

    /// The same values, with a note of everything that is read.
    pub(super) fn noting(ground: Ground<'a>, matched: &'a Match) -> Self {
        Self { noting: true, ..Self::new(ground, matched) }
    }
}

impl Environment for Surroundings<'_> {
    fn get(&self, path: &Path) -> Value {
        let (root, path) = (path.root(), path.rest());
        if path.is_empty()
            && let Some(value) = self.defined(root)
        {
            return value;
        }
        match (root, self.matched) {
            ("node", Match::Node(node)) => self.of_node(*node, path),
            ("from", Match::Flow(flow)) => self.of_node(self.design.flows[*flow].from, path),
            ("to", Match::Flow(flow)) => self.of_node(self.design.flows[*flow].to, path),
            ("flow", Match::Flow(flow)) => self.of_flow(*flow, path),
            ("from", Match::Path { from, .. }) => self.of_node(*from, path),
            ("to", Match::Path { to, .. }) => self.of_node(*to, path),
            ("cycle", Match::Cycle(nodes)) => self.of_cycle(nodes, path),
            ("requirement", Match::Requirement { requirement, .. }) => {
                self.of_requirement(*requirement, path)
            }
            ("design", _) => self.of_design(path),
            _ => Value::Unknown,
        }
    }

    fn call(&self, name: &str, arguments: &[Value]) -> Value {
        match (name, arguments) {
            ("sum" | "highest", [Value::Text(which), Value::Text(what)]) => {
                return self.folded(name, which, what);
            }
            ("surge", [Value::Text(window), Value::Text(factor)]) => return self.surge(window, factor),
            ("count", [Value::Text(which), Value::Text(what)]) => {
                return self.flows(which).map_or(Value::Unknown, |flows| self.count(&flows, what));
            }
            (of_promises::COST_IF, changes) => return self.cost_if(changes),
            ("limit_of", [Value::Text(service), Value::Text(fact)]) => {
                return self.limit_of(service, fact);
            }
            _ => {}
        }
        let [Value::Text(fact)] = arguments else { return Value::Unknown };
        let node = match (name, self.matched) {
            ("limit", Match::Node(node)) => *node,
            ("source_limit", Match::Flow(flow)) => self.design.flows[*flow].from,
            ("target_limit", Match::Flow(flow)) => self.design.flows[*flow].to,
            _ => return Value::Unknown,
        };
        effective::fact(self.design, self.knowledge, node, fact)
            .map_or(Value::Unknown, |found| found.value.to_value())
    }
}

impl Surroundings<'_> {
    fn of_node(&self, index: usize, path: &str) -> Value {
        let node = &self.design.nodes[index];
        let Some(card) = self.design.card(self.knowledge, index) else { return Value::Unknown };
        match path {
            "id" => Value::Text(node.id.as_str().into()),
            "name" => Value::Text(card.name.as_str().into()),
            "incoming" => Value::number(plain_flows(self.design.incoming(index)) as f64),
            "outgoing" => Value::number(plain_flows(self.design.outgoing(index)) as f64),
            "requires.latency" => self.required_latency(index),
            "readers" | "readers.shared" | "readers.dedicated" if card.settings.at(path).is_none() => {
                self.readers_of(index, path)
            }
            _ if of_promises::OF_NODE.iter().any(|(name, _)| *name == path) => self.of_promises(index, path),
            "bypass" => bypass::of(self.design, self.knowledge, index),
            "service" | "class" | "written" | "former" | "ended" | "closed_to_new" | "closes_in" => {
                self.of_service(index, card, path)
            }
            _ if path.starts_with(LOAD) => self.of_load(&self.analysis.traffic.nodes[index], path),
            _ if path.starts_with(CALLS) => self.of_calls(&Match::Node(index), path),
            _ => self.of_setting(path, &|path| effective::setting(self.design, self.knowledge, index, path)),
        }
    }

    /// What the choice of the service says by itself; for a node its place is where the service is named.
    fn of_service(&self, index: usize, card: &Card, path: &str) -> Value {
        let node = &self.design.nodes[index];
        let by_choice = !matches!(path, "service" | "class");
        if by_choice && matches!(self.matched, Match::Node(_)) {
            self.note(|| Read {
                span: node.service_span,
                text: format!("`{}` is {}", node.id, card.name),
                leads: true,
            });
        }
        let by =
            |day: Option<crate::units::Date>| Value::Flag(day.is_some_and(|day| day <= self.design.as_of));
        match (path, &card.status) {
            ("service", _) => Value::Text(card.id.as_str().into()),
            ("class", _) => Value::Text(card.class.as_str().into()),
            ("written", _) => Value::Text(node.service_written.as_str().into()),
            ("former", _) => Value::Flag(self.is_former(&node.service_written)),
            ("ended", Some(status)) => by(status.ended),
            ("closed_to_new", Some(status)) => by(status.closed_to_new),
            ("closes_in", status) => closes_in(self.design.as_of, status.as_ref()),
            _ => Value::Flag(false),
        }
    }

    fn of_flow(&self, index: usize, path: &str) -> Value {
        let flow = &self.design.flows[index];
        match path {
            _ if path.starts_with(LOAD) => self.of_load(&self.analysis.traffic.flows[index], path),
            _ if path.starts_with(CALLS) => self.of_calls(&Match::Flow(index), path),
            "role" => Value::Text(flow.role.as_str().into()),
            "order" => self.order_at(flow.from, Some(index)),
            "exists" => Value::Flag(flow.integration.is_some()),
            "possible" => Value::Flag(effective::is_possible(self.design, self.knowledge, index)),
            "via" => match flow.settings.get("via") {
                Some(via) => {
                    self.note(|| Read {
                        span: via.span,
                        text: format!("`via` is {}", via.value.to_value()),
                        leads: true,
                    });
                    via.value.to_value()
                }
                None => self
                    .design
                    .integration(self.knowledge, flow)
                    .map_or(Value::Null, |integration| Value::Text(integration.via.as_str().into())),
            },
            _ => self
                .of_setting(path, &|path| effective::flow_setting(self.design, self.knowledge, index, path)),
        }
    }

    /// Whether a name of a service is one that AWS no longer uses.
    fn is_former(&self, written: &str) -> bool {
        self.knowledge.resolve(written).is_some_and(|name| name.spelling == Spelling::Former)
    }

    /// A setting; where it names a node, what stands behind its name (`on_failure.service`) is that node's.
    fn of_setting(&self, path: &str, look_up: &dyn Fn(&str) -> Option<Effective>) -> Value {
        let referred = path.split_once('.').and_then(|(first, rest)| match look_up(first)?.value {
            SettingValue::Node(node) => Some((node, rest)),
            _ => None,
        });
        match referred {
            Some((node, rest)) => {
                self.noted(path, look_up(&path[..path.len() - rest.len() - 1]));
                self.of_node(node, rest)
            }
            None => self.noted(path, look_up(path)),
        }
    }

    fn of_cycle(&self, nodes: &[usize], path: &str) -> Value {
        if path == "filtered" {
            return Value::Flag(self.is_filtered(nodes));
        }
        let ids: Vec<String> =
            nodes.iter().map(|node| format!("`{}`", self.design.nodes[*node].id)).collect();
        Value::Text(ids.join(", ").into())
    }

    /// Whether records can leave a cycle: a flow or node on it has a filter, or a flow only asks and carries nothing on.
    fn is_filtered(&self, nodes: &[usize]) -> bool {
        let filters = |settings: &Settings| settings.get("filter").is_some();
        let asks = |flow: &Flow| {
            let integration = self.design.integration(self.knowledge, flow);
            integration.is_some_and(|integration| matches!(integration.role.as_str(), "query" | "request"))
        };
        nodes.iter().any(|node| {
            filters(&self.design.nodes[*node].settings)
                || self
                    .design
                    .outgoing(*node)
                    .filter(|(_, flow)| flow.role == Role::Flow && nodes.contains(&flow.to))
                    .any(|(_, flow)| filters(&flow.settings) || asks(flow))
        })
    }

    /// What breaks a requirement is where a finding points first; the requirement itself is told along.
    fn of_requirement(&self, index: usize, name: &str) -> Value {
        let requirement = &self.design.requirements[index];
        let breach = promised::breach(self.analysis, self.matched);
        if let Some(breach) = breach {
            self.note(|| Read { span: breach.span, text: breach.label.clone(), leads: true });
        }
        self.note(|| Read { span: requirement.span, text: "required here".to_owned(), leads: false });
        let judged = (&requirement.kind, &self.analysis.verdicts[index]);
        promised::value(self.design, self.knowledge, judged, breach, name)
    }

    fn of_design(&self, path: &str) -> Value {
        match path {
            "as_of" => Value::Text(self.design.as_of.to_string().into()),
            "requires.latency" => self.least(|kind| match kind {
                RequirementKind::Latency(latency) => latency.tightest(),
                _ => None,
            }),
            "requires.replay" => self.least(|kind| match kind {
                RequirementKind::Replay { window, .. } => Some(*window),
                _ => None,
            }),
            "requires.order" => {
                Value::Flag(self.required(|kind| matches!(kind, RequirementKind::Order { .. })))
            }
            "requires.total_order" => Value::Flag(
                self.required(|kind| matches!(kind, RequirementKind::Order { by: OrderBy::Total, .. })),
            ),
            "requires.readers" => self.readers(),
            _ => Value::Unknown,
        }
    }

    /// The shortest latency that is required of a path through a node; unknown without one.
    fn required_latency(&self, node: usize) -> Value {
        let passing = self.analysis.latencies.iter().filter(|latency| latency.passes(node));
        let Some(least) = passing.min_by_key(|latency| latency.bound) else { return Value::Unknown };
        let span = self.design.requirements[least.requirement].span;
        self.note(|| Read { span, text: format!("required here: {}", least.bound), leads: false });
        Value::Quantity(least.bound.quantity())
    }

    /// The shortest time that any requirement of a kind gives; unknown without one.
    fn least(&self, time: impl Fn(&RequirementKind) -> Option<Duration>) -> Value {
        let times = self
            .design
            .requirements
            .iter()
            .filter_map(|requirement| Some((time(&requirement.kind)?, requirement)));
        let Some((least, requirement)) = times.min_by_key(|(time, _)| *time) else { return Value::Unknown };
        self.note(|| Read { span: requirement.span, text: format!("required here: {least}"), leads: false });
        Value::Quantity(least.quantity())
    }

    fn required(&self, is: impl Fn(&RequirementKind) -> bool) -> bool {
        let found = self.design.requirements.iter().find(|requirement| is(&requirement.kind));
        if let Some(requirement) = found {
            self.note(|| Read { span: requirement.span, text: "required here".to_owned(), leads: false });
        }
        found.is_some()
    }

    /// The most readers that are required; 0 without such a requirement.
    fn readers(&self) -> Value {
        let most = self.design.requirements.iter().filter_map(|requirement| match requirement.kind {
            RequirementKind::Readers { independent, .. } => Some((independent, requirement.span)),
            _ => None,
        });
        let Some((readers, span)) = most.max() else { return Value::number(0.0) };
        self.note(|| Read { span, text: "required here".to_owned(), leads: false });
        Value::number(readers as f64)
    }

    pub(super) fn noted(&self, path: &str, found: Option<Effective>) -> Value {
        let Some(found) = found else { return Value::Unknown };
        let value = match found.value {
            SettingValue::Node(node) => Value::Text(self.design.nodes[node].id.as_str().into()),
            other => other.to_value(),
        };
        if let Origin::Declared { value: span, .. } = found.origin {
            self.note(|| {
                let text =
                    if value.is_unknown() { format!("`{path}`") } else { format!("`{path}` is {value}") };
                Read { span, text, leads: true }
            });
        }
        value
    }

    /// Notes what was read, each place once, if anybody asks for it.
    pub(super) fn note(&self, read: impl FnOnce() -> Read) {
        if self.noting {
            let (read, mut reads) = (read(), self.reads.borrow_mut());
            if !reads.iter().any(|known| known.span == read.span) {
                reads.push(read);
            }
        }
    }
}

/// How many of the flows follow from no setting.
fn plain_flows<'f>(flows: impl Iterator<Item = (usize, &'f Flow)>) -> usize {
    flows.filter(|(_, flow)| flow.role.as_str() == "flow").count()
}

/// How long it is until a service turns new customers away or ends, whichever comes first; unknown where neither lies
/// ahead.
fn closes_in(day: Date, status: Option<&Status>) -> Value {
    let days = status.into_iter().flat_map(|status| [status.closed_to_new, status.ended]).flatten();
    let ahead = days.map(|end| end.days_since(day)).filter(|days| *days > 0).min();
    ahead.map_or(Value::Unknown, |days| {
        Value::Quantity(Duration::from_secs(days.unsigned_abs() * SECONDS_A_DAY).quantity())
    })
}
