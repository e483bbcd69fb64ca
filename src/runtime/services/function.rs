//! A function that reads a stream through an event source mapping.
//!
//! Takes batches of a shard, gives the records that it keeps to its targets. **Ordering**: one call at a time for a
//! shard, or for each of its lanes, which share its keys, so that the order of a key stays. **Back pressure**: what waits
//! for a failing batch stays in the stream but for one batch. **Delivery**: at least once; a batch is tried again until it
//! succeeds, the attempts are used up or its records are too old, and is then given up and reported. A function that
//! reports failures stops at the first record that fails. **Not modelled**: tumbling windows, cold starts.

use std::collections::{BTreeMap, VecDeque};

use bytes::Bytes;

use crate::runtime::condition::OfRecord;
use crate::runtime::engine::{Event, Io};
use crate::runtime::events::Surroundings;
use crate::runtime::record::Record;
use crate::runtime::services::answer::Answer;
use crate::runtime::services::failure::{Failures, GivenUp, Reason};
use crate::runtime::services::kinesis_data_streams::part_of;
use crate::runtime::services::lambda::{self, FunctionConfig};
use crate::runtime::services::stream_source::StreamSource;

/// A function in a run.
#[derive(Debug)]
pub(in crate::runtime) struct Function {
    pub(in crate::runtime) config: FunctionConfig,
    pub(in crate::runtime) mapping: Mapping,
    pub(in crate::runtime) targets: Vec<usize>,
    pub(in crate::runtime) on_failure: Option<Failures>,
    /// The lanes of the first shard, then those of the next.
    lanes: Vec<Lane>,
    /// For each shard the stream and reader that were told to wait.
    put_off: Vec<Option<(usize, usize)>>,
    /// Calls that run.
    running: usize,
    /// Lanes whose call waits for a free copy of the function.
    stalled: VecDeque<usize>,
    /// The items of a table as they were told last, by their keys, where a program wants to know what they were before.
    items: BTreeMap<String, Bytes>,
}

/// The settings of an event source mapping.
#[derive(Debug, Clone)]
pub(in crate::runtime) struct Mapping {
    pub(in crate::runtime) source: StreamSource,
    pub(in crate::runtime) surroundings: Surroundings,
    pub(in crate::runtime) shards: usize,
    /// Calls of one shard at a time.
    pub(in crate::runtime) lanes: usize,
    pub(in crate::runtime) filter: Option<OfRecord>,
    pub(in crate::runtime) batch_size: usize,
    pub(in crate::runtime) batch_bytes: u64,
    pub(in crate::runtime) window_us: u64,
    /// How long the stream keeps a record: a failed batch is tried until it expires there.
    pub(in crate::runtime) retention_us: u64,
    /// How old a record may be that is tried.
    pub(in crate::runtime) max_age_us: Option<u64>,
    /// Attempts after the first; nothing means until the records expire.
    pub(in crate::runtime) max_retries: Option<u32>,
    pub(in crate::runtime) bisects: bool,
    pub(in crate::runtime) reports_failures: bool,
    pub(in crate::runtime) backoff_us: u64,
    /// Copies of the function that may run at a time.
    pub(in crate::runtime) concurrency: Option<usize>,
}

/// A record with its number in its shard.
#[derive(Debug, Clone)]
pub(in crate::runtime) struct Numbered {
    pub(in crate::runtime) number: u64,
    pub(in crate::runtime) record: Record,
    /// The item that this one replaced, where a table tells of it and a program wants to know.
    pub(in crate::runtime) before: Option<Bytes>,
}

/// What is called one after the other.
#[derive(Debug, Clone, Default)]
struct Lane {
    waiting: VecDeque<Numbered>,
    /// The batch that is tried, and the parts that wait for it where it was split.
    batches: VecDeque<Batch>,
    is_busy: bool,
    /// Whether a batching window is open.
    is_gathering: bool,
    /// Counts the batches, so that the end of an earlier window does nothing.
    generation: u64,
}

