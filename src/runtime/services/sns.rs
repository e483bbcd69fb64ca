//! A topic: every subscriber gets a copy of each message that its filter lets through.
//!
//! Takes records, pushes them. **Ordering**: a standard topic has none once a delivery is tried again; a FIFO topic
//! delivers to a subscriber in turn and waits where one is refused. **Back pressure**: publishing has quotas a second,
//! and what is over them goes back. **Delivery**: a copy that is refused is tried again with growing waits, for so long
//! and so often as its subscriber's kind says, and then goes to the dead letters of the subscription, or is lost. **Simplified**: without raw delivery a message comes in an envelope that is not signed. **Not modelled**:
//! deduplication and the archive.

use std::collections::VecDeque;

use jiff::Timestamp;
use serde_json::json;

use crate::runtime::condition::OfRecord;
use crate::runtime::engine::{Event, Io};
use crate::runtime::record::Record;
use crate::runtime::services::dead_letters::{self, DeadLetters};
use crate::runtime::services::retry::RetryPolicy;
use crate::runtime::services::token_bucket::TokenBucket;
use crate::runtime::services::unreachable_event;

/// A topic in a run.
#[derive(Debug)]
pub(in crate::runtime) struct Topic {
    pub(in crate::runtime) config: TopicConfig,
    messages: TokenBucket,
    bytes: Option<TokenBucket>,
    /// What a FIFO topic has still to deliver, for each subscription.
    queues: Vec<Deliveries>,
}

/// The settings of a topic.
#[derive(Debug, Clone)]
pub(in crate::runtime) struct TopicConfig {
    pub(in crate::runtime) name: String,
    pub(in crate::runtime) is_fifo: bool,
    /// Messages and bytes a second that it takes.
    pub(in crate::runtime) messages: f64,
    pub(in crate::runtime) bytes: Option<f64>,
    pub(in crate::runtime) message_size: u64,
    pub(in crate::runtime) latency_us: u64,
    pub(in crate::runtime) first_wait_us: u64,
    pub(in crate::runtime) longest_wait_us: u64,
    pub(in crate::runtime) subscriptions: Vec<Subscription>,
    /// The instant at which the run starts, in milliseconds since 1970.
    pub(in crate::runtime) start_ms: i64,
}

/// Who subscribed, and to what.
#[derive(Debug, Clone)]
pub(in crate::runtime) struct Subscription {
    pub(in crate::runtime) node: usize,
    pub(in crate::runtime) filter: Option<OfRecord>,
    pub(in crate::runtime) policy: RetryPolicy,
    pub(in crate::runtime) dead_letters: Option<DeadLetters>,
    /// Whether messages come within an envelope.
    pub(in crate::runtime) is_wrapped: bool,
    /// Whether they end in a newline.
    pub(in crate::runtime) ends_lines: bool,
}

#[derive(Debug, Clone, Default)]
struct Deliveries {
    waiting: VecDeque<Record>,
    /// Whether a delivery is under way or waits to be tried again.
    is_busy: bool,
    /// Tries in a row that were refused.
    refused: u32,
    /// Whether it waits since the last of them.
    waits: bool,
    /// Counts what happens to deliveries, so that an earlier timer does nothing.
    generation: u64,
}

impl Topic {
    pub(in crate::runtime) fn new(config: TopicConfig) -> Self {
        let messages = TokenBucket::new(config.messages);
        let bytes = config.bytes.map(TokenBucket::new);
        let queues = vec![Deliveries::default(); config.subscriptions.len()];
        Self { config, messages, bytes, queues }
    }

    /// Does what follows from an event.
    pub(in crate::runtime) fn on_event(&mut self, event: Event, io: &mut Io<'_>) {
        match event {
            Event::Put { from, attempt, records } => self.put(from, attempt, records, io),
            Event::Rejected { to, attempt, records } if self.config.is_fifo => {
                self.refused(to, attempt, records, io);
            }
            Event::Rejected { to, attempt, records } => self.turned_away(to, attempt, records, io),
            Event::Timer { slot, generation: 0 } => self.deliver(slot, io),
            Event::Timer { slot, generation } => self.settled(slot, generation, io),
            event => unreachable_event(self, &event),
        }
    }

    /// A subscriber turned a copy away: it comes again later, or is given up.
    fn turned_away(&self, to: usize, attempt: u32, records: Vec<Record>, io: &mut Io<'_>) {
        let subscription = self.config.subscriptions.iter().find(|subscription| subscription.node == to);
        let Some(subscription) = subscription else { return };
        if let Some(wait) = subscription.policy.wait(attempt) {
            io.counters.retried += records.len() as u64;
            io.after(wait, to, Event::Put { from: io.node, attempt: attempt + 1, records });
        } else {
            dead_letters::send(subscription.dead_letters, &self.config.name, attempt, records, io);
        }
    }

