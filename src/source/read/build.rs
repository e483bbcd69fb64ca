//! Builds the tree from the parser's events with a stack of its own, so that no depth of nesting uses up the machine's.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use granit_parser::{Event, ScalarStyle, StructureStyle};

use crate::source::read::{Fault, FaultKind, Reading};
use crate::source::{Entry, Mapping, Node, Scalar, Span, Style, Tag, Text, Value};

/// Collections deeper than this are refused: no design needs them, and what walks the tree may recurse.
const DEEPEST: usize = 100;
/// The most nodes that all aliases of a file may stand for together.
const MOST_EXPANDED: usize = 100_000;

/// Reading has to stop.
pub(super) struct Stop;

pub(super) struct Builder<'a> {
    text: &'a Text,
    open: Vec<Open>,
    root: Option<Arc<Node>>,
    anchors: HashMap<usize, Anchored>,
    expanded: usize,
    faults: Vec<Fault>,
}

/// A node that aliases may stand for, with the number of nodes in it, aliases expanded.
struct Anchored {
    node: Arc<Node>,
    size: usize,
}

/// A collection whose end is still to come.
struct Open {
    start: u32,
    end: u32,
    anchor: usize,
    tag: Option<Tag>,
    size: usize,
    content: Content,
}

enum Content {
    Sequence(Vec<Arc<Node>>),
    Mapping { entries: Vec<Entry>, keys: HashSet<String>, key: Option<Arc<Node>>, merges: Vec<Arc<Node>> },
}

impl<'a> Builder<'a> {
    pub(super) fn new(text: &'a Text) -> Self {
        Self { text, open: Vec::new(), root: None, anchors: HashMap::new(), expanded: 0, faults: Vec::new() }
    }

    pub(super) fn fault(&mut self, fault: Fault) {
        self.faults.push(fault);
    }

