//! A run to watch: what the nodes had counted at some hundred instants at the most, from the first to the last.

use crate::design::Design;
use crate::diagnostic::Diagnostic;
use crate::drawing::{Graph, Mark};
use crate::knowledge::Knowledge;
use crate::runtime::series::{Counted, Frame, Sampler};
use crate::runtime::verdict::Verdict;
use crate::runtime::{self, Inputs, Options};

/// A run from the start to the end.
#[derive(Debug, Clone, PartialEq)]
pub struct Recording {
    /// What the design is called.
    pub name: String,
    /// The design as a graph.
    pub graph: Graph,
    /// What was counted, in the order of time; never empty.
    pub frames: Vec<Frame>,
    /// What became of the requirements.
    pub verdicts: Vec<Verdict>,
    /// Lost, repeated and disordered records of each sink, by its id.
    pub sinks: Vec<(String, [u64; 4])>,
    /// The seed of the run.
    pub seed: u64,
}

/// Runs a design and records it.
///
/// # Errors
/// What cannot be run, each with its place in the design.
pub fn record(
    design: &Design,
    knowledge: &Knowledge,
    inputs: &Inputs,
    options: &Options,
) -> Result<Recording, Vec<Diagnostic>> {
    let topology = runtime::plan(design, knowledge, inputs, options)?;
    let mut sampler = Sampler::new(&topology);
    let outcome = runtime::watch(topology, options, &mut |_| {}, &mut |view| sampler.look(view));
    let sinks = outcome
        .sinks
        .iter()
        .map(|sink| (sink.id.clone(), [sink.delivered, sink.lost, sink.duplicates, sink.out_of_order]));
    Ok(Recording {
        name: outcome.design.clone(),
        graph: Graph::of(design, &[]),
        frames: sampler.finish(&outcome).frames,
        sinks: sinks.collect(),
        seed: outcome.seed,
        verdicts: outcome.verdicts,
    })
}

/// What happened at a node between two frames, per second.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Rate {
    /// Records that came in.
    pub came: f64,
    /// Records that went out.
    pub went: f64,
    /// Records or calls that were turned away.
    pub throttled: f64,
}

impl Recording {
    /// The last frame's place.
    #[must_use]
    pub fn last(&self) -> usize {
        self.frames.len().saturating_sub(1)
    }

    /// The rates of all nodes between the frame before and this one.
    #[must_use]
    pub fn rates(&self, frame: usize) -> Vec<Rate> {
        let Some(now) = self.frames.get(frame) else { return Vec::new() };
        let before = frame.checked_sub(1).and_then(|before| self.frames.get(before));
        let Some(before) = before else { return vec![Rate::default(); now.nodes.len()] };
        let seconds = (now.at_us.saturating_sub(before.at_us) as f64 / 1e6).max(1e-6);
        let per_second = |now: u64, before: u64| now.saturating_sub(before) as f64 / seconds;
        now.nodes
            .iter()
            .zip(&before.nodes)
            .map(|(now, before)| Rate {
                came: per_second(now.came, before.came),
                went: per_second(now.went, before.went),
                throttled: per_second(now.throttled, before.throttled),
            })
            .collect()
    }

    /// The graph with what flows at a frame. Nodes that turn records away or lose them are marked.
    #[must_use]
    pub fn picture(&self, frame: usize) -> Graph {
        let rates = self.rates(frame);
        let before = frame.checked_sub(1).and_then(|before| self.frames.get(before));
        let mut graph = self.graph.clone();
        for (index, vertex) in graph.vertices.iter_mut().enumerate() {
            let counted = |frame: Option<&Frame>| frame.and_then(|frame| frame.nodes.get(index).copied());
            let (now, before) = (counted(self.frames.get(frame)), counted(before));
            let grew = |of: fn(&Counted) -> u64| now.as_ref().map_or(0, of) > before.as_ref().map_or(0, of);
            vertex.mark = match (grew(|node| node.lost), grew(|node| node.throttled)) {
                (true, _) => Some(Mark::Error),
                (_, true) => Some(Mark::Warning),
                _ => None,
            };
            // The room of the sign is kept, so that nothing moves when it comes.
            if vertex.mark.is_none() {
                vertex.id.insert_str(0, "  ");
            }
        }
        let shown = |rate: f64| format!("{:>6}", per_second(rate));
        graph.label_flows(
            |node| rates.get(node).map(|rate| shown(rate.came)),
            |node| rates.get(node).map(|rate| shown(rate.went)),
        );
        graph
    }
}

/// A rate in four characters at the most, and `/s`.
///
/// ```
/// use thalweg::study::recording::per_second;
/// let shown = [0.0, 0.26, 7.04, 34.2, 999.4, 1_260.0, 48_300.0, 2_500_000.0].map(per_second);
/// assert_eq!(shown, ["0/s", "0.3/s", "7/s", "34/s", "999/s", "1.3k/s", "48k/s", "2.5M/s"]);
/// ```
#[must_use]
pub fn per_second(rate: f64) -> String {
    let short = |value: f64| if value < 9.95 { format!("{value:.1}") } else { format!("{value:.0}") };
    match rate {
        0.0 => "0/s".to_owned(),
        rate if rate < 0.95 => format!("{rate:.1}/s"),
        rate if rate < 999.5 => format!("{rate:.0}/s"),
        rate if rate < 999_500.0 => format!("{}k/s", short(rate / 1e3)),
        rate => format!("{}M/s", short(rate / 1e6)),
    }
}
