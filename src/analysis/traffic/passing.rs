//! What a node makes of what it receives: which of it, in which form, every plain flow from it carries.

use crate::analysis::traffic::figure::{Figure, Reason};
use crate::analysis::traffic::load::Load;
use crate::analysis::traffic::sent;
use crate::design::effective;
use crate::design::{Design, Role};
use crate::knowledge::Knowledge;

/// How a service passes records on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Passing {
    /// It sends what its `traffic` says, unless something flows to it.
    Source,
    /// Every record goes down every flow.
    All,
    /// Own code: every record, unless settings say that it filters, reshapes or gathers.
    Code,
    /// Every record, as the function of `transform` leaves it.
    Delivery,
    /// An engine whose output follows from its program.
    Engine,
    /// A notice for each object.
    Objects,
}

/// What every plain flow of a node would carry, of `received` by plain flows; settings of the flow come on top.
pub(super) fn out(design: &Design, knowledge: &Knowledge, index: usize, received: Load) -> Load {
    match passing(design, knowledge, index) {
        Passing::Source if has_plain_incoming(design, index) => received,
        Passing::Source => sent::by_source(design, index),
        Passing::All => received,
        Passing::Code => code(design, index, &received),
        Passing::Delivery => delivery(design, knowledge, index, received),
        Passing::Engine => {
            let other = Load::unknown(Reason::Aggregated, index);
            sent::by_declared_output(design, index, &received, other)
        }
        Passing::Objects => objects(design, knowledge, index, received),
    }
}

fn passing(design: &Design, knowledge: &Knowledge, index: usize) -> Passing {
    let service = design.nodes[index].service.as_str();
    let class = knowledge.card(service).map_or("", |card| card.class.as_str());
    match (class, service) {
        ("source", _) => Passing::Source,
        ("delivery", _) => Passing::Delivery,
        (_, "managed-flink" | "kinesis-data-analytics" | "glue-streaming" | "emr") => Passing::Engine,
        ("processor" | "sink", _) => Passing::Code,
        (_, "s3" | "iceberg") => Passing::Objects,
        _ => Passing::All,
    }
}

fn has_plain_incoming(design: &Design, index: usize) -> bool {
    design.incoming(index).any(|(_, flow)| flow.role == Role::Flow)
}

/// What own code makes of a load: it passes on what it neither filters nor reshapes.
fn code(design: &Design, index: usize, received: &Load) -> Load {
    let settings = &design.nodes[index].settings;
    let declares = |path: &str| settings.get(path).is_some();
    let gathers = declares("handler")
        || declares("work.window")
        || declares("work.state")
        || design.incoming(index).any(|(_, flow)| flow.settings.get("tumbling_window").is_some());
    let usual = if gathers {
        Load::unknown(Reason::Aggregated, index)
    } else {
        let kept = if declares("filter") {
            filtered(received.clone(), Reason::Filter, index)
        } else {
            received.clone()
        };
        if declares("map") { kept.resized(Figure::unknown(Reason::Reshaped, index)) } else { kept }
    };
    sent::by_declared_output(design, index, received, usual)
}

/// A load of which an unknown part is left: fewer records, and the keys of those are anybody's guess.
pub(super) fn filtered(mut load: Load, reason: Reason, at: usize) -> Load {
    load.hottest = Figure::unknown(reason, at);
    load.bounded(reason, at)
}

fn delivery(design: &Design, knowledge: &Knowledge, index: usize, received: Load) -> Load {
    let transform = design.outgoing(index).find(|(_, flow)| flow.role.as_str() == "transform");
    let left = match transform {
        Some((_, flow)) => code(design, flow.to, &received),
        None => received,
    };
    let plain = |path: &str, usual: &str| {
        let found = effective::setting(design, knowledge, index, path);
        found.is_none_or(|found| found.value.text() == Some(usual))
    };
    if plain("format", "json") && plain("compression", "none") {
        return left;
    }
    left.resized(Figure::unknown(Reason::Packed, index))
}

/// One notice for each record where every record is an object by itself, as outside callers write them.
fn objects(design: &Design, knowledge: &Knowledge, index: usize, received: Load) -> Load {
    let single = |node: usize| {
        let card = design.card(knowledge, node);
        card.is_some_and(|card| matches!(card.class.as_str(), "source" | "front-door"))
    };
    let mut writers = design.incoming(index).filter(|(_, flow)| flow.role == Role::Flow);
    if writers.all(|(_, flow)| single(flow.from)) {
        // A notice names the object and does not hold it.
        return received.resized(Figure::unknown(Reason::Objects, index));
    }
    Load::unknown(Reason::Objects, index)
}
