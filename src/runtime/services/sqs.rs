//! A queue: each message goes to one of the workers that ask, and is gone once it is deleted.
//!
//! Takes records and reports, gives messages to workers. **Ordering**: a standard queue gives any of its oldest messages;
//! a FIFO queue keeps the order of a group, which is the partition key, and gives none of a group while one of it is being
//! worked on. **Back pressure**: a FIFO queue takes so many calls a second; workers wait for messages. **Delivery**: at
//! least once; a message that is not deleted in time is seen again, and goes to the dead letters when it was received too
//! often. **Not modelled**: deduplication, the bound on messages in flight, messages given twice by chance.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use bytes::Bytes;

use crate::runtime::engine::{Event, Io};
use crate::runtime::outcome::File;
use crate::runtime::record::Record;
use crate::runtime::services::token_bucket::TokenBucket;
use crate::runtime::services::unreachable_event;

/// A queue in a run.
#[derive(Debug)]
pub(in crate::runtime) struct Queue {
    pub(in crate::runtime) config: QueueConfig,
    messages: BTreeMap<u64, Message>,
    /// Messages that can be received, the oldest first.
    visible: BTreeSet<u64>,
    /// How many messages of a group are being worked on.
    busy: BTreeMap<Bytes, usize>,
    /// Workers that wait for a message.
    waiting: VecDeque<Asked>,
    calls: Option<TokenBucket>,
    next: u64,
}

/// The settings of a queue.
#[derive(Debug, Clone)]
pub(in crate::runtime) struct QueueConfig {
    pub(in crate::runtime) is_fifo: bool,
    /// The writers that make a call for every record.
    pub(in crate::runtime) one_by_one: BTreeSet<usize>,
    /// Calls a second that a FIFO queue takes.
    pub(in crate::runtime) calls: Option<f64>,
    pub(in crate::runtime) call_messages: usize,
    pub(in crate::runtime) message_size: u64,
    pub(in crate::runtime) visibility_us: u64,
    pub(in crate::runtime) retention_us: u64,
    pub(in crate::runtime) delay_us: u64,
    /// Where messages go that were received so often.
    pub(in crate::runtime) dead_letters: Option<(usize, u32)>,
    /// Among so many of the oldest messages a standard queue picks.
    pub(in crate::runtime) reordering: usize,
    pub(in crate::runtime) has_readers: bool,
}

/// A worker that asks for messages.
#[derive(Debug, Clone, Copy)]
pub(in crate::runtime) struct Asked {
    pub(in crate::runtime) worker: usize,
    /// Which of its copies it is.
    pub(in crate::runtime) copy: usize,
    /// How many messages it takes at the most.
    pub(in crate::runtime) most: usize,
}

/// A message with the records that it stands for.
#[derive(Debug, Clone)]
pub(in crate::runtime) struct Message {
    pub(in crate::runtime) body: Bytes,
    pub(in crate::runtime) records: Vec<Record>,
    /// What is said of it beside its body.
    attributes: Vec<(&'static str, String)>,
    group: Bytes,
    sent_us: u64,
    first_received_us: u64,
    receives: u32,
}

/// A message in the hands of a worker.
#[derive(Debug, Clone)]
pub(in crate::runtime) struct Handed {
    pub(in crate::runtime) number: u64,
    pub(in crate::runtime) body: Bytes,
    pub(in crate::runtime) records: Vec<Record>,
    pub(in crate::runtime) attributes: Vec<(&'static str, String)>,
    pub(in crate::runtime) group: Bytes,
    pub(in crate::runtime) sent_us: u64,
    pub(in crate::runtime) first_received_us: u64,
    pub(in crate::runtime) receives: u32,
}

impl Queue {
    pub(in crate::runtime) fn new(config: QueueConfig) -> Self {
        let calls = config.calls.map(TokenBucket::new);
        Self {
            config,
            messages: BTreeMap::new(),
            visible: BTreeSet::new(),
            busy: BTreeMap::new(),
            waiting: VecDeque::new(),
            calls,
            next: 0,
        }
    }

