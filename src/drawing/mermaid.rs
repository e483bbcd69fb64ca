//! The graph as a Mermaid flowchart, which GitHub and many wikis draw.

use std::fmt::Write as _;

use crate::drawing::graph::{Graph, Mark};

/// A flowchart from left to right; edges that follow from settings are dotted, findings colour nodes and edges.
///
/// # Panics
/// Never: text is written to memory.
#[must_use]
pub fn render(graph: &Graph) -> String {
    let mut text = String::from("flowchart LR\n");
    for (index, vertex) in graph.vertices.iter().enumerate() {
        let (id, service) = (escaped(&vertex.id), escaped(&vertex.service));
        writeln!(text, "  n{index}[\"{id}<br/><i>{service}</i>\"]").expect("memory");
    }
    for edge in &graph.edges {
        let line = if edge.reference { "-.->" } else { "-->" };
        let label =
            if edge.label.is_empty() { String::new() } else { format!("|\"{}\"|", escaped(&edge.label)) };
        writeln!(text, "  n{} {line}{label} n{}", edge.from, edge.to).expect("memory");
    }
    for (mark, colour) in [(Mark::Error, "#d1242f"), (Mark::Warning, "#bf8700")] {
        for (index, _) in graph.vertices.iter().enumerate().filter(|(_, vertex)| vertex.mark == Some(mark)) {
            writeln!(text, "  style n{index} stroke:{colour},stroke-width:3px").expect("memory");
        }
        for (index, _) in graph.edges.iter().enumerate().filter(|(_, edge)| edge.mark == Some(mark)) {
            writeln!(text, "  linkStyle {index} stroke:{colour},stroke-width:3px").expect("memory");
        }
    }
    text
}

/// Everything that could mean something to Mermaid or HTML, by its number.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for c in text.chars() {
        if c.is_alphanumeric() || matches!(c, ' ' | '-' | '_' | '.' | '/') {
            escaped.push(c);
        } else {
            write!(escaped, "#{};", u32::from(c)).expect("memory");
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn what_has_a_meaning_is_a_number() {
        assert_eq!(escaped("a\"]; b <x>"), "a#34;#93;#59; b #60;x#62;");
        assert_eq!(escaped("ümläut-1_2.3/4"), "ümläut-1_2.3/4");
    }
}
