//! The names that a rule may use, by what it matches, with their types.

use crate::analysis::calls;
use crate::analysis::traffic::Measure;
use crate::expression::{Expression, Scope, Type};
use crate::fields::nearest;
use crate::knowledge::Knowledge;
use crate::knowledge::card::Card;
use crate::knowledge::fact::Literal;
use crate::knowledge::schema::{Kind, Schema, SettingSpec};
use crate::lint::of_load::{CALLS, LOAD};
use crate::lint::of_promises;
use crate::lint::promised;
use crate::lint::rule::{FlowSelector, Selector, Subject};
use crate::units::Dimension;

type Known = Result<Type, (String, Option<String>)>;

/// What every node has beside its settings.
const OF_NODE: [(&str, Type); 16] = [
    ("id", Type::Text),
    ("service", Type::Text),
    ("name", Type::Text),
    ("class", Type::Text),
    ("written", Type::Text),
    ("former", Type::Flag),
    ("bypass", Type::Text),
    ("ended", Type::Flag),
    ("closed_to_new", Type::Flag),
    ("closes_in", Type::Quantity(Dimension::Duration)),
    ("incoming", Type::Quantity(Dimension::Count)),
    ("outgoing", Type::Quantity(Dimension::Count)),
    ("requires.latency", Type::Quantity(Dimension::Duration)),
    ("readers", Type::Quantity(Dimension::Count)),
    ("readers.shared", Type::Quantity(Dimension::Count)),
    ("readers.dedicated", Type::Quantity(Dimension::Count)),
];

/// What every flow has beside its settings.
const OF_FLOW: [(&str, Type); 7] = [
    ("order", Type::Text),
    ("possible", Type::Flag),
    ("exists", Type::Flag),
    ("via", Type::Text),
    ("role", Type::Text),
    ("filter", Type::Text),
    ("start", Type::Text),
];

/// What is known of a cycle.
const OF_CYCLE: [(&str, Type); 2] = [("nodes", Type::Text), ("filtered", Type::Flag)];

/// What a design requires.
const OF_DESIGN: [(&str, Type); 6] = [
    ("as_of", Type::Text),
    ("requires.latency", Type::Quantity(Dimension::Duration)),
    ("requires.order", Type::Flag),
    ("requires.total_order", Type::Flag),
    ("requires.readers", Type::Quantity(Dimension::Count)),
    ("requires.replay", Type::Quantity(Dimension::Duration)),
];

/// What every node has: by itself, and by what is derived of it.
fn of_every_node() -> impl Iterator<Item = &'static (&'static str, Type)> {
    OF_NODE.iter().chain(&of_promises::OF_NODE)
}

pub(super) struct RuleScope<'a> {
    pub(super) knowledge: &'a Knowledge,
    pub(super) subject: &'a Subject,
    /// The names that the rule defines for itself, as far as they are in sight.
    pub(super) definitions: &'a [(String, Type)],
}

