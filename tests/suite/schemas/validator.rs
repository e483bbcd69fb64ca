//! Holds a value against a JSON Schema. Knows the keywords that our schemas use and refuses all others, so that none goes
//! unheard; CI holds the same files against a validator of other authors.

use regex::Regex;
use serde_json::{Map, Value};

/// The places at which a value breaks a schema; empty where it is valid.
pub(crate) fn errors(schema: &Value, value: &Value) -> Vec<String> {
    let mut validator = Validator { root: schema, found: Vec::new() };
    validator.check(schema, value, "");
    validator.found
}

struct Validator<'a> {
    root: &'a Value,
    found: Vec<String>,
}

impl Validator<'_> {
    fn check(&mut self, schema: &Value, value: &Value, place: &str) {
        let Value::Object(keywords) = schema else {
            if schema == &Value::Bool(false) {
                self.found.push(format!("{place}: nothing may stand here"));
            }
            return;
        };
        for (keyword, wanted) in keywords {
            if !self.parts(keyword, keywords, value, place) && !self.holds(keyword, wanted, value) {
                self.found.push(format!("{place}: {value} breaks {keyword} {wanted}"));
            }
        }
    }

    fn is_valid(&self, schema: &Value, value: &Value) -> bool {
        let mut validator = Validator { root: self.root, found: Vec::new() };
        validator.check(schema, value, "");
        validator.found.is_empty()
    }

    /// Checks what a keyword says of parts of the value, or by other schemas; whether it is such a keyword.
    fn parts(&mut self, keyword: &str, beside: &Map<String, Value>, value: &Value, place: &str) -> bool {
        let wanted = &beside[keyword];
        match keyword {
            "$ref" => {
                let pointer = wanted.as_str().unwrap().strip_prefix('#').unwrap();
                self.check(self.root.pointer(pointer).unwrap(), value, place);
            }
            "properties" => {
                for (key, schema) in wanted.as_object().unwrap() {
                    if let Some(value) = value.get(key) {
                        self.check(schema, value, &format!("{place}/{key}"));
                    }
                }
            }
            "additionalProperties" => {
                let known = beside.get("properties").and_then(Value::as_object);
                for (key, value) in value.as_object().into_iter().flatten() {
                    if known.is_none_or(|known| !known.contains_key(key)) {
                        self.check(wanted, value, &format!("{place}/{key}"));
                    }
                }
            }
            "propertyNames" => {
                for key in value.as_object().into_iter().flat_map(Map::keys) {
                    self.check(wanted, &Value::from(key.as_str()), &format!("{place}/{key}"));
                }
            }
            "items" => {
                for (index, item) in value.as_array().into_iter().flatten().enumerate() {
                    self.check(wanted, item, &format!("{place}/{index}"));
                }
            }
            "allOf" => {
                for schema in list(wanted) {
                    self.check(schema, value, place);
                }
            }
            "if" if self.is_valid(wanted, value) => self.check(&beside["then"], value, place),
            "if" | "then" | "$schema" | "$defs" | "title" | "description" | "default" | "examples" => {}
            _ => return false,
        }
        true
    }

    fn holds(&self, keyword: &str, wanted: &Value, value: &Value) -> bool {
        let size = |length: Option<usize>, fits: fn(u64, u64) -> bool| {
            length.is_none_or(|length| fits(length as u64, wanted.as_u64().unwrap()))
        };
        let (items, members) = (value.as_array().map(Vec::len), value.as_object().map(Map::len));
        match keyword {
            "type" => match wanted {
                Value::Array(names) => names.iter().any(|name| is(name, value)),
                name => is(name, value),
            },
            "enum" => list(wanted).contains(value),
            "const" => wanted == value,
            "pattern" => {
                value.as_str().is_none_or(|text| Regex::new(wanted.as_str().unwrap()).unwrap().is_match(text))
            }
            "minimum" => value.as_f64().is_none_or(|number| number >= wanted.as_f64().unwrap()),
            "maximum" => value.as_f64().is_none_or(|number| number <= wanted.as_f64().unwrap()),
            "minItems" => size(items, |length, bound| length >= bound),
            "maxItems" => size(items, |length, bound| length <= bound),
            "minProperties" => size(members, |length, bound| length >= bound),
            "maxProperties" => size(members, |length, bound| length <= bound),
            "required" => value
                .as_object()
                .is_none_or(|keys| list(wanted).iter().all(|key| keys.contains_key(key.as_str().unwrap()))),
            "anyOf" => list(wanted).iter().any(|schema| self.is_valid(schema, value)),
            "oneOf" => list(wanted).iter().filter(|schema| self.is_valid(schema, value)).count() == 1,
            other => panic!("the validator of the tests does not know `{other}`"),
        }
    }
}

fn list(value: &Value) -> &Vec<Value> {
    value.as_array().expect("a list of schemas or values")
}

fn is(name: &Value, value: &Value) -> bool {
    match name.as_str() {
        Some("object") => value.is_object(),
        Some("array") => value.is_array(),
        Some("string") => value.is_string(),
        Some("boolean") => value.is_boolean(),
        Some("number") => value.is_number(),
        Some("integer") => value.as_f64().is_some_and(|number| number.fract() == 0.0),
        _ => panic!("the validator of the tests does not know the type {name}"),
    }
}
