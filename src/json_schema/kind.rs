//! Settings: the types of cards in the words of JSON Schema.

use serde_json::{Value, json};

use crate::json_schema::{day, object, one_or_more, text};
use crate::knowledge::fact::{Literal, Validity};
use crate::knowledge::schema::{Kind, Schema, SettingSpec};
use crate::units::Dimension;

/// The properties of a mapping of settings, and those that must be there.
pub(super) fn properties(schema: &Schema) -> (Vec<(String, Value)>, Vec<&str>) {
    let properties = schema.settings.values().map(|spec| (spec.name.clone(), setting(spec))).collect();
    let required =
        schema.settings.values().filter(|spec| spec.required).map(|spec| spec.name.as_str()).collect();
    (properties, required)
}

/// A setting with its meaning, default and bounds.
pub(super) fn setting(spec: &SettingSpec) -> Value {
    let mut schema = kind(&spec.kind);
    bounded(&mut schema, spec);
    let mut described = json!({"description": spec.described()});
    if let [only] = spec.defaults.as_slice()
        && always(&only.validity)
        && let Some(value) = literal(&only.value)
    {
        described["default"] = value;
    }
    if let (Some(described), Value::Object(schema)) = (described.as_object_mut(), schema) {
        described.extend(schema);
    }
    described
}

/// What may stand for a type.
pub(super) fn kind(kind: &Kind) -> Value {
    if let Some(dimension) = kind.dimension() {
        return quantity(dimension, matches!(kind, Kind::Count));
    }
    match kind {
        Kind::Flag => json!({"type": "boolean"}),
        Kind::Date => day(),
        Kind::Choice(choices) => choice(choices),
        Kind::List(item) => one_or_more(&self::kind(item)),
        Kind::Mapping(schema) => {
            let (properties, required) = properties(schema);
            object(properties, &required)
        }
        Kind::RateProfile => profile(),
        Kind::Any => json!({}),
        _ => text(),
    }
}

fn quantity(dimension: Dimension, whole: bool) -> Value {
    let example = match dimension {
        Dimension::Count => {
            let number = if whole { "integer" } else { "number" };
            return json!({"anyOf": [
                {"type": number, "minimum": 0},
                {"type": "string", "pattern": dimension.pattern()},
            ]});
        }
        Dimension::Duration => "300s",
        Dimension::Bytes => "5 MiB",
        Dimension::Rate => "2000/s",
        Dimension::ByteRate => "2 MB/s",
        Dimension::Money => "2500 USD",
    };
    json!({"type": "string", "pattern": dimension.pattern(), "examples": [example]})
}

/// The words, in lower case too; the reader takes every case.
fn choice(choices: &[String]) -> Value {
    let mut words: Vec<Value> = Vec::new();
    for word in choices.iter().cloned().chain(choices.iter().map(|choice| choice.to_lowercase())) {
        let plain = word.parse::<f64>().ok().map_or(json!(null), |number| json!(number));
        for word in [json!(word), plain] {
            if !word.is_null() && !words.contains(&word) {
                words.push(word);
            }
        }
    }
    json!({"enum": words})
}

fn profile() -> Value {
    let (rate, time) = (quantity(Dimension::Rate, false), quantity(Dimension::Duration, false));
    let swing = object(
        [
            ("base".to_owned(), rate.clone()),
            ("peak".to_owned(), rate.clone()),
            ("period".to_owned(), time.clone()),
        ],
        &["base", "peak", "period"],
    );
    let step = object([("rate".to_owned(), rate.clone()), ("for".to_owned(), time)], &["rate"]);
    json!({"anyOf": [rate, swing, {"type": "array", "items": step, "minItems": 1}]})
}

/// The bounds of a plain number, where they hold always.
fn bounded(schema: &mut Value, spec: &SettingSpec) {
    let [range] = spec.ranges.as_slice() else { return };
    let counted = matches!(spec.kind, Kind::Count | Kind::Number);
    if !counted || !always(&range.validity) {
        return;
    }
    let plain = &mut schema["anyOf"][0];
    for (keyword, bound) in [("minimum", range.min), ("maximum", range.max)] {
        if let Some(bound) = bound {
            plain[keyword] = number(bound.amount);
        }
    }
}

fn always(validity: &Validity) -> bool {
    validity.when.is_none() && validity.since.is_none() && validity.until.is_none()
}

fn literal(value: &Literal) -> Option<Value> {
    Some(match value {
        Literal::Quantity(quantity) if quantity.dimension == Dimension::Count => number(quantity.amount),
        Literal::Quantity(quantity) => json!(quantity.to_string()),
        Literal::Text(text) => json!(**text),
        Literal::Flag(flag) => json!(flag),
        Literal::List(items) => json!(items.iter().map(literal).collect::<Option<Vec<_>>>()?),
    })
}

/// Whole numbers without a point.
fn number(amount: f64) -> Value {
    if amount.fract() == 0.0 { json!(amount as i64) } else { json!(amount) }
}
