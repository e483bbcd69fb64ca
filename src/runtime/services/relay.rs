//! A service that passes records on: a bus with rules, a broker of devices, a log with subscriptions, an agent that reads
//! files, a workflow whose task is to hand on, the capture of changes.
//!
//! Takes records, gives each to every target whose filter it passes, by itself or gathered. **Ordering**: none where a
//! delivery takes more or less time; else that in which records came, until one is tried again. **Back pressure**: what is
//! over the quotas of a second goes back to the sender. **Delivery**: what a target turns away is tried again with growing
//! waits and jitter, for so long and so often, and then goes to the dead letters, or is lost. **Simplified**: targets get
//! the record itself, without the envelope of the service. **Not modelled**: a payload that is worked out from the record.

use crate::runtime::condition::OfRecord;
use crate::runtime::engine::{Event, Io};
use crate::runtime::record::Record;
use crate::runtime::services::dead_letters::{self, DeadLetters};
use crate::runtime::services::retry::RetryPolicy;
use crate::runtime::services::token_bucket::TokenBucket;
use crate::runtime::services::unreachable_event;
use crate::units::Duration;

/// A relay in a run.
#[derive(Debug)]
pub(in crate::runtime) struct Relay {
    pub(in crate::runtime) config: RelayConfig,
    calls: Option<TokenBucket>,
    /// What each route gathers.
    gathered: Vec<Gathered>,
    /// Records that are worked on.
    working: u64,
}

/// The settings of a relay.
#[derive(Debug, Clone)]
pub(in crate::runtime) struct RelayConfig {
    pub(in crate::runtime) name: String,
    /// Calls a second, and at once.
    pub(in crate::runtime) calls: Option<(f64, f64)>,
    /// The largest record.
    pub(in crate::runtime) record_size: u64,
    /// The shortest and the longest time until a record leaves for its targets.
    pub(in crate::runtime) delay_us: (u64, u64),
    /// Share of records at which the work fails for good.
    pub(in crate::runtime) error_rate: f64,
    /// Which records it passes on at all.
    pub(in crate::runtime) filter: Option<OfRecord>,
    /// Whether records leave without the partition key with which they came.
    pub(in crate::runtime) forgets_key: bool,
    pub(in crate::runtime) routes: Vec<Route>,
    /// How long what came can be passed on again.
    pub(in crate::runtime) archive: Option<Duration>,
}

/// The way to a target.
#[derive(Debug, Clone)]
pub(in crate::runtime) struct Route {
    pub(in crate::runtime) target: usize,
    pub(in crate::runtime) filter: Option<OfRecord>,
    /// When what is gathered leaves; nothing where each record leaves by itself.
    pub(in crate::runtime) gather: Option<Gather>,
    pub(in crate::runtime) policy: RetryPolicy,
    pub(in crate::runtime) dead_letters: Option<DeadLetters>,
}

/// When what is gathered leaves, whichever comes first.
#[derive(Debug, Clone, Copy)]
pub(in crate::runtime) struct Gather {
    pub(in crate::runtime) records: usize,
    pub(in crate::runtime) size: u64,
    pub(in crate::runtime) interval_us: u64,
    /// Whether it leaves as an object for a bucket.
    pub(in crate::runtime) is_object: bool,
}

#[derive(Debug, Clone, Default)]
struct Gathered {
    records: Vec<Record>,
    bytes: u64,
    /// Counts the batches, so that the end of an earlier interval does nothing.
    generation: u64,
}

impl Relay {
    pub(in crate::runtime) fn new(config: RelayConfig) -> Self {
        let gathered = vec![Gathered::default(); config.routes.len()];
        let calls = config.calls.map(|(rate, burst)| TokenBucket::with_burst(rate, burst));
        Self { config, calls, gathered, working: 0 }
    }

    /// Does what follows from an event.
    pub(in crate::runtime) fn on_event(&mut self, event: Event, io: &mut Io<'_>) {
        match event {
            Event::Put { from, attempt, records } => self.put(from, attempt, records, io),
            Event::Called { succeeded, records, .. } => self.pass(succeeded, records, io),
            Event::Timer { slot, generation } if self.gathered[slot].generation == generation => {
                self.leave(slot, io);
            }
            Event::Timer { .. } => {}
            Event::Rejected { to, attempt, records } => self.rejected(to, attempt, records, io),
            event => unreachable_event(self, &event),
        }
    }

    /// Takes what the quota lets through; the rest goes back.
    fn put(&mut self, from: usize, attempt: u32, records: Vec<Record>, io: &mut Io<'_>) {
        let mut rejected = Vec::new();
        for mut record in records {
            if record.payload.len() as u64 > self.config.record_size {
                io.counters.lost += 1;
            } else if self.takes(io.now_us) {
                record.arrived_us = io.now_us;
                self.take(record, io);
            } else {
                io.counters.throttled += 1;
                rejected.push(record);
            }
        }
        if !rejected.is_empty() {
            io.after(0, from, Event::Rejected { to: io.node, attempt, records: rejected });
        }
    }

