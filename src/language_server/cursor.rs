//! Where in a design the cursor stands, in text that is being typed and seldom whole.
//!
//! The word at the cursor is replaced by one that nobody writes, with what may be missing behind it, and the text is read:
//! where that word turns up is where the cursor stands.

use std::ops::Range;
use std::sync::Arc;

use crate::source::{self, KeyPath, Node, Span, Text, Value};

/// A word that nobody writes.
const MARK: &str = "thalwegCursor7c1";

/// The place of the cursor.
#[derive(Debug)]
pub(super) struct Cursor {
    /// The bytes of the word that is being typed.
    pub(super) word: Span,
    /// The document with the mark in the place of the word.
    pub(super) root: Arc<Node>,
    /// The mapping or list that holds the word as a key, or the value that is the word.
    pub(super) path: KeyPath,
    /// Whether the word is a key of what `path` leads to.
    pub(super) is_key: bool,
}

/// Every place at which the word at a byte of the text can stand: a word alone in a list may become a key or an item.
pub(super) fn places(text: &str, offset: usize) -> Vec<Cursor> {
    let word = word(text, offset);
    let line = text[..word.start].rfind('\n').map_or(0, |end| end + 1);
    let opens_line = text[line..word.start].chars().all(|c| matches!(c, ' ' | '-'));
    let behind = text[word.end..].trim_start_matches(' ').starts_with(':');
    let endings: &[&str] = match (behind, opens_line) {
        (true, _) => &["", "}", "]"],
        (false, true) => &[": x", "", ": x}", ": x}]"],
        (false, false) => &["", ": x", "}", ": x}", "]", "}]", ": x}]"],
    };
    let mut found: Vec<Cursor> = Vec::new();
    for ending in endings {
        let marked = format!("{}{MARK}{ending}{}", &text[..word.start], &text[word.end..]);
        let Some(root) = source::read(&Text::new("cursor", marked)).root else { continue };
        let Some((path, is_key)) = search(&root, KeyPath::default()) else { continue };
        if !found.iter().any(|known| known.is_key == is_key) {
            let word = Span::new(word.start as u32, word.end as u32);
            found.push(Cursor { word, root, path, is_key });
        }
        let in_list = opens_line && text[line..word.start].contains('-');
        if !in_list {
            break;
        }
    }
    found
}

/// The word around a byte: letters, digits, `-`, `_` and `.`; the `-` of an arrow is none of it.
fn word(text: &str, offset: usize) -> Range<usize> {
    let part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    let before = text[..offset].trim_end_matches(part);
    let start = before.len();
    let start = start + text[start..offset].len() - text[start..offset].trim_start_matches('-').len();
    let behind = &text[offset..];
    let length = behind.find(|c| !part(c)).unwrap_or(behind.len());
    let kept =
        if behind[length..].starts_with('>') { behind[..length].trim_end_matches('-').len() } else { length };
    start..offset + kept
}

fn search(node: &Node, path: KeyPath) -> Option<(KeyPath, bool)> {
    match &node.value {
        Value::Scalar(scalar) => scalar.text.contains(MARK).then_some((path, false)),
        Value::Sequence(items) => {
            items.iter().enumerate().find_map(|(index, item)| search(item, path.clone().index(index)))
        }
        Value::Mapping(mapping) => {
            if mapping.iter().any(|(key, _)| key.contains(MARK)) {
                return Some((path, true));
            }
            mapping.iter().find_map(|(key, entry)| search(&entry.value, path.clone().key(key)))
        }
    }
}
