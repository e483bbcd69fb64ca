//! JSON Schemas (2020-12) of the files that people write: designs, cards, rules and the configuration.
//!
//! The settings of services come from the cards, those of flows and requirements from the reader's own vocabulary. What
//! the readers spell out in code (the keys of cards, rules and configs) stands here a second time; the tests compare the two key
//! by key, and hold every card, rule, scenario and example against these schemas. A schema knows less than a reader: it
//! does not see whether a node exists or an integration does.

mod card;
mod config;
mod design;
mod kind;
mod rule;
mod scenario;

use serde_json::{Value, json};

pub use crate::json_schema::card::card;
pub use crate::json_schema::config::config;
pub use crate::json_schema::design::design;
pub use crate::json_schema::rule::rule;
pub use crate::json_schema::scenario::scenario;

const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// A schema's head with its body's members behind.
fn document(title: &str, about: &str, body: Value) -> Value {
    let mut schema = json!({"$schema": DIALECT, "title": title, "description": about});
    if let (Some(schema), Value::Object(body)) = (schema.as_object_mut(), body) {
        schema.extend(body);
    }
    schema
}

/// An object with these properties, all others refused.
fn object(properties: impl IntoIterator<Item = (String, Value)>, required: &[&str]) -> Value {
    let properties: serde_json::Map<String, Value> = properties.into_iter().collect();
    let mut schema = json!({"type": "object", "properties": properties, "additionalProperties": false});
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    schema
}

/// The same schema with a description.
fn said(mut schema: Value, about: &str) -> Value {
    if let Some(schema) = schema.as_object_mut() {
        schema.insert("description".to_owned(), json!(about));
    }
    schema
}

/// One value of the schema, or a list of them.
fn one_or_more(item: &Value) -> Value {
    json!({"anyOf": [item, {"type": "array", "items": item}]})
}

/// Any scalar that reads as text.
fn text() -> Value {
    json!({"type": ["string", "number", "boolean"]})
}

fn day() -> Value {
    json!({"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "examples": ["2026-11-01"]})
}
