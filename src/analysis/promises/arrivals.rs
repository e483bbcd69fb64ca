//! How records come to every node, over all ways at once: in which order, how late, whether some are lost or come again.
//!
//! Worked out for all nodes together, from the nodes that nothing flows to and along flows that are possible, in time
//! proportional to the graph but for the queue of nearest nodes. Only what is confirmed counts. Where records go round,
//! what the cycle does to them counts at its nodes too.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

use crate::analysis::promises::delivery::Step;
use crate::analysis::promises::latency::{self, Percentile, Wait};
use crate::analysis::promises::order;
use crate::analysis::promises::surroundings::{Place, Setup};
use crate::design::Role;
use crate::design::effective::is_possible;
use crate::knowledge::effect::{EffectKind, OrderScope};
use crate::knowledge::fact::Confidence;
use crate::units::Duration;

/// What is known of the records that come to each node.
#[derive(Debug, Clone)]
pub struct Arrivals {
    nodes: Vec<Option<State>>,
    typical: Vec<Option<u64>>,
    worst: Vec<Option<u64>>,
}

/// What the ways so far have done to records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct State {
    order: OrderScope,
    lost: Option<Happening>,
    repeated: Option<Happening>,
}

/// An effect of a place, by its number among those that hold there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Happening {
    place: Place,
    effect: usize,
}

/// Records that nothing has happened to.
const SENT: State = State { order: OrderScope::Total, lost: None, repeated: None };

impl Arrivals {
    /// Works out all of them.
    pub(in crate::analysis) fn of(setup: Setup<'_>) -> Self {
        let onward = onward(setup);
        let latencies = |percentile| Latencies { setup, onward: &onward, percentile }.least();
        Self {
            nodes: states(setup, &onward),
            typical: latencies(Percentile::P50),
            worst: latencies(Percentile::Max),
        }
    }

    /// The order in which records come to a node at the best.
    #[must_use]
    pub fn order(&self, node: usize) -> OrderScope {
        self.nodes[node].map_or(OrderScope::Total, |state| state.order)
    }

    /// The least time after which records come to a node; nothing where none do.
    #[must_use]
    pub fn latency(&self, node: usize, percentile: Percentile) -> Option<Duration> {
        let times = if percentile == Percentile::P50 { &self.typical } else { &self.worst };
        times[node].map(Duration)
    }

    /// A loss on a way to a node, or at the node itself.
    #[must_use]
    pub fn loss<'k>(&self, setup: Setup<'k>, node: usize) -> Option<Step<'k>> {
        told(setup, self.nodes[node]?.past(setup, Place::Node(node)).lost)
    }

    /// A repeat on a way to a node, or at the node itself, that nothing makes up for.
    #[must_use]
    pub fn repeat<'k>(&self, setup: Setup<'k>, node: usize) -> Option<Step<'k>> {
        told(setup, self.nodes[node]?.past(setup, Place::Node(node)).repeated)
    }
}

fn told(setup: Setup<'_>, happening: Option<Happening>) -> Option<Step<'_>> {
    let Happening { place, effect } = happening?;
    let effect = setup.effects(place).nth(effect)?;
    Some(Step { place, effect })
}

impl State {
    /// What is left of the records behind a node or flow.
    fn past(mut self, setup: Setup<'_>, place: Place) -> Self {
        for (number, effect) in setup.effects(place).enumerate() {
            if effect.validity.confidence < Confidence::Confirmed {
                continue;
            }
            let happening = Some(Happening { place, effect: number });
            match effect.kind {
                EffectKind::Loss => self.lost = self.lost.or(happening),
                EffectKind::Repeat => self.repeated = happening,
                EffectKind::Idempotent => self.repeated = None,
                EffectKind::Wait { .. } | EffectKind::Order(_) => {}
            }
        }
        let kept = order::left(&order::at(setup, place), Confidence::Confirmed);
        Self { order: self.order.min(kept), ..self }
    }

    /// What comes by either of two ways, with what was found first.
    fn joined(self, other: Self) -> Self {
        Self {
            order: self.order.min(other.order),
            lost: self.lost.or(other.lost),
            repeated: self.repeated.or(other.repeated),
        }
    }
}

/// For every node the flows by which records can leave it, with the nodes that they lead to.
type Onward = Vec<Vec<(usize, usize)>>;

fn onward(setup: Setup<'_>) -> Onward {
    let design = setup.design;
    let leaving = |node: usize| {
        let plain = design.outgoing(node).filter(|(_, flow)| flow.role == Role::Flow);
        let possible = plain.filter(|(index, _)| is_possible(design, setup.knowledge, *index));
        possible.map(|(index, flow)| (index, flow.to)).collect()
    };
    (0..design.nodes.len()).map(leaving).collect()
}

/// The nodes that send of their own accord.
fn origins(setup: Setup<'_>) -> impl Iterator<Item = usize> {
    let design = setup.design;
    (0..design.nodes.len()).filter(|node| !design.incoming(*node).any(|(_, flow)| flow.role == Role::Flow))
}

/// Every state gets worse by a few steps at the most, so that a node is looked at again only so many times.
fn states(setup: Setup<'_>, onward: &Onward) -> Vec<Option<State>> {
    let mut states: Vec<Option<State>> = vec![None; onward.len()];
    let mut open: VecDeque<usize> = origins(setup).collect();
    let mut is_open = vec![false; onward.len()];
    for node in &open {
        is_open[*node] = true;
    }
    while let Some(node) = open.pop_front() {
        is_open[node] = false;
        let behind = states[node].unwrap_or(SENT).past(setup, Place::Node(node));
        for (flow, to) in &onward[node] {
            let arriving = behind.past(setup, Place::Flow(*flow));
            let joined = states[*to].map_or(arriving, |known| known.joined(arriving));
            if states[*to] != Some(joined) {
                states[*to] = Some(joined);
                if !std::mem::replace(&mut is_open[*to], true) {
                    open.push_back(*to);
                }
            }
        }
    }
    states
}

/// The search for the shortest time to every node, the nearest first.
struct Latencies<'a> {
    setup: Setup<'a>,
    onward: &'a Onward,
    percentile: Percentile,
}

