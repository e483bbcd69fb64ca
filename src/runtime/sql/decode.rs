//! Reads the wanted columns of a record, which is a JSON object.
//!
//! A declared column is read as Flink's JSON format reads it: a number may stand as a text, a text is made of anything. A
//! column that nobody declared takes only values of its own type, and one without a type that of its first value.

use serde::de::{DeserializeSeed, Error as _, IgnoredAny, MapAccess, Visitor};

use crate::runtime::json::{FieldName, Found, Scanner, Sort, whole};
use crate::runtime::sql::cast::cast;
use crate::runtime::sql::decimal::Decimal;
use crate::runtime::sql::time::{self, InstantReader, Zone, timestamp_ms};
use crate::runtime::sql::{DataType, Value};

/// A column and how it is read.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Reading {
    pub(super) name: String,
    pub(super) kind: Option<DataType>,
    pub(super) way: Way,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// As the records have it.
    Found,
    /// An instant in ISO 8601, or whatever else stands there.
    EventTime,
    /// As it was declared; times in SQL's form (`2026-01-01 00:00:00Z`) or that of ISO 8601.
    Declared { is_iso: bool, skips_errors: bool },
}

/// Reads the columns of one record after the other: plain ones by a scanner, all others by serde_json, which also says
/// what is wrong with a record.
#[derive(Debug)]
pub(super) struct Decoder {
    readings: Vec<Reading>,
    scanner: Scanner,
    instants: InstantReader,
}

impl Decoder {
    pub(super) fn new(readings: Vec<Reading>) -> Self {
        let scanner = Scanner::new(readings.iter().map(|reading| reading.name.clone()).collect());
        Self { readings, scanner, instants: InstantReader::default() }
    }

    /// Reads the columns of a record into `row`; what is missing is nothing.
    pub(super) fn read(&mut self, payload: &[u8], row: &mut [Value]) -> Result<(), String> {
        row.fill(Value::Null);
        let Self { readings, scanner, instants } = self;
        let is_read = scanner.scan(payload, |place, found| {
            let value = plain(&mut readings[place], found, instants);
            value.map(|value| row[place] = value).is_some()
        });
        if is_read {
            return Ok(());
        }
        row.fill(Value::Null);
        let text = std::str::from_utf8(payload).map_err(|error| error.to_string())?;
        let mut json = serde_json::Deserializer::from_str(text);
        Columns { readings, row }.deserialize(&mut json).map_err(|error| error.to_string())?;
        json.end().map_err(|error| error.to_string())
    }
}

/// A value of a column; nothing where that is for serde_json to say.
fn plain(reading: &mut Reading, found: Found<'_>, instants: &mut InstantReader) -> Option<Value> {
    let Found { sort, text, .. } = found;
    if sort == Sort::Null {
        return Some(Value::Null);
    }
    match reading.way {
        Way::EventTime if sort == Sort::Text => {
            Some(instants.read(text).map_or_else(|| Value::Text(text.into()), Value::Instant))
        }
        Way::EventTime => None,
        Way::Found => {
            let value = match sort {
                Sort::Text => Value::Text(text.into()),
                Sort::Flag => Value::Boolean(text == "true"),
                Sort::Number => number(text)?,
                Sort::Null | Sort::Nested => return None,
            };
            typed(value, &mut reading.kind).ok()
        }
        Way::Declared { is_iso, .. } => match sort {
            // Other numbers are written anew before they are read as a text.
            Sort::Number if whole(text).is_none() => match (reading.kind, number(text)?) {
                (Some(DataType::Double), value @ Value::Double(_)) => Some(value),
                _ => None,
            },
            Sort::Text | Sort::Number | Sort::Flag => declared(text, reading.kind, is_iso),
            Sort::Null | Sort::Nested => None,
        },
    }
}

/// A number as serde_json reads it.
fn number(text: &str) -> Option<Value> {
    if let Some(whole) = whole(text) {
        return Some(Value::Integer(whole));
    }
    // Whole numbers of many digits fit one type or another.
    let is_double = text == "-0" || text.bytes().any(|byte| matches!(byte, b'.' | b'e' | b'E'));
    let number: f64 = is_double.then(|| text.parse().ok()).flatten()?;
    number.is_finite().then_some(Value::Double(number))
}