impl Scope for RuleScope<'_> {
    fn path(&self, path: &[String]) -> Known {
        let (root, rest) = (path[0].as_str(), path[1..].join("."));
        if let (Some((_, found)), "") =
            (self.definitions.iter().find(|(name, _)| name == root), rest.as_str())
        {
            return Ok(*found);
        }
        match (root, self.subject) {
            ("node", Subject::Node(selector)) => self.of_node(selector, &rest),
            ("from", Subject::Flow(flow)) => self.of_node(&flow.from, &rest),
            ("to", Subject::Flow(flow)) => self.of_node(&flow.to, &rest),
            ("flow", Subject::Flow(flow)) => self.of_flow(&flow.from, &flow.to, &rest),
            ("from", Subject::Path(path)) => self.of_node(&path.from, &rest),
            ("to", Subject::Path(path)) => self.of_node(&path.to, &rest),
            ("cycle", Subject::Cycle { .. }) => fixed(&OF_CYCLE, "a cycle", &rest),
            ("requirement", Subject::Requirement(kind)) => {
                fixed(&promised::names(kind), "a requirement of this kind", &rest)
            }
            ("design", _) => fixed(&OF_DESIGN, "the design", &rest),
            _ => Err((format!("`{root}` is no part of what this rule matches"), Some(self.roots()))),
        }
    }

    fn call(&self, name: &str, texts: &[Option<&str>]) -> Known {
        if let "sum" | "highest" | "count" = name {
            return self.over_flows(name, texts);
        }
        if (name, texts.len() % 2) == (of_promises::COST_IF, 0) && matches!(self.subject, Subject::Node(_)) {
            return Ok(Type::Quantity(Dimension::Money));
        }
        if let ("surge", [Some(window), Some(factor)], Subject::Node(selector)) = (name, texts, self.subject)
        {
            self.of_fact(selector, window)?;
            return self.of_fact(selector, factor);
        }
        if let ("limit_of", [Some(service), Some(fact)]) = (name, texts) {
            let services = vec![(*service).to_owned()];
            return self.of_fact(&Selector { services, ..Selector::default() }, fact);
        }
        let selector = match (name, self.subject) {
            ("limit", Subject::Node(selector)) => selector,
            ("source_limit", Subject::Flow(flow)) => &flow.from,
            ("target_limit", Subject::Flow(flow)) => &flow.to,
            _ => {
                let known = [
                    "sum",
                    "highest",
                    "surge",
                    "count",
                    "known",
                    "limit",
                    "limit_of",
                    "source_limit",
                    "target_limit",
                    "has",
                    "size",
                    "startsWith",
                    "endsWith",
                    "ceil",
                    "min",
                    "max",
                    "least",
                    "most",
                ];
                let help = nearest(name, known.into_iter()).map(|near| format!("write `{near}`"));
                return Err((format!("there is no function `{name}` for what this rule matches"), help));
            }
        };
        match texts {
            [Some(fact)] => self.of_fact(selector, fact),
            _ => Err((
                format!("`{name}` takes the name of a fact"),
                Some(format!("write `{name}('record-size')`")),
            )),
        }
    }
}

