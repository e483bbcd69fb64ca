//! Lowers `faults:`: what goes wrong in a run, where, and for how long.

use crate::design::lower::Context;
use crate::diagnostic::{Diagnostic, Label};
use crate::fields::{self, Fields, quantity, text, wrong_type};
use crate::source::{Node, Span, Value};
use crate::units::{Dimension, Duration};

/// Something that goes wrong in a run.
#[derive(Debug, Clone)]
pub struct Fault {
    /// Index of the node that it befalls.
    pub at: usize,
    /// What goes wrong.
    pub kind: FaultKind,
    /// How long after the start of the run it begins.
    pub start: Duration,
    /// How long it lasts.
    pub lasting: Duration,
    /// The entry.
    pub span: Span,
}

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum FaultKind {
    /// The node answers nothing, and reads nothing.
    Unavailable,
    /// It turns away this share of what comes, from 0 to 1.
    Throttled(f64),
}

/// The words for what goes wrong.
pub(super) const KINDS: [&str; 2] = ["unavailable", "throttled"];

/// The faults of `faults:`.
pub(super) fn of_list(context: &mut Context<'_>, node: &Node) -> Vec<Fault> {
    let Value::Sequence(items) = &node.value else {
        context.diagnostics.push(wrong_type(node, "`faults` is a list of faults"));
        return Vec::new();
    };
    items.iter().filter_map(|item| fault(context, item)).collect()
}

fn fault(context: &mut Context<'_>, node: &Node) -> Option<Fault> {
    let mut fields = Fields::of(node, "a fault", &mut context.diagnostics)?;
    let kind = fields.require("kind", &mut context.diagnostics);
    let at = fields.require("at", &mut context.diagnostics).and_then(|node| context.node_of(node));
    let start = fields.require("start", &mut context.diagnostics).and_then(|node| context.duration(node));
    let lasting =
        fields.require("duration", &mut context.diagnostics).and_then(|node| context.duration(node));
    let share = fields.value("share").and_then(|node| share(context, node));
    fields.finish(&mut context.diagnostics);
    let kind = kind.and_then(|node| kind_of(context, node, share.unwrap_or(1.0)));
    Some(Fault { at: at?, kind: kind?, start: start?, lasting: lasting?, span: node.span })
}

fn kind_of(context: &mut Context<'_>, node: &Node, share: f64) -> Option<FaultKind> {
    match text(node, &mut context.diagnostics)? {
        "unavailable" => Some(FaultKind::Unavailable),
        "throttled" => Some(FaultKind::Throttled(share)),
        _ => {
            let known = fields::listed(KINDS.into_iter());
            context.diagnostics.push(wrong_type(node, &format!("`kind` is {known}")));
            None
        }
    }
}

fn share(context: &mut Context<'_>, node: &Node) -> Option<f64> {
    let share = quantity(node, Dimension::Count, &mut context.diagnostics)?.amount;
    if !(0.0..=1.0).contains(&share) {
        let label = Label::new(node.span, "is no share");
        let mistake = Diagnostic::new("out-of-range", label, "`share` is between 0 and 1");
        context.diagnostics.push(mistake.help("write `0.5` for half of what comes"));
        return None;
    }
    Some(share)
}
