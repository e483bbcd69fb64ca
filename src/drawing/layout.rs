//! Places for everything that is drawn, on a grid of character cells: boxes in layers from left to right, and lines
//! between them.

use unicode_width::UnicodeWidthStr as _;

use crate::drawing::cells::Charset;
use crate::drawing::columns::{Columns, columns};
use crate::drawing::graph::{Graph, Mark};
use crate::drawing::layers::{Net, layered};
use crate::drawing::order::{Item, Ordered, ordered};
use crate::drawing::place::{Placed, Side, placed};
use crate::drawing::route::{Rows, tracks};

/// More nodes than this make no picture that anyone could read.
pub const MOST_NODES: usize = 300;
/// More edges than this make no picture that anyone could read.
pub const MOST_EDGES: usize = 1_000;

/// A graph with a place for everything. Rows and columns count from 0.
#[derive(Debug, Clone)]
pub struct Layout {
    /// Columns that it takes.
    pub width: usize,
    /// Rows that it takes.
    pub height: usize,
    /// The nodes, in the order of the graph.
    pub blocks: Vec<Block>,
    /// The edges, those of one source that look the same together.
    pub routes: Vec<Route>,
}

/// The box of a node.
#[derive(Debug, Clone)]
pub struct Block {
    /// The first column; it holds the border.
    pub column: usize,
    /// The first row; it holds the border.
    pub row: usize,
    /// Columns with both borders.
    pub width: usize,
    /// Rows with both borders.
    pub height: usize,
    /// The node's id, its service, and a line for each edge to itself.
    pub lines: Vec<String>,
    /// The worst that was found of the node.
    pub mark: Option<Mark>,
}

/// A line with one start and one or more ends.
#[derive(Debug, Clone)]
pub struct Route {
    /// The node that it leaves.
    pub from: usize,
    /// The horizontal pieces.
    pub horizontal: Vec<Stretch>,
    /// The vertical pieces; each begins and ends on a horizontal one.
    pub vertical: Vec<Stretch>,
    /// Its ends.
    pub arrows: Vec<Arrow>,
    /// What is written at every end; may be empty.
    pub label: String,
    /// The worst that was found of it.
    pub mark: Option<Mark>,
    /// Whether it is dashed: it follows from a setting, or leads back.
    pub dashed: bool,
    /// Whether it leads back.
    pub back: bool,
}

/// A straight piece of a line; `from` and `to` are both on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch {
    /// The row of a horizontal piece, the column of a vertical one.
    pub at: usize,
    /// The lesser column or row.
    pub from: usize,
    /// The greater column or row.
    pub to: usize,
}

/// Where a line ends at a box.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arrow {
    /// The column of the arrowhead, beside the box.
    pub column: usize,
    /// Its row.
    pub row: usize,
    /// The node that it points at; to the left of it where the line leads back.
    pub to: usize,
}

/// Places everything, or nothing where the graph is larger than a picture can be. `charset` gives the signs in texts.
///
/// Costs time in proportion to the product of nodes and edges at the worst; both are bounded.
#[must_use]
pub fn layout(graph: &Graph, charset: Charset) -> Option<Layout> {
    if graph.vertices.len() > MOST_NODES || graph.edges.len() > MOST_EDGES {
        return None;
    }
    let texts: Vec<Vec<String>> = (0..graph.vertices.len()).map(|node| lines(graph, node, charset)).collect();
    let (layers, nets) = layered(graph);
    let labels: Vec<String> = nets.iter().map(|net| marked(&net.label, net.mark, charset)).collect();
    let all = ordered(&layers, &nets);
    let placed = placed(&all, &texts.iter().map(Vec::len).collect::<Vec<_>>());
    let routed = routed(&all, &placed);
    let widths: Vec<usize> =
        texts.iter().map(|lines| lines.iter().map(|line| line.width()).max().unwrap_or(0)).collect();
    let label_widths: Vec<usize> = labels.iter().map(|label| label.width()).collect();
    let columns = columns(&all, &nets, &widths, &label_widths, &routed.counts);
    let drawing = Drawing { all: &all, nets: &nets, placed: &placed, routed: &routed, columns: &columns };
    let blocks = drawing.blocks(graph, texts);
    let routes = drawing.routes(labels);
    let width = columns.layers.last().map_or(0, |(start, width)| start + width);
    let height = blocks.iter().map(|block| block.row + block.height);
    let lines = routes.iter().flat_map(|route| &route.horizontal).map(|stretch| stretch.at + 1);
    let height = height.chain(lines).max().unwrap_or(0);
    Some(Layout { width, height, blocks, routes })
}

