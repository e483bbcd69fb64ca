//! A function that works off a queue through an event source mapping.
//!
//! Takes messages, gives the records that it keeps to its targets. **Ordering**: as the queue hands messages out; of a
//! FIFO group one call at a time. **Back pressure**: the mapping begins with few calls at a time and adds some steadily
//! while all are busy. **Delivery**: at least once; what a call did is deleted from the queue, and what it failed at comes
//! again when the queue shows it again. A batch for which no copy of the function is free waits as long as its messages
//! stay hidden. **Not modelled**: pollers of one's own number, fewer calls at a time once there is less to do, cold starts.

use std::collections::{BTreeMap, VecDeque};

use crate::runtime::condition::OfRecord;
use crate::runtime::engine::{Event, Io};
use crate::runtime::events::Surroundings;
use crate::runtime::events::queue::CallingQueue;
use crate::runtime::record::Record;
use crate::runtime::services::answer::Answer;
use crate::runtime::services::lambda::{Batch, FunctionConfig};
use crate::runtime::services::sqs::{Asked, Handed};
use crate::runtime::services::unreachable_event;

/// A function in a run.
#[derive(Debug)]
pub(in crate::runtime) struct QueueFunction {
    pub(in crate::runtime) config: FunctionConfig,
    pub(in crate::runtime) mapping: QueueMapping,
    pub(in crate::runtime) targets: Vec<usize>,
    /// What waits for others of its batch.
    gathered: VecDeque<Handed>,
    /// Counts the batches: the number of the next.
    batches: usize,
    window: Window,
    /// Whether a request for messages is on its way.
    asked: bool,
    /// How many batches the mapping takes at a time by now.
    allowed: usize,
    /// Whether it grows by one before long.
    is_growing: bool,
    /// Batches in calls, and those that wait for a free copy of the function.
    running: BTreeMap<usize, Vec<Handed>>,
    stalled: BTreeMap<usize, Vec<Handed>>,
    /// What programs answered to calls that run.
    answers: BTreeMap<usize, Answer>,
}

/// The settings of an event source mapping of a queue.
#[derive(Debug, Clone)]
pub(in crate::runtime) struct QueueMapping {
    pub(in crate::runtime) queue: usize,
    /// The queue as events name it.
    pub(in crate::runtime) source: CallingQueue,
    pub(in crate::runtime) surroundings: Surroundings,
    pub(in crate::runtime) is_fifo: bool,
    pub(in crate::runtime) filter: Option<OfRecord>,
    pub(in crate::runtime) batch_size: usize,
    pub(in crate::runtime) batch_bytes: u64,
    pub(in crate::runtime) window_us: u64,
    pub(in crate::runtime) reports_failures: bool,
    /// With so many batches at a time it begins.
    pub(in crate::runtime) first_allowed: usize,
    /// The time after which it takes one more.
    pub(in crate::runtime) growth_us: u64,
    /// Batches at a time at the most.
    pub(in crate::runtime) most: usize,
    /// How long the queue hides a message from others.
    pub(in crate::runtime) visibility_us: u64,
    /// Copies of the function that may run at a time.
    pub(in crate::runtime) concurrency: Option<usize>,
}

/// The batching window, which begins with the first message that waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Window {
    Closed,
    Open,
    Over,
}

/// What a timer is for.
const WINDOW: usize = 0;
const GROWTH: usize = 1;
const HIDDEN: usize = 2;

impl QueueFunction {
    pub(in crate::runtime) fn new(
        config: FunctionConfig,
        mapping: QueueMapping,
        targets: Vec<usize>,
    ) -> Self {
        Self {
            config,
            allowed: mapping.first_allowed.min(mapping.most),
            mapping,
            targets,
            gathered: VecDeque::new(),
            batches: 0,
            window: Window::Closed,
            asked: false,
            is_growing: false,
            running: BTreeMap::new(),
            stalled: BTreeMap::new(),
            answers: BTreeMap::new(),
        }
    }