impl RuleScope<'_> {
    /// `sum('incoming', 'EXPRESSION')`, `count('to.outgoing', 'SERVICE')` and `count('incoming', 'CONDITION')` over
    /// flows; `sum('SERVICE', 'EXPRESSION')` over the nodes of a service.
    fn over_flows(&self, name: &str, texts: &[Option<&str>]) -> Known {
        let (Some(which), Some(what)) = (texts.first().copied().flatten(), texts.get(1).copied().flatten())
        else {
            let message = format!("`{name}` takes the flows that are meant, and what to {name}");
            return Err((message, Some("write `sum('incoming', 'flow.load.rate')`".to_owned())));
        };
        let of_service = name != "count" && self.knowledge.card(which).is_some();
        if !of_service {
            self.flows(which)?;
        }
        if name == "count" && self.knowledge.card(what).is_some() {
            return Ok(Type::Quantity(Dimension::Count));
        }
        let any = if of_service {
            Subject::Node(Selector { services: vec![which.to_owned()], ..Selector::default() })
        } else {
            Subject::Flow(FlowSelector::default())
        };
        let scope = RuleScope { knowledge: self.knowledge, subject: &any, definitions: &[] };
        let expression = Expression::parse(what).map_err(|error| (error.message, error.help))?;
        let found = expression.check(&scope).map_err(|errors| {
            let first = errors.into_iter().next();
            first.map_or_else(
                || (format!("this is nothing to {name}"), None),
                |error| (error.message, error.help),
            )
        })?;
        match (name, found) {
            ("count", Type::Flag | Type::Any) => Ok(Type::Quantity(Dimension::Count)),
            ("count", _) => {
                let help = nearest(what, self.knowledge.ids()).map(|near| format!("write `{near}`"));
                Err((format!("`{what}` is no service and no condition"), help))
            }
            _ => Ok(found),
        }
    }

    /// Whether this names flows of something that the rule matches.
    fn flows(&self, which: &str) -> Result<(), (String, Option<String>)> {
        let (root, direction) = which.split_once('.').unwrap_or(("node", which));
        let matched = match self.subject {
            Subject::Node(_) => root == "node",
            Subject::Flow(_) | Subject::Path(_) => matches!(root, "from" | "to"),
            Subject::Cycle { .. } | Subject::Requirement(_) | Subject::Design => false,
        };
        if matched && matches!(direction, "incoming" | "outgoing" | "referring") {
            return Ok(());
        }
        let help = match self.subject {
            Subject::Node(_) => "write `incoming`, `outgoing` or `referring`",
            _ => "write `from.` or `to.`, and then `incoming`, `outgoing` or `referring`",
        };
        Err((format!("`{which}` names no flows of what this rule matches"), Some(help.to_owned())))
    }

    fn roots(&self) -> String {
        let roots = match self.subject {
            Subject::Node(_) => "`node` or `design`",
            Subject::Flow(_) => "`flow`, `from`, `to` or `design`",
            Subject::Path(_) => "`from`, `to` or `design`",
            Subject::Cycle { .. } => "`cycle` or `design`",
            Subject::Requirement(_) => "`requirement` or `design`",
            Subject::Design => "`design`",
        };
        format!("use {roots}")
    }

    /// The cards of the services that a selector takes.
    fn cards(&self, selector: &Selector) -> impl Iterator<Item = &Card> {
        self.knowledge
            .ids()
            .filter_map(|id| self.knowledge.card(id))
            .filter(|card| selector.takes(&card.id, &card.class))
    }

    /// A setting that any of the services has; those that do not have it leave it unknown.
    fn of_node(&self, selector: &Selector, path: &str) -> Known {
        if let Some((_, found)) = of_every_node().find(|(name, _)| *name == path) {
            return Ok(*found);
        }
        if let Some(found) = of_load(path) {
            return found;
        }
        if let Some(spec) = self.cards(selector).find_map(|card| card.settings.at(path)) {
            return Ok(of_setting(spec));
        }
        if let Some(found) =
            self.behind_reference(path, |first| self.cards(selector).find_map(|card| card.settings.at(first)))
        {
            return found;
        }
        let mut names: Vec<String> =
            self.cards(selector).flat_map(|card| paths("", &card.settings)).collect();
        names.extend(of_every_node().map(|(name, _)| (*name).to_owned()));
        Err(unknown("none of the services that this rule matches has the setting", path, &names))
    }

    fn of_flow(&self, from: &Selector, to: &Selector, path: &str) -> Known {
        if let Some((_, found)) = OF_FLOW.iter().find(|(name, _)| *name == path) {
            return Ok(*found);
        }
        if let Some(found) = of_load(path) {
            return found;
        }
        let joining = || {
            self.cards(from).flat_map(|card| &card.sends).filter(|integration| {
                self.knowledge.card(&integration.to).is_some_and(|card| to.takes(&card.id, &card.class))
            })
        };
        if let Some(spec) = joining().find_map(|integration| integration.settings.at(path)) {
            return Ok(of_setting(spec));
        }
        if let Some(found) = self
            .behind_reference(path, |first| joining().find_map(|integration| integration.settings.at(first)))
        {
            return found;
        }
        let mut names: Vec<String> =
            joining().flat_map(|integration| paths("", &integration.settings)).collect();
        names.extend(OF_FLOW.iter().map(|(name, _)| (*name).to_owned()));
        Err(unknown("none of the flows that this rule matches has the setting", path, &names))
    }

    /// What stands behind a setting that names a node (`on_failure.service`), if the first word is such a setting.
    fn behind_reference<'s>(
        &self,
        path: &str,
        look_up: impl Fn(&str) -> Option<&'s SettingSpec>,
    ) -> Option<Known> {
        let (first, rest) = path.split_once('.')?;
        match &look_up(first)?.kind {
            Kind::Node { accepts, .. } => {
                let selector = Selector { services: accepts.clone(), ..Selector::default() };
                Some(self.of_node(&selector, rest))
            }
            _ => None,
        }
    }

    fn of_fact(&self, selector: &Selector, name: &str) -> Known {
        let found =
            self.cards(selector).find_map(|card| card.fact(name)).and_then(|fact| fact.values.first());
        if let Some(value) = found {
            return Ok(match &value.value {
                Literal::Quantity(quantity) => Type::Quantity(quantity.dimension),
                Literal::Text(_) => Type::Text,
                Literal::Flag(_) => Type::Flag,
                Literal::List(_) => Type::List,
            });
        }
        let names: Vec<String> = self
            .cards(selector)
            .flat_map(|card| card.fact_names().map(str::to_owned).collect::<Vec<_>>())
            .collect();
        Err(unknown("none of the services that this rule matches has the fact", name, &names))
    }
}

