//! Counts what arrives at a sink: losses, repetitions, disorder and latency.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use bytes::Bytes;
use foldhash::fast::FixedState;

use crate::runtime::bits::{Bits, split};
use crate::runtime::outcome::Latencies;
use crate::runtime::spread::Spread;

/// So many keys are watched before any is let go.
const FEW_KEYS: usize = 1 << 16;

/// The arrivals at one sink. Memory: that of [`Bits`], a bounded log of latencies for each producer, and the last record
/// of each key that an earlier one may still follow: none whose predecessors have all come.
#[derive(Debug, Default)]
pub(super) struct Arrivals {
    /// The records that came, by their numbers.
    pub(super) came: Bits,
    /// The last record of each key.
    last: HashMap<Bytes, u64, FixedState>,
    /// Once there are so many keys, those that need no watching are let go.
    most_keys: usize,
    /// The latencies of each producer's records.
    latencies: Vec<LatencyLog>,
    /// Records that a filter of this node left out, by their numbers.
    pub(super) left_out: Bits,
    /// Records that did not go to a target of this node on purpose, though they went to others.
    pub(super) left_out_for: BTreeMap<usize, Bits>,
    /// What is noticed of faults.
    watch: Option<Watch>,
    pub(super) duplicates: u64,
    /// Records that came after a later one with the same key.
    pub(super) out_of_order: u64,
    /// When the latest record that has come was produced, and its number.
    latest: Option<(u64, u64)>,
    /// Records that came after a later one of any key. Of one instant, the producer that the design names first counts
    /// as earlier.
    pub(super) out_of_all_order: u64,
}

impl Arrivals {
    /// Nothing yet, of so many producers.
    pub(super) fn new(producers: usize) -> Self {
        let latencies = vec![LatencyLog::default(); producers];
        Self { latencies, most_keys: FEW_KEYS, ..Self::default() }
    }

    /// A record with its key (nothing where a row counts it, which has no order), produced and arriving then.
    pub(super) fn arrive(&mut self, origin: u64, key: Option<&Bytes>, produced_us: u64, now_us: u64) {
        if let Some(watch) = &mut self.watch {
            watch.see(now_us.saturating_sub(produced_us), now_us);
        }
        if let Some(log) = self.latencies.get_mut(split(origin).0) {
            log.add(now_us.saturating_sub(produced_us));
        }
        if !self.came.insert(origin) {
            self.duplicates += 1;
        } else if let Some(key) = key {
            // A record without a key of the design has one that no other has, and so nothing to be in order with.
            if !key.is_empty() {
                self.follow(key, origin);
            }
            let this = (produced_us, origin);
            let latest = self.latest.get_or_insert(this);
            self.out_of_all_order += u64::from(this < *latest);
            *latest = this.max(*latest);
        }
    }

    fn follow(&mut self, key: &Bytes, origin: u64) {
        match self.last.get_mut(key) {
            Some(last) => {
                self.out_of_order += u64::from(origin < *last);
                *last = origin.max(*last);
            }
            None => {
                // A copy of its own, so that the key does not hold on to the record that it was cut out of.
                self.last.insert(Bytes::copy_from_slice(key), origin);
                if self.last.len() > self.most_keys {
                    self.let_go();
                }
            }
        }
    }

    /// Forgets the keys whose last record has only such before it as have all come: whatever comes next is later.
    fn let_go(&mut self) {
        let all_below = self.came.all_below();
        let is_open = |origin: u64| all_below.get(split(origin).0).is_none_or(|below| origin >= *below);
        self.last.retain(|_, origin| is_open(*origin));
        self.most_keys = FEW_KEYS.max(2 * self.last.len());
    }