    /// Takes what the quotas let through; the rest goes back.
    fn put(&mut self, from: usize, attempt: u32, records: Vec<Record>, io: &mut Io<'_>) {
        let mut rejected = Vec::new();
        for mut record in records {
            let size = record.payload.len() as u64;
            if size > self.config.message_size {
                io.counters.lost += 1;
            } else if self.takes(size, io.now_us) {
                record.arrived_us = io.now_us;
                io.counters.records_in += 1;
                io.counters.bytes_in += size;
                self.publish(&record, io);
            } else {
                io.counters.throttled += 1;
                rejected.push(record);
            }
        }
        if !rejected.is_empty() {
            io.after(0, from, Event::Rejected { to: io.node, attempt, records: rejected });
        }
    }

    fn takes(&mut self, size: u64, now_us: u64) -> bool {
        self.messages.fill(now_us);
        let mut fits = self.messages.fits(1.0);
        if let Some(bytes) = &mut self.bytes {
            bytes.fill(now_us);
            fits &= bytes.fits(size as f64);
            if fits {
                bytes.take(size as f64);
            }
        }
        if fits {
            self.messages.take(1.0);
        }
        fits
    }

    /// A copy for every subscriber whose filter lets it through.
    fn publish(&mut self, record: &Record, io: &mut Io<'_>) {
        for (place, subscription) in self.config.subscriptions.iter().enumerate() {
            if subscription.filter.as_ref().is_some_and(|filter| !filter.holds(&record.payload)) {
                io.leave_out_for(subscription.node, record.origin);
                continue;
            }
            let copy = self.copy(subscription, record, io);
            io.counters.records_out += 1;
            io.counters.bytes_out += copy.payload.len() as u64;
            if self.config.is_fifo {
                self.queues[place].waiting.push_back(copy);
                io.after(self.config.latency_us, io.node, Event::Timer { slot: place, generation: 0 });
            } else {
                let put = Event::Put { from: io.node, attempt: 0, records: vec![copy] };
                io.after(self.config.latency_us, subscription.node, put);
            }
        }
    }

    fn copy(&self, subscription: &Subscription, record: &Record, io: &mut Io<'_>) -> Record {
        let mut copy = record.clone();
        if subscription.is_wrapped {
            let at_ms = self.config.start_ms + (io.now_us / 1000).cast_signed();
            let at = Timestamp::from_millisecond(at_ms).unwrap_or_default();
            let envelope = json!({
                "Type": "Notification",
                "MessageId": io.random.uuid(),
                "TopicArn": format!("arn:aws:sns:us-east-1:123456789012:{}", self.config.name),
                "Message": String::from_utf8_lossy(&record.payload),
                "Timestamp": at.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string(),
            });
            copy.payload = envelope.to_string().into_bytes().into();
        }
        if subscription.ends_lines {
            copy.payload = [&copy.payload[..], b"\n"].concat().into();
        }
        copy
    }

    /// Delivers what is due to the subscriber of a FIFO topic, unless it is being delivered to.
    fn deliver(&mut self, place: usize, io: &mut Io<'_>) {
        let queue = &mut self.queues[place];
        let is_due = |record: &&Record| record.arrived_us + self.config.latency_us <= io.now_us;
        let due = queue.waiting.iter().take_while(is_due).count();
        if queue.is_busy || due == 0 {
            return;
        }
        (queue.is_busy, queue.waits) = (true, false);
        queue.generation += 1;
        let records = queue.waiting.drain(..due).collect();
        let node = self.config.subscriptions[place].node;
        io.after(0, node, Event::Put { from: io.node, attempt: queue.refused, records });
        // What is refused comes back at this very instant.
        io.after(1, io.node, Event::Timer { slot: place, generation: queue.generation });
    }

    /// A subscriber of a FIFO topic refused messages: they go first, before all others, once it has waited.
    fn refused(&mut self, to: usize, attempt: u32, records: Vec<Record>, io: &mut Io<'_>) {
        let wait = self.wait(attempt);
        let place = self.config.subscriptions.iter().position(|subscription| subscription.node == to);
        let Some((place, queue)) = place.and_then(|place| Some((place, self.queues.get_mut(place)?))) else {
            return;
        };
        io.counters.retried += records.len() as u64;
        for record in records.into_iter().rev() {
            queue.waiting.push_front(record);
        }
        queue.generation += 1;
        queue.refused += 1;
        queue.waits = true;
        io.after(wait, io.node, Event::Timer { slot: place, generation: queue.generation });
    }

    /// A delivery of a FIFO topic was taken, or the wait after one that was refused is over.
    fn settled(&mut self, place: usize, generation: u64, io: &mut Io<'_>) {
        let queue = &mut self.queues[place];
        if queue.generation == generation {
            queue.is_busy = false;
            if !queue.waits {
                queue.refused = 0;
            }
            self.deliver(place, io);
        }
    }

    fn wait(&self, attempt: u32) -> u64 {
        self.config.first_wait_us.saturating_mul(1 << attempt.min(30)).min(self.config.longest_wait_us)
    }

    /// Messages that a FIFO topic has still to deliver.
    pub(in crate::runtime) fn held(&self) -> u64 {
        self.queues.iter().map(|queue| queue.waiting.len() as u64).sum()
    }
}
