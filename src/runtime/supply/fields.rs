//! What generated records hold: the generators of `traffic.fields`.
//!
//! `[a, b]` is one of these, `{min: 1, max: 6}` a number between the two, whole where both are, `sequence` the number of
//! the record, `time` the instant at which it is sent, `uuid` a random id; any other text, number or flag stands as it is.

use std::sync::Arc;

use crate::runtime::random::Random;
use crate::source::{self, Span};

/// How a field gets its value.
#[derive(Debug, Clone)]
pub(in crate::runtime) enum Field {
    /// JSON as it stands.
    Constant(String),
    /// One of these texts of JSON.
    OneOf(Vec<String>),
    /// A whole number, both ends included.
    Whole(i64, i64),
    /// A number from the first up to the second.
    Number(f64, f64),
    Sequence,
    Time,
    Uuid,
}

/// What is wrong with a generator, and where.
#[derive(Debug)]
pub(in crate::runtime) struct FieldMistake {
    pub(in crate::runtime) span: Span,
    pub(in crate::runtime) message: String,
}

/// Reads the fields of a design.
///
/// # Errors
/// Every field whose generator is none.
pub(in crate::runtime) fn read_fields(
    node: &source::Node,
) -> Result<Vec<(String, Field)>, Vec<FieldMistake>> {
    let Some(mapping) = node.as_mapping() else {
        let message = "`fields` is a mapping of names to generators".to_owned();
        return Err(vec![FieldMistake { span: node.span, message }]);
    };
    let mut mistakes = Vec::new();
    let mut fields = Vec::new();
    for (name, entry) in mapping.iter() {
        match field(&entry.value) {
            Some(field) => fields.push((name.to_owned(), field)),
            None => mistakes.push(FieldMistake {
                span: entry.value.span,
                message: format!("`{name}` has no generator that is known"),
            }),
        }
    }
    if mistakes.is_empty() { Ok(fields) } else { Err(mistakes) }
}

fn field(node: &Arc<source::Node>) -> Option<Field> {
    if let Some(items) = node.as_sequence() {
        let items: Vec<String> = items.iter().map(|item| constant(item)).collect::<Option<_>>()?;
        return (!items.is_empty()).then_some(Field::OneOf(items));
    }
    if let Some(mapping) = node.as_mapping() {
        let (low, high) = (node.get("min")?, node.get("max")?);
        if mapping.iter().count() > 2 {
            return None;
        }
        return match (low.as_integer(), high.as_integer()) {
            (Some(low), Some(high)) => (low <= high).then_some(Field::Whole(low, high)),
            _ => {
                let (low, high) = (low.as_number()?, high.as_number()?);
                (low <= high && low.is_finite() && high.is_finite()).then_some(Field::Number(low, high))
            }
        };
    }
    match node.as_text() {
        Some("sequence") => Some(Field::Sequence),
        Some("time") => Some(Field::Time),
        Some("uuid") => Some(Field::Uuid),
        _ => constant(node).map(Field::Constant),
    }
}

/// A scalar as JSON.
fn constant(node: &source::Node) -> Option<String> {
    let value = if node.is_null() {
        serde_json::Value::Null
    } else if let Some(flag) = node.as_bool() {
        flag.into()
    } else if let Some(number) = node.as_integer() {
        number.into()
    } else if let Some(number) = node.as_number() {
        serde_json::Number::from_f64(number)?.into()
    } else {
        node.as_text()?.into()
    };
    Some(value.to_string())
}

impl Field {
    /// Writes a value.
    pub(super) fn write(&self, out: &mut Vec<u8>, random: &mut Random, number: u64, time: &[u8]) {
        match self {
            Self::Constant(text) => out.extend_from_slice(text.as_bytes()),
            Self::OneOf(texts) => {
                let index = (random.share() * texts.len() as f64) as usize;
                out.extend_from_slice(texts[index].as_bytes());
            }
            Self::Whole(low, high) => {
                let count = high.abs_diff(*low).saturating_add(1) as f64;
                let drawn = low.saturating_add_unsigned((random.share() * count) as u64).min(*high);
                write_number(out, drawn);
            }
            Self::Number(low, high) => {
                let drawn = low + random.share() * (high - low);
                write_text(
                    out,
                    &serde_json::Number::from_f64(drawn).map_or("0".to_owned(), |n| n.to_string()),
                );
            }
            Self::Sequence => write_number(out, number),
            Self::Time => quoted(out, time),
            Self::Uuid => quoted(out, random.uuid().as_bytes()),
        }
    }
}

fn write_text(out: &mut Vec<u8>, text: &str) {
    out.extend_from_slice(text.as_bytes());
}

/// Writes a whole number.
pub(super) fn write_number(out: &mut Vec<u8>, number: impl itoa::Integer) {
    out.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
}

/// Writes a text that needs no escapes.
pub(super) fn quoted(out: &mut Vec<u8>, text: &[u8]) {
    out.push(b'"');
    out.extend_from_slice(text);
    out.push(b'"');
}
