//! Builds the tree out of the parser's events.
//!
//! Keeps the open collections on a stack of its own, so that no depth of the text can exhaust the
//! program's. The parser's spans are mended here: it gives a collection's start and end only as points,
//! a block scalar without its header, and puts the start of an unindented list behind the first dash.

use std::collections::BTreeMap;
use std::ops::{ControlFlow, Range};
use std::sync::Arc;

use granit_parser::{Event, ScalarStyle};

use crate::source::fault::{Fault, FaultKind, Reading};
use crate::source::merge;
use crate::source::read::{MAX_DEPTH, MAX_EXPANSION};
use crate::source::scalar::{Scalar, Style};
use crate::source::span::Span;
use crate::source::tree::{Entry, Node, Tag, Value};

/// White space as YAML knows it.
const BLANKS: [char; 4] = [' ', '\t', '\r', '\n'];

/// A finished node together with what only the building needs.
#[derive(Clone)]
pub(crate) struct Item {
    pub(crate) node: Arc<Node>,
    /// Where this use of the node stands: for an alias its own name, otherwise the node's span.
    pub(crate) place: Span,
    /// Nodes inside, itself included, aliases written out.
    count: u64,
    /// Collections on the longest way down.
    height: usize,
}

/// What a parser event says about the node it opens or is.
struct Properties {
    span: Span,
    anchor: usize,
    tag: Option<Tag>,
}

/// A collection that is still open.
struct Frame {
    start: Properties,
    parts: Parts,
    /// The end of the last part so far.
    end: u32,
    count: u64,
    height: usize,
}

enum Parts {
    Sequence(Vec<Arc<Node>>),
    Mapping { key: Option<Item>, entries: Vec<Entry>, merges: Vec<(Span, Item)> },
}

pub(crate) struct Builder<'t> {
    text: &'t str,
    stack: Vec<Frame>,
    root: Option<Arc<Node>>,
    anchors: BTreeMap<usize, Item>,
    faults: Vec<Fault>,
    left_out: Vec<Span>,
    comments: Vec<Span>,
    documents: usize,
    /// The end of the last token that an event told of.
    cursor: u32,
    expanded: u64,
}

