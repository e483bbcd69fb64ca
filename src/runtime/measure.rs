//! Counts what arrives at a sink: losses, repetitions, disorder and latency.

use std::collections::BTreeMap;
use std::ops::Range;

use bytes::Bytes;

use crate::runtime::outcome::Latencies;

/// The arrivals at one sink. Memory: a few bytes for every record that was produced.
#[derive(Debug, Default)]
pub(super) struct Arrivals {
    /// How often each record came, by its number.
    times: Vec<u8>,
    /// The last record of each key.
    last: BTreeMap<Bytes, u64>,
    /// The number and the latency of every arrival.
    latencies: Vec<(u64, u64)>,
    /// Records that a filter of this node left out, by their numbers.
    pub(super) left_out: Vec<u64>,
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
    /// A record with its key (nothing where a row counts it, which has no order), produced and arriving then.
    pub(super) fn arrive(&mut self, origin: u64, key: Option<&Bytes>, produced_us: u64, now_us: u64) {
        let index = origin as usize;
        if self.times.len() <= index {
            self.times.resize(index + 1, 0);
        }
        self.latencies.push((origin, now_us.saturating_sub(produced_us)));
        if self.times[index] > 0 {
            self.duplicates += 1;
        } else if let Some(key) = key {
            let last = self.last.entry(key.clone()).or_insert(origin);
            self.out_of_order += u64::from(origin < *last);
            *last = origin.max(*last);
            let this = (produced_us, origin);
            let latest = self.latest.get_or_insert(this);
            self.out_of_all_order += u64::from(this < *latest);
            *latest = this.max(*latest);
        }
        self.times[index] = self.times[index].saturating_add(1);
    }

    /// How many different records arrived.
    pub(super) fn delivered(&self) -> u64 {
        self.times.iter().filter(|times| **times > 0).count() as u64
    }

    /// Whether a record arrived.
    pub(super) fn has(&self, origin: u64) -> bool {
        self.times.get(origin as usize).is_some_and(|times| *times > 0)
    }

    /// How many arrivals there were of the records with these numbers.
    pub(super) fn count(&self, origins: &Range<u64>) -> u64 {
        self.latencies.iter().filter(|(origin, _)| origins.contains(origin)).count() as u64
    }

    /// Exact percentiles over the records with these numbers: the least latency that so many did not exceed.
    pub(super) fn latencies(&self, origins: &Range<u64>) -> Latencies {
        let of_range = self.latencies.iter().filter(|(origin, _)| origins.contains(origin));
        let mut sorted: Vec<u64> = of_range.map(|(_, latency)| *latency).collect();
        sorted.sort_unstable();
        let at = |share: f64| {
            let rank = (sorted.len() as f64 * share).ceil() as usize;
            sorted.get(rank.max(1) - 1).copied().unwrap_or(0)
        };
        Latencies { p50: at(0.5), p99: at(0.99), max: at(1.0) }
    }
}
