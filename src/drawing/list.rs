//! The graph as plain lines: every node with what it feeds. For narrow terminals, and for ears.

use std::fmt::Write as _;

use crate::drawing::graph::{Graph, Mark};
use crate::drawing::layers::back_edges;

/// One line for each node and, indented below it, one for each edge that leaves it.
///
/// ```
/// use thalweg::drawing::{Edge, Graph, Vertex, list};
/// let vertex = |id: &str, service: &str| Vertex { id: id.into(), service: service.into(), mark: None };
/// let edge = Edge { from: 0, to: 1, label: "transform".into(), reference: true, mark: None };
/// let graph = Graph { vertices: vec![vertex("lake", "firehose"), vertex("clean", "lambda")], edges: vec![edge] };
/// assert_eq!(list::render(&graph), "lake (firehose)\n  -> clean (transform)\nclean (lambda)\n");
/// ```
///
/// # Panics
/// Never: text is written to memory.
#[must_use]
pub fn render(graph: &Graph) -> String {
    let back = back_edges(graph);
    let mut edges: Vec<_> = graph.edges.iter().collect();
    edges.sort_by_key(|edge| edge.from);
    edges.dedup();
    let mut edges = edges.into_iter().peekable();
    let mut text = String::new();
    for (index, vertex) in graph.vertices.iter().enumerate() {
        writeln!(text, "{} ({}){}", vertex.id, vertex.service, told(vertex.mark)).expect("memory");
        while let Some(edge) = edges.next_if(|edge| edge.from == index) {
            let mut notes = Vec::new();
            if !edge.label.is_empty() {
                notes.push(edge.label.as_str());
            }
            if edge.from == edge.to {
                notes.push("itself");
            } else if back.contains(&(edge.from, edge.to)) {
                notes.push("leads back");
            }
            let notes = if notes.is_empty() { String::new() } else { format!(" ({})", notes.join(", ")) };
            writeln!(text, "  -> {}{notes}{}", graph.vertices[edge.to].id, told(edge.mark)).expect("memory");
        }
    }
    text
}

fn told(mark: Option<Mark>) -> &'static str {
    match mark {
        None => "",
        Some(Mark::Warning) => " [warning]",
        Some(Mark::Error) => " [error]",
    }
}
