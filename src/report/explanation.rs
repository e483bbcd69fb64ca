//! Explanations: a service's card, the ways between two services.

use std::fmt::Write as _;

use crate::knowledge::Knowledge;
use crate::knowledge::card::{Card, Integration, MovedBy};
use crate::knowledge::describe;
use crate::knowledge::fact::{Confidence, Fact, Validity};
use crate::knowledge::misconceptions::Misconception;
use crate::knowledge::routes::Route;
use crate::knowledge::schema::{Kind, Schema};
use crate::lint::rule::Rule;
use crate::report::look::Look;

const BOLD: &str = "1";
const DIM: &str = "2";

/// A service: purpose, settings, limits, promises and integrations, each fact with its source.
#[must_use]
pub fn service(card: &Card, knowledge: &Knowledge, look: Look) -> String {
    let mut page = Page { look, text: String::new() };
    page.heading(&format!("{} ({})", card.name, card.id));
    page.paragraph(&card.about);
    if !card.former_names.is_empty() {
        page.paragraph(&format!("Formerly {}.", card.former_names.join(", ")));
    }
    page.paragraph(&format!("Also written {}.", card.aliases.join(", ")));
    page.status(card);
    page.settings("Settings", &card.settings);
    page.facts("Limits", &card.limits);
    page.facts("Promises", &card.guarantees);
    page.facts("Behaviour", &card.behaviour);
    page.facts("Prices (us-east-1)", &card.prices);
    page.beliefs(card, knowledge);
    page.section("Sends to");
    for integration in &card.sends {
        page.integration(&integration.to, integration);
    }
    page.section("Receives from");
    for id in knowledge.ids() {
        for integration in knowledge.integrations(id, &card.id) {
            page.integration(id, integration);
        }
    }
    page.text
}

/// A rule: what it finds, why that matters, what to do and who says so.
#[must_use]
pub fn rule(rule: &Rule, look: Look) -> String {
    let mut page = Page { look, text: String::new() };
    page.heading(&format!("{} ({}, since {})", rule.id, rule.severity.as_str(), rule.since));
    page.paragraph(&format!("{}.", rule.title));
    page.line("");
    page.paragraph(&rule.why);
    if let Some(check) = &rule.check {
        page.section("Says");
        page.entry("", check.message.text());
    }
    if !rule.help.is_empty() {
        page.section("Way out");
        for step in &rule.help {
            page.entry("", step.text());
        }
    }
    if !rule.sources.is_empty() {
        page.section("Sources");
        for source in &rule.sources {
            page.cited(&source.url, &source.checked.to_string(), Confidence::Confirmed);
        }
    }
    page.text
}

/// Whether one service can send to another: how, or why not and which ways lead there.
#[must_use]
pub fn pair(
    (from, to): (&Card, &Card),
    direct: &[&Integration],
    misconception: Option<&Misconception>,
    routes: &[Route],
    look: Look,
) -> String {
    let mut page = Page { look, text: String::new() };
    page.heading(&format!("{} -> {}", from.id, to.id));
    let offered: Vec<&&Integration> =
        direct.iter().filter(|integration| !integration.only_if_named).collect();
    let (from_name, to_name) = (&from.name, &to.name);
    if offered.is_empty() {
        page.paragraph(&format!("{from_name} does not send to {to_name} directly."));
    } else {
        page.paragraph(&format!("{from_name} can send to {to_name} directly."));
    }
    if let Some(misconception) = misconception {
        page.paragraph(&misconception.why);
        page.paragraph(&misconception.instead);
        page.paragraph(&format!(
            "source: {} (checked {})",
            misconception.source.url, misconception.source.checked
        ));
    }
    if !direct.is_empty() {
        page.section(if offered.is_empty() { "Only where the flow names it" } else { "How" });
        for integration in direct {
            page.integration(&integration.via, integration);
        }
    }
    if !routes.is_empty() {
        page.section("Shortest ways");
        for route in routes {
            page.line(&format!("  {}", route.services.join(" -> ")));
        }
    }
    page.text
}

/// Names in columns under a heading, as the lists of all rules and services show them.
#[must_use]
pub fn list(title: &str, entries: &[(String, String)], look: Look) -> String {
    let mut page = Page { look, text: String::new() };
    page.section(title);
    let width = entries.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    for (name, about) in entries {
        page.entry(&format!("{name:width$}"), about);
    }
    page.text
}

/// Text that grows from top to bottom, wrapped to the width.
struct Page {
    look: Look,
    text: String,
}

