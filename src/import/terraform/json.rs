//! Reads Terraform's JSON syntax (`*.tf.json`) into the shapes of [`syntax`](super::syntax).
//!
//! JSON does not tell arguments from nested blocks: an object, or a list of objects, below a resource is read as blocks,
//! and the table of resource types says which of them are maps.

use std::sync::Arc;

use crate::diagnostic::Diagnostic;
use crate::import::terraform::native;
use crate::import::terraform::syntax::{Argument, Block, Body, Expression, Key, Kind, Label};
use crate::source::{self, Node, Span, Style, Text, Value};

/// The body of a file whose spans begin at `start`; its mistakes are noted.
pub(super) fn body(text: &Arc<Text>, start: u32, mistakes: &mut Vec<Diagnostic>) -> Body {
    let reading = source::read(text);
    mistakes.extend(reading.faults.iter().map(|fault| {
        let mut mistake = Diagnostic::from(fault);
        mistake.primary.span = moved(mistake.primary.span, start);
        mistake.related.iter_mut().for_each(|label| label.span = moved(label.span, start));
        mistake
    }));
    let mut body = Body::default();
    let root = reading.root.as_deref().map(members).unwrap_or_default();
    for (key, key_span, value) in root {
        let labels = match key {
            "resource" | "data" => 2,
            "variable" | "output" | "module" => 1,
            "locals" => 0,
            _ => {
                body.arguments.push(argument(key, moved(key_span, start), value, start));
                continue;
            }
        };
        blocks(key, moved(key_span, start), value, (labels, start), &mut body.blocks);
    }
    body
}

fn moved(span: Span, start: u32) -> Span {
    Span::new(span.start + start, span.end + start)
}

fn members(node: &Node) -> Vec<(&str, Span, &Node)> {
    match &node.value {
        Value::Mapping(mapping) => {
            mapping.iter().map(|(key, entry)| (key, entry.key.span, entry.value.as_ref())).collect()
        }
        Value::Sequence(items) => items.iter().flat_map(|item| members(item)).collect(),
        Value::Scalar(_) => Vec::new(),
    }
}

/// The blocks below a kind, with as many levels of labels as it has.
fn blocks(kind: &str, kind_span: Span, node: &Node, (labels, start): (usize, u32), found: &mut Vec<Block>) {
    let mut open: Vec<(Vec<Label>, &Node)> = vec![(Vec::new(), node)];
    for _ in 0..labels {
        open = open
            .into_iter()
            .flat_map(|(labels, node)| {
                members(node).into_iter().map(move |(key, span, value)| {
                    let label = Label { text: key.to_owned(), span: moved(span, start) };
                    (labels.iter().cloned().chain([label]).collect(), value)
                })
            })
            .collect();
    }
    for (labels, node) in open {
        let bodies: Vec<&Node> = match &node.value {
            Value::Sequence(items) => items.iter().map(AsRef::as_ref).collect(),
            _ => vec![node],
        };
        for node in bodies {
            let first = labels.first().map_or(kind_span, |label| label.span);
            let span = first.to(moved(node.span, start));
            let body = nested(node, start, labels.len() == 2);
            found.push(Block { kind: kind.to_owned(), kind_span, labels: labels.clone(), body, span });
        }
    }
}

/// The body of a block; only resources and data sources have blocks within.
fn nested(node: &Node, start: u32, has_blocks: bool) -> Body {
    let mut body = Body::default();
    for (key, key_span, value) in members(node) {
        let key_span = moved(key_span, start);
        let items: Vec<&Node> = match &value.value {
            Value::Mapping(_) => vec![value],
            Value::Sequence(items) if !items.is_empty() => items.iter().map(AsRef::as_ref).collect(),
            _ => Vec::new(),
        };
        let is_block =
            has_blocks && !items.is_empty() && items.iter().all(|item| item.as_mapping().is_some());
        if is_block {
            body.blocks.extend(items.into_iter().map(|item| Block {
                kind: key.to_owned(),
                kind_span: key_span,
                labels: Vec::new(),
                body: nested(item, start, true),
                span: moved(item.span, start),
            }));
        } else {
            body.arguments.push(argument(key, key_span, value, start));
        }
    }
    body
}

fn argument(key: &str, key_span: Span, value: &Node, start: u32) -> Argument {
    Argument { key: key.to_owned(), key_span, value: expression(value, start) }
}

/// A value; texts are templates.
pub(super) fn expression(node: &Node, start: u32) -> Expression {
    let span = moved(node.span, start);
    let kind = match &node.value {
        Value::Scalar(scalar) if scalar.style == Style::Plain && scalar.is_null() => Kind::Null,
        Value::Scalar(scalar) if scalar.text.contains("${") || scalar.text.contains("%{") => {
            match native::template(&scalar.text, span) {
                Some(parts) => Kind::Template(parts),
                None => Kind::Literal(scalar.text.clone()),
            }
        }
        Value::Scalar(scalar) => Kind::Literal(scalar.text.clone()),
        Value::Sequence(items) => Kind::List(items.iter().map(|item| expression(item, start)).collect()),
        Value::Mapping(mapping) => Kind::Object(
            mapping
                .iter()
                .map(|(key, entry)| {
                    let key = Key::Name(key.to_owned(), moved(entry.key.span, start));
                    (key, expression(&entry.value, start))
                })
                .collect(),
        ),
    };
    Expression { span, kind }
}
