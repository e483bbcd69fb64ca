//! Works out expressions over a row, with SQL's three-valued logic.

use std::cmp::Ordering;

use crate::runtime::sql::Value;
use crate::runtime::sql::plan::{Expression, Operation, Scalar};

/// What an expression sees: columns of a record, or keys, aggregates and bounds of a group.
#[derive(Default)]
pub(super) struct Slots<'a> {
    pub(super) columns: &'a [Value],
    pub(super) keys: &'a [Value],
    pub(super) aggregates: &'a [Value],
    /// Start and end of the window, half-open, in milliseconds.
    pub(super) window: (i64, i64),
}

impl Slots<'_> {
    /// Whether a condition holds; nothing known is no.
    pub(super) fn holds(&self, condition: &Expression) -> bool {
        self.value(condition) == Value::Boolean(true)
    }

    pub(super) fn value(&self, expression: &Expression) -> Value {
        match expression {
            Expression::Literal(value) => value.clone(),
            Expression::Column(index) => self.columns[*index].clone(),
            Expression::Key(index) => self.keys[*index].clone(),
            Expression::Aggregate(index) => self.aggregates[*index].clone(),
            Expression::WindowStart => Value::Timestamp(self.window.0),
            Expression::WindowEnd => Value::Timestamp(self.window.1),
            Expression::WindowTime => Value::Timestamp(self.window.1 - 1),
            Expression::Not(operand) => match self.value(operand) {
                Value::Boolean(flag) => Value::Boolean(!flag),
                _ => Value::Null,
            },
            Expression::Negate(operand) => match self.value(operand) {
                Value::Integer(number) => number.checked_neg().map_or(Value::Null, Value::Integer),
                Value::Double(number) => Value::Double(-number),
                _ => Value::Null,
            },
            Expression::IsNull(operand, wanted) => {
                Value::Boolean((self.value(operand) == Value::Null) == *wanted)
            }
            Expression::Binary(Operation::And, left, right) => self.both(left, right, false),
            Expression::Binary(Operation::Or, left, right) => self.both(left, right, true),
            Expression::Binary(operation, left, right) => {
                binary(*operation, &self.value(left), &self.value(right))
            }
            Expression::Case(branches, otherwise) => {
                let branch = branches.iter().find(|(condition, _)| self.holds(condition));
                self.value(branch.map_or(otherwise, |(_, result)| result))
            }
            Expression::Coalesce(operands) => operands
                .iter()
                .map(|operand| self.value(operand))
                .find(|value| *value != Value::Null)
                .unwrap_or(Value::Null),
            Expression::Scalar(scalar, operand) => apply(*scalar, self.value(operand)),
            Expression::Like(operand, pattern) => match self.value(operand) {
                Value::Text(text) => Value::Boolean(fits(&text.chars().collect::<Vec<_>>(), pattern)),
                _ => Value::Null,
            },
            Expression::Substring(operand, start, length) => match self.value(operand) {
                Value::Text(text) => {
                    let characters = text.chars().skip(start - 1).take(length.unwrap_or(usize::MAX));
                    Value::Text(characters.collect::<String>().into())
                }
                _ => Value::Null,
            },
        }
    }

    fn both(&self, left: &Expression, right: &Expression, deciding: bool) -> Value {
        let left = self.value(left);
        if left == Value::Boolean(deciding) {
            return left;
        }
        match (left, self.value(right)) {
            (_, Value::Boolean(right)) if right == deciding => Value::Boolean(deciding),
            (Value::Boolean(_), Value::Boolean(_)) => Value::Boolean(!deciding),
            _ => Value::Null,
        }
    }
}

fn binary(operation: Operation, left: &Value, right: &Value) -> Value {
    if *left == Value::Null || *right == Value::Null {
        return Value::Null;
    }
    match operation {
        Operation::Concatenate => Value::Text(format!("{left}{right}").into()),
        Operation::Add
        | Operation::Subtract
        | Operation::Multiply
        | Operation::Divide
        | Operation::Remainder => arithmetic(operation, left, right),
        _ => compared(left, right).map_or(Value::Null, |order| {
            Value::Boolean(match operation {
                Operation::Equal => order.is_eq(),
                Operation::NotEqual => order.is_ne(),
                Operation::Less => order.is_lt(),
                Operation::LessOrEqual => order.is_le(),
                Operation::Greater => order.is_gt(),
                _ => order.is_ge(),
            })
        }),
    }
}

/// The order of two values; an instant and a text are compared as instants.
fn compared(left: &Value, right: &Value) -> Option<Ordering> {
    let instant = |text: &str| super::timestamp_ms(text).map(Value::Timestamp);
    match (left, right) {
        (Value::Timestamp(_), Value::Text(text)) => left.order(&instant(text)?),
        (Value::Text(text), Value::Timestamp(_)) => instant(text)?.order(right),
        _ => left.order(right),
    }
}

/// Whole numbers stay whole: division cuts off, as Flink's does. What cannot be worked out is nothing.
fn arithmetic(operation: Operation, left: &Value, right: &Value) -> Value {
    if let (Value::Integer(left), Value::Integer(right)) = (left, right) {
        let result = match operation {
            Operation::Add => left.checked_add(*right),
            Operation::Subtract => left.checked_sub(*right),
            Operation::Multiply => left.checked_mul(*right),
            Operation::Divide => left.checked_div(*right),
            _ => left.checked_rem(*right),
        };
        return result.map_or(Value::Null, Value::Integer);
    }
    let (Some(left), Some(right)) = (left.number(), right.number()) else { return Value::Null };
    Value::Double(match operation {
        Operation::Add => left + right,
        Operation::Subtract => left - right,
        Operation::Multiply => left * right,
        Operation::Divide => left / right,
        _ => left % right,
    })
}

/// Whether a text fits a pattern in which `%` stands for anything and `_` for one character. Goes back only to the last
/// `%`, so that the time is at most the product of the two lengths.
fn fits(text: &[char], pattern: &[char]) -> bool {
    let (mut at, mut wanted) = (0, 0);
    let mut last = None;
    while at < text.len() {
        match pattern.get(wanted) {
            Some('%') => {
                last = Some((at, wanted));
                wanted += 1;
            }
            Some(found) if *found == '_' || *found == text[at] => {
                at += 1;
                wanted += 1;
            }
            _ => {
                let Some((from, percent)) = last else { return false };
                last = Some((from + 1, percent));
                (at, wanted) = (from + 1, percent + 1);
            }
        }
    }
    pattern[wanted..].iter().all(|rest| *rest == '%')
}

fn apply(scalar: Scalar, operand: Value) -> Value {
    match (scalar, operand) {
        (Scalar::Upper, Value::Text(text)) => Value::Text(text.to_uppercase().into()),
        (Scalar::Lower, Value::Text(text)) => Value::Text(text.to_lowercase().into()),
        (Scalar::Length, Value::Text(text)) => {
            Value::Integer(i64::try_from(text.chars().count()).unwrap_or(i64::MAX))
        }
        (Scalar::Absolute, Value::Integer(number)) => {
            number.checked_abs().map_or(Value::Null, Value::Integer)
        }
        (Scalar::Absolute, Value::Double(number)) => Value::Double(number.abs()),
        _ => Value::Null,
    }
}