#[derive(Debug, Clone)]
struct Batch {
    records: Vec<Numbered>,
    /// Attempts that failed.
    failed: u32,
    /// The first record that no call can take.
    poison: Option<usize>,
    /// What a program answered to the call that runs.
    answer: Option<Answer>,
}

impl Function {
    pub(in crate::runtime) fn new(
        config: FunctionConfig,
        mapping: Mapping,
        targets: Vec<usize>,
        on_failure: Option<Failures>,
    ) -> Self {
        let lanes = vec![Lane::default(); mapping.shards * mapping.lanes];
        let put_off = vec![None; mapping.shards];
        let (stalled, items) = (VecDeque::new(), BTreeMap::new());
        Self { config, mapping, targets, on_failure, lanes, put_off, running: 0, stalled, items }
    }

    /// Whether the mapping reads on in a shard. If not, it asks the stream itself as soon as it can take more.
    pub(in crate::runtime) fn reads(&mut self, shard: usize, stream: usize, reader: usize) -> bool {
        let reads = self.has_room(shard);
        if !reads {
            self.put_off[shard] = Some((stream, reader));
        }
        reads
    }

    fn has_room(&self, shard: usize) -> bool {
        let lanes = &self.lanes[shard * self.mapping.lanes..][..self.mapping.lanes];
        lanes.iter().all(|lane| lane.waiting.len() < self.mapping.batch_size)
    }

    /// Takes a batch of a shard; `first` is the number of its first record.
    pub(in crate::runtime) fn receive(
        &mut self,
        shard: usize,
        first: u64,
        records: Vec<Record>,
        io: &mut Io<'_>,
    ) {
        let mut left_out = Vec::new();
        for (number, record) in (first..).zip(records) {
            io.counters.records_in += 1;
            io.counters.bytes_in += record.size();
            let before = self.item_before(&record);
            if self.mapping.filter.as_ref().is_some_and(|filter| !filter.holds(&record.payload)) {
                left_out.push(record.origin);
                continue;
            }
            let lane = shard * self.mapping.lanes + part_of(&record, self.mapping.lanes);
            self.lanes[lane].waiting.push_back(Numbered { number, record, before });
        }
        io.leave_out(left_out);
        for lane in shard * self.mapping.lanes..(shard + 1) * self.mapping.lanes {
            self.advance(lane, io);
        }
    }

    /// The item of a table before this change. Every change comes by here in its order.
    fn item_before(&mut self, record: &Record) -> Option<Bytes> {
        match &self.mapping.source {
            StreamSource::Table(table) if self.config.program.is_some() => {
                self.items.insert(table.name_of(record), record.payload.clone())
            }
            _ => None,
        }
    }

    /// Lets a lane do what is next: call with a batch, open a window, or let the shard be read again.
    fn advance(&mut self, at: usize, io: &mut Io<'_>) {
        while !self.lanes[at].is_busy {
            if self.drop_old(at, io) {
                self.call(at, io);
            } else if self.lanes[at].waiting.is_empty() || self.gathers(at, io) {
                break;
            } else {
                self.cut(at);
            }
        }
        self.read_on(at / self.mapping.lanes, io);
    }

    /// Whether a lane waits for more records, which begins with the first that it has.
    fn gathers(&mut self, at: usize, io: &mut Io<'_>) -> bool {
        let lane = &mut self.lanes[at];
        if self.mapping.window_us == 0 || lane.waiting.len() >= self.mapping.batch_size {
            return false;
        }
        if !lane.is_gathering {
            lane.is_gathering = true;
            let event = Event::Timer { slot: at * 2, generation: lane.generation };
            io.after(self.mapping.window_us, io.node, event);
        }
        true
    }

    fn read_on(&mut self, shard: usize, io: &mut Io<'_>) {
        if self.put_off[shard].is_some()
            && self.has_room(shard)
            && let Some((stream, reader)) = self.put_off[shard].take()
        {
            io.after(0, io.node, Event::Poll { stream, reader, shard });
        }
    }

