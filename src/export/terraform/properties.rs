//! Writes the properties of a resource of CloudFormation as arguments and blocks, by the table read the other way round.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::export::terraform::hcl::{Expression, Item};
use crate::export::terraform::names::{Names, function};
use crate::knowledge::terraform::{Rule, Step, Table, Type};

/// The writer of one resource.
pub(super) struct Writer<'a> {
    pub(super) names: &'a Names<'a>,
    pub(super) table: &'a Table,
    pub(super) kind: &'a Type,
    /// All properties of the resource.
    pub(super) properties: &'a Value,
    /// Properties for which nothing is known in Terraform.
    pub(super) unknown: Vec<String>,
}

impl Writer<'_> {
    /// All of an object, in the order of its properties.
    pub(super) fn all(&mut self, object: &Value, rules: &BTreeMap<String, Rule>) -> Vec<Item> {
        let mut left = object.clone();
        let mut items = self.by_rules(&mut left, rules);
        for (key, value) in left.as_object().into_iter().flatten() {
            let begins = |rule: &Rule| {
                rule.path.as_ref().and_then(|path| path.first()).is_some_and(|step| step.name == *key)
            };
            if says_nothing(value) && rules.values().any(begins) {
                continue;
            }
            let name = self.kind.name_of(key);
            if self.kind.by_rule(&name) != *key || self.kind.missing.contains(key) {
                self.unknown.push(key.clone());
            }
            items.push((key.clone(), self.items(&name, &Rule::default(), value)));
        }
        let order: Vec<&String> = object.as_object().into_iter().flat_map(Map::keys).collect();
        items.sort_by_key(|(first, _)| order.iter().position(|key| *key == first));
        items.into_iter().flat_map(|(_, items)| items).collect()
    }

    /// What rules say, each with the property that it comes from; it is taken out of the object.
    pub(super) fn by_rules(
        &mut self,
        object: &mut Value,
        rules: &BTreeMap<String, Rule>,
    ) -> Vec<(String, Vec<Item>)> {
        let mut items = Vec::new();
        for (name, rule) in rules {
            if rule.former || rule.dropped || rule.resource.is_some() {
                continue;
            }
            if let Some(property) = &rule.switches {
                if self.properties.get(property).is_some() {
                    items.push((property.clone(), vec![Item::argument(name, "true")]));
                }
                continue;
            }
            let Some(path) = &rule.path else { continue };
            let Some(first) = path.first() else {
                let inner = self.by_rules(object, &rule.arguments);
                if let Some((first, _)) = inner.first().cloned() {
                    let inner = inner.into_iter().flat_map(|(_, items)| items).collect();
                    items.push((first, vec![Item::block(name, inner)]));
                }
                continue;
            };
            for value in taken(object, path) {
                let written = self.items(name, rule, &value);
                items.push((first.name.clone(), written));
            }
        }
        items
    }

    /// What one value becomes under its name: an argument, or a block for each object.
    fn items(&mut self, name: &str, rule: &Rule, value: &Value) -> Vec<Item> {
        let is_object = |value: &Value| value.is_object() && function(value).is_none();
        if value.is_null() {
            return Vec::new();
        }
        if self.table.documents.contains(name) && is_object(value) {
            let json = Expression::Json(Box::new(self.names.expression(value)));
            return vec![Item::Argument(name.to_owned(), json)];
        }
        if let Some(word) = former_word(rule, value) {
            let word = if matches!(word, "true" | "false") { word.to_owned() } else { format!("\"{word}\"") };
            return vec![Item::argument(name, word)];
        }
        // `parameters` are data in some blocks, and blocks of their own where a rule says what they hold.
        if !self.table.maps.contains(name) || !rule.arguments.is_empty() {
            if is_object(value) {
                return vec![Item::block(name, self.all(value, &rule.arguments))];
            }
            if let Some(items) = value.as_array().filter(|items| items.iter().any(is_object)) {
                let blocks = items.iter().map(|item| Item::block(name, self.all(item, &rule.arguments)));
                return blocks.collect();
            }
        }
        vec![Item::Argument(name.to_owned(), self.names.expression(value))]
    }
}

/// The word of Terraform for one of CloudFormation.
fn former_word<'r>(rule: &'r Rule, value: &Value) -> Option<&'r str> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Bool(flag) => flag.to_string(),
        _ => return None,
    };
    rule.words.iter().find(|(_, word)| **word == text).map(|(word, _)| word.as_str())
}

/// Takes what stands at a path out of a value, with what is empty then; a list gives all that it has there.
pub(super) fn taken(value: &mut Value, path: &[Step]) -> Vec<Value> {
    let Some((step, rest)) = path.split_first() else { return vec![value.take()] };
    let Some(fields) = value.as_object_mut() else { return Vec::new() };
    let Some(inner) = fields.get_mut(&step.name) else { return Vec::new() };
    let found = match &mut *inner {
        Value::Array(items) if step.is_list => {
            let found = items.iter_mut().filter(|item| has(item, step)).flat_map(|item| {
                let found = taken(item, rest);
                if let (Some((key, _)), false, Some(fields)) =
                    (&step.with, found.is_empty(), item.as_object_mut())
                {
                    fields.shift_remove(key);
                }
                found
            });
            let found = found.collect();
            items.retain(|item| !is_empty(item));
            found
        }
        inner => taken(inner, rest),
    };
    if !found.is_empty() && is_empty(inner) {
        fields.shift_remove(&step.name);
    }
    found
}

fn has(item: &Value, step: &Step) -> bool {
    step.with.as_ref().is_none_or(|(key, value)| item.get(key).and_then(Value::as_str) == Some(value))
}

/// Whether nothing but empty lists and objects is left.
fn says_nothing(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().all(says_nothing),
        Value::Object(fields) => fields.values().all(says_nothing),
        _ => value.is_null(),
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        _ => false,
    }
}
