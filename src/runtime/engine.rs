//! The world: one queue of events in virtual time, and the services that they happen to.
//!
//! Events of the same instant happen in the order in which they were made. A service is a state machine: it is told
//! what happened and when, and puts what follows into its outbox; it sees no clock and no other service.

mod finish;
mod queue;
mod suffer;

use std::collections::{BTreeMap, VecDeque};
use std::ops::ControlFlow;

use bytes::Bytes;

use crate::runtime::engine::queue::Queue;
use crate::runtime::events::api_gateway::Reply;
use crate::runtime::faults::Suffering;
use crate::runtime::measure::Arrivals;
use crate::runtime::outcome::{File, NodeOutcome, Outcome};
use crate::runtime::plan::Topology;
use crate::runtime::random::Random;
use crate::runtime::record::Record;
use crate::runtime::services::Component;
use crate::runtime::services::kinesis_data_streams::Batch;
use crate::runtime::services::sqs::{Asked, Handed};
use crate::runtime::sql::Row;
use crate::runtime::supply::Fault;
use crate::runtime::{Broken, Observer, Options, Progress};

/// Progress is told after so many events.
const EVENTS_PER_REPORT: u64 = 4096;

/// Something that happens to a service.
#[derive(Debug)]
pub(super) enum Event {
    /// The producer sends what is due; a worker begins.
    Send,
    /// Records reach the service. `attempt` counts from 0; what is turned away goes back to `from`.
    Put { from: usize, attempt: u32, records: Vec<Record> },
    /// Records that were turned away are back at the producer.
    Rejected { to: usize, attempt: u32, records: Vec<Record> },
    /// The reader asks a stream for the records of a shard.
    Poll { stream: usize, reader: usize, shard: usize },
    /// A time that the service set itself. What it means is the service's own affair.
    Timer { slot: usize, generation: u64 },
    /// A call of a function ends, the `attempt`th after the first. What a call will say is settled when it starts.
    Called { shard: usize, attempt: u32, succeeded: bool, records: Vec<Record> },
    /// A record for a function, whose caller waits for the answer to this call of its.
    Request { from: usize, call: u64, record: Record },
    /// The answer to such a call.
    Answered { call: u64, reply: Reply },
    /// An object is to be stored.
    Object { path: String, contents: Bytes, records: Vec<Record> },
    /// A message that stands for these records, with what is said of it beside its body.
    Message { body: Bytes, records: Vec<Record>, attributes: Vec<(&'static str, String)> },
    /// A copy of a worker asks a queue for messages.
    Receive(Asked),
    /// The queue's answer.
    Received { queue: usize, copy: usize, messages: Vec<Handed> },
    /// A copy of a worker is done with a message.
    Worked { queue: usize, copy: usize, message: u64, records: Vec<Record>, is_last: bool },
    /// A message is to be removed from a queue.
    Delete { message: u64 },
    /// A reader of a stream has noted how far it is in a shard.
    Note { reader: usize, shard: usize, number: u64 },
    /// A reader begins again where it last noted its place.
    Rewind { reader: usize, shard: usize },
    /// A program stops at once, and is back at an instant.
    Crash { until_us: u64 },
    /// Rows are to be stored, with the names of their columns.
    Rows { columns: Vec<String>, rows: Vec<Row> },
}

/// What a service can do to the world.
pub(super) struct Io<'w> {
    pub(super) node: usize,
    pub(super) now_us: u64,
    pub(super) counters: &'w mut NodeOutcome,
    pub(super) arrivals: &'w mut Arrivals,
    pub(super) random: &'w mut Random,
    /// How many times as long as it should work takes that begins now.
    pub(super) slowness: f64,
    outbox: &'w mut Vec<(u64, usize, Event)>,
    files: &'w mut Vec<File>,
}

impl Io<'_> {
    /// Notes records that a filter left out: nothing behind this node is to wait for them.
    pub(super) fn leave_out(&mut self, origins: Vec<u64>) {
        self.counters.filtered += origins.len() as u64;
        for origin in origins {
            self.arrivals.left_out.insert(origin);
        }
    }

    /// Notes a record that does not go on to one target: what is behind it is not to wait for it on this way.
    pub(super) fn leave_out_for(&mut self, target: usize, origin: u64) {
        self.counters.filtered += 1;
        self.arrivals.left_out_for.entry(target).or_default().insert(origin);
    }

    /// Hands out a file that the node holds and that will not change any more.
    pub(super) fn store(&mut self, file: File) {
        self.files.push(file);
    }

    /// Notes records that go on within another one: nothing behind this node is to wait for them.
    pub(super) fn fold(&mut self, origins: impl Iterator<Item = u64>) {
        for origin in origins {
            self.arrivals.left_out.insert(origin);
        }
    }

    /// Lets something happen to a node, `delay_us` from now.
    pub(super) fn after(&mut self, delay_us: u64, node: usize, event: Event) {
        self.outbox.push((self.now_us + delay_us, node, event));
    }

    /// Lets something happen to a node at an instant, or now if that has passed.
    pub(super) fn at(&mut self, instant_us: u64, node: usize, event: Event) {
        self.outbox.push((instant_us.max(self.now_us), node, event));
    }
}

