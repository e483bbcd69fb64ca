//! What a run counted over virtual time: frames that lie the same step apart, from its start to its end.
//!
//! A sampler is asked to look now and then and costs nothing between its looks. It holds at most so many frames: where a
//! run turns out longer, every second one goes, what happened before it counts to the one after it, and frames are twice
//! as far apart. Counters are exact at every frame; latencies are within a part in 32.

use std::collections::BTreeMap;

use crate::runtime::engine::View;
use crate::runtime::outcome::{Latencies, NodeOutcome, Outcome};
use crate::runtime::plan::Topology;
use crate::runtime::spread::Spread;

/// The most frames.
const MOST_FRAMES: usize = 600;
/// How far frames are apart at first, in microseconds.
const FIRST_STEP_US: u64 = 10_000;

/// A run over virtual time.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// How far frames are apart, in microseconds; the last one may be nearer.
    pub step_us: u64,
    /// What was counted, in the order of time; the first stands at the start, before anything happened.
    pub frames: Vec<Frame>,
    /// The latencies of each path, as the outcome lists them.
    pub paths: Vec<PathSeries>,
}

/// What was counted up to an instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// The instant, in microseconds of virtual time.
    pub at_us: u64,
    /// By node, in the order of the design.
    pub nodes: Vec<Counted>,
}

/// What a node counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counted {
    /// Records that came in.
    pub came: u64,
    /// Records that went out.
    pub went: u64,
    /// Bytes that came in.
    pub bytes: u64,
    /// Records or calls that were turned away.
    pub throttled: u64,
    /// Attempts beyond the first.
    pub retried: u64,
    /// Records that were lost.
    pub lost: u64,
    /// Records that are held.
    pub held: u64,
    /// The oldest record that a reader found since the frame before, in microseconds.
    pub age_us: u64,
}

/// The latencies of the records of a producer at a sink.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathSeries {
    /// The producer's id.
    pub from: String,
    /// The sink's id.
    pub to: String,
    /// Of the records that came since the frame before; nothing where none came.
    pub latencies: Vec<Option<Latencies>>,
}

/// Latencies by node and by the place of the producer among all.
type Spreads = BTreeMap<(usize, usize), Spread>;

/// Gathers a series while a run goes on.
#[derive(Debug)]
pub struct Sampler {
    /// The nodes of the producers, in their order.
    producers: Vec<usize>,
    step_us: u64,
    /// The frame at each multiple of the step, with the latencies since the one before.
    frames: Vec<(Frame, Spreads)>,
    /// The latencies that were seen so far.
    seen: Spreads,
    /// What was seen since the latest frame.
    ages: Vec<u64>,
    spreads: Spreads,
}

impl Sampler {
    /// For the run of a topology.
    #[must_use]
    pub fn new(topology: &Topology) -> Self {
        Self {
            producers: topology.producers.clone(),
            step_us: FIRST_STEP_US,
            frames: Vec::new(),
            seen: Spreads::new(),
            ages: vec![0; topology.design.nodes.len()],
            spreads: Spreads::new(),
        }
    }

    /// Looks at the run, and says when to look again. What is seen was so at every instant since the one that was asked
    /// for, so that frames stand at exactly their times.
    pub fn look(&mut self, view: &View<'_>) -> u64 {
        self.gather(view);
        while view.now_us / self.step_us >= MOST_FRAMES as u64 {
            self.thin();
        }
        while self.next_us() <= view.now_us {
            self.push(self.next_us(), view.nodes);
        }
        self.next_us()
    }

    fn next_us(&self) -> u64 {
        self.frames.len() as u64 * self.step_us
    }

    fn gather(&mut self, view: &View<'_>) {
        for (age, node) in self.ages.iter_mut().zip(view.nodes) {
            *age = node.iterator_age_us.max(*age);
        }
        for (node, arrivals) in view.arrivals.iter().enumerate() {
            for producer in 0..self.producers.len() {
                let place = (node, producer);
                if arrivals.count(producer) > self.seen.get(&place).map_or(0, |seen| seen.count) {
                    let seen = self.seen.entry(place).or_default();
                    let more = arrivals.spread_since(producer, seen);
                    seen.join(&more);
                    self.spreads.entry(place).or_default().join(&more);
                }
            }
        }
    }

    fn push(&mut self, at_us: u64, nodes: &[NodeOutcome]) {
        let counted = nodes.iter().zip(&mut self.ages);
        let nodes = counted.map(|(node, age)| Counted::of(node, std::mem::take(age))).collect();
        self.frames.push((Frame { at_us, nodes }, std::mem::take(&mut self.spreads)));
    }

    fn thin(&mut self) {
        self.step_us *= 2;
        let mut kept: Vec<(Frame, Spreads)> = Vec::with_capacity(self.frames.len() / 2 + 1);
        let mut between = None;
        for (index, mut sampled) in std::mem::take(&mut self.frames).into_iter().enumerate() {
            if index % 2 == 1 {
                between = Some(sampled);
                continue;
            }
            if let Some((earlier, spreads)) = between.take() {
                let pairs = sampled.0.nodes.iter_mut().zip(earlier.nodes);
                pairs.for_each(|(node, earlier)| node.age_us = node.age_us.max(earlier.age_us));
                join(&mut sampled.1, spreads);
            }
            kept.push(sampled);
        }
        if let Some((latest, spreads)) = between {
            let pairs = self.ages.iter_mut().zip(latest.nodes);
            pairs.for_each(|(age, node)| *age = node.age_us.max(*age));
            join(&mut self.spreads, spreads);
        }
        self.frames = kept;
    }

    /// The series of a run that is over, with a frame at its end.
    #[must_use]
    pub fn finish(mut self, outcome: &Outcome) -> Series {
        // What happened at the very end, after its frame was taken, belongs to it.
        if let Some((frame, spreads)) = self.frames.pop_if(|(frame, _)| frame.at_us >= outcome.duration_us) {
            self.ages.iter_mut().zip(frame.nodes).for_each(|(age, node)| *age = node.age_us.max(*age));
            join(&mut self.spreads, spreads);
        }
        self.push(outcome.duration_us, &outcome.nodes);
        let index = |id: &str| outcome.nodes.iter().position(|node| node.id == id);
        let of_path = |from: &str, to: &str| {
            let producer =
                index(from).and_then(|node| self.producers.iter().position(|other| *other == node));
            let place = index(to).zip(producer);
            let at =
                |(_, spreads): &(Frame, Spreads)| place.and_then(|place| spreads.get(&place)?.latencies());
            self.frames.iter().map(at).collect()
        };
        let paths = outcome.paths.iter().map(|path| PathSeries {
            from: path.from.clone(),
            to: path.to.clone(),
            latencies: of_path(&path.from, &path.to),
        });
        let paths = paths.collect();
        let frames = self.frames.into_iter().map(|(frame, _)| frame).collect();
        Series { step_us: self.step_us, frames, paths }
    }
}

fn join(into: &mut Spreads, other: Spreads) {
    for (place, spread) in other {
        into.entry(place).or_default().join(&spread);
    }
}

impl Counted {
    fn of(node: &NodeOutcome, age_us: u64) -> Self {
        Self {
            came: node.records_in,
            went: node.records_out,
            bytes: node.bytes_in,
            throttled: node.throttled,
            retried: node.retried,
            lost: node.lost,
            held: node.held,
            age_us,
        }
    }
}
