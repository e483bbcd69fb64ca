//! Works out expressions over a row, with SQL's three-valued logic.

use std::cell::Cell;
use std::cmp::Ordering;

use crate::runtime::sql::plan::{Expression, Operation, Scalar};
use crate::runtime::sql::{DataType, Value};

/// What an expression sees: columns of a record, or keys, aggregates and bounds of a group.
#[derive(Default)]
pub(super) struct Slots<'a> {
    pub(super) columns: &'a [Value],
    pub(super) keys: &'a [Value],
    pub(super) aggregates: &'a [Value],
    /// Start and end of the window, half-open, in milliseconds.
    pub(super) window: (i64, i64),
    /// Why an expression could not be worked out; its value is then nothing, and must not be used.
    pub(super) fault: Cell<Option<&'static str>>,
}

impl Slots<'_> {
    /// Whether a condition holds; nothing known is no.
    pub(super) fn holds(&self, condition: &Expression) -> bool {
        self.value(condition) == Value::Boolean(true)
    }

    /// The values of a row of the result.
    pub(super) fn row(&self, output: &[(String, Expression)]) -> Vec<Value> {
        output.iter().map(|(_, expression)| self.value(expression)).collect()
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
                value => self.unless_null(&value, TYPES),
            },
            Expression::Negate(operand) => match self.value(operand) {
                Value::Integer(number) => Value::Integer(number.wrapping_neg()),
                Value::Double(number) => Value::Double(-number),
                value => self.unless_null(&value, TYPES),
            },
            Expression::IsNull(operand, wanted) => {
                Value::Boolean((self.value(operand) == Value::Null) == *wanted)
            }
            Expression::Binary(Operation::And, left, right) => self.both(left, right, false),
            Expression::Binary(Operation::Or, left, right) => self.both(left, right, true),
            Expression::Binary(operation, left, right) => {
                self.binary(*operation, &self.value(left), &self.value(right))
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
            Expression::Scalar(scalar, operands) => {
                let operands: Vec<Value> = operands.iter().map(|operand| self.value(operand)).collect();
                if operands.contains(&Value::Null) {
                    return Value::Null;
                }
                apply(*scalar, &operands).unwrap_or_else(|| self.fails(TYPES))
            }
            Expression::Cast(target, operand) => {
                cast(*target, self.value(operand)).unwrap_or_else(|| self.fails("a value cannot be cast"))
            }
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

    fn binary(&self, operation: Operation, left: &Value, right: &Value) -> Value {
        if *left == Value::Null || *right == Value::Null {
            return Value::Null;
        }
        match (operation, left, right) {
            (Operation::Concatenate, Value::Text(left), Value::Text(right)) => {
                Value::Text(format!("{left}{right}").into())
            }
            (Operation::Like, Value::Text(text), Value::Text(pattern)) => Value::Boolean(like(text, pattern)),
            (Operation::Concatenate | Operation::Like, ..) => self.fails(TYPES),
            _ if operation.is_comparison() => compared(left, right)
                .map_or_else(|| self.fails(TYPES), |order| Value::Boolean(holds(operation, order))),
            _ => arithmetic(operation, left, right).unwrap_or_else(|why| self.fails(why)),
        }
    }

    fn unless_null(&self, value: &Value, why: &'static str) -> Value {
        if *value == Value::Null { Value::Null } else { self.fails(why) }
    }

    fn fails(&self, why: &'static str) -> Value {
        self.fault.set(Some(why));
        Value::Null
    }
}

const TYPES: &str = "a value has another type than the query needs";

