//! What the words of a design mean: each with its place, found by walking the tree along the cards.
//!
//! Everything that asks about a place (what is shown, where it leads, what it is renamed with) asks this list.

use std::collections::BTreeMap;

use crate::design::ids_of_chain;
use crate::design::vocabulary::{RequirementWord, TOP, allowance, fault, flow_settings, requirements};
use crate::knowledge::Knowledge;
use crate::knowledge::schema::{Kind, Schema, SettingSpec};
use crate::language_server::sql;
use crate::source::{Mapping, Node, Span, Text, Value};

/// A word with its meaning.
#[derive(Debug, Clone)]
pub(super) struct Token {
    pub(super) span: Span,
    pub(super) meaning: Meaning,
}

/// What a word means.
#[derive(Debug, Clone)]
pub(super) enum Meaning {
    /// A key of the design itself, as an index into the vocabulary.
    Top(usize),
    /// A node's id.
    Name { id: String, role: NameRole },
    /// The id of a service, where a node says which it is.
    Service(String),
    /// The key of a setting.
    Setting(Box<SettingSpec>),
    /// The keyword of a requirement.
    Requirement(&'static RequirementWord),
    /// The id of a rule.
    Rule(String),
    /// What lies between the two names of a flow.
    Arrow { from: String, to: String },
}

/// Where a node's id stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NameRole {
    Declaration,
    Use,
    /// In a query, in back-ticks or not.
    Query {
        quoted: bool,
    },
}

/// All words of a design that mean something, in no certain order.
pub(super) fn of(text: &Text, root: &Node, knowledge: &Knowledge) -> Vec<Token> {
    let mut walk = Walk { text, knowledge, services: BTreeMap::new(), tokens: Vec::new() };
    if let Some(mapping) = root.as_mapping() {
        walk.design(mapping);
    }
    walk.tokens
}

struct Walk<'a> {
    text: &'a Text,
    knowledge: &'a Knowledge,
    services: BTreeMap<String, &'a str>,
    tokens: Vec<Token>,
}

impl Walk<'_> {
    fn add(&mut self, span: Span, meaning: Meaning) {
        self.tokens.push(Token { span, meaning });
    }

    fn design(&mut self, mapping: &Mapping) {
        for (key, entry) in mapping.iter() {
            if let Some(index) = TOP.iter().position(|(known, ..)| *known == key) {
                self.add(entry.key.span, Meaning::Top(index));
            }
            if key == "nodes" {
                self.nodes(&entry.value);
            }
        }
        for (key, entry) in mapping.iter() {
            let items = entry.value.as_sequence().unwrap_or_default();
            for item in items {
                match key {
                    "flows" => self.flow(item),
                    "require" => self.requirement(item),
                    "allow" => self.allowance(item),
                    "faults" => self.settings(item, fault()),
                    _ => {}
                }
            }
        }
    }

    fn nodes(&mut self, node: &Node) {
        let Some(mapping) = node.as_mapping() else { return };
        for (id, entry) in mapping.iter() {
            self.name(id, entry.key.span, NameRole::Declaration);
            let Some(service) = entry.value.get("service") else { continue };
            let Some(found) = service.as_text().and_then(|name| self.knowledge.resolve(name)) else {
                continue;
            };
            self.services.insert(id.to_owned(), found.id);
            self.add(service.span, Meaning::Service(found.id.to_owned()));
        }
        for (id, entry) in mapping.iter() {
            let card = self.services.get(id).and_then(|service| self.knowledge.card(service));
            if let Some(card) = card {
                self.settings(&entry.value, &card.settings);
            }
        }
    }

    /// The keys that a schema knows, and the names in their values.
    fn settings(&mut self, node: &Node, schema: &Schema) {
        for (key, entry) in node.as_mapping().into_iter().flat_map(Mapping::iter) {
            let Some(spec) = schema.settings.get(key) else { continue };
            self.add(entry.key.span, Meaning::Setting(Box::new(spec.clone())));
            self.value(&entry.value, &spec.kind);
        }
    }

    fn value(&mut self, node: &Node, kind: &Kind) {
        match (kind, &node.value) {
            (Kind::Node { .. }, Value::Scalar(_)) => self.whole(node),
            (Kind::List(item), Value::Sequence(items)) => {
                for each in items {
                    self.value(each, item);
                }
            }
            (Kind::List(item), _) => self.value(node, item),
            (Kind::Mapping(schema), _) => self.settings(node, schema),
            (Kind::Sql, Value::Scalar(_)) => {
                for (id, span, quoted) in sql::tables(self.text, node) {
                    self.name(&id, span, NameRole::Query { quoted });
                }
            }
            _ => {}
        }
    }

    fn flow(&mut self, node: &Node) {
        if node.as_scalar().is_some() {
            return self.chain(node);
        }
        self.settings(node, flow_settings());
        let ends = [node.get("from"), node.get("to")];
        for end in ends.into_iter().flatten() {
            self.whole(end);
        }
        let services =
            ends.map(|end| end.and_then(Node::as_text).and_then(|id| self.services.get(id).copied()));
        let [Some(from), Some(to)] = services else { return };
        let via = node.get("via").and_then(Node::as_text);
        let mut found =
            self.knowledge.integrations(from, to).filter(|found| via.is_none_or(|via| via == found.via));
        if let Some(integration) = found.next() {
            self.settings(node, &integration.settings);
        }
    }

    /// The names of a chain, and what joins them.
    fn chain(&mut self, node: &Node) {
        let Some(ids) = ids_of_chain(self.text, node, &mut Vec::new()) else { return };
        for pair in ids.windows(2) {
            let [(from, left), (to, right)] = pair else { continue };
            let (from, to) = (from.clone(), to.clone());
            self.add(Span::new(left.end, right.start), Meaning::Arrow { from, to });
        }
        for (id, span) in ids.iter().filter(|(id, _)| !id.is_empty()) {
            self.name(id, *span, NameRole::Use);
        }
    }

    fn requirement(&mut self, node: &Node) {
        for word in requirements() {
            if node.as_text() == Some(word.keyword) {
                self.add(node.span, Meaning::Requirement(word));
            }
            if let Some(entry) = node.entry(word.keyword) {
                self.add(entry.key.span, Meaning::Requirement(word));
                self.settings(&entry.value, &word.settings);
            }
        }
    }

    fn allowance(&mut self, node: &Node) {
        self.settings(node, allowance());
        if let Some(rule) = node.get("rule")
            && let Some(id) = rule.as_text()
        {
            self.add(rule.span, Meaning::Rule(id.to_owned()));
        }
        if let Some(at) = node.get("at") {
            self.chain(at);
        }
    }

    /// A name without its quotes.
    fn whole(&mut self, node: &Node) {
        if let Some(id) = node.as_text() {
            self.name(id, crate::source::locate(self.text, node, 0..id.len()), NameRole::Use);
        }
    }

    fn name(&mut self, id: &str, span: Span, role: NameRole) {
        self.add(span, Meaning::Name { id: id.to_owned(), role });
    }
}