    /// A time that the function set itself: the end of a window, or of the wait after a failure.
    pub(in crate::runtime) fn timer(&mut self, slot: usize, generation: u64, io: &mut Io<'_>) {
        let at = slot / 2;
        if slot % 2 == 1 {
            self.lanes[at].is_busy = false;
            self.advance(at, io);
        } else if self.lanes[at].is_gathering && self.lanes[at].generation == generation {
            self.cut(at);
            self.advance(at, io);
        }
    }

    /// Makes a batch of what waits in a lane: so many records and bytes as a call takes.
    fn cut(&mut self, at: usize) {
        let lane = &mut self.lanes[at];
        lane.is_gathering = false;
        lane.generation += 1;
        let mut bytes = 0;
        let fits = |numbered: &&Numbered| {
            bytes += numbered.record.size();
            bytes <= self.mapping.batch_bytes
        };
        let count = lane.waiting.iter().take(self.mapping.batch_size).take_while(fits).count().max(1);
        let records: Vec<Numbered> = lane.waiting.drain(..count.min(lane.waiting.len())).collect();
        let batch = self.config.batch(records, 0);
        self.lanes[at].batches.push_back(batch);
    }

    /// Gives up what has become too old to be tried; says whether there is a batch to call with.
    fn drop_old(&mut self, at: usize, io: &mut Io<'_>) -> bool {
        while let Some(batch) = self.lanes[at].batches.front_mut() {
            let age = |numbered: &Numbered| io.now_us - numbered.record.arrived_us;
            let too_old = self.mapping.max_age_us.unwrap_or(u64::MAX);
            let count = batch.records.len();
            let given_up: Vec<Numbered> =
                batch.records.extract_if(.., |numbered| age(numbered) > too_old).collect();
            batch.records.retain(|numbered| age(numbered) <= self.mapping.retention_us);
            let gone = count - batch.records.len();
            io.counters.lost += gone as u64;
            if gone > 0 {
                *batch = self.config.batch(std::mem::take(&mut batch.records), batch.failed);
            }
            let (failed, is_empty) = (batch.failed, batch.records.is_empty());
            let shard = at / self.mapping.lanes;
            self.report(GivenUp { shard, reason: Reason::TooOld, attempts: failed, records: given_up }, io);
            if !is_empty {
                return true;
            }
            self.lanes[at].batches.pop_front();
        }
        false
    }

    /// Calls with the first batch of a lane, if a copy of the function is free.
    fn call(&mut self, at: usize, io: &mut Io<'_>) {
        self.lanes[at].is_busy = true;
        if self.mapping.concurrency.is_some_and(|most| self.running >= most) {
            io.counters.throttled += 1;
            self.stalled.push_back(at);
            return;
        }
        let Some(batch) = self.lanes[at].batches.front_mut() else { return };
        self.running += 1;
        let (mapping, shard) = (&self.mapping, at / self.mapping.lanes);
        let ids = || mapping.source.ids(shard, &batch.records);
        let (records, is_poisoned) = (batch.records.len(), batch.poison.is_some());
        let call = lambda::Batch { records, is_poisoned, ids: &ids, listens: mapping.reports_failures };
        let event = || mapping.source.event(mapping.surroundings, shard, &batch.records);
        let begun = self.config.begin_batch(call, event, io);
        batch.answer = begun.answer;
        let succeeded = begun.succeeded;
        let event = Event::Called { shard: at, attempt: batch.failed, succeeded, records: Vec::new() };
        io.after(begun.needed_us, io.node, event);
    }