    pub(super) fn event(&mut self, event: Event<'_>, span: &granit_parser::Span) -> Result<(), Stop> {
        let place = place(span);
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let mut node = self.scalar(&text, style, place);
                node.tag = tag.and_then(|_| self.tag(span));
                self.add(Arc::new(node), anchor, 1);
            }
            Event::SequenceStart(style, anchor, _) => {
                let place = if style == StructureStyle::Block { self.block_list_start(place) } else { place };
                self.start(place, span, anchor, Content::Sequence(Vec::new()))?;
            }
            Event::MappingStart(_, anchor, _) => {
                let content = Content::Mapping {
                    entries: Vec::new(),
                    keys: HashSet::new(),
                    key: None,
                    merges: Vec::new(),
                };
                self.start(place, span, anchor, content)?;
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(place),
            Event::Alias(anchor) => self.alias(anchor, place)?,
            Event::UnresolvedAlias(name) => self.unresolved(&name, place),
            _ => {}
        }
        Ok(())
    }

    /// The tree; collections that a fault left open end where the fault was.
    pub(super) fn finish(mut self) -> Reading {
        while let Some(open) = self.open.last() {
            let end = open.end;
            self.end(Span::new(end, end));
        }
        Reading { root: self.root, faults: self.faults }
    }

    fn scalar(&self, text: &str, style: ScalarStyle, place: Span) -> Node {
        let style = match style {
            ScalarStyle::SingleQuoted => Style::SingleQuoted,
            ScalarStyle::DoubleQuoted => Style::DoubleQuoted,
            ScalarStyle::Literal => Style::Literal,
            ScalarStyle::Folded => Style::Folded,
            ScalarStyle::Plain => Style::Plain,
        };
        let block = matches!(style, Style::Literal | Style::Folded);
        let written = self.text.slice(place);
        let trimmed = if block { written.trim_end_matches([' ', '\t', '\r', '\n']) } else { written };
        let place = Span::new(place.start, place.start + trimmed.len() as u32);
        // The parser writes `~` for a value that is not there at all.
        let text = if place.is_empty() && style == Style::Plain { "" } else { text };
        Node { span: place, tag: None, value: Value::Scalar(Scalar { text: text.to_owned(), style }) }
    }

    fn tag(&self, span: &granit_parser::Span) -> Option<Tag> {
        let range = span.tag_span()?.byte_range()?;
        let span = Span::new(range.start as u32, range.end as u32);
        Some(Tag { text: self.text.slice(span).to_owned(), span })
    }

    fn start(
        &mut self,
        place: Span,
        span: &granit_parser::Span,
        anchor: usize,
        content: Content,
    ) -> Result<(), Stop> {
        if self.open.len() >= DEEPEST {
            let message = format!("this stands in more than {DEEPEST} collections");
            self.fault(Fault::new(FaultKind::TooDeep, place, message).help("nest less deeply"));
            return Err(Stop);
        }
        let tag = self.tag(span);
        self.open.push(Open { start: place.start, end: place.end, anchor, tag, size: 1, content });
        Ok(())
    }

    /// A block list starts at its first dash; the parser places one that is not indented at its first item.
    fn block_list_start(&self, place: Span) -> Span {
        let before = self.text.slice(Span::new(0, place.start)).trim_end_matches(' ');
        if before.ends_with('-') { Span::new(before.len() as u32 - 1, place.end) } else { place }
    }

    /// Ends the innermost collection. A block ends with its last item, and not with the blank lines after it.
    fn end(&mut self, place: Span) {
        let Some(open) = self.open.pop() else { return };
        let end = if place.is_empty() { open.end } else { place.end };
        let (start, anchor, tag, size) = (open.start, open.anchor, open.tag, open.size);
        let value = match open.content {
            Content::Sequence(items) => Value::Sequence(items),
            Content::Mapping { entries, keys, merges, .. } => {
                Value::Mapping(self.merged(Mapping { entries }, keys, &merges))
            }
        };
        self.add(Arc::new(Node { span: Span::new(start, end), tag, value }), anchor, size);
    }

    /// Adds a node of `size` nodes to the innermost open collection, or makes it the root.
    fn add(&mut self, node: Arc<Node>, anchor: usize, size: usize) {
        if anchor > 0 {
            self.anchors.insert(anchor, Anchored { node: Arc::clone(&node), size });
        }
        let place = node.span;
        self.add_at(node, place, size);
    }

    fn add_at(&mut self, node: Arc<Node>, place: Span, size: usize) {
        let Some(open) = self.open.last_mut() else {
            self.root.get_or_insert(node);
            return;
        };
        open.size = open.size.saturating_add(size);
        open.end = open.end.max(place.end);
        match &mut open.content {
            Content::Sequence(items) => items.push(node),
            Content::Mapping { entries, keys, key, merges } => match key.take() {
                None => *key = Some(node),
                Some(name) => {
                    let fault = entry(entries, keys, merges, name, node);
                    self.faults.extend(fault);
                }
            },
        }
    }

    fn alias(&mut self, anchor: usize, place: Span) -> Result<(), Stop> {
        let Some(anchored) = self.anchors.get(&anchor) else {
            let fault =
                Fault::new(FaultKind::Syntax, place, "this alias stands inside the value that it stands for");
            self.fault(fault.help("write the value out"));
            self.add_at(Arc::new(nothing(place)), place, 1);
            return Ok(());
        };
        let (node, size) = (Arc::clone(&anchored.node), anchored.size);
        self.expanded = self.expanded.saturating_add(size);
        if self.expanded > MOST_EXPANDED {
            let message = format!("the aliases of this file stand for more than {MOST_EXPANDED} values");
            self.fault(Fault::new(FaultKind::TooLarge, place, message).help("write less with aliases"));
            return Err(Stop);
        }
        self.add_at(node, place, size);
        Ok(())
    }

    fn unresolved(&mut self, name: &str, place: Span) {
        let message = format!("no anchor `&{name}` comes before this alias");
        self.fault(
            Fault::new(FaultKind::Syntax, place, message)
                .help(format!("put `&{name}` before the value that is meant")),
        );
        self.add_at(Arc::new(nothing(place)), place, 1);
    }

    /// The mapping with the entries of the mappings that `<<` names; what it has itself counts, then the first named.
    fn merged(&mut self, mut mapping: Mapping, mut keys: HashSet<String>, merges: &[Arc<Node>]) -> Mapping {
        for merge in merges {
            let sources: Vec<&Arc<Node>> = match &merge.value {
                Value::Sequence(items) => items.iter().collect(),
                _ => vec![merge],
            };
            for source in sources {
                let Value::Mapping(source) = &source.value else {
                    let message = "`<<` takes a mapping, or a list of mappings";
                    self.fault(
                        Fault::new(FaultKind::Syntax, source.span, message).help("name an anchored mapping"),
                    );
                    continue;
                };
                let new = source
                    .entries
                    .iter()
                    .filter(|entry| entry.key.as_text().is_some_and(|key| keys.insert(key.to_owned())));
                mapping.entries.extend(new.map(|entry| Entry { merged: true, ..entry.clone() }));
            }
        }
        mapping
    }
}

/// Adds an entry to a mapping; a key that stands there already, or is no scalar, is a fault.
fn entry(
    entries: &mut Vec<Entry>,
    keys: &mut HashSet<String>,
    merges: &mut Vec<Arc<Node>>,
    key: Arc<Node>,
    value: Arc<Node>,
) -> Option<Fault> {
    let Some(scalar) = key.as_scalar() else {
        let fault = Fault::new(FaultKind::Syntax, key.span, format!("a key is text; this is {}", key.kind()));
        return Some(fault.help("write the key as one word, or in quotes"));
    };
    let name = scalar.text.clone();
    if name == "<<" && scalar.style == Style::Plain {
        merges.push(value);
        return None;
    }
    if keys.insert(name.clone()) {
        entries.push(Entry { key, value, merged: false });
        return None;
    }
    let first = entries.iter().find(|entry| entry.key.as_text() == Some(&name)).map(|entry| entry.key.span);
    let mut fault =
        Fault::new(FaultKind::DuplicateKey, key.span, format!("the key `{name}` stands here twice"));
    fault.related.extend(first.map(|span| (span, "it stands first here".to_owned())));
    Some(fault.help("remove one of the two"))
}

fn nothing(place: Span) -> Node {
    Node { span: place, tag: None, value: Value::Scalar(Scalar { text: String::new(), style: Style::Plain }) }
}

fn place(span: &granit_parser::Span) -> Span {
    span.byte_range().map_or_else(Span::default, |range| Span::new(range.start as u32, range.end as u32))
}