impl Page {
    fn line(&mut self, line: &str) {
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    fn heading(&mut self, heading: &str) {
        let heading = self.look.styled(heading, BOLD);
        self.line(&heading);
    }

    fn section(&mut self, title: &str) {
        self.line("");
        self.heading(title);
    }

    fn paragraph(&mut self, paragraph: &str) {
        self.wrapped(paragraph, "", "");
    }

    /// A name with a text beside it; wrapped lines stand under the text.
    fn entry(&mut self, name: &str, text: &str) {
        let indent = " ".repeat((name.chars().count() + 4).min(30));
        self.wrapped(text, &format!("  {name}  "), &indent);
    }

    fn wrapped(&mut self, text: &str, first: &str, rest: &str) {
        let options = textwrap::Options::new(self.look.width)
            .initial_indent(first)
            .subsequent_indent(rest)
            .break_words(false)
            .word_separator(textwrap::WordSeparator::AsciiSpace)
            .word_splitter(textwrap::WordSplitter::NoHyphenation);
        for line in textwrap::wrap(&text.split_whitespace().collect::<Vec<_>>().join(" "), options) {
            self.line(&line);
        }
    }

    fn status(&mut self, card: &Card) {
        let Some(status) = &card.status else { return };
        let mut text = String::from("Status:");
        if let Some(day) = status.closed_to_new {
            write!(text, " closed to new customers since {day};").expect("memory");
        }
        if let Some(day) = status.ended {
            write!(text, " ended {day};").expect("memory");
        }
        if let Some(successor) = &status.successor {
            write!(text, " use {successor};").expect("memory");
        }
        self.paragraph(text.trim_end_matches(';'));
        self.cited(&status.source.url, &status.source.checked.to_string(), Confidence::Confirmed);
    }

    /// What many believe of the service and is not so.
    fn beliefs(&mut self, card: &Card, knowledge: &Knowledge) {
        let all = knowledge.misconceptions();
        let of_card = all.iter().filter(|known| known.from == card.id);
        let mut beliefs = of_card.filter_map(|known| Some((known.belief.as_deref()?, known))).peekable();
        if beliefs.peek().is_some() {
            self.section("Wrongly believed");
        }
        for (belief, known) in beliefs {
            self.wrapped(belief, "  ", "  ");
            self.wrapped(&format!("{} {}", known.why, known.instead), "    ", "    ");
            self.cited(&known.source.url, &known.source.checked.to_string(), known.confidence);
        }
    }

    fn settings(&mut self, title: &str, schema: &Schema) {
        if schema.settings.is_empty() {
            return;
        }
        self.section(title);
        self.schema("", schema);
    }

    fn schema(&mut self, prefix: &str, schema: &Schema) {
        for spec in schema.settings.values() {
            let path = format!("{prefix}{}", spec.name);
            self.entry(&path, &spec.described());
            if let Kind::Mapping(inner) = &spec.kind {
                self.schema(&format!("{path}."), inner);
            }
        }
    }

    fn facts(&mut self, title: &str, facts: &std::collections::BTreeMap<String, Fact>) {
        if facts.is_empty() {
            return;
        }
        self.section(title);
        for (name, fact) in facts {
            let values: Vec<String> =
                fact.values.iter().map(|value| describe::valued(value, fact.per.as_deref())).collect();
            let adjustable = if fact.adjustable { " Raised on request." } else { "" };
            let note = fact.note.as_deref().map(|note| format!(" {note}")).unwrap_or_default();
            self.entry(name, &format!("{}. {}{adjustable}{note}", values.join("; "), fact.about));
            for value in &fact.values {
                self.validity(&value.validity);
            }
        }
    }

    fn integration(&mut self, name: &str, integration: &Integration) {
        let moved_by = match integration.moved_by {
            MovedBy::Source => "pushed by the source",
            MovedBy::Target => "fetched by the target",
            MovedBy::UserCode => "moved by your code",
            MovedBy::Service => "moved by AWS",
        };
        let via = if name == integration.via { String::new() } else { format!(" (via {})", integration.via) };
        let when = integration.condition().map(|when| format!(" Needs {}.", when.text())).unwrap_or_default();
        let note = integration.note.as_deref().map(|note| format!(" {note}")).unwrap_or_default();
        self.entry(
            name,
            &format!(
                "{}{via}, {moved_by}{}.{when}{note}",
                integration.mechanism,
                describe::days(&integration.validity)
            ),
        );
        self.validity(&integration.validity);
    }

    fn validity(&mut self, validity: &Validity) {
        if let Some(source) = &validity.source {
            self.cited(&source.url, &source.checked.to_string(), validity.confidence);
        }
    }

    fn cited(&mut self, url: &str, checked: &str, confidence: Confidence) {
        let confidence = match confidence {
            Confidence::Confirmed => String::new(),
            other => format!(", {}", other.as_str()),
        };
        let text = self.look.styled(&format!("{url} ({checked}{confidence})"), DIM);
        self.line(&format!("      {text}"));
    }
}
