//! From a part of a scalar's value back to the bytes that wrote it.
//!
//! The value is what remains after unescaping, folding and indentation; a checker of the value (an
//! expression, a query) knows places in the value only. Here the scalar is read a second time, piece by
//! piece, each piece with its place in the file. Should the second reading ever disagree with the first,
//! the whole scalar is the answer.

use std::ops::Range;

use crate::source::scalar::{Scalar, Style};
use crate::source::span::Span;
use crate::source::text::Text;
use crate::source::tree::Node;

mod block;
mod flow;

/// The bytes of `text` that wrote the bytes `range` of the value of `scalar`.
///
/// A part of a character counts as the character; a range beyond the value is cut. An empty range gives
/// the empty span before the character at its start. A node that is no scalar gives its span.
/// Costs time in proportion to the length of the scalar.
///
/// ```
/// use thalweg::source::{Text, locate, read};
///
/// let text = Text::new("t", "sql: >\n  SELECT a,\n  \n  b FROM \"t\"\nquoted: \"tab\\tend\"");
/// let root = read(&text).root.unwrap();
/// let sql = root.get("sql").unwrap();
/// let at = sql.as_text().unwrap().find('b').unwrap();
/// assert_eq!(text.slice(locate(&text, sql, at..at + 6)), "b FROM");
/// assert_eq!(text.slice(locate(&text, root.get("quoted").unwrap(), 2..4)), "b\\t");
/// ```
#[must_use]
pub fn locate(text: &Text, scalar: &Node, range: Range<usize>) -> Span {
    let whole = scalar.span;
    let Some(value) = scalar.as_scalar() else { return whole };
    if let Some(span) = as_written(text, whole, value, &range) {
        return span;
    }
    let pieces = pieces(text, whole, value);
    if !agrees(&pieces, &value.text) {
        return whole;
    }
    narrow(&pieces, &value.text, range).unwrap_or(whole)
}

/// A character of the value with the bytes that wrote it.
#[derive(Clone, Copy, Debug)]
struct Piece {
    character: char,
    source: Span,
}

/// The place within a scalar that is written as it reads, as nearly all are: without escapes, on one line.
fn as_written(text: &Text, span: Span, scalar: &Scalar, range: &Range<usize>) -> Option<Span> {
    let value = scalar.text.as_str();
    let start = match scalar.style {
        Style::Plain => span.start,
        Style::SingleQuoted | Style::DoubleQuoted => span.start + 1,
        Style::Literal | Style::Folded => return None,
    };
    let written = text.as_str().get(start as usize..start as usize + value.len())?;
    let around = 2 * (start - span.start) as usize;
    if value.is_empty() || written != value || span.len() != value.len() + around {
        return None;
    }
    let from = value.floor_char_boundary(range.start.min(value.len()));
    let upto = value.ceil_char_boundary(range.end.min(value.len())).max(from);
    Some(Span::new(start + from as u32, start + upto as u32))
}

fn pieces(text: &Text, span: Span, scalar: &Scalar) -> Vec<Piece> {
    let inside = || text.slice(Span::new(span.start + 1, span.end.saturating_sub(1).max(span.start + 1)));
    match scalar.style {
        Style::Plain => flow::plain(text.slice(span), span.start),
        Style::SingleQuoted => flow::single_quoted(inside(), span.start + 1),
        Style::DoubleQuoted => flow::double_quoted(inside(), span.start + 1),
        Style::Literal | Style::Folded => block::pieces(text.as_str(), span, scalar),
    }
}

/// Whether the pieces spell the value; at the end of a file the parser adds a line feed that is not there.
fn agrees(pieces: &[Piece], value: &str) -> bool {
    let spelled = pieces.iter().map(|piece| piece.character);
    let missing = value.chars().count().saturating_sub(pieces.len());
    spelled.zip(value.chars()).all(|(ours, theirs)| ours == theirs)
        && (missing == 0 || missing == 1 && value.ends_with('\n'))
}

fn narrow(pieces: &[Piece], value: &str, range: Range<usize>) -> Option<Span> {
    let start = value.floor_char_boundary(range.start.min(value.len()));
    let end = value.ceil_char_boundary(range.end.min(value.len()));
    let first = value[..start].chars().count();
    let last = pieces.last()?.source;
    let from = pieces.get(first).map_or(Span::at(last.end), |piece| piece.source);
    if end <= start {
        return Some(Span::at(from.start));
    }
    let count = value[start..end].chars().count();
    let upto = pieces.get(first + count - 1).map_or(Span::at(last.end), |piece| piece.source);
    Some(from.to(upto))
}
