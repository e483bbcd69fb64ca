//! Paths of keys through the tree.

use std::fmt;

use crate::source::{Node, Value};

/// One step down.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// To the value of a key.
    Key(String),
    /// To an item of a list, from 0.
    Index(usize),
}

/// The way from the root to a node; shown as `nodes.web.traffic[0]`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct KeyPath(pub Vec<Step>);

impl KeyPath {
    /// The path one key further down.
    #[must_use]
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.0.push(Step::Key(key.into()));
        self
    }

    /// The path one item further down.
    #[must_use]
    pub fn index(mut self, index: usize) -> Self {
        self.0.push(Step::Index(index));
        self
    }
}

impl fmt::Display for KeyPath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, step) in self.0.iter().enumerate() {
            match step {
                Step::Key(key) if number == 0 => formatter.write_str(key)?,
                Step::Key(key) => write!(formatter, ".{key}")?,
                Step::Index(index) => write!(formatter, "[{index}]")?,
            }
        }
        Ok(())
    }
}

impl Node {
    /// The node at the end of a path, if there is one.
    ///
    /// ```
    /// use thalweg::source::{KeyPath, Text, read};
    /// let root = read(&Text::new("d.yaml", "a: [x, {b: y}]")).root.unwrap();
    /// let path = KeyPath::default().key("a").index(1).key("b");
    /// assert_eq!(path.to_string(), "a[1].b");
    /// assert_eq!(root.at(&path).and_then(|node| node.as_text()), Some("y"));
    /// ```
    #[must_use]
    pub fn at(&self, path: &KeyPath) -> Option<&Self> {
        path.0.iter().try_fold(self, |node, step| match (step, &node.value) {
            (Step::Key(key), _) => node.get(key),
            (Step::Index(index), Value::Sequence(items)) => items.get(*index).map(AsRef::as_ref),
            (Step::Index(_), _) => None,
        })
    }
}
