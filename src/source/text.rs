//! A file's text, with lines and columns.

use std::sync::Arc;

use crate::source::Span;

/// The text of a file and its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    name: String,
    content: Arc<str>,
    line_starts: Vec<u32>,
}

/// A line and a column, both from 1; columns count characters (Unicode scalar values), a tab being one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// The line.
    pub line: u32,
    /// The column.
    pub column: u32,
}

impl Text {
    /// A text under the name by which people know it.
    ///
    /// # Panics
    /// If it is 4 GiB or longer.
    pub fn new(name: impl Into<String>, content: impl Into<Arc<str>>) -> Self {
        let content = content.into();
        assert!(u32::try_from(content.len()).is_ok(), "a file of 4 GiB is no design");
        let ends = memchr::memchr_iter(b'\n', content.as_bytes()).map(|end| end as u32 + 1);
        let line_starts = std::iter::once(0).chain(ends).collect();
        Self { name: name.into(), content, line_starts }
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.content
    }

    /// The part of the text at a span; empty where the span lies outside or cuts a character.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        self.content.get(span.range()).unwrap_or("")
    }

    /// The line and column of a byte; the end of the text where it lies beyond. A byte order mark counts for nothing.
    ///
    /// ```
    /// use thalweg::source::{Position, Text};
    /// let text = Text::new("d.yaml", "é: 1\r\nb: 2\r\n");
    /// assert_eq!(text.position(4), Position { line: 1, column: 4 });
    /// assert_eq!(text.position(10), Position { line: 2, column: 4 });
    /// ```
    #[must_use]
    pub fn position(&self, offset: u32) -> Position {
        let offset = offset.min(self.content.len() as u32);
        let line = self.line_starts.partition_point(|start| *start <= offset);
        let before = self.slice(Span::new(self.line_starts[line - 1], offset));
        let column = before.chars().filter(|c| *c != '\u{feff}').count();
        Position { line: line as u32, column: column as u32 + 1 }
    }
}
