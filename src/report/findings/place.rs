//! Lines and columns of a span, as tools count them.

use serde::Serialize;

use crate::source::{Span, Text};

/// Where a span starts and where it ends: lines and columns from 1, columns in characters, the end half-open.
#[derive(Debug, Clone, Copy, Serialize)]
pub(super) struct Place {
    pub(super) line: u32,
    pub(super) column: u32,
    pub(super) end_line: u32,
    pub(super) end_column: u32,
}

impl Place {
    pub(super) fn new(text: &Text, span: Span) -> Self {
        let (start, end) = (text.position(span.start), text.position(span.end));
        Self { line: start.line, column: start.column, end_line: end.line, end_column: end.column }
    }
}
