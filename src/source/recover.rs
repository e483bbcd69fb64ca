//! Goes on reading behind a syntax error.
//!
//! The value of the broken entry is taken out, byte for byte so that no span moves, and the rest is read again. Right
//! for a slip within an entry and wrong for one whose effect reaches further, such as a bracket that is never
//! closed; then the errors come out of order or do not end, and the tree up to the first error is the answer.

use std::ops::Range;

use crate::source::fault::{Fault, FaultKind, Reading};
use crate::source::read::read_to_break;
use crate::source::span::Span;
use crate::source::text::Text;
use crate::source::tree::{Node, Value};

/// How many entries of one text are left out before the rest is given up.
const MAX_REPAIRS: usize = 8;

/// The tree of all that can be understood, with every fault in the order of the text.
pub(crate) fn read_on(text: &Text) -> Reading {
    let (mut first, broken) = read_to_break(text);
    let Some(fault) = broken else { return sorted(first) };
    if let Some(reading) = repaired(text, &fault) {
        return sorted(reading);
    }
    if fault.kind != FaultKind::SecondDocument {
        first.left_out.push(Span::new(fault.span.start, text.as_str().len() as u32));
    }
    first.faults.push(fault);
    sorted(first)
}

fn sorted(mut reading: Reading) -> Reading {
    reading.faults.sort_by_key(|fault| fault.span);
    reading.left_out.sort();
    reading.comments.sort();
    reading
}

/// The reading of the text without its broken entries; `None` if this does not lead to the end.
fn repaired(text: &Text, fault: &Fault) -> Option<Reading> {
    let mut text = text.clone();
    let mut faults = vec![fault.clone()];
    let mut fault = fault.clone();
    let mut repaired_to = 0;
    let mut left_out = Vec::new();
    for _ in 0..MAX_REPAIRS {
        if fault.kind != FaultKind::Syntax || (fault.span.start as usize) < repaired_to {
            return None;
        }
        // An error at the start of the very next line is more of the same.
        if !text.as_str()[repaired_to..fault.span.start as usize].trim().is_empty() && repaired_to > 0 {
            faults.push(fault.clone());
        }
        let range = repair(&mut text, &fault);
        repaired_to = range.end;
        left_out.push(range);
        let (reading, broken) = read_to_break(&text);
        match broken {
            Some(next) => fault = next,
            None => return with(reading, faults, &left_out),
        }
    }
    None
}

/// The reading with what was taken out before it; `None` if it has read from that.
fn with(mut reading: Reading, faults: Vec<Fault>, left_out: &[Range<usize>]) -> Option<Reading> {
    if reading.root.as_ref().is_none_or(|root| reads_from(root, left_out)) {
        return None;
    }
    let inside = |span: Span| left_out.iter().any(|range| range.contains(&(span.start as usize)));
    reading.faults.retain(|fault| !inside(fault.span));
    reading.left_out.retain(|span| !inside(*span));
    reading.comments.retain(|span| !inside(*span));
    reading.faults.extend(faults);
    let lost = left_out.iter().filter(|range| !range.is_empty());
    reading.left_out.extend(lost.map(|range| Span::new(range.start as u32, range.end as u32)));
    Some(reading)
}

/// Whether a scalar runs over one of `ranges`: then a quote was open there, and the comment became its text.
fn reads_from(node: &Node, ranges: &[Range<usize>]) -> bool {
    let Span { start, end } = node.span;
    match &node.value {
        Value::Scalar(_) if node.is_stand_in() => false,
        Value::Scalar(_) => ranges
            .iter()
            .any(|range| !range.is_empty() && (start as usize) < range.end && range.start < end as usize),
        Value::Sequence(items) => items.iter().any(|item| reads_from(item, ranges)),
        Value::Mapping(mapping) => mapping
            .entries
            .iter()
            .any(|entry| reads_from(&entry.key, ranges) || reads_from(&entry.value, ranges)),
    }
}

/// Takes the entry of `fault`, or every tab in front of a line, out of the text; gives what no longer is read.
fn repair(text: &mut Text, fault: &Fault) -> Range<usize> {
    let mut bytes = text.as_str().as_bytes().to_vec();
    let range = if text.slice(fault.span) == "\t" {
        spaces_for_tabs(&mut bytes, text.line_span(fault.span.start).start as usize);
        fault.span.end as usize..fault.span.end as usize
    } else {
        let entry = entry(text, fault.span.start);
        let value =
            value(text.slice(text.line_span(fault.span.start)), fault.span.start as usize - entry.start);
        let start = entry.start + value.unwrap_or(0);
        comment_out(&mut bytes[start..entry.end]);
        if value.is_some() {
            bytes[start] = b'*';
            let name = bytes[start + 1..].iter_mut().take_while(|byte| **byte == b' ');
            name.for_each(|byte| *byte = b'~');
        }
        start..entry.end
    };
    let content = String::from_utf8(bytes).expect("whole lines and tabs make way for ASCII");
    *text = Text::new(text.name(), content);
    range
}

/// Where the value of a line `key: value` starts, if that is where `fault` lies: the key is kept then, and its value
/// becomes an alias of no anchor, which reads as a stand-in.
fn value(line: &str, fault: usize) -> Option<usize> {
    let (key, value) = line.split_once(": ")?;
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | ' ');
    let start = line.len() - value.trim_start_matches(' ').len();
    (key.chars().all(plain) && start <= fault && start + 1 < line.len()).then_some(start)
}

/// Comments, because lines of spaces would join a block scalar above them.
fn comment_out(bytes: &mut [u8]) {
    let mut starts_line = true;
    for byte in bytes {
        let ends_line = matches!(byte, b'\n' | b'\r');
        if !ends_line {
            *byte = if starts_line { b'#' } else { b' ' };
        }
        starts_line = ends_line;
    }
}

/// One space for each tab, so that lines that agreed with each other still do.
fn spaces_for_tabs(bytes: &mut [u8], from: usize) {
    let mut indents = true;
    for byte in &mut bytes[from..] {
        indents = matches!(byte, b'\n' | b'\r') || indents && matches!(byte, b' ' | b'\t');
        if indents && *byte == b'\t' {
            *byte = b' ';
        }
    }
}

/// The line of `offset` and the deeper ones below it.
fn entry(text: &Text, offset: u32) -> Range<usize> {
    let start = text.line_span(offset).start as usize;
    let depth = |line: &str| line.len() - line.trim_start_matches(' ').len();
    // The keys of a list item stand as deep as the first one, which the dash is in front of.
    let item_depth = |line: &str| line.len() - line.trim_start_matches([' ', '-']).len();
    let mut lines = text.as_str()[start..].split_inclusive('\n');
    let first = lines.next().unwrap_or_default();
    let below = lines.take_while(|line| line.trim().is_empty() || depth(line) > item_depth(first));
    start..start + first.len() + below.map(str::len).sum::<usize>()
}
