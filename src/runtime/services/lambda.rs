//! What a function does with a batch, wherever it is called from: how long it takes, what it keeps, whether it fails.
//!
//! Takes records, gives those that it keeps, in their order, or what a program answers. **Delivery**: a call succeeds or
//! fails as a whole; it fails at its timeout, at random with the declared share, and where its program fails. **Not
//! modelled**: cold starts, concurrency limits, memory.

use bytes::Bytes;

use crate::expression::Value;
use crate::runtime::condition::OfRecord;
use crate::runtime::engine::{Event, Io};
use crate::runtime::faults::Poison;
use crate::runtime::program::{Running, Trouble};
use crate::runtime::record::Record;
use crate::runtime::services::answer::Answer;

/// A function's behaviour.
#[derive(Debug)]
pub(in crate::runtime) struct FunctionConfig {
    pub(in crate::runtime) filter: Option<OfRecord>,
    pub(in crate::runtime) map: Option<OfRecord>,
    /// Time of a call, whatever its batch holds.
    pub(in crate::runtime) duration_us: u64,
    pub(in crate::runtime) per_record_us: u64,
    pub(in crate::runtime) timeout_us: u64,
    /// Which records make every call fail that gets them.
    pub(in crate::runtime) poison: Vec<Poison>,
    /// Share of calls that fail.
    pub(in crate::runtime) error_rate: f64,
    /// How long its code waits before it sends again what a target turned away.
    pub(in crate::runtime) resend_us: u64,
    /// The program that it is, where it is one.
    pub(in crate::runtime) program: Option<Box<Running>>,
}

/// What a call is made with.
#[derive(Clone, Copy)]
pub(in crate::runtime) struct Batch<'b> {
    pub(in crate::runtime) records: usize,
    /// Whether no call can take it.
    pub(in crate::runtime) is_poisoned: bool,
    /// The ids by which an answer names the records.
    pub(in crate::runtime) ids: &'b dyn Fn() -> Vec<String>,
    /// Whether the caller takes reports of failures.
    pub(in crate::runtime) listens: bool,
}

/// A call that has begun.
#[derive(Debug)]
pub(in crate::runtime) struct Begun<T> {
    /// When it ends, from now on.
    pub(in crate::runtime) needed_us: u64,
    pub(in crate::runtime) succeeded: bool,
    /// What its program answered, where it has one and the call succeeds.
    pub(in crate::runtime) answer: Option<T>,
}

impl FunctionConfig {
    /// How long a call with so many records takes, and whether it succeeds.
    pub(in crate::runtime) fn call(&self, records: usize, io: &mut Io<'_>) -> (u64, bool) {
        let needed = self.duration_us + self.per_record_us * records as u64;
        let needed = (needed as f64 * io.slowness) as u64;
        let failed = self.error_rate > 0.0 && io.random.share() < self.error_rate;
        (needed.min(self.timeout_us), needed <= self.timeout_us && !failed)
    }

    /// Begins a call with so many records: a program does its work at once, and is heard when the call ends. A call that is
    /// to fail anyway does not reach it.
    pub(in crate::runtime) fn begin<T>(
        &mut self,
        (records, is_poisoned): (usize, bool),
        event: impl FnOnce() -> serde_json::Value,
        meaning: impl FnOnce(serde_json::Value, &Running) -> Result<T, String>,
        io: &mut Io<'_>,
    ) -> Begun<T> {
        let (needed_us, succeeded) = self.call(records, io);
        let begun = Begun { needed_us, succeeded, answer: None };
        let Some(program) = self.program.as_mut().filter(|_| succeeded) else { return begun };
        if is_poisoned {
            return Begun { succeeded: false, ..begun };
        }
        match program.ask(&event(), meaning) {
            Ok(answer) => Begun { answer: Some(answer), ..begun },
            Err(Trouble::TimedOut) => Begun { needed_us: self.timeout_us, succeeded: false, answer: None },
            Err(_) => Begun { succeeded: false, ..begun },
        }
    }

