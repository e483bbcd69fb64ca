//! Operators over values that may be known in part.

use crate::import::terraform::evaluate::unknown;
use crate::import::terraform::syntax::Operator;
use crate::import::value::{Value, What};
use crate::source::Span;

/// The longest text that is put together.
const LONGEST: usize = 1_000_000;

/// Whether a condition holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Truth {
    Yes,
    No,
    /// Nobody knows before the deployment.
    Open,
}

impl From<bool> for Truth {
    fn from(flag: bool) -> Self {
        if flag { Self::Yes } else { Self::No }
    }
}

/// What a value is as a condition.
pub(super) fn truth(value: &Value) -> Truth {
    match value.text() {
        Some("true") => Truth::Yes,
        Some("false") => Truth::No,
        _ => Truth::Open,
    }
}

pub(super) fn flag(span: Span, truth: Truth) -> Value {
    match truth {
        Truth::Yes => Value::new(span, What::Text("true".to_owned())),
        Truth::No => Value::new(span, What::Text("false".to_owned())),
        Truth::Open => unknown(span, "a condition"),
    }
}

pub(super) fn number(span: Span, number: f64) -> Value {
    Value::new(span, What::Text(written(number)))
}

/// A number as one writes it: whole ones without a fraction.
fn written(number: f64) -> String {
    format!("{number}")
}

/// The number that a text says.
pub(super) fn as_number(value: &Value) -> Option<f64> {
    value.text()?.trim().parse().ok().filter(|number: &f64| number.is_finite())
}

pub(super) fn not(span: Span, operand: &Value) -> Value {
    match truth(operand) {
        Truth::Yes => flag(span, Truth::No),
        Truth::No => flag(span, Truth::Yes),
        Truth::Open => unknown(span, &operand.shown()),
    }
}

pub(super) fn negative(span: Span, operand: &Value) -> Value {
    match as_number(operand) {
        Some(operand) => number(span, -operand),
        None => unknown(span, &operand.shown()),
    }
}

/// What the left operand alone decides.
pub(super) fn decided(operator: Operator, left: &Value) -> Option<Truth> {
    match (operator, truth(left)) {
        (Operator::And, Truth::No) => Some(Truth::No),
        (Operator::Or, Truth::Yes) => Some(Truth::Yes),
        _ => None,
    }
}

/// The value of an operation; where an operand is not known, what that hangs on.
pub(super) fn binary(span: Span, operator: Operator, left: &Value, right: &Value) -> Value {
    let open = || {
        let hanging = if is_known(left) { right } else { left };
        unknown(span, &hanging.shown())
    };
    match operator {
        Operator::And | Operator::Or => match (operator, truth(left), truth(right)) {
            (Operator::And, _, Truth::No) => flag(span, Truth::No),
            (Operator::Or, _, Truth::Yes) => flag(span, Truth::Yes),
            (_, Truth::Open, _) | (_, _, Truth::Open) => open(),
            (_, left, right) => {
                let both = (left == Truth::Yes, right == Truth::Yes);
                flag(
                    span,
                    Truth::from(if operator == Operator::And { both.0 && both.1 } else { both.0 || both.1 }),
                )
            }
        },
        Operator::Equal | Operator::NotEqual => match equal(left, right) {
            Some(equal) => flag(span, Truth::from(equal == (operator == Operator::Equal))),
            None => open(),
        },
        _ => match (as_number(left), as_number(right)) {
            (Some(left), Some(right)) => calculated(span, operator, left, right),
            _ => open(),
        },
    }
}

fn calculated(span: Span, operator: Operator, left: f64, right: f64) -> Value {
    let result = match operator {
        Operator::Less => return flag(span, Truth::from(left < right)),
        Operator::LessOrEqual => return flag(span, Truth::from(left <= right)),
        Operator::Greater => return flag(span, Truth::from(left > right)),
        Operator::GreaterOrEqual => return flag(span, Truth::from(left >= right)),
        Operator::Plus => left + right,
        Operator::Minus => left - right,
        Operator::Times => left * right,
        Operator::Divide => left / right,
        _ => left % right,
    };
    if result.is_finite() { number(span, result) } else { unknown(span, "a division by zero") }
}

