//! Edits that change one entry of a document and leave the rest of its text as it is.
//!
//! Every function gives what to replace, or nothing where the change would reach further than its entry: into a value
//! that an anchor shares, or into one that stands elsewhere and is only referred to.

use std::fmt::Write as _;

use crate::source::read::read;
use crate::source::removal::removal_of_entry;
use crate::source::scalar::{Scalar, Style};
use crate::source::span::Span;
use crate::source::text::Text;
use crate::source::tree::{Entry, Mapping, Node, Value};

/// A span and what comes in its place.
pub type Edit = (Span, String);

/// The text with all edits made; they must not overlap.
///
/// ```
/// use thalweg::source::{Span, apply_edits};
///
/// let edits = [(Span::new(3, 4), "22".to_owned()), (Span::at(0), "# one\n".to_owned())];
/// assert_eq!(apply_edits("a: 1\n", &edits), "# one\na: 22\n");
/// ```
#[must_use]
pub fn apply_edits(content: &str, edits: &[Edit]) -> String {
    let mut sorted: Vec<&Edit> = edits.iter().collect();
    sorted.sort_by_key(|(span, _)| *span);
    let mut edited = String::with_capacity(content.len());
    let mut kept = 0;
    for (span, new) in sorted {
        edited.push_str(&content[kept..span.start as usize]);
        edited.push_str(new);
        kept = span.end as usize;
    }
    edited.push_str(&content[kept..]);
    edited
}

/// `value` as it is written in a file, in the quotes that `like` has, or in quotes where it would not read back without.
///
/// ```
/// use thalweg::source::{Text, read, written_like};
///
/// let root = read(&Text::new("t", "[a, 'b', \"c\"]")).root.unwrap();
/// let quoted: Vec<_> = root.as_sequence().unwrap().iter().map(|item| written_like(item, "x y")).collect();
/// assert_eq!(quoted, ["x y", "'x y'", "\"x y\""]);
/// assert_eq!(written_like(&root, "a, b"), "'a, b'");
/// ```
#[must_use]
pub fn written_like(like: &Node, value: &str) -> String {
    match like.as_scalar().map(|scalar| scalar.style) {
        Some(Style::DoubleQuoted) => double_quoted(value),
        Some(Style::SingleQuoted) if !value.chars().any(char::is_control) => single_quoted(value),
        _ if reads_back(value) => value.to_owned(),
        _ if value.chars().any(char::is_control) => double_quoted(value),
        _ => single_quoted(value),
    }
}

/// A path below a mapping, and the value to set there as it is written in a file.
pub type Setting<'a> = (&'a [&'a str], &'a str);

