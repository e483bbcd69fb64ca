//! Values of rows, and the reading of the wanted columns from a record.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use serde::de::{DeserializeSeed, Error as _, IgnoredAny, MapAccess, Visitor};

use crate::runtime::json::FieldName;
use crate::runtime::sql::DataType;

/// A value of a row.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Nothing.
    Null,
    /// Yes or no.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// Any other number.
    Double(f64),
    /// Text.
    Text(Arc<str>),
    /// An instant, in milliseconds since 1970.
    Timestamp(i64),
}

impl Value {
    /// The order of two values of one kind; nothing is before everything, and numbers of both kinds mix.
    #[must_use]
    pub fn order(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Null, Self::Null) => Some(Ordering::Equal),
            (Self::Null, _) => Some(Ordering::Less),
            (_, Self::Null) => Some(Ordering::Greater),
            (Self::Boolean(left), Self::Boolean(right)) => Some(left.cmp(right)),
            (Self::Integer(left), Self::Integer(right)) | (Self::Timestamp(left), Self::Timestamp(right)) => {
                Some(left.cmp(right))
            }
            (Self::Text(left), Self::Text(right)) => Some(left.cmp(right)),
            _ => self.number()?.partial_cmp(&other.number()?),
        }
    }

    /// The value as a floating-point number, if it is a number.
    #[must_use]
    pub fn number(&self) -> Option<f64> {
        match self {
            Self::Integer(number) => Some(*number as f64),
            Self::Double(number) => Some(*number),
            _ => None,
        }
    }

    /// The value as JSON, timestamps as Flink's JSON format writes them (`2013-01-01 05:00:00.000`).
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        match self {
            Self::Null => serde_json::Value::Null,
            Self::Boolean(flag) => (*flag).into(),
            Self::Integer(number) => (*number).into(),
            Self::Double(number) => (*number).into(),
            Self::Text(text) => text.as_ref().into(),
            Self::Timestamp(_) => self.to_string().into(),
        }
    }

    /// Adds bytes to `key` that are equal only for equal values and sort as the values do within a kind.
    pub(super) fn encode(&self, key: &mut Vec<u8>) {
        match self {
            Self::Null => key.push(0),
            Self::Boolean(flag) => key.extend([1, u8::from(*flag)]),
            Self::Integer(number) => {
                key.push(2);
                key.extend((number.cast_unsigned() ^ (1 << 63)).to_be_bytes());
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
            Self::Timestamp(instant) => {
                key.push(5);
                key.extend((instant.cast_unsigned() ^ (1 << 63)).to_be_bytes());
            }
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => formatter.write_str("null"),
            Self::Boolean(flag) => flag.fmt(formatter),
            Self::Integer(number) => number.fmt(formatter),
            Self::Double(number) => number.fmt(formatter),
            Self::Text(text) => formatter.write_str(text),
            Self::Timestamp(instant) => match jiff::Timestamp::from_millisecond(*instant) {
                Ok(instant) => {
                    write!(formatter, "{}", instant.strftime("%Y-%m-%d %H:%M:%S.%3f"))
                }
                Err(_) => instant.fmt(formatter),
            },
        }
    }
}

/// The same for the usual form in UTC, `2026-01-01T00:00:00`, with a fraction and a `Z` or without; nothing for others.
fn usual_timestamp_ms(text: &[u8]) -> Option<i64> {
    let digits = |from: usize, to: usize| {
        text.get(from..to)?.iter().try_fold(0i64, |number, digit| {
            digit.is_ascii_digit().then(|| number * 10 + i64::from(digit - b'0'))
        })
    };
    let is = |at: usize, wanted: u8| (text.get(at) == Some(&wanted)).then_some(());
    let (year, month, day) = (digits(0, 4)?, digits(5, 7)?, digits(8, 10)?);
    let (hour, minute, second) = (digits(11, 13)?, digits(14, 16)?, digits(17, 19)?);
    is(4, b'-').and(is(7, b'-')).and(is(10, b'T').or(is(10, b' '))).and(is(13, b':')).and(is(16, b':'))?;
    let fraction = text[19..].strip_suffix(b"Z").unwrap_or(&text[19..]);
    let millisecond = match fraction {
        [] => 0,
        [b'.', rest @ ..] if (1..=9).contains(&rest.len()) && rest.iter().all(u8::is_ascii_digit) => {
            let leading = rest.iter().chain(&[b'0'; 2]).take(3);
            leading.fold(0, |number, digit| number * 10 + i64::from(digit - b'0'))
        }
        _ => return None,
    };
    // Leap seconds, days before 1970 and what is no day are left to the full reader.
    let is_plain = year >= 1970 && hour < 24 && minute < 60 && second < 60;
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let before = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365];
    let month = usize::try_from(month).ok().filter(|month| (1..=12).contains(month) && is_plain)?;
    let length = before[month] - before[month - 1] + i64::from(month == 2 && is_leap);
    if !(1..=length).contains(&day) {
        return None;
    }
    let past = year - 1;
    let days = past * 365 + past / 4 - past / 100 + past / 400 - 719_162;
    let days = days + before[month - 1] + i64::from(month > 2 && is_leap) + day - 1;
    Some((((days * 24 + hour) * 60 + minute) * 60 + second) * 1000 + millisecond)
}

