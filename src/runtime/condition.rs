//! An expression over the fields of a record, ready to be worked out for many records.
//!
//! Only the fields that it reads are taken out of the JSON; the others are skipped.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, Visitor};

use crate::expression::{Environment, Expression, Path, Value};
use crate::runtime::json::FieldName;

/// An expression with the fields that it needs.
#[derive(Debug, Clone)]
pub(super) struct OfRecord {
    expression: Expression,
    /// The fields of the record that it reads.
    names: Vec<String>,
    /// For each path of the expression the field where it starts; nothing where it is no path into the record.
    slots: Vec<Option<usize>>,
}

impl OfRecord {
    pub(super) fn new(expression: Expression) -> Self {
        let mut names: Vec<String> = Vec::new();
        let slots = expression.paths().iter().map(|path| {
            let [root, first, ..] = &path[..] else { return None };
            if root != "record" {
                return None;
            }
            Some(names.iter().position(|name| name == first).unwrap_or_else(|| {
                names.push(first.clone());
                names.len() - 1
            }))
        });
        let slots = slots.collect();
        Self { expression, names, slots }
    }

    /// Its value for a record; nothing where that is no JSON object.
    pub(super) fn value(&self, payload: &[u8]) -> Option<Value> {
        let text = std::str::from_utf8(payload).ok()?;
        let mut found = vec![Value::Unknown; self.names.len()];
        let mut json = serde_json::Deserializer::from_str(text);
        Wanted { names: &self.names, found: &mut found }.deserialize(&mut json).ok()?;
        json.end().ok()?;
        Some(self.expression.evaluate(&Slots { slots: &self.slots, found: &found }))
    }

    /// Whether it is true of a record. Of one for which that cannot be said it is not, as with `WHERE`.
    pub(super) fn holds(&self, payload: &[u8]) -> bool {
        self.value(payload) == Some(Value::Flag(true))
    }
}

/// The values of the fields; one that is not there is unknown, a null is null.
struct Slots<'a> {
    slots: &'a [Option<usize>],
    found: &'a [Value],
}

impl Environment for Slots<'_> {
    fn get(&self, _: &Path) -> Value {
        Value::Unknown
    }

    fn slot(&self, index: usize, path: &Path) -> Value {
        let Some(field) = self.slots.get(index).copied().flatten() else { return Value::Unknown };
        let mut value = &self.found[field];
        for name in path.iter().skip(2) {
            let Value::Object(members) = value else { return Value::Unknown };
            let Some((_, member)) = members.iter().find(|(key, _)| *key == *name) else {
                return Value::Unknown;
            };
            value = member;
        }
        value.clone()
    }
}

struct Wanted<'a> {
    names: &'a [String],
    found: &'a mut [Value],
}

impl<'de> DeserializeSeed<'de> for Wanted<'_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Wanted<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key::<FieldName<'de>>()? {
            match self.names.iter().position(|wanted| *wanted == name.0) {
                Some(field) => self.found[field] = map.next_value::<JsonValue>()?.0,
                None => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

/// A value of JSON in the language of expressions.
struct JsonValue(Value);

impl<'de> serde::Deserialize<'de> for JsonValue {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(JsonVisitor)
    }
}

struct JsonVisitor;

impl<'de> Visitor<'de> for JsonVisitor {
    type Value = JsonValue;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value of JSON")
    }

    fn visit_bool<E>(self, flag: bool) -> Result<JsonValue, E> {
        Ok(JsonValue(Value::Flag(flag)))
    }

    fn visit_i64<E>(self, value: i64) -> Result<JsonValue, E> {
        Ok(JsonValue(Value::number(value as f64)))
    }

    fn visit_u64<E>(self, value: u64) -> Result<JsonValue, E> {
        Ok(JsonValue(Value::number(value as f64)))
    }

    fn visit_f64<E>(self, value: f64) -> Result<JsonValue, E> {
        Ok(JsonValue(Value::number(value)))
    }

    fn visit_str<E>(self, text: &str) -> Result<JsonValue, E> {
        Ok(JsonValue(Value::Text(text.into())))
    }

    fn visit_unit<E>(self) -> Result<JsonValue, E> {
        Ok(JsonValue(Value::Null))
    }

    fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut items: A) -> Result<JsonValue, A::Error> {
        let mut values = Vec::new();
        while let Some(JsonValue(value)) = items.next_element()? {
            values.push(value);
        }
        Ok(JsonValue(Value::List(values.into())))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<JsonValue, A::Error> {
        let mut members = Vec::new();
        while let Some((name, JsonValue(value))) = map.next_entry::<Cow<'de, str>, _>()? {
            members.push((name.into_owned(), value));
        }
        Ok(JsonValue(Value::Object(members.into())))
    }
}
