//! A stretch of a text, by byte.

use std::ops::Range;

use serde::{Deserialize, Serialize};

/// The bytes `start..end` of one text, half-open; ordered by start, then by end.
///
/// A span does not know its text: whoever holds spans of several files keeps them apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Span {
    /// The first byte.
    pub start: u32,
    /// The byte after the last one; never less than `start`.
    pub end: u32,
}

impl Span {
    /// The span of `start..end`; a reversed pair gives the empty span at `start`.
    ///
    /// ```
    /// use thalweg::source::Span;
    ///
    /// let key = Span::new(2, 6);
    /// assert_eq!((key.len(), key.is_empty(), key.range()), (4, false, 2..6));
    /// assert!(key.contains(5) && !key.contains(6));
    /// assert_eq!(key.to(Span::new(8, 9)), Span::new(2, 9));
    /// assert_eq!(Span::at(3), Span::new(3, 3));
    /// ```
    #[must_use]
    pub fn new(start: u32, end: u32) -> Self {
        Self { start, end: end.max(start) }
    }

    /// The empty span before the byte `offset`.
    #[must_use]
    pub fn at(offset: u32) -> Self {
        Self::new(offset, offset)
    }

    /// The smallest span that holds both.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        Self::new(self.start.min(other.start), self.end.max(other.end))
    }

    /// The number of bytes.
    #[must_use]
    pub fn len(self) -> usize {
        (self.end - self.start) as usize
    }

    /// Whether it holds no byte.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// Whether the byte `offset` lies inside.
    #[must_use]
    pub fn contains(self, offset: u32) -> bool {
        (self.start..self.end).contains(&offset)
    }

    /// The same stretch as a range, ready to index with.
    #[must_use]
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}