/// The type of a measure of a load or of calls; nothing for what is below neither.
fn of_load(path: &str) -> Option<Known> {
    if let Some(name) = path.strip_prefix(CALLS) {
        let names = || calls::NAMES.iter().map(|(name, _)| (*name).to_owned()).collect::<Vec<_>>();
        let found = calls::NAMES.iter().find(|(known, _)| *known == name);
        return Some(found.map_or_else(
            || Err(unknown("calls have no", name, &names())),
            |(_, dimension)| Ok(Type::Quantity(*dimension)),
        ));
    }
    let name = path.strip_prefix(LOAD)?;
    let measures = || Measure::ALL.into_iter().map(Measure::name).chain(["key"]);
    Some(match (name, Measure::named(name)) {
        ("key", _) => Ok(Type::Text),
        (_, Some(measure)) => Ok(Type::Quantity(measure.dimension())),
        _ => Err(unknown("a load has no", name, &measures().map(str::to_owned).collect::<Vec<_>>())),
    })
}

fn fixed(known: &[(&str, Type)], owner: &str, path: &str) -> Known {
    match known.iter().find(|(name, _)| *name == path) {
        Some((_, found)) => Ok(*found),
        None => {
            let names: Vec<String> = known.iter().map(|(name, _)| (*name).to_owned()).collect();
            Err(unknown(&format!("{owner} has no"), path, &names))
        }
    }
}

fn unknown(message: &str, name: &str, known: &[String]) -> (String, Option<String>) {
    let help = nearest(name, known.iter().map(String::as_str)).map(|near| format!("write `{near}`"));
    (format!("{message} `{name}`"), help)
}

fn of_setting(spec: &SettingSpec) -> Type {
    match (&spec.kind, spec.kind.dimension()) {
        (_, Some(dimension)) => Type::Quantity(dimension),
        (Kind::RateProfile, _) => Type::Quantity(Dimension::Rate),
        (
            Kind::Text
            | Kind::Choice(_)
            | Kind::Path
            | Kind::Sql
            | Kind::Date
            | Kind::Expression
            | Kind::Node { .. },
            _,
        ) => Type::Text,
        (Kind::Flag, _) => Type::Flag,
        (Kind::List(_), _) => Type::List,
        (Kind::Mapping(_), _) => Type::Object,
        _ => Type::Any,
    }
}

/// All dotted paths of a schema.
fn paths(prefix: &str, schema: &Schema) -> Vec<String> {
    let mut found = Vec::new();
    for (name, spec) in &schema.settings {
        let path = format!("{prefix}{name}");
        if let Kind::Mapping(inner) = &spec.kind {
            found.extend(paths(&format!("{path}."), inner));
        }
        found.push(path);
    }
    found
}
