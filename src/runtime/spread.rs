//! Latencies in coarse steps, which can be added up and taken apart again: what a part of a run needs, where
//! `measure` is exact about the whole.

use std::collections::BTreeMap;

use crate::runtime::measure::{start_of, step_of};
use crate::runtime::outcome::Latencies;

/// So many bits divide the range from one power of two to the next: a step is at most a part in 32 wide.
const STEPS_BITS: u32 = 5;

/// How many latencies fall into each step, in microseconds. Memory: an entry for each step that holds any.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Spread {
    steps: BTreeMap<usize, u64>,
    pub(super) count: u64,
    pub(super) longest: u64,
}

impl Spread {
    /// Adds latencies that are all of this length.
    pub(super) fn add(&mut self, latency: u64, count: u64) {
        *self.steps.entry(step_of(latency, STEPS_BITS)).or_default() += count;
        self.count += count;
        self.longest = self.longest.max(latency);
    }

    /// Adds those of another.
    pub(super) fn join(&mut self, other: &Self) {
        for (step, count) in &other.steps {
            *self.steps.entry(*step).or_default() += count;
        }
        self.count += other.count;
        self.longest = self.longest.max(other.longest);
    }

    /// What is in it beyond `earlier`, all of which is in it too. Where the longest of all is older, the longest is that
    /// of its step.
    pub(super) fn beyond(&self, earlier: &Self) -> Self {
        let mut rest = Self::default();
        for (step, count) in &self.steps {
            let more = count - earlier.steps.get(step).unwrap_or(&0);
            if more > 0 {
                rest.steps.insert(*step, more);
                rest.count += more;
                rest.longest = start_of(*step, STEPS_BITS);
            }
        }
        if self.longest > earlier.longest {
            rest.longest = self.longest;
        }
        rest
    }

    /// Percentiles, within a part in 32; nothing of nothing.
    pub(super) fn latencies(&self) -> Option<Latencies> {
        let at = |share: f64| {
            let rank = ((self.count as f64 * share).ceil() as u64).max(1);
            let mut so_far = 0;
            let reached = self.steps.iter().find(|(_, count)| {
                so_far += *count;
                so_far >= rank
            });
            reached.map_or(0, |(step, _)| start_of(*step, STEPS_BITS))
        };
        (self.count > 0).then(|| Latencies { p50: at(0.5), p99: at(0.99), max: self.longest })
    }
}

#[cfg(test)]
mod tests {
    use super::Spread;

    #[test]
    fn parts_add_up_and_are_taken_apart() {
        let mut early = Spread::default();
        (1..=900).for_each(|latency| early.add(latency * 1_000, 1));
        let mut late = Spread::default();
        (1..=100).for_each(|latency| late.add(latency * 10, 1));
        let mut all = early.clone();
        all.join(&late);
        let rest = all.beyond(&early);
        assert_eq!((rest.count, rest.latencies().unwrap().p50), (100, late.latencies().unwrap().p50));
        assert!((960..=1_000).contains(&rest.longest), "{rest:?}");
        let found = early.latencies().unwrap();
        assert!((436_000..=450_000).contains(&found.p50) && found.max == 900_000, "{found:?}");
        assert_eq!(Spread::default().latencies(), None);
    }
}
