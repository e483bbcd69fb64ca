//! Plain and quoted scalars, which may run over several lines.

use crate::source::locate::Piece;
use crate::source::span::Span;

/// The pieces of a plain scalar that starts at byte `base`.
pub(super) fn plain(source: &str, base: u32) -> Vec<Piece> {
    Reader::new(source, base).read(|_| None)
}

/// The pieces between single quotes, where `''` is a quote.
pub(super) fn single_quoted(source: &str, base: u32) -> Vec<Piece> {
    Reader::new(source, base).read(|rest| rest.starts_with("''").then_some((Some('\''), 2)))
}

/// The pieces between double quotes, where a backslash starts an escape.
pub(super) fn double_quoted(source: &str, base: u32) -> Vec<Piece> {
    Reader::new(source, base).read(escape)
}

/// Reads a character that is written in a way of its own, and the number of bytes this takes.
type Special = fn(&str) -> Option<(Option<char>, usize)>;

struct Reader<'s> {
    source: &'s str,
    base: u32,
    at: usize,
    pieces: Vec<Piece>,
}

impl<'s> Reader<'s> {
    fn new(source: &'s str, base: u32) -> Self {
        Self { source, base, at: 0, pieces: Vec::new() }
    }

    fn read(mut self, special: Special) -> Vec<Piece> {
        while !self.rest().is_empty() {
            let blanks = blanks(self.rest());
            if line_end(&self.rest()[blanks..]) > 0 {
                self.fold(blanks);
                continue;
            }
            (0..blanks).for_each(|_| self.copy());
            match special(self.rest()) {
                Some((character, length)) => self.push(character, length),
                None => self.copy(),
            }
        }
        self.pieces
    }

    fn rest(&self) -> &'s str {
        &self.source[self.at..]
    }

    /// Takes a character that stands for itself.
    fn copy(&mut self) {
        if let Some(character) = self.rest().chars().next() {
            self.push(Some(character), character.len_utf8());
        }
    }

    /// Takes `length` bytes, written for `character`; an escaped line end is written for none.
    fn push(&mut self, character: Option<char>, length: usize) {
        let source = self.take(length);
        match character {
            Some(character) => self.pieces.push(Piece { character, source }),
            None => self.blank_lines(),
        }
    }

    /// A line end with the blanks around it: a space, or a line feed for each blank line that follows.
    fn fold(&mut self, blanks_before: usize) {
        let before = self.pieces.len();
        let line_end = line_end(&self.rest()[blanks_before..]);
        let start = self.take(blanks_before + line_end);
        self.blank_lines();
        if self.pieces.len() == before {
            let source = start.to(Span::at(self.base + self.at as u32));
            self.pieces.push(Piece { character: ' ', source });
        }
    }

    /// A line feed for each blank line from here, and the indentation of the first that is not.
    fn blank_lines(&mut self) {
        loop {
            let indentation = blanks(self.rest());
            let line_end = line_end(&self.rest()[indentation..]);
            let source = self.take(indentation + line_end);
            if line_end == 0 {
                return;
            }
            self.pieces.push(Piece { character: '\n', source });
        }
    }

    fn take(&mut self, length: usize) -> Span {
        let start = self.base + self.at as u32;
        self.at += length;
        Span::new(start, self.base + self.at as u32)
    }
}

fn blanks(text: &str) -> usize {
    text.len() - text.trim_start_matches([' ', '\t']).len()
}

/// The length of the line end that `text` starts with, 0 for none.
pub(super) fn line_end(text: &str) -> usize {
    match text.as_bytes() {
        [b'\r', b'\n', ..] => 2,
        [b'\r' | b'\n', ..] => 1,
        _ => 0,
    }
}

fn escape(rest: &str) -> Option<(Option<char>, usize)> {
    let code = rest.strip_prefix('\\')?.chars().next()?;
    let simple = match code {
        '0' => '\0',
        'a' => '\x07',
        'b' => '\x08',
        't' | '\t' => '\t',
        'n' => '\n',
        'v' => '\x0b',
        'f' => '\x0c',
        'r' => '\r',
        'e' => '\x1b',
        'N' => '\u{85}',
        '_' => '\u{a0}',
        'L' => '\u{2028}',
        'P' => '\u{2029}',
        'x' => return hexadecimal(rest, 2),
        'u' => return surrogates(rest).or_else(|| hexadecimal(rest, 4)),
        'U' => return hexadecimal(rest, 8),
        '\r' | '\n' => return Some((None, 1 + line_end(&rest[1..]))),
        other => other,
    };
    Some((Some(simple), 1 + code.len_utf8()))
}

fn hexadecimal(rest: &str, digits: usize) -> Option<(Option<char>, usize)> {
    let character = char::from_u32(code_unit(rest, digits)?)?;
    Some((Some(character), 2 + digits))
}

/// Two escapes for one character beyond the basic plane, as JSON writes it.
fn surrogates(rest: &str) -> Option<(Option<char>, usize)> {
    let high = code_unit(rest, 4).filter(|unit| (0xD800..0xDC00).contains(unit))?;
    let low = rest.get(6..).filter(|second| second.starts_with("\\u"))?;
    let low = code_unit(low, 4).filter(|unit| (0xDC00..0xE000).contains(unit))?;
    let character = char::from_u32(0x1_0000 + ((high - 0xD800) << 10) + (low - 0xDC00))?;
    Some((Some(character), 12))
}

fn code_unit(rest: &str, digits: usize) -> Option<u32> {
    u32::from_str_radix(rest.get(2..2 + digits)?, 16).ok()
}
