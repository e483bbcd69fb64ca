//! What to take out of a text so that an entry of a list or mapping, or a comment, is gone and the rest stays as it is.

use crate::source::span::Span;
use crate::source::text::Text;

const BLANKS: [char; 2] = [' ', '\t'];

/// The bytes that go with a comment: its whole line where it stands alone, otherwise the blanks before it.
///
/// ```
/// use thalweg::source::{Text, read, removal_of_comment};
///
/// let text = Text::new("t", "# one\na: 1  # two\n");
/// let removed: Vec<_> =
///     read(&text).comments.iter().map(|comment| text.slice(removal_of_comment(&text, *comment))).collect();
/// assert_eq!(removed, ["# one\n", "  # two"]);
/// ```
#[must_use]
pub fn removal_of_comment(text: &Text, comment: Span) -> Span {
    let line = text.line_span(comment.start);
    let before = text.slice(Span::new(line.start, comment.start));
    if before.trim_matches(BLANKS).is_empty() {
        return whole_lines(text, line);
    }
    Span::new(line.start + before.trim_end_matches(BLANKS).len() as u32, comment.end)
}

/// The bytes that go with an entry of a list or mapping, given from its first byte (behind the dash, or the key's) to
/// its last; nothing where it shares its line with something that would not read without it.
///
/// ```
/// use thalweg::source::{KeyPath, Text, read, removal_of_entry};
///
/// let text = Text::new("t", "a:\n  - x: 1\n    y: 2 # why\n  - z\nb: [p, q]\n");
/// let root = read(&text).root.unwrap();
/// let removed = |path: &str| {
///     let node = root.at(&path.parse::<KeyPath>().unwrap()).unwrap();
///     removal_of_entry(&text, node.span).map(|span| text.slice(span))
/// };
/// assert_eq!(removed("a[0]"), Some("  - x: 1\n    y: 2 # why\n"));
/// assert_eq!((removed("b[0]"), removed("b[1]")), (Some("p, "), Some(", q")));
/// ```
#[must_use]
pub fn removal_of_entry(text: &Text, entry: Span) -> Option<Span> {
    in_block(text, entry).or_else(|| in_brackets(text, entry))
}

/// An entry with lines of its own: from the dash or key to the end of its last line.
fn in_block(text: &Text, entry: Span) -> Option<Span> {
    let first = text.line_span(entry.start);
    let before = text.slice(Span::new(first.start, entry.start)).trim_matches(BLANKS);
    let last = text.line_span(entry.end);
    let behind = text.slice(Span::new(entry.end, last.end));
    let is_blank = behind.trim_matches(BLANKS).is_empty();
    let is_comment = behind.starts_with(BLANKS) && behind.trim_start_matches(BLANKS).starts_with('#');
    (matches!(before, "" | "-") && (is_blank || is_comment)).then(|| whole_lines(text, first.to(last)))
}

/// An entry between brackets: with the comma behind it, or the one before it where it is the last.
fn in_brackets(text: &Text, entry: Span) -> Option<Span> {
    let (before, behind) = (&text.as_str()[..entry.start as usize], &text.as_str()[entry.end as usize..]);
    let (before, after) = (before.trim_end(), behind.trim_start());
    if let Some(next) = after.strip_prefix(',') {
        let end = text.as_str().len() - next.trim_start().len();
        return before.ends_with(['[', '{', ',']).then(|| Span::new(entry.start, end as u32));
    }
    let closes = after.starts_with([']', '}']);
    let start = before.len() - usize::from(before.ends_with(','));
    (closes && before.ends_with([',', '[', '{'])).then(|| Span::new(start as u32, entry.end))
}

/// The lines with the line end of the last one.
fn whole_lines(text: &Text, lines: Span) -> Span {
    let end = text.line_below(lines.end).map_or(lines.end, |below| below.start);
    Span::new(lines.start, end)
}