/// Sets entries at paths below `mapping`. What is not there yet is added: at the end, in the style and with the
/// indentation that the mapping has, and what two paths share is added once. Nothing where two paths contradict.
///
/// ```
/// use thalweg::source::{Setting, Text, apply_edits, read, set_entries};
///
/// let set = |design: &str, settings: &[Setting<'_>]| {
///     let text = Text::new("t", design);
///     set_entries(&text, &read(&text).root.unwrap(), settings).map(|edits| apply_edits(design, &edits))
/// };
/// assert_eq!(set("a: 1  # one\nb: 2\n", &[(&["a"], "9")]).unwrap(), "a: 9  # one\nb: 2\n");
/// assert_eq!(set("a: 1  # one", &[(&["b"], "9")]).unwrap(), "a: 1  # one\nb: 9");
/// assert_eq!(set("{a: {b: 1}}", &[(&["a", "c"], "9")]).unwrap(), "{a: {b: 1, c: 9}}");
/// assert_eq!(set("a: 1\n", &[(&["b", "c"], "8"), (&["b", "d"], "9")]).unwrap(), "a: 1\nb: {c: 8, d: 9}\n");
/// assert_eq!(set("a: &x 1\nb: *x\n", &[(&["a"], "9")]), None);
/// assert_eq!(set("<<: {a: {b: 1}}\n", &[(&["a", "b"], "9")]), None);
/// assert_eq!(set("a: 1\n", &[(&["b"], "8"), (&["b", "d"], "9")]), None);
/// ```
#[must_use]
pub fn set_entries(text: &Text, mapping: &Node, settings: &[Setting<'_>]) -> Option<Vec<Edit>> {
    let mut edits = Vec::new();
    let mut added = Vec::new();
    for (key, below) in by_first_step(settings)? {
        let value = value_of(&below);
        match mapping.entry(key) {
            None => added.push(entry_of(key, &below)?),
            Some(entry) if entry.merged && value.is_some() => added.push(entry_of(key, &below)?),
            // Further inside, it stands where others share it; an entry of its own would hide the rest of it.
            Some(entry) if entry.merged || !is_own(text, entry) => return None,
            Some(entry) => match value {
                Some(value) => edits.push(replacement(&entry.value, value)?),
                None => edits.extend(set_entries(text, &entry.value, &below)?),
            },
        }
    }
    // Behind what is added further inside, which may stand at the same place and belongs to the entry above.
    if !added.is_empty() {
        edits.push(insertion(text, mapping, &added)?);
    }
    Some(edits)
}

/// Takes the entry at a path below `mapping` out, and with it what would be left empty.
///
/// ```
/// use thalweg::source::{Text, apply_edits, read, remove_entry};
///
/// let remove = |design: &str, path: &[&str]| {
///     let text = Text::new("t", design);
///     remove_entry(&text, &read(&text).root.unwrap(), path).map(|edit| apply_edits(design, &[edit]))
/// };
/// assert_eq!(remove("a: 1\nb: 2 # two\nc: 3\n", &["b"]).unwrap(), "a: 1\nc: 3\n");
/// assert_eq!(remove("{a: 1, b: {c: 2}}", &["b", "c"]).unwrap(), "{a: 1}");
/// assert_eq!(remove("a: 1\n", &["a"]), None);
/// ```
#[must_use]
pub fn remove_entry(text: &Text, mapping: &Node, path: &[&str]) -> Option<Edit> {
    let (first, rest) = path.split_first()?;
    let entry = mapping.entry(first).filter(|entry| !entry.merged && is_own(text, entry))?;
    let leaves_some = |node: &Node| node.as_mapping().is_some_and(|mapping| mapping.entries.len() > 1);
    if !rest.is_empty() && leaves_some(&entry.value) {
        return remove_entry(text, &entry.value, rest);
    }
    // A path must lead to something, and a mapping without entries would mean something else.
    let is_there = rest.is_empty() || (rest.len() == 1 && entry.value.get(rest[0]).is_some());
    if !is_there || !leaves_some(mapping) {
        return None;
    }
    let whole = entry.key.span.to(entry.value.span);
    Some((removal_of_entry(text, whole)?, String::new()))
}

/// Whether the value of an entry is written at the entry and nowhere else: neither an alias nor anchored for one.
#[must_use]
pub fn is_own(text: &Text, entry: &Entry) -> bool {
    let (key, value) = (entry.key.span, entry.value.span);
    let between = text.slice(Span::new(key.end, value.start));
    key.end <= value.start && between.trim_start().starts_with(':') && !between.contains(['&', '*'])
}

fn replacement(old: &Node, value: &str) -> Option<Edit> {
    let quoted =
        matches!(old.as_scalar(), Some(Scalar { style: Style::SingleQuoted | Style::DoubleQuoted, .. }));
    match &old.value {
        _ if old.span.is_empty() => Some((old.span, format!(" {value}"))),
        Value::Scalar(Scalar { style: Style::Literal | Style::Folded, .. }) | Value::Mapping(_) => None,
        Value::Scalar(_) if quoted && reads_back(value) => Some((old.span, written_like(old, value))),
        Value::Scalar(_) | Value::Sequence(_) => Some((old.span, value.to_owned())),
    }
}

/// Settings by the first step of their paths, with the rest of the path: in the order in which the steps come first.
fn by_first_step<'a>(settings: &[Setting<'a>]) -> Option<Vec<(&'a str, Vec<Setting<'a>>)>> {
    let mut groups: Vec<(&str, Vec<Setting<'_>>)> = Vec::new();
    for (path, value) in settings {
        let (first, rest) = path.split_first()?;
        match groups.iter_mut().find(|(known, _)| known == first) {
            Some((_, below)) => below.push((rest, value)),
            None => groups.push((first, vec![(rest, value)])),
        }
    }
    Some(groups)
}

/// The value of an entry whose settings lead no further.
fn value_of<'a>(below: &[Setting<'a>]) -> Option<&'a str> {
    match below {
        [([], value)] => Some(value),
        _ => None,
    }
}