fn holds(operation: Operation, order: Ordering) -> bool {
    match operation {
        Operation::Equal => order.is_eq(),
        Operation::NotEqual => order.is_ne(),
        Operation::Less => order.is_lt(),
        Operation::LessOrEqual => order.is_le(),
        Operation::Greater => order.is_gt(),
        _ => order.is_ge(),
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

/// Whole numbers stay whole: division cuts off, and what is too large wraps around, as Flink's BIGINT does.
fn arithmetic(operation: Operation, left: &Value, right: &Value) -> Result<Value, &'static str> {
    if let (Value::Integer(left), Value::Integer(right)) = (left, right) {
        return match operation {
            Operation::Add => Ok(left.wrapping_add(*right)),
            Operation::Subtract => Ok(left.wrapping_sub(*right)),
            Operation::Multiply => Ok(left.wrapping_mul(*right)),
            _ if *right == 0 => Err("a whole number is divided by zero"),
            Operation::Divide => Ok(left.wrapping_div(*right)),
            _ => Ok(left.wrapping_rem(*right)),
        }
        .map(Value::Integer);
    }
    let (Some(left), Some(right)) = (left.number(), right.number()) else { return Err(TYPES) };
    let result = match operation {
        Operation::Add => left + right,
        Operation::Subtract => left - right,
        Operation::Multiply => left * right,
        Operation::Divide => left / right,
        _ => left % right,
    };
    if result.is_finite() { Ok(Value::Double(result)) } else { Err("a number is infinite or none") }
}

fn apply(scalar: Scalar, operands: &[Value]) -> Option<Value> {
    Some(match (scalar, operands) {
        (Scalar::Upper, [Value::Text(text)]) => Value::Text(text.to_uppercase().into()),
        (Scalar::Lower, [Value::Text(text)]) => Value::Text(text.to_lowercase().into()),
        (Scalar::Length, [Value::Text(text)]) => Value::Integer(i64::try_from(text.chars().count()).ok()?),
        (Scalar::Absolute, [Value::Integer(number)]) => Value::Integer(number.wrapping_abs()),
        (Scalar::Absolute, [Value::Double(number)]) => Value::Double(number.abs()),
        (Scalar::Floor | Scalar::Ceiling, [Value::Integer(number)]) => Value::Integer(*number),
        (Scalar::Floor, [Value::Double(number)]) => Value::Double(number.floor()),
        (Scalar::Ceiling, [Value::Double(number)]) => Value::Double(number.ceil()),
        (Scalar::Substring, [Value::Text(text), Value::Integer(from)]) if *from >= 1 => {
            Value::Text(text.chars().skip(*from as usize - 1).collect::<String>().into())
        }
        (Scalar::Substring, [Value::Text(text), Value::Integer(from), Value::Integer(length)])
            if *from >= 1 && *length >= 0 =>
        {
            let part = text.chars().skip(*from as usize - 1).take(*length as usize);
            Value::Text(part.collect::<String>().into())
        }
        _ => return None,
    })
}

/// A value as another type; nothing where that cannot be, or where Flink's answer is not certain.
fn cast(target: DataType, value: Value) -> Option<Value> {
    match (target, value) {
        (_, Value::Null) => Some(Value::Null),
        (DataType::Double, Value::Integer(number)) => Some(Value::Double(number as f64)),
        // A fraction is cut off; beyond 2^53 whole numbers are not told apart.
        (DataType::Integer, Value::Double(number)) => {
            (number.abs() < 9e15).then_some(Value::Integer(number as i64))
        }
        (DataType::Text, Value::Integer(number)) => Some(Value::Text(number.to_string().into())),
        (DataType::Integer, Value::Text(text)) => text.trim().parse().ok().map(Value::Integer),
        (DataType::Double, Value::Text(text)) => {
            text.trim().parse().ok().filter(|number: &f64| number.is_finite()).map(Value::Double)
        }
        (target, value) if DataType::of(&value) == Some(target) => Some(value),
        _ => None,
    }
}

/// Whether a text matches a pattern of `%` for any characters and `_` for one.
fn like(text: &str, pattern: &str) -> bool {
    let text: Vec<char> = text.chars().collect();
    // For every end of the text: whether the pattern so far matches up to there.
    let mut ends = vec![false; text.len() + 1];
    ends[0] = true;
    for wanted in pattern.chars() {
        if wanted == '%' {
            for end in 1..ends.len() {
                ends[end] |= ends[end - 1];
            }
        } else {
            for end in (1..ends.len()).rev() {
                ends[end] = ends[end - 1] && (wanted == '_' || wanted == text[end - 1]);
            }
            ends[0] = false;
        }
    }
    ends[text.len()]
}
