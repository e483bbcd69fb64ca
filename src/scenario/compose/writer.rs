//! Writes a draft as a design file, in lines that people can read and edit.

use std::fmt::Write as _;
use std::sync::Arc;

use crate::scenario::compose::Composed;
use crate::scenario::compose::draft::{Draft, Flow};
use crate::scenario::model::Cue;
use crate::source::{Entry, Node, Span, Style, Text, Value, line, quoted};

/// The longest line, in characters, that keeps a node on one line.
const WIDTH: usize = 78;

/// The file that is being written.
#[derive(Debug, Default)]
pub(super) struct Writer {
    out: String,
    origins: Vec<(Span, Span)>,
}

impl Writer {
    pub(super) fn draft(&mut self, name: &str, draft: &Draft) {
        writeln!(self.out, "name: {name}").expect("memory");
        let (after, before): (Vec<&Entry>, Vec<&Entry>) =
            draft.others.iter().partition(|entry| entry.value.as_sequence().is_some());
        for entry in before {
            self.entry(entry, 0);
        }
        self.out.push_str("\nnodes:\n");
        draft.nodes.iter().for_each(|entry| self.entry(entry, 2));
        self.out.push_str("\nflows:\n");
        for flow in &draft.flows {
            self.out.push_str("  - ");
            match flow {
                Flow::Chain(ids, node) => {
                    self.tracked(node.span, |writer| writer.out.push_str(&ids.join(" -> ")));
                }
                Flow::Mapping(node) => self.flow_style(node),
            }
            self.out.push('\n');
        }
        for entry in after {
            self.list(entry);
        }
    }

    /// Each requirement with the words that ask for it.
    pub(super) fn required(&mut self, required: &[(&Cue, &Arc<Node>)]) {
        if required.is_empty() {
            return;
        }
        self.out.push_str("\nrequire:\n");
        for (cue, requirement) in required {
            self.out.push_str("  - ");
            let Some(mapping) = requirement.as_mapping() else {
                self.flow_style(requirement);
                self.out.push('\n');
                continue;
            };
            for (index, entry) in mapping.entries.iter().enumerate() {
                self.out.push_str(if index == 0 { "" } else { "    " });
                write!(self.out, "{}: ", line(&entry.key)).expect("memory");
                self.flow_style(&entry.value);
                self.out.push('\n');
            }
            writeln!(self.out, "    because: {}", quoted(&cue.text)).expect("memory");
        }
    }

    pub(super) fn finish(self, name: &str) -> Composed {
        Composed {
            text: Arc::new(Text::new(format!("{name}.thalweg.yaml"), self.out)),
            origins: self.origins,
        }
    }

    /// A key with its value: on one line where it fits, else with a line for each of its own keys.
    fn entry(&mut self, entry: &Entry, indent: usize) {
        let start = self.at();
        let value = &entry.value;
        self.out.push_str(&" ".repeat(indent));
        self.tracked(entry.key.span, |writer| writer.out.push_str(&line(&entry.key)));
        let written = line(value);
        let fits = indent + line(&entry.key).len() + 2 + written.len() <= WIDTH;
        match &value.value {
            Value::Mapping(mapping) if !fits || has_lines(value) => {
                self.out.push_str(":\n");
                mapping.entries.iter().for_each(|inner| self.entry(inner, indent + 2));
            }
            Value::Scalar(scalar) if is_lines(value) => {
                self.out.push_str(": |\n");
                for text in scalar.text.trim_end().lines() {
                    writeln!(self.out, "{}{text}", " ".repeat(indent + 2)).expect("memory");
                }
            }
            _ => {
                self.out.push_str(": ");
                self.flow_style(value);
                self.out.push('\n');
            }
        }
        self.origins.push((Span::new(start, self.at()), Span::new(entry.key.span.start, value.span.end)));
    }

    /// A key with a list, an item a line.
    fn list(&mut self, entry: &Entry) {
        writeln!(self.out, "\n{}:", line(&entry.key)).expect("memory");
        for item in entry.value.as_sequence().unwrap_or_default() {
            self.out.push_str("  - ");
            self.flow_style(item);
            self.out.push('\n');
        }
    }

    /// A value on one line, with the origin of every part.
    fn flow_style(&mut self, node: &Node) {
        self.tracked(node.span, |writer| match &node.value {
            Value::Scalar(_) => writer.out.push_str(&line(node)),
            Value::Sequence(items) => {
                writer.out.push('[');
                for (index, item) in items.iter().enumerate() {
                    writer.out.push_str(if index == 0 { "" } else { ", " });
                    writer.flow_style(item);
                }
                writer.out.push(']');
            }
            Value::Mapping(mapping) => {
                writer.out.push('{');
                for (index, entry) in mapping.entries.iter().enumerate() {
                    writer.out.push_str(if index == 0 { "" } else { ", " });
                    writer.flow_style(&entry.key);
                    writer.out.push_str(": ");
                    writer.flow_style(&entry.value);
                }
                writer.out.push('}');
            }
        });
    }

    fn tracked(&mut self, origin: Span, write: impl FnOnce(&mut Self)) {
        let start = self.at();
        write(self);
        self.origins.push((Span::new(start, self.at()), origin));
    }

    fn at(&self) -> u32 {
        self.out.len() as u32
    }
}

/// Whether a scalar is written line by line.
fn is_lines(node: &Node) -> bool {
    node.as_scalar()
        .is_some_and(|scalar| matches!(scalar.style, Style::Literal) && scalar.text.trim_end().contains('\n'))
}

fn has_lines(node: &Node) -> bool {
    match &node.value {
        Value::Scalar(_) => is_lines(node),
        Value::Sequence(_) => false,
        Value::Mapping(mapping) => mapping.entries.iter().any(|entry| has_lines(&entry.value)),
    }
}