/// `a: {b: 1, c: 2}` for all that is set below `a`.
fn entry_of(key: &str, below: &[Setting<'_>]) -> Option<String> {
    if let Some(value) = value_of(below) {
        return Some(format!("{key}: {value}"));
    }
    let inner = by_first_step(below)?.into_iter().map(|(key, below)| entry_of(key, &below));
    Some(format!("{key}: {{{}}}", inner.collect::<Option<Vec<_>>>()?.join(", ")))
}

fn insertion(text: &Text, mapping: &Node, added: &[String]) -> Option<Edit> {
    let entries = mapping.as_mapping()?;
    if text.slice(mapping.span).starts_with('{') {
        in_braces(text, mapping, entries, &added.join(", "))
    } else {
        in_block(text, mapping, entries, added)
    }
}

/// Behind the last value that is written there; what follows, a comma or a comment, stays behind the new entries.
fn in_braces(text: &Text, mapping: &Node, entries: &Mapping, added: &str) -> Option<Edit> {
    let own = |entry: &&Entry| !entry.merged && is_own(text, entry) && !entry.value.span.is_empty();
    if let Some(last) = entries.entries.iter().rev().find(own) {
        return Some((Span::at(last.value.span.end), format!(", {added}")));
    }
    let inside = text.slice(mapping.span).strip_prefix('{')?.strip_suffix('}')?;
    inside.trim().is_empty().then(|| (Span::at(mapping.span.start + 1), added.to_owned()))
}

/// On lines of their own below the last one; above the first where the last value is a block scalar, which may reach
/// further than it shows.
fn in_block(text: &Text, mapping: &Node, entries: &Mapping, added: &[String]) -> Option<Edit> {
    let first = text.line_span(mapping.span.start);
    let lead = text.slice(Span::new(first.start, mapping.span.start)).trim_start_matches('\u{feff}');
    if !lead.trim_matches([' ', '-']).is_empty() {
        return None;
    }
    let last = text.line_span(mapping.span.end);
    let line_end = if text.as_str()[last.end as usize..].starts_with("\r\n") { "\r\n" } else { "\n" };
    let next_line = format!("{line_end}{}", " ".repeat(lead.len()));
    let added = added.join(&next_line);
    if entries
        .entries
        .iter()
        .any(|entry| !entry.merged && ends_in_block_scalar(&entry.value, mapping.span.end))
    {
        return Some((Span::at(mapping.span.start), format!("{added}{next_line}")));
    }
    let behind = text.slice(Span::new(mapping.span.end, last.end)).trim_start();
    let free = behind.is_empty() || behind.starts_with('#');
    free.then(|| (Span::at(last.end), format!("{next_line}{added}")))
}

fn ends_in_block_scalar(node: &Node, end: u32) -> bool {
    node.span.end == end
        && match &node.value {
            Value::Scalar(scalar) => matches!(scalar.style, Style::Literal | Style::Folded),
            Value::Sequence(items) => items.iter().any(|item| ends_in_block_scalar(item, end)),
            Value::Mapping(mapping) => {
                mapping.entries.iter().any(|entry| ends_in_block_scalar(&entry.value, end))
            }
        }
}

/// Whether a plain scalar reads back as this text, between brackets too, where least is allowed.
fn reads_back(value: &str) -> bool {
    let reading = read(&Text::new("", format!("[{value}]")));
    let read = reading.root.as_deref().and_then(Node::as_sequence);
    let same = |item: &Node| {
        item.as_scalar().is_some_and(|scalar| scalar.style == Style::Plain && scalar.text == value)
    };
    reading.faults.is_empty() && matches!(read, Some([item]) if same(item))
}

fn single_quoted(value: &str) -> String {
    format!("'{}'", value.replace('\'', "''"))
}

fn double_quoted(value: &str) -> String {
    let mut quoted = String::from("\"");
    for character in value.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            character if character.is_control() => {
                write!(quoted, "\\u{:04x}", character as u32).expect("memory");
            }
            character => quoted.push(character),
        }
    }
    quoted.push('"');
    quoted
}
