//! The tree: scalars, lists and mappings, each with its place.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::source::Span;

/// A value and its place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Node {
    /// The place: a collection's reaches from its first key or item (or bracket) to the end of its last. What stands
    /// for an alias has the place of the anchored value.
    pub span: Span,
    /// The tag, such as `!Ref`, where there is one.
    pub tag: Option<Tag>,
    /// What stands there.
    pub value: Value,
}

/// A tag as written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tag {
    /// With its exclamation mark.
    pub text: String,
    /// Its place.
    pub span: Span,
}

/// What stands at a place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Value {
    /// Text, a number, nothing: whatever is no collection.
    Scalar(Scalar),
    /// A list.
    Sequence(Vec<Arc<Node>>),
    /// Keys with values.
    Mapping(Mapping),
}

/// Text after folding and escapes, and how it was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scalar {
    /// The text; nothing written reads as empty.
    pub text: String,
    /// How it was written.
    pub style: Style,
}

/// How a scalar was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Style {
    /// Without quotes.
    Plain,
    /// In `'`.
    SingleQuoted,
    /// In `"`.
    DoubleQuoted,
    /// As a block after `|`.
    Literal,
    /// As a block after `>`.
    Folded,
}

/// Keys with values, in the order of the file; those that come from `<<` last.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Mapping {
    /// The entries; of a key that stands twice only the first.
    pub entries: Vec<Entry>,
}

/// A key and its value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// The key, a scalar.
    pub key: Arc<Node>,
    /// The value.
    pub value: Arc<Node>,
    /// Whether it was merged in from another mapping.
    pub merged: bool,
}

impl Mapping {
    /// The keys' texts with their entries.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Entry)> {
        self.entries.iter().filter_map(|entry| Some((entry.key.as_text()?, entry)))
    }
}

impl Node {
    /// What it is, as a sentence says it: `a mapping`, `a list`, `text`, `a number` or `nothing`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match &self.value {
            Value::Mapping(_) => "a mapping",
            Value::Sequence(_) => "a list",
            Value::Scalar(_) if self.is_null() => "nothing",
            Value::Scalar(scalar) if scalar.style == Style::Plain && scalar.text.parse::<f64>().is_ok() => {
                "a number"
            }
            Value::Scalar(_) => "text",
        }
    }

    /// The mapping, if it is one.
    #[must_use]
    pub fn as_mapping(&self) -> Option<&Mapping> {
        match &self.value {
            Value::Mapping(mapping) => Some(mapping),
            _ => None,
        }
    }

    /// The items, if it is a list.
    #[must_use]
    pub fn as_sequence(&self) -> Option<&[Arc<Self>]> {
        match &self.value {
            Value::Sequence(items) => Some(items),
            _ => None,
        }
    }

    /// The scalar, if it is one.
    #[must_use]
    pub fn as_scalar(&self) -> Option<&Scalar> {
        match &self.value {
            Value::Scalar(scalar) => Some(scalar),
            _ => None,
        }
    }

    /// The text of a scalar; nothing written reads as the empty text.
    ///
    /// ```
    /// use thalweg::source::{Text, read};
    /// let root = read(&Text::new("d.yaml", "a: {b: no}\nc:\n")).root.unwrap();
    /// assert_eq!(root.get("a").and_then(|a| a.get("b")).and_then(|b| b.as_text()), Some("no"));
    /// assert!(root.get("c").unwrap().is_null());
    /// ```
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        self.as_scalar().map(|scalar| scalar.text.as_str())
    }

    /// Whether nothing, `~` or `null` stands there, by YAML 1.2's core schema.
    #[must_use]
    pub fn is_null(&self) -> bool {
        self.as_scalar().is_some_and(|scalar| {
            scalar.style == Style::Plain
                && matches!(scalar.text.as_str(), "" | "~" | "null" | "Null" | "NULL")
        })
    }

    /// The entry of a key, if it is a mapping that has it.
    #[must_use]
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.as_mapping()?.iter().find(|(name, _)| *name == key).map(|(_, entry)| entry)
    }

    /// The value of a key, if it is a mapping that has it.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.entry(key).map(|entry| entry.value.as_ref())
    }
}
