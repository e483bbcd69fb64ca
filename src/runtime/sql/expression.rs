//! Expressions over a row, compiled once and worked out with SQL's three-valued logic.

use std::cmp::Ordering;

use crate::runtime::sql::cast::cast;
use crate::runtime::sql::functions::Function;
use crate::runtime::sql::pattern::Pattern;
use crate::runtime::sql::time::{self, Zone};
use crate::runtime::sql::{DataType, Value};

/// What expressions know beside the row.
#[derive(Debug, Clone, Default)]
pub(super) struct World {
    /// The session's time zone.
    pub(super) zone: Zone,
    /// The virtual time, in milliseconds since 1970.
    pub(super) now_ms: i64,
}

/// Why a value cannot be worked out: Flink's job would fail.
pub(super) type Fault = &'static str;

/// A value, or why there is none.
pub(super) type Evaluated = Result<Value, Fault>;

pub(super) const TYPES: Fault = "a value has another type than the query needs";

/// An expression over the values of a row.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Expression {
    Literal(Value),
    Column(usize),
    Not(Box<Expression>),
    Negate(Box<Expression>, Option<DataType>),
    IsNull(Box<Expression>, bool),
    /// Whether the condition is so, and never nothing; by `true`, whether it is not so.
    Is(Box<Expression>, Value, bool),
    And(Box<Expression>, Box<Expression>),
    Or(Box<Expression>, Box<Expression>),
    Compare(Comparison, Box<Expression>, Box<Expression>),
    /// `+`, `-`, `*`, `/` or `%`, to a type.
    Arithmetic(char, Box<Expression>, Box<Expression>, Option<DataType>),
    Like(Box<Expression>, Box<Pattern>),
    /// Pairs of condition and result, and the result where none holds.
    Case(Vec<(Expression, Expression)>, Box<Expression>),
    Coalesce(Vec<Expression>),
    Call(&'static Function, Vec<Expression>),
    /// To a type; by `true` nothing where it cannot be, and a fault otherwise.
    Cast(DataType, Box<Expression>, bool),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    /// `IS DISTINCT FROM`, which knows nothing as a value.
    Distinct,
    NotDistinct,
}

impl Comparison {
    fn holds(self, order: Ordering) -> bool {
        match self {
            Self::Equal | Self::NotDistinct => order.is_eq(),
            Self::NotEqual | Self::Distinct => order.is_ne(),
            Self::Less => order.is_lt(),
            Self::LessOrEqual => order.is_le(),
            Self::Greater => order.is_gt(),
            Self::GreaterOrEqual => order.is_ge(),
        }
    }
}

impl Expression {
    /// Whether a condition holds; nothing known is no.
    pub(super) fn holds(&self, row: &[Value], world: &World) -> Result<bool, Fault> {
        Ok(self.value(row, world)? == Value::Boolean(true))
    }

    pub(super) fn value(&self, row: &[Value], world: &World) -> Evaluated {
        match self {
            Self::Literal(value) => Ok(value.clone()),
            Self::Column(index) => Ok(row[*index].clone()),
            Self::Not(operand) => match operand.value(row, world)? {
                Value::Boolean(flag) => Ok(Value::Boolean(!flag)),
                value => null_or_fault(&value),
            },
            Self::Negate(operand, kind) => negated(operand.value(row, world)?, *kind),
            Self::IsNull(operand, wanted) => Ok(Value::Boolean(operand.is_null(row, world)? == *wanted)),
            Self::Is(operand, wanted, negated) => {
                Ok(Value::Boolean((operand.value(row, world)? == *wanted) != *negated))
            }
            Self::And(left, right) => both(left, right, false, (row, world)),
            Self::Or(left, right) => both(left, right, true, (row, world)),
            Self::Compare(comparison, left, right) => match (left.place(row), right.place(row)) {
                (Some(left), Some(right)) => compare(*comparison, left, right, world),
                _ => compare(*comparison, &left.value(row, world)?, &right.value(row, world)?, world),
            },
            Self::Arithmetic(operator, left, right, kind) => {
                arithmetic(*operator, &left.value(row, world)?, &right.value(row, world)?, *kind)
            }
            Self::Like(text, pattern) => match text.value(row, world)? {
                Value::Text(text) => Ok(Value::Boolean(pattern.matches(&text))),
                value => null_or_fault(&value),
            },
            Self::Case(branches, otherwise) => {
                for (condition, result) in branches {
                    if condition.holds(row, world)? {
                        return result.value(row, world);
                    }
                }
                otherwise.value(row, world)
            }
            Self::Coalesce(operands) => {
                for operand in operands {
                    let value = operand.value(row, world)?;
                    if !value.is_null() {
                        return Ok(value);
                    }
                }
                Ok(Value::Null)
            }
            Self::Call(function, operands) => {
                let operands: Vec<Value> =
                    operands.iter().map(|operand| operand.value(row, world)).collect::<Result<_, _>>()?;
                if function.is_strict && operands.iter().any(Value::is_null) {
                    return Ok(Value::Null);
                }
                (function.call)(&operands, world)
            }
            Self::Cast(target, operand, tries) => {
                match (cast(*target, operand.value(row, world)?, &world.zone), tries) {
                    (Some(value), _) => Ok(value),
                    (None, true) => Ok(Value::Null),
                    (None, false) => Err("a value cannot be cast"),
                }
            }
        }
    }

