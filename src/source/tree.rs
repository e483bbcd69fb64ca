//! The YAML tree: every node with the bytes it was written in.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::source::path::{KeyPath, Step};
use crate::source::scalar::{Scalar, Style};
use crate::source::span::Span;

/// A value of the document.
///
/// Aliases share the node of their anchor, so a node can be reached by several paths, and its span is
/// where it is *written*. Such sharing never makes a cycle; the depth is bounded by
/// [`MAX_DEPTH`](crate::source::MAX_DEPTH).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Node {
    /// The whole value: quotes and brackets included, a block mapping from its first key to the end of
    /// its last value, a block scalar from `|` or `>` to its last character. Tag and anchor are outside.
    /// Empty, behind the key or dash, for a value that is left out.
    pub span: Span,
    /// The tag, if one is written.
    pub tag: Option<Tag>,
    /// What it holds.
    pub value: Value,
}

/// A tag as written, such as `!Ref` or `!!str`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tag {
    /// The tag with its exclamation marks.
    pub text: String,
    /// Where it stands.
    pub span: Span,
}

/// What a node holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Value {
    /// Text, a number, a truth value or nothing.
    Scalar(Scalar),
    /// Items in order.
    Sequence(Vec<Arc<Node>>),
    /// Keys with values.
    Mapping(Mapping),
}

/// Keys with values, no key twice.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mapping {
    /// In file order; what `<<` brings in stands last.
    pub entries: Vec<Entry>,
}

/// One key of a mapping with its value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Always a scalar; the reader refuses other keys.
    pub key: Arc<Node>,
    /// The value, empty where the file gives none.
    pub value: Arc<Node>,
    /// Whether it came through `<<`, so that its spans lie elsewhere.
    pub merged: bool,
}

impl Node {
    /// The kind of value in words that fit after "expected … but found".
    ///
    /// ```
    /// use thalweg::source::{Text, read};
    ///
    /// let root = read(&Text::new("t", "[{a: 1}, [], x, 1, true, ~]")).root.unwrap();
    /// let kinds: Vec<_> = root.as_sequence().unwrap().iter().map(|node| node.kind()).collect();
    /// assert_eq!(kinds, ["a mapping", "a list", "text", "a number", "true or false", "nothing"]);
    /// ```
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match &self.value {
            Value::Mapping(_) => "a mapping",
            Value::Sequence(_) => "a list",
            Value::Scalar(_) if self.is_null() => "nothing",
            Value::Scalar(_) if self.as_bool().is_some() => "true or false",
            Value::Scalar(_) if self.as_number().is_some() => "a number",
            Value::Scalar(_) => "text",
        }
    }

    /// The mapping, if it is one.
    ///
    /// ```
    /// use thalweg::source::{KeyPath, Text, read};
    ///
    /// let root = read(&Text::new("t", "a: {b: [x, 2, ~]}\nc: !Ref q")).root.unwrap();
    /// assert_eq!(root.as_mapping().unwrap().entries.len(), 2);
    /// assert_eq!(root.entry("c").unwrap().value.tag.as_ref().unwrap().text, "!Ref");
    /// let list = root.get("a").and_then(|a| a.get("b")).unwrap();
    /// assert_eq!(list.as_sequence().unwrap()[0].as_text(), Some("x"));
    /// let path: KeyPath = "a.b[1]".parse().unwrap();
    /// assert_eq!(root.at(&path).unwrap().as_integer(), Some(2));
    /// assert!(list.as_sequence().unwrap()[2].is_null() && !root.is_null());
    /// ```
    #[must_use]
    pub fn as_mapping(&self) -> Option<&Mapping> {
        if let Value::Mapping(mapping) = &self.value { Some(mapping) } else { None }
    }

    /// The items, if it is a sequence.
    #[must_use]
    pub fn as_sequence(&self) -> Option<&[Arc<Node>]> {
        if let Value::Sequence(items) = &self.value { Some(items) } else { None }
    }

    /// The scalar, if it is one.
    #[must_use]
    pub fn as_scalar(&self) -> Option<&Scalar> {
        if let Value::Scalar(scalar) = &self.value { Some(scalar) } else { None }
    }

    /// The text of a scalar of any style and reading: `12` gives `"12"`.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        self.as_scalar().map(|scalar| scalar.text.as_str())
    }

    /// The truth value of a plain, untagged `true` or `false`.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        self.untagged()?.as_bool()
    }

    /// The whole number of a plain, untagged scalar.
    #[must_use]
    pub fn as_integer(&self) -> Option<i64> {
        self.untagged()?.as_integer()
    }

    /// The finite number of a plain, untagged scalar.
    #[must_use]
    pub fn as_number(&self) -> Option<f64> {
        self.untagged()?.as_number()
    }

    /// Whether there is no value: nothing, `~` or `null`, plain and untagged.
    #[must_use]
    pub fn is_null(&self) -> bool {
        self.untagged().is_some_and(Scalar::is_null)
    }

    /// The entry under `key`; a linear search, `None` for anything but a mapping.
    #[must_use]
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.as_mapping()?.iter().find_map(|(text, entry)| (text == key).then_some(entry))
    }

    /// The value under `key`, found as [`Node::entry`] finds it.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| entry.value.as_ref())
    }

    /// The node that a path leads to; the empty path leads to the node itself.
    #[must_use]
    pub fn at(&self, path: &KeyPath) -> Option<&Node> {
        path.steps().iter().try_fold(self, |node, step| match step {
            Step::Key(key) => node.get(key),
            Step::Index(index) => node.as_sequence()?.get(*index).map(AsRef::as_ref),
        })
    }

    /// Whether it only keeps the place of a value that could not be read, or of an alias that leads nowhere.
    ///
    /// It reads as nothing, but what it should have been is unknown; the reader has reported it.
    #[must_use]
    pub fn is_stand_in(&self) -> bool {
        !self.span.is_empty()
            && self.untagged().is_some_and(|scalar| scalar.is_null() && scalar.text.is_empty())
    }

    /// The node that keeps the place `span`, which is not empty.
    pub(crate) fn stand_in(span: Span) -> Self {
        let value = Value::Scalar(Scalar { text: String::new(), style: Style::Plain });
        Self { span, tag: None, value }
    }

    fn untagged(&self) -> Option<&Scalar> {
        self.as_scalar().filter(|_| self.tag.is_none())
    }
}

impl Mapping {
    /// The entries with the text of their keys, in the order of [`Mapping::entries`].
    ///
    /// ```
    /// use thalweg::source::{Text, read};
    ///
    /// let root = read(&Text::new("t", "<<: {c: 3, a: 4}\na: 1\nb: 2")).root.unwrap();
    /// let mapping = root.as_mapping().unwrap();
    /// let keys: Vec<_> = mapping.iter().map(|(key, entry)| (key, entry.merged)).collect();
    /// assert_eq!(keys, [("a", false), ("b", false), ("c", true)]);
    /// ```
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Entry)> {
        self.entries.iter().filter_map(|entry| Some((entry.key.as_text()?, entry)))
    }
}
