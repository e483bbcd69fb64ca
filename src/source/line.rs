//! A tree written on one line, in YAML's flow style: what `settings: {retries: 5}` is to the same in a block.

use std::fmt::Write as _;

use crate::source::scalar::Style;
use crate::source::tree::{Node, Value};

/// The node on one line. Reading that line gives the same values; comments, anchors and tags are left out.
///
/// ```
/// use thalweg::source::{Text, line, read};
///
/// let root = read(&Text::new("t", "a:\n- 5 MiB\n- 'no, not \"plain\"'\nb: |\n  x\n  y\n")).root.unwrap();
/// assert_eq!(line(&root), r#"{a: [5 MiB, "no, not \"plain\""], b: "x\ny\n"}"#);
/// ```
#[must_use]
pub fn line(node: &Node) -> String {
    let mut text = String::new();
    write(node, &mut text);
    text
}

/// A text as a scalar that stands in any place of a line.
#[must_use]
pub fn quoted(text: &str) -> String {
    let mut written = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' => {
                written.push('\\');
                written.push(character);
            }
            '\n' => written.push_str("\\n"),
            '\t' => written.push_str("\\t"),
            _ if character.is_control() || matches!(character, '\u{feff}' | '\u{2028}' | '\u{2029}') => {
                write!(written, "\\u{:04x}", u32::from(character)).expect("memory");
            }
            _ => written.push(character),
        }
    }
    written.push('"');
    written
}

fn write(node: &Node, text: &mut String) {
    match &node.value {
        Value::Scalar(scalar) if scalar.is_null() => text.push('~'),
        Value::Scalar(scalar) if scalar.style == Style::Plain && is_plain(&scalar.text) => {
            text.push_str(&scalar.text);
        }
        Value::Scalar(scalar) => text.push_str(&quoted(&scalar.text)),
        Value::Sequence(items) => {
            text.push('[');
            for (index, item) in items.iter().enumerate() {
                text.push_str(if index == 0 { "" } else { ", " });
                write(item, text);
            }
            text.push(']');
        }
        Value::Mapping(mapping) => {
            text.push('{');
            for (index, entry) in mapping.entries.iter().enumerate() {
                text.push_str(if index == 0 { "" } else { ", " });
                write(&entry.key, text);
                text.push_str(": ");
                write(&entry.value, text);
            }
            text.push('}');
        }
    }
}

/// Whether a plain scalar of a block is plain on a line too; what might not be is quoted.
fn is_plain(text: &str) -> bool {
    let inner = |character: char| character.is_alphanumeric() || " _./+-".contains(character);
    text.starts_with(|first: char| first.is_alphanumeric() || first == '.' || first == '/')
        && !text.ends_with(' ')
        && text.chars().all(inner)
}