    /// The value where it stands by itself.
    fn place<'v>(&'v self, row: &'v [Value]) -> Option<&'v Value> {
        match self {
            Self::Literal(value) => Some(value),
            Self::Column(index) => row.get(*index),
            _ => None,
        }
    }

    fn is_null(&self, row: &[Value], world: &World) -> Result<bool, Fault> {
        match self.place(row) {
            Some(value) => Ok(value.is_null()),
            None => Ok(self.value(row, world)?.is_null()),
        }
    }

    /// The same over another row: each column is replaced by what stands for it there.
    pub(super) fn over(&self, columns: &dyn Fn(usize) -> Expression) -> Self {
        let boxed = |inner: &Expression| Box::new(inner.over(columns));
        let all = |inner: &[Expression]| inner.iter().map(|inner| inner.over(columns)).collect();
        match self {
            Self::Literal(_) => self.clone(),
            Self::Column(index) => columns(*index),
            Self::Not(operand) => Self::Not(boxed(operand)),
            Self::Negate(operand, kind) => Self::Negate(boxed(operand), *kind),
            Self::IsNull(operand, wanted) => Self::IsNull(boxed(operand), *wanted),
            Self::Is(operand, wanted, negated) => Self::Is(boxed(operand), wanted.clone(), *negated),
            Self::And(left, right) => Self::And(boxed(left), boxed(right)),
            Self::Or(left, right) => Self::Or(boxed(left), boxed(right)),
            Self::Compare(comparison, left, right) => Self::Compare(*comparison, boxed(left), boxed(right)),
            Self::Arithmetic(operator, left, right, kind) => {
                Self::Arithmetic(*operator, boxed(left), boxed(right), *kind)
            }
            Self::Like(text, pattern) => Self::Like(boxed(text), pattern.clone()),
            Self::Case(branches, otherwise) => Self::Case(
                branches
                    .iter()
                    .map(|(condition, result)| (condition.over(columns), result.over(columns)))
                    .collect(),
                boxed(otherwise),
            ),
            Self::Coalesce(operands) => Self::Coalesce(all(operands)),
            Self::Call(function, operands) => Self::Call(function, all(operands)),
            Self::Cast(target, operand, tries) => Self::Cast(*target, boxed(operand), *tries),
        }
    }

    /// Tells of every column that it reads.
    pub(super) fn each_column(&self, tell: &mut dyn FnMut(usize)) {
        match self {
            Self::Literal(_) => {}
            Self::Column(index) => tell(*index),
            Self::Not(operand)
            | Self::Negate(operand, _)
            | Self::IsNull(operand, _)
            | Self::Is(operand, ..)
            | Self::Like(operand, _)
            | Self::Cast(_, operand, _) => operand.each_column(tell),
            Self::And(left, right)
            | Self::Or(left, right)
            | Self::Compare(_, left, right)
            | Self::Arithmetic(_, left, right, _) => {
                left.each_column(tell);
                right.each_column(tell);
            }
            Self::Case(branches, otherwise) => {
                for (condition, result) in branches {
                    condition.each_column(tell);
                    result.each_column(tell);
                }
                otherwise.each_column(tell);
            }
            Self::Coalesce(operands) | Self::Call(_, operands) => {
                for operand in operands {
                    operand.each_column(tell);
                }
            }
        }
    }
}

fn null_or_fault(value: &Value) -> Evaluated {
    if value.is_null() { Ok(Value::Null) } else { Err(TYPES) }
}

/// The left side is worked out first, and the right one only where it matters.
fn both(left: &Expression, right: &Expression, deciding: bool, at: (&[Value], &World)) -> Evaluated {
    let left = left.value(at.0, at.1)?;
    if left == Value::Boolean(deciding) {
        return Ok(left);
    }
    match (left, right.value(at.0, at.1)?) {
        (_, Value::Boolean(right)) if right == deciding => Ok(Value::Boolean(deciding)),
        (Value::Boolean(_), Value::Boolean(_)) => Ok(Value::Boolean(!deciding)),
        _ => Ok(Value::Null),
    }
}

/// A text is compared with a time as the time that it tells.
fn compare(comparison: Comparison, left: &Value, right: &Value, world: &World) -> Evaluated {
    if let Comparison::Distinct | Comparison::NotDistinct = comparison
        && (left.is_null() || right.is_null())
    {
        return Ok(Value::Boolean(
            (left.is_null() != right.is_null()) == (comparison == Comparison::Distinct),
        ));
    }
    let order = match (left, right) {
        (Value::Null, _) | (_, Value::Null) => return Ok(Value::Null),
        (Value::Text(text), other) | (other, Value::Text(text)) if !matches!(other, Value::Text(_)) => {
            let kind = other.kind().filter(|kind| kind.is_time()).ok_or(TYPES)?;
            let time = cast(kind, Value::Text(text.clone()), &world.zone).ok_or("a value cannot be cast")?;
            if matches!(left, Value::Text(_)) { time.order(right) } else { left.order(&time) }
        }
        _ => left.order(right),
    };
    // Without an order one of them is no number, which is as unequal as can be.
    match order {
        Some(order) => Ok(Value::Boolean(comparison.holds(order))),
        None if left.number().is_some() && right.number().is_some() => {
            Ok(Value::Boolean(matches!(comparison, Comparison::NotEqual | Comparison::Distinct)))
        }
        None => Err(TYPES),
    }
}

