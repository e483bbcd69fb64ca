//! Dotted paths: `node.buffer.size`.

use std::ops::Deref;

/// The names of a path, from its root on. Most surroundings look up the root, and then the rest as one name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path {
    names: Vec<String>,
    rest: String,
}

impl Path {
    /// The path of these names.
    #[must_use]
    pub fn new(names: Vec<String>) -> Self {
        let rest = names.get(1..).unwrap_or_default().join(".");
        Self { names, rest }
    }

    /// The first name; empty for a path of no names.
    #[must_use]
    pub fn root(&self) -> &str {
        self.names.first().map_or("", String::as_str)
    }

    /// What follows the first name, with its dots.
    #[must_use]
    pub fn rest(&self) -> &str {
        &self.rest
    }
}

impl Deref for Path {
    type Target = [String];

    fn deref(&self) -> &[String] {
        &self.names
    }
}
