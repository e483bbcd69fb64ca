//! Sums up a world that has come to rest.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::design::Design;
use crate::design::requirement::OrderBy;
use crate::runtime::engine::World;
use crate::runtime::outcome::{Outcome, PathOutcome, SinkOutcome};
use crate::runtime::plan::Facts;
use crate::runtime::services::Component;
use crate::runtime::verdict;

/// The outcome of a run.
pub(super) fn outcome(mut world: World, design: &Design, facts: &Facts, seed: u64) -> Outcome {
    for (component, counters) in world.components.iter().zip(&mut world.counters) {
        counters.held = component.held();
        if let Component::Flink(flink) = component {
            counters.filtered = flink.operator.filtered();
            counters.lost += flink.operator.failed();
            counters.late = flink.operator.late().len() as u64;
        }
    }
    let sinks: Vec<usize> = (0..world.components.len())
        .filter(|node| world.components[*node].is_sink(&world.counters[*node]))
        .collect();
    let feeding: BTreeMap<usize, BTreeSet<usize>> =
        sinks.iter().map(|sink| (*sink, upstream(design, *sink))).collect();
    let mut paths = Vec::new();
    for sink in &sinks {
        for (producer, origins) in
            facts.origins.iter().filter(|(producer, _)| feeding[sink].contains(producer))
        {
            paths.push(PathOutcome {
                from: design.nodes[*producer].id.clone(),
                to: design.nodes[*sink].id.clone(),
                records: world.arrivals[*sink].count(origins),
                latency: world.arrivals[*sink].latencies(origins),
            });
        }
    }
    let sinks: Vec<SinkOutcome> =
        sinks.iter().map(|sink| self::sink(&mut world, design, facts, *sink, &feeding[sink])).collect();
    let order = |node: usize, by: &OrderBy| out_of_order(&world, design, facts, node, by);
    let retention = |node: usize| world.components[node].retention();
    let verdicts = verdict::all(design, &paths, &sinks, order, retention);
    Outcome {
        design: design.name.clone().unwrap_or_else(|| design.text.name().to_owned()),
        seed,
        duration_us: world.now_us,
        nodes: world.counters,
        paths,
        sinks,
        verdicts,
        bad_lines: facts.bad_lines.clone(),
    }
}

/// How many records a node handled out of order, or why a run does not know.
fn out_of_order(
    world: &World,
    design: &Design,
    facts: &Facts,
    node: usize,
    by: &OrderBy,
) -> Result<u64, String> {
    if !world.components[node].keeps_arrivals() {
        return Err("a run watches the order where records are handled, and not here".to_owned());
    }
    let OrderBy::Key(field) = by else { return Ok(world.arrivals[node].out_of_all_order) };
    let feeding = upstream(design, node);
    let other = |producer: &usize| {
        feeding.contains(producer) && design.nodes[*producer].settings.text("traffic.key") != Some(field)
    };
    match facts.origins.iter().map(|(producer, _)| *producer).find(other) {
        None => Ok(world.arrivals[node].out_of_order),
        Some(producer) => {
            let id = &design.nodes[producer].id;
            Err(format!("a run watches the order by partition key, and `{id}` has another"))
        }
    }
}

/// All nodes from which records can come to a node, and the nodes that their settings name.
fn upstream(design: &Design, node: usize) -> BTreeSet<usize> {
    let mut found = BTreeSet::new();
    let mut open = vec![node];
    while let Some(node) = open.pop() {
        for (_, flow) in design.incoming(node).filter(|(_, flow)| flow.role.as_str() == "flow") {
            if found.insert(flow.from) {
                open.push(flow.from);
            }
        }
    }
    found
}

/// What is lost is what was produced upstream and is neither in the sink nor was left out on purpose on the way.
fn sink(
    world: &mut World,
    design: &Design,
    facts: &Facts,
    sink: usize,
    upstream: &BTreeSet<usize>,
) -> SinkOutcome {
    let all = Range { start: 0, end: u64::MAX };
    let produced: u64 = facts
        .origins
        .iter()
        .filter(|(producer, _)| upstream.contains(producer))
        .map(|(_, origins)| origins.end - origins.start)
        .sum();
    let filtered: u64 = upstream.iter().map(|node| world.counters[*node].filtered).sum();
    let arrivals = &world.arrivals[sink];
    let delivered = arrivals.delivered();
    SinkOutcome {
        id: design.nodes[sink].id.clone(),
        delivered,
        lost: (produced - filtered.min(produced)).saturating_sub(delivered),
        duplicates: arrivals.duplicates,
        out_of_order: arrivals.out_of_order,
        latency: arrivals.latencies(&all),
        files: world.components[sink].files(),
    }
}
