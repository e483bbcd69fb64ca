//! Reads TOML into the same spanned tree as YAML, so that one reader of fields serves both.

use std::ops::Range;
use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::diagnostic::{Diagnostic, Label};
use crate::source::{Entry, Mapping, Node, Scalar, Span, Style, Text, Value};

/// The tree of a text, and everything that is wrong with it as TOML. What could be understood is there in any case.
pub(super) fn tree(text: &Text) -> (Node, Vec<Diagnostic>) {
    let (table, errors) = DeTable::parse_recoverable(text.as_str());
    let mistakes = errors.iter().map(|error| {
        let span = error.span().map_or(Span::at(0), span);
        Diagnostic::new("syntax", Label::new(span, "here"), first_line(error.message()))
    });
    let mistakes = mistakes.collect();
    (Node { span: span(table.span()), tag: None, value: of_table(table.get_ref()) }, mistakes)
}

/// Keys come in the order of the file.
fn of_table(table: &DeTable<'_>) -> Value {
    let mut entries: Vec<Entry> = table
        .iter()
        .map(|(key, value)| Entry {
            key: Arc::new(scalar(span(key.span()), key.get_ref().to_string(), Style::DoubleQuoted)),
            value: Arc::new(of_value(value)),
            merged: false,
        })
        .collect();
    entries.sort_by_key(|entry| entry.key.span);
    Value::Mapping(Mapping { entries })
}

fn of_value(value: &Spanned<DeValue<'_>>) -> Node {
    let place = span(value.span());
    match value.get_ref() {
        DeValue::String(text) => scalar(place, text.to_string(), Style::DoubleQuoted),
        DeValue::Integer(number) => scalar(place, number.to_string(), Style::Plain),
        DeValue::Float(number) => scalar(place, number.to_string(), Style::Plain),
        DeValue::Boolean(flag) => scalar(place, flag.to_string(), Style::Plain),
        DeValue::Datetime(moment) => scalar(place, moment.to_string(), Style::Plain),
        DeValue::Array(items) => {
            let items = items.iter().map(|item| Arc::new(of_value(item))).collect();
            Node { span: place, tag: None, value: Value::Sequence(items) }
        }
        DeValue::Table(table) => Node { span: place, tag: None, value: of_table(table) },
    }
}

fn scalar(span: Span, text: String, style: Style) -> Node {
    Node { span, tag: None, value: Value::Scalar(Scalar { text, style }) }
}

fn span(bytes: Range<usize>) -> Span {
    Span::new(bytes.start as u32, bytes.end as u32)
}

/// The parser adds its expectations on lines of their own.
fn first_line(message: &str) -> String {
    message.lines().collect::<Vec<_>>().join("; ")
}
