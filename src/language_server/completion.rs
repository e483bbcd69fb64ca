//! What can be written at the cursor: keys, services, choices, names of nodes and ids of rules.

use lsp_types::{
    CompletionItem, CompletionItemKind, CompletionTextEdit, Documentation, MarkupContent, MarkupKind,
    Position, TextEdit,
};

use crate::design::vocabulary::{TOP, allowance, fault, flow_settings, requirements};
use crate::knowledge::Knowledge;
use crate::knowledge::card::Integration;
use crate::knowledge::schema::{Kind, Schema, SettingSpec};
use crate::language_server::cursor::{Cursor, places};
use crate::language_server::document::Document;
use crate::language_server::hover::setting;
use crate::lint::Rules;
use crate::source::{Mapping, Node, Span, Step};

/// One thing that can be written.
struct Choice {
    label: String,
    kind: CompletionItemKind,
    detail: String,
    about: String,
}

impl Choice {
    fn new(label: &str, kind: CompletionItemKind, detail: &str, about: &str) -> Self {
        let (label, detail, about) = (label.to_owned(), detail.to_owned(), about.to_owned());
        Self { label, kind, detail, about }
    }
}

/// What can be written at a place.
pub(super) fn completion(document: &Document, position: Position) -> Vec<CompletionItem> {
    let (knowledge, rules) = document.base();
    let (text, offset) = (document.text.as_str(), document.offset(position));
    let line = &text[text[..offset].rfind('\n').map_or(0, |end| end + 1)..offset];
    let call = line.split_once('#').and_then(|(_, comment)| comment.split_once("allow["));
    if let Some((_, typed)) = call {
        let word = typed.rsplit([',', ' ']).next().unwrap_or_default();
        let span = Span::new((offset - word.len()) as u32, offset as u32);
        return if typed.contains(']') { Vec::new() } else { items(document, span, false, of_rules(rules)) };
    }
    let known = Known { knowledge, rules };
    let found = places(text, offset);
    found
        .iter()
        .flat_map(|cursor| items(document, cursor.word, cursor.is_key, known.choices(cursor)))
        .collect()
}

fn items(document: &Document, word: Span, is_key: bool, choices: Vec<Choice>) -> Vec<CompletionItem> {
    let has_colon = document.text.as_str()[word.range().end..].trim_start_matches(' ').starts_with(':');
    let item = |choice: Choice| {
        let new_text =
            if is_key && !has_colon { format!("{}: ", choice.label) } else { choice.label.clone() };
        let documentation = (!choice.about.is_empty()).then(|| {
            Documentation::MarkupContent(MarkupContent {
                kind: MarkupKind::Markdown,
                value: choice.about.clone(),
            })
        });
        CompletionItem {
            label: choice.label,
            kind: Some(choice.kind),
            detail: (!choice.detail.is_empty()).then_some(choice.detail),
            documentation,
            text_edit: Some(CompletionTextEdit::Edit(TextEdit { range: document.range(word), new_text })),
            ..CompletionItem::default()
        }
    };
    choices.into_iter().map(item).collect()
}

fn of_rules(rules: &Rules) -> Vec<Choice> {
    let choice = |rule: &crate::lint::rule::Rule| {
        Choice::new(&rule.id, CompletionItemKind::CONSTANT, rule.severity.as_str(), &rule.title)
    };
    rules.all().iter().map(choice).collect()
}

struct Known<'a> {
    knowledge: &'a Knowledge,
    rules: &'a Rules,
}

impl<'a> Known<'a> {
    fn choices(&self, cursor: &Cursor) -> Vec<Choice> {
        let steps: Vec<&str> = cursor
            .path
            .steps()
            .iter()
            .filter_map(|step| if let Step::Key(key) = step { Some(key.as_str()) } else { None })
            .collect();
        let (root, here) = (&cursor.root, cursor.root.at(&cursor.path));
        let keys = |schema: &Schema| keys(schema, here);
        match (steps.as_slice(), cursor.is_key) {
            ([], true) => {
                let unused = TOP.iter().filter(|(key, ..)| here.is_none_or(|node| node.get(key).is_none()));
                unused
                    .map(|(key, about, _)| Choice::new(key, CompletionItemKind::PROPERTY, "", about))
                    .collect()
            }
            (["nodes", _, "service"], false) => self.services(),
            (["nodes", id], true) => self.of_node(root, id, here),
            (["nodes", id, path @ ..], is_key) => {
                let Some(card) = self.service(root, id).and_then(|service| self.knowledge.card(service))
                else {
                    return Vec::new();
                };
                match (card.settings.at(&path.join(".")), is_key) {
                    (Some(SettingSpec { kind: Kind::Mapping(schema), .. }), true) => keys(schema),
                    (Some(spec), false) => self.values(root, spec, Some(id)),
                    _ => Vec::new(),
                }
            }
            (["flows"] | ["flows", "from" | "to"] | ["allow", "at"], false) => self.names(root, &[]),
            (["flows"], true) => self.of_flow(root, here),
            (["flows", key], false) => self.flow_values(root, cursor, key),
            (["require"], false) => words(|word| word.settings.settings.is_empty()),
            (["require"], true) => words(|_| true),
            (["require", word], true) => requirement(word).map(keys).unwrap_or_default(),
            (["require", word, key], false) => {
                let spec = requirement(word).and_then(|schema| schema.settings.get(*key));
                spec.map(|spec| self.values(root, spec, None)).unwrap_or_default()
            }
            (["allow"], true) => keys(allowance()),
            (["faults"], true) => keys(fault()),
            (["allow", "rule"], false) => of_rules(self.rules),
            _ => Vec::new(),
        }
    }

