//! Types of columns and expressions: gathered from records, read from a declaration, and joined as Flink joins them.
//!
//! Where nothing is declared, a whole number is a BIGINT and any other a DOUBLE, as if the table had been declared so
//! in Flink. A column whose records are not known beforehand has no type; its values bring their own.

use std::collections::BTreeMap;
use std::fmt;

/// The type of a column or of an expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DataType {
    /// BOOLEAN.
    Boolean,
    /// INT.
    Int,
    /// BIGINT.
    BigInt,
    /// DOUBLE.
    Double,
    /// DECIMAL with its precision and scale.
    Decimal(u8, u8),
    /// STRING.
    Text,
    /// DATE.
    Date,
    /// TIMESTAMP(3): a time on the wall.
    Timestamp,
    /// TIMESTAMP_LTZ(3): an instant.
    Instant,
    /// INTERVAL DAY TO SECOND(3).
    Milliseconds,
    /// INTERVAL YEAR TO MONTH.
    Months,
}

/// The most digits of a DECIMAL.
pub(super) const MOST_DIGITS: u8 = 38;

/// Digits after the point that a result keeps when it has too many before it.
const LEAST_SCALE: u8 = 6;

/// The columns of records, by name; a type that no record has shown is nothing.
pub type Schema = BTreeMap<String, Option<DataType>>;

/// Adds what one value tells of its column. Numbers of both kinds make a DOUBLE; where types differ otherwise, the
/// first one stays, and records of another are faults.
pub fn gather(schema: &mut Schema, column: &str, value: &serde_json::Value) {
    use serde_json::Value as Json;
    let found = match value {
        Json::Bool(_) => Some(DataType::Boolean),
        Json::Number(number) if number.is_i64() || number.is_u64() => Some(DataType::BigInt),
        Json::Number(_) => Some(DataType::Double),
        Json::String(_) => Some(DataType::Text),
        Json::Null | Json::Array(_) | Json::Object(_) => None,
    };
    match schema.get_mut(column) {
        None => {
            schema.insert(column.to_owned(), found);
        }
        Some(known) => {
            *known = match (*known, found) {
                (Some(known), Some(found)) => Some(known.joined(found).unwrap_or(known)),
                (known, found) => known.or(found),
            };
        }
    }
}

impl fmt::Display for DataType {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self {
            Self::Boolean => "BOOLEAN",
            Self::Int => "INT",
            Self::BigInt => "BIGINT",
            Self::Double => "DOUBLE",
            Self::Decimal(precision, scale) => return write!(formatter, "DECIMAL({precision}, {scale})"),
            Self::Text => "STRING",
            Self::Date => "DATE",
            Self::Timestamp => "TIMESTAMP(3)",
            Self::Instant => "TIMESTAMP_LTZ(3)",
            Self::Milliseconds => "INTERVAL DAY TO SECOND",
            Self::Months => "INTERVAL YEAR TO MONTH",
        };
        formatter.write_str(name)
    }
}

impl DataType {
    pub(super) fn is_number(self) -> bool {
        self.is_exact() || self == Self::Double
    }

    /// Whether it is a whole number or a DECIMAL.
    pub(super) fn is_exact(self) -> bool {
        self.is_whole() || matches!(self, Self::Decimal(..))
    }

    pub(super) fn is_whole(self) -> bool {
        matches!(self, Self::Int | Self::BigInt)
    }

    /// Whether it tells a time: a point of it, with a day.
    pub(super) fn is_time(self) -> bool {
        matches!(self, Self::Date | Self::Timestamp | Self::Instant)
    }

    /// A whole number as a DECIMAL that holds all of its values.
    fn digits(self) -> Option<(u8, u8)> {
        match self {
            Self::Int => Some((10, 0)),
            Self::BigInt => Some((19, 0)),
            Self::Decimal(precision, scale) => Some((precision, scale)),
            _ => None,
        }
    }

    /// The type that holds values of both types, as the results of CASE or the columns of UNION need it.
    #[must_use]
    pub fn joined(self, other: Self) -> Option<Self> {
        if self == other {
            return Some(self);
        }
        match (self, other) {
            (Self::Double, other) | (other, Self::Double) if other.is_number() => Some(Self::Double),
            (Self::Int, Self::BigInt) | (Self::BigInt, Self::Int) => Some(Self::BigInt),
            (left, right) => {
                let ((left, left_scale), (right, right_scale)) = left.digits().zip(right.digits())?;
                let scale = left_scale.max(right_scale);
                let whole = (left - left_scale).max(right - right_scale);
                Some(Self::Decimal((whole + scale).min(MOST_DIGITS), scale))
            }
        }
    }

    /// The type of a sum, product and so on of numbers.
    pub(super) fn of_arithmetic(self, operator: char, other: Self) -> Option<Self> {
        if self == Self::Double || other == Self::Double {
            return (self.is_number() && other.is_number()).then_some(Self::Double);
        }
        if self.is_whole() && other.is_whole() {
            return if operator == '%' { Some(other) } else { self.joined(other) };
        }
        let ((p1, s1), (p2, s2)) = self.digits().zip(other.digits())?;
        let (p1, s1, p2, s2) = (i32::from(p1), i32::from(s1), i32::from(p2), i32::from(s2));
        let (precision, scale) = match operator {
            '*' => (p1 + p2 + 1, s1 + s2),
            '/' => {
                let scale = (s1 + p2 + 1).max(6);
                (p1 - s1 + s2 + scale, scale)
            }
            '%' => ((p1 - s1).min(p2 - s2) + s1.max(s2), s1.max(s2)),
            _ => ((p1 - s1).max(p2 - s2) + s1.max(s2) + 1, s1.max(s2)),
        };
        Some(adjusted(precision, scale))
    }

    /// The type of a sum over rows.
    pub(super) fn of_sum(self) -> Self {
        match self {
            Self::Decimal(_, scale) => Self::Decimal(MOST_DIGITS, scale),
            other => other,
        }
    }

    /// The type of an average over rows.
    pub(super) fn of_average(self) -> Self {
        match self {
            Self::Decimal(_, scale) => Self::Decimal(MOST_DIGITS, scale.max(LEAST_SCALE)),
            other => other,
        }
    }
}

/// A DECIMAL of at most 38 digits: what is too much is taken from behind the point, down to six digits there.
fn adjusted(precision: i32, scale: i32) -> DataType {
    let most = i32::from(MOST_DIGITS);
    if precision <= most {
        return DataType::Decimal(precision as u8, scale as u8);
    }
    let least = scale.min(i32::from(LEAST_SCALE));
    DataType::Decimal(MOST_DIGITS, (most - (precision - scale)).max(least) as u8)
}
