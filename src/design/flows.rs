//! Lowers the flows of a design: chains, mappings, and what follows from settings that name nodes.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::design::lower::Context;
use crate::design::settings::Settings;
use crate::design::vocabulary;
use crate::design::{Flow, Node, Role};
use crate::diagnostic::{Diagnostic, Fix, Label, Severity};
use crate::fields::{self, Fields, WRONG_TYPE, text, wrong_type};
use crate::knowledge::Knowledge;
use crate::knowledge::schema::Schema;
use crate::source::{self, Span, Text, Value, locate, removal_of_entry};
use crate::units::Date;

const ARROW: &str = "->";

/// The flows of `flows:`.
pub(super) fn of_list(context: &mut Context<'_>, node: &source::Node, nodes: &[Node]) -> Vec<Flow> {
    let Value::Sequence(items) = &node.value else {
        context.diagnostics.push(wrong_type(node, "`flows` is a list of chains such as `a -> b`"));
        return Vec::new();
    };
    let mut flows: Vec<Flow> = Vec::new();
    let mut declared = Declared::new();
    for item in items {
        let new: Vec<Flow> = match &item.value {
            Value::Scalar(_) => chain(context, item, nodes),
            Value::Mapping(_) => mapping(context, item, nodes).into_iter().collect(),
            Value::Sequence(_) => {
                context
                    .diagnostics
                    .push(wrong_type(item, "a flow is a chain such as `a -> b`, or a mapping"));
                Vec::new()
            }
        };
        for (index, flow) in new.iter().enumerate() {
            if let Some(mut twice) = duplicate(&mut declared, flow, nodes) {
                let removal = removal(&context.text, item, &new, index);
                twice.fix = removal.map(|span| Fix::safe_removal("remove the second", span));
                context.diagnostics.push(twice);
            }
        }
        flows.extend(new);
    }
    flows
}