    fn service(&self, root: &Node, id: &str) -> Option<&'a str> {
        let written = root.get("nodes")?.get(id)?.get("service")?.as_text()?;
        self.knowledge.resolve(written).map(|found| found.id)
    }

    fn services(&self) -> Vec<Choice> {
        let cards = self.knowledge.ids().filter_map(|id| self.knowledge.card(id));
        cards.map(|card| Choice::new(&card.id, CompletionItemKind::CLASS, &card.name, &card.about)).collect()
    }

    fn of_node(&self, root: &Node, id: &str, here: Option<&Node>) -> Vec<Choice> {
        let mut choices = Vec::new();
        if here.is_none_or(|node| node.get("service").is_none()) {
            choices.push(Choice::new(
                "service",
                CompletionItemKind::PROPERTY,
                "",
                "Which service the node is.",
            ));
        }
        let card = self.service(root, id).and_then(|service| self.knowledge.card(service));
        choices.extend(card.map(|card| keys(&card.settings, here)).unwrap_or_default());
        choices
    }

    /// The integrations between the ends of a flow that is written as a mapping.
    fn integrations(&self, root: &Node, flow: Option<&Node>) -> Vec<&'a Integration> {
        let end = |key: &str| self.service(root, flow?.get(key)?.as_text()?);
        let (Some(from), Some(to)) = (end("from"), end("to")) else { return Vec::new() };
        self.knowledge.integrations(from, to).collect()
    }

    fn of_flow(&self, root: &Node, here: Option<&Node>) -> Vec<Choice> {
        let ends = ["from", "to"].into_iter().filter(|key| here.is_none_or(|flow| flow.get(key).is_none()));
        let mut choices: Vec<Choice> =
            ends.map(|key| Choice::new(key, CompletionItemKind::PROPERTY, "the id of a node", "")).collect();
        choices.extend(keys(flow_settings(), here));
        for integration in self.integrations(root, here) {
            let new = keys(&integration.settings, here);
            choices.extend(new.into_iter().filter(|choice| !matches!(choice.label.as_str(), "from" | "to")));
        }
        choices.dedup_by(|left, right| left.label == right.label);
        choices
    }

    fn flow_values(&self, root: &Node, cursor: &Cursor, key: &str) -> Vec<Choice> {
        let steps = cursor.path.steps();
        let flow = root.at(&steps[..steps.len() - 1].iter().cloned().collect());
        let integrations = self.integrations(root, flow);
        if key == "via" {
            let choice = |found: &&Integration| {
                Choice::new(&found.via, CompletionItemKind::ENUM_MEMBER, "", &found.mechanism)
            };
            return integrations.iter().map(choice).collect();
        }
        let spec = integrations.iter().find_map(|found| found.settings.settings.get(key));
        spec.map(|spec| self.values(root, spec, None)).unwrap_or_default()
    }

    /// The values that a setting allows where they can be listed, else its default.
    fn values(&self, root: &Node, spec: &SettingSpec, own: Option<&str>) -> Vec<Choice> {
        let listed = |words: &mut dyn Iterator<Item = &str>| {
            words.map(|word| Choice::new(word, CompletionItemKind::ENUM_MEMBER, "", "")).collect::<Vec<_>>()
        };
        let kind = if let Kind::List(item) = &spec.kind { item } else { &spec.kind };
        match kind {
            Kind::Flag => listed(&mut ["true", "false"].into_iter()),
            Kind::Choice(words) => listed(&mut words.iter().map(String::as_str)),
            Kind::Node { accepts, .. } => {
                let mut names = self.names(root, accepts);
                names.retain(|name| Some(name.label.as_str()) != own);
                names
            }
            _ => {
                let default = spec.defaults.first().map(|default| default.value.to_string());
                let choice =
                    |value: String| Choice::new(&value, CompletionItemKind::VALUE, "the default", "");
                default.map(choice).into_iter().collect()
            }
        }
    }

    /// The nodes, those of accepted services only where some are named.
    fn names(&self, root: &Node, accepts: &[String]) -> Vec<Choice> {
        let ids = root
            .get("nodes")
            .and_then(Node::as_mapping)
            .into_iter()
            .flat_map(Mapping::iter)
            .map(|(id, _)| id);
        let served = ids.map(|id| (id, self.service(root, id).unwrap_or_default()));
        served
            .filter(|(_, service)| accepts.is_empty() || accepts.iter().any(|accepted| accepted == service))
            .map(|(id, service)| Choice::new(id, CompletionItemKind::VARIABLE, service, ""))
            .collect()
    }
}

/// The keys of a schema that a mapping does not have yet.
fn keys(schema: &Schema, here: Option<&Node>) -> Vec<Choice> {
    let unused =
        schema.settings.values().filter(|spec| here.is_none_or(|node| node.get(&spec.name).is_none()));
    unused
        .map(|spec| {
            Choice::new(&spec.name, CompletionItemKind::PROPERTY, &spec.kind.described(), &setting(spec))
        })
        .collect()
}

fn requirement(word: &str) -> Option<&'static Schema> {
    requirements().iter().find(|known| known.keyword == word).map(|known| &known.settings)
}

fn words(wanted: impl Fn(&&crate::design::vocabulary::RequirementWord) -> bool) -> Vec<Choice> {
    let words = requirements().iter().filter(wanted);
    words.map(|word| Choice::new(word.keyword, CompletionItemKind::KEYWORD, "", word.about)).collect()
}