    fn takes(&mut self, now_us: u64) -> bool {
        self.calls.as_mut().is_none_or(|calls| calls.admits(now_us))
    }

    fn take(&mut self, mut record: Record, io: &mut Io<'_>) {
        io.counters.records_in += 1;
        io.counters.bytes_in += record.payload.len() as u64;
        if self.config.forgets_key {
            record.key = bytes::Bytes::new();
        }
        let (shortest, longest) = self.config.delay_us;
        let delay = shortest + (io.random.share() * longest.saturating_sub(shortest) as f64) as u64;
        let succeeded = self.config.error_rate <= 0.0 || io.random.share() >= self.config.error_rate;
        self.working += 1;
        io.after(delay, io.node, Event::Called { shard: 0, attempt: 0, succeeded, records: vec![record] });
    }

    /// The work on records is done: they leave on every way that they take.
    fn pass(&mut self, succeeded: bool, records: Vec<Record>, io: &mut Io<'_>) {
        self.working -= records.len() as u64;
        if !succeeded {
            io.counters.lost += records.len() as u64;
            return;
        }
        for record in records {
            if self.config.filter.as_ref().is_some_and(|filter| !filter.holds(&record.payload)) {
                io.leave_out(vec![record.origin]);
                continue;
            }
            if self.config.routes.is_empty() {
                io.arrivals.arrive(record.origin, Some(&record.key), record.produced_us, io.now_us);
            }
            for place in 0..self.config.routes.len() {
                let route = &self.config.routes[place];
                if route.filter.as_ref().is_some_and(|filter| !filter.holds(&record.payload)) {
                    io.leave_out_for(route.target, record.origin);
                } else if route.gather.is_some() {
                    self.gather(place, record.clone(), io);
                } else {
                    self.send(place, vec![record.clone()], io);
                }
            }
        }
    }

    fn gather(&mut self, place: usize, record: Record, io: &mut Io<'_>) {
        let Some(until) = self.config.routes[place].gather else { return };
        let gathered = &mut self.gathered[place];
        if gathered.records.is_empty() {
            let event = Event::Timer { slot: place, generation: gathered.generation };
            io.after(until.interval_us, io.node, event);
        }
        gathered.bytes += record.payload.len() as u64;
        gathered.records.push(record);
        if gathered.records.len() >= until.records || gathered.bytes >= until.size {
            self.leave(place, io);
        }
    }

    /// What a route has gathered leaves.
    fn leave(&mut self, place: usize, io: &mut Io<'_>) {
        let gathered = &mut self.gathered[place];
        gathered.generation += 1;
        gathered.bytes = 0;
        let records = std::mem::take(&mut gathered.records);
        if !records.is_empty() {
            self.send(place, records, io);
        }
    }

    fn send(&self, place: usize, records: Vec<Record>, io: &mut Io<'_>) {
        let route = &self.config.routes[place];
        io.counters.records_out += records.len() as u64;
        io.counters.bytes_out += records.iter().map(|record| record.payload.len() as u64).sum::<u64>();
        let event = if route.gather.is_some_and(|gather| gather.is_object) {
            let mut contents = Vec::new();
            for record in &records {
                contents.extend_from_slice(&record.payload);
                contents.push(b'\n');
            }
            let path = format!("{}/{:016}.ndjson", self.config.name, io.now_us);
            Event::Object { path, contents: contents.into(), records }
        } else {
            Event::Put { from: io.node, attempt: 0, records }
        };
        io.after(0, route.target, event);
    }

    /// A target turned records away: they come again later, or are given up.
    fn rejected(&mut self, to: usize, attempt: u32, records: Vec<Record>, io: &mut Io<'_>) {
        let Some(route) = self.config.routes.iter().find(|route| route.target == to) else { return };
        let age = records.first().map_or(0, |record| io.now_us.saturating_sub(record.arrived_us));
        match route.policy.jittered(attempt, age, io.random) {
            Some(wait) => {
                io.counters.retried += records.len() as u64;
                io.after(wait, to, Event::Put { from: io.node, attempt: attempt + 1, records });
            }
            None => dead_letters::send(route.dead_letters, &self.config.name, attempt, records, io),
        }
    }

    /// Records that are worked on or gathered.
    pub(in crate::runtime) fn held(&self) -> u64 {
        self.working + self.gathered.iter().map(|gathered| gathered.records.len() as u64).sum::<u64>()
    }
}
