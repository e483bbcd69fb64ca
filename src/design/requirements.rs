//! Lowers `require:`.

use crate::design::lower::Context;
use crate::design::requirement::{Guarantee, KEYWORDS, Latency, OrderBy, Requirement, RequirementKind};
use crate::diagnostic::{Diagnostic, Label};
use crate::fields::{self, Fields, MISSING_SETTING, quantity, text, unknown_key, wrong_type};
use crate::source::{Node, Value};
use crate::units::{Dimension, Duration, Money};

/// The requirements of `require:`.
pub(super) fn of_list(context: &mut Context<'_>, node: &Node) -> Vec<Requirement> {
    let Value::Sequence(items) = &node.value else {
        context.diagnostics.push(wrong_type(node, "`require` is a list of requirements"));
        return Vec::new();
    };
    items.iter().filter_map(|item| requirement(context, item)).collect()
}

fn requirement(context: &mut Context<'_>, node: &Node) -> Option<Requirement> {
    if let Some(word) = node.as_text().filter(|_| !node.is_null()) {
        let kind = plain(word);
        if kind.is_none() {
            context.diagnostics.push(unknown_requirement(node));
        }
        return kind.map(|kind| Requirement { kind, because: None, span: node.span });
    }
    let Value::Mapping(mapping) = &node.value else {
        context.diagnostics.push(wrong_type(node, "a requirement is a mapping such as `latency: {...}`"));
        return None;
    };
    let mut kinds = Vec::new();
    let mut because = None;
    for (key, entry) in mapping.iter() {
        if key == "because" {
            because = text(&entry.value, &mut context.diagnostics).map(str::to_owned);
        } else if KEYWORDS.contains(&key) {
            kinds.push((key, &entry.value));
        } else {
            let known = KEYWORDS.into_iter().chain(["because"]);
            context.diagnostics.push(unknown_key("a requirement", &entry.key, known));
        }
    }
    let [(keyword, value)] = kinds[..] else {
        if !kinds.is_empty() {
            context.diagnostics.push(wrong_type(node, "each requirement is an entry of its own"));
        }
        return None;
    };
    let kind = kind(context, keyword, value)?;
    Some(Requirement { kind, because, span: node.span })
}

fn plain(word: &str) -> Option<RequirementKind> {
    match word {
        "serverless" => Some(RequirementKind::Serverless),
        "encryption" => Some(RequirementKind::Encryption),
        _ => None,
    }
}

fn unknown_requirement(node: &Node) -> Diagnostic {
    unknown_key("a requirement", node, KEYWORDS.into_iter())
}

fn kind(context: &mut Context<'_>, keyword: &str, node: &Node) -> Option<RequirementKind> {
    if let Some(kind) = plain(keyword) {
        return fields::flag(node, &mut context.diagnostics)?.then_some(kind);
    }
    let mut fields = Fields::of(node, format!("`{keyword}`"), &mut context.diagnostics)?;
    let kind = match keyword {
        "latency" => latency(context, &mut fields, node),
        "order" => order(context, &mut fields),
        "replay" => replay(context, &mut fields),
        "delivery" => delivery(context, &mut fields),
        "readers" => readers(context, &mut fields),
        _ => monthly_cost(context, &mut fields),
    };
    fields.finish(&mut context.diagnostics);
    kind
}

fn latency(context: &mut Context<'_>, fields: &mut Fields<'_>, node: &Node) -> Option<RequirementKind> {
    let from = needed_node(context, fields, "from");
    let to = needed_node(context, fields, "to");
    let p50 = bound(context, fields, "p50");
    let p99 = bound(context, fields, "p99");
    let max = bound(context, fields, "max");
    // A bound that is there and wrong has been told already.
    if !["p50", "p99", "max"].iter().any(|key| fields.take(key).is_some()) {
        let label = Label::new(node.span, "has no bound");
        let missing = Diagnostic::new(MISSING_SETTING, label, "`latency` needs `p50`, `p99` or `max`");
        context.diagnostics.push(missing.help("add `p99:` with a time such as `15s`"));
    }
    Some(RequirementKind::Latency(Latency { from: from?, to: to?, p50, p99, max }))
}

fn order(context: &mut Context<'_>, fields: &mut Fields<'_>) -> Option<RequirementKind> {
    let by = needed_text(context, fields, "by");
    let from = optional_node(context, fields, "from");
    let at = needed_node(context, fields, "at");
    let by = by?;
    let by = if by == "total" { OrderBy::Total } else { OrderBy::Key(by) };
    Some(RequirementKind::Order { by, from, at: at? })
}

fn replay(context: &mut Context<'_>, fields: &mut Fields<'_>) -> Option<RequirementKind> {
    let from = needed_node(context, fields, "from");
    let window = fields.require("window", &mut context.diagnostics).and_then(|node| context.duration(node));
    Some(RequirementKind::Replay { from: from?, window: window? })
}

fn delivery(context: &mut Context<'_>, fields: &mut Fields<'_>) -> Option<RequirementKind> {
    let from = optional_node(context, fields, "from");
    let to = needed_node(context, fields, "to");
    let node = fields.require("guarantee", &mut context.diagnostics)?;
    let word = text(node, &mut context.diagnostics)?;
    let all = [Guarantee::AtLeastOnce, Guarantee::ExactlyOnce, Guarantee::NoLoss];
    let guarantee = all.into_iter().find(|guarantee| guarantee.as_str() == word);
    if guarantee.is_none() {
        let known = fields::listed(all.into_iter().map(Guarantee::as_str));
        context.diagnostics.push(wrong_type(node, &format!("`guarantee` is {known}")));
    }
    Some(RequirementKind::Delivery { from, to: to?, guarantee: guarantee? })
}

fn readers(context: &mut Context<'_>, fields: &mut Fields<'_>) -> Option<RequirementKind> {
    let of = needed_node(context, fields, "of");
    let node = fields.require("independent", &mut context.diagnostics)?;
    let independent = quantity(node, Dimension::Count, &mut context.diagnostics)?;
    Some(RequirementKind::Readers { of: of?, independent: independent.amount as u64 })
}

fn monthly_cost(context: &mut Context<'_>, fields: &mut Fields<'_>) -> Option<RequirementKind> {
    let node = fields.require("at_most", &mut context.diagnostics)?;
    let at_most = quantity(node, Dimension::Money, &mut context.diagnostics)?;
    Some(RequirementKind::MonthlyCost { at_most: Money(at_most.amount) })
}

fn needed_node(context: &mut Context<'_>, fields: &mut Fields<'_>, key: &str) -> Option<usize> {
    let node = fields.require(key, &mut context.diagnostics)?;
    context.node_of(node)
}

fn optional_node(context: &mut Context<'_>, fields: &mut Fields<'_>, key: &str) -> Option<usize> {
    fields.value(key).and_then(|node| context.node_of(node))
}

fn needed_text(context: &mut Context<'_>, fields: &mut Fields<'_>, key: &str) -> Option<String> {
    let node = fields.require(key, &mut context.diagnostics)?;
    text(node, &mut context.diagnostics).map(str::to_owned)
}

fn bound(context: &mut Context<'_>, fields: &mut Fields<'_>, key: &str) -> Option<Duration> {
    fields.value(key).and_then(|node| context.duration(node))
}
