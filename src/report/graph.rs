//! The graph of a design as text: drawn where the width allows it, else as a list.

use std::fmt::Write as _;

use crate::drawing::cells::{Cell, Paint};
use crate::drawing::{Charset, Graph, Mark, Picture, list};
use crate::report::look::Look;

/// The picture of a graph with what its dashed lines mean; a list where the picture is wider than `width`.
///
/// # Panics
/// Never: text is written to memory.
#[must_use]
pub fn render(graph: &Graph, width: usize, look: Look) -> String {
    let charset = if look.unicode { Charset::Unicode } else { Charset::Ascii };
    let Some(picture) = Picture::of(graph, width, charset) else { return list::render(graph) };
    let mut text = String::new();
    for row in picture.rows() {
        let kept = row.iter().rposition(|cell| cell.symbol != " ").map_or(0, |last| last + 1);
        let mut cells = row[..kept].iter().peekable();
        while let Some(first) = cells.next() {
            let mut run = first.symbol.clone();
            while let Some(next) = cells.next_if(|next| (next.paint, next.mark) == (first.paint, first.mark))
            {
                run.push_str(&next.symbol);
            }
            text.push_str(&match style(first.paint, first.mark) {
                Some(style) => look.styled(&run, style),
                None => run,
            });
        }
        text.push('\n');
    }
    text + &legend(graph, &picture, charset)
}

fn style(paint: Paint, mark: Option<Mark>) -> Option<&'static str> {
    match (paint, mark) {
        (Paint::Blank, _) | (Paint::Line, None) => None,
        (Paint::Service, _) | (Paint::Border, None) => Some("2"),
        (_, Some(Mark::Error)) => Some("31"),
        (_, Some(Mark::Warning)) => Some("33"),
        (Paint::Id, None) => Some("1"),
        (Paint::Label, None) => Some("36"),
    }
}

/// What the dashed lines that there are mean.
fn legend(graph: &Graph, picture: &Picture, charset: Charset) -> String {
    let (forth, back) = if charset == Charset::Unicode { ("╌╌▶", "◀╌╌") } else { ("==>", "<==") };
    let leads_back = |cell: &Cell| cell.paint == Paint::Line && back.starts_with(&cell.symbol);
    let lines = [
        (graph.edges.iter().any(|edge| edge.reference && edge.from != edge.to), forth, "named by a setting"),
        (picture.rows().iter().flatten().any(leads_back), back, "leads back, which closes a cycle"),
    ];
    let mut text = String::new();
    for (_, sign, meaning) in lines.into_iter().filter(|(drawn, ..)| *drawn) {
        let gap = if text.is_empty() { "\n" } else { "" };
        writeln!(text, "{gap}{sign} {meaning}").expect("memory");
    }
    text
}
