//! Several files as one space of bytes, so that one design can hold places of all of them.
//!
//! The texts are put one behind the other; a span of the whole belongs to the file in which it starts. A single file is
//! the whole as it is.

use std::sync::Arc;

use crate::diagnostic::{Diagnostic, InFile, Label};
use crate::source::{Span, Text};

/// The files that a design was read from, in the order in which they were added; the first is the main one.
#[derive(Debug, Clone, Default)]
pub struct Files {
    texts: Vec<(u32, Arc<Text>)>,
    length: u32,
}

impl Files {
    /// Adds a text; gives the offset at which its spans begin.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use thalweg::import::files::Files;
    /// use thalweg::source::{Span, Text};
    ///
    /// let mut files = Files::default();
    /// assert_eq!(files.add(Arc::new(Text::new("a.yaml", "A: 1"))), 0);
    /// let start = files.add(Arc::new(Text::new("b.yaml", "B: 2")));
    /// let (text, span) = files.place(Span::new(start, start + 1));
    /// assert_eq!((text.name(), text.slice(span)), ("b.yaml", "B"));
    /// assert_eq!(files.whole().slice(Span::new(start, start + 1)), "B");
    /// ```
    pub fn add(&mut self, text: Arc<Text>) -> u32 {
        let start = self.length;
        // A line end in between keeps the last line of one file apart from the first of the next.
        let length = u32::try_from(text.as_str().len()).unwrap_or(u32::MAX);
        self.length = start.saturating_add(length).saturating_add(1);
        self.texts.push((start, text));
        start
    }

    /// The text into which all spans point.
    #[must_use]
    pub fn whole(&self) -> Arc<Text> {
        match self.texts.as_slice() {
            [] => Arc::new(Text::new("", "")),
            [(_, only)] => Arc::clone(only),
            [(_, main), ..] => {
                let all: String = self.texts.iter().flat_map(|(_, text)| [text.as_str(), "\n"]).collect();
                Arc::new(Text::new(main.name(), all))
            }
        }
    }

    /// The files, the main one first.
    pub fn texts(&self) -> impl Iterator<Item = &Arc<Text>> {
        self.texts.iter().map(|(_, text)| text)
    }

    /// The file of a span of the whole, and the span there.
    ///
    /// # Panics
    /// Where no file was added.
    #[must_use]
    pub fn place(&self, span: Span) -> (&Arc<Text>, Span) {
        let (start, text) = self.file_of(span);
        let end = u32::try_from(text.as_str().len()).unwrap_or(u32::MAX);
        (text, Span::new((span.start - start).min(end), span.end.saturating_sub(*start).min(end)))
    }

    fn file_of(&self, span: Span) -> &(u32, Arc<Text>) {
        let next = self.texts.partition_point(|(start, _)| *start <= span.start);
        self.texts.get(next.saturating_sub(1)).expect("a span comes from a file that was added")
    }

    /// What was found in the whole, each in its own file: every file has its entry, in order. Places in other files
    /// than that of a finding become words of help.
    #[must_use]
    pub fn apart(&self, found: Vec<Diagnostic>) -> Vec<InFile> {
        let mut apart: Vec<InFile> =
            self.texts().map(|text| InFile { text: Arc::clone(text), found: Vec::new() }).collect();
        for diagnostic in found {
            let index = self.texts.partition_point(|(start, _)| *start <= diagnostic.primary.span.start);
            if let Some(file) = apart.get_mut(index.saturating_sub(1)) {
                file.found.push(self.own(diagnostic));
            }
        }
        apart
    }

    fn own(&self, mut diagnostic: Diagnostic) -> Diagnostic {
        if self.texts.len() < 2 {
            return diagnostic;
        }
        let (text, span) = self.place(diagnostic.primary.span);
        diagnostic.primary.span = span;
        let mut own = Vec::new();
        for label in std::mem::take(&mut diagnostic.related) {
            let (other, span) = self.place(label.span);
            if Arc::ptr_eq(other, text) {
                own.push(Label { span, ..label });
            } else {
                let place = format!("{}:{}", other.name(), other.position(span.start));
                diagnostic.help.push(format!("see {place}: {}", label.text));
            }
        }
        diagnostic.related = own;
        diagnostic
    }
}
