//! Lowers `faults:`: what goes wrong in a run, where, and for how long.

use std::sync::Arc;

use crate::design::lower::Context;
use crate::design::{Design, Flow, Node, flows};
use crate::diagnostic::{Diagnostic, Label};
use crate::expression::Expression;
use crate::fields::{self, Fields, quantity, text, wrong_type};
use crate::knowledge::Knowledge;
use crate::source::{self, Text, Value};
use crate::units::{Dimension, Duration};

/// Something that goes wrong in a run.
#[derive(Debug, Clone)]
pub struct Fault {
    /// What it befalls.
    pub at: Place,
    /// What goes wrong.
    pub kind: FaultKind,
    /// How long after the start of the run it begins.
    pub start: Duration,
    /// How long it lasts.
    pub lasting: Duration,
}

/// Where something goes wrong, by the indices of nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// At a node.
    Node(usize),
    /// On the flow from one node to another.
    Flow(usize, usize),
}

/// What goes wrong.
#[derive(Debug, Clone)]
pub enum FaultKind {
    /// The node answers nothing, and reads nothing; or nothing takes the flow.
    Unavailable,
    /// This share of what comes is turned away, from 0 to 1.
    Throttled(f64),
    /// Work takes so many times as long.
    Slow(f64),
    /// This share of calls fails.
    Errors(f64),
    /// Every call fails that has one of the records for which this holds.
    Poison(Expression),
    /// Every call fails that has one of this share of the records.
    PoisonShare(f64),
    /// A copy of a program stops at once, and forgets what it did since it last noted its place.
    Crash,
}

/// The words for what goes wrong.
pub(super) const KINDS: [&str; 7] =
    ["unavailable", "throttled", "slow", "errors", "poison", "crash", "partition"];

/// What is poison where nothing says so.
const POISON_SHARE: f64 = 0.001;

/// The parts of a design that faults name.
type Parts<'a> = (&'a [Node], &'a [Flow]);

/// Reads the faults for a design from a file of their own: a list, or a mapping with it under `faults`.
///
/// # Errors
/// Every mistake in it.
pub fn read(design: &Design, text: &Arc<Text>, knowledge: &Knowledge) -> Result<Vec<Fault>, Vec<Diagnostic>> {
    let reading = source::read(text);
    let mistakes = reading.faults.iter().map(Diagnostic::from).collect();
    let mut context = Context::new(Arc::clone(text), knowledge, mistakes);
    let ids = design.nodes.iter().enumerate().map(|(index, node)| (node.id.clone(), index));
    context.ids = ids.collect();
    let found = reading.root.map(|root| {
        let list = root.get("faults").unwrap_or(&root);
        of_list(&mut context, list, (&design.nodes, &design.flows))
    });
    if context.diagnostics.is_empty() { Ok(found.unwrap_or_default()) } else { Err(context.diagnostics) }
}

/// The faults of `faults:`.
pub(super) fn of_list(context: &mut Context<'_>, node: &source::Node, parts: Parts<'_>) -> Vec<Fault> {
    let Value::Sequence(items) = &node.value else {
        context.diagnostics.push(wrong_type(node, "`faults` is a list of faults"));
        return Vec::new();
    };
    items.iter().filter_map(|item| fault(context, item, parts)).collect()
}

fn fault(context: &mut Context<'_>, node: &source::Node, parts: Parts<'_>) -> Option<Fault> {
    let mut fields = Fields::of(node, "a fault", &mut context.diagnostics)?;
    let kind = fields.require("kind", &mut context.diagnostics);
    let at = fields.require("at", &mut context.diagnostics);
    let start = fields.require("start", &mut context.diagnostics).and_then(|node| context.duration(node));
    let lasting =
        fields.require("duration", &mut context.diagnostics).and_then(|node| context.duration(node));
    let share = fields.value("share").and_then(|node| share(context, node));
    let factor = fields.value("factor").and_then(|node| factor(context, node));
    let records = fields.value("records").and_then(|node| context.condition(node));
    fields.finish(&mut context.diagnostics);
    let kind_node = kind?;
    let kind = kind_of(context, kind_node, (share, factor, records))?;
    let at = place(context, at?, kind_node, parts)?;
    Some(Fault { at, kind, start: start?, lasting: lasting? })
}

