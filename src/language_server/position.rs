//! Places as editors count them: lines from 0, columns in UTF-16 units.

use lsp_types::{Position, Range};

use crate::source::Span;

/// The starts of the lines of a text; a line ends at LF, CRLF or a lone CR.
#[derive(Debug, Clone)]
pub(super) struct Lines {
    starts: Vec<usize>,
}

impl Lines {
    pub(super) fn of(text: &str) -> Self {
        let bytes = text.as_bytes();
        let ends =
            |at: &usize| bytes[*at] == b'\n' || bytes[*at] == b'\r' && bytes.get(at + 1) != Some(&b'\n');
        let starts = std::iter::once(0).chain((0..bytes.len()).filter(ends).map(|at| at + 1));
        Self { starts: starts.collect() }
    }

    /// The place of a byte; one inside a character counts as its start, one past the end as the end.
    pub(super) fn position(&self, text: &str, offset: u32) -> Position {
        let offset = text.floor_char_boundary(offset as usize);
        let line = self.starts.partition_point(|start| *start <= offset) - 1;
        let column = text[self.starts[line]..offset].encode_utf16().count();
        Position { line: line as u32, character: column as u32 }
    }

    pub(super) fn range(&self, text: &str, span: Span) -> Range {
        Range { start: self.position(text, span.start), end: self.position(text, span.end) }
    }

    /// The byte of a place; a column past the end of its line counts as the end, a line past the last as the end of
    /// the text.
    pub(super) fn offset(&self, text: &str, position: Position) -> usize {
        let Some(start) = self.starts.get(position.line as usize).copied() else { return text.len() };
        let end = self.starts.get(position.line as usize + 1).copied().unwrap_or(text.len());
        let line = text[start..end].trim_end_matches(['\r', '\n']);
        let mut left = position.character as usize;
        for (at, c) in line.char_indices() {
            if left < c.len_utf16() {
                return start + at;
            }
            left -= c.len_utf16();
        }
        start + line.len()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Lines;

    #[test]
    fn columns_count_utf16_units() {
        let text = "a\t🚰é: b\r\nc\rd\n";
        let lines = Lines::of(text);
        let at = |needle: char| {
            let place = lines.position(text, text.find(needle).unwrap() as u32);
            (place.line, place.character)
        };
        assert_eq!([at('🚰'), at('é'), at('b'), at('c'), at('d')], [(0, 2), (0, 4), (0, 7), (1, 0), (2, 0)]);
    }

    proptest! {
        #[test]
        fn every_character_is_found_again(text in "([a🚰é\t]|\r\n|\r|\n){0,40}") {
            let lines = Lines::of(&text);
            for (at, c) in text.char_indices().filter(|(_, c)| !matches!(c, '\r' | '\n')) {
                let place = lines.position(&text, at as u32);
                prop_assert_eq!(lines.offset(&text, place), at, "{:?} {:?}", c, place);
            }
        }
    }
}
