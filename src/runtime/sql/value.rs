//! Values of rows: their order, their bytes as keys, and how they are written.

use std::cmp::Ordering;
use std::fmt;

use compact_str::CompactString;

use crate::runtime::sql::DataType;
use crate::runtime::sql::decimal::Decimal;
use crate::runtime::sql::time;

/// A value of a row.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Nothing.
    Null,
    /// Yes or no.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// A number with a floating point.
    Double(f64),
    /// A number with a fixed point.
    Decimal(Decimal),
    /// Text.
    Text(CompactString),
    /// A day, counted from 1970.
    Date(i32),
    /// A time on the wall, in milliseconds since 1970 as if the wall stood in UTC.
    Timestamp(i64),
    /// An instant, in milliseconds since 1970.
    Instant(i64),
    /// A length of time in milliseconds.
    Milliseconds(i64),
    /// A length of time in months.
    Months(i32),
}

impl Value {
    pub(super) fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// The type of a value, where it alone tells: a whole number is a BIGINT.
    pub(super) fn kind(&self) -> Option<DataType> {
        Some(match self {
            Self::Null => return None,
            Self::Boolean(_) => DataType::Boolean,
            Self::Integer(_) => DataType::BigInt,
            Self::Double(_) => DataType::Double,
            Self::Decimal(number) => DataType::Decimal(super::types::MOST_DIGITS, number.scale()),
            Self::Text(_) => DataType::Text,
            Self::Date(_) => DataType::Date,
            Self::Timestamp(_) => DataType::Timestamp,
            Self::Instant(_) => DataType::Instant,
            Self::Milliseconds(_) => DataType::Milliseconds,
            Self::Months(_) => DataType::Months,
        })
    }

