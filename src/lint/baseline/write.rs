//! Writes a baseline: sorted, one line a key, so that a change of one finding is a change of one line.

use std::fmt::Write as _;

use crate::lint::baseline::read::VERSION;
use crate::lint::baseline::{Baseline, Entry, Form, Key, Subject};

const HEAD: &str = "# Findings that are known; what is new is reported. `thalweg check --baseline FILE --update-baseline` writes it anew.\n";

pub(super) fn baseline(baseline: &Baseline, form: Form) -> String {
    let entries: Vec<String> = baseline.entries.iter().map(|(key, entry)| line(key, *entry, form)).collect();
    let mut text = String::new();
    match form {
        Form::Yaml if entries.is_empty() => {
            write!(text, "{HEAD}version: {VERSION}\nfindings: []\n").expect("memory");
        }
        Form::Yaml => {
            let entries = entries.join("\n  - ");
            write!(text, "{HEAD}version: {VERSION}\nfindings:\n  - {entries}\n").expect("memory");
        }
        Form::Json if entries.is_empty() => {
            writeln!(text, "{{\n  \"version\": {VERSION},\n  \"findings\": []\n}}").expect("memory");
        }
        Form::Json => {
            let entries = entries.join(",\n    ");
            writeln!(text, "{{\n  \"version\": {VERSION},\n  \"findings\": [\n    {entries}\n  ]\n}}")
                .expect("memory");
        }
    }
    text
}

fn line(key: &Key, entry: Entry, form: Form) -> String {
    let mut fields = vec![("file", quoted(&key.file, form)), ("rule", quoted(&key.rule, form))];
    match &key.subject {
        Subject::File => {}
        Subject::Node(id) => fields.push(("node", quoted(id, form))),
        Subject::Flow(ends) => fields.push(("flow", quoted(ends, form))),
    }
    if entry.count > 1 {
        fields.push(("count", entry.count.to_string()));
    }
    let fields: Vec<String> =
        fields.into_iter().map(|(name, value)| format!("{}: {value}", quoted(name, form))).collect();
    format!("{{{}}}", fields.join(", "))
}

/// A text as the form needs it: YAML reads plain words without quotes, and everything else as JSON writes it.
fn quoted(text: &str, form: Form) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/');
    let starts = text.starts_with(|c: char| c.is_ascii_alphanumeric());
    let is_word = starts && text.chars().all(plain) && !text.eq_ignore_ascii_case("null");
    if form == Form::Yaml && is_word {
        return text.to_owned();
    }
    serde_json::to_string(text).expect("a text is plain data")
}
