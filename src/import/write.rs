//! Writes a graph as a design file that says the same, with a comment on everything that was inferred or left open.

use std::fmt::Write as _;

use crate::design::vocabulary::{ELSEWHERE, UNDETERMINED};
use crate::import::Reading;
use crate::import::build::drawn;
use crate::import::graph::{Confidence, Flow, Given, Node, Setting};
use crate::import::listing::{self, Edge};
use crate::knowledge::Knowledge;
use crate::source::{Node as Tree, Scalar, Span, Style, Value, line, quoted};

/// The design file of what was read.
///
/// # Panics
/// Never: memory takes every line.
#[must_use]
pub fn design(reading: &Reading, knowledge: &Knowledge) -> String {
    let mut text = String::new();
    let main = reading.files.texts().next().map_or("", |text| text.name());
    writeln!(text, "# Made of {} by `thalweg import`.", one_line(main)).expect("memory");
    text.push_str(
        "# `!unknown` stands for what is only known once it is deployed; rules stay silent on it.\n",
    );
    text.push_str("nodes:");
    if reading.graph.nodes.is_empty() {
        text.push_str(" {}");
    }
    text.push('\n');
    reading.graph.nodes.iter().for_each(|each| node(&mut text, each));
    flows(&mut text, reading);
    rest(&mut text, reading, knowledge);
    text
}

fn node(text: &mut String, node: &Node) {
    writeln!(text, "  {}:", scalar(&node.id)).expect("memory");
    writeln!(text, "    service: {}", node.service).expect("memory");
    if node.is_elsewhere {
        writeln!(text, "    {ELSEWHERE}: true # only referred to").expect("memory");
    }
    settings(text, &node.settings, 4);
}

fn settings(text: &mut String, all: &[Setting], indent: usize) {
    for setting in all {
        write!(text, "{:indent$}{}:", "", setting.name).expect("memory");
        match &setting.given {
            Given::Mapping(inner) => {
                text.push('\n');
                settings(text, inner, indent + 2);
            }
            other => writeln!(text, " {}", given(other)).expect("memory"),
        }
    }
}

fn given(given: &Given) -> String {
    match given {
        Given::Text(written) => value(written),
        Given::Node(id) => scalar(id),
        Given::List(items) => {
            let items: Vec<String> = items.iter().map(|(_, item)| self::given(item)).collect();
            format!("[{}]", items.join(", "))
        }
        Given::Unknown(on) => format!("{UNDETERMINED} {}", quoted(on)),
        Given::Mapping(_) => String::new(),
    }
}

fn flows(text: &mut String, reading: &Reading) {
    let drawn = drawn(&reading.graph);
    text.push_str(if drawn.is_empty() { "flows: []\n" } else { "flows:\n" });
    for flow in drawn {
        remarks(text, flow);
        writeln!(text, "  - from: {}", scalar(&flow.from)).expect("memory");
        writeln!(text, "    to: {}", scalar(&flow.to)).expect("memory");
        if let Some(via) = &flow.via {
            writeln!(text, "    via: {}", scalar(via)).expect("memory");
        }
        settings(text, &flow.settings, 4);
    }
}

fn remarks(text: &mut String, flow: &Flow) {
    if flow.confidence < Confidence::Declared {
        let reason = "inferred: its code may do this, and is told the name";
        writeln!(text, "  # {reason}").expect("memory");
    }
    if flow.is_disabled {
        writeln!(text, "  # switched off in {}", one_line(&flow.carrier)).expect("memory");
    }
}

/// What is listed and judged by no rule.
fn rest(text: &mut String, reading: &Reading, knowledge: &Knowledge) {
    let is_drawn = |edge: &Edge| {
        let flows = &reading.graph.flows;
        let known =
            flows.iter().find(|flow| flow.from == edge.from && flow.to == edge.to && flow.kind == edge.kind);
        known.is_none_or(|flow| flow.is_data)
    };
    let others: Vec<Edge> =
        listing::edges(&reading.graph, knowledge).into_iter().filter(|edge| !is_drawn(edge)).collect();
    if others.is_empty() {
        return;
    }
    text.push_str("# Found as well, and no flow of records, or not sure enough to be judged:\n");
    for edge in others {
        let sure = if edge.confidence == Confidence::Low { ", only permitted" } else { "" };
        let (from, to) = (one_line(&edge.from), one_line(&edge.to));
        writeln!(text, "#   {from} -> {to} ({}{sure})", edge.kind).expect("memory");
    }
}

fn one_line(text: &str) -> String {
    text.replace(['\n', '\r'], " ")
}

/// A text that stays text.
fn scalar(text: &str) -> String {
    let starts_well = text.starts_with(|first: char| first.is_ascii_alphabetic());
    let is_plain =
        starts_well && text.chars().all(|each| each.is_ascii_alphanumeric() || "-_./".contains(each));
    let is_word =
        matches!(text.to_ascii_lowercase().as_str(), "true" | "false" | "null" | "yes" | "no" | "on" | "off");
    if is_plain && !is_word { text.to_owned() } else { quoted(text) }
}

/// A value that is read as it looks.
fn value(text: &str) -> String {
    let scalar = Scalar { text: text.to_owned(), style: Style::Plain };
    if text.is_empty() || scalar.is_null() {
        return quoted(text);
    }
    line(&Tree { span: Span::at(0), tag: None, value: Value::Scalar(scalar) })
}