    /// Does what follows from an event; with the first the mapping begins to ask.
    pub(in crate::runtime) fn on_event(&mut self, event: Event, io: &mut Io<'_>) {
        match event {
            Event::Send => self.advance(io),
            Event::Received { messages, .. } => self.received(messages, io),
            Event::Called { shard, succeeded, .. } => self.called(shard, succeeded, io),
            Event::Rejected { to, attempt, records } => self.config.send_again(to, attempt, records, io),
            Event::Timer { slot, generation } => self.timer(slot, generation, io),
            event => unreachable_event(self, &event),
        }
    }

    /// Takes messages. What its filter leaves out is deleted.
    fn received(&mut self, messages: Vec<Handed>, io: &mut Io<'_>) {
        self.asked = false;
        for message in messages {
            let records = &message.records;
            io.counters.records_in += records.len() as u64;
            io.counters.bytes_in += records.iter().map(Record::size).sum::<u64>();
            let keeps = |filter: &OfRecord| records.iter().all(|record| filter.holds(&record.payload));
            if self.mapping.filter.as_ref().is_none_or(keeps) {
                self.gathered.push_back(message);
            } else {
                io.leave_out(records.iter().map(|record| record.origin).collect());
                io.after(0, self.mapping.queue, Event::Delete { message: message.number });
            }
        }
        self.advance(io);
    }

    /// Calls with what is gathered as far as the mapping may, and asks for more.
    fn advance(&mut self, io: &mut Io<'_>) {
        while self.is_free() && self.is_ready(io) {
            let batch = self.cut();
            self.call(batch, io);
        }
        if !self.is_free() {
            self.grow(io);
        } else if !self.asked && self.gathered.len() < self.mapping.batch_size {
            self.asked = true;
            let most = self.mapping.batch_size - self.gathered.len();
            io.after(0, self.mapping.queue, Event::Receive(Asked { worker: io.node, copy: 0, most }));
        }
    }

    /// Whether the mapping takes one more batch.
    fn is_free(&self) -> bool {
        self.running.len() + self.stalled.len() < self.allowed
    }

    /// All that the mapping may take at a time is taken: while that is so it may take more before long.
    fn grow(&mut self, io: &mut Io<'_>) {
        if !self.is_growing && self.allowed < self.mapping.most {
            self.is_growing = true;
            io.after(self.mapping.growth_us, io.node, Event::Timer { slot: GROWTH, generation: 0 });
        }
    }

    /// Whether what is gathered makes a batch; if it does not, its window is open.
    fn is_ready(&mut self, io: &mut Io<'_>) -> bool {
        if self.gathered.is_empty() {
            return false;
        }
        let bytes: u64 = self.gathered.iter().map(size).sum();
        if self.mapping.window_us == 0
            || self.window == Window::Over
            || self.gathered.len() >= self.mapping.batch_size
            || bytes >= self.mapping.batch_bytes
        {
            return true;
        }
        if self.window == Window::Closed {
            self.window = Window::Open;
            let event = Event::Timer { slot: WINDOW, generation: self.batches as u64 };
            io.after(self.mapping.window_us, io.node, event);
        }
        false
    }

    /// Makes a batch of what is gathered: so many messages and bytes as a call takes.
    fn cut(&mut self) -> Vec<Handed> {
        self.window = Window::Closed;
        let mut bytes = 0;
        let fits = |message: &&Handed| {
            bytes += size(message);
            bytes <= self.mapping.batch_bytes
        };
        let count = self.gathered.iter().take(self.mapping.batch_size).take_while(fits).count().max(1);
        self.gathered.drain(..count.min(self.gathered.len())).collect()
    }

