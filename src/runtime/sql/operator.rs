//! Runs a query over the records of several shards.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use foldhash::fast::FixedState;
use serde::de::DeserializeSeed as _;

use crate::runtime::lineage::{Lineage, Stamp};
use crate::runtime::sql::interpret::Slots;
use crate::runtime::sql::plan::{Aggregate, Function, Program, Window};
use crate::runtime::sql::value::Columns;
use crate::runtime::sql::{Value, timestamp_ms};

/// A row that a query emits.
#[derive(Debug, Clone)]
pub struct Row {
    /// The values, in the order of [`Program::output`].
    pub values: Vec<Value>,
    /// The records that it comes from, in the order in which they were read.
    pub origins: Lineage,
}

/// A program and its state: open windows, and how far each shard has come.
#[derive(Debug)]
pub struct Operator {
    program: Program,
    delay_ms: i64,
    /// The highest event time of each shard; nothing before its first record.
    shards: Vec<Option<i64>>,
    watermark_ms: i64,
    windows: BTreeMap<i64, Groups>,
    late: u64,
    filtered: Vec<u64>,
    failed: u64,
    row: Vec<Value>,
    member: Member,
}

/// The groups of a window, by their encoded keys.
type Groups = HashMap<Box<[u8]>, Group, FixedState>;

/// A group within a window.
#[derive(Debug)]
struct Group {
    keys: Vec<Value>,
    states: Vec<State>,
    origins: Lineage,
}

/// An aggregate so far.
#[derive(Debug, Clone)]
struct State {
    count: i64,
    value: Value,
    seen: BTreeSet<Vec<u8>>,
}

impl Operator {
    /// An operator over so many shards, whose watermark stays behind the highest event time by `delay_ms`.
    #[must_use]
    pub fn new(program: Program, shards: usize, delay_ms: i64) -> Self {
        let row = vec![Value::Null; program.columns.len()];
        let shards = vec![None; shards];
        Self {
            program,
            delay_ms,
            shards,
            watermark_ms: i64::MIN,
            windows: BTreeMap::new(),
            late: 0,
            filtered: Vec::new(),
            failed: 0,
            row,
            member: Member::default(),
        }
    }

    /// Takes a record of a shard. The rows of windows that it closes go to `out`.
    ///
    /// # Errors
    /// If the record is no JSON object, or has no event time where the query needs one.
    pub fn push(
        &mut self,
        shard: usize,
        payload: &[u8],
        stamp: Stamp,
        out: &mut Vec<Row>,
    ) -> Result<(), String> {
        self.row.fill(Value::Null);
        let text = std::str::from_utf8(payload).map_err(|error| error.to_string())?;
        let mut json = serde_json::Deserializer::from_str(text);
        let Program { columns: names, kinds, window, .. } = &mut self.program;
        let time = window.as_ref().map(|window| window.time);
        let columns = Columns { names, kinds, time, row: &mut self.row };
        columns.deserialize(&mut json).map_err(|error| error.to_string())?;
        json.end().map_err(|error| error.to_string())?;
        let Some(window) = &self.program.window else {
            return self.pass(stamp, out);
        };
        let time = event_time(&self.row[window.time])
            .ok_or_else(|| format!("`{}` is no timestamp", self.program.columns[window.time]))?;
        self.row[window.time] = Value::Timestamp(time);
        let start = window.start_of(time);
        let filter = &self.program.filter;
        let slots = Slots { columns: &self.row, ..Slots::default() };
        let taken = filter.as_ref().is_none_or(|filter| slots.holds(filter));
        if let Some(why) = slots.fault.take() {
            return Err(why.to_owned());
        }
        if taken {
            // A window whose last millisecond the watermark has reached is gone.
            if start + window.size_ms - 1 <= self.watermark_ms {
                self.late += 1;
            } else {
                self.member.read(window, &slots)?;
                self.member.join(self.windows.entry(start).or_default(), window, stamp);
            }
        } else {
            self.filtered.push(stamp.origin);
        }
        let highest = self.shards[shard].map_or(time, |highest| highest.max(time));
        self.shards[shard] = Some(highest);
        self.advance(out);
        Ok(())
    }

    /// Ends the input: every window that is open is emitted.
    pub fn finish(&mut self, out: &mut Vec<Row>) {
        self.watermark_ms = i64::MAX;
        self.emit(out);
    }

    /// How many records came too late for their window.
    #[must_use]
    pub fn late(&self) -> u64 {
        self.late
    }

    /// The numbers of the records that `WHERE` and `HAVING` left out since this was last asked.
    pub fn take_filtered(&mut self) -> Vec<u64> {
        std::mem::take(&mut self.filtered)
    }

    /// How many records stand behind rows that could not be worked out, as where a sum is divided by zero.
    #[must_use]
    pub fn failed(&self) -> u64 {
        self.failed
    }

    /// The groups that are held in open windows.
    #[must_use]
    pub fn groups(&self) -> usize {
        self.windows.values().map(HashMap::len).sum()
    }

    fn pass(&mut self, stamp: Stamp, out: &mut Vec<Row>) -> Result<(), String> {
        let slots = Slots { columns: &self.row, ..Slots::default() };
        let taken = self.program.filter.as_ref().is_none_or(|filter| slots.holds(filter));
        let values = if taken { slots.row(&self.program.output) } else { Vec::new() };
        if let Some(why) = slots.fault.take() {
            return Err(why.to_owned());
        }
        if taken {
            out.push(Row { values, origins: stamp.into() });
        } else {
            self.filtered.push(stamp.origin);
        }
        Ok(())
    }

