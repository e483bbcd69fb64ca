//! The graph as an SVG image that needs nothing else and follows the reader's light or dark colours. Its styles touch
//! nothing but itself, so that it can stand within a page.

use std::fmt::Write as _;

use crate::drawing::cells::Charset;
use crate::drawing::graph::{Graph, Mark};
use crate::drawing::layout::{Block, Layout, Route, Stretch, layout};

/// Width and height of a character cell, in pixels.
const CELL: (f64, f64) = (8.4, 17.0);
/// Space around the picture, in pixels.
const MARGIN: f64 = 16.0;

const STYLE: &str = "
  .thalweg { background: #ffffff; color-scheme: light dark }
  .thalweg text { font: 13px ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace; fill: #1f2328 }
  .thalweg text.service, .thalweg text.label { fill: #59636e }
  .thalweg text.service { font-size: 12px } .thalweg text.label { font-size: 11px; text-anchor: middle }
  .thalweg text.id { font-weight: 600 }
  .thalweg rect.node { fill: #f6f8fa; stroke: #59636e; stroke-width: 1.2 }
  .thalweg path { fill: none; stroke: #0969da; stroke-width: 1.6 }
  .thalweg path.cut { stroke: #ffffff; stroke-width: 7 }
  .thalweg path.dashed { stroke-dasharray: 5 4 }
  .thalweg path.head { fill: #0969da; stroke: none }
  .thalweg rect.behind { fill: #ffffff }
  .thalweg .warning { stroke: #bf8700 !important } .thalweg .error { stroke: #d1242f !important }
  .thalweg path.head.warning { fill: #bf8700; stroke: none !important }
  .thalweg path.head.error { fill: #d1242f; stroke: none !important }
  .thalweg rect.node.warning, .thalweg rect.node.error { stroke-width: 2.4 }
  .thalweg text.warning { stroke: none !important; fill: #9a6700 }
  .thalweg text.error { stroke: none !important; fill: #d1242f }
  @media screen and (prefers-color-scheme: dark) {
    .thalweg { background: #0d1117 }
    .thalweg text { fill: #f0f6fc } .thalweg text.service, .thalweg text.label { fill: #9198a1 }
    .thalweg rect.node { fill: #161b22; stroke: #9198a1 }
    .thalweg path { stroke: #4493f8 } .thalweg path.head { fill: #4493f8 }
    .thalweg path.cut { stroke: #0d1117 } .thalweg rect.behind { fill: #0d1117 }
    .thalweg .warning { stroke: #d29922 !important } .thalweg .error { stroke: #f85149 !important }
    .thalweg path.head.warning { fill: #d29922 } .thalweg path.head.error { fill: #f85149 }
    .thalweg text.warning { fill: #d29922 } .thalweg text.error { fill: #f85149 }
  }
";

/// The image, or nothing where the graph is larger than a picture can be.
///
/// # Panics
/// Never: text is written to memory.
#[must_use]
pub fn render(graph: &Graph, title: &str) -> Option<String> {
    let layout = layout(graph, Charset::Unicode)?;
    let width = layout.width as f64 * CELL.0 + 2.0 * MARGIN;
    let height = layout.height as f64 * CELL.1 + 2.0 * MARGIN;
    let mut image = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" width=\"{width:.0}\" \
         height=\"{height:.0}\" role=\"img\" class=\"thalweg\">\n<title>{}</title>\n<style>{STYLE}</style>\n",
        escaped(title)
    );
    lines(&layout, &mut image);
    for block in &layout.blocks {
        self::block(block, &mut image);
    }
    image.push_str("</svg>\n");
    Some(image)
}

/// Horizontal pieces, then vertical ones, with a gap where one crosses another's line.
fn lines(layout: &Layout, image: &mut String) {
    for route in &layout.routes {
        path(image, &route.horizontal.iter().map(|piece| across(route, piece)).collect::<String>(), route);
    }
    for route in &layout.routes {
        let others = || layout.routes.iter().filter(|other| !std::ptr::eq(*other, route));
        for piece in &route.vertical {
            let crossed = others().flat_map(|other| &other.horizontal).filter(|other| {
                (piece.from + 1..piece.to).contains(&other.at) && (other.from..=other.to).contains(&piece.at)
            });
            let at = x(piece.at as f64 + 0.5);
            for other in crossed {
                let middle = y(other.at);
                writeln!(
                    image,
                    "<path class=\"cut\" d=\"M{at:.1} {:.1}V{:.1}\"/>",
                    middle - 4.0,
                    middle + 4.0
                )
                .expect("memory");
            }
        }
        let down = |piece: &Stretch| {
            format!("M{:.1} {:.1}V{:.1}", x(piece.at as f64 + 0.5), y(piece.from), y(piece.to))
        };
        path(image, &route.vertical.iter().map(down).collect::<String>(), route);
    }
    for route in &layout.routes {
        heads(route, image);
    }
}

/// A horizontal piece: from the middle of a cell where it turns, else from the edge; an arrow covers its cell.
fn across(route: &Route, piece: &Stretch) -> String {
    let turns = |column: usize| {
        route.vertical.iter().any(|other| other.at == column && (other.from..=other.to).contains(&piece.at))
    };
    let arrives =
        |column: usize| route.arrows.iter().any(|arrow| (arrow.column, arrow.row) == (column, piece.at));
    let reach = |column: usize, edge: f64| match (turns(column), arrives(column)) {
        (true, _) => 0.5,
        (false, true) => 0.5 + (edge - 0.5) * 0.2,
        (false, false) => edge,
    };
    let from = x(piece.from as f64 + reach(piece.from, 0.0));
    let to = x(piece.to as f64 + reach(piece.to, 1.0));
    format!("M{from:.1} {:.1}H{to:.1}", y(piece.at))
}

fn path(image: &mut String, d: &str, route: &Route) {
    if !d.is_empty() {
        let class = classes(&[if route.dashed { "dashed" } else { "" }, marked(route.mark)]);
        writeln!(image, "<path{class} d=\"{d}\"/>").expect("memory");
    }
}

fn heads(route: &Route, image: &mut String) {
    for arrow in &route.arrows {
        let (tip, base) = if route.back { (0.0, 1.1) } else { (1.0, -0.1) };
        let (tip, base, middle) = (x(arrow.column as f64 + tip), x(arrow.column as f64 + base), y(arrow.row));
        let class = classes(&["head", marked(route.mark)]);
        writeln!(
            image,
            "<path{class} d=\"M{tip:.1} {middle:.1}L{base:.1} {:.1}V{:.1}Z\"/>",
            middle - 4.5,
            middle + 4.5
        )
        .expect("memory");
        if !route.label.is_empty() {
            let width = unicode_width::UnicodeWidthStr::width(route.label.as_str()) as f64;
            let centre = if route.back { 2.0 + width / 2.0 } else { -1.0 - width / 2.0 };
            let at = x(arrow.column as f64 + centre);
            let (left, wide) = (at - (width / 2.0 + 0.4) * CELL.0, (width + 0.8) * CELL.0);
            writeln!(
                image,
                "<rect class=\"behind\" x=\"{left:.1}\" y=\"{:.1}\" width=\"{wide:.1}\" height=\"14\"/>",
                middle - 7.0
            )
            .expect("memory");
            let class = classes(&["label", marked(route.mark)]);
            writeln!(
                image,
                "<text{class} x=\"{at:.1}\" y=\"{:.1}\">{}</text>",
                middle + 4.0,
                escaped(&route.label)
            )
            .expect("memory");
        }
    }
}

fn block(block: &Block, image: &mut String) {
    let (left, top) = (x(block.column as f64), y(block.row) - CELL.1 * 0.1);
    let (width, height) = (block.width as f64 * CELL.0, (block.height as f64 - 0.8) * CELL.1);
    let class = classes(&["node", marked(block.mark)]);
    writeln!(
        image,
        "<rect{class} x=\"{left:.1}\" y=\"{top:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" rx=\"6\"/>"
    )
    .expect("memory");
    for (index, line) in block.lines.iter().enumerate() {
        let kind = if index == 0 { "id" } else { "service" };
        let class = classes(&[kind, if index == 0 { marked(block.mark) } else { "" }]);
        let (left, base) = (x(block.column as f64 + 2.0) - CELL.0 * 0.5, y(block.row + 1 + index) + 4.5);
        writeln!(image, "<text{class} x=\"{left:.1}\" y=\"{base:.1}\">{}</text>", escaped(line))
            .expect("memory");
    }
}

fn marked(mark: Option<Mark>) -> &'static str {
    match mark {
        None => "",
        Some(Mark::Warning) => "warning",
        Some(Mark::Error) => "error",
    }
}

fn classes(names: &[&str]) -> String {
    let names: Vec<&str> = names.iter().copied().filter(|name| !name.is_empty()).collect();
    if names.is_empty() { String::new() } else { format!(" class=\"{}\"", names.join(" ")) }
}

fn x(column: f64) -> f64 {
    MARGIN + column * CELL.0
}

/// The middle of a row.
fn y(row: usize) -> f64 {
    MARGIN + (row as f64 + 0.5) * CELL.1
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
