//! The graph in the language of Graphviz.

use std::fmt::Write as _;

use crate::drawing::graph::{Graph, Mark};

/// A digraph from left to right; edges that follow from settings are dashed, findings colour nodes and edges.
///
/// # Panics
/// Never: text is written to memory.
#[must_use]
pub fn render(graph: &Graph) -> String {
    let mut text = String::from(
        "digraph design {\n  rankdir=LR;\n  node [shape=box, style=rounded, fontname=\"sans-serif\"];\n  \
         edge [fontname=\"sans-serif\", fontsize=10];\n",
    );
    for (index, vertex) in graph.vertices.iter().enumerate() {
        let (id, service) = (escaped(&vertex.id), escaped(&vertex.service));
        writeln!(text, "  n{index} [label=\"{id}\\n{service}\"{}];", coloured(vertex.mark)).expect("memory");
    }
    for edge in &graph.edges {
        let style = if edge.reference { ", style=dashed" } else { "" };
        let attributes = format!("label=\"{}\"{style}{}", escaped(&edge.label), coloured(edge.mark));
        writeln!(text, "  n{} -> n{} [{attributes}];", edge.from, edge.to).expect("memory");
    }
    text.push_str("}\n");
    text
}

fn coloured(mark: Option<Mark>) -> &'static str {
    match mark {
        None => "",
        Some(Mark::Error) => ", color=\"#d1242f\", penwidth=2",
        Some(Mark::Warning) => ", color=\"#bf8700\", penwidth=2",
    }
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}
