//! Makes a design of a graph: a tree such as the one of a design file, whose places are those of the original.
//!
//! The tree goes through the same lowering as any design, so that types, units, ranges and references are checked by
//! one mechanism, and it is what `import --to design` writes out.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::design::vocabulary::{ELSEWHERE, UNDETERMINED};
use crate::design::{self, Lowered};
use crate::import::Reading;
use crate::import::graph::{Flow, Given, Graph, Node, Setting};
use crate::import::intent;
use crate::knowledge::Knowledge;
use crate::source::{self, Entry, Mapping, Scalar, Span, Style, Tag, Value};

/// The design of what was read and of what is said of it, as the linter takes it. Cannot fail.
#[must_use]
pub fn lowered(reading: &Reading, knowledge: &Knowledge) -> Lowered {
    let mut mistakes = Vec::new();
    let tree = intent::added(tree(&reading.graph), &reading.said, &mut mistakes);
    let mut lowered = design::lower_made(reading.files.whole(), &tree, &reading.comments, knowledge);
    lowered.diagnostics.splice(0..0, mistakes);
    lowered
}

/// The tree of the design of a graph.
fn tree(graph: &Graph) -> source::Node {
    let start = Span::at(0);
    let nodes = graph.nodes.iter().map(|node| entry(&node.id, node.id_span, node_tree(node))).collect();
    let flows = drawn(graph).into_iter().map(|flow| Arc::new(flow_tree(flow))).collect();
    let entries = vec![
        entry("nodes", start, mapping(start, nodes)),
        entry("flows", start, node(start, Value::Sequence(flows))),
    ];
    mapping(start, entries)
}

/// The flows that a design says: those that records take, and of several between the same ends the first.
#[must_use]
pub fn drawn(graph: &Graph) -> Vec<&Flow> {
    let mut seen = BTreeSet::new();
    let flows = graph.flows.iter().filter(|flow| flow.is_data);
    flows.filter(|flow| seen.insert((&flow.from, &flow.to, &flow.via))).collect()
}

fn node_tree(of: &Node) -> source::Node {
    let mut entries = vec![entry("service", of.service_span, text(of.service_span, &of.service))];
    if of.is_elsewhere {
        entries.push(entry(ELSEWHERE, of.id_span, plain(of.id_span, "true")));
    }
    entries.extend(of.settings.iter().map(setting_tree));
    mapping(of.span, entries)
}

fn flow_tree(of: &Flow) -> source::Node {
    let mut entries = vec![
        entry("from", of.from_span, text(of.from_span, &of.from)),
        entry("to", of.to_span, text(of.to_span, &of.to)),
    ];
    entries.extend(of.via.iter().map(|via| entry("via", of.span, text(of.span, via))));
    entries.extend(of.settings.iter().map(setting_tree));
    mapping(of.span, entries)
}

fn setting_tree(setting: &Setting) -> Entry {
    entry(&setting.name, setting.key_span, given_tree(setting.span, &setting.given))
}

fn given_tree(span: Span, given: &Given) -> source::Node {
    match given {
        Given::Text(written) if matches!(written.as_str(), "" | "~" | "null" | "Null" | "NULL") => {
            text(span, written)
        }
        Given::Text(written) => plain(span, written),
        Given::Node(id) => text(span, id),
        Given::List(items) => {
            let items = items.iter().map(|(span, item)| Arc::new(given_tree(*span, item)));
            node(span, Value::Sequence(items.collect()))
        }
        Given::Mapping(settings) => mapping(span, settings.iter().map(setting_tree).collect()),
        Given::Unknown(on) => {
            let tag = Some(Tag { text: UNDETERMINED.to_owned(), span });
            source::Node { tag, ..text(span, on) }
        }
    }
}

fn entry(key: &str, key_span: Span, value: source::Node) -> Entry {
    Entry { key: Arc::new(text(key_span, key)), value: Arc::new(value), merged: false }
}

fn mapping(span: Span, entries: Vec<Entry>) -> source::Node {
    node(span, Value::Mapping(Mapping { entries }))
}

/// A scalar that is text whatever it looks like.
fn text(span: Span, text: &str) -> source::Node {
    node(span, Value::Scalar(Scalar { text: text.to_owned(), style: Style::DoubleQuoted }))
}

/// A scalar that is read as it looks.
fn plain(span: Span, text: &str) -> source::Node {
    node(span, Value::Scalar(Scalar { text: text.to_owned(), style: Style::Plain }))
}

fn node(span: Span, value: Value) -> source::Node {
    source::Node { span, tag: None, value }
}

#[cfg(test)]
mod tests {
    use super::lowered;
    use crate::import::files::Files;
    use crate::import::graph::{Confidence, Flow, Given, Graph, Node, set};
    use crate::import::{Exports, Reading};
    use crate::knowledge::Knowledge;
    use crate::lint::{Rules, judge};
    use crate::source::{Span, Text};
    use std::sync::Arc;

    fn span(text: &str, part: &str) -> Span {
        let start = text.find(part).unwrap();
        Span::new(start as u32, (start + part.len()) as u32)
    }

    #[test]
    fn findings_stand_at_the_lines_of_the_original_and_never_edit_it() {
        let text = "resource Clicks stream { shards = 0 }\nresource Count function\nmapping Clicks Count";
        let mut files = Files::default();
        files.add(Arc::new(Text::new("main.infra", text)));
        let node = |id: &str, service: &str| Node {
            id: id.to_owned(),
            id_span: span(text, id),
            service: service.to_owned(),
            service_span: span(text, id),
            span: span(text, id),
            settings: Vec::new(),
            is_elsewhere: false,
        };
        let mut clicks = node("Clicks", "kinesis-data-streams");
        let places = (span(text, "shards"), span(text, "0"));
        set(&mut clicks.settings, "shards", places, Given::Text("0".to_owned()));
        let mut count = node("Count", "lambda");
        set(&mut count.settings, "timeout", places, Given::Unknown("Timeout".to_owned()));
        let mapping = span(text, "mapping Clicks Count");
        let flow = Flow {
            from: "Clicks".to_owned(),
            from_span: mapping,
            to: "Count".to_owned(),
            to_span: mapping,
            kind: "esm".to_owned(),
            is_data: true,
            via: None,
            carrier: "mapping".to_owned(),
            span: mapping,
            settings: Vec::new(),
            confidence: Confidence::Declared,
            is_disabled: false,
        };
        let graph = Graph { nodes: vec![clicks, count], flows: vec![flow], unresolved: Vec::new() };
        let knowledge = Knowledge::embedded();
        let (comments, mistakes, said, exports) = (Vec::new(), Vec::new(), Vec::new(), Exports::default());
        let reading = Reading { files, graph, comments, mistakes, said, exports };
        let lowered = lowered(&reading, &knowledge);
        let found = judge(&lowered, &knowledge, &Rules::embedded());
        assert!(found.iter().all(|finding| finding.fix.is_none()), "{found:#?}");
        let out_of_range = found.iter().find(|finding| finding.rule == "out-of-range").unwrap();
        assert_eq!(reading.files.place(out_of_range.primary.span).1, span(text, "0"));
    }
}