    /// The same where the answer says which records failed and what goes on.
    pub(in crate::runtime) fn begin_batch(
        &mut self,
        batch: Batch<'_>,
        event: impl FnOnce() -> serde_json::Value,
        io: &mut Io<'_>,
    ) -> Begun<Answer> {
        let Batch { records, is_poisoned, ids, listens } = batch;
        let begun = self.begin(
            (records, is_poisoned),
            event,
            |value, program| Answer::read(value, program, &ids(), listens),
            io,
        );
        if let (Some(program), Some(answer)) = (&mut self.program, &begun.answer) {
            program.sends(answer);
        }
        begun
    }

    /// Whether one of the records makes a call fail.
    pub(in crate::runtime) fn is_poisoned(&self, records: &[Record]) -> bool {
        !self.poison.is_empty() && records.iter().any(|record| self.poisons(record))
    }

    /// Whether a record makes a call fail.
    pub(in crate::runtime) fn poisons(&self, record: &Record) -> bool {
        self.poison.iter().any(|poison| poison.holds(record))
    }

    /// The records that the function keeps, as it leaves them, and the numbers of those that it left out. A record for which the filter
    /// is neither true nor false, such as one without the field, is left out, as `WHERE` would.
    pub(in crate::runtime) fn apply(&self, records: Vec<Record>) -> (Vec<Record>, Vec<u64>) {
        if self.filter.is_none() && self.map.is_none() {
            return (records, Vec::new());
        }
        let mut left_out = Vec::new();
        let mut kept = Vec::with_capacity(records.len());
        for record in records {
            let origin = record.origin;
            match self.kept(record) {
                Some(record) => kept.push(record),
                None => left_out.push(origin),
            }
        }
        (kept, left_out)
    }

    /// The function is done with these records: it gives those that it keeps to every target, and gives them back.
    pub(in crate::runtime) fn hand_on(
        &self,
        records: Vec<Record>,
        targets: &[usize],
        io: &mut Io<'_>,
    ) -> Vec<Record> {
        let (kept, left_out) = self.apply(records);
        io.leave_out(left_out);
        for record in &kept {
            io.arrivals.arrive(record.origin, Some(&record.key), record.produced_us, io.now_us);
        }
        io.counters.records_out += kept.len() as u64 * targets.len() as u64;
        for target in targets.iter().filter(|_| !kept.is_empty()) {
            io.after(0, *target, Event::Put { from: io.node, attempt: 0, records: kept.clone() });
        }
        kept
    }

    /// Sends again what a target turned away.
    pub(in crate::runtime) fn send_again(
        &self,
        to: usize,
        attempt: u32,
        records: Vec<Record>,
        io: &mut Io<'_>,
    ) {
        io.counters.throttled += records.len() as u64;
        io.counters.retried += records.len() as u64;
        io.after(self.resend_us, to, Event::Put { from: io.node, attempt: attempt + 1, records });
    }

    fn kept(&self, mut record: Record) -> Option<Record> {
        if self.filter.as_ref().is_some_and(|filter| !filter.holds(&record.payload)) {
            return None;
        }
        if let Some(map) = &self.map {
            let json = to_json(&map.value(&record.payload)?);
            record.payload = Bytes::from(serde_json::to_vec(&json).expect("values can be written"));
        }
        Some(record)
    }
}

fn to_json(value: &Value) -> serde_json::Value {
    match value {
        Value::Unknown | Value::Undetermined | Value::Null => serde_json::Value::Null,
        Value::Flag(flag) => (*flag).into(),
        Value::Quantity(quantity) if quantity.amount.fract() == 0.0 => (quantity.amount as i64).into(),
        Value::Quantity(quantity) => quantity.amount.into(),
        Value::Text(text) => text.as_ref().into(),
        Value::List(items) => items.iter().map(to_json).collect(),
        Value::Object(fields) => serde_json::Value::Object(
            fields.iter().map(|(key, value)| (key.clone(), to_json(value))).collect(),
        ),
    }
}
