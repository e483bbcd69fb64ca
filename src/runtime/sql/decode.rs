//! Reads the wanted columns of a record, which is a JSON object.
//!
//! A declared column is read as Flink's JSON format reads it: a number may stand as a text, a text is made of anything. A
//! column that nobody declared takes only values of its own type, and one without a type that of its first value.

use serde::de::{DeserializeSeed, Error as _, IgnoredAny, MapAccess, Visitor};

use crate::runtime::json::FieldName;
use crate::runtime::sql::cast::cast;
use crate::runtime::sql::decimal::Decimal;
use crate::runtime::sql::time::{self, Zone, timestamp_ms};
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

/// Reads only the wanted columns of a JSON object into `row`; what is missing stays nothing.
pub(super) struct Columns<'a> {
    pub(super) readings: &'a mut [Reading],
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
                    match (declared(&json, reading.kind, is_iso), skips_errors) {
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

/// A value of a declared column; nothing where it is none of its type.
fn declared(json: &serde_json::Value, kind: Option<DataType>, is_iso: bool) -> Option<Value> {
    use serde_json::Value as Json;
    let text = match json {
        Json::Null => return Some(Value::Null),
        Json::String(text) => text.clone(),
        other => other.to_string(),
    };
    match kind? {
        DataType::Text => Some(Value::Text(text.into())),
        DataType::Boolean => match json {
            Json::Bool(flag) => Some(Value::Boolean(*flag)),
            _ => Some(Value::Boolean(text.trim().eq_ignore_ascii_case("true"))),
        },
        DataType::Int => text.trim().parse::<i32>().ok().map(|number| Value::Integer(number.into())),
        DataType::BigInt => text.trim().parse().ok().map(Value::Integer),
        DataType::Double => cast(DataType::Double, Value::Text(text.into()), &Zone::default()),
        DataType::Decimal(precision, scale) => {
            let number = Decimal::parse(text.trim())?;
            Some(number.fitted(precision, scale).map_or(Value::Null, Value::Decimal))
        }
        DataType::Date => time::parse_day(&text).map(Value::Date),
        DataType::Timestamp => in_form(&text, is_iso).then(|| time::parse_wall(&text))?.map(Value::Timestamp),
        DataType::Instant => {
            let is_whole = in_form(&text, is_iso) && text.ends_with('Z');
            is_whole.then(|| timestamp_ms(&text))?.map(Value::Instant)
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
