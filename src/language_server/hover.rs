//! What is shown of the word under the pointer: the card's own sentences, with their sources.

use std::fmt::Write as _;

use lsp_types::{Hover, HoverContents, MarkupContent, MarkupKind, Position};

use crate::design::vocabulary::TOP;
use crate::knowledge::card::{Integration, MovedBy};
use crate::knowledge::describe;
use crate::knowledge::fact::Reference;
use crate::knowledge::schema::SettingSpec;
use crate::knowledge::{Knowledge, misconceptions, routes};
use crate::language_server::document::Document;
use crate::language_server::tokens::Meaning;
use crate::units::Date;

/// How many ways around an impossible flow are shown.
const MOST_ROUTES: usize = 3;

pub(super) fn hover(document: &Document, position: Position) -> Option<Hover> {
    let (knowledge, rules) = document.base();
    let token = document.token_at(position)?;
    let value = match &token.meaning {
        Meaning::Top(index) => TOP[*index].1.to_owned(),
        Meaning::Service(id) => service(id, knowledge)?,
        Meaning::Setting(spec) => setting(spec),
        Meaning::Requirement(word) => format!("**{}**: {}", word.keyword, word.about),
        Meaning::Rule(id) => {
            let rule = rules.get(id)?;
            format!("**{}** ({}): {}\n\n{}", rule.id, rule.severity.as_str(), rule.title, rule.why)
        }
        Meaning::Name { id, .. } => name(document, id, knowledge)?,
        Meaning::Arrow { from, to } => arrow(document, (from, to), knowledge)?,
    };
    let contents = HoverContents::Markup(MarkupContent { kind: MarkupKind::Markdown, value });
    Some(Hover { contents, range: Some(document.range(token.span)) })
}

/// A service: its name, what it is for and, where its life ends, that it does.
fn service(id: &str, knowledge: &Knowledge) -> Option<String> {
    let card = knowledge.card(id)?;
    let mut text = format!("**{}** (`{}`)\n\n{}", card.name, card.id, card.about);
    if let Some(status) = &card.status {
        let told = [("closed to new customers since", status.closed_to_new), ("ended", status.ended)];
        for (what, day) in told.into_iter().filter_map(|(what, day)| Some((what, day?))) {
            write!(text, "\n\n{what} {day}").expect("memory");
        }
        if let Some(successor) = &status.successor {
            write!(text, "; use `{successor}`").expect("memory");
        }
        cite(&mut text, &status.source);
    }
    Some(text)
}

/// A setting: type, meaning, defaults and ranges, what AWS calls it, and who says so.
pub(super) fn setting(spec: &SettingSpec) -> String {
    let mut text = format!("**{}**: {}", spec.name, spec.described());
    if let Some(note) = &spec.note {
        write!(text, "\n\n{note}").expect("memory");
    }
    if !spec.cloudformation.is_empty() {
        let names: Vec<String> = spec.cloudformation.iter().map(ToString::to_string).collect();
        write!(text, "\n\nCloudFormation: `{}`", names.join("`, `")).expect("memory");
    }
    if let Some(terraform) = &spec.terraform {
        write!(text, "\n\nTerraform: `{terraform}`").expect("memory");
    }
    let validities = spec
        .defaults
        .iter()
        .map(|value| &value.validity)
        .chain(spec.ranges.iter().map(|range| &range.validity));
    let mut sources: Vec<&Reference> = Vec::new();
    for source in spec.source.iter().chain(validities.filter_map(|validity| validity.source.as_ref())) {
        if !sources.contains(&source.as_ref()) {
            sources.push(source);
        }
    }
    for source in sources {
        cite(&mut text, source);
    }
    text
}

fn cite(text: &mut String, source: &Reference) {
    write!(text, "\n\n[{}]({}) (checked {})", source.url, source.url, source.checked).expect("memory");
}

/// A node: its service and what it is joined to.
fn name(document: &Document, id: &str, knowledge: &Knowledge) -> Option<String> {
    let design = document.design.as_ref()?;
    let index = design.index_of(id)?;
    let mut text = format!("**{id}**: {}", service(&design.nodes[index].service, knowledge)?);
    let list = |ends: Vec<&str>| ends.iter().map(|id| format!("`{id}`")).collect::<Vec<_>>().join(", ");
    let fed: Vec<&str> =
        design.incoming(index).map(|(_, flow)| design.nodes[flow.from].id.as_str()).collect();
    let feeds: Vec<&str> =
        design.outgoing(index).map(|(_, flow)| design.nodes[flow.to].id.as_str()).collect();
    for (what, ends) in [("fed by", fed), ("feeds", feeds)] {
        if !ends.is_empty() {
            write!(text, "\n\n{what} {}", list(ends)).expect("memory");
        }
    }
    Some(text)
}

/// A flow: the integration that carries it, or why there is none and which ways lead around.
fn arrow(document: &Document, (from, to): (&str, &str), knowledge: &Knowledge) -> Option<String> {
    let design = document.design.as_ref()?;
    let ends = (design.index_of(from)?, design.index_of(to)?);
    let flow =
        design.flows.iter().find(|flow| (flow.from, flow.to) == ends && flow.role.as_str() == "flow")?;
    let heading = format!("**{from} -> {to}**");
    if let Some(integration) = design.integration(knowledge, flow) {
        return Some(format!("{heading}: {}", carried(integration)));
    }
    let (from, to) = (&design.nodes[ends.0].service, &design.nodes[ends.1].service);
    Some(format!("{heading}: {}", impossible((from, to), design.as_of, knowledge)?))
}

fn carried(integration: &Integration) -> String {
    let moved_by = match integration.moved_by {
        MovedBy::Source => "pushed by the source",
        MovedBy::Target => "fetched by the target",
        MovedBy::UserCode => "moved by your code",
        MovedBy::Service => "moved by AWS",
    };
    let days = describe::days(&integration.validity);
    let mut text = format!("{} (`via: {}`), {moved_by}{days}", integration.mechanism, integration.via);
    if let Some(when) = integration.condition() {
        write!(text, "\n\nneeds `{}`", when.text()).expect("memory");
    }
    if let Some(note) = &integration.note {
        write!(text, "\n\n{note}").expect("memory");
    }
    if let Some(source) = &integration.validity.source {
        cite(&mut text, source);
    }
    text
}

fn impossible((from, to): (&str, &str), day: Date, knowledge: &Knowledge) -> Option<String> {
    let names = (&knowledge.card(from)?.name, &knowledge.card(to)?.name);
    let mut text = format!("{} does not send to {} directly", names.0, names.1);
    if let Some(known) =
        misconceptions::all().iter().find(|known| known.from == from && known.to.as_deref() == Some(to))
    {
        write!(text, "\n\n{}\n\n{}", known.why, known.instead).expect("memory");
        cite(&mut text, &known.source);
    }
    for route in routes::shortest(knowledge, from, to, day, MOST_ROUTES) {
        write!(text, "\n- `{}`", route.services.join(" -> ")).expect("memory");
    }
    Some(text)
}
