//! The text from which miette cuts its snippets.
//!
//! miette would count columns in bytes, search the lines from the top for every label, and pass on whatever the file
//! holds to the terminal. Here lines come from the index that the text has, columns count characters, and control
//! characters give way to signs of the same length, so that no span moves.

use std::borrow::Cow;

use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use crate::source::{Span, Text};

/// A file as snippets show it.
#[derive(Debug)]
pub(super) struct Snippets {
    text: Text,
}

impl Snippets {
    pub(super) fn of(text: &Text) -> Self {
        let text = match printable(text.as_str()) {
            Cow::Borrowed(_) => text.clone(),
            Cow::Owned(shown) => Text::new(text.name(), shown),
        };
        Self { text }
    }

    /// From the start of the line that lies `lines` above that of `offset`.
    fn start(&self, offset: u32, lines: usize) -> u32 {
        let mut start = self.text.line_span(offset).start;
        for _ in 0..lines {
            start = self.text.line_span(start.saturating_sub(1)).start;
        }
        start
    }

    /// To the end of the line that lies `lines` below that of `offset`.
    fn end(&self, offset: u32, lines: usize) -> u32 {
        let content = self.text.as_str();
        let mut end = self.text.line_span(offset).end;
        for _ in 0..lines {
            let line_end = if content[end as usize..].starts_with("\r\n") { 2 } else { 1 };
            let next = end + line_end;
            if next as usize >= content.len() {
                break;
            }
            end = self.text.line_span(next).end;
        }
        end
    }
}

impl SourceCode for Snippets {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let content = self.text.as_str();
        let (from, to) = (span.offset() as u32, (span.offset() + span.len()) as u32);
        if to as usize > content.len() {
            return Err(MietteError::OutOfBounds);
        }
        let start = if before == 0 { from } else { self.start(from, before) };
        let end = if after == 0 { to } else { self.end(to.saturating_sub(1).max(from), after) };
        let place = self.text.position(start);
        let lines = self.text.position(end).line - place.line;
        Ok(Box::new(MietteSpanContents::new_named(
            self.text.name().to_owned(),
            self.text.slice(Span::new(start, end)).as_bytes(),
            (start as usize, (end - start) as usize).into(),
            place.line as usize - 1,
            place.column as usize - 1,
            lines as usize + 1,
        )))
    }
}

/// The same text with a sign of the same length for every character that would move the cursor or change the colours of a
/// terminal; line ends and tabs stay.
pub(super) fn printable(text: &str) -> Cow<'_, str> {
    let harmless = |character: char| !character.is_control() || matches!(character, '\n' | '\t');
    // Most texts are plain ASCII, for which bytes tell the same many times faster than characters.
    let is_plain = text.bytes().all(|byte| matches!(byte, b'\n' | b'\t' | b' '..=b'~'));
    if is_plain || text.chars().all(harmless) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        shown.push(match character {
            '\r' if characters.peek() == Some(&'\n') => '\r',
            '\r' => '\n',
            character if harmless(character) => character,
            character if character.len_utf8() == 1 => '?',
            _ => '¿',
        });
    }
    Cow::Owned(shown)
}

#[cfg(test)]
mod tests {
    use super::printable;

    #[test]
    fn what_a_terminal_would_obey_is_shown_as_a_sign() {
        assert_eq!(printable("a\tb\r\nc\rd\u{1b}[31m\u{9b}é"), "a\tb\r\nc\nd?[31m¿é");
        assert!(matches!(printable("plain\n"), std::borrow::Cow::Borrowed(_)));
    }
}