    /// A call has ended; without a poison record it did what it was to do.
    pub(in crate::runtime) fn called(&mut self, at: usize, succeeded: bool, io: &mut Io<'_>) {
        self.running -= 1;
        if let Some(waiting) = self.stalled.pop_front() {
            self.call(waiting, io);
        }
        let Some(mut batch) = self.lanes[at].batches.pop_front() else { return };
        let oldest = batch.records.iter().map(|numbered| numbered.record.arrived_us).min();
        let age = io.now_us - oldest.unwrap_or(io.now_us);
        io.counters.iterator_age_us = io.counters.iterator_age_us.max(age);
        let answer = batch.answer.take().filter(|_| succeeded);
        let done = match batch.poison {
            _ if !succeeded => 0,
            _ if answer.is_some() => {
                // From the first failure on all is tried again.
                let failed = answer.as_ref().and_then(|answer| answer.failed.first().copied());
                failed.unwrap_or(batch.records.len())
            }
            None => batch.records.len(),
            Some(first) if self.mapping.reports_failures => first,
            Some(_) => 0,
        };
        let rest = Batch {
            records: batch.records.split_off(done),
            failed: batch.failed,
            poison: batch.poison.and_then(|first| first.checked_sub(done)),
            answer: None,
        };
        match answer {
            Some(answer) => self.answered(batch.records, &rest, &answer, io),
            None => self.hand_on(batch.records, io),
        }
        if rest.records.is_empty() {
            self.lanes[at].is_busy = false;
            self.advance(at, io);
        } else {
            self.retry(at, rest, done > 0, io);
        }
    }

    /// Tries a failed batch again, in halves where the mapping splits, or gives it up. Splitting uses up no attempt.
    fn retry(&mut self, at: usize, mut batch: Batch, has_progress: bool, io: &mut Io<'_>) {
        let splits = self.mapping.bisects && !has_progress && batch.records.len() > 1;
        let lane = &mut self.lanes[at];
        if splits {
            let second = batch.records.split_off(batch.records.len().div_ceil(2));
            lane.batches.push_front(self.config.batch(second, batch.failed));
            lane.batches.push_front(self.config.batch(batch.records, batch.failed));
        } else if self.mapping.max_retries.is_some_and(|most| batch.failed >= most) {
            io.counters.lost += batch.records.len() as u64;
            lane.is_busy = false;
            let shard = at / self.mapping.lanes;
            let attempts = batch.failed + 1;
            self.report(GivenUp { shard, reason: Reason::Attempts, attempts, records: batch.records }, io);
            self.advance(at, io);
            return;
        } else {
            batch.failed += 1;
            lane.batches.push_front(batch);
        }
        io.counters.retried += 1;
        io.after(self.mapping.backoff_us, io.node, Event::Timer { slot: at * 2 + 1, generation: 0 });
    }

    fn report(&self, given_up: GivenUp, io: &mut Io<'_>) {
        if let Some(failures) = self.on_failure.as_ref().filter(|_| !given_up.records.is_empty()) {
            failures.send(given_up, io);
        }
    }

    /// A program has answered: what it says goes on, whatever of the batch comes again.
    fn answered(&self, batch: Vec<Numbered>, rest: &Batch, answer: &Answer, io: &mut Io<'_>) {
        let done: Vec<usize> = (0..batch.len()).collect();
        let rest = rest.records.iter().map(|numbered| numbered.record.clone());
        let records: Vec<Record> = batch.into_iter().map(|numbered| numbered.record).chain(rest).collect();
        answer.hand_on(&records, &done, &self.targets, io);
    }

    fn hand_on(&self, batch: Vec<Numbered>, io: &mut Io<'_>) {
        if batch.is_empty() {
            return;
        }
        let records = batch.into_iter().map(|numbered| numbered.record).collect();
        self.config.hand_on(records, &self.targets, io);
    }

    /// Records that wait or are in a call.
    pub(in crate::runtime) fn held(&self) -> u64 {
        let tried = |lane: &Lane| lane.batches.iter().map(|batch| batch.records.len()).sum::<usize>();
        self.lanes.iter().map(|lane| (lane.waiting.len() + tried(lane)) as u64).sum()
    }
}

impl FunctionConfig {
    fn batch(&self, records: Vec<Numbered>, failed: u32) -> Batch {
        let poison = if self.poison.is_empty() {
            None
        } else {
            records.iter().position(|numbered| self.poisons(&numbered.record))
        };
        Batch { records, failed, poison, answer: None }
    }
}