    /// The records that no target is to get from here, or not this one.
    pub(super) fn left_out_on_way_to(&self, target: usize) -> Cow<'_, Bits> {
        match self.left_out_for.get(&target) {
            None => Cow::Borrowed(&self.left_out),
            Some(left_out) => {
                let mut all = left_out.clone();
                all.add(&self.left_out, &Bits::default());
                Cow::Owned(all)
            }
        }
    }

    /// From an instant on, latencies beyond those before it are counted.
    pub(super) fn watch_from(&mut self, from_us: u64) {
        self.watch = Some(Watch { from_us, usual_us: None, delayed: 0, last_us: 0 });
    }

    /// How many records were delayed by faults, and the last instant at which one of them came; nothing where no record
    /// came before.
    pub(super) fn delayed(&self) -> Option<(u64, u64)> {
        let watch = self.watch.as_ref()?;
        watch.usual_us.map(|_| (watch.delayed, watch.last_us))
    }

    /// How many arrivals there were of the records of a producer, by its place among them.
    pub(super) fn count(&self, producer: usize) -> u64 {
        self.latencies.get(producer).map_or(0, |log| log.count)
    }

    /// The latencies of a producer's records beyond those that were seen before, which is all of them up to some instant.
    pub(super) fn spread_since(&self, producer: usize, seen: &Spread) -> Spread {
        self.latencies.get(producer).map(|log| log.spread_since(seen)).unwrap_or_default()
    }

    /// Percentiles over the records of a producer: the least latency that so many did not exceed.
    pub(super) fn latencies(&self, producer: usize) -> Latencies {
        self.latencies.get(producer).map(LatencyLog::percentiles).unwrap_or_default()
    }

    /// Percentiles over all records.
    pub(super) fn all_latencies(&self) -> Latencies {
        let mut all = LatencyLog::default();
        self.latencies.iter().for_each(|log| all.join(log));
        all.percentiles()
    }
}

/// Tells latencies that are beyond the usual.
#[derive(Debug, Clone, Copy)]
struct Watch {
    from_us: u64,
    /// The longest latency before.
    usual_us: Option<u64>,
    delayed: u64,
    last_us: u64,
}

impl Watch {
    fn see(&mut self, latency_us: u64, now_us: u64) {
        if now_us < self.from_us {
            self.usual_us = self.usual_us.max(Some(latency_us));
        } else if self.usual_us.is_some_and(|usual| latency_us > usual) {
            self.delayed += 1;
            self.last_us = self.last_us.max(now_us);
        }
    }
}

/// So many latencies are kept as they are.
const EXACT: usize = 1 << 20;

/// Beyond that, so many steps divide the range from one power of two to the next.
const STEPS_BITS: u32 = 13;

/// Latencies in microseconds: exact up to a million of them, within a part in 8192 beyond. Memory: bounded.
#[derive(Debug, Clone, Default)]
struct LatencyLog {
    count: u64,
    longest: u64,
    exact: Vec<u64>,
    /// How many latencies fall into each step; empty while all are exact.
    steps: Vec<u64>,
}

impl LatencyLog {
    fn add(&mut self, latency: u64) {
        self.count += 1;
        self.longest = self.longest.max(latency);
        if !self.steps.is_empty() {
            self.step(latency, 1);
            return;
        }
        self.exact.push(latency);
        if self.exact.len() > EXACT {
            self.coarsen();
        }
    }

    fn coarsen(&mut self) {
        for latency in std::mem::take(&mut self.exact) {
            self.step(latency, 1);
        }
    }

    fn step(&mut self, latency: u64, count: u64) {
        let step = step_of(latency, STEPS_BITS);
        if self.steps.len() <= step {
            self.steps.resize(step + 1, 0);
        }
        self.steps[step] += count;
    }

    fn join(&mut self, other: &Self) {
        for latency in &other.exact {
            self.add(*latency);
        }
        if other.steps.is_empty() {
            return;
        }
        self.coarsen();
        self.count += other.count;
        self.longest = self.longest.max(other.longest);
        for (step, count) in other.steps.iter().enumerate().filter(|(_, count)| **count > 0) {
            self.step(start_of(step, STEPS_BITS), *count);
        }
    }

