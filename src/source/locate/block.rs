//! Literal and folded scalars.

use crate::source::locate::Piece;
use crate::source::locate::flow::line_end;
use crate::source::scalar::{Scalar, Style};
use crate::source::span::Span;

/// The pieces of a block scalar at `span`; the blank lines that end it lie behind the span.
pub(super) fn pieces(content: &str, span: Span, scalar: &Scalar) -> Vec<Piece> {
    let source = &content[span.start as usize..];
    let lines = lines(source, span, indentation(source, &scalar.text));
    let mut pieces = match scalar.style {
        Style::Folded => folded(&lines),
        _ => literal(&lines),
    };
    // What `-`, or no sign, takes away at the end.
    pieces.truncate(scalar.text.chars().count());
    pieces
}

/// A line after its indentation.
struct Line<'s> {
    text: &'s str,
    /// Where `text` starts.
    at: u32,
    /// The line end with the indentation before a blank line.
    end: Span,
}

/// How deep the text is indented: the deeper part of the first line's blanks belongs to the value.
fn indentation(source: &str, value: &str) -> usize {
    let spaces = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let first = |text: &str, skipped: usize| {
        let mut lines = text.split(['\n', '\r']).skip(skipped);
        lines.find(|line| !line.trim_matches(' ').is_empty()).map(spaces)
    };
    let written = first(source, 1).unwrap_or(0);
    written.saturating_sub(first(value, 0).unwrap_or(0))
}

/// The lines below the header: those in the span, and the blank ones behind it.
fn lines(source: &str, span: Span, indentation: usize) -> Vec<Line<'_>> {
    let mut at = header(source);
    let mut lines = Vec::new();
    while at < source.len() {
        let rest = &source[at..];
        let line = &rest[..rest.find(['\n', '\r']).unwrap_or(rest.len())];
        if at >= span.len() && !line.trim_matches([' ', '\t']).is_empty() {
            break;
        }
        let stripped = indentation.min(line.len() - line.trim_start_matches(' ').len());
        let end = at + line.len() + line_end(&rest[line.len()..]);
        let end_from = if stripped == line.len() { at } else { at + line.len() };
        let place = |from: usize, to: usize| Span::new(span.start + from as u32, span.start + to as u32);
        lines.push(Line {
            text: &line[stripped..],
            at: place(at + stripped, end).start,
            end: place(end_from, end),
        });
        at = end;
    }
    lines
}

fn header(source: &str) -> usize {
    let end = source.find(['\n', '\r']).unwrap_or(source.len());
    end + line_end(&source[end..])
}

fn literal(lines: &[Line<'_>]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for line in lines {
        push_text(&mut pieces, line);
        push_end(&mut pieces, line, '\n');
    }
    pieces
}

/// Line ends between two lines of text at the block's own depth become a space, or vanish before blank
/// lines; beside a deeper line all of them stay.
fn folded(lines: &[Line<'_>]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut above: Option<&Line<'_>> = None;
    let mut blank: Vec<&Line<'_>> = Vec::new();
    for line in lines {
        if line.text.is_empty() {
            blank.push(line);
            continue;
        }
        if let Some(above) = above {
            let folds = !is_deeper(above) && !is_deeper(line);
            match (folds, blank.is_empty()) {
                (true, true) => push_end(&mut pieces, above, ' '),
                (true, false) => {}
                (false, _) => push_end(&mut pieces, above, '\n'),
            }
        }
        blank.drain(..).for_each(|blank| push_end(&mut pieces, blank, '\n'));
        push_text(&mut pieces, line);
        above = Some(line);
    }
    above.into_iter().chain(blank).for_each(|line| push_end(&mut pieces, line, '\n'));
    pieces
}

fn is_deeper(line: &Line<'_>) -> bool {
    line.text.starts_with([' ', '\t'])
}

fn push_text(pieces: &mut Vec<Piece>, line: &Line<'_>) {
    for (at, character) in line.text.char_indices() {
        let start = line.at + at as u32;
        pieces.push(Piece { character, source: Span::new(start, start + character.len_utf8() as u32) });
    }
}

fn push_end(pieces: &mut Vec<Piece>, line: &Line<'_>, character: char) {
    if !line.end.is_empty() {
        pieces.push(Piece { character, source: line.end });
    }
}