    /// Does what follows from an event.
    pub(in crate::runtime) fn on_event(&mut self, event: Event, io: &mut Io<'_>) {
        match event {
            Event::Put { from, attempt, records } => self.put(from, attempt, &records, io),
            Event::Message { body, records, attributes } => self.take(body, records, attributes, io),
            Event::Receive(asked) => self.receive(asked, io),
            Event::Delete { message } => self.delete(message, io),
            Event::Timer { slot, generation } => self.timer(slot as u64, generation, io),
            event => unreachable_event(self, &event),
        }
    }

    /// Takes records as messages, as many to a call as one carries; calls over the quota go back.
    fn put(&mut self, from: usize, attempt: u32, records: &[Record], io: &mut Io<'_>) {
        let mut rejected = Vec::new();
        let size = if self.config.one_by_one.contains(&from) { 1 } else { self.config.call_messages };
        for call in records.chunks(size) {
            let taken = self.calls.as_mut().is_none_or(|calls| calls.admits(io.now_us));
            if !taken {
                io.counters.throttled += call.len() as u64;
                rejected.extend_from_slice(call);
                continue;
            }
            for record in call {
                if record.payload.len() as u64 > self.config.message_size {
                    io.counters.lost += 1;
                } else {
                    self.take(record.payload.clone(), vec![record.clone()], Vec::new(), io);
                }
            }
        }
        if !rejected.is_empty() {
            io.after(0, from, Event::Rejected { to: io.node, attempt, records: rejected });
        }
    }

