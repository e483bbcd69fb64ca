//! What is set within a resource: arguments with their values, and blocks, those of `dynamic` repeated.

use crate::import::terraform::evaluate::{Evaluator, Scope, items_with_keys, unknown};
use crate::import::terraform::syntax::{Block, Body, Kind};
use crate::import::value::{Member, Value, What};
use crate::source::Span;

/// What is no argument of a resource's type but speaks to Terraform itself.
const META: [&str; 6] = ["count", "for_each", "provider", "depends_on", "lifecycle", "providers"];

/// What is set within a resource or a block, in the order of the file.
#[derive(Debug, Clone)]
pub(super) struct Arguments {
    pub(super) span: Span,
    pub(super) given: Vec<Given>,
}

/// An argument or a block.
#[derive(Debug, Clone)]
pub(super) struct Given {
    pub(super) key: String,
    pub(super) key_span: Span,
    pub(super) value: GivenValue,
}

/// What it holds.
#[derive(Debug, Clone)]
pub(super) enum GivenValue {
    Value(Value),
    Block(Arguments),
}

impl Arguments {
    /// The values of an argument, and the blocks of a kind, by name.
    pub(super) fn of<'a>(&'a self, key: &'a str) -> impl Iterator<Item = &'a GivenValue> {
        self.given.iter().filter(move |given| given.key == key).map(|given| &given.value)
    }

    /// The value of an argument.
    pub(super) fn value<'a>(&'a self, key: &'a str) -> Option<&'a Value> {
        self.of(key).find_map(|value| if let GivenValue::Value(value) = value { Some(value) } else { None })
    }

    /// The blocks of a kind.
    pub(super) fn blocks<'a>(&'a self, key: &'a str) -> impl Iterator<Item = &'a Arguments> {
        self.of(key).filter_map(|value| if let GivenValue::Block(block) = value { Some(block) } else { None })
    }
}

impl Evaluator<'_> {
    /// Works out all that a resource sets.
    pub(super) fn resource(&mut self, block: &Block, scope: &mut Scope) -> Arguments {
        let mut arguments = self.arguments(&block.body, block.span, scope);
        arguments.given.retain(|given| !META.contains(&given.key.as_str()));
        arguments
    }

    /// Works out all that a body sets.
    pub(super) fn arguments(&mut self, body: &Body, span: Span, scope: &mut Scope) -> Arguments {
        let mut given = Vec::new();
        for argument in &body.arguments {
            let value = GivenValue::Value(self.evaluate(&argument.value, scope));
            given.push(Given { key: argument.key.clone(), key_span: argument.key_span, value });
        }
        for block in &body.blocks {
            match (block.kind.as_str(), block.labels.first()) {
                ("dynamic", Some(label)) => {
                    for arguments in self.repeated(block, &label.text, scope) {
                        let value = GivenValue::Block(arguments);
                        given.push(Given { key: label.text.clone(), key_span: label.span, value });
                    }
                }
                _ => {
                    let value = GivenValue::Block(self.arguments(&block.body, block.span, scope));
                    given.push(Given { key: block.kind.clone(), key_span: block.kind_span, value });
                }
            }
        }
        given.sort_by_key(|given| given.key_span.start);
        Arguments { span, given }
    }

    /// The blocks of a `dynamic` one; where nobody knows how many there are, one with names that nobody knows.
    fn repeated(&mut self, block: &Block, kind: &str, scope: &mut Scope) -> Vec<Arguments> {
        let Some(content) = block.body.blocks("content").next() else { return Vec::new() };
        let Some(for_each) = block.body.argument("for_each") else { return Vec::new() };
        let collection = self.evaluate(&for_each.value, scope);
        let name = block.body.argument("iterator").and_then(|argument| match &argument.value.kind {
            Kind::Variable(name) => Some(name.clone()),
            _ => None,
        });
        let name = name.unwrap_or_else(|| kind.to_owned());
        let items = items_with_keys(&collection).unwrap_or_else(|| {
            let span = for_each.value.span;
            vec![(unknown(span, &format!("{name}.key")), unknown(span, &format!("{name}.value")))]
        });
        let mut all = Vec::with_capacity(items.len());
        for (key, value) in items {
            let member =
                |key: &str, value: Value| Member { key: key.to_owned(), key_span: content.span, value };
            let item = What::Map(vec![member("key", key), member("value", value)]);
            scope.names.push((name.clone(), Value::new(content.span, item)));
            all.push(self.arguments(&content.body, block.span, scope));
            scope.names.pop();
        }
        all
    }
}
