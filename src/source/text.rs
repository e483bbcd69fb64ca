//! One file's content, with its lines.

use std::fmt;
use std::sync::Arc;

use crate::source::span::Span;

/// U+FEFF, which some editors put in front of a file; it is no column of its own.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// The content of a file under the name that messages show.
///
/// A line ends at LF, at CRLF (one end, not two) or at a lone CR, as YAML has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    name: String,
    content: Arc<str>,
    line_starts: Vec<usize>,
}

/// A place for people: both numbers count from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The line.
    pub line: u32,
    /// The column, in Unicode scalar values; a byte-order mark counts for nothing.
    pub column: u32,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

impl Text {
    /// Takes over `content`; finds the line ends once, in linear time.
    ///
    /// ```
    /// use thalweg::source::{Position, Span, Text};
    ///
    /// let text = Text::new("design.yaml", "name: é\r\nnodes: {}\n");
    /// assert_eq!((text.name(), text.as_str().len()), ("design.yaml", 20));
    /// assert_eq!(text.slice(Span::new(6, 8)), "é");
    /// assert_eq!(text.position(8), Position { line: 1, column: 8 });
    /// assert_eq!(text.position(10).to_string(), "2:1");
    /// assert_eq!(text.line_span(10), Span::new(10, 19));
    /// ```
    #[must_use]
    pub fn new(name: impl Into<String>, content: impl Into<Arc<str>>) -> Self {
        let content = content.into();
        let line_starts = line_starts(&content);
        Self { name: name.into(), content, line_starts }
    }

    /// The name given to [`Text::new`], usually a path.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole content, byte-order mark included.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.content
    }

    /// The content under a span, or nothing where the span does not fit this text.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        self.content.get(span.range()).unwrap_or_default()
    }

    /// Line and column of a byte; an offset past the end gives the end, one inside a character its start.
    ///
    /// Costs the logarithm of the number of lines plus the length of the line.
    #[must_use]
    pub fn position(&self, offset: u32) -> Position {
        let offset = floor_boundary(&self.content, offset as usize);
        let line = self.line_starts.partition_point(|start| *start <= offset);
        let start = self.line_starts[line - 1];
        let before = &self.content[start..offset];
        let before = if start == 0 { before.trim_start_matches(BYTE_ORDER_MARK) } else { before };
        Position { line: line as u32, column: before.chars().count() as u32 + 1 }
    }

    /// The line that holds the byte `offset`, without its line end.
    #[must_use]
    pub fn line_span(&self, offset: u32) -> Span {
        let offset = floor_boundary(&self.content, offset as usize);
        let line = self.line_starts.partition_point(|start| *start <= offset);
        let start = self.line_starts[line - 1];
        let end = self.line_starts.get(line).copied().unwrap_or(self.content.len());
        let kept = self.content[start..end].trim_end_matches(['\r', '\n']).len();
        Span::new(start as u32, (start + kept) as u32)
    }

    /// The line below the one that holds the byte `offset`, without its line end, where there is one.
    ///
    /// ```
    /// use thalweg::source::{Span, Text};
    ///
    /// let text = Text::new("t", "a\r\nbc\n");
    /// assert_eq!(text.line_below(0), Some(Span::new(3, 5)));
    /// assert_eq!((text.line_below(3), text.line_below(6)), (Some(Span::at(6)), None));
    /// ```
    #[must_use]
    pub fn line_below(&self, offset: u32) -> Option<Span> {
        let offset = floor_boundary(&self.content, offset as usize);
        let line = self.line_starts.partition_point(|start| *start <= offset);
        self.line_starts.get(line).map(|start| self.line_span(*start as u32))
    }
}

/// The nearest character boundary at or before `offset`, at most the length.
fn floor_boundary(content: &str, offset: usize) -> usize {
    content.floor_char_boundary(offset)
}

fn line_starts(content: &str) -> Vec<usize> {
    let bytes = content.as_bytes();
    let mut starts = vec![0];
    for (at, byte) in bytes.iter().enumerate() {
        let ends = *byte == b'\n' || (*byte == b'\r' && bytes.get(at + 1) != Some(&b'\n'));
        if ends {
            starts.push(at + 1);
        }
    }
    starts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(content: &str, offset: u32) -> String {
        Text::new("t", content).position(offset).to_string()
    }

    #[test]
    fn columns_count_characters_and_skip_the_byte_order_mark() {
        assert_eq!(at("\u{feff}ab", 3), "1:1");
        assert_eq!(at("\u{feff}ab", 0), "1:1");
        assert_eq!(at("éé: 1", 4), "1:3");
        assert_eq!(at("é", 1), "1:1", "inside a character");
        assert_eq!(at("a\u{feff}b", 4), "1:3", "inside a line the mark is a character");
    }

    #[test]
    fn every_kind_of_line_end_is_one() {
        assert_eq!(at("a\r\nb", 3), "2:1");
        assert_eq!(at("a\r\nb", 2), "1:3");
        assert_eq!(at("a\rb", 2), "2:1");
        assert_eq!(at("a\n\nb", 3), "3:1");
        assert_eq!(at("a\n", 99), "2:1", "past the end");
        assert_eq!(at("", 0), "1:1");
    }

    #[test]
    fn a_span_that_does_not_fit_slices_to_nothing() {
        let text = Text::new("t", "é");
        assert_eq!(text.slice(Span::new(0, 2)), "é");
        assert_eq!(text.slice(Span::new(0, 1)), "");
        assert_eq!(text.slice(Span::new(5, 9)), "");
        assert_eq!(text.line_span(99), Span::new(0, 2));
    }
}
