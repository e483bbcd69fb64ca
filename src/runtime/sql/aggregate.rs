//! Aggregates over rows: what each has gathered so far, and what that comes to.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use crate::runtime::sql::expression::{arithmetic, wrapped};
use crate::runtime::sql::{DataType, Value};

/// An aggregate over the rows of a group; its operands are columns of the row that comes.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Aggregate {
    pub(super) function: Function,
    /// What it is of; nothing for `COUNT(*)`.
    pub(super) argument: Option<usize>,
    pub(super) distinct: bool,
    /// The column that says whether a row counts.
    pub(super) filter: Option<usize>,
    /// The type of the result, where that is known.
    pub(super) kind: Option<DataType>,
    /// Whether rows can be taken back.
    pub(super) retracts: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Function {
    Count,
    Sum,
    Min,
    Max,
    Avg,
    First,
    Last,
    /// LISTAGG with its separator.
    List(String),
}

/// An aggregate so far.
#[derive(Debug, Clone)]
pub(super) struct State {
    count: i64,
    value: Value,
    /// Each value by its bytes with how often it is there; only where values come once, or can be taken back.
    seen: Option<Box<Values>>,
}

type Values = BTreeMap<Vec<u8>, (Value, i64)>;

impl State {
    pub(super) fn new() -> Self {
        Self { count: 0, value: Value::Null, seen: None }
    }

    /// New states of aggregates.
    pub(super) fn all(aggregates: &[Aggregate]) -> Vec<Self> {
        vec![Self::new(); aggregates.len()]
    }

    /// Takes a row, or takes it back.
    pub(super) fn update(&mut self, aggregate: &Aggregate, row: &[Value], is_addition: bool) {
        if aggregate.filter.is_some_and(|filter| row[filter] != Value::Boolean(true)) {
            return;
        }
        match aggregate.argument {
            None => self.count += if is_addition { 1 } else { -1 },
            Some(argument) if is_addition => self.add(aggregate, &row[argument]),
            Some(argument) => self.take_back(aggregate, &row[argument]),
        }
    }

    fn add(&mut self, aggregate: &Aggregate, value: &Value) {
        if value.is_null() {
            return;
        }
        if aggregate.distinct && !self.is_first(value) {
            return;
        }
        self.count += 1;
        let replaces = |wanted| self.value.is_null() || value.order(&self.value) == Some(wanted);
        match &aggregate.function {
            Function::Min | Function::Max if aggregate.retracts => {
                if !aggregate.distinct {
                    self.is_first(value);
                }
            }
            Function::Sum => self.value = sum(&self.value, value, aggregate.kind),
            Function::Avg => {
                self.value = sum(&start_of(&self.value, value), value, average_sum(aggregate.kind));
            }
            Function::Min if replaces(Ordering::Less) => self.value = value.clone(),
            Function::Max if replaces(Ordering::Greater) => self.value = value.clone(),
            Function::First if self.value.is_null() => self.value = value.clone(),
            Function::Last => self.value = value.clone(),
            Function::List(separator) => self.value = listed(&self.value, separator, value),
            Function::Count | Function::Min | Function::Max | Function::First => {}
        }
    }

    /// Notes a value, and tells whether it was not there.
    fn is_first(&mut self, value: &Value) -> bool {
        let mut key = Vec::new();
        value.encode(&mut key);
        let (_, times) = self.seen.get_or_insert_default().entry(key).or_insert_with(|| (value.clone(), 0));
        *times += 1;
        *times == 1
    }

    /// Takes a value away, and tells whether it is there no more.
    fn was_last(&mut self, value: &Value) -> bool {
        let mut key = Vec::new();
        value.encode(&mut key);
        let seen = self.seen.get_or_insert_default();
        let Some((_, times)) = seen.get_mut(&key) else { return false };
        *times -= 1;
        let gone = *times == 0;
        if gone {
            seen.remove(&key);
        }
        gone
    }

    fn take_back(&mut self, aggregate: &Aggregate, value: &Value) {
        if value.is_null() {
            return;
        }
        if aggregate.distinct && !self.was_last(value) {
            return;
        }
        self.count -= 1;
        match aggregate.function {
            Function::Sum => self.value = difference(&self.value, value, aggregate.kind),
            Function::Avg => self.value = difference(&self.value, value, average_sum(aggregate.kind)),
            Function::Min | Function::Max if !aggregate.distinct => {
                self.was_last(value);
            }
            _ => {}
        }
    }