/// The instant that an ISO 8601 text names, in milliseconds since 1970; a text without a zone counts as UTC.
///
/// ```
/// use thalweg::runtime::sql::timestamp_ms;
/// assert_eq!(timestamp_ms("1970-01-01T00:00:01Z"), Some(1000));
/// assert_eq!(timestamp_ms("soon"), None);
/// ```
#[must_use]
pub fn timestamp_ms(text: &str) -> Option<i64> {
    if let Some(instant) = usual_timestamp_ms(text.as_bytes()) {
        return Some(instant);
    }
    if let Ok(instant) = text.parse::<jiff::Timestamp>() {
        return Some(instant.as_millisecond());
    }
    let local: jiff::civil::DateTime = text.parse().ok()?;
    local.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|zoned| zoned.timestamp().as_millisecond())
}

/// Reads only the wanted columns of a JSON object into `row`; what is missing stays nothing.
pub(super) struct Columns<'a> {
    pub(super) names: &'a [String],
    /// Their types; one that is not known yet becomes that of the first value.
    pub(super) kinds: &'a mut [Option<DataType>],
    /// The column with the event time, which is read as an instant where it is one.
    pub(super) time: Option<usize>,
    pub(super) row: &'a mut [Value],
}

impl<'de> DeserializeSeed<'de> for Columns<'_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Columns<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(FieldName(key)) = map.next_key::<FieldName<'de>>()? {
            match self.names.iter().position(|name| *name == key) {
                Some(column) if Some(column) == self.time => {
                    self.row[column] = map.next_value_seed(Instant)?;
                }
                Some(column) => {
                    let value = map.next_value_seed(Cell)?;
                    self.row[column] = typed(value, &mut self.kinds[column]).map_err(|(found, wanted)| {
                        A::Error::custom(format!("`{key}` is {}, and not {}", found.name(), wanted.name()))
                    })?;
                }
                None => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

/// A value in its column's type: a whole number fits a DOUBLE, and nothing else is made to fit.
fn typed(value: Value, kind: &mut Option<DataType>) -> Result<Value, (DataType, DataType)> {
    match (DataType::of(&value), *kind) {
        (None, _) => Ok(value),
        (Some(found), None) => {
            *kind = Some(found);
            Ok(value)
        }
        (Some(found), Some(wanted)) if found == wanted => Ok(value),
        (Some(DataType::Integer), Some(DataType::Double)) => {
            Ok(value.number().map_or(Value::Null, Value::Double))
        }
        (Some(found), Some(wanted)) => Err((found, wanted)),
    }
}

/// An instant, or where a value is none that value itself.
struct Instant;

impl<'de> DeserializeSeed<'de> for Instant {
    type Value = Value;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl Visitor<'_> for Instant {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a timestamp")
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(timestamp_ms(text).map_or_else(|| Value::Text(text.into()), Value::Timestamp))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }
}

struct Cell;

impl<'de> DeserializeSeed<'de> for Cell {
    type Value = Value;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl Visitor<'_> for Cell {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value that is neither a list nor an object")
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Value, E> {
        Ok(Value::Boolean(flag))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(Value::Integer(number))
    }

    fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<Value, E> {
        i64::try_from(number).map(Value::Integer).map_err(|_| E::custom(format!("{number} is too large")))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
        Ok(Value::Double(number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::Text(text.into()))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::usual_timestamp_ms;

    proptest! {
        /// The short way gives what the full reader gives, or leaves it to that.
        #[test]
        fn the_usual_form_is_read_as_the_full_reader_does(
            year in 1960i64..2110, month in 0u8..14, day in 0u8..33, hour in 0u8..25, minute in 0u8..61,
            second in 0u8..62, fraction in prop_oneof![Just(String::new()), "\\.[0-9]{0,10}"],
            zone in prop_oneof![Just("Z"), Just(""), Just("+01:00")], between in prop_oneof![Just('T'), Just(' ')],
        ) {
            let text = format!("{year:04}-{month:02}-{day:02}{between}{hour:02}:{minute:02}:{second:02}{fraction}{zone}");
            let zoned = if zone.is_empty() { format!("{text}Z") } else { text.clone() };
            if let Some(found) = usual_timestamp_ms(text.as_bytes()) {
                let wanted: jiff::Timestamp = zoned.parse().unwrap();
                prop_assert_eq!(found, wanted.as_millisecond(), "{}", text);
            } else {
                let is_usual = year >= 1970 && zone != "+01:00" && second < 60 && !fraction.ends_with('.') && fraction.len() < 11;
                prop_assert!(!is_usual || zoned.parse::<jiff::Timestamp>().is_err(), "{}", text);
            }
        }
    }
}