    /// Takes a message that stands for these records.
    fn take(
        &mut self,
        body: Bytes,
        records: Vec<Record>,
        attributes: Vec<(&'static str, String)>,
        io: &mut Io<'_>,
    ) {
        io.counters.records_in += 1;
        io.counters.bytes_in += body.len() as u64;
        if !self.config.has_readers {
            for record in &records {
                io.arrivals.arrive(record.origin, Some(&record.key), record.produced_us, io.now_us);
            }
        }
        let group = records.first().map(|record| record.key.clone()).unwrap_or_default();
        let id = self.next;
        self.next += 1;
        let (sent_us, first_received_us) = (io.now_us, 0);
        let message = Message { body, records, attributes, group, sent_us, first_received_us, receives: 0 };
        self.messages.insert(id, message);
        if self.config.delay_us > 0 {
            io.after(self.config.delay_us, io.node, Event::Timer { slot: id as usize, generation: 0 });
        } else {
            self.show(id, io);
        }
    }

    /// A message can be received; a worker that waits gets it at once.
    fn show(&mut self, id: u64, io: &mut Io<'_>) {
        self.visible.insert(id);
        if let Some(asked) = self.waiting.pop_front() {
            self.receive(asked, io);
        }
    }

    /// Answers a worker, now or as soon as there is a message for it.
    fn receive(&mut self, asked: Asked, io: &mut Io<'_>) {
        let mut given = Vec::new();
        // One call brings several messages of a group, one after the other.
        let mut groups = BTreeSet::new();
        while given.len() < self.config.call_messages.min(asked.most)
            && let Some(id) = self.choose(&groups, io)
        {
            self.visible.remove(&id);
            let Some(message) = self.messages.get_mut(&id) else { continue };
            if io.now_us - message.sent_us > self.config.retention_us {
                io.counters.lost += message.records.len() as u64;
                self.messages.remove(&id);
                continue;
            }
            message.receives += 1;
            if message.receives == 1 {
                message.first_received_us = io.now_us;
            }
            if self.config.is_fifo {
                *self.busy.entry(message.group.clone()).or_default() += 1;
                groups.insert(message.group.clone());
            }
            let generation = u64::from(message.receives);
            io.after(self.config.visibility_us, io.node, Event::Timer { slot: id as usize, generation });
            io.counters.records_out += 1;
            io.counters.bytes_out += message.body.len() as u64;
            given.push(message.handed(id));
        }
        if given.is_empty() {
            self.waiting.push_back(asked);
        } else {
            let event = Event::Received { queue: io.node, copy: asked.copy, messages: given };
            io.after(0, asked.worker, event);
        }
    }

    /// The next message that may be received; of groups that are being worked on only those that this call began with.
    fn choose(&self, groups: &BTreeSet<Bytes>, io: &mut Io<'_>) -> Option<u64> {
        if self.config.is_fifo {
            let is_free = |id: &&u64| {
                self.messages.get(id).is_some_and(|message| {
                    groups.contains(&message.group) || !self.busy.contains_key(&message.group)
                })
            };
            return self.visible.iter().find(is_free).copied();
        }
        let among = self.visible.len().min(self.config.reordering);
        self.visible.iter().nth((io.random.share() * among as f64) as usize).copied()
    }

    /// A delay, or the time for which a message was hidden, has passed.
    fn timer(&mut self, id: u64, generation: u64, io: &mut Io<'_>) {
        let Some(message) =
            self.messages.get(&id).filter(|message| u64::from(message.receives) == generation)
        else {
            return;
        };
        if generation == 0 {
            return self.show(id, io);
        }
        let group = message.group.clone();
        match self.config.dead_letters.filter(|(_, most)| message.receives >= *most) {
            Some((target, _)) => {
                if let Some(Message { body, records, attributes, .. }) = self.messages.remove(&id) {
                    io.counters.lost += records.len() as u64;
                    io.after(0, target, Event::Message { body, records, attributes });
                }
                self.release(&group, io);
            }
            None => {
                io.counters.retried += 1;
                self.visible.insert(id);
                self.release(&group, io);
            }
        }
    }

    /// A worker is done with a message.
    fn delete(&mut self, id: u64, io: &mut Io<'_>) {
        if let Some(message) = self.messages.remove(&id) {
            // Where its time had passed before, it is not being worked on any more in the eyes of the queue.
            let was_hidden = !self.visible.remove(&id);
            if was_hidden {
                self.release(&message.group, io);
            }
        }
    }

    /// One message of a group is not being worked on any more, which may be what a worker waits for.
    fn release(&mut self, group: &Bytes, io: &mut Io<'_>) {
        if let Some(count) = self.busy.get_mut(group) {
            *count -= 1;
            if *count == 0 {
                self.busy.remove(group);
            }
        }
        if !self.visible.is_empty()
            && let Some(asked) = self.waiting.pop_front()
        {
            self.receive(asked, io);
        }
    }

    /// Messages that no worker has deleted.
    pub(in crate::runtime) fn held(&self) -> u64 {
        if self.config.has_readers { self.messages.len() as u64 } else { 0 }
    }

    /// The messages, one a line; one of which something is said as an object with its body and what is said.
    pub(in crate::runtime) fn files(&self) -> Vec<File> {
        let mut contents = Vec::new();
        for message in self.messages.values() {
            contents.extend_from_slice(&message.line());
            contents.push(b'\n');
        }
        vec![File { path: "messages.ndjson".to_owned(), contents }]
    }
}

impl Message {
    fn handed(&self, number: u64) -> Handed {
        Handed {
            number,
            body: self.body.clone(),
            records: self.records.clone(),
            attributes: self.attributes.clone(),
            group: self.group.clone(),
            sent_us: self.sent_us,
            first_received_us: self.first_received_us,
            receives: self.receives,
        }
    }

    fn line(&self) -> Bytes {
        if self.attributes.is_empty() {
            return self.body.clone();
        }
        let attributes: serde_json::Map<String, serde_json::Value> =
            self.attributes.iter().map(|(name, value)| ((*name).to_owned(), value.as_str().into())).collect();
        let body = String::from_utf8_lossy(&self.body);
        serde_json::json!({"body": body, "attributes": attributes}).to_string().into()
    }
}
