//! Writes the settings of nodes and flows to the properties that their cards name.
//!
//! Nothing here knows a service: which property carries a setting, in which unit and with which words stands in the
//! card. What needs more than its own value, such as a key or a role, is for the modules beside this one.

use serde_json::{Number, Value};

use crate::design::settings::{SettingValue, Settings};
use crate::export::template::Resource;
use crate::knowledge::property::Property;
use crate::knowledge::schema::{Kind, Schema, SettingSpec};

/// Settings that the modules of the services write themselves.
const BY_HAND: [&str; 3] = ["encryption", "key", "partition_by"];

/// Writes what `settings` declares and `resource` has a property for.
pub(super) fn write(resource: &mut Resource, settings: &Settings, schema: &Schema) {
    for (name, setting) in &settings.0 {
        let Some(spec) = schema.settings.get(name) else { continue };
        match (&spec.kind, &setting.value) {
            (Kind::Mapping(inner), SettingValue::Mapping(settings)) => write(resource, settings, inner),
            _ if BY_HAND.contains(&name.as_str()) => {}
            (_, value) => one(resource, spec, value),
        }
    }
}

fn one(resource: &mut Resource, spec: &SettingSpec, value: &SettingValue) {
    for property in &spec.cloudformation {
        // `=VALUE` marks one entry among others, which is more than a value to write.
        if property.resource != resource.kind || property.steps.is_empty() || property.value.is_some() {
            continue;
        }
        if let Some(written) = encoded(spec, value) {
            put(resource, property, written);
        }
    }
}

/// The value as AWS writes it; nothing where the property is left out, or where it needs more than its value.
pub(super) fn encoded(spec: &SettingSpec, value: &SettingValue) -> Option<Value> {
    match value {
        SettingValue::Quantity(quantity) => {
            let unit = spec.encoding.unit.map_or(1.0, |unit| unit.amount);
            Some(number(quantity.amount / unit))
        }
        SettingValue::Flag(flag) => match spec.encoding.words.get(if *flag { "true" } else { "false" }) {
            Some(words) => words.first().map(|word| word.as_str().into()),
            None => Some(Value::Bool(*flag)),
        },
        SettingValue::Text(text) => match (&spec.kind, spec.encoding.words.get(text.as_ref())) {
            (_, Some(words)) => words.first().map(|word| match word.as_str() {
                "true" => Value::Bool(true),
                "false" => Value::Bool(false),
                word => word.into(),
            }),
            (Kind::Choice(_), None) => Some(text.to_uppercase().replace('-', "_").into()),
            _ => Some(text.as_ref().into()),
        },
        _ => None,
    }
}

/// A whole number where it is one.
pub(super) fn number(amount: f64) -> Value {
    if amount.fract() == 0.0 && amount.abs() < crate::units::MAX_AMOUNT {
        Value::Number(Number::from(amount as i64))
    } else {
        Number::from_f64(amount).map_or(Value::Null, Value::Number)
    }
}

fn put(resource: &mut Resource, property: &Property, value: Value) {
    let mut place = &mut resource.properties;
    for step in &property.steps {
        if !place.is_object() {
            *place = Value::Object(serde_json::Map::new());
        }
        let fields = place.as_object_mut().expect("it was just made one");
        place = fields.entry(step.name.as_str()).or_insert(Value::Null);
        if step.is_list {
            if !place.is_array() {
                *place = Value::Array(vec![Value::Null]);
            }
            place = &mut place.as_array_mut().expect("it was just made one")[0];
        }
    }
    *place = value;
}
