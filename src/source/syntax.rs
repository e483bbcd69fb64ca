//! Says in our words what the parser could not read.

use granit_parser::{ErrorKind, ScanError};

use crate::source::builder::{tab, too_deep};
use crate::source::fault::{Fault, FaultKind};
use crate::source::span::Span;
use crate::source::text::Text;

/// The fault behind a parser's error.
pub(crate) fn fault(text: &Text, error: &ScanError) -> Fault {
    let offset = error.marker().byte_offset().unwrap_or(0).min(text.as_str().len()) as u32;
    let place = token(text, offset);
    match error.kind() {
        ErrorKind::RecursionLimitExceeded => too_deep(place),
        kind if is_tab(kind) => indenting_tab(text, offset).map_or_else(|| stray_tab(place), tab),
        ErrorKind::ExpectedBlockMappingKey if dash(text, offset).is_some() => {
            let place = dash(text, offset).unwrap_or(place);
            Fault::new(FaultKind::Syntax, place, "this list item fits no list above")
                .help("indent it like the other items of its list")
        }
        ErrorKind::MappingValueNotAllowed if is_first_colon(text, offset) => {
            let message = "this line is indented under a line that holds a value";
            Fault::new(FaultKind::Syntax, place, message)
                .help("indent it like the line above, or end that line with `:` if this belongs to it")
        }
        kind => described(text, place, kind),
    }
}

/// Whether the colon at `offset` ends the first key of its line.
fn is_first_colon(text: &Text, offset: u32) -> bool {
    let before = text.slice(Span::new(text.line_span(offset).start, offset));
    !before.contains(": ") && !before.contains(['{', '[', '"', '\''])
}

/// The dash that opens the line of `offset`.
fn dash(text: &Text, offset: u32) -> Option<Span> {
    let line = text.line_span(offset);
    let content = text.slice(line).trim_start_matches(' ');
    let start = line.end - content.len() as u32;
    (content == "-" || content.starts_with("- ")).then(|| Span::new(start, start + 1))
}

fn described(text: &Text, place: Span, kind: &ErrorKind) -> Fault {
    let (message, help) = words(kind).unwrap_or_else(|| found(text, place));
    let fault = Fault::new(FaultKind::Syntax, place, message);
    if help.is_empty() { fault } else { fault.help(help) }
}

fn is_tab(kind: &ErrorKind) -> bool {
    use ErrorKind as K;
    matches!(
        kind,
        K::TabNotAllowed
            | K::TabInBlockIndentation
            | K::TabAtBlockScalarStart
            | K::TabInIndentation
            | K::TabInPlainScalar
            | K::InvalidBlockEntryWhitespace
            | K::InvalidMappingValueWhitespace
    )
}

fn stray_tab(place: Span) -> Fault {
    let message = "a tab cannot stand here; YAML wants spaces in front of a key, a value or a dash";
    Fault::new(FaultKind::Syntax, place, message).help("replace the tab by spaces")
}

/// The first tab in the indentation of the line of `offset` or of one that follows; the parser reports
/// the start of the value that the tab breaks off.
fn indenting_tab(text: &Text, offset: u32) -> Option<u32> {
    let mut start = text.line_span(offset).start as usize;
    for line in text.as_str()[start..].split_inclusive(['\n', '\r']) {
        let indentation = line.len() - line.trim_start_matches([' ', '\t']).len();
        if let Some(tab) = line[..indentation].find('\t') {
            return Some((start + tab) as u32);
        }
        start += line.len();
    }
    None
}

/// Message and help; none where only the text itself can tell.
fn words(kind: &ErrorKind) -> Option<(String, &'static str)> {
    use ErrorKind as K;
    let (message, help) = match kind {
        K::UnclosedQuotedScalar => ("this quote is never closed", "close it where the text ends"),
        K::DocumentIndicatorInQuotedScalar => {
            ("a line of `---` or `...` stands inside quotes", "indent the line")
        }
        K::UnclosedFlowCollection { open } => {
            return Some((format!("this `{open}` is never closed"), closing(*open)));
        }
        K::MismatchedFlowCollectionEnd { open, close } => {
            return Some((format!("`{close}` cannot close what `{open}` has opened"), closing(*open)));
        }
        K::MisplacedFlowCollectionEnd => ("this bracket closes nothing", "remove it, or open it further up"),
        K::SimpleKeyExpected => {
            ("expected `key: value`, but found no `:`", "write a colon and a space behind the key")
        }
        K::MappingValueNotAllowed => (
            "a second `: ` in one value",
            "quote the value if the colon belongs to it; else start the key on a line of its own, indented like its siblings",
        ),
        K::ExpectedFlowMappingSeparator | K::ExpectedFlowSequenceSeparator | K::InvalidColonPlacement => (
            "expected a comma or the closing bracket before this",
            "close the bracket, or put a comma between the entries",
        ),
        K::ExpectedBlockSequenceEntry => (
            "expected a list item that starts with `- `",
            "indent it like the items above, or less than they are to end the list",
        ),
        K::ExpectedBlockMappingKey | K::InvalidIndentation => {
            ("this line's indentation fits no line above", "indent it like the entry before it")
        }
        K::MappingKeyNotAllowed | K::BlockSequenceEntryNotAllowed => {
            ("a key or a list item cannot start here", "start it on a line of its own")
        }
        K::BlockEntryInFlowCollection => {
            ("a `- ` cannot stand inside brackets", "separate the items by commas")
        }
        K::InvalidTrailingSingleQuotedScalar | K::InvalidTrailingDoubleQuotedScalar => (
            "expected the end of the value after the closing quote",
            "quote the whole value; within single quotes a quote is written `''`",
        ),
        K::UnknownQuotedScalarEscape => (
            "there is no such escape in a text in double quotes",
            "write `\\\\` for a backslash, or use single quotes",
        ),
        K::CommentNotSeparated => {
            ("a comment needs a space before its `#`", "put a space before `#`, or quote the value")
        }
        K::CommentInterceptedScalar => {
            ("a comment stands between the lines of one value", "move the comment, or quote the value")
        }
        K::BomInsideDocument => {
            ("a byte-order mark stands inside the document", "remove the invisible character")
        }
        _ => return further_words(kind).map(|(message, help)| (message.to_owned(), help)),
    };
    Some((message.to_owned(), help))
}

