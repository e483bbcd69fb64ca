//! Sums up a world that has come to rest.

use std::collections::{BTreeMap, BTreeSet};

use crate::design::Design;
use crate::design::requirement::OrderBy;
use crate::runtime::bits::Bits;
use crate::runtime::engine::World;
use crate::runtime::outcome::{
    File, NodeOutcome, Outcome, PathOutcome, ProgramOutcome, SinkOutcome, Suffered,
};
use crate::runtime::record::BadLines;
use crate::runtime::services::Component;
use crate::runtime::verdict;

/// The outcome of a run.
pub(super) fn outcome(mut world: World<'_>, design: &Design, producers: &[usize], seed: u64) -> Outcome {
    for (node, component) in world.components.iter().enumerate() {
        let counters = &mut world.counters[node];
        counters.held = component.held();
        if let Component::Flink(flink) = component {
            counters.lost += flink.operator.failed();
            counters.late = flink.operator.late();
        }
    }
    let sinks: Vec<usize> = (0..world.components.len())
        .filter(|node| world.components[*node].is_sink(&world.counters[*node]))
        .collect();
    let feeding: BTreeMap<usize, BTreeSet<usize>> =
        sinks.iter().map(|sink| (*sink, design.upstream(*sink))).collect();
    let mut paths = Vec::new();
    for sink in &sinks {
        let producers = producers.iter().enumerate();
        for (place, producer) in producers.filter(|(_, producer)| feeding[sink].contains(*producer)) {
            paths.push(PathOutcome {
                from: design.nodes[*producer].id.clone(),
                to: design.nodes[*sink].id.clone(),
                records: world.arrivals[*sink].count(place),
                latency: world.arrivals[*sink].latencies(place),
            });
        }
    }
    let expected = expected(&world, design);
    let programs = programs(&mut world);
    let sinks: Vec<SinkOutcome> =
        sinks.iter().map(|sink| self::sink(&mut world, design, *sink, &expected[*sink])).collect();
    let order = |node: usize, by: &OrderBy| out_of_order(&world, design, producers, node, by);
    let retention = |node: usize| world.components[node].retention();
    let bad_lines = bad_lines(&world);
    let faults = world.suffering.as_ref().map_or(Vec::new(), |suffering| suffering.faults.listed(design));
    let verdicts = verdict::all(design, &paths, &sinks, order, retention);
    Outcome {
        design: design.name.clone().unwrap_or_else(|| design.text.name().to_owned()),
        seed,
        duration_us: world.now_us,
        ended_early: world.ended_early,
        nodes: world.counters,
        paths,
        sinks,
        verdicts,
        faults,
        bad_lines,
        programs,
        cost: None,
    }
}

/// How many records a node handled out of order, or why a run does not know.
fn out_of_order(
    world: &World<'_>,
    design: &Design,
    producers: &[usize],
    node: usize,
    by: &OrderBy,
) -> Result<u64, String> {
    if !world.components[node].keeps_arrivals() {
        return Err("a run watches the order where records are handled, and not here".to_owned());
    }
    let OrderBy::Key(field) = by else { return Ok(world.arrivals[node].out_of_all_order) };
    let feeding = design.upstream(node);
    let other = |producer: &usize| {
        feeding.contains(producer) && design.nodes[*producer].settings.text("traffic.key") != Some(field)
    };
    match producers.iter().copied().find(other) {
        None => Ok(world.arrivals[node].out_of_order),
        Some(producer) => {
            let id = &design.nodes[producer].id;
            Err(format!("a run watches the order by partition key, and `{id}` has another"))
        }
    }
}

/// The records that should have come to each node, by their numbers: those of its producers, but for what was left out
/// on purpose on every way there. Found by passing them along the flows until nothing new comes anywhere, so that
/// branches that meet again, and cycles, are no special case.
fn expected(world: &World<'_>, design: &Design) -> Vec<Bits> {
    let mut expected = vec![Bits::default(); design.nodes.len()];
    for (node, component) in world.components.iter().enumerate() {
        if let Component::Producer(producer) = component {
            expected[node].insert_range(producer.sent.start, producer.sent.end);
        }
    }
    let flows = || design.flows.iter().filter(|flow| flow.role.as_str() == "flow" && flow.from != flow.to);
    let mut changed = true;
    while changed {
        changed = false;
        for flow in flows() {
            let coming = std::mem::take(&mut expected[flow.from]);
            let left_out = world.arrivals[flow.from].left_out_on_way_to(flow.to);
            changed |= expected[flow.to].add(&coming, &left_out);
            expected[flow.from] = coming;
        }
    }
    expected
}

/// Ends the programs, and says what became of their calls. What they wrote is a file of the function's.
fn programs(world: &mut World<'_>) -> BTreeMap<String, ProgramOutcome> {
    let mut found = BTreeMap::new();
    for component in &mut world.components {
        let Some(program) = component.function_mut().and_then(|function| function.program.as_mut()) else {
            continue;
        };
        let (outcome, words) = program.finish();
        for (path, contents) in [("stdout.txt", words.output), ("stderr.txt", words.error)] {
            if !contents.is_empty() {
                world.observer.file(&program.id, File { path: path.to_owned(), contents });
            }
        }
        found.insert(program.id.clone(), outcome);
    }
    found
}

/// The lines that are no records, by producer.
fn bad_lines(world: &World<'_>) -> BTreeMap<String, BadLines> {
    let of = |(component, counters): (&Component, &NodeOutcome)| match component {
        Component::Producer(producer) if !producer.supply.bad().is_empty() => {
            Some((counters.id.clone(), producer.supply.bad().clone()))
        }
        _ => None,
    };
    world.components.iter().zip(&world.counters).filter_map(of).collect()
}

/// What is lost is what should have come and did not, unless the sink itself left it out.
fn sink(world: &mut World<'_>, design: &Design, sink: usize, expected: &Bits) -> SinkOutcome {
    for file in world.components[sink].files() {
        world.observer.file(&design.nodes[sink].id, file);
    }
    let arrivals = &world.arrivals[sink];
    let end_us = world.suffering.as_ref().and_then(|suffering| suffering.faults.span()).map(|(_, end)| end);
    let suffered = arrivals.delayed().zip(end_us).map(|((delayed, last_us), end_us)| Suffered {
        delayed,
        recovery_us: last_us.saturating_sub(end_us),
    });
    SinkOutcome {
        id: design.nodes[sink].id.clone(),
        delivered: arrivals.came.count(),
        lost: expected.count_without(&arrivals.came, &arrivals.left_out),
        duplicates: arrivals.duplicates,
        out_of_order: arrivals.out_of_order,
        latency: arrivals.all_latencies(),
        suffered,
        files: Vec::new(),
    }
}