/// An event in the queue.
struct Queued {
    at_us: u64,
    number: u64,
    /// The node that made it.
    from: usize,
    node: usize,
    event: Event,
}

/// A world at an instant, as it is before what happens then.
pub struct View<'w> {
    /// The instant, in microseconds of virtual time.
    pub now_us: u64,
    /// The counters of all nodes, with what is held; the age of the oldest record counts since the view before.
    pub nodes: &'w [NodeOutcome],
    pub(super) arrivals: &'w [Arrivals],
}

struct World<'o> {
    components: Vec<Component>,
    counters: Vec<NodeOutcome>,
    arrivals: Vec<Arrivals>,
    random: Random,
    queue: Queue,
    /// What happens at this very instant, in the order in which it was made.
    soon: VecDeque<Queued>,
    /// Room for what a service causes.
    outbox: Vec<(u64, usize, Event)>,
    /// Room for the files that it hands out.
    files: Vec<File>,
    observer: &'o mut dyn Observer,
    made: u64,
    now_us: u64,
    /// When the counters are looked at next.
    look_us: u64,
    /// The oldest records that readers found before the latest look, by node.
    oldest_us: Vec<u64>,
    total: Option<u64>,
    ended_early: bool,
    suffering: Option<Suffering>,
}

/// Runs a topology until nothing is left to happen, and keeps all files. `progress` is called now and then.
///
/// # Panics
/// If a record is neither delivered nor accounted for, which would be a mistake in a service; and if records are read
/// while they are sent and cannot be, which [`observe`] tells.
#[must_use]
pub fn simulate(topology: Topology, options: &Options, progress: &mut dyn FnMut(Progress)) -> Outcome {
    watch(topology, options, progress, &mut |_| u64::MAX)
}

/// The same, watched: `look` is what [`Observer::look`] does.
///
/// # Panics
/// As [`simulate`] does.
#[must_use]
pub fn watch(
    topology: Topology,
    options: &Options,
    progress: &mut dyn FnMut(Progress),
    look: &mut dyn FnMut(&View<'_>) -> u64,
) -> Outcome {
    let mut keeper = Keeper { progress, look, files: BTreeMap::new() };
    let mut outcome = observe(topology, options, &mut keeper).unwrap_or_else(|broken| panic!("{broken}"));
    for sink in &mut outcome.sinks {
        sink.files = keeper.files.remove(&sink.id).unwrap_or_default();
    }
    outcome
}

/// Keeps the files of all nodes.
struct Keeper<'p> {
    progress: &'p mut dyn FnMut(Progress),
    look: &'p mut dyn FnMut(&View<'_>) -> u64,
    files: BTreeMap<String, Vec<File>>,
}

impl Observer for Keeper<'_> {
    fn progress(&mut self, progress: Progress) -> ControlFlow<()> {
        (self.progress)(progress);
        ControlFlow::Continue(())
    }

    fn look(&mut self, view: &View<'_>) -> u64 {
        (self.look)(view)
    }

    fn file(&mut self, node: &str, file: File) {
        self.files.entry(node.to_owned()).or_default().push(file);
    }
}

/// Runs a topology until nothing is left to happen. The observer gets the files, and can end the run early.
///
/// # Errors
/// If the records of a producer cannot be sent on.
///
/// # Panics
/// If a record is neither delivered nor accounted for, which would be a mistake in a service.
pub fn observe(
    topology: Topology,
    options: &Options,
    observer: &mut dyn Observer,
) -> Result<Outcome, Broken> {
    let counters = topology.design.nodes.iter().map(|node| NodeOutcome {
        id: node.id.clone(),
        service: node.service.clone(),
        ..NodeOutcome::default()
    });
    let count = topology.components.len();
    let mut world = World {
        counters: counters.collect(),
        arrivals: (0..count).map(|_| Arrivals::new(topology.producers.len())).collect(),
        components: topology.components,
        random: Random::new(options.seed),
        queue: Queue::default(),
        soon: VecDeque::new(),
        outbox: Vec::new(),
        files: Vec::new(),
        observer,
        made: 0,
        now_us: 0,
        look_us: 0,
        oldest_us: vec![0; count],
        total: topology.total,
        ended_early: false,
        suffering: None,
    };
    if !topology.faults.entries.is_empty() {
        world.suffer_from(topology.faults, options.seed);
    }
    for node in 0..count {
        if let Component::Producer(_) | Component::Worker(_) | Component::QueueFunction(_) =
            &world.components[node]
        {
            world.push(0, node, node, Event::Send);
        }
    }
    world.run()?;
    Ok(finish::outcome(world, &topology.design, &topology.producers, options.seed))
}

