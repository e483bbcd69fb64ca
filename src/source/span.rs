//! Places in a text.

use std::ops::Range;

use serde::{Deserialize, Serialize};

/// A range of bytes of a text, half-open. Files of 4 GiB and more are refused before a span is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct Span {
    /// The first byte.
    pub start: u32,
    /// The byte after the last.
    pub end: u32,
}

impl Span {
    /// The bytes from `start` up to `end`; an end before the start counts as the start.
    ///
    /// ```
    /// use thalweg::source::Span;
    /// assert_eq!(Span::new(3, 7).range(), 3..7);
    /// assert!(Span::new(3, 3).is_empty());
    /// ```
    #[must_use]
    pub fn new(start: u32, end: u32) -> Self {
        Self { start, end: end.max(start) }
    }

    /// The same as a range of indices.
    #[must_use]
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Whether it covers nothing.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }
}