/// The ids of a chain with their places; one id alone is a chain of one. Nothing, and a mistake noted, where there is no
/// text.
pub fn ids_of_chain(
    file: &Text,
    node: &source::Node,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Vec<(String, Span)>> {
    let written = text(node, diagnostics)?;
    let mut ids = Vec::new();
    let mut start = 0;
    for part in written.split(ARROW) {
        let lead = part.len() - part.trim_start().len();
        let id = part.trim();
        let range = start + lead..start + lead + id.len();
        ids.push((id.to_owned(), locate(file, node, range)));
        start += part.len() + ARROW.len();
    }
    Some(ids)
}

fn chain(context: &mut Context<'_>, node: &source::Node, nodes: &[Node]) -> Vec<Flow> {
    let text = Arc::clone(&context.text);
    let Some(ids) = ids_of_chain(&text, node, &mut context.diagnostics) else { return Vec::new() };
    if ids.len() < 2 || ids.iter().any(|(id, _)| id.is_empty()) {
        let label = Label::new(node.span, "not a chain");
        let mistake = Diagnostic::new("syntax", label, "a flow joins two nodes or more with `->`");
        context.diagnostics.push(mistake.help("write `from -> to`"));
        return Vec::new();
    }
    let known: Vec<_> = ids.iter().map(|(id, span)| (context.node_named(id, *span), *span)).collect();
    let pairs = known.windows(2).filter_map(|pair| Some(((pair[0].0?, pair[0].1), (pair[1].0?, pair[1].1))));
    pairs
        .map(|((from, from_span), (to, to_span))| Flow {
            from,
            to,
            role: Role::Flow,
            span: Span::new(from_span.start, to_span.end),
            from_span,
            to_span,
            settings: Settings::default(),
            body: None,
            integration: integration(context.knowledge, context.day, nodes, (from, to), None),
        })
        .collect()
}

fn mapping(context: &mut Context<'_>, node: &Arc<source::Node>, nodes: &[Node]) -> Option<Flow> {
    let mut fields = Fields::of(node, "a flow", &mut context.diagnostics)?;
    let from_node = fields.require("from", &mut context.diagnostics);
    let to_node = fields.require("to", &mut context.diagnostics);
    let from = from_node.and_then(|node| context.node_of(node));
    let to = to_node.and_then(|node| context.node_of(node));
    let (Some(from), Some(to)) = (from, to) else { return None };
    let (first_new, first_reference) = (context.diagnostics.len(), context.references.len());
    let mut settings = context.settings(&mut fields, vocabulary::flow_settings(), to);
    let via = settings.get("via").cloned();
    let via = via.as_ref().and_then(|setting| Some((setting.value.text()?, setting.span)));
    let integration = integration(context.knowledge, context.day, nodes, (from, to), via.map(|(via, _)| via));
    if let (Some((via, span)), None) = (via, integration) {
        unknown_via(context, nodes, (from, to), (via, span));
    }
    let card = context.knowledge.card(&nodes[from].service);
    if let Some(found) = card.zip(integration).map(|(card, index)| &card.sends[index]) {
        settings.0.extend(context.settings(&mut fields, &found.settings, to).0);
        refused(context, node, &mut fields, (&nodes[from], &nodes[to], to), &found.settings);
        fields.finish(&mut context.diagnostics);
    }
    let ends = (nodes[from].id.clone(), nodes[to].id.clone());
    for diagnostic in &mut context.diagnostics[first_new..] {
        diagnostic.flow.get_or_insert_with(|| ends.clone());
    }
    for reference in &mut context.references[first_reference..] {
        reference.flow = Some(ends.clone());
    }
    let (from_span, to_span) = (from_node?.span, to_node?.span);
    let body = (!context.is_made && is_unshared(&context.text, node)).then(|| Arc::clone(node));
    Some(Flow {
        from,
        to,
        role: Role::Flow,
        span: node.span,
        from_span,
        to_span,
        settings,
        body,
        integration,
    })
}

/// What the target refuses and the integration does not offer, each told by its own rule instead of as an unknown key.
fn refused(
    context: &mut Context<'_>,
    node: &source::Node,
    fields: &mut Fields<'_>,
    (from, to, holder): (&Node, &Node, usize),
    offered: &Schema,
) {
    let Some(card) = context.knowledge.card(&to.service) else { return };
    for spec in card.refuses.settings.values() {
        if offered.settings.contains_key(&spec.name) || node.get(&spec.name).is_none() {
            continue;
        }
        let Some(entry) = fields.take(&spec.name) else { continue };
        // It is read all the same, for the mistakes in it and so that a node that it names counts as used.
        context.setting(&spec.name, entry, &spec.kind, holder);
        let rule = spec.rule.as_deref().unwrap_or(fields::UNKNOWN_KEY);
        let label = Label::new(entry.key.span, "not taken here");
        let message = format!("the flow `{} -> {}` takes no `{}`", from.id, to.id, spec.name);
        let mut mistake = Diagnostic::new(rule, label, message).why(spec.about.clone());
        mistake.help.extend(spec.note.clone());
        context.diagnostics.push(mistake);
    }
}

/// The integration between two nodes: the one that is named, whatever the day says of it, or the first that exists on the day.
pub(super) fn integration(
    knowledge: &Knowledge,
    day: Date,
    nodes: &[Node],
    (from, to): (usize, usize),
    via: Option<&str>,
) -> Option<usize> {
    let sends = &knowledge.card(&nodes[from].service)?.sends;
    sends.iter().position(|candidate| {
        candidate.to == nodes[to].service
            && candidate.role != "transform"
            && match via {
                Some(via) => candidate.via == via,
                None => !candidate.only_if_named && candidate.validity.on(day),
            }
    })
}

/// A `via` that names none of the integrations that there are; where there is none at all another rule speaks.
fn unknown_via(
    context: &mut Context<'_>,
    nodes: &[Node],
    (from, to): (usize, usize),
    (via, span): (&str, Span),
) {
    let (from, to) = (&nodes[from], &nodes[to]);
    let names: Vec<&str> =
        context.knowledge.integrations(&from.service, &to.service).map(|found| found.via.as_str()).collect();
    if names.is_empty() {
        return;
    }
    let known = fields::listed(names.iter().copied());
    let message = format!("`{}` does not reach `{}` by `via: {via}`", from.id, to.id);
    let mistake = Diagnostic::new(WRONG_TYPE, Label::new(span, "no integration has this name"), message);
    context.diagnostics.push(mistake.help(format!("write {known}, or leave `via` out")));
}

/// Whether no anchor stands before the item of a list, so that nothing else is the same item.
fn is_unshared(text: &Text, item: &source::Node) -> bool {
    let before = text.as_str()[..item.span.start as usize].split_whitespace().next_back().unwrap_or_default();
    !before.starts_with('&')
}

/// What to take out of the file so that one flow of an item is gone: the item, or the end of a chain where it is there.
fn removal(text: &Text, item: &source::Node, flows: &[Flow], index: usize) -> Option<Span> {
    let (flow, last) = (&flows[index], flows.last()?);
    // A part of the chain that is no flow would be left over.
    let whole = flows[0].from_span.start.abs_diff(item.span.start) <= 1
        && item.span.end.abs_diff(last.to_span.end) <= 1;
    if !flow.settings.0.is_empty() || !(whole || flow.body.is_some()) {
        return None;
    }
    match flows.len() {
        1 => removal_of_entry(text, item.span),
        _ if index == 0 => Some(Span::new(flow.from_span.start, flow.to_span.start)),
        length if index == length - 1 => Some(Span::new(flow.from_span.end, flow.to_span.end)),
        _ => None,
    }
}

/// Ends and `via` of the flows so far, with the place of the first.
type Declared = BTreeMap<(usize, usize, Option<String>), Span>;

/// The mistake of a flow that stands twice.
fn duplicate(declared: &mut Declared, flow: &Flow, nodes: &[Node]) -> Option<Diagnostic> {
    let key = (flow.from, flow.to, flow.settings.text("via").map(str::to_owned));
    let first = *declared.entry(key).or_insert(flow.span);
    if first == flow.span {
        return None;
    }
    let (from, to) = (&nodes[flow.from].id, &nodes[flow.to].id);
    let message = format!("the flow `{from} -> {to}` is declared twice");
    let mut diagnostic = Diagnostic::new("duplicate-flow", Label::new(flow.span, "declared again"), message)
        .severity(Severity::Warning)
        .related(Label::new(first, "declared first here"))
        .help("remove one of the two, or give them different `via`");
    diagnostic.flow = Some((from.clone(), to.clone()));
    Some(diagnostic)
}

/// The flows with those that follow from settings; a setting that names a node of the wrong service is a mistake.
pub(super) fn with_references(context: &mut Context<'_>, mut flows: Vec<Flow>, nodes: &[Node]) -> Vec<Flow> {
    for reference in context.references.clone() {
        let (from, to) = (&nodes[reference.from], &nodes[reference.to]);
        let accepted = reference.accepts.is_empty() || reference.accepts.contains(&to.service);
        if !accepted && !to.service.is_empty() {
            let accepts = fields::listed(reference.accepts.iter().map(String::as_str));
            let owner = match &reference.flow {
                Some((from, to)) => format!("{from} -> {to}"),
                None => from.id.clone(),
            };
            let setting = &reference.setting;
            let message = format!("`{setting}` of `{owner}` takes {accepts}; `{}` is {}", to.id, to.service);
            let label = Label::new(reference.span, format!("names a node of {}", to.service));
            let related = Label::new(to.service_span, "declared here");
            let mut mistake = Diagnostic::new(reference.rule, label, message).related(related);
            mistake.node = reference.flow.is_none().then(|| from.id.clone());
            mistake.flow = reference.flow;
            context.diagnostics.push(mistake);
        }
        let integration = context.knowledge.card(&from.service).and_then(|card| {
            card.sends
                .iter()
                .position(|candidate| candidate.to == to.service && candidate.role == reference.role)
        });
        flows.push(Flow {
            from: reference.from,
            to: reference.to,
            role: Role::Reference(reference.role),
            span: reference.span,
            from_span: from.id_span,
            to_span: reference.span,
            settings: Settings::default(),
            body: None,
            integration,
        });
    }
    flows
}