    fn spread_since(&self, seen: &Spread) -> Spread {
        let mut spread = Spread::default();
        if self.steps.is_empty() {
            let since = self.exact.iter().skip(seen.count as usize);
            since.for_each(|latency| spread.add(*latency, 1));
            return spread;
        }
        for (step, count) in self.steps.iter().enumerate().filter(|(_, count)| **count > 0) {
            spread.add(start_of(step, STEPS_BITS), *count);
        }
        spread.longest = self.longest;
        spread.beyond(seen)
    }

    fn percentiles(&self) -> Latencies {
        let mut sorted = self.exact.clone();
        sorted.sort_unstable();
        let at = |share: f64| {
            let rank = ((self.count as f64 * share).ceil() as u64).max(1);
            if self.steps.is_empty() {
                return sorted.get(rank as usize - 1).copied().unwrap_or(0);
            }
            let mut so_far = 0;
            let reached = self.steps.iter().position(|count| {
                so_far += count;
                so_far >= rank
            });
            reached.map_or(0, |step| start_of(step, STEPS_BITS))
        };
        Latencies { p50: at(0.5), p99: at(0.99), max: self.longest }
    }
}

/// Small latencies have a step each; above, so many leading bits name the step.
pub(super) fn step_of(latency: u64, bits: u32) -> usize {
    let magnitude = (u64::BITS - latency.leading_zeros()).saturating_sub(bits + 1);
    ((u64::from(magnitude) << bits) + (latency >> magnitude)) as usize
}

/// The least latency of a step.
pub(super) fn start_of(step: usize, bits: u32) -> u64 {
    let step = step as u64;
    let magnitude = (step >> bits).saturating_sub(1);
    (step - (magnitude << bits)) << magnitude
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::{Arrivals, EXACT, FEW_KEYS, LatencyLog, STEPS_BITS, start_of, step_of};

    #[test]
    fn keys_are_let_go_only_where_that_changes_nothing() {
        let key = |number: u64| Bytes::from(format!("k{}", number % 300_000));
        let (mut arrivals, mut count) = (Arrivals::new(1), 0);
        // Record 250,000 is late by 100,000 others, of which one has its key; two of them are out of order.
        let order = (0..250_000).chain(250_001..600_000).chain([250_000]);
        for origin in order {
            arrivals.arrive(origin, Some(&key(origin)), 0, 0);
            count += 1;
        }
        assert_eq!((count, arrivals.out_of_order), (600_000, 1));
        let mut arrivals = Arrivals::new(1);
        for origin in 0..600_000 {
            arrivals.arrive(origin, Some(&Bytes::from(origin.to_string())), 0, 0);
        }
        assert!(arrivals.last.len() <= 2 * FEW_KEYS, "{}", arrivals.last.len());
    }

    #[test]
    fn steps_hold_what_they_start_with_and_are_narrow() {
        for latency in (0..60).map(|bit| 1u64 << bit).flat_map(|power| [power - 1, power, power + power / 3])
        {
            let step = step_of(latency, STEPS_BITS);
            let (start, next) = (start_of(step, STEPS_BITS), start_of(step + 1, STEPS_BITS));
            assert!(start <= latency && latency < next, "{start} {latency} {next}");
            assert!((next - start) as f64 <= (latency as f64 / 4096.0).max(1.0), "{latency}");
        }
    }

    #[test]
    fn percentiles_hardly_change_beyond_what_is_kept_exactly() {
        let mut log = LatencyLog::default();
        for number in 0..2 * EXACT as u64 {
            log.add(number % 1_000_000);
        }
        let found = log.percentiles();
        assert_eq!(found.max, 999_999);
        // Each latency comes twice, and those below 97,152 three times: half of all are at or below 475,711.
        assert!((475_600..=475_711).contains(&found.p50), "{found:?}");
        assert!((989_300..=989_514).contains(&found.p99), "{found:?}");
        let mut sum = LatencyLog::default();
        sum.join(&log);
        sum.join(&log);
        assert_eq!((sum.count, sum.percentiles().max), (4 * EXACT as u64, 999_999));
    }
}