impl<'t> Builder<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        Self {
            text,
            stack: Vec::new(),
            root: None,
            anchors: BTreeMap::new(),
            faults: Vec::new(),
            left_out: Vec::new(),
            comments: Vec::new(),
            documents: 0,
            cursor: 0,
            expanded: 0,
        }
    }

    /// Takes the next event; breaks with the fault that ends the reading.
    pub(crate) fn event(&mut self, event: Event<'t>, span: granit_parser::Span) -> ControlFlow<Fault> {
        let raw = self.raw(span.byte_range());
        let tag = || self.tag(&span);
        match event {
            Event::DocumentStart(explicit, _) => return self.document(explicit, raw),
            Event::Scalar(text, style, anchor, _) => {
                let start = Properties { span: raw, anchor, tag: tag() };
                self.scalar(text.into_owned(), style, start);
            }
            Event::SequenceStart(_, anchor, _) => {
                let start = Properties { span: self.sequence_start(raw), anchor, tag: tag() };
                return self.open(start, Parts::Sequence(Vec::new()));
            }
            Event::MappingStart(_, anchor, _) => {
                let start = Properties { span: raw, anchor, tag: tag() };
                return self
                    .open(start, Parts::Mapping { key: None, entries: Vec::new(), merges: Vec::new() });
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(raw),
            Event::Alias(anchor) => self.alias(anchor, raw),
            Event::UnresolvedAlias(name) => {
                let message = format!("`*{name}` refers to an anchor that is not set above");
                let help =
                    format!("write `&{name}` before the value that it repeats, further up in the file");
                self.stand_in(Fault::new(FaultKind::UnknownAlias, raw, message).help(help));
            }
            Event::Comment(..) => {
                self.comments.push(raw);
                return ControlFlow::Continue(());
            }
            _ => return ControlFlow::Continue(()),
        }
        self.cursor = self.cursor.max(raw.end);
        ControlFlow::Continue(())
    }

    /// The tree so far with everything open closed, and its faults; `cut` if the document goes on.
    pub(crate) fn finish(mut self, cut: bool) -> Reading {
        while !self.stack.is_empty() {
            self.close(Span::at(0));
        }
        if !cut && self.root.as_ref().is_none_or(|root| root.is_null() && root.span.is_empty()) {
            self.root = None;
            let help = "write the document, or delete the file";
            self.faults
                .push(Fault::new(FaultKind::Empty, Span::at(0), "the file holds no document").help(help));
        }
        let Self { root, faults, left_out, comments, .. } = self;
        Reading { root, faults, left_out, comments }
    }

    /// A syntax error inside brackets often is a bracket that was forgotten further up.
    pub(crate) fn with_open_bracket(&self, fault: Fault) -> Fault {
        let brackets = self.stack.iter().rev().map(|frame| frame.start.span).find(|span| !span.is_empty());
        match brackets.filter(|open| fault.kind == FaultKind::Syntax && *open != fault.span) {
            Some(open) => fault.related(open, "this bracket is still open"),
            None => fault,
        }
    }

    fn document(&mut self, explicit: bool, raw: Span) -> ControlFlow<Fault> {
        self.documents += 1;
        if self.documents > 1 {
            let message = "a second document starts here; a file holds one";
            let help = "move it to a file of its own";
            return ControlFlow::Break(Fault::new(FaultKind::SecondDocument, raw, message).help(help));
        }
        // Without `---` the parser reports the span of whatever token comes first.
        if explicit {
            self.cursor = raw.end;
        }
        ControlFlow::Continue(())
    }

    fn scalar(&mut self, text: String, style: ScalarStyle, start: Properties) {
        let style = match style {
            ScalarStyle::Plain => Style::Plain,
            ScalarStyle::SingleQuoted => Style::SingleQuoted,
            ScalarStyle::DoubleQuoted => Style::DoubleQuoted,
            ScalarStyle::Literal => Style::Literal,
            ScalarStyle::Folded => Style::Folded,
        };
        let span = match style {
            Style::Literal | Style::Folded => self.block_scalar(start.span),
            Style::Plain if start.span.is_empty() => self.left_out(start.span, start.tag.as_ref()),
            _ => start.span,
        };
        // A value that is left out comes as `~` where nothing is written.
        let text = if style == Style::Plain && span.is_empty() { String::new() } else { text };
        let node = Node { span, tag: start.tag, value: Value::Scalar(Scalar { text, style }) };
        self.finished(node, start.anchor, 1, 0);
    }

    fn open(&mut self, start: Properties, parts: Parts) -> ControlFlow<Fault> {
        if self.stack.len() >= MAX_DEPTH {
            return ControlFlow::Break(too_deep(start.span));
        }
        self.refuse_tabs_before(start.span);
        self.cursor = self.cursor.max(start.span.end);
        let end = start.span.end;
        self.stack.push(Frame { start, parts, end, count: 1, height: 0 });
        ControlFlow::Continue(())
    }

    /// Closes the innermost collection; `raw` is its closing bracket, or a point where there is none.
    fn close(&mut self, raw: Span) {
        let Some(frame) = self.stack.pop() else { return };
        let Properties { span, anchor, tag } = frame.start;
        let end = if span.is_empty() { frame.end } else { frame.end.max(raw.end) };
        let value = match frame.parts {
            Parts::Sequence(items) => Value::Sequence(items),
            Parts::Mapping { entries, merges, .. } => {
                Value::Mapping(merge::mapping(entries, &merges, &mut self.faults))
            }
        };
        let node = Node { span: Span::new(span.start, end), tag, value };
        self.finished(node, anchor, frame.count, frame.height + 1);
    }

    fn finished(&mut self, node: Node, anchor: usize, count: u64, height: usize) {
        let item = Item { place: node.span, node: Arc::new(node), count, height };
        if anchor != 0 {
            self.anchors.insert(anchor, item.clone());
        }
        self.put(item);
    }

    fn alias(&mut self, anchor: usize, raw: Span) {
        let Some(item) = self.anchors.get(&anchor) else {
            let name = &self.text[raw.range()];
            let message = format!("`{name}` stands inside the value that it repeats, which would never end");
            return self.stand_in(Fault::new(FaultKind::UnknownAlias, raw, message));
        };
        if self.stack.len() + item.height > MAX_DEPTH {
            return self.stand_in(too_deep(raw));
        }
        let before = self.expanded;
        self.expanded = before.saturating_add(item.count);
        if self.expanded <= MAX_EXPANSION {
            let item = Item { place: raw, ..item.clone() };
            return self.put(item);
        }
        if before > MAX_EXPANSION {
            // Said once is enough.
            self.left_out.push(raw);
            return self.put(stand_in(raw));
        }
        // From here on no alias is followed, however small.
        let message = format!("the aliases up to here stand for more than {MAX_EXPANSION} values");
        self.stand_in(Fault::new(FaultKind::TooLarge, raw, message).help("write fewer aliases of aliases"));
    }

    /// Reports `fault` and puts nothing in the place of what could not be understood.
    fn stand_in(&mut self, fault: Fault) {
        self.left_out.push(fault.span);
        let item = stand_in(fault.span);
        self.faults.push(fault);
        self.put(item);
    }

    fn put(&mut self, item: Item) {
        let Some(frame) = self.stack.last_mut() else {
            self.root = Some(item.node);
            return;
        };
        frame.end = frame.end.max(item.place.end);
        frame.count = frame.count.saturating_add(item.count);
        frame.height = frame.height.max(item.height);
        match &mut frame.parts {
            Parts::Sequence(items) => items.push(item.node),
            Parts::Mapping { key, entries, merges } => match key.take() {
                None => *key = Some(item),
                Some(key) if merge::is_merge(&key.node) => merges.push((key.place, item)),
                Some(key) => match merge::bad_key(&key, self.text) {
                    Some(fault) => self.faults.push(fault),
                    None if key.node.is_stand_in() => {}
                    None => entries.push(Entry { key: key.node, value: item.node, merged: false }),
                },
            },
        }
    }

    fn raw(&self, bytes: Option<Range<usize>>) -> Span {
        bytes.map_or(Span::at(self.cursor), |range| Span::new(range.start as u32, range.end as u32))
    }

    fn tag(&self, span: &granit_parser::Span) -> Option<Tag> {
        let bytes = span.tag_span()?.byte_range()?;
        let text = self.text.get(bytes.clone())?.to_owned();
        Some(Tag { text, span: Span::new(bytes.start as u32, bytes.end as u32) })
    }

    /// From the header (`|` or `>`) to the last character that is not blank.
    fn block_scalar(&self, raw: Span) -> Span {
        let start = self.seek(raw.end, |byte| matches!(byte, b'|' | b'>')).unwrap_or(raw.start);
        let kept = self.text[start as usize..raw.end as usize].trim_end_matches(BLANKS).len();
        Span::new(start, start + kept as u32)
    }

    /// Right behind the key's colon or the dash; the parser gives places on either side of it.
    fn left_out(&self, raw: Span, tag: Option<&Tag>) -> Span {
        if self.stack.last().is_some_and(|frame| matches!(frame.parts, Parts::Mapping { key: None, .. })) {
            return raw;
        }
        let from = tag.map_or(self.cursor, |tag| tag.span.end).min(raw.start);
        let kept = self.text[from as usize..raw.start as usize].trim_end_matches(BLANKS).len();
        let at = from + kept as u32;
        let behind = &self.text[at as usize..];
        let gap = behind.len() - behind.trim_start_matches(BLANKS).len();
        let is_value =
            self.stack.last().is_some_and(|frame| matches!(frame.parts, Parts::Mapping { key: Some(_), .. }));
        let colon = is_value && behind[gap..].starts_with(':') && tag.is_none();
        Span::at(if colon { at + gap as u32 + 1 } else { at })
    }

    /// A list under a key starts at the first dash behind that key, even where it is not indented.
    fn sequence_start(&self, raw: Span) -> Span {
        let under_key = self.stack.last().is_some_and(|frame| matches!(frame.parts, Parts::Mapping { .. }));
        if !raw.is_empty() || !under_key {
            return raw;
        }
        Span::at(self.seek(raw.start, |byte| byte == b'-').unwrap_or(raw.start))
    }

    /// The first wanted byte between the last token and `end` that is in no comment, tag or anchor.
    fn seek(&self, end: u32, wanted: impl Fn(u8) -> bool) -> Option<u32> {
        let bytes = self.text.as_bytes();
        let mut at = self.cursor as usize;
        while at < end as usize {
            let stops: fn(&u8) -> bool = match bytes[at] {
                byte if wanted(byte) => return Some(at as u32),
                b'#' => |byte| matches!(byte, b'\n' | b'\r'),
                b'&' | b'!' => u8::is_ascii_whitespace,
                _ => |_| true,
            };
            at += 1;
            at += bytes[at..end as usize].iter().take_while(|byte| !stops(byte)).count();
        }
        None
    }

    /// The parser itself lets the first line of a document be indented by tabs.
    fn refuse_tabs_before(&mut self, span: Span) {
        let before = &self.text[..span.start as usize];
        let blank = before.len() - before.trim_end_matches([' ', '\t']).len();
        let line = &before[before.len() - blank..];
        let opens_line =
            before.len() == blank || before[..before.len() - blank].ends_with(['\n', '\r', '\u{feff}']);
        if span.is_empty() && opens_line && line.contains('\t') {
            let start = (before.len() - blank + line.find('\t').unwrap_or(0)) as u32;
            self.faults.push(tab(start));
        }
    }
}

/// A tab where a line is indented.
pub(crate) fn tab(at: u32) -> Fault {
    Fault::new(FaultKind::Syntax, Span::new(at, at + 1), "a tab indents this line; YAML wants spaces")
        .help("replace each tab by two spaces")
}

/// A collection, or an alias of one, beyond the limit of depth.
pub(crate) fn too_deep(span: Span) -> Fault {
    let message = format!("this is nested more than {MAX_DEPTH} levels deep");
    Fault::new(FaultKind::TooDeep, span, message).help("flatten the lists and mappings around it")
}

fn stand_in(place: Span) -> Item {
    Item { node: Arc::new(Node::stand_in(place)), place, count: 1, height: 0 }
}
