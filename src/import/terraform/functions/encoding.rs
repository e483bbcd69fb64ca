//! Functions that read files, and texts in other languages.
//!
//! JSON and YAML that are made stay the values that they are made of, so that references in them are not lost.

use std::path::Path;

use crate::import::terraform::evaluate::{Evaluator, Scope, unknown};
use crate::import::terraform::functions::text_value;
use crate::import::terraform::native;
use crate::import::value::{Member, Value, What};
use crate::source::{self, Node, Span, Text};

/// The value of a function of encodings; nothing where the name is another's or something is not known.
pub(super) fn apply(name: &str, values: &[Value], span: Span) -> Option<Value> {
    match (name, values) {
        ("jsonencode" | "yamlencode", [value]) => Some(Value { span, ..value.clone() }),
        ("jsondecode" | "yamldecode", [value]) => match &value.what {
            What::Text(text) => {
                let reading = source::read(&Text::new("", text.as_str()));
                reading.root.filter(|_| reading.faults.is_empty()).map(|root| of_tree(&root, span))
            }
            What::Map(_) | What::List(_) => Some(Value { span, ..value.clone() }),
            _ => None,
        },
        _ => None,
    }
}

/// A tree as a value, all of it at one place.
fn of_tree(node: &Node, span: Span) -> Value {
    let what = match &node.value {
        source::Value::Scalar(_) if node.is_null() => What::Absent,
        source::Value::Scalar(scalar) => What::Text(scalar.text.clone()),
        source::Value::Sequence(items) => What::List(items.iter().map(|item| of_tree(item, span)).collect()),
        source::Value::Mapping(mapping) => What::Map(
            mapping
                .iter()
                .map(|(key, entry)| Member {
                    key: key.to_owned(),
                    key_span: span,
                    value: of_tree(&entry.value, span),
                })
                .collect(),
        ),
    };
    Value::new(span, what)
}

pub(super) fn file(evaluator: &mut Evaluator<'_>, values: &[Value], span: Span) -> Value {
    match values {
        [path] => match path.text().map(|path| evaluator.local.read(Path::new(path))) {
            Some(Some(content)) => text_value(span, content),
            _ => unknown(span, &format!("file({:?})", path.shown())),
        },
        _ => unknown(span, "file(...)"),
    }
}

pub(super) fn exists(evaluator: &mut Evaluator<'_>, values: &[Value], span: Span) -> Value {
    match values.first().and_then(Value::text) {
        Some(path) => text_value(span, evaluator.local.read(Path::new(path)).is_some().to_string()),
        None => unknown(span, "fileexists(...)"),
    }
}

/// The text of a template in a file of its own, which knows no names but those that it is given.
pub(super) fn template_file(
    evaluator: &mut Evaluator<'_>,
    values: &[Value],
    span: Span,
    instance: usize,
) -> Value {
    let (Some(path), names) = (values.first(), values.get(1)) else {
        return unknown(span, "templatefile(...)");
    };
    let content = path.text().and_then(|path| evaluator.local.read(Path::new(path)));
    let names = names.map(Value::members).unwrap_or_default();
    let names = names.into_iter().map(|member| (member.key.clone(), member.value.clone())).collect();
    match content {
        Some(content) => template_of_file(evaluator, &content, span, &mut Scope { instance, names }),
        None => unknown(span, &format!("templatefile({:?})", path.shown())),
    }
}

/// The text of a template that stands elsewhere.
fn template_of_file(evaluator: &mut Evaluator<'_>, content: &str, span: Span, scope: &mut Scope) -> Value {
    match native::template(content, span) {
        Some(parts) => evaluator.template(span, &parts, scope),
        None => unknown(span, "a template that cannot be read"),
    }
}