fn is_known(value: &Value) -> bool {
    matches!(value.what, What::Text(_) | What::List(_) | What::Map(_) | What::Absent)
}

/// Whether two values are the same; nothing where that is open. A reference is never null and never empty.
pub(super) fn equal(left: &Value, right: &Value) -> Option<bool> {
    match (&left.what, &right.what) {
        (What::Text(left), What::Text(right)) => Some(
            left == right || numbers(left, right).is_some_and(|(left, right)| left.total_cmp(&right).is_eq()),
        ),
        (What::Absent, What::Absent) => Some(true),
        (What::Reference { .. }, What::Reference { .. }) if left.what == right.what => Some(true),
        (What::Reference { .. }, other) | (other, What::Reference { .. }) => match other {
            What::Absent | What::List(_) | What::Map(_) => Some(false),
            What::Text(text) if text.is_empty() => Some(false),
            _ => None,
        },
        (What::Unknown(_) | What::Either(_), _)
        | (_, What::Unknown(_) | What::Either(_))
        | (What::Joined(_), What::Joined(_)) => None,
        (What::Joined(parts), What::Text(text)) | (What::Text(text), What::Joined(parts)) => {
            let is_filled = parts.iter().any(|part| part.text().is_some_and(|text| !text.is_empty()));
            (text.is_empty() && is_filled).then_some(false)
        }
        (What::List(left), What::List(right)) => {
            if left.len() != right.len() {
                return Some(false);
            }
            all(left.iter().zip(right).map(|(left, right)| equal(left, right)))
        }
        (What::Map(left), What::Map(right)) => {
            if left.len() != right.len() {
                return Some(false);
            }
            let pairs = left.iter().map(|member| {
                let other = right.iter().find(|other| other.key == member.key);
                other.map_or(Some(false), |other| equal(&member.value, &other.value))
            });
            all(pairs)
        }
        _ => Some(false),
    }
}

fn numbers(left: &str, right: &str) -> Option<(f64, f64)> {
    Some((left.parse().ok()?, right.parse().ok()?))
}

/// Whether all hold; one that does not decides, whatever is open.
fn all(each: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut open = false;
    for holds in each {
        match holds {
            Some(false) => return Some(false),
            Some(true) => {}
            None => open = true,
        }
    }
    (!open).then_some(true)
}

/// Values put together to one text: neighbouring texts become one, a single part stays what it is.
pub(super) fn joined(span: Span, parts: Vec<Value>) -> Value {
    let length: usize = parts.iter().map(length).sum();
    if length > LONGEST {
        return unknown(span, "a text that is too long");
    }
    let mut flat: Vec<Value> = Vec::with_capacity(parts.len());
    for part in parts {
        match part.what {
            What::Absent => {}
            What::Joined(inner) => inner.into_iter().for_each(|part| append(&mut flat, part)),
            _ => append(&mut flat, part),
        }
    }
    match flat.len() {
        0 => Value::new(span, What::Text(String::new())),
        1 => Value { span, ..flat.remove(0) },
        _ => Value::new(span, What::Joined(flat)),
    }
}

/// The length of the texts in a value.
fn length(value: &Value) -> usize {
    match &value.what {
        What::Text(text) => text.len(),
        What::Joined(parts) => parts.iter().map(length).sum(),
        _ => 0,
    }
}

fn append(flat: &mut Vec<Value>, part: Value) {
    match (flat.last_mut().map(|last| (&mut last.span, &mut last.what)), &part.what) {
        (_, What::Text(text)) if text.is_empty() => {}
        (Some((span, What::Text(last))), What::Text(text)) => {
            last.push_str(text);
            *span = span.to(part.span);
        }
        _ => flat.push(part),
    }
}