fn lines(graph: &Graph, node: usize, charset: Charset) -> Vec<String> {
    let vertex = &graph.vertices[node];
    let sign = vertex.mark.map(|mark| format!("{} ", charset.sign(mark))).unwrap_or_default();
    let mut lines = vec![format!("{sign}{}", vertex.id), vertex.service.clone()];
    for edge in graph.edges.iter().filter(|edge| edge.from == node && edge.to == node) {
        let label = if edge.label.is_empty() { "itself" } else { &edge.label };
        let line = format!("{} {}", charset.again(), marked(label, edge.mark, charset));
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    lines
}

fn marked(label: &str, mark: Option<Mark>, charset: Charset) -> String {
    mark.map_or_else(String::new, |mark| charset.sign(mark).to_string()) + label
}

/// The rows of every wire, the tracks that they go in, and how far each layer moves down.
struct Routed {
    rows: Vec<Rows>,
    tracks: Vec<usize>,
    counts: Vec<usize>,
    moved: Vec<isize>,
}

fn routed(all: &Ordered, placed: &Placed) -> Routed {
    let mut moved = vec![0; all.layers.len()];
    let mut rows = vec![None; all.wires.len()];
    let mut of_wire = vec![0; all.wires.len()];
    let mut counts = Vec::new();
    for gap in 0..all.layers.len().saturating_sub(1) {
        let indices: Vec<usize> = (0..all.wires.len()).filter(|index| all.wires[*index].gap == gap).collect();
        let rows_of = |down: isize| -> Vec<Rows> {
            let of = |index: &usize| {
                let wire = &all.wires[*index];
                let on = |items: &[usize], side, by: isize| {
                    items.iter().map(|item| placed.row(*item, side, wire.net) + by).collect()
                };
                Rows {
                    left: on(&wire.left, Side::Right, moved[gap]),
                    right: on(&wire.right, Side::Left, down),
                }
            };
            indices.iter().map(of).collect()
        };
        let level = rows_of(moved[gap]);
        let (found, down) = match tracks(&level) {
            Some(tracks) => ((level, tracks), moved[gap]),
            None => {
                let down = moved[gap] + 1;
                let apart = rows_of(down);
                let tracks = tracks(&apart).expect("no two wires share a row, so nothing orders them");
                ((apart, tracks), down)
            }
        };
        moved[gap + 1] = down;
        let bent = || found.0.iter().zip(&found.1).filter(|(rows, _)| !rows.is_straight());
        counts.push(bent().map(|(_, track)| track + 1).max().unwrap_or(0));
        for ((index, found), track) in indices.iter().zip(found.0).zip(found.1) {
            (rows[*index], of_wire[*index]) = (Some(found), track);
        }
    }
    let rows = rows.into_iter().map(|rows| rows.expect("every wire lies in a gap")).collect();
    Routed { rows, tracks: of_wire, counts, moved }
}

struct Drawing<'a> {
    all: &'a Ordered,
    nets: &'a [Net],
    placed: &'a Placed,
    routed: &'a Routed,
    columns: &'a Columns,
}

impl Drawing<'_> {
    fn blocks(&self, graph: &Graph, texts: Vec<Vec<String>>) -> Vec<Block> {
        let block = |(node, lines): (usize, Vec<String>)| {
            let layer = self.all.layer_of[node];
            let (column, width) = self.columns.layers[layer];
            let row = (2 * self.placed.units[node] + self.routed.moved[layer]) as usize;
            let height = self.placed.inner[node] + 2;
            Block { column, row, width, height, lines, mark: graph.vertices[node].mark }
        };
        texts.into_iter().enumerate().map(block).collect()
    }

    fn routes(&self, labels: Vec<String>) -> Vec<Route> {
        let mut routes: Vec<Route> = self
            .nets
            .iter()
            .zip(labels)
            .map(|(net, label)| Route {
                from: net.from,
                horizontal: Vec::new(),
                vertical: Vec::new(),
                arrows: Vec::new(),
                label,
                mark: net.mark,
                dashed: net.reference || net.back,
                back: net.back,
            })
            .collect();
        for index in 0..self.all.wires.len() {
            self.wire(index, &mut routes[self.all.wires[index].net]);
        }
        for (item, kind) in self.all.items.iter().enumerate() {
            if let Item::Pass(net) = kind {
                self.pass(item, *net, &mut routes[*net]);
            }
        }
        routes
    }

    fn wire(&self, index: usize, route: &mut Route) {
        let (wire, rows) = (&self.all.wires[index], &self.routed.rows[index]);
        let gap = self.columns.gaps[wire.gap];
        let (start, end) = gap.bounds();
        let stretch = |at: &isize, from, to| Stretch { at: *at as usize, from, to };
        if rows.is_straight() {
            route.horizontal.extend(rows.left.iter().map(|row| stretch(row, start, end)));
        } else {
            let track = gap.track(self.routed.tracks[index]);
            route.horizontal.extend(rows.left.iter().map(|row| stretch(row, start, track)));
            route.horizontal.extend(rows.right.iter().map(|row| stretch(row, track, end)));
            let all = || rows.left.iter().chain(&rows.right);
            if let (Some(first), Some(last)) = (all().min(), all().max()) {
                route.vertical.push(Stretch { at: track, from: *first as usize, to: *last as usize });
            }
        }
        let (column, items, side, down) = if route.back {
            (start, &wire.left, Side::Right, self.routed.moved[wire.gap])
        } else {
            (end, &wire.right, Side::Left, self.routed.moved[wire.gap + 1])
        };
        for item in items {
            if let Item::Node(to) = self.all.items[*item] {
                let row = (self.placed.row(*item, side, wire.net) + down) as usize;
                route.arrows.push(Arrow { column, row, to });
            }
        }
    }

    /// The way of a net across a layer.
    fn pass(&self, item: usize, net: usize, route: &mut Route) {
        let layer = self.all.layer_of[item];
        let (start, width) = self.columns.layers[layer];
        let at = (self.placed.row(item, Side::Left, net) + self.routed.moved[layer]) as usize;
        route.horizontal.push(Stretch { at, from: start, to: start + width - 1 });
    }
}