fn negated(value: Value, kind: Option<DataType>) -> Evaluated {
    match value {
        Value::Integer(number) => Ok(Value::Integer(wrapped(number.wrapping_neg(), kind))),
        Value::Double(number) => Ok(Value::Double(-number)),
        Value::Decimal(number) => {
            Ok(Value::Decimal(super::decimal::Decimal::new(-number.unscaled(), number.scale())))
        }
        Value::Milliseconds(length) => Ok(Value::Milliseconds(-length)),
        Value::Months(length) => Ok(Value::Months(-length)),
        value => null_or_fault(&value),
    }
}

/// An INT wraps around at 32 bits.
pub(super) fn wrapped(number: i64, kind: Option<DataType>) -> i64 {
    if kind == Some(DataType::Int) { i64::from(number as i32) } else { number }
}

/// Whole numbers stay whole: division cuts off, and what is too large wraps around.
pub(super) fn arithmetic(operator: char, left: &Value, right: &Value, kind: Option<DataType>) -> Evaluated {
    match (left, right) {
        (Value::Null, _) | (_, Value::Null) => Ok(Value::Null),
        (Value::Integer(left), Value::Integer(right)) if !matches!(kind, Some(DataType::Decimal(..))) => {
            let result = match operator {
                '+' => left.wrapping_add(*right),
                '-' => left.wrapping_sub(*right),
                '*' => left.wrapping_mul(*right),
                _ if *right == 0 => return Err("a whole number is divided by zero"),
                '/' => left.wrapping_div(*right),
                _ => left.wrapping_rem(*right),
            };
            Ok(Value::Integer(wrapped(result, kind)))
        }
        (Value::Double(_), _) | (_, Value::Double(_)) => {
            let (Some(left), Some(right)) = (left.number(), right.number()) else { return Err(TYPES) };
            Ok(Value::Double(match operator {
                '+' => left + right,
                '-' => left - right,
                '*' => left * right,
                '/' => left / right,
                _ => left % right,
            }))
        }
        (Value::Decimal(_) | Value::Integer(_), Value::Decimal(_) | Value::Integer(_)) => {
            let (Some(left), Some(right)) = (left.decimal(), right.decimal()) else { return Err(TYPES) };
            let target = match kind {
                Some(DataType::Decimal(precision, scale)) => (precision, scale),
                _ => (super::types::MOST_DIGITS, left.scale().max(right.scale())),
            };
            Ok(left.combined(operator, right, target)?.map_or(Value::Null, Value::Decimal))
        }
        _ => moved(operator, left, right).ok_or(TYPES),
    }
}

/// A time and a length of time.
fn moved(operator: char, left: &Value, right: &Value) -> Option<Value> {
    if let (
        '+',
        Value::Milliseconds(_) | Value::Months(_),
        Value::Date(_) | Value::Timestamp(_) | Value::Instant(_),
    ) = (operator, left, right)
    {
        return moved('+', right, left);
    }
    let sign = match operator {
        '+' => 1,
        '-' => -1,
        _ => return None,
    };
    Some(match (left, right) {
        (Value::Timestamp(time), Value::Milliseconds(length)) => Value::Timestamp(time + sign * length),
        (Value::Instant(time), Value::Milliseconds(length)) => Value::Instant(time + sign * length),
        (Value::Date(day), Value::Milliseconds(length)) => {
            Value::Date(i32::try_from(i64::from(*day) + sign * length / time::DAY_MS).ok()?)
        }
        (Value::Milliseconds(left), Value::Milliseconds(right)) => Value::Milliseconds(left + sign * right),
        (Value::Months(left), Value::Months(right)) => Value::Months(left + sign as i32 * right),
        (Value::Timestamp(time), Value::Months(months)) => {
            Value::Timestamp(later_by_months(*time, sign * i64::from(*months))?)
        }
        (Value::Instant(time), Value::Months(months)) => {
            Value::Instant(later_by_months(*time, sign * i64::from(*months))?)
        }
        (Value::Date(day), Value::Months(months)) => {
            let midnight = i64::from(*day) * time::DAY_MS;
            let moved = later_by_months(midnight, sign * i64::from(*months))?;
            Value::Date(i32::try_from(moved.div_euclid(time::DAY_MS)).ok()?)
        }
        _ => return None,
    })
}

/// The same day of another month, or its last one.
pub(super) fn later_by_months(wall_ms: i64, months: i64) -> Option<i64> {
    let civil = time::civil(wall_ms)?;
    let moved = civil.checked_add(jiff::Span::new().try_months(months).ok()?).ok()?;
    time::of_civil(moved)
}
