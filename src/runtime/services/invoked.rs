//! A function that other services call, record by record.
//!
//! Takes calls, gives the records that it keeps to its targets. **Ordering**: none; calls run side by side. **Back
//! pressure**: so many copies run at a time; a caller that waits is turned away, and a call that does not wait is tried again
//! with growing waits. **Delivery**: a call that does not wait and fails is tried again as often as the function says,
//! then given up. **Not modelled**: destinations, cold starts, and other functions that need copies of the account.

use std::collections::BTreeMap;

use crate::runtime::engine::{Event, Io};
use crate::runtime::events::api_gateway::{self, Reply};
use crate::runtime::events::called::{Caller, CallerKind};
use crate::runtime::record::Record;
use crate::runtime::services::answer::Answer;
use crate::runtime::services::lambda::{Batch, FunctionConfig};
use crate::runtime::services::unreachable_event;

/// A function in a run.
#[derive(Debug)]
pub(in crate::runtime) struct Invoked {
    pub(in crate::runtime) config: FunctionConfig,
    pub(in crate::runtime) calls: CallConfig,
    pub(in crate::runtime) targets: Vec<usize>,
    open: BTreeMap<usize, Call>,
    next: usize,
    running: usize,
    /// Who calls it.
    caller: Caller,
}

/// What becomes of calls.
#[derive(Debug, Clone)]
pub(in crate::runtime) struct CallConfig {
    /// How often a call that does not wait is tried again.
    pub(in crate::runtime) retries: u32,
    /// The waits before the first further try, and before all others.
    pub(in crate::runtime) retry_waits_us: [u64; 2],
    /// How long a call waits where no copy was free: at first, and at the longest.
    pub(in crate::runtime) throttle_waits_us: [u64; 2],
    pub(in crate::runtime) max_age_us: u64,
    /// Copies of the function that may run at a time.
    pub(in crate::runtime) concurrency: usize,
}

#[derive(Debug, Clone)]
struct Call {
    record: Record,
    failed: u32,
    throttled: u32,
    since_us: u64,
    /// The node that waits for the answer, and its number for the call.
    caller: Option<(usize, u64)>,
    answer: Option<Answer>,
}

impl Invoked {
    pub(in crate::runtime) fn new(
        config: FunctionConfig,
        calls: CallConfig,
        targets: Vec<usize>,
        caller: Caller,
    ) -> Self {
        Self { config, calls, targets, open: BTreeMap::new(), next: 0, running: 0, caller }
    }

    /// Does what follows from an event.
    pub(in crate::runtime) fn on_event(&mut self, event: Event, io: &mut Io<'_>) {
        match event {
            Event::Put { records, .. } => {
                for record in records {
                    self.begin(record, None, io);
                }
            }
            Event::Request { from, call, record } => self.begin(record, Some((from, call)), io),
            Event::Called { shard, succeeded, .. } => self.called(shard, succeeded, io),
            Event::Timer { slot, .. } => self.call(slot, io),
            Event::Rejected { to, attempt, records } => self.config.send_again(to, attempt, records, io),
            event => unreachable_event(self, &event),
        }
    }

    fn begin(&mut self, record: Record, caller: Option<(usize, u64)>, io: &mut Io<'_>) {
        io.counters.records_in += 1;
        io.counters.bytes_in += record.size();
        let number = self.next;
        self.next += 1;
        let (failed, throttled, answer) = (0, 0, None);
        self.open.insert(number, Call { record, failed, throttled, since_us: io.now_us, caller, answer });
        self.call(number, io);
    }

    fn call(&mut self, number: usize, io: &mut Io<'_>) {
        if self.running >= self.calls.concurrency {
            return self.throttle(number, io);
        }
        let Some(call) = self.open.get_mut(&number) else { return };
        self.running += 1;
        let is_poisoned = self.config.is_poisoned(std::slice::from_ref(&call.record));
        let batch = Batch { records: 1, is_poisoned, ids: &Vec::new, listens: false };
        let now_us = io.now_us;
        let begun = self.config.begin_batch(batch, || self.caller.event(&call.record, now_us), io);
        let succeeded = begun.succeeded && !is_poisoned;
        call.answer = begun.answer;
        let event = Event::Called { shard: number, attempt: call.failed, succeeded, records: Vec::new() };
        io.after(begun.needed_us, io.node, event);
    }

    /// No copy is free.
    fn throttle(&mut self, number: usize, io: &mut Io<'_>) {
        io.counters.throttled += 1;
        let Some(call) = self.open.get_mut(&number) else { return };
        let [first, longest] = self.calls.throttle_waits_us;
        let wait = first.saturating_mul(1 << call.throttled.min(30)).min(longest);
        call.throttled += 1;
        if call.caller.is_some() || io.now_us + wait > call.since_us + self.calls.max_age_us {
            self.end(number, false, io);
        } else {
            io.after(wait, io.node, Event::Timer { slot: number, generation: 0 });
        }
    }

    /// A call has ended: one that failed and that nobody waits for is made again.
    fn called(&mut self, number: usize, succeeded: bool, io: &mut Io<'_>) {
        self.running -= 1;
        let Some(call) = self.open.get_mut(&number) else { return };
        let is_young = io.now_us - call.since_us <= self.calls.max_age_us;
        if succeeded || call.caller.is_some() || call.failed >= self.calls.retries || !is_young {
            return self.end(number, succeeded, io);
        }
        let wait = self.calls.retry_waits_us[usize::from(call.failed > 0)];
        call.failed += 1;
        io.counters.retried += 1;
        io.after(wait, io.node, Event::Timer { slot: number, generation: 0 });
    }

    /// Nothing more happens to a call; who waits is told.
    fn end(&mut self, number: usize, succeeded: bool, io: &mut Io<'_>) {
        let Some(call) = self.open.remove(&number) else { return };
        if let Some((from, number)) = call.caller {
            let reply = if succeeded { self.reply(call.answer.as_ref()) } else { Reply::Failed };
            io.after(0, from, Event::Answered { call: number, reply });
        } else if !succeeded {
            io.counters.lost += 1;
        }
        match call.answer.filter(|_| succeeded) {
            Some(answer) => answer.hand_on(&[call.record], &[0], &self.targets, io),
            None if succeeded => drop(self.config.hand_on(vec![call.record], &self.targets, io)),
            None => {}
        }
    }

    /// What the answer of a program says to who waits for it.
    fn reply(&self, answer: Option<&Answer>) -> Reply {
        match (self.caller.kind, answer) {
            (CallerKind::Api(kind), Some(answer)) => api_gateway::reply(kind, &answer.value),
            _ => Reply::Done,
        }
    }

    /// Calls that run or wait.
    pub(in crate::runtime) fn held(&self) -> u64 {
        self.open.len() as u64
    }
}
