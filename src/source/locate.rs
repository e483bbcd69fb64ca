//! Finds the place of a part of a scalar, through quotes, escapes, folds and indentation.

use std::ops::Range;

use crate::source::{Node, Span, Style, Text};

/// The place in the file of a range of bytes of a scalar's text.
///
/// Escapes and folds are followed character by character, so that a mistake in SQL inside a block shows at its
/// very word. A range at the end of the text gives an empty place after its last character. Cost: the length of
/// the scalar. Falls back to the whole scalar where the two texts do not fit together.
///
/// ```
/// use thalweg::source::{Text, locate, read};
/// let text = Text::new("d.yaml", "sql: |\n  SELECT a\n  FROM t\n");
/// let root = read(&text).root.unwrap();
/// let span = locate(&text, root.get("sql").unwrap(), 9..13);
/// assert_eq!(text.slice(span), "FROM");
/// ```
#[must_use]
pub fn locate(text: &Text, scalar: &Node, range: Range<usize>) -> Span {
    let Some(found) = scalar.as_scalar() else { return scalar.span };
    let raw = text.slice(scalar.span);
    let offsets = match found.style {
        Style::Plain | Style::Literal | Style::Folded => follow(raw, &found.text, 0, |_| None),
        Style::SingleQuoted => follow(raw, &found.text, 1, single_quoted),
        Style::DoubleQuoted => follow(raw, &found.text, 1, double_quoted),
    };
    let Some(offsets) = offsets else { return scalar.span };
    let start = offsets[range.start.min(found.text.len())];
    let end = if range.end > range.start {
        let last = last_character(&found.text, range.end.min(found.text.len()));
        offsets[last] + written_length(raw, offsets[last], found.style)
    } else {
        start
    };
    Span::new(scalar.span.start + start as u32, scalar.span.start + end as u32)
}

/// The start of the character that ends at `end`.
fn last_character(text: &str, end: usize) -> usize {
    text[..end].char_indices().next_back().map_or(0, |(index, _)| index)
}

/// How many bytes the character at `offset` takes as it was written.
fn written_length(raw: &str, offset: usize, style: Style) -> usize {
    let rest = &raw[offset.min(raw.len())..];
    let escape = match style {
        Style::SingleQuoted => single_quoted(rest),
        Style::DoubleQuoted => double_quoted(rest),
        _ => None,
    };
    escape.map_or_else(|| rest.chars().next().map_or(0, char::len_utf8), |(length, _)| length)
}

/// For every byte of `text`, and for its end, the offset in `raw` at which its character was written.
fn follow(
    raw: &str,
    text: &str,
    start: usize,
    escape: impl Fn(&str) -> Option<(usize, char)>,
) -> Option<Vec<usize>> {
    let mut offsets = Vec::with_capacity(text.len() + 1);
    let mut at = start;
    for wanted in text.chars() {
        at = skip_what_folding_removed(raw, at, wanted, &escape)?;
        offsets.extend(std::iter::repeat_n(at, wanted.len_utf8()));
        let rest = &raw[at..];
        at += match escape(rest) {
            Some((length, _)) => length,
            None if wanted == '\n' || wanted == ' ' => fold_length(rest, wanted),
            None => rest.chars().next().map_or(0, char::len_utf8),
        };
    }
    offsets.push(at.min(raw.len()));
    Some(offsets)
}

/// Moves on to where `wanted` was written, past indentation and line ends that folding took away.
fn skip_what_folding_removed(
    raw: &str,
    mut at: usize,
    wanted: char,
    escape: &impl Fn(&str) -> Option<(usize, char)>,
) -> Option<usize> {
    loop {
        let rest = raw.get(at..)?;
        if let Some((length, meant)) = escape(rest) {
            if meant == wanted {
                return Some(at);
            }
            // An escaped line end means nothing at all.
            if meant == '\0' {
                at += length;
                continue;
            }
            return None;
        }
        match rest.chars().next() {
            Some(found) if found == wanted => return Some(at),
            Some('\n' | '\r') if wanted == ' ' || wanted == '\n' => return Some(at),
            Some(' ' | '\t' | '\n' | '\r') => at += 1,
            // The last line end of a block may lie beyond the place of the scalar.
            None if wanted == '\n' || wanted == ' ' => return Some(raw.len()),
            _ => return None,
        }
    }
}

/// How much of `rest` a line end or a space stands for: `\r\n` is one line end.
fn fold_length(rest: &str, wanted: char) -> usize {
    match (rest.as_bytes(), wanted) {
        ([b'\r', b'\n', ..], _) => 2,
        ([], _) => 0,
        _ => 1,
    }
}

fn single_quoted(rest: &str) -> Option<(usize, char)> {
    rest.starts_with("''").then_some((2, '\''))
}

fn double_quoted(rest: &str) -> Option<(usize, char)> {
    let after = rest.strip_prefix('\\')?;
    let first = after.chars().next()?;
    let hex = |digits: usize| {
        let code = u32::from_str_radix(after.get(1..=digits)?, 16).ok()?;
        Some((digits + 2, char::from_u32(code)?))
    };
    match first {
        'x' => hex(2),
        'u' => hex(4),
        'U' => hex(8),
        '\r' if after.starts_with("\r\n") => Some((3, '\0')),
        '\n' | '\r' => Some((2, '\0')),
        _ => Some((1 + first.len_utf8(), simple_escape(first))),
    }
}

fn simple_escape(letter: char) -> char {
    match letter {
        'a' => '\u{7}',
        'b' => '\u{8}',
        't' => '\t',
        'n' => '\n',
        'v' => '\u{b}',
        'f' => '\u{c}',
        'r' => '\r',
        'e' => '\u{1b}',
        'N' => '\u{85}',
        '_' => '\u{a0}',
        'L' => '\u{2028}',
        'P' => '\u{2029}',
        other => other,
    }
}