fn further_words(kind: &ErrorKind) -> Option<(&'static str, &'static str)> {
    use ErrorKind as K;
    Some(match kind {
        K::InvalidQuotedScalarHexEscape
        | K::InvalidLowSurrogateHexEscape
        | K::InvalidLowSurrogate
        | K::MissingLowSurrogate
        | K::UnpairedLowSurrogate
        | K::InvalidUnicodeEscape => {
            ("this escape names no character", "write `\\u` with four hexadecimal digits")
        }
        K::InvalidQuotedScalarIndent | K::InvalidFlowScalarIndent => {
            ("this line belongs to the value above but is indented less", "indent it deeper than the key")
        }
        K::InvalidBlockScalarHeader | K::ZeroBlockScalarIndent => (
            "expected the line to end after `|` or `>`",
            "put the text on the next line; only `-`, `+` and an indentation of 1 to 9 may follow the indicator",
        ),
        K::InvalidBlockScalarIndent => (
            "a blank line is indented deeper than the first line of text",
            "remove the spaces of the blank line",
        ),
        K::UndeclaredTagHandle => {
            ("this tag has a prefix that nothing declares", "write the tag with a single `!`")
        }
        K::MissingAnchorOrAliasName => {
            ("expected a name after `&` or `*`", "quote the value if it is meant as text")
        }
        K::InvalidTagTerminator
        | K::InvalidGlobalTagCharacter
        | K::MissingTagUri
        | K::UnclosedVerbatimTag => ("this is no tag", "quote the value if it is meant as text"),
        K::InvalidDocumentEnd => ("nothing may follow `...` on its line", "remove it"),
        K::MissingDocumentEndBeforeDirective | K::InvalidDirectiveTerminator | K::MissingDirectiveName => (
            "a line that starts with `%` is a directive and cannot stand here",
            "quote the value if it is meant as text",
        ),
        K::UnsupportedYamlMajorVersion => {
            ("this version of YAML is not read", "write `%YAML 1.2`, or leave the line out")
        }
        K::DuplicateVersionDirective | K::DuplicateTagDirective => {
            ("this directive is given twice", "remove one")
        }
        K::InvalidSimpleKey => (
            "a key is too long or runs over several lines",
            "keep the key on one line, up to 1024 characters",
        ),
        _ => return None,
    })
}

/// What stands at `place`, where something else was expected.
fn found(text: &Text, place: Span) -> (String, &'static str) {
    match text.slice(place).chars().next() {
        None => ("the file ends in the middle of a value".to_owned(), "complete the last line"),
        Some(character @ ('@' | '`' | '%')) => {
            (format!("no plain text starts with `{character}`"), "put quotes around it")
        }
        Some(',') => ("expected a value before this `,`".to_owned(), "remove the comma, or write the value"),
        Some(character) if character.is_control() => (
            format!("the character U+{:04X} cannot stand here", u32::from(character)),
            "remove the character",
        ),
        Some(_) => {
            let message = format!("`{}` cannot stand here", text.slice(place));
            (message, "put quotes around it if it is meant as text")
        }
    }
}

/// A quote or a bracket alone, otherwise everything up to the next space or bracket; empty at the end.
fn token(text: &Text, offset: u32) -> Span {
    let rest = &text.as_str()[text.as_str().floor_char_boundary(offset as usize)..];
    let start = (text.as_str().len() - rest.len()) as u32;
    let first = rest.chars().next().map_or(0, char::len_utf8);
    let ends = |character: char| character.is_whitespace() || "[]{},:\"'".contains(character);
    let single = rest.starts_with(ends);
    let end = if single { first } else { rest.find(ends).unwrap_or(rest.len()) };
    Span::new(start, start + end as u32)
}

fn closing(open: char) -> &'static str {
    if open == '[' { "close it with `]`" } else { "close it with `}`" }
}