    /// The order of two values of one kind; nothing is before everything, and numbers of all kinds mix.
    #[must_use]
    pub fn order(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Null, Self::Null) => Some(Ordering::Equal),
            (Self::Null, _) => Some(Ordering::Less),
            (_, Self::Null) => Some(Ordering::Greater),
            (Self::Boolean(left), Self::Boolean(right)) => Some(left.cmp(right)),
            (Self::Integer(left), Self::Integer(right))
            | (Self::Timestamp(left), Self::Timestamp(right))
            | (Self::Milliseconds(left), Self::Milliseconds(right))
            | (Self::Instant(left), Self::Instant(right)) => Some(left.cmp(right)),
            (Self::Date(left), Self::Date(right)) | (Self::Months(left), Self::Months(right)) => {
                Some(left.cmp(right))
            }
            (Self::Text(left), Self::Text(right)) => Some(left.cmp(right)),
            (Self::Double(_), _) | (_, Self::Double(_)) => self.number()?.partial_cmp(&other.number()?),
            _ => Some(self.decimal()?.order(other.decimal()?)),
        }
    }

    /// The value as a floating-point number, if it is a number.
    #[must_use]
    pub fn number(&self) -> Option<f64> {
        match self {
            Self::Integer(number) => Some(*number as f64),
            Self::Double(number) => Some(*number),
            Self::Decimal(number) => Some(number.to_double()),
            _ => None,
        }
    }

    /// The value with a fixed point, if it is an exact number.
    pub(super) fn decimal(&self) -> Option<Decimal> {
        match self {
            Self::Integer(number) => Some(Decimal::new(i128::from(*number), 0)),
            Self::Decimal(number) => Some(*number),
            _ => None,
        }
    }

    /// The milliseconds of a time.
    pub(super) fn milliseconds(&self) -> Option<i64> {
        match self {
            Self::Timestamp(time) | Self::Instant(time) | Self::Milliseconds(time) => Some(*time),
            _ => None,
        }
    }

    /// The value as JSON, as Flink's JSON format writes it: timestamps as `2013-01-01 05:00:00.000`, instants with a `Z`
    /// behind, numbers that are none as texts.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        match self {
            Self::Null => serde_json::Value::Null,
            Self::Boolean(flag) => (*flag).into(),
            Self::Integer(number) | Self::Milliseconds(number) => (*number).into(),
            Self::Double(number) if number.is_finite() => (*number).into(),
            Self::Double(_) | Self::Date(_) | Self::Timestamp(_) | Self::Instant(_) => {
                self.to_string().into()
            }
            // All digits stay where a double holds them; Flink writes the rest, and so would we need to.
            Self::Decimal(number) => serde_json::from_str(&number.to_string()).unwrap_or_default(),
            Self::Text(text) => text.as_str().into(),
            Self::Months(number) => (*number).into(),
        }
    }

    /// Adds the value's JSON to `text`.
    ///
    /// # Panics
    /// Never: writing to memory cannot fail.
    pub fn write_json(&self, text: &mut Vec<u8>) {
        let written = match self {
            Self::Decimal(number) => {
                text.extend_from_slice(number.to_string().as_bytes());
                Ok(())
            }
            Self::Integer(number) => serde_json::to_writer(text, number),
            Self::Double(number) if number.is_finite() => serde_json::to_writer(text, number),
            Self::Text(own) => serde_json::to_writer(text, own.as_str()),
            Self::Timestamp(_) | Self::Instant(_) => {
                text.extend([b'"'].iter().chain(self.to_string().as_bytes()).chain(b"\""));
                Ok(())
            }
            _ => serde_json::to_writer(text, &self.to_json()),
        };
        written.expect("writing to memory cannot fail");
    }

    /// Adds bytes to `key` that are equal only for equal values and sort as the values do within a kind.
    pub(super) fn encode(&self, key: &mut Vec<u8>) {
        let whole = |number: i64| (number.cast_unsigned() ^ (1 << 63)).to_be_bytes();
        match self {
            Self::Null => key.push(0),
            Self::Boolean(flag) => key.extend([1, u8::from(*flag)]),
            Self::Integer(number) => {
                key.push(2);
                key.extend(whole(*number));
            }
            Self::Double(number) => {
                key.push(3);
                let bits = number.to_bits();
                key.extend((if bits >> 63 == 0 { bits ^ (1 << 63) } else { !bits }).to_be_bytes());
            }
            Self::Text(text) => {
                key.push(4);
                // A zero byte within the text is marked, so that no two rows of keys give the same bytes.
                for part in text.as_bytes().split_inclusive(|byte| *byte == 0) {
                    key.extend(part);
                    if part.ends_with(&[0]) {
                        key.push(0xff);
                    }
                }
                key.extend([0, 0]);
            }
            Self::Decimal(number) => {
                key.extend([6, number.scale()]);
                key.extend((number.unscaled().cast_unsigned() ^ (1 << 127)).to_be_bytes());
            }
            Self::Date(number) | Self::Months(number) => {
                key.push(7);
                key.extend(whole(i64::from(*number)));
            }
            Self::Timestamp(instant) | Self::Instant(instant) | Self::Milliseconds(instant) => {
                key.push(5);
                key.extend(whole(*instant));
            }
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => formatter.write_str("null"),
            Self::Boolean(flag) => flag.fmt(formatter),
            Self::Integer(number) | Self::Milliseconds(number) => number.fmt(formatter),
            Self::Double(number) if number.is_nan() => formatter.write_str("NaN"),
            Self::Double(number) if number.is_infinite() => {
                formatter.write_str(if *number > 0.0 { "Infinity" } else { "-Infinity" })
            }
            Self::Double(number) => number.fmt(formatter),
            Self::Decimal(number) => number.fmt(formatter),
            Self::Text(text) => formatter.write_str(text),
            Self::Date(day) => formatter.write_str(&time::day_text(*day)),
            Self::Timestamp(instant) => formatter.write_str(&time::wall_text(*instant)),
            Self::Instant(instant) => write!(formatter, "{}Z", time::wall_text(*instant)),
            Self::Months(number) => number.fmt(formatter),
        }
    }
}
