//! Documents that stand in strings: state machines, policies, OpenAPI bodies and pipelines, as JSON or YAML.
//!
//! What was put together of texts and references is read as one document in which the references are found again, so
//! that it is the same to everybody whether a body is written as a string or as a mapping.

use std::fmt::Write as _;
use std::sync::Arc;

use crate::import::cloudformation::pieces;
use crate::import::value::{Member, Value, What};
use crate::source::{self, Node, Span, Text, Value as Tree};

/// Stand around the number of a part that is no text; they are for private use, so that no document holds them.
const OPEN: char = '\u{e000}';
const CLOSE: char = '\u{e001}';

/// The document in a value, if it is a text that holds one; a mapping or list is one by itself.
pub(super) fn structured(value: &Value) -> Option<Value> {
    match &value.what {
        What::Map(_) | What::List(_) => Some(value.clone()),
        What::Text(text) => document(value.span, text, &[]),
        What::Joined(parts) => {
            let mut text = String::new();
            let mut others = Vec::new();
            for part in parts {
                if let What::Text(known) = &part.what {
                    text.push_str(known);
                } else {
                    write!(text, "{OPEN}{}{CLOSE}", others.len()).expect("memory takes it");
                    others.push(part.clone());
                }
            }
            document(value.span, &text, &others)
        }
        What::Either(branches) => branches.iter().find_map(structured),
        _ => None,
    }
}

fn document(span: Span, text: &str, others: &[Value]) -> Option<Value> {
    let looks_like_one = text.trim_start().starts_with(['{', '[']) || text.contains(':');
    if !looks_like_one {
        return None;
    }
    let reading = source::read(&Text::new("document", Arc::<str>::from(text)));
    let root = reading.root.filter(|_| reading.faults.is_empty())?;
    matches!(root.value, Tree::Mapping(_) | Tree::Sequence(_)).then(|| value_of(span, &root, others))
}

fn value_of(span: Span, node: &Node, others: &[Value]) -> Value {
    match &node.value {
        Tree::Scalar(_) if node.is_null() => Value::new(span, What::Absent),
        Tree::Scalar(scalar) => filled(span, &scalar.text, others),
        Tree::Sequence(items) => {
            Value::new(span, What::List(items.iter().map(|item| value_of(span, item, others)).collect()))
        }
        Tree::Mapping(mapping) => {
            let members = mapping.iter().map(|(key, entry)| Member {
                key: key.to_owned(),
                key_span: span,
                value: value_of(span, &entry.value, others),
            });
            Value::new(span, What::Map(members.collect()))
        }
    }
}

/// A text with its parts put back.
fn filled(span: Span, text: &str, others: &[Value]) -> Value {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once(OPEN) {
        let Some((number, after)) = behind.split_once(CLOSE) else { break };
        parts.push(Value::new(span, What::Text(before.to_owned())));
        parts.extend(number.parse::<usize>().ok().and_then(|number| others.get(number).cloned()));
        rest = after;
    }
    parts.push(Value::new(span, What::Text(rest.to_owned())));
    pieces::whole(span, parts)
}

#[cfg(test)]
mod tests {
    use super::structured;
    use crate::import::value::{Value, What};
    use crate::source::Span;

    #[test]
    fn references_are_found_again_in_the_document() {
        let nowhere = Span::at(0);
        let text = |text: &str| Value::new(nowhere, What::Text(text.to_owned()));
        let table = Value::new(nowhere, What::Reference { resource: "Table".to_owned(), attribute: None });
        let parts = vec![text("{\"a\": {\"TableName\": \""), table.clone(), text("\", \"b\": [1]}}")];
        let document = structured(&Value::new(nowhere, What::Joined(parts))).unwrap();
        assert_eq!(document.at(&["a", "TableName"]), Some(&table));
        assert_eq!(document.at(&["a", "b"]).unwrap().items()[0].text(), Some("1"));
        assert_eq!(structured(&text("plain words")), None);
    }
}