    /// Joins what another state of the same aggregate has gathered after this one.
    pub(super) fn merge(&mut self, aggregate: &Aggregate, other: &Self) {
        if let Some(seen) = &other.seen {
            for (value, times) in seen.values() {
                for _ in 0..*times {
                    self.add_merged(aggregate, value);
                }
            }
            return;
        }
        self.count += other.count;
        if other.value.is_null() {
            return;
        }
        if self.value.is_null() {
            self.value = other.value.clone();
            return;
        }
        let replaces = |wanted| other.value.order(&self.value) == Some(wanted);
        match &aggregate.function {
            Function::Sum => self.value = sum(&self.value, &other.value, aggregate.kind),
            Function::Avg => self.value = sum(&self.value, &other.value, average_sum(aggregate.kind)),
            Function::Min if replaces(Ordering::Less) => self.value = other.value.clone(),
            Function::Max if replaces(Ordering::Greater) => self.value = other.value.clone(),
            Function::Last => self.value = other.value.clone(),
            Function::List(separator) => self.value = listed(&self.value, separator, &other.value),
            _ => {}
        }
    }

    fn add_merged(&mut self, aggregate: &Aggregate, value: &Value) {
        self.add(aggregate, value);
    }

    /// What has been gathered comes to this. The average of whole numbers is cut off.
    pub(super) fn result(&self, aggregate: &Aggregate) -> Value {
        match (&aggregate.function, &self.value) {
            (Function::Count, _) => Value::Integer(self.count),
            (Function::Sum | Function::Avg, _) if self.count == 0 => Value::Null,
            (Function::Avg, Value::Integer(sum)) => Value::Integer(wrapped(sum / self.count, aggregate.kind)),
            (Function::Avg, Value::Double(sum)) => Value::Double(sum / self.count as f64),
            (Function::Avg, sum) => {
                arithmetic('/', sum, &Value::Integer(self.count), aggregate.kind).unwrap_or(Value::Null)
            }
            (Function::Min, _) if aggregate.retracts => self.least_or_most(true),
            (Function::Max, _) if aggregate.retracts => self.least_or_most(false),
            (_, value) => value.clone(),
        }
    }

    fn least_or_most(&self, is_least: bool) -> Value {
        let seen = self.seen.as_deref();
        let found =
            seen.and_then(|seen| if is_least { seen.values().next() } else { seen.values().next_back() });
        found.map_or(Value::Null, |(value, _)| value.clone())
    }

    /// About how many bytes it holds.
    pub(super) fn size(&self) -> usize {
        let seen = self.seen.as_deref().into_iter().flatten();
        size_of::<Self>()
            + seen.map(|(key, _)| key.len() + size_of::<(Vec<u8>, (Value, i64))>()).sum::<usize>()
    }
}

/// The type in which an average is summed up.
fn average_sum(kind: Option<DataType>) -> Option<DataType> {
    match kind {
        Some(DataType::Int) => Some(DataType::BigInt),
        other => other,
    }
}

/// An average starts from zero, and not from its first value: the average of -0.0 is 0.0.
fn start_of(so_far: &Value, value: &Value) -> Value {
    match (so_far, value) {
        (Value::Null, Value::Double(_)) => Value::Double(0.0),
        _ => so_far.clone(),
    }
}

fn sum(so_far: &Value, value: &Value, kind: Option<DataType>) -> Value {
    match (so_far, value) {
        (Value::Null, value) => value.clone(),
        (Value::Double(left), Value::Double(right)) => Value::Double(left + right),
        _ => arithmetic('+', so_far, value, kind).unwrap_or(Value::Null),
    }
}

fn difference(so_far: &Value, value: &Value, kind: Option<DataType>) -> Value {
    arithmetic('-', so_far, value, kind).unwrap_or(Value::Null)
}

fn listed(so_far: &Value, separator: &str, value: &Value) -> Value {
    match (so_far, value) {
        (Value::Text(left), Value::Text(right)) => Value::Text(format!("{left}{separator}{right}").into()),
        (_, value) => value.clone(),
    }
}