/// Reads only the wanted columns of a JSON object into `row`; what is missing stays nothing.
struct Columns<'a> {
    readings: &'a mut [Reading],
    row: &'a mut [Value],
}

impl<'de> DeserializeSeed<'de> for Columns<'_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Columns<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(FieldName(key)) = map.next_key::<FieldName<'de>>()? {
            let Some(place) = self.readings.iter().position(|reading| *reading.name == *key) else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            let reading = &mut self.readings[place];
            self.row[place] = match reading.way {
                Way::EventTime => map.next_value_seed(Instant)?,
                Way::Found => {
                    let value = map.next_value_seed(Cell)?;
                    typed(value, &mut reading.kind).map_err(|(found, wanted)| {
                        A::Error::custom(format!("`{key}` is {found}, and not {wanted}"))
                    })?
                }
                Way::Declared { is_iso, skips_errors } => {
                    let json = map.next_value::<serde_json::Value>()?;
                    let read = match &json {
                        serde_json::Value::Null => Some(Value::Null),
                        serde_json::Value::String(text) => declared(text, reading.kind, is_iso),
                        other => declared(&other.to_string(), reading.kind, is_iso),
                    };
                    match (read, skips_errors) {
                        (Some(value), _) => value,
                        (None, true) => Value::Null,
                        (None, false) => {
                            let wanted = reading.kind.map(|kind| kind.to_string()).unwrap_or_default();
                            return Err(A::Error::custom(format!("`{key}` is {json}, and no {wanted}")));
                        }
                    }
                }
            };
        }
        Ok(())
    }
}

/// A value in its column's type: a whole number fits a DOUBLE, and nothing else is made to fit.
fn typed(value: Value, kind: &mut Option<DataType>) -> Result<Value, (DataType, DataType)> {
    match (value.kind(), *kind) {
        (None, _) => Ok(value),
        (Some(found), None) => {
            *kind = Some(found);
            Ok(value)
        }
        (Some(found), Some(wanted)) if found == wanted => Ok(value),
        (Some(DataType::BigInt), Some(DataType::Double)) => {
            Ok(value.number().map_or(Value::Null, Value::Double))
        }
        (Some(found), Some(wanted)) => Err((found, wanted)),
    }
}

/// A value of a declared column, by its text; nothing where it is none of its type.
fn declared(text: &str, kind: Option<DataType>, is_iso: bool) -> Option<Value> {
    match kind? {
        DataType::Text => Some(Value::Text(text.into())),
        DataType::Boolean => Some(Value::Boolean(text.trim().eq_ignore_ascii_case("true"))),
        DataType::Int => text.trim().parse::<i32>().ok().map(|number| Value::Integer(number.into())),
        DataType::BigInt => text.trim().parse().ok().map(Value::Integer),
        DataType::Double => cast(DataType::Double, Value::Text(text.into()), &Zone::default()),
        DataType::Decimal(precision, scale) => {
            let number = Decimal::parse(text.trim())?;
            Some(number.fitted(precision, scale).map_or(Value::Null, Value::Decimal))
        }
        DataType::Date => time::parse_day(text).map(Value::Date),
        DataType::Timestamp => in_form(text, is_iso).then(|| time::parse_wall(text))?.map(Value::Timestamp),
        DataType::Instant => {
            let is_whole = in_form(text, is_iso) && text.ends_with('Z');
            is_whole.then(|| timestamp_ms(text))?.map(Value::Instant)
        }
        DataType::Milliseconds | DataType::Months => None,
    }
}

/// Whether day and time are joined as the declared form wants it.
fn in_form(text: &str, is_iso: bool) -> bool {
    text.as_bytes().get(10) == Some(if is_iso { &b'T' } else { &b' ' })
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

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("a timestamp")
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(timestamp_ms(text).map_or_else(|| Value::Text(text.into()), Value::Instant))
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

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
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
