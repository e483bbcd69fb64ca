//! Paths through a document, by key and index.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// One step down.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Step {
    /// To the value under a key of a mapping.
    Key(String),
    /// To an item of a sequence, from 0.
    Index(usize),
}

/// The way from the root of a document (no steps) to a node, written `nodes.web.traffic[0]`.
///
/// A key that is empty or holds one of `.`, `[`, `]`, `"` or white space is written in double quotes,
/// with `\"` and `\\` for quote and backslash inside; so what is displayed parses back to the same path.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct KeyPath(Vec<Step>);

/// A text that is no [`KeyPath`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyPathError {
    /// The byte at which the text stops making sense.
    pub offset: usize,
}

impl KeyPath {
    /// The path one key further down.
    ///
    /// ```
    /// use thalweg::source::{KeyPath, Step};
    ///
    /// let item = KeyPath::default().key("nodes").key("a.b").index(0);
    /// assert_eq!(item.to_string(), "nodes.\"a.b\"[0]");
    /// assert_eq!("nodes.\"a.b\"[0]".parse(), Ok(item.clone()));
    /// assert_eq!(item.steps()[2], Step::Index(0));
    /// assert!("nodes..b".parse::<KeyPath>().is_err());
    /// ```
    #[must_use]
    pub fn key(self, key: impl Into<String>) -> Self {
        self.with(Step::Key(key.into()))
    }

    /// The path one item further down.
    #[must_use]
    pub fn index(self, index: usize) -> Self {
        self.with(Step::Index(index))
    }

    /// The steps, from the root.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.0
    }

    fn with(mut self, step: Step) -> Self {
        self.0.push(step);
        self
    }
}

impl FromIterator<Step> for KeyPath {
    fn from_iter<I: IntoIterator<Item = Step>>(steps: I) -> Self {
        Self(steps.into_iter().collect())
    }
}

impl fmt::Display for KeyPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (nth, step) in self.0.iter().enumerate() {
            match step {
                Step::Index(index) => write!(f, "[{index}]")?,
                Step::Key(key) => {
                    f.write_str(if nth == 0 { "" } else { "." })?;
                    write_key(f, key)?;
                }
            }
        }
        Ok(())
    }
}

fn write_key(f: &mut fmt::Formatter<'_>, key: &str) -> fmt::Result {
    if !key.is_empty() && !key.contains(special) {
        return f.write_str(key);
    }
    f.write_str("\"")?;
    for character in key.chars() {
        if matches!(character, '"' | '\\') {
            f.write_str("\\")?;
        }
        write!(f, "{character}")?;
    }
    f.write_str("\"")
}

fn special(character: char) -> bool {
    matches!(character, '.' | '[' | ']' | '"') || character.is_whitespace()
}

impl fmt::Display for KeyPathError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected a path such as `nodes.web.traffic[0]`; it breaks off at byte {}", self.offset)
    }
}

impl std::error::Error for KeyPathError {}

impl FromStr for KeyPath {
    type Err = KeyPathError;

    fn from_str(text: &str) -> Result<Self, KeyPathError> {
        let mut steps = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            let failed = KeyPathError { offset: text.len() - rest.len() };
            let (step, after) = split_step(rest, steps.is_empty()).ok_or(failed)?;
            steps.push(step);
            rest = after;
        }
        Ok(Self(steps))
    }
}

/// The first step of `text` and what follows it; the first key of a path has no dot in front.
fn split_step(text: &str, first: bool) -> Option<(Step, &str)> {
    if let Some(inner) = text.strip_prefix('[') {
        let (digits, rest) = inner.split_once(']')?;
        let plain = digits.chars().all(|digit| digit.is_ascii_digit());
        return digits.parse().ok().filter(|_| plain).map(|index| (Step::Index(index), rest));
    }
    let text = if first { text } else { text.strip_prefix('.')? };
    if let Some(inner) = text.strip_prefix('"') {
        return split_quoted(inner);
    }
    let end = text.find(special).unwrap_or(text.len());
    (end > 0).then(|| (Step::Key(text[..end].to_owned()), &text[end..]))
}

fn split_quoted(inner: &str) -> Option<(Step, &str)> {
    let mut key = String::new();
    let mut characters = inner.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return Some((Step::Key(key), &inner[at + 1..])),
            '\\' => key.push(characters.next()?.1),
            _ => key.push(character),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_no_path_says_where_it_breaks_off() {
        for (text, offset) in
            [("a..b", 1), ("a.", 1), ("a[x]", 1), ("a[0", 1), (".a", 0), ("a.\"b", 1), ("a[+1]", 1)]
        {
            assert_eq!(text.parse::<KeyPath>(), Err(KeyPathError { offset }), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_displayed_path_parses_back(steps in prop::collection::vec(
            prop_oneof![".*".prop_map(Step::Key), any::<usize>().prop_map(Step::Index)], 0..6)) {
            let path: KeyPath = steps.into_iter().collect();
            prop_assert_eq!(path.to_string().parse(), Ok(path));
        }
    }
}
