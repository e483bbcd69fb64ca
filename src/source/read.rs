//! Reads a text as one YAML document with spans.
//!
//! granit-parser supplies the events, the builder the tree. Reading goes on after every fault that leaves the
//! structure clear; a syntax error ends one attempt, and the next one goes on behind the broken lines.
//!
//! Time and memory are linear in the length of the text; aliases are shared, never copied.

use std::ops::ControlFlow;

use granit_parser::{Options, Parser};

use crate::source::builder::Builder;
use crate::source::fault::{Fault, FaultKind, Reading};
use crate::source::recover;
use crate::source::span::Span;
use crate::source::syntax;
use crate::source::text::Text;

/// How deep lists and mappings may nest, aliases counted as if written out.
///
/// Far beyond any design, and small enough for every recursive walk over a tree.
pub const MAX_DEPTH: usize = 128;

/// The longest text that is read, in bytes.
pub const MAX_BYTES: usize = 64 << 20;

/// How many nodes all aliases of a text together may stand for.
pub const MAX_EXPANSION: u64 = 250_000;

/// Reads `text`; cannot fail, and never panics.
///
/// The first of two equal keys counts. An alias shares the node of its anchor. `<<` brings in the entries
/// of a mapping, or of a list of mappings, that the mapping lacks. Every fault is reported, in the order of the
/// text.
///
/// ```
/// use thalweg::source::{FaultKind, Text, read};
///
/// let text = Text::new("design.yaml", "nodes: {web: 1, web: 2}\nflows: [web -> lake");
/// let reading = read(&text);
/// let kinds: Vec<_> = reading.faults.iter().map(|fault| fault.kind).collect();
/// assert_eq!(kinds, [FaultKind::DuplicateKey, FaultKind::Syntax]);
/// assert_eq!(text.slice(reading.faults[0].span), "web");
/// assert_eq!(reading.root.unwrap().get("nodes").unwrap().get("web").unwrap().as_integer(), Some(1));
/// ```
#[must_use]
pub fn read(text: &Text) -> Reading {
    if text.as_str().len() > MAX_BYTES {
        return Reading {
            root: None,
            faults: vec![too_long(text)],
            left_out: Vec::new(),
            comments: Vec::new(),
        };
    }
    recover::read_on(text)
}

/// Reads up to the end, or to the fault that leaves the structure unclear.
pub(crate) fn read_to_break(text: &Text) -> (Reading, Option<Fault>) {
    let mut builder = Builder::new(text.as_str());
    for event in Parser::new_from_str_with_options(text.as_str(), options()) {
        let step = match event {
            Ok((event, span)) => builder.event(event, span),
            Err(error) => ControlFlow::Break(syntax::fault(text, &error)),
        };
        if let ControlFlow::Break(fault) = step {
            let fault = builder.with_open_bracket(fault);
            return (builder.finish(true), Some(fault));
        }
    }
    (builder.finish(false), None)
}

fn options() -> Options {
    let mut options = Options::default();
    options.set_emit_comments(true);
    // What is held back is bounded by the length of the text.
    options.max_buffered_comment_events = usize::MAX;
    options.emit_unresolved_aliases = true;
    options.flow_nesting_limit = MAX_DEPTH;
    options.block_nesting_limit = MAX_DEPTH;
    options
}

fn too_long(text: &Text) -> Fault {
    let found = text.as_str().len();
    let message = format!("the file has {found} bytes; at most {MAX_BYTES} are read");
    Fault::new(FaultKind::TooLarge, Span::at(0), message)
}
