//! What comes to every node and takes every flow, as tables for people and as JSON.

mod json;

use std::collections::BTreeMap;

use crate::analysis::Analysis;
use crate::analysis::traffic::{Figure, Gap, Load, Measure};
use crate::design::Design;
use crate::knowledge::Knowledge;
use crate::report::table::Table;
use crate::units::{Dimension, Quantity};

pub use crate::report::loads::json::render as json;

/// The columns of measures.
const SHOWN: [(Measure, &str); 7] = [
    (Measure::Rate, "rate"),
    (Measure::Peak, "peak"),
    (Measure::Bytes, "bytes"),
    (Measure::PeakBytes, "peak bytes"),
    (Measure::RecordSize, "record"),
    (Measure::Keys, "keys"),
    (Measure::Hottest, "hottest"),
];

/// A design with what is derived of it.
pub struct Loaded<'a> {
    /// The name of its file.
    pub file: &'a str,
    /// The design.
    pub design: &'a Design,
    /// The base.
    pub knowledge: &'a Knowledge,
    /// What is derived.
    pub analysis: &'a Analysis,
}

/// Two tables, of nodes and of flows, and below them why what is unknown is.
#[must_use]
pub fn human(loaded: &Loaded<'_>) -> String {
    let mut lines = vec![loaded.file.to_owned(), String::new()];
    lines.extend(nodes(loaded).lines());
    if !loaded.design.flows.is_empty() {
        lines.push(String::new());
        lines.extend(flows(loaded).lines());
    }
    let reasons = reasons(loaded);
    if !reasons.is_empty() {
        lines.push(String::new());
        lines.push("unknown, because".to_owned());
        lines.extend(reasons);
    }
    lines.push(String::new());
    lines.join("\n")
}

fn nodes(loaded: &Loaded<'_>) -> Table {
    let head = [&["node", "service"], &names()[..], &["capacity", "used", "at peak"]].concat();
    let mut table = Table::new(&head, 2);
    for (index, node) in loaded.design.nodes.iter().enumerate() {
        let capacity = loaded.analysis.capacity(loaded.design, loaded.knowledge, index);
        let used = loaded.analysis.utilisation(capacity, index);
        let mut row = vec![node.id.clone(), node.service.clone()];
        row.extend(cells(&loaded.analysis.traffic.nodes[index]));
        row.push(joined(&[
            quantity(Dimension::Rate, capacity.rate),
            quantity(Dimension::ByteRate, capacity.bytes),
        ]));
        row.extend([percent(used.average), percent(used.peak)]);
        table.row(row);
    }
    table
}

fn flows(loaded: &Loaded<'_>) -> Table {
    let head = [&["flow", ""], &names()[..], &["a call", "calls", "at a time"]].concat();
    let mut table = Table::new(&head, 2);
    for (index, flow) in loaded.design.flows.iter().enumerate() {
        let calls = loaded.analysis.calls(loaded.design, loaded.knowledge, index);
        let role = match flow.role.as_str() {
            "flow" => String::new(),
            role => format!("({role})"),
        };
        let mut row = vec![ends(loaded.design, index), role];
        row.extend(cells(&loaded.analysis.traffic.flows[index]));
        row.push(quantity(Dimension::Count, calls.batch));
        row.push(quantity(Dimension::Rate, calls.rate));
        row.push(quantity(Dimension::Count, calls.concurrency));
        table.row(row);
    }
    table
}

fn names() -> [&'static str; 7] {
    SHOWN.map(|(_, name)| name)
}

fn ends(design: &Design, flow: usize) -> String {
    let flow = &design.flows[flow];
    format!("{} -> {}", design.nodes[flow.from].id, design.nodes[flow.to].id)
}

fn cells(load: &Load) -> Vec<String> {
    SHOWN.iter().map(|(measure, _)| cell(*measure, load.figure(*measure))).collect()
}

fn cell(measure: Measure, figure: Figure) -> String {
    let shown = |amount: f64| match measure {
        Measure::Hottest => percent(Some(amount)),
        _ => Quantity::new(measure.dimension(), amount).approximate(),
    };
    match figure {
        Figure::Known(amount) => shown(amount),
        Figure::Unknown { at_most: Some(amount), .. } => format!("≤ {}", shown(amount)),
        Figure::Unknown { .. } => "unknown".to_owned(),
    }
}

fn quantity(dimension: Dimension, amount: Option<f64>) -> String {
    amount.map(|amount| Quantity::new(dimension, amount).approximate()).unwrap_or_default()
}

fn percent(share: Option<f64>) -> String {
    let shown = |share: f64| {
        let percent = Quantity::new(Dimension::Count, share * 100.0).approximate();
        format!("{percent} %")
    };
    share.map(shown).unwrap_or_default()
}

fn joined(parts: &[String]) -> String {
    let parts: Vec<&str> = parts.iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
    parts.join(", ")
}

/// A line for every gap, in the order in which they are met, with the measures and the nodes that it leaves unknown.
fn reasons(loaded: &Loaded<'_>) -> Vec<String> {
    let mut found: Vec<(Gap, Vec<&str>, Vec<&str>)> = Vec::new();
    let mut places: BTreeMap<Gap, usize> = BTreeMap::new();
    for (index, load) in loaded.analysis.traffic.nodes.iter().enumerate() {
        for (measure, name) in SHOWN {
            let Some(gap) = load.figure(measure).gap() else { continue };
            let id = loaded.design.nodes[index].id.as_str();
            let place = *places.entry(gap).or_insert(found.len());
            if place == found.len() {
                found.push((gap, Vec::new(), Vec::new()));
            }
            let (_, measures, nodes) = &mut found[place];
            if !measures.contains(&name) {
                measures.push(name);
            }
            if nodes.last() != Some(&id) {
                nodes.push(id);
            }
        }
    }
    let line = |(gap, measures, nodes): &(Gap, Vec<&str>, Vec<&str>)| {
        let why = gap.explained(loaded.design);
        format!("  {why}: {} of {}", measures.join(", "), nodes.join(", "))
    };
    found.iter().map(line).collect()
}
