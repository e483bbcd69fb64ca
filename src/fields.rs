//! Typed reading of the mappings that people write: cards, rules and designs.
//!
//! A [`Fields`] hands out the entries of one mapping and remembers which were asked for, so that what is left
//! over at the end is an unknown key. Every mistake becomes a diagnostic in the caller's list and reading goes
//! on, so that one pass finds them all.

use crate::diagnostic::{Diagnostic, Fix, Label};
use crate::source::{Entry, Mapping, Node, Span, Value, written_like};
use crate::units::{Dimension, Quantity};

/// The rule that a key which a mapping does not have breaks.
pub const UNKNOWN_KEY: &str = "unknown-key";
/// The rule that a value of another type or unit breaks.
pub const WRONG_TYPE: &str = "wrong-type";
/// The rule that a missing key breaks.
pub const MISSING_SETTING: &str = "missing-setting";

/// How many unknown keys of one mapping are told apart before the rest is only counted.
const MOST_UNKNOWN: usize = 10_000;

/// The entries of one mapping, handed out by name.
///
/// Holds no copy of the tree; the keys asked for are kept for the list that an unknown key shows.
#[derive(Debug)]
pub struct Fields<'a> {
    what: String,
    span: Span,
    mapping: &'a Mapping,
    /// Which of the entries were asked for.
    taken: Vec<bool>,
    /// The keys that were asked for, a line each: hardly ever does anybody want to see them.
    known: String,
}

impl<'a> Fields<'a> {
    /// The fields of `node`, named `what` in messages ("a service card"); nothing, and a mistake noted, where
    /// `node` is not a mapping.
    pub fn of(node: &'a Node, what: impl Into<String>, mistakes: &mut Vec<Diagnostic>) -> Option<Self> {
        let what = what.into();
        if let Value::Mapping(mapping) = &node.value {
            let taken = vec![false; mapping.entries.len()];
            Some(Self { what, span: node.span, mapping, taken, known: String::new() })
        } else {
            mistakes.push(wrong_type(node, &format!("{what} is a mapping of keys to values")));
            None
        }
    }

    /// The entry of `key`, if it is there.
    pub fn take(&mut self, key: &str) -> Option<&'a Entry> {
        self.known.push_str(key);
        self.known.push('\n');
        let entries = &self.mapping.entries;
        let found = entries.iter().position(|entry| entry.key.as_text() == Some(key))?;
        self.taken[found] = true;
        Some(&entries[found])
    }

    /// The value of `key`, if it is there.
    pub fn value(&mut self, key: &str) -> Option<&'a Node> {
        self.take(key).map(|entry| entry.value.as_ref())
    }

    /// The value of `key`; a mistake is noted where it is missing.
    pub fn require(&mut self, key: &str, mistakes: &mut Vec<Diagnostic>) -> Option<&'a Node> {
        let found = self.value(key);
        if found.is_none() {
            mistakes.push(self.missing(key));
        }
        found
    }

    /// The text of `key`, if it is there and is text.
    pub fn text(&mut self, key: &str, mistakes: &mut Vec<Diagnostic>) -> Option<String> {
        self.value(key).and_then(|node| text(node, mistakes)).map(str::to_owned)
    }

    /// The text of `key`; a mistake is noted where it is missing or no text.
    pub fn needed(&mut self, key: &str, mistakes: &mut Vec<Diagnostic>) -> Option<String> {
        self.require(key, mistakes).and_then(|node| text(node, mistakes)).map(str::to_owned)
    }

    /// The flag of `key`; absent counts as `false`.
    pub fn flag(&mut self, key: &str, mistakes: &mut Vec<Diagnostic>) -> bool {
        self.value(key).and_then(|node| flag(node, mistakes)).unwrap_or(false)
    }

    /// The list of texts of `key`; absent counts as empty, and a single text as a list of one.
    pub fn texts(&mut self, key: &str, mistakes: &mut Vec<Diagnostic>) -> Vec<String> {
        let Some(node) = self.value(key) else { return Vec::new() };
        items(node).into_iter().filter_map(|item| text(item, mistakes)).map(str::to_owned).collect()
    }

    /// Notes every key that was never asked for, with the nearest one that was.
    pub fn finish(self, mistakes: &mut Vec<Diagnostic>) {
        let entries = self.mapping.entries.iter().zip(&self.taken);
        let unknown = || entries.clone().filter(|(entry, taken)| !**taken && entry.key.as_text().is_some());
        if unknown().next().is_none() {
            return;
        }
        let mut known: Vec<&str> = self.known.lines().collect();
        known.sort_unstable();
        known.dedup();
        let known = || known.iter().copied();
        mistakes.extend(
            unknown().take(MOST_UNKNOWN).map(|(entry, _)| unknown_key(&self.what, &entry.key, known())),
        );
        if let Some((first, _)) = unknown().nth(MOST_UNKNOWN) {
            let more = unknown().count() - MOST_UNKNOWN;
            let label = Label::new(first.key.span, "from here on");
            let message = format!("{} has {more} more keys that it does not know", self.what);
            mistakes.push(Diagnostic::new(UNKNOWN_KEY, label, message));
        }
    }

    fn missing(&self, key: &str) -> Diagnostic {
        let label = Label::new(self.span, format!("has no `{key}`"));
        Diagnostic::new(MISSING_SETTING, label, format!("{} needs `{key}`", self.what))
            .help(format!("add `{key}:`"))
    }
}

