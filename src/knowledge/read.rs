//! Reads a card from its tree: every mistake in one pass.

mod effects;
mod encoding;
mod facts;
mod settings;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Label};
use crate::fields::{Fields, WRONG_TYPE, listed, text, wrong_type};
use crate::knowledge::card::{Card, Integration, MovedBy, Status};
use crate::knowledge::fact::{Confidence, Fact, Reference, Validity};
use crate::knowledge::pack::Extension;
use crate::source::{Node, Value};
use crate::units::Date;

/// What every part of the reader needs: the card's sources and the mistakes so far.
pub(super) struct Context {
    sources: BTreeMap<String, Arc<Reference>>,
    mistakes: Vec<Diagnostic>,
}

/// The card that `node` describes, if it is whole, and all its mistakes.
pub(super) fn card(node: &Node) -> (Option<Card>, Vec<Diagnostic>) {
    let mut mistakes = Vec::new();
    let Some(mut fields) = Fields::of(node, "a service card", &mut mistakes) else { return (None, mistakes) };
    let sources = fields.value("sources").map_or_else(BTreeMap::new, |node| references(node, &mut mistakes));
    let mut context = Context { sources, mistakes };
    let card = context.card(&mut fields);
    fields.finish(&mut context.mistakes);
    (card, context.mistakes)
}

/// What `node` adds to the service that it names under `extends`, and all its mistakes.
pub(super) fn extension(node: &Node) -> (Option<Extension>, Vec<Diagnostic>) {
    let mut mistakes = Vec::new();
    let Some(mut fields) = Fields::of(node, "an extension", &mut mistakes) else { return (None, mistakes) };
    let sources = fields.value("sources").map_or_else(BTreeMap::new, |node| references(node, &mut mistakes));
    let mut context = Context { sources, mistakes };
    let of = context.required_text(&mut fields, "extends");
    let aliases = fields.texts("aliases", &mut context.mistakes);
    let sends = fields.value("sends").map(|node| context.integrations(node)).unwrap_or_default();
    fields.finish(&mut context.mistakes);
    (of.map(|of| Extension { of, aliases, sends }), context.mistakes)
}

impl Context {
    fn card(&mut self, fields: &mut Fields<'_>) -> Option<Card> {
        let status = fields.value("status").and_then(|node| self.status(node));
        let settings = fields.value("settings").map(|node| self.schema(node)).unwrap_or_default();
        let refuses = fields.value("refuses").map(|node| self.schema(node)).unwrap_or_default();
        let limits = self.facts(fields.value("limits"));
        let guarantees = self.guarantees(fields.value("guarantees"));
        let behaviour = self.facts(fields.value("behaviour"));
        let prices = self.facts(fields.value("prices"));
        let effects = self.effects(fields.value("effects"));
        let sends = fields.value("sends").map(|node| self.integrations(node)).unwrap_or_default();
        Some(Card {
            id: self.required_text(fields, "id")?,
            name: self.required_text(fields, "name")?,
            former_names: fields.texts("former_names", &mut self.mistakes),
            aliases: fields.texts("aliases", &mut self.mistakes),
            class: self.required_text(fields, "class")?,
            about: self.required_text(fields, "about")?,
            serverless: fields.flag("serverless", &mut self.mistakes),
            status,
            sources: self.sources.clone(),
            settings,
            refuses,
            limits,
            guarantees,
            behaviour,
            prices,
            effects,
            sends,
        })
    }

    fn required_text(&mut self, fields: &mut Fields<'_>, key: &str) -> Option<String> {
        let node = fields.require(key, &mut self.mistakes)?;
        text(node, &mut self.mistakes).map(str::to_owned)
    }

    fn status(&mut self, node: &Node) -> Option<Status> {
        let mut fields = Fields::of(node, "`status`", &mut self.mistakes)?;
        let closed_to_new = fields.value("closed_to_new").and_then(|node| self.date(node));
        let ended = fields.value("ended").and_then(|node| self.date(node));
        let successor = fields.text("successor", &mut self.mistakes);
        let source = fields.require("source", &mut self.mistakes).and_then(|node| self.source(node));
        fields.finish(&mut self.mistakes);
        Some(Status { closed_to_new, ended, successor, source: source? })
    }

    fn integrations(&mut self, node: &Node) -> Vec<Integration> {
        let Value::Sequence(items) = &node.value else {
            self.mistakes.push(wrong_type(node, "`sends` is a list of integrations"));
            return Vec::new();
        };
        items.iter().filter_map(|item| self.integration(item)).collect()
    }

    fn integration(&mut self, node: &Node) -> Option<Integration> {
        let mut fields = Fields::of(node, "an integration", &mut self.mistakes)?;
        let validity = self.validity(&mut fields, true);
        let moved_by = fields.require("moved_by", &mut self.mistakes).and_then(|node| self.moved_by(node));
        let settings = fields.value("settings").map(|node| self.schema(node)).unwrap_or_default();
        let effects = self.effects(fields.value("effects"));
        let integration = Some(()).and_then(|()| {
            Some(Integration {
                to: self.required_text(&mut fields, "to")?,
                via: self.required_text(&mut fields, "via")?,
                mechanism: self.required_text(&mut fields, "mechanism")?,
                moved_by: moved_by?,
                role: fields.text("role", &mut self.mistakes).unwrap_or_else(|| "flow".to_owned()),
                cloudformation: self.properties(&mut fields),
                permission: fields.value("permission").and_then(|node| self.permission(node)),
                validity,
                only_if_named: fields.flag("only_if_named", &mut self.mistakes),
                note: fields.text("note", &mut self.mistakes),
                settings,
                effects,
            })
        });
        fields.finish(&mut self.mistakes);
        integration
    }

