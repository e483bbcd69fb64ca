//! What is wrong with a text as YAML.

use std::sync::Arc;

use crate::source::span::Span;
use crate::source::tree::Node;

/// The tree that could be understood, and everything that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The document; `None` when it is empty or nothing of it could be read.
    pub root: Option<Arc<Node>>,
    /// In the order of the text; empty for a good document.
    pub faults: Vec<Fault>,
    /// Places that say something unknown: what is missing may be meant there. In the order of the text.
    pub left_out: Vec<Span>,
    /// The comments, each from its `#` to the end of its line, in the order of the text. What follows a `#` in a
    /// quoted or block scalar is none.
    pub comments: Vec<Span>,
}

impl Reading {
    /// Whether the tree holds the whole document, so that what is missing from it is missing in the file.
    ///
    /// ```
    /// use thalweg::source::{Span, Text, read};
    ///
    /// assert!(read(&Text::new("t", "a: 1\na: 2")).is_complete());
    /// let cut = read(&Text::new("t", "a: 1\nb: [2"));
    /// assert!(!cut.is_complete());
    /// assert_eq!(cut.left_out, [Span::new(8, 10)]);
    /// ```
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.root.is_some() && self.left_out.is_empty()
    }
}

/// One thing that is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The sort of fault.
    pub kind: FaultKind,
    /// The place to look at; it lies inside the text.
    pub span: Span,
    /// The fact, lower case, without a full stop.
    pub message: String,
    /// Other places, each with what it contributes.
    pub related: Vec<(Span, String)>,
    /// What to do, as one sentence.
    pub help: Option<String>,
}

/// The sorts of fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FaultKind {
    /// Not YAML; the tree lacks the entry, or everything from here on.
    Syntax,
    /// A key that its mapping already has; the first one counts.
    DuplicateKey,
    /// A key that is no text, or is missing; its entry is left out.
    BadKey,
    /// An alias without an anchor before it, or inside its own anchor; it reads as nothing.
    UnknownAlias,
    /// `<<` with something that is no mapping; it is left out.
    BadMerge,
    /// Nested beyond [`MAX_DEPTH`](crate::source::MAX_DEPTH); the tree ends before this place.
    TooDeep,
    /// Beyond [`MAX_BYTES`](crate::source::MAX_BYTES), or aliases beyond
    /// [`MAX_EXPANSION`](crate::source::MAX_EXPANSION), which read as nothing.
    TooLarge,
    /// A second document; it is not read.
    SecondDocument,
    /// No document at all.
    Empty,
}

impl Fault {
    /// A fault with nothing related and no help.
    pub(crate) fn new(kind: FaultKind, span: Span, message: impl Into<String>) -> Self {
        Self { kind, span, message: message.into(), related: Vec::new(), help: None }
    }

    /// The same fault with a way out.
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same fault with one more place.
    pub(crate) fn related(mut self, span: Span, note: impl Into<String>) -> Self {
        self.related.push((span, note.into()));
        self
    }
}
