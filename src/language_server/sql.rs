//! The nodes that a query names as tables.

use crate::source::{Node, Span, Text, locate};

/// What stands before the name of a table.
const BEFORE: [&str; 3] = ["TABLE", "FROM", "JOIN"];

/// The words in the place of a table, each with its place (without back-ticks) and whether it is in back-ticks. A function
/// such as `TABLE(` is none; nor is what stands in a text.
pub(super) fn tables(text: &Text, query: &Node) -> Vec<(String, Span, bool)> {
    let Some(sql) = query.as_text() else { return Vec::new() };
    let words = words(sql);
    let mut found = Vec::new();
    for pair in words.windows(2) {
        let [(before, _), (word, quoted)] = pair else { continue };
        let is_keyword = BEFORE.iter().any(|keyword| sql[before.clone()].eq_ignore_ascii_case(keyword));
        let called = sql[word.end..].trim_start().starts_with('(') && !quoted;
        let joined = sql[before.end..word.start].chars().all(|c| c.is_whitespace() || c == '`');
        if is_keyword && joined && !called {
            found.push((sql[word.clone()].to_owned(), locate(text, query, word.clone()), *quoted));
        }
    }
    found
}

/// The words of a query, texts and comments left out, with whether they are in back-ticks.
fn words(sql: &str) -> Vec<(std::ops::Range<usize>, bool)> {
    let mut words = Vec::new();
    let mut at = 0;
    while let Some(c) = sql[at..].chars().next() {
        let rest = &sql[at..];
        if rest.starts_with("--") {
            at += rest.find('\n').unwrap_or(rest.len());
        } else if matches!(c, '\'' | '`') {
            let inside = rest[1..].find(c).unwrap_or(rest.len() - 1);
            if c == '`' {
                words.push((at + 1..at + 1 + inside, true));
            }
            at = (at + inside + 2).min(sql.len());
        } else if c.is_alphanumeric() || c == '_' {
            let length = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
            words.push((at..at + length, false));
            at += length;
        } else {
            at += c.len_utf8();
        }
    }
    words
}
