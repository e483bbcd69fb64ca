//! An API: every record that comes is a call, which the caller waits for.
//!
//! Takes calls, passes each on to the one integration. **Ordering**: none; calls run side by side. **Back pressure**: the
//! rate refills a bucket as large as the burst, and a call without a token comes back (429). **Delivery**: what the
//! integration turns away or fails at goes back to the caller, and so does a call that takes longer than the API waits
//! (504), although the function goes on with it. A call that is too large is refused for good (413), and so is one that a
//! function answers with a status from 400 on, but for 429. **Not modelled**:
//! caches, several routes, and other APIs that share the account's rate.

use std::collections::BTreeMap;

use crate::runtime::engine::{Event, Io};
use crate::runtime::events::api_gateway::Reply;
use crate::runtime::record::Record;
use crate::runtime::services::token_bucket::TokenBucket;
use crate::runtime::services::unreachable_event;

/// An API in a run.
#[derive(Debug)]
pub(in crate::runtime) struct Api {
    pub(in crate::runtime) config: ApiConfig,
    bucket: TokenBucket,
    /// Calls that are not answered yet.
    open: BTreeMap<u64, Call>,
    /// The calls of records that were passed on at this instant and can come back in it.
    passed: BTreeMap<u64, u64>,
    next: u64,
}

/// The settings of an API.
#[derive(Debug, Clone)]
pub(in crate::runtime) struct ApiConfig {
    /// Calls a second, and at once beyond them.
    pub(in crate::runtime) rate: f64,
    pub(in crate::runtime) burst: f64,
    pub(in crate::runtime) payload_size: u64,
    pub(in crate::runtime) latency_us: u64,
    /// How long it waits for its integration.
    pub(in crate::runtime) timeout_us: u64,
    pub(in crate::runtime) target: usize,
    /// Whether the integration is a function, which answers when it is done.
    pub(in crate::runtime) calls_function: bool,
}

#[derive(Debug, Clone)]
struct Call {
    from: usize,
    attempt: u32,
    record: Record,
}

/// What a timer is for.
const PASS: usize = 0;
const TAKEN: usize = 1;

impl Api {
    pub(in crate::runtime) fn new(config: ApiConfig) -> Self {
        let bucket = TokenBucket::with_burst(config.rate, config.burst);
        Self { config, bucket, open: BTreeMap::new(), passed: BTreeMap::new(), next: 0 }
    }

    /// Does what follows from an event.
    pub(in crate::runtime) fn on_event(&mut self, event: Event, io: &mut Io<'_>) {
        match event {
            Event::Put { from, attempt, records } => {
                for record in records {
                    self.take(Call { from, attempt, record }, io);
                }
            }
            Event::Timer { slot: PASS, generation } => self.pass(generation, io),
            Event::Timer { slot: TAKEN, generation } => self.answer(generation, Reply::Done, io),
            // The integration has not answered in time.
            Event::Timer { generation, .. } => self.answer(generation, Reply::Failed, io),
            Event::Answered { call, reply } => self.answer(call, reply, io),
            Event::Rejected { records, .. } => {
                for record in records {
                    if let Some(call) = self.passed.remove(&record.origin) {
                        self.answer(call, Reply::Failed, io);
                    }
                }
            }
            event => unreachable_event(self, &event),
        }
    }

    fn take(&mut self, call: Call, io: &mut Io<'_>) {
        if call.record.payload.len() as u64 > self.config.payload_size {
            io.counters.lost += 1;
            return;
        }
        self.bucket.fill(io.now_us);
        if !self.bucket.is_open() || !self.bucket.fits(1.0) {
            io.counters.throttled += 1;
            return refuse(call, io);
        }
        self.bucket.take(1.0);
        io.counters.records_in += 1;
        io.counters.bytes_in += call.record.payload.len() as u64;
        self.open.insert(self.next, call);
        io.after(self.config.latency_us, io.node, Event::Timer { slot: PASS, generation: self.next });
        self.next += 1;
    }

    fn pass(&mut self, number: u64, io: &mut Io<'_>) {
        let Some(call) = self.open.get(&number) else { return };
        let record = call.record.clone();
        io.counters.records_out += 1;
        io.counters.bytes_out += record.payload.len() as u64;
        if self.config.calls_function {
            io.after(0, self.config.target, Event::Request { from: io.node, call: number, record });
            io.after(self.config.timeout_us, io.node, Event::Timer { slot: 2, generation: number });
        } else {
            self.passed.insert(record.origin, number);
            io.after(0, self.config.target, Event::Put { from: io.node, attempt: 0, records: vec![record] });
            // What is turned away comes back at this very instant.
            io.after(1, io.node, Event::Timer { slot: TAKEN, generation: number });
        }
    }

    /// A call is over; one that was not carried out, or not in time, goes back to the caller. What the function refuses is
    /// not sent again.
    fn answer(&mut self, number: u64, reply: Reply, io: &mut Io<'_>) {
        let Some(call) = self.open.remove(&number) else { return };
        self.passed.remove(&call.record.origin);
        match reply {
            Reply::Done => {}
            Reply::Failed => refuse(call, io),
            Reply::Refused => io.counters.lost += 1,
        }
    }

    /// Calls that are not answered yet.
    pub(in crate::runtime) fn held(&self) -> u64 {
        self.open.len() as u64
    }
}

fn refuse(call: Call, io: &mut Io<'_>) {
    let Call { from, attempt, record } = call;
    io.after(0, from, Event::Rejected { to: io.node, attempt, records: vec![record] });
}
