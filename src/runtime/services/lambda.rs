//! What a function does with a batch, wherever it is called from: how long it takes, what it keeps, whether it fails.
//!
//! Takes records, gives those that it keeps, in their order. **Delivery**: a call succeeds or fails as a whole; it
//! fails at its timeout, and at random with the declared share. **Not modelled**: cold starts, concurrency limits,
//! memory.

use bytes::Bytes;

use crate::expression::{Environment, Expression, Value};
use crate::runtime::random::Random;
use crate::runtime::record::{Fields, Record};
use crate::units::{Dimension, Quantity};

/// A function's behaviour.
#[derive(Debug, Clone)]
pub(in crate::runtime) struct FunctionConfig {
    pub(in crate::runtime) filter: Option<Expression>,
    pub(in crate::runtime) map: Option<Expression>,
    /// Time of a call, whatever its batch holds.
    pub(in crate::runtime) duration_us: u64,
    pub(in crate::runtime) per_record_us: u64,
    pub(in crate::runtime) timeout_us: u64,
    /// Which records make every call fail that gets them.
    pub(in crate::runtime) poison: Option<Expression>,
    /// Share of calls that fail.
    pub(in crate::runtime) error_rate: f64,
}

impl FunctionConfig {
    /// How long a call with so many records takes, and whether it succeeds.
    pub(in crate::runtime) fn call(&self, records: usize, random: &mut Random) -> (u64, bool) {
        let needed = self.duration_us + self.per_record_us * records as u64;
        let failed = self.error_rate > 0.0 && random.share() < self.error_rate;
        (needed.min(self.timeout_us), needed <= self.timeout_us && !failed)
    }

    /// Whether one of the records makes a call fail.
    pub(in crate::runtime) fn is_poisoned(&self, records: &[Record]) -> bool {
        self.poison.as_ref().is_some_and(|poison| records.iter().any(|record| holds_for(poison, record)))
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

    fn kept(&self, mut record: Record) -> Option<Record> {
        let fields = Fields::read(&record.payload).ok()?;
        let environment = OfRecord(&fields);
        if let Some(filter) = &self.filter
            && filter.evaluate(&environment) != Value::Flag(true)
        {
            return None;
        }
        if let Some(map) = &self.map {
            let json = to_json(&map.evaluate(&environment));
            record.payload = Bytes::from(serde_json::to_vec(&json).expect("values can be written"));
        }
        Some(record)
    }
}

/// Whether a condition is true of a record; of one that is no JSON object none is.
pub(in crate::runtime) fn holds_for(condition: &Expression, record: &Record) -> bool {
    let fields = Fields::read(&record.payload);
    fields.is_ok_and(|fields| condition.evaluate(&OfRecord(&fields)) == Value::Flag(true))
}

/// `record.FIELD` and deeper; a field that is not there is unknown, a null is null.
struct OfRecord<'a>(&'a Fields);

impl Environment for OfRecord<'_> {
    fn get(&self, path: &[String]) -> Value {
        let [root, first, rest @ ..] = path else { return Value::Unknown };
        if root != "record" {
            return Value::Unknown;
        }
        let found = rest.iter().try_fold(self.0.get(first), |value, name| value.map(|value| value.get(name)));
        found.flatten().map_or(Value::Unknown, of_json)
    }
}

fn of_json(value: &serde_json::Value) -> Value {
    match value {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::Bool(flag) => Value::Flag(*flag),
        serde_json::Value::Number(number) => number
            .as_f64()
            .map_or(Value::Unknown, |amount| Value::Quantity(Quantity::new(Dimension::Count, amount))),
        serde_json::Value::String(text) => Value::Text(text.as_str().into()),
        serde_json::Value::Array(items) => Value::List(items.iter().map(of_json).collect()),
        serde_json::Value::Object(fields) => {
            Value::Object(fields.iter().map(|(key, value)| (key.clone(), of_json(value))).collect())
        }
    }
}

fn to_json(value: &Value) -> serde_json::Value {
    match value {
        Value::Unknown | Value::Null => serde_json::Value::Null,
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
