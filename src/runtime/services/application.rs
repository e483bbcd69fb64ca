//! A program that reads a stream and works on what it gets, as the Kinesis Client Library lets it.
//!
//! Takes batches of a shard, one after the other. **Ordering**: that of the shard. **Back pressure**: a shard is read again
//! when its batch is done. **Delivery**: at least once; the program notes how far it is when a batch is done and the
//! checkpoint interval has passed, and after a crash begins there. Copies share the shards in turn, and the first of them
//! is the one that crashes. **Not modelled**: the time until another copy takes a lease over, beyond that of the fault.

use crate::runtime::engine::{Event, Io};
use crate::runtime::record::Record;
use crate::runtime::services::onward::Onward;
use crate::runtime::services::unreachable_event;

/// A program in a run.
#[derive(Debug)]
pub(in crate::runtime) struct Application {
    pub(in crate::runtime) config: ApplicationConfig,
    shards: Vec<Shard>,
}

/// What a program does.
#[derive(Debug, Clone)]
pub(in crate::runtime) struct ApplicationConfig {
    pub(in crate::runtime) stream: usize,
    /// Its place among the readers of the stream.
    pub(in crate::runtime) reader: usize,
    pub(in crate::runtime) shards: usize,
    pub(in crate::runtime) copies: usize,
    /// Time for a batch, and for each record in it.
    pub(in crate::runtime) batch_us: u64,
    pub(in crate::runtime) record_us: u64,
    pub(in crate::runtime) checkpoint_us: u64,
    /// Where it sends what it has worked on.
    pub(in crate::runtime) onward: Onward,
}

/// How far it is in a shard.
#[derive(Debug, Clone, Default)]
struct Shard {
    /// The batch that it works on, and when it began.
    batch: Vec<Record>,
    began_us: u64,
    /// So many times as long as it should every record takes.
    slowness: f64,
    /// Counts the batches, so that the end of one that a crash cut off does nothing.
    generation: u64,
    /// Whether a read was put off.
    is_put_off: bool,
    is_down: bool,
    /// The number of the record after the last that is done.
    done: u64,
    noted_us: u64,
}

/// What a timer is for: the end of a batch, or of an outage.
const DONE: usize = 0;
const BACK: usize = 1;

impl Application {
    pub(in crate::runtime) fn new(config: ApplicationConfig) -> Self {
        let shards = vec![Shard::default(); config.shards];
        Self { config, shards }
    }

    /// Does what follows from an event.
    pub(in crate::runtime) fn on_event(&mut self, event: Event, io: &mut Io<'_>) {
        match event {
            Event::Put { records, .. } => self.config.onward.handled(records, io),
            Event::Rejected { to, attempt, records } => {
                self.config.onward.rejected(to, attempt, records, io);
            }
            Event::Timer { slot, generation } => self.timer(slot, generation, io),
            Event::Crash { until_us } => self.crash(until_us, io),
            event => unreachable_event(self, &event),
        }
    }

    /// Whether it reads on in a shard; if not, it asks the stream by itself once it can.
    pub(in crate::runtime) fn reads(&mut self, shard: usize) -> bool {
        let this = &mut self.shards[shard];
        let reads = this.batch.is_empty() && !this.is_down;
        this.is_put_off |= !reads;
        reads
    }

    /// Takes a batch of a shard; `first` is the number of its first record.
    pub(in crate::runtime) fn receive(
        &mut self,
        shard: usize,
        first: u64,
        records: Vec<Record>,
        io: &mut Io<'_>,
    ) {
        for record in &records {
            io.counters.records_in += 1;
            io.counters.bytes_in += record.size();
        }
        let this = &mut self.shards[shard];
        this.done = first + records.len() as u64;
        (this.batch, this.began_us, this.slowness) = (records, io.now_us, io.slowness);
        let needed = self.config.after(this, this.batch.len());
        let event = Event::Timer { slot: shard * 2 + DONE, generation: this.generation };
        io.after(needed, io.node, event);
    }

    /// A batch is done, or an outage is over.
    fn timer(&mut self, slot: usize, generation: u64, io: &mut Io<'_>) {
        let (shard, this) = (slot / 2, &mut self.shards[slot / 2]);
        if this.generation != generation {
            return;
        }
        if slot % 2 == BACK {
            this.is_down = false;
        } else {
            self.finish(shard, usize::MAX, io);
            self.note(shard, io);
        }
        self.read_on(shard, io);
    }

    /// So many records of the batch are done, each at its instant; the others are forgotten.
    fn finish(&mut self, shard: usize, count: usize, io: &mut Io<'_>) {
        let mut batch = std::mem::take(&mut self.shards[shard].batch);
        batch.truncate(count);
        for (place, record) in batch.iter().enumerate() {
            let at_us = self.shards[shard].began_us + self.config.after(&self.shards[shard], place + 1);
            io.arrivals.arrive(record.origin, Some(&record.key), record.produced_us, at_us);
        }
        self.config.onward.send(batch, io);
    }

    fn note(&mut self, shard: usize, io: &mut Io<'_>) {
        let this = &mut self.shards[shard];
        if io.now_us - this.noted_us >= self.config.checkpoint_us {
            this.noted_us = io.now_us;
            let event = Event::Note { reader: self.config.reader, shard, number: this.done };
            io.after(0, self.config.stream, event);
        }
    }

    fn read_on(&mut self, shard: usize, io: &mut Io<'_>) {
        let this = &mut self.shards[shard];
        if std::mem::take(&mut this.is_put_off) {
            let (stream, reader) = (self.config.stream, self.config.reader);
            io.after(0, io.node, Event::Poll { stream, reader, shard });
        }
    }

    /// A copy is gone until an instant: what it has done since it last noted its place is done again after that.
    fn crash(&mut self, until_us: u64, io: &mut Io<'_>) {
        for shard in (0..self.shards.len()).step_by(self.config.copies) {
            let this = &self.shards[shard];
            let passed = io.now_us - this.began_us;
            let done =
                (1..=this.batch.len()).take_while(|count| self.config.after(this, *count) <= passed).count();
            self.finish(shard, done, io);
            let this = &mut self.shards[shard];
            this.generation += 1;
            this.is_down = true;
            let event = Event::Timer { slot: shard * 2 + BACK, generation: this.generation };
            io.at(until_us, io.node, event);
            io.after(0, self.config.stream, Event::Rewind { reader: self.config.reader, shard });
        }
    }

    /// Records that it works on.
    pub(in crate::runtime) fn held(&self) -> u64 {
        self.shards.iter().map(|shard| shard.batch.len() as u64).sum()
    }
}

impl ApplicationConfig {
    /// How long after the beginning of a batch so many of its records are done.
    fn after(&self, shard: &Shard, records: usize) -> u64 {
        ((self.batch_us + self.record_us * records as u64) as f64 * shard.slowness) as u64
    }
}