/// The diagnostic of a key that `what` does not have.
pub fn unknown_key<'n>(what: &str, key: &Node, known: impl Iterator<Item = &'n str> + Clone) -> Diagnostic {
    let name = key.as_text().unwrap_or_default();
    let label = Label::new(key.span, "not known here");
    let diagnostic = Diagnostic::new(UNKNOWN_KEY, label, format!("{what} has no key `{name}`"));
    match nearest(name, known.clone()) {
        Some(near) => instead(diagnostic, key, near),
        None => diagnostic.help(format!("use one of {}", listed(known))),
    }
}

/// The diagnostic with the right word for the wrong one that a scalar holds: as help, and as a fix.
#[must_use]
pub fn instead(diagnostic: Diagnostic, wrong: &Node, right: &str) -> Diagnostic {
    let fix = Fix::unsafe_edit(format!("write `{right}`"), wrong.span, written_like(wrong, right));
    diagnostic.help(format!("write `{right}`")).fix(fix)
}

/// The diagnostic of a value that is not what was expected; `expected` is a sentence without its full stop.
#[must_use]
pub fn wrong_type(node: &Node, expected: &str) -> Diagnostic {
    let found = if node.is_null() { "nothing" } else { node.kind() };
    Diagnostic::new(WRONG_TYPE, Label::new(node.span, format!("this is {found}")), expected.to_owned())
}

/// The text of a scalar; a mistake is noted for a mapping, a list or no value at all.
pub fn text<'a>(node: &'a Node, mistakes: &mut Vec<Diagnostic>) -> Option<&'a str> {
    let found = node.as_text().filter(|_| !node.is_null());
    if found.is_none() {
        mistakes.push(wrong_type(node, "text is expected here"));
    }
    found
}

/// `true` or `false`; a mistake is noted for anything else.
pub fn flag(node: &Node, mistakes: &mut Vec<Diagnostic>) -> Option<bool> {
    let found = match node.as_text() {
        Some("true" | "True" | "TRUE") => Some(true),
        Some("false" | "False" | "FALSE") => Some(false),
        _ => None,
    };
    if found.is_none() {
        mistakes.push(wrong_type(node, "`true` or `false` is expected here"));
    }
    found
}

/// A quantity of `dimension`; a mistake is noted for another dimension, a missing or an unknown unit.
pub fn quantity(node: &Node, dimension: Dimension, mistakes: &mut Vec<Diagnostic>) -> Option<Quantity> {
    let Some(written) = node.as_text().filter(|_| !node.is_null()) else {
        mistakes.push(wrong_type(node, &format!("{} is expected here", dimension.described())));
        return None;
    };
    match Quantity::parse_as(written, dimension) {
        Ok(quantity) => Some(quantity),
        Err(error) => {
            let label = Label::new(node.span, dimension.described());
            mistakes.push(Diagnostic::new(WRONG_TYPE, label, error.message).help(error.help));
            None
        }
    }
}

/// The items of a list; anything else is taken for a list of one.
#[must_use]
pub fn items(node: &Node) -> Vec<&Node> {
    match &node.value {
        Value::Sequence(items) => items.iter().map(AsRef::as_ref).collect(),
        _ => vec![node],
    }
}

/// The keys and values of a mapping; an absent one counts as empty, and anything else is a mistake.
pub fn entries<'n>(node: Option<&'n Node>, mistakes: &mut Vec<Diagnostic>) -> Vec<(&'n str, &'n Node)> {
    let Some(node) = node else { return Vec::new() };
    let Value::Mapping(mapping) = &node.value else {
        mistakes.push(wrong_type(node, "a mapping of names is expected here"));
        return Vec::new();
    };
    mapping.iter().map(|(key, entry)| (key, entry.value.as_ref())).collect()
}

/// Longer texts, in bytes, are no names that somebody mistyped.
const LONGEST_NAME: usize = 200;
/// Among how many names the nearest is looked for, so that a file of many strange names is read in time that grows with
/// its size and not with the square of it.
const MOST_CANDIDATES: usize = 1_000;

/// The candidate that `name` was most likely meant to be, or nothing where none is near.
///
/// ```
/// use thalweg::fields::nearest;
/// assert_eq!(nearest("retenton", ["retention", "shards"].into_iter()), Some("retention"));
/// assert_eq!(nearest("colour", ["retention", "shards"].into_iter()), None);
/// ```
pub fn nearest<'n>(name: &str, candidates: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    if name.len() > LONGEST_NAME {
        return None;
    }
    let name = name.to_lowercase();
    candidates
        .take(MOST_CANDIDATES)
        .filter(|candidate| candidate.len() <= LONGEST_NAME)
        .map(|candidate| (strsim::damerau_levenshtein(&name, &candidate.to_lowercase()), candidate))
        .filter(|(distance, candidate)| *distance <= name.len().max(candidate.len()) / 3)
        .min()
        .map(|(_, candidate)| candidate)
}

/// Names as a sentence lists them: `a`, `b` or `c`.
///
/// ```
/// assert_eq!(thalweg::fields::listed(["a", "b", "c"].into_iter()), "`a`, `b` or `c`");
/// ```
pub fn listed<'n>(names: impl Iterator<Item = &'n str>) -> String {
    let mut quoted: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    match quoted.pop() {
        None => "nothing".to_owned(),
        Some(last) if quoted.is_empty() => last,
        Some(last) => format!("{} or {last}", quoted.join(", ")),
    }
}
