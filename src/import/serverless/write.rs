//! Writes trees: the template that a service stands for is made of them, with the places of what it is made of.

use std::sync::Arc;

use crate::source::{Entry, Mapping, Node, Scalar, Span, Style, Value};

/// A text.
pub(super) fn text(span: Span, text: &str) -> Arc<Node> {
    let scalar = Scalar { text: text.to_owned(), style: Style::DoubleQuoted };
    Arc::new(Node { span, tag: None, value: Value::Scalar(scalar) })
}

/// A list.
pub(super) fn list(span: Span, items: Vec<Arc<Node>>) -> Arc<Node> {
    Arc::new(Node { span, tag: None, value: Value::Sequence(items) })
}

/// A mapping.
pub(super) fn mapping(span: Span, entries: Vec<Entry>) -> Arc<Node> {
    Arc::new(Node { span, tag: None, value: Value::Mapping(Mapping { entries }) })
}

/// A mapping of keys that stand where their values do.
pub(super) fn map(span: Span, entries: Vec<(&str, Arc<Node>)>) -> Arc<Node> {
    mapping(span, entries.into_iter().map(|(key, value)| entry(key, value.span, value)).collect())
}

/// An entry of a mapping.
pub(super) fn entry(key: &str, key_span: Span, value: Arc<Node>) -> Entry {
    Entry { key: text(key_span, key), value, merged: false }
}

/// A reference to a resource of the template.
pub(super) fn reference(span: Span, id: &str) -> Arc<Node> {
    map(span, vec![("Ref", text(span, id))])
}

/// An attribute of a resource of the template.
pub(super) fn attribute(span: Span, id: &str, attribute: &str) -> Arc<Node> {
    map(span, vec![("Fn::GetAtt", list(span, vec![text(span, id), text(span, attribute)]))])
}

/// A resource of the template.
pub(super) fn resource(id: &str, id_span: Span, kind: &str, properties: Arc<Node>) -> Entry {
    let span = id_span.to(properties.span);
    let body = mapping(
        span,
        vec![entry("Type", id_span, text(id_span, kind)), entry("Properties", properties.span, properties)],
    );
    entry(id, id_span, body)
}

/// Puts a value at a dotted way; after `[]` the rest of the way is gone for every item.
pub(super) fn put(entries: &mut Vec<Entry>, path: &str, key_span: Span, value: Arc<Node>) {
    let (first, rest) = path.split_once('.').map_or((path, None), |(first, rest)| (first, Some(rest)));
    if let Some(name) = first.strip_suffix("[]") {
        let items = match &value.value {
            Value::Sequence(items) => items.clone(),
            _ => vec![Arc::clone(&value)],
        };
        let items = items.into_iter().map(|item| match rest {
            Some(rest) => {
                let mut inner = Vec::new();
                put(&mut inner, rest, key_span, Arc::clone(&item));
                mapping(item.span, inner)
            }
            None => item,
        });
        let items = items.collect();
        entries.push(entry(name, key_span, list(value.span, items)));
        return;
    }
    let Some(rest) = rest else {
        entries.push(entry(first, key_span, value));
        return;
    };
    let known = entries.iter().position(|entry| entry.key.as_text() == Some(first));
    let mut inner = match known.map(|index| entries.remove(index)) {
        Some(Entry { value, .. }) => {
            value.as_mapping().map(|mapping| mapping.entries.clone()).unwrap_or_default()
        }
        None => Vec::new(),
    };
    put(&mut inner, rest, key_span, Arc::clone(&value));
    entries.push(entry(first, key_span, mapping(value.span, inner)));
}

/// A tree whose spans begin further on.
pub(super) fn moved(node: &Arc<Node>, start: u32) -> Arc<Node> {
    if start == 0 {
        return Arc::clone(node);
    }
    let shift = |span: Span| Span::new(span.start + start, span.end + start);
    let value = match &node.value {
        Value::Scalar(scalar) => Value::Scalar(scalar.clone()),
        Value::Sequence(items) => Value::Sequence(items.iter().map(|item| moved(item, start)).collect()),
        Value::Mapping(mapping) => Value::Mapping(Mapping {
            entries: mapping
                .entries
                .iter()
                .map(|entry| Entry {
                    key: moved(&entry.key, start),
                    value: moved(&entry.value, start),
                    merged: entry.merged,
                })
                .collect(),
        }),
    };
    let tag = node.tag.clone().map(|mut tag| {
        tag.span = shift(tag.span);
        tag
    });
    Arc::new(Node { span: shift(node.span), tag, value })
}