    /// The watermark is the least over the shards that have had a record: a shard without any is idle.
    fn advance(&mut self, out: &mut Vec<Row>) {
        let least = self.shards.iter().flatten().min().copied();
        let watermark = least.map_or(i64::MIN, |least| least - self.delay_ms - 1);
        if watermark > self.watermark_ms {
            self.watermark_ms = watermark;
            self.emit(out);
        }
    }

    fn emit(&mut self, out: &mut Vec<Row>) {
        let Some(window) = &self.program.window else { return };
        while let Some(entry) = self.windows.first_entry() {
            let start = *entry.key();
            if start + window.size_ms - 1 > self.watermark_ms {
                break;
            }
            let mut groups: Vec<(Box<[u8]>, Group)> = entry.remove().into_iter().collect();
            groups.sort_unstable_by(|(left, _), (right, _)| left.cmp(right));
            for (_, group) in groups {
                let aggregates: Vec<Value> = window
                    .aggregates
                    .iter()
                    .zip(&group.states)
                    .map(|(aggregate, state)| state.result(aggregate))
                    .collect();
                let slots = Slots {
                    keys: &group.keys,
                    aggregates: &aggregates,
                    window: (start, start + window.size_ms),
                    ..Slots::default()
                };
                let kept = self.program.having.as_ref().is_none_or(|having| slots.holds(having));
                let values = if kept { slots.row(&self.program.output) } else { Vec::new() };
                if slots.fault.take().is_some() || aggregates.iter().any(is_infinite) {
                    self.failed += group.origins.len();
                } else if kept {
                    out.push(Row { values, origins: group.origins });
                } else {
                    self.filtered.extend(group.origins.iter().map(|stamp| stamp.origin));
                }
            }
        }
    }
}

fn is_infinite(value: &Value) -> bool {
    matches!(value, Value::Double(number) if !number.is_finite())
}

impl Window {
    /// The start of the window that an instant falls in; windows are half-open and aligned to 1970.
    fn start_of(&self, time: i64) -> i64 {
        time - (time - self.offset_ms).rem_euclid(self.size_ms)
    }
}

fn event_time(value: &Value) -> Option<i64> {
    match value {
        Value::Timestamp(instant) => Some(*instant),
        Value::Text(text) => timestamp_ms(text),
        _ => None,
    }
}

/// What a record brings to its group: worked out as a whole, so that a fault leaves no trace. The next record is read
/// into the same room.
#[derive(Debug, Default)]
struct Member {
    keys: Vec<Value>,
    /// The keys in bytes.
    encoded: Vec<u8>,
    /// The argument of each aggregate; nothing where its filter leaves the record out.
    arguments: Vec<Option<Value>>,
}

impl Member {
    fn read(&mut self, window: &Window, slots: &Slots<'_>) -> Result<(), String> {
        self.keys.clear();
        self.encoded.clear();
        self.arguments.clear();
        self.keys.extend(window.keys.iter().map(|key| slots.value(key)));
        self.keys.iter().for_each(|key| key.encode(&mut self.encoded));
        let argument = |aggregate: &Aggregate| match (&aggregate.filter, &aggregate.argument) {
            (Some(filter), _) if !slots.holds(filter) => None,
            (_, Some(argument)) => Some(slots.value(argument)),
            (_, None) => Some(Value::Boolean(true)),
        };
        self.arguments.extend(window.aggregates.iter().map(argument));
        slots.fault.take().map_or(Ok(()), |why| Err(why.to_owned()))
    }

    fn join(&mut self, groups: &mut Groups, window: &Window, stamp: Stamp) {
        if !groups.contains_key(self.encoded.as_slice()) {
            let state = State { count: 0, value: Value::Null, seen: BTreeSet::new() };
            let states = vec![state; window.aggregates.len()];
            let group = Group { keys: self.keys.clone(), states, origins: Lineage::default() };
            groups.insert(self.encoded.as_slice().into(), group);
        }
        let Some(group) = groups.get_mut(self.encoded.as_slice()) else { return };
        let arguments = self.arguments.drain(..);
        for ((state, aggregate), value) in group.states.iter_mut().zip(&window.aggregates).zip(arguments) {
            if let Some(value) = value {
                state.add(aggregate, value);
            }
        }
        group.origins.push(stamp);
    }
}

impl State {
    fn add(&mut self, aggregate: &Aggregate, value: Value) {
        if value == Value::Null {
            return;
        }
        if aggregate.distinct {
            let mut key = Vec::new();
            value.encode(&mut key);
            if !self.seen.insert(key) {
                return;
            }
        }
        self.count += 1;
        let replaces = |wanted| self.value == Value::Null || value.order(&self.value) == Some(wanted);
        match aggregate.function {
            Function::Sum | Function::Avg => self.value = sum(&self.value, &value),
            Function::Min if replaces(std::cmp::Ordering::Less) => self.value = value,
            Function::Max if replaces(std::cmp::Ordering::Greater) => self.value = value,
            Function::Count | Function::Min | Function::Max => {}
        }
    }

    /// The average of whole numbers is cut off, as Flink's is.
    fn result(&self, aggregate: &Aggregate) -> Value {
        match (aggregate.function, &self.value) {
            (Function::Count, _) => Value::Integer(self.count),
            (Function::Avg, Value::Integer(sum)) => Value::Integer(sum / self.count),
            (Function::Avg, Value::Double(sum)) => Value::Double(sum / self.count as f64),
            (_, value) => value.clone(),
        }
    }
}

fn sum(so_far: &Value, value: &Value) -> Value {
    match (so_far, value) {
        (Value::Null, value) => value.clone(),
        (Value::Integer(left), Value::Integer(right)) => Value::Integer(left.wrapping_add(*right)),
        (left, right) => match (left.number(), right.number()) {
            (Some(left), Some(right)) => Value::Double(left + right),
            _ => left.clone(),
        },
    }
}