    fn moved_by(&mut self, node: &Node) -> Option<MovedBy> {
        let words = [
            ("source", MovedBy::Source),
            ("target", MovedBy::Target),
            ("user-code", MovedBy::UserCode),
            ("service", MovedBy::Service),
        ];
        self.word(node, &words)
    }

    /// The meaning of one of a closed list of words.
    fn word<T: Copy>(&mut self, node: &Node, words: &[(&str, T)]) -> Option<T> {
        let written = text(node, &mut self.mistakes)?;
        let found = words.iter().find(|(word, _)| *word == written).map(|(_, meaning)| *meaning);
        if found.is_none() {
            let expected = format!("{} is expected here", listed(words.iter().map(|(word, _)| *word)));
            self.mistakes.push(wrong_type(node, &expected));
        }
        found
    }

    fn date(&mut self, node: &Node) -> Option<Date> {
        let written = text(node, &mut self.mistakes)?;
        match written.parse() {
            Ok(date) => Some(date),
            Err(_) => {
                self.mistakes.push(wrong_type(node, "a day such as `2026-11-01` is expected here"));
                None
            }
        }
    }

    fn source(&mut self, node: &Node) -> Option<Arc<Reference>> {
        let key = text(node, &mut self.mistakes)?;
        let found = self.sources.get(key).cloned();
        if found.is_none() {
            let label = Label::new(node.span, "not among this card's `sources`");
            self.mistakes.push(Diagnostic::new(WRONG_TYPE, label, format!("there is no source `{key}`")));
        }
        found
    }

    fn confidence(&mut self, node: &Node) -> Option<Confidence> {
        self.word(node, &Confidence::ALL.map(|confidence| (confidence.as_str(), confidence)))
    }

    fn validity(&mut self, fields: &mut Fields<'_>, must_be_sourced: bool) -> Validity {
        let source_node = if must_be_sourced {
            fields.require("source", &mut self.mistakes)
        } else {
            fields.value("source")
        };
        Validity {
            when: fields.value("when").and_then(|node| self.expression(node)),
            since: fields.value("since").and_then(|node| self.date(node)),
            until: fields.value("until").and_then(|node| self.date(node)),
            source: source_node.and_then(|node| self.source(node)),
            confidence: fields
                .value("confidence")
                .and_then(|node| self.confidence(node))
                .unwrap_or(Confidence::Confirmed),
        }
    }

    fn facts(&mut self, node: Option<&Node>) -> BTreeMap<String, Fact> {
        self.named(node).into_iter().filter_map(|(name, node)| Some((name, self.fact(node)?))).collect()
    }

    /// Guarantees are facts, but for `latency`, which is two: typical and worst.
    fn guarantees(&mut self, node: Option<&Node>) -> BTreeMap<String, Fact> {
        let mut facts = BTreeMap::new();
        for (name, node) in self.named(node) {
            if name == "latency" {
                self.latency(node, &mut facts);
            } else if let Some(fact) = self.fact(node) {
                facts.insert(name, fact);
            }
        }
        facts
    }

    /// The keys of a mapping with their values; a mistake is noted for anything else.
    fn named<'n>(&mut self, node: Option<&'n Node>) -> Vec<(String, &'n Node)> {
        let Some(node) = node else { return Vec::new() };
        let Value::Mapping(mapping) = &node.value else {
            self.mistakes.push(wrong_type(node, "a mapping of names to facts is expected here"));
            return Vec::new();
        };
        mapping.iter().map(|(name, entry)| (name.to_owned(), entry.value.as_ref())).collect()
    }
}

/// Who is cited, by the file's own keys.
pub(super) fn references(node: &Node, mistakes: &mut Vec<Diagnostic>) -> BTreeMap<String, Arc<Reference>> {
    let mut found = BTreeMap::new();
    let Value::Mapping(mapping) = &node.value else {
        mistakes.push(wrong_type(node, "`sources` is a mapping of keys to sources"));
        return found;
    };
    for (key, entry) in mapping.iter() {
        let Some(mut fields) = Fields::of(&entry.value, "a source", mistakes) else { continue };
        let url = fields.require("url", mistakes).and_then(|node| text(node, mistakes)).map(str::to_owned);
        let read = fields.text("read", mistakes);
        let checked = fields.require("checked", mistakes).and_then(|node| text(node, mistakes)?.parse().ok());
        fields.finish(mistakes);
        match (url, checked) {
            (Some(url), Some(checked)) => {
                found.insert(key.to_owned(), Arc::new(Reference { url, read, checked }));
            }
            _ => mistakes
                .push(wrong_type(&entry.value, "a source has an address and the day of its last check")),
        }
    }
    found
}
