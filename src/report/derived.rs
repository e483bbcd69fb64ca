//! What is derived of a design, as tables for people: its costs, how long its records take, which order survives.

use crate::analysis::promises::cost::{self, Item};
use crate::analysis::promises::latency::{self, Percentile, Wait};
use crate::analysis::promises::order::{self, Bound};
use crate::analysis::promises::paths;
use crate::analysis::promises::surroundings::{Place, Setup};
use crate::design::Role;
use crate::design::requirement::RequirementKind;
use crate::knowledge::effect::OrderScope;
use crate::knowledge::fact::Confidence;
use crate::report::table::Table;
use crate::units::{Dimension, Duration, Money, Quantity};

const UNKNOWN: &str = "?";

/// What a design costs in a month, item by item, with how sure each price is.
#[must_use]
pub fn cost(setup: Setup<'_>) -> String {
    let items = cost::all(setup);
    let mut table = Table::new(&["node", "price", "a unit", "units", "a month", "confidence"], 2);
    for item in &items {
        table.row(vec![
            id(setup, item.node).to_owned(),
            item.name.to_owned(),
            format!("{} a {}", item.price, item.fact.per.as_deref().unwrap_or("unit")),
            item.units
                .map_or(UNKNOWN.to_owned(), |units| Quantity::new(Dimension::Count, units).approximate()),
            item.cost().map_or(UNKNOWN.to_owned(), Money::approximate),
            item.confidence.as_str().to_owned(),
        ]);
    }
    let mut lines = vec![format!(
        "{}: cost of a month in us-east-1, without free tiers, discounts and data transfer",
        setup.design.text.name()
    )];
    lines.extend(table.lines());
    lines.push(String::new());
    lines.extend(totals(setup, &items));
    lines.join("\n") + "\n"
}

fn totals(setup: Setup<'_>, items: &[Item<'_>]) -> Vec<String> {
    let all = cost::total(items, Confidence::Unconfirmed);
    let sure = cost::total(items, Confidence::Likely);
    let mut unknown: Vec<String> = items
        .iter()
        .filter(|item| item.units.is_none())
        .map(|item| format!("{} of `{}`{}", item.name, id(setup, item.node), gap(setup, item.node)))
        .collect();
    unknown
        .extend(cost::unpriced(setup).map(|node| format!("`{}`, which has no price here", id(setup, node))));
    let least = if unknown.is_empty() { "" } else { "at least " };
    let mut lines = vec![format!("total: {least}{}", all.approximate())];
    if sure.0 < all.0 {
        lines
            .push(format!("  of it {} at prices that nobody confirmed", Money(all.0 - sure.0).approximate()));
    }
    lines.extend(unknown.into_iter().map(|item| format!("  not counted: {item}")));
    lines
}

/// Why the load of a node is unknown, where it is.
fn gap(setup: Setup<'_>, node: usize) -> String {
    let load = &setup.analysis.traffic.nodes[node];
    let gap = load.bytes.gap().or(load.rate.gap());
    gap.map_or_else(String::new, |gap| format!(": {}", gap.explained(setup.design)))
}

/// How long records take, wait by wait: along the ways that requirements speak of, or else along all.
#[must_use]
pub fn latency(setup: Setup<'_>) -> String {
    let required = setup.design.requirements.iter().filter_map(|requirement| match &requirement.kind {
        RequirementKind::Latency(latency) => Some((latency.from, latency.to)),
        _ => None,
    });
    let parts: Vec<String> = ways(setup, required.collect())
        .iter()
        .map(|(from, way)| {
            let waits = latency::along(setup, way);
            format!("latency of {}\n{}", paths::shown(setup.design, *from, way), waits_table(setup, &waits))
        })
        .collect();
    parts.join("\n")
}

fn waits_table(setup: Setup<'_>, waits: &[Wait<'_>]) -> String {
    let shown = |time: Option<Duration>| time.map_or(UNKNOWN.to_owned(), Duration::approximate);
    let mut table = Table::new(&["at", "wait", "confidence", "typical", "worst"], 3);
    for wait in waits {
        table.row(vec![
            place(setup, wait.place),
            wait.effect.name.clone(),
            wait.confidence().as_str().to_owned(),
            shown(wait.typical),
            shown(wait.worst),
        ]);
    }
    let sum = |percentile| latency::at_least(waits, percentile, Confidence::Unconfirmed).approximate();
    let least = if latency::is_known(waits) { "all" } else { "at least" };
    table.row(vec![
        least.to_owned(),
        String::new(),
        format!("p99 {}", sum(Percentile::P99)),
        sum(Percentile::P50),
        sum(Percentile::Max),
    ]);
    table.lines().join("\n") + "\n"
}

/// Which order survives each step: along the ways that requirements speak of, or else along all.
#[must_use]
pub fn order(setup: Setup<'_>) -> String {
    let required = setup.design.requirements.iter().filter_map(|requirement| match &requirement.kind {
        RequirementKind::Order { from, at, .. } => Some((*from, *at)),
        _ => None,
    });
    let origins = required.flat_map(|(from, at)| {
        let origins = from.map_or_else(|| paths::origins(setup.design, at), |from| vec![from]);
        origins.into_iter().map(move |origin| (origin, at))
    });
    let parts: Vec<String> = ways(setup, origins.collect())
        .iter()
        .map(|(from, way)| {
            let bounds = order::along(setup, way);
            format!("order on {}\n{}", paths::shown(setup.design, *from, way), order_table(setup, &bounds))
        })
        .collect();
    parts.join("\n")
}

fn order_table(setup: Setup<'_>, bounds: &[Bound]) -> String {
    let mut table = Table::new(&["at", "keeps", "so far", "confidence", "because"], 5);
    let mut so_far = OrderScope::Total;
    for bound in bounds {
        so_far = so_far.min(bound.scope);
        table.row(vec![
            place(setup, bound.place),
            bound.scope.as_str().to_owned(),
            so_far.as_str().to_owned(),
            bound.confidence.as_str().to_owned(),
            bound.about.clone(),
        ]);
    }
    table.lines().join("\n") + "\n"
}

/// The possible ways between the pairs that are asked for, or else from every origin to every end.
fn ways(setup: Setup<'_>, asked: Vec<(usize, usize)>) -> Vec<(usize, Vec<usize>)> {
    let mut pairs = asked;
    if pairs.is_empty() {
        let design = setup.design;
        let is_end = |node: &usize| !design.outgoing(*node).any(|(_, flow)| flow.role == Role::Flow);
        let ends = (0..design.nodes.len()).filter(is_end);
        pairs = ends
            .flat_map(|end| paths::origins(design, end).into_iter().map(move |origin| (origin, end)))
            .collect();
    }
    let mut seen = std::collections::BTreeSet::new();
    pairs.retain(|pair| seen.insert(*pair));
    pairs.into_iter().flat_map(|(from, to)| paths::to(setup, Some(from), to).ways).collect()
}

fn id(setup: Setup<'_>, node: usize) -> &str {
    &setup.design.nodes[node].id
}

fn place(setup: Setup<'_>, place: Place) -> String {
    match place {
        Place::Node(node) => id(setup, node).to_owned(),
        Place::Flow(flow) => {
            let flow = &setup.design.flows[flow];
            format!("{} -> {}", id(setup, flow.from), id(setup, flow.to))
        }
    }
}
