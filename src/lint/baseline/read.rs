//! Reads a baseline; JSON is YAML too, so that one reader does for both.

use std::sync::Arc;

use crate::diagnostic::Diagnostic;
use crate::fields::{Fields, text, wrong_type};
use crate::lint::baseline::{Baseline, Entry, Key, Subject};
use crate::source::{self, Node, Text};

/// The only version of the format.
pub(super) const VERSION: i64 = 1;

pub(super) fn baseline(file: &Arc<Text>) -> (Baseline, Vec<Diagnostic>) {
    let reading = source::read(file);
    let mut mistakes: Vec<Diagnostic> = reading.faults.iter().map(Diagnostic::from).collect();
    let mut baseline = Baseline::default();
    // What could not be read may be what seems to be missing.
    let root = reading.root.filter(|_| reading.left_out.is_empty());
    let fields = root.as_ref().and_then(|root| Fields::of(root, "a baseline", &mut mistakes));
    let Some(mut fields) = fields else { return (baseline, mistakes) };
    if let Some(node) = fields.require("version", &mut mistakes)
        && node.as_integer() != Some(VERSION)
    {
        mistakes.push(wrong_type(node, &format!("only version {VERSION} of the format is known")));
    }
    if let Some(node) = fields.require("findings", &mut mistakes) {
        match node.as_sequence() {
            Some(items) => {
                for (key, entry) in items.iter().filter_map(|item| finding(item, &mut mistakes)) {
                    // Two branches that added the same entry mean it once.
                    let known = baseline.entries.entry(key).or_insert(entry);
                    known.count = known.count.max(entry.count);
                }
            }
            None => mistakes.push(wrong_type(node, "`findings` is a list of entries with `file` and `rule`")),
        }
    }
    fields.finish(&mut mistakes);
    (baseline, mistakes)
}

fn finding(node: &Node, mistakes: &mut Vec<Diagnostic>) -> Option<(Key, Entry)> {
    let mut fields = Fields::of(node, "an entry of `findings`", mistakes)?;
    let mut needed = |key: &str| {
        let node = fields.require(key, mistakes)?;
        text(node, mistakes).map(str::to_owned)
    };
    let (file, rule) = (needed("file"), needed("rule"));
    let subject = match (fields.value("node"), fields.value("flow")) {
        (None, None) => Some(Subject::File),
        (Some(node), None) => text(node, mistakes).map(|id| Subject::Node(id.to_owned())),
        (None, Some(flow)) => text(flow, mistakes).map(|ends| Subject::Flow(ends.to_owned())),
        (Some(_), Some(flow)) => {
            mistakes.push(wrong_type(flow, "an entry has a `node` or a `flow`, not both"));
            None
        }
    };
    let count = fields.value("count").map_or(Some(1), |node| count(node, mistakes));
    fields.finish(mistakes);
    let key = Key { file: file?, rule: rule?, subject: subject? };
    Some((key, Entry { count: count?, span: node.span }))
}

fn count(node: &Node, mistakes: &mut Vec<Diagnostic>) -> Option<usize> {
    let found = node.as_integer().and_then(|number| usize::try_from(number).ok()).filter(|count| *count > 0);
    if found.is_none() {
        mistakes.push(wrong_type(node, "`count` is a whole number from 1"));
    }
    found
}
