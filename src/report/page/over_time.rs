//! The plots of a run: what its series say of nodes and paths.

use crate::analysis::capacity::Capacity;
use crate::report::page::plot::{Line, Plot, Summed};
use crate::runtime::outcome::Latencies;
use crate::runtime::series::{Counted, Frame, PathSeries};
use crate::units::Dimension;

/// A node whose counters are plotted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Subject<'a> {
    pub(super) frames: &'a [Frame],
    pub(super) node: usize,
    pub(super) id: &'a str,
    /// What kind of service it is, as its card says.
    pub(super) class: &'a str,
    pub(super) capacity: Capacity,
}

impl Subject<'_> {
    /// The plots that say something.
    pub(super) fn plots(self) -> Vec<Plot> {
        let counts = |name, of: fn(&Counted) -> u64| self.per_second(name, of);
        let came = counts("in", |counted| counted.came);
        let all = [
            self.plot(
                "Records",
                Dimension::Rate,
                vec![came, counts("out", |counted| counted.went)],
                self.capacity.rate,
            ),
            self.plot(
                "Data",
                Dimension::ByteRate,
                vec![counts("in", |counted| counted.bytes)],
                self.capacity.bytes,
            ),
            self.plot(
                "Turned away",
                Dimension::Rate,
                vec![
                    counts("turned away", |counted| counted.throttled),
                    counts("tried again", |counted| counted.retried),
                ],
                None,
            ),
            self.plot("Lost", Dimension::Rate, vec![counts("lost", |counted| counted.lost)], None),
            self.plot(
                self.held_title(),
                Dimension::Count,
                vec![self.at_ends("records", Summed::Last, |counted| counted.held)],
                None,
            ),
            self.plot(
                "Iterator age",
                Dimension::Duration,
                vec![self.at_ends("oldest read", Summed::Highest, |counted| counted.age_us)],
                None,
            ),
        ];
        all.into_iter().filter(Plot::says_something).collect()
    }

    /// What records that are held mean here.
    fn held_title(self) -> &'static str {
        match self.class {
            "stream" => "Backlog of the slowest reader",
            "queue" => "Messages in the queue",
            "delivery" => "Held in buffers",
            _ => "Held",
        }
    }

    /// Lines that never leave zero are left out.
    fn plot(self, title: &str, dimension: Dimension, mut lines: Vec<Line>, bound: Option<f64>) -> Plot {
        lines.retain(|line| line.highest() > 0.0);
        Plot { title: title.to_owned(), subject: self.id.to_owned(), dimension, lines, bound }
    }

    fn per_second(self, name: &'static str, of: fn(&Counted) -> u64) -> Line {
        let rate = |pair: &[Frame]| {
            let seconds = (pair[1].at_us - pair[0].at_us).max(1) as f64 / 1e6;
            Some((of(&pair[1].nodes[self.node]) - of(&pair[0].nodes[self.node])) as f64 / seconds)
        };
        Line { name, values: self.frames.windows(2).map(rate).collect(), summed: Summed::Mean }
    }

    fn at_ends(self, name: &'static str, summed: Summed, of: fn(&Counted) -> u64) -> Line {
        let value = |frame: &Frame| Some(of(&frame.nodes[self.node]) as f64);
        Line { name, values: self.frames.iter().skip(1).map(value).collect(), summed }
    }
}

/// The latencies of a path.
pub(super) fn latencies(path: &PathSeries) -> Plot {
    let line = |name, of: fn(Latencies) -> u64| Line {
        name,
        values: path.latencies.iter().skip(1).map(|found| found.map(|found| of(found) as f64)).collect(),
        summed: Summed::Highest,
    };
    Plot {
        title: format!("{} → {}", path.from, path.to),
        subject: "latency".to_owned(),
        dimension: Dimension::Duration,
        lines: vec![
            line("p50", |latencies| latencies.p50),
            line("p99", |latencies| latencies.p99),
            line("max", |latencies| latencies.max),
        ],
        bound: None,
    }
}
