//! Files with the values of parameters: CloudFormation's JSON, and lines of `Name=value` as its command line takes them.

use std::collections::BTreeMap;

use crate::diagnostic::{Diagnostic, Label};
use crate::source::{self, Node, Span, Text};

/// The values of a file, and every mistake in it.
///
/// ```
/// use thalweg::import::parameters::read;
/// use thalweg::source::Text;
///
/// for text in [
///     r#"[{"ParameterKey": "Shards", "ParameterValue": "4"}]"#,
///     r#"{"Parameters": {"Shards": "4"}}"#,
///     "# for the test stage\nShards=4\n",
/// ] {
///     let (values, mistakes) = read(&Text::new("p", text));
///     assert_eq!((values["Shards"].as_str(), mistakes.len()), ("4", 0));
/// }
/// ```
#[must_use]
pub fn read(text: &Text) -> (BTreeMap<String, String>, Vec<Diagnostic>) {
    if !text.as_str().trim_start_matches('\u{feff}').trim_start().starts_with(['{', '[']) {
        return lines(text);
    }
    let reading = source::read(text);
    let mistakes: Vec<Diagnostic> = reading.faults.iter().map(Diagnostic::from).collect();
    let Some(root) = reading.root.filter(|_| mistakes.is_empty()) else { return (BTreeMap::new(), mistakes) };
    match root.as_sequence() {
        Some(items) => of_list(items.iter().map(AsRef::as_ref)),
        None => of_mapping(root.get("Parameters").unwrap_or(&root)),
    }
}

fn of_list<'n>(items: impl Iterator<Item = &'n Node>) -> (BTreeMap<String, String>, Vec<Diagnostic>) {
    let (mut values, mut mistakes) = (BTreeMap::new(), Vec::new());
    for item in items {
        let text = |key| item.get(key).and_then(Node::as_text);
        if let (Some(key), Some(value)) = (text("ParameterKey"), text("ParameterValue")) {
            values.insert(key.to_owned(), value.to_owned());
        } else if let Some((key, value)) = item.as_text().and_then(|text| text.split_once('=')) {
            values.insert(key.to_owned(), value.to_owned());
        } else {
            mistakes.push(mistake(item.span, "a parameter has `ParameterKey` and `ParameterValue`"));
        }
    }
    (values, mistakes)
}

fn of_mapping(node: &Node) -> (BTreeMap<String, String>, Vec<Diagnostic>) {
    let (mut values, mut mistakes) = (BTreeMap::new(), Vec::new());
    for (key, entry) in node.as_mapping().into_iter().flat_map(source::Mapping::iter) {
        match entry.value.as_text() {
            Some(value) => {
                values.insert(key.to_owned(), value.to_owned());
            }
            None => mistakes.push(mistake(entry.value.span, "the value of a parameter is text")),
        }
    }
    (values, mistakes)
}

fn lines(text: &Text) -> (BTreeMap<String, String>, Vec<Diagnostic>) {
    let (mut values, mut mistakes) = (BTreeMap::new(), Vec::new());
    let mut start = 0;
    for line in text.as_str().split_inclusive('\n') {
        let written = line.trim_start_matches('\u{feff}').trim();
        if !written.is_empty() && !written.starts_with('#') {
            match written.split_once('=') {
                Some((key, value)) => {
                    let value = value.trim().trim_matches('"');
                    values.insert(key.trim().to_owned(), value.to_owned());
                }
                None => {
                    let lead = (line.len() - line.trim_start().len()) as u32;
                    let span = Span::new(start + lead, start + lead + written.len() as u32);
                    mistakes.push(mistake(span, "a line is `Name=value`, or the file is JSON"));
                }
            }
        }
        start += line.len() as u32;
    }
    (values, mistakes)
}

fn mistake(span: Span, message: &str) -> Diagnostic {
    Diagnostic::new("syntax", Label::new(span, "not read"), message).help(
        "write `Name=value` on each line, or CloudFormation's list of `ParameterKey` and `ParameterValue`",
    )
}