impl World<'_> {
    fn push(&mut self, at_us: u64, from: usize, node: usize, event: Event) {
        self.made += 1;
        let queued = Queued { at_us, number: self.made, from, node, event };
        if at_us == self.now_us {
            self.soon.push_back(queued);
        } else {
            self.queue.push(queued);
        }
    }

    /// The next event. What was queued for this instant before it came is older than what is made in it.
    fn pop(&mut self) -> Option<Queued> {
        match (self.queue.first(), self.soon.front()) {
            (None, _) => self.soon.pop_front(),
            (Some(first), Some(soon)) if first > (soon.at_us, soon.number) => self.soon.pop_front(),
            _ => self.queue.pop(),
        }
    }

    /// Runs until the queue is empty; then the input has ended, which lets windows close, and what that causes runs.
    fn run(&mut self) -> Result<(), Broken> {
        self.drain()?;
        for node in 0..self.components.len() {
            self.with(node, Component::end_of_input);
        }
        self.drain()?;
        self.look();
        for (counters, oldest) in self.counters.iter_mut().zip(&self.oldest_us) {
            counters.iterator_age_us = *oldest;
        }
        Ok(())
    }

    /// Shows the counters as they are before what is about to happen.
    fn look(&mut self) {
        for (counters, component) in self.counters.iter_mut().zip(&self.components) {
            counters.held = component.held();
        }
        let view = View { now_us: self.now_us, nodes: &self.counters, arrivals: &self.arrivals };
        self.look_us = self.observer.look(&view);
        for (counters, oldest) in self.counters.iter_mut().zip(&mut self.oldest_us) {
            *oldest = counters.iterator_age_us.max(*oldest);
            counters.iterator_age_us = 0;
        }
    }

    fn drain(&mut self) -> Result<(), Broken> {
        let mut events = 0;
        while let Some(queued) = self.pop() {
            self.now_us = queued.at_us;
            if queued.at_us >= self.look_us {
                self.look();
            }
            let sends = matches!(queued.event, Event::Send);
            let node = queued.node;
            if let Some(event) = self.suffer(queued) {
                self.happen(node, event);
            }
            if sends {
                self.check_supply(node)?;
            }
            events += 1;
            if events % EVENTS_PER_REPORT == 0 && self.report().is_break() && !self.ended_early {
                self.end_early();
            }
        }
        Ok(())
    }

    fn report(&mut self) -> ControlFlow<()> {
        let producers = self.components.iter().zip(&self.counters);
        let sent = producers
            .filter(|(component, _)| matches!(component, Component::Producer(_)))
            .map(|(_, counters)| counters.records_in)
            .sum();
        self.observer.progress(Progress { sent, total: self.total, now_us: self.now_us })
    }

    /// Producers send nothing more; what is on its way goes on.
    fn end_early(&mut self) {
        self.ended_early = true;
        for component in &mut self.components {
            if let Component::Producer(producer) = component {
                producer.supply.end();
            }
        }
    }

    fn check_supply(&self, node: usize) -> Result<(), Broken> {
        let Component::Producer(sender) = &self.components[node] else { return Ok(()) };
        let producer = || self.counters[node].id.clone();
        Err(match sender.supply.fault() {
            None => return Ok(()),
            Some(Fault::Unsorted) => Broken::Unsorted { producer: producer() },
            Some(Fault::Unreadable(reason)) => {
                Broken::Unreadable { producer: producer(), reason: reason.clone() }
            }
            Some(Fault::BadLine(bad)) => {
                Broken::BadLine { producer: producer(), line: bad.line, reason: bad.reason.clone() }
            }
        })
    }

    fn happen(&mut self, node: usize, event: Event) {
        match event {
            Event::Poll { stream, reader, shard } => self.poll(node, stream, reader, shard),
            event => self.with(node, |component, io| component.on_event(event, io)),
        }
    }

    /// A read joins two services: the stream gives a batch, the reader takes it.
    fn poll(&mut self, node: usize, stream: usize, reader: usize, shard: usize) {
        if !self.components[node].reads((shard, stream, reader), self.now_us) {
            return;
        }
        let mut batch = Batch::default();
        self.with(stream, |component, io| {
            if let Some(stream) = component.stream() {
                batch = stream.read(reader, shard, io);
            }
        });
        let counters = &mut self.counters[node];
        counters.iterator_age_us = counters.iterator_age_us.max(batch.iterator_age_us);
        counters.throttled += u64::from(batch.throttled);
        if !batch.records.is_empty() {
            self.with(node, |component, io| component.receive(shard, batch.first, batch.records, io));
        }
    }

    /// Lets a component act, then queues what it caused.
    fn with(&mut self, node: usize, act: impl FnOnce(&mut Component, &mut Io<'_>)) {
        let mut outbox = std::mem::take(&mut self.outbox);
        let mut files = std::mem::take(&mut self.files);
        let mut io = Io {
            node,
            now_us: self.now_us,
            counters: &mut self.counters[node],
            arrivals: &mut self.arrivals[node],
            random: &mut self.random,
            slowness: self.suffering.as_ref().map_or(1.0, |faults| faults.slowness(node, self.now_us)),
            outbox: &mut outbox,
            files: &mut files,
        };
        act(&mut self.components[node], &mut io);
        for (at_us, target, event) in outbox.drain(..) {
            self.push(at_us, node, target, event);
        }
        self.outbox = outbox;
        for file in files.drain(..) {
            self.observer.file(&self.counters[node].id, file);
        }
        self.files = files;
    }
}
