//! Findings that are known and not reported again, by rule, file and node or flow: never by line.
//!
//! Lines move and unrelated names change without touching a key. How many findings a key stands for is counted, so that a
//! further one of the same kind at the same node is new.

mod read;
mod write;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Label, Severity};
use crate::source::{Span, Text};

/// The rule that an entry breaks whose finding is gone.
const STALE: &str = "baseline-without-finding";

/// What a finding is known by. Ordered as it is written: by file, then rule, then subject.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// The file's path from the folder of the baseline, with forward slashes.
    pub file: String,
    /// The rule's id.
    pub rule: String,
    /// What it is about.
    pub subject: Subject,
}

/// What a finding is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// The file as a whole.
    File,
    /// A node.
    Node(String),
    /// A flow, as `a -> b`.
    Flow(String),
}

/// How many findings of a key are known, and where that is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Entry {
    count: usize,
    span: Span,
}

/// The findings that are known.
#[derive(Debug, Clone, Default)]
pub struct Baseline {
    entries: BTreeMap<Key, Entry>,
}

/// The form in which a baseline is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// YAML, one line a key.
    Yaml,
    /// JSON, one line a key.
    Json,
}

impl Key {
    /// What a finding in a file is known by.
    #[must_use]
    pub fn of(file: &str, diagnostic: &Diagnostic) -> Self {
        let subject = match (&diagnostic.flow, &diagnostic.node) {
            (Some((from, to)), _) => Subject::Flow(format!("{from} -> {to}")),
            (None, Some(node)) => Subject::Node(node.clone()),
            (None, None) => Subject::File,
        };
        Self { file: file.to_owned(), rule: diagnostic.rule.clone(), subject }
    }

    /// ` at ` with the node or flow; nothing for the file as a whole.
    fn place(&self) -> String {
        match &self.subject {
            Subject::File => String::new(),
            Subject::Node(at) | Subject::Flow(at) => format!(" at `{at}`"),
        }
    }
}

impl Baseline {
    /// Reads a baseline, in YAML or JSON; gives every mistake in it.
    #[must_use]
    pub fn read(text: &Arc<Text>) -> (Self, Vec<Diagnostic>) {
        read::baseline(text)
    }

    /// A baseline of these findings.
    #[must_use]
    pub fn of(keys: impl Iterator<Item = Key>) -> Self {
        let mut baseline = Self::default();
        for key in keys {
            baseline.entries.entry(key).or_insert(Entry { count: 0, span: Span::at(0) }).count += 1;
        }
        baseline
    }

    /// The text of the file: sorted, one line a key, the same for the same findings.
    ///
    /// ```
    /// use thalweg::lint::baseline::{Baseline, Form, Key, Subject};
    /// let key = Key { file: "a.yaml".into(), rule: "r".into(), subject: Subject::Node("in".into()) };
    /// let text = Baseline::of([key.clone(), key].into_iter()).write(Form::Yaml);
    /// assert!(text.ends_with("findings:\n  - {file: a.yaml, rule: r, node: in, count: 2}\n"));
    /// ```
    #[must_use]
    pub fn write(&self, form: Form) -> String {
        write::baseline(self, form)
    }

    /// How many findings are known.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.values().map(|entry| entry.count).sum()
    }

    /// Whether none is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// For each finding of a file, in its order, whether it is known: the first ones of a key are, up to its count.
    #[must_use]
    pub fn known(&self, file: &str, found: &[Diagnostic]) -> Vec<bool> {
        let mut left: BTreeMap<&Key, usize> = BTreeMap::new();
        found
            .iter()
            .map(|diagnostic| {
                let Some((key, entry)) = self.entries.get_key_value(&Key::of(file, diagnostic)) else {
                    return false;
                };
                let left = left.entry(key).or_insert(entry.count);
                let known = *left > 0;
                *left = left.saturating_sub(1);
                known
            })
            .collect()
    }

    /// The files that have entries, each once.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        let mut last = None;
        self.entries
            .keys()
            .map(|key| key.file.as_str())
            .filter(move |file| last.replace(*file) != Some(*file))
    }

    /// The baseline with the entries of a file replaced by these keys. An entry stays, as far as its findings are there, for
    /// the keys of `unseen`: findings that nobody asked for.
    pub fn update(&mut self, file: &str, seen: impl Iterator<Item = Key>, unseen: impl Iterator<Item = Key>) {
        let (seen, unseen) = (Self::of(seen), Self::of(unseen));
        let mut fresh = seen.entries;
        for (key, entry) in unseen.entries {
            if let (Some(known), false) = (self.entries.get(&key), fresh.contains_key(&key)) {
                fresh.insert(key, Entry { count: entry.count.min(known.count), span: known.span });
            }
        }
        self.remove(file);
        self.entries.extend(fresh);
    }

    /// The baseline without the entries of a file.
    pub fn remove(&mut self, file: &str) {
        self.entries.retain(|key, _| key.file != file);
    }

    /// A finding in the baseline for every entry of a file that stands for more findings than there are; all of them where
    /// the file is gone (`found` is nothing).
    #[must_use]
    pub fn stale(&self, file: &str, found: Option<&[Diagnostic]>) -> Vec<Diagnostic> {
        let there = Self::of(found.unwrap_or_default().iter().map(|diagnostic| Key::of(file, diagnostic)));
        let of_file = self.entries.iter().filter(|(key, _)| key.file == file);
        of_file
            .filter_map(|(key, entry)| {
                let left = there.entries.get(key).map_or(0, |entry| entry.count);
                (left < entry.count).then(|| stale(key, *entry, left, found.is_none()))
            })
            .collect()
    }
}

fn stale(key: &Key, entry: Entry, left: usize, gone: bool) -> Diagnostic {
    let (file, rule, place) = (&key.file, &key.rule, key.place());
    let message = match (gone, left) {
        (true, _) => format!("`{file}` is not there any more"),
        (false, 0) => format!("`{rule}` finds nothing any more{place} in `{file}`"),
        (false, _) => format!("`{rule}` finds {left} and not {}{place} in `{file}`", entry.count),
    };
    Diagnostic::new(STALE, Label::new(entry.span, "stands for nothing that is found"), message)
        .severity(Severity::Warning)
        .help("remove the entry, or run `thalweg check` with `--update-baseline`")
}
