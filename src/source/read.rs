//! Reads YAML into the tree, noting every fault.

mod build;

use std::sync::Arc;

use granit_parser::{ErrorKind, Event, Options, Parser, ScanError};

use crate::source::read::build::Builder;
use crate::source::{Node, Span, Text};

/// What is wrong with the text itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Which kind of fault.
    pub kind: FaultKind,
    /// Where.
    pub span: Span,
    /// What was found, with what was expected.
    pub message: String,
    /// Other places involved.
    pub related: Vec<(Span, String)>,
    /// What to do.
    pub help: Option<String>,
}

/// Kinds of faults.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    /// It is not YAML, or not YAML that is read here.
    Syntax,
    /// A mapping has a key twice.
    DuplicateKey,
    /// Collections stand too deep in each other.
    TooDeep,
    /// Aliases stand for too much.
    TooLarge,
}

/// What was understood of a text, and what was not.
#[derive(Debug, Clone)]
pub struct Reading {
    /// The tree; what came before a syntax fault is kept. Nothing for an empty text.
    pub root: Option<Arc<Node>>,
    /// The faults, in the order in which they were met.
    pub faults: Vec<Fault>,
}

impl Fault {
    pub(super) fn new(kind: FaultKind, span: Span, message: impl Into<String>) -> Self {
        Self { kind, span, message: message.into(), related: Vec::new(), help: None }
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// Reads a YAML document. Cannot fail: what is wrong becomes a fault, and reading goes on where it can.
///
/// Aliases share the node of their anchor, `<<` is merged, and of a key that stands twice the first counts. Time and
/// memory grow with the length of the text, whatever is in it.
///
/// ```
/// use thalweg::source::{FaultKind, Text, read};
/// let reading = read(&Text::new("d.yaml", "a: 1\nb: 2\na: 3\n"));
/// assert_eq!(reading.faults[0].kind, FaultKind::DuplicateKey);
/// assert_eq!(reading.root.unwrap().get("a").unwrap().as_text(), Some("1"));
/// ```
#[must_use]
pub fn read(text: &Text) -> Reading {
    let mut options = Options::default();
    options.set_emit_comments(false);
    options.emit_unresolved_aliases = true;
    let mut builder = Builder::new(text);
    let mut documents = 0;
    for event in Parser::new_from_str_with_options(text.as_str(), options) {
        match event {
            Ok((Event::DocumentStart(..), span)) => {
                documents += 1;
                if documents > 1 {
                    let start = span.byte_range().map_or(0, |range| range.start) as u32;
                    builder.fault(
                        Fault::new(
                            FaultKind::Syntax,
                            Span::new(start, start + 3),
                            "a second document starts here",
                        )
                        .help("keep one document in a file"),
                    );
                    break;
                }
            }
            Ok((event, span)) => {
                if builder.event(event, &span).is_err() {
                    break;
                }
            }
            Err(error) => {
                builder.fault(syntax(text, &error));
                break;
            }
        }
    }
    builder.finish()
}

/// The fault of an error of the parser, at the character that it names.
fn syntax(text: &Text, error: &ScanError) -> Fault {
    let at = error.marker().byte_offset().unwrap_or(text.as_str().len()).min(text.as_str().len());
    let length =
        text.as_str()[at..].chars().next().filter(|c| *c != '\n' && *c != '\r').map_or(0, char::len_utf8);
    let span = Span::new(at as u32, (at + length) as u32);
    let kind = match error.kind() {
        ErrorKind::RecursionLimitExceeded => FaultKind::TooDeep,
        _ => FaultKind::Syntax,
    };
    let fault = Fault::new(kind, span, format!("this is not YAML: {}", error.info()));
    let line_start = text.as_str()[..at].rfind('\n').map_or(0, |end| end + 1);
    if text.as_str()[line_start..].chars().take_while(|c| c.is_whitespace()).any(|c| c == '\t') {
        return fault.help("indent with spaces; YAML does not allow tabs there");
    }
    match error.kind() {
        ErrorKind::UnclosedFlowCollection { open } => fault.help(format!("close the `{open}`")),
        _ => fault,
    }
}