fn kind_of(
    context: &mut Context<'_>,
    node: &source::Node,
    (share, factor, records): (Option<f64>, Option<f64>, Option<Expression>),
) -> Option<FaultKind> {
    Some(match text(node, &mut context.diagnostics)? {
        "unavailable" | "partition" => FaultKind::Unavailable,
        "throttled" => FaultKind::Throttled(share.unwrap_or(1.0)),
        "errors" => FaultKind::Errors(share.unwrap_or(1.0)),
        "slow" => FaultKind::Slow(factor.unwrap_or(2.0)),
        "poison" => match records {
            Some(records) => FaultKind::Poison(records),
            None => FaultKind::PoisonShare(share.unwrap_or(POISON_SHARE)),
        },
        "crash" => FaultKind::Crash,
        _ => {
            let known = fields::listed(KINDS.into_iter());
            context.diagnostics.push(wrong_type(node, &format!("`kind` is {known}")));
            return None;
        }
    })
}

/// A node, or the two ends of a flow, that can have such a fault.
fn place(
    context: &mut Context<'_>,
    node: &source::Node,
    kind: &source::Node,
    (nodes, all): Parts<'_>,
) -> Option<Place> {
    let text = Arc::clone(&context.text);
    let chain = flows::ids_of_chain(&text, node, &mut context.diagnostics)?;
    let ids: Vec<usize> =
        chain.iter().map(|(id, span)| context.node_named(id, *span)).collect::<Option<_>>()?;
    let service = |node: usize| nodes[node].service.as_str();
    let is_program = |node: usize| matches!(service(node), "consumer" | "application");
    let is_flow = |from: usize, to: usize| all.iter().any(|flow| (flow.from, flow.to) == (from, to));
    let kind = kind.as_text().unwrap_or_default();
    let wanted = match (kind, &ids[..]) {
        ("partition" | "unavailable" | "throttled", [from, to]) if is_flow(*from, *to) => {
            return Some(Place::Flow(*from, *to));
        }
        ("partition", _) | (_, [_, _, ..]) => "the two ends of a flow, as `a -> b`, or one node",
        ("errors" | "poison", [one]) if service(*one) != "lambda" => "a function, whose calls can fail",
        ("slow", [one]) if service(*one) != "lambda" && !is_program(*one) => {
            "a function or a program, whose work takes time"
        }
        ("crash", [one]) if !is_program(*one) => "an application or a consumer, which notes its place",
        (_, [one]) => return Some(Place::Node(*one)),
        (_, []) => "a node",
    };
    let label = Label::new(node.span, "has no such fault");
    let message = format!("a fault of the kind `{kind}` is at {wanted}");
    context.diagnostics.push(Diagnostic::new("wrong-type", label, message));
    None
}

fn share(context: &mut Context<'_>, node: &source::Node) -> Option<f64> {
    let share = quantity(node, Dimension::Count, &mut context.diagnostics)?.amount;
    let help = "write `0.5` for half of what comes";
    within(context, node, share, ("share", 0.0..=1.0, help))
}

fn factor(context: &mut Context<'_>, node: &source::Node) -> Option<f64> {
    let factor = quantity(node, Dimension::Count, &mut context.diagnostics)?.amount;
    within(context, node, factor, ("factor", 1.0..=1e6, "write `2` for twice as long"))
}

fn within(
    context: &mut Context<'_>,
    node: &source::Node,
    number: f64,
    (key, range, help): (&str, std::ops::RangeInclusive<f64>, &str),
) -> Option<f64> {
    if !range.contains(&number) {
        let label = Label::new(node.span, format!("is no {key}"));
        let message = format!("`{key}` is between {} and {}", range.start(), range.end());
        let mistake = Diagnostic::new("out-of-range", label, message);
        context.diagnostics.push(mistake.help(help));
        return None;
    }
    Some(number)
}