impl Latencies<'_> {
    fn least(&self) -> Vec<Option<u64>> {
        let mut times: Vec<Option<u64>> = vec![None; self.onward.len()];
        let mut open: BinaryHeap<Reverse<(u64, usize)>> =
            origins(self.setup).map(|node| Reverse((0, node))).collect();
        while let Some(Reverse((time, node))) = open.pop() {
            if times[node].is_some_and(|known| known < time) {
                continue;
            }
            let left = time.saturating_add(self.waited(Place::Node(node)));
            for (flow, to) in &self.onward[node] {
                let arrived = left.saturating_add(self.waited(Place::Flow(*flow)));
                if times[*to].is_none_or(|known| arrived < known) {
                    times[*to] = Some(arrived);
                    open.push(Reverse((arrived, *to)));
                }
            }
        }
        times
    }

    fn waited(&self, place: Place) -> u64 {
        let waits = latency::at(self.setup, place).into_iter();
        let confirmed = waits.filter(|wait: &Wait<'_>| wait.confidence() == Confidence::Confirmed);
        confirmed
            .filter_map(|wait| wait.share(self.percentile))
            .fold(0, |sum, time| sum.saturating_add(time.0))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::analysis::Analysis;
    use crate::analysis::promises::latency::{self, Percentile};
    use crate::analysis::promises::surroundings::Setup;
    use crate::analysis::promises::{delivery, order, paths};
    use crate::design::lower;
    use crate::knowledge::Knowledge;
    use crate::knowledge::fact::Confidence;
    use crate::source::Text;

    const DESIGN: &str = "nodes:
  web: {service: producer}
  phone: {service: producer, traffic: {retries: true}}
  in: {service: kds, shards: 2}
  jobs: {service: sqs, type: fifo}
  loose: {service: sqs}
  fn: {service: lambda}
  once: {service: lambda, idempotent: true}
  lake: {service: firehose, buffer: {size: 5 MiB, interval: 60s}}
  files: {service: s3}
  table: {service: dynamodb, key: [id]}
  alone: {service: lambda}
flows:
  - web -> in -> fn -> table
  - phone -> in -> once -> table
  - in -> lake -> files
  - phone -> jobs -> once -> loose -> fn -> files
  - web -> loose
  - in -> files
";

    #[test]
    fn all_ways_at_once_come_to_the_same_as_one_by_one() {
        let knowledge = Knowledge::embedded();
        let design = lower(Arc::new(Text::new("d.yaml", DESIGN)), &knowledge).design.unwrap();
        let analysis = Analysis::of(&design, &knowledge);
        let setup = Setup::new(&design, &knowledge, &analysis);
        let arrivals = analysis.arrivals(&design, &knowledge);
        let mut told = Vec::new();
        for node in 0..design.nodes.len() {
            let found = paths::to(setup, None, node);
            assert!(found.complete);
            let bounds: Vec<_> = found.ways.iter().flat_map(|(_, way)| order::along(setup, way)).collect();
            let kept = order::left(&bounds, Confidence::Confirmed);
            let least = |percentile| {
                let times = found.ways.iter().map(|(_, way)| latency::along(setup, way));
                times.map(|waits| latency::at_least(&waits, percentile, Confidence::Confirmed)).min()
            };
            let steps: Vec<_> = found
                .ways
                .iter()
                .map(|(origin, way)| delivery::along(setup, *origin, way, Confidence::Confirmed))
                .collect();
            let lost = steps.iter().any(|steps| delivery::loss(steps).is_some());
            let repeated = steps.iter().any(|steps| delivery::repeat(steps).is_some());
            let id = &design.nodes[node].id;
            assert_eq!(arrivals.order(node), kept, "{id}");
            assert_eq!(arrivals.latency(node, Percentile::P50), least(Percentile::P50), "{id}");
            assert_eq!(arrivals.latency(node, Percentile::Max), least(Percentile::Max), "{id}");
            assert_eq!(arrivals.loss(setup, node).is_some(), lost, "{id}");
            assert_eq!(arrivals.repeat(setup, node).is_some(), repeated, "{id}");
            told.push((kept.as_str(), lost, repeated));
        }
        told.sort_unstable();
        told.dedup();
        assert!(told.len() > 3, "the design shows too little: {told:?}");
    }
}