    fn call(&mut self, batch: Vec<Handed>, io: &mut Io<'_>) {
        let number = self.batches;
        self.batches += 1;
        if self.mapping.concurrency.is_none_or(|most| self.running.len() < most) {
            self.run(number, batch, io);
        } else {
            io.counters.throttled += 1;
            self.stalled.insert(number, batch);
            let event = Event::Timer { slot: HIDDEN, generation: number as u64 };
            io.after(self.mapping.visibility_us, io.node, event);
        }
    }

    fn run(&mut self, number: usize, batch: Vec<Handed>, io: &mut Io<'_>) {
        let records = batch.iter().map(|message| message.records.len()).sum();
        let is_poisoned = batch.iter().any(|message| self.config.is_poisoned(&message.records));
        let queue = &self.mapping.source;
        let ids = || batch.iter().map(|message| queue.message_id(message.number)).collect();
        let listens = self.mapping.reports_failures;
        let call = Batch { records, is_poisoned, ids: &ids, listens };
        let event = || queue.event(self.mapping.surroundings, &batch);
        let begun = self.config.begin_batch(call, event, io);
        self.answers.extend(begun.answer.map(|answer| (number, answer)));
        self.running.insert(number, batch);
        let succeeded = begun.succeeded;
        io.after(
            begun.needed_us,
            io.node,
            Event::Called { shard: number, attempt: 0, succeeded, records: Vec::new() },
        );
    }

    /// A time that the mapping set itself has come.
    fn timer(&mut self, slot: usize, generation: u64, io: &mut Io<'_>) {
        match slot {
            WINDOW if self.window == Window::Open && generation == self.batches as u64 => {
                self.window = Window::Over;
            }
            WINDOW => {}
            GROWTH => {
                self.is_growing = false;
                self.allowed += usize::from(!self.is_free());
            }
            // The queue shows the messages again, to whoever asks: this batch is given up.
            _ => drop(self.stalled.remove(&(generation as usize))),
        }
        self.advance(io);
    }

    /// A call has ended. What it did is deleted; of a FIFO queue nothing counts that came after what failed, unless a program
    /// says what did.
    fn called(&mut self, number: usize, succeeded: bool, io: &mut Io<'_>) {
        let batch = self.running.remove(&number).unwrap_or_default();
        match self.answers.remove(&number).filter(|_| succeeded) {
            Some(answer) => self.answered(&batch, &answer, io),
            None => self.worked(batch, succeeded, io),
        }
        if let Some((number, batch)) = self.stalled.pop_first() {
            self.run(number, batch, io);
        }
        self.advance(io);
    }

    fn worked(&self, batch: Vec<Handed>, succeeded: bool, io: &mut Io<'_>) {
        let failed: Vec<bool> =
            batch.iter().map(|message| !succeeded || self.config.is_poisoned(&message.records)).collect();
        let first = failed.iter().position(|failed| *failed);
        let all_failed = first.is_some() && !self.mapping.reports_failures;
        let mut done = Vec::new();
        for (place, message) in batch.into_iter().enumerate() {
            let is_behind = self.mapping.is_fifo && first.is_some_and(|first| place > first);
            if all_failed || failed[place] || is_behind {
                continue;
            }
            done.extend(message.records);
            io.after(0, self.mapping.queue, Event::Delete { message: message.number });
        }
        self.config.hand_on(done, &self.targets, io);
    }

    /// A program has answered: what it does not report as failed is deleted.
    fn answered(&self, batch: &[Handed], answer: &Answer, io: &mut Io<'_>) {
        let (mut records, mut done) = (Vec::new(), Vec::new());
        for (place, message) in batch.iter().enumerate() {
            let start = records.len();
            records.extend_from_slice(&message.records);
            if !answer.failed.contains(&place) {
                done.extend(start..records.len());
                io.after(0, self.mapping.queue, Event::Delete { message: message.number });
            }
        }
        answer.hand_on(&records, &done, &self.targets, io);
    }
}

fn size(message: &Handed) -> u64 {
    message.records.iter().map(Record::size).sum()
}
