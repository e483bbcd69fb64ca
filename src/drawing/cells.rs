//! A picture of character cells, for terminals: what stands in each cell, what it is, and which node it belongs to.

use unicode_width::UnicodeWidthChar as _;

use crate::drawing::graph::{Graph, Mark};
use crate::drawing::layout::{Block, Layout, Route, layout};

/// The characters that lines are made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Charset {
    /// Box-drawing characters.
    Unicode,
    /// ASCII only.
    Ascii,
}

/// What a cell shows, so that whoever prints it can choose a colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paint {
    /// Nothing.
    Blank,
    /// The border of a node.
    Border,
    /// A node's id.
    Id,
    /// A node's service, or an edge to itself.
    Service,
    /// A line or arrow.
    Line,
    /// What is written at an arrow.
    Label,
}

/// One cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// A character with what combines with it; empty behind a wide one.
    pub symbol: String,
    /// What it shows.
    pub paint: Paint,
    /// The worst that was found of the node or edge that it belongs to.
    pub mark: Option<Mark>,
    /// The node whose box it lies in.
    pub node: Option<usize>,
}

/// Rows of cells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    rows: Vec<Vec<Cell>>,
}

impl Charset {
    /// The sign of a finding.
    #[must_use]
    pub fn sign(self, mark: Mark) -> char {
        match (self, mark) {
            (Self::Unicode, Mark::Error) => '✗',
            (Self::Unicode, Mark::Warning) => '▲',
            (Self::Ascii, Mark::Error) => 'x',
            (Self::Ascii, Mark::Warning) => '!',
        }
    }

    /// The sign of an edge from a node to itself.
    #[must_use]
    pub fn again(self) -> char {
        if self == Self::Unicode { '↻' } else { '@' }
    }

    fn arrow(self, back: bool) -> char {
        match (self, back) {
            (Self::Unicode, false) => '▶',
            (Self::Unicode, true) => '◀',
            (Self::Ascii, false) => '>',
            (Self::Ascii, true) => '<',
        }
    }

    /// The corners of a box, from the upper left one clockwise.
    fn corners(self) -> [char; 4] {
        if self == Self::Unicode { ['╭', '╮', '╯', '╰'] } else { ['.', '.', '\'', '\''] }
    }

    /// The piece of line that leads where `ways` says.
    fn piece(self, ways: Ways, dashed: bool) -> char {
        let ([left, right], [up, down]) = (ways.across, ways.along);
        let (across, along) = (left || right, up || down);
        match (self, dashed) {
            (Self::Unicode, false) if !along => '─',
            (Self::Unicode, true) if !along => '╌',
            (Self::Unicode, false) if !across => '│',
            (Self::Unicode, true) if !across => '┆',
            (Self::Ascii, false) if !along => '-',
            (Self::Ascii, true) if !along => '=',
            (Self::Ascii, false) if !across => '|',
            (Self::Ascii, true) if !across => ':',
            (Self::Ascii, _) => '+',
            (Self::Unicode, _) => match (left, right, up, down) {
                (true, true, true, true) => '┼',
                (true, true, true, false) => '┴',
                (true, true, false, _) => '┬',
                (true, false, true, true) => '┤',
                (false, _, true, true) => '├',
                (true, false, true, false) => '┘',
                (true, false, false, _) => '┐',
                (false, _, true, false) => '└',
                (false, _, false, _) => '┌',
            },
        }
    }
}

impl Picture {
    /// The picture of a graph that is at most `width` columns wide; nothing where it would be wider, or too large to read.
    ///
    /// ```
    /// use thalweg::drawing::{Charset, Edge, Graph, Picture, Vertex};
    /// let vertex = |id: &str| Vertex { id: id.to_owned(), service: "s3".to_owned(), mark: None };
    /// let edge = Edge { from: 0, to: 1, label: String::new(), reference: false, mark: None };
    /// let graph = Graph { vertices: vec![vertex("in"), vertex("out")], edges: vec![edge] };
    /// let picture = Picture::of(&graph, 80, Charset::Ascii).unwrap();
    /// assert_eq!(picture.lines()[1], "| in |-->| out |");
    /// assert_eq!(picture.node_at(2, 1), Some(0));
    /// assert!(Picture::of(&graph, 15, Charset::Ascii).is_none());
    /// ```
    #[must_use]
    pub fn of(graph: &Graph, width: usize, charset: Charset) -> Option<Self> {
        let layout = layout(graph, charset)?;
        if layout.width > width {
            return None;
        }
        let blank = Cell { symbol: " ".to_owned(), paint: Paint::Blank, mark: None, node: None };
        let mut picture = Self { rows: vec![vec![blank; layout.width]; layout.height] };
        picture.lines_of(&layout, charset);
        for (node, block) in layout.blocks.iter().enumerate() {
            picture.block(node, block, charset);
        }
        Some(picture)
    }

    /// The cells, row by row.
    #[must_use]
    pub fn rows(&self) -> &[Vec<Cell>] {
        &self.rows
    }

    /// The text of every row without trailing spaces.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let line = |row: &Vec<Cell>| row.iter().map(|cell| cell.symbol.as_str()).collect::<String>();
        self.rows.iter().map(|row| line(row).trim_end().to_owned()).collect()
    }

    /// The node whose box a cell lies in.
    #[must_use]
    pub fn node_at(&self, column: usize, row: usize) -> Option<usize> {
        self.rows.get(row)?.get(column)?.node
    }

    /// Horizontal pieces first, since vertical ones cut them where they cross.
    fn lines_of(&mut self, layout: &Layout, charset: Charset) {
        for route in &layout.routes {
            for piece in &route.horizontal {
                let across = charset.piece(ACROSS, route.dashed);
                (piece.from..=piece.to).for_each(|column| self.line(column, piece.at, across, route));
            }
        }
        for route in &layout.routes {
            for piece in &route.vertical {
                for row in piece.from..=piece.to {
                    let glyph =
                        charset.piece(route.ways(piece.at, row, (piece.from, piece.to)), route.dashed);
                    self.line(piece.at, row, glyph, route);
                }
            }
            self.ends(route, charset);
        }
    }

    fn ends(&mut self, route: &Route, charset: Charset) {
        for arrow in &route.arrows {
            self.line(arrow.column, arrow.row, charset.arrow(route.back), route);
            if route.label.is_empty() {
                continue;
            }
            let text = format!(" {} ", route.label);
            let width = unicode_width::UnicodeWidthStr::width(text.as_str());
            let start = if route.back { arrow.column + 1 } else { arrow.column - width };
            self.write(start, arrow.row, &text, Style { paint: Paint::Label, mark: route.mark, node: None });
        }
    }

    fn line(&mut self, column: usize, row: usize, glyph: char, route: &Route) {
        self.set(column, row, glyph, Style { paint: Paint::Line, mark: route.mark, node: None });
    }

    fn block(&mut self, node: usize, block: &Block, charset: Charset) {
        let style = Style { paint: Paint::Border, mark: block.mark, node: Some(node) };
        let (right, bottom) = (block.column + block.width - 1, block.row + block.height - 1);
        let [upper_left, upper_right, lower_right, lower_left] = charset.corners();
        let edge = charset.piece(ACROSS, false);
        for column in block.column + 1..right {
            self.set(column, block.row, edge, style);
            self.set(column, bottom, edge, style);
        }
        self.set(block.column, block.row, upper_left, style);
        self.set(right, block.row, upper_right, style);
        self.set(right, bottom, lower_right, style);
        self.set(block.column, bottom, lower_left, style);
        for row in block.row + 1..bottom {
            for column in block.column + 1..right {
                self.set(column, row, ' ', Style { paint: Paint::Blank, mark: None, node: Some(node) });
            }
            self.side((block.column, row), false, charset, style);
            self.side((right, row), true, charset, style);
        }
        for (index, line) in block.lines.iter().enumerate() {
            let paint = if index == 0 { Paint::Id } else { Paint::Service };
            self.write(
                block.column + 2,
                block.row + 1 + index,
                line,
                Style { paint, mark: block.mark, node: Some(node) },
            );
        }
    }

    /// A cell of a box's side, the right or the left one; where a line starts there, the two are joined.
    fn side(&mut self, (column, row): (usize, usize), right: bool, charset: Charset, style: Style) {
        let beside = if right { Some(column + 1) } else { column.checked_sub(1) };
        let neighbour = beside.and_then(|beside| self.rows[row].get(beside));
        let starts = charset == Charset::Unicode
            && neighbour
                .is_some_and(|cell| cell.paint == Paint::Line && !matches!(cell.symbol.as_str(), "▶" | "◀"));
        let ways = Ways { across: [starts && !right, starts && right], ..ALONG };
        self.set(column, row, charset.piece(ways, false), style);
    }

    fn write(&mut self, column: usize, row: usize, text: &str, style: Style) {
        let mut column = column;
        for c in text.chars() {
            match c.width().unwrap_or(0) {
                0 => self.rows[row][column - 1].symbol.push(c),
                width => {
                    self.set(column, row, c, style);
                    for behind in column + 1..column + width {
                        self.set(behind, row, ' ', style);
                        self.rows[row][behind].symbol.clear();
                    }
                    column += width;
                }
            }
        }
    }

    fn set(&mut self, column: usize, row: usize, glyph: char, Style { paint, mark, node }: Style) {
        self.rows[row][column] = Cell { symbol: glyph.to_string(), paint, mark, node };
    }
}

/// Where a piece of line leads.
#[derive(Debug, Clone, Copy)]
struct Ways {
    /// To the left, to the right.
    across: [bool; 2],
    /// Up, down.
    along: [bool; 2],
}

const ACROSS: Ways = Ways { across: [true; 2], along: [false; 2] };
const ALONG: Ways = Ways { across: [false; 2], along: [true; 2] };

/// What a cell is set to, but for its sign.
#[derive(Debug, Clone, Copy)]
struct Style {
    paint: Paint,
    mark: Option<Mark>,
    node: Option<usize>,
}

impl Route {
    /// Where the line leads from a cell of a vertical piece that reaches from `first` to `last`.
    fn ways(&self, column: usize, row: usize, (first, last): (usize, usize)) -> Ways {
        let meets = |side: &dyn Fn(usize, usize) -> bool| {
            self.horizontal.iter().any(|piece| piece.at == row && side(piece.from, piece.to))
        };
        Ways {
            across: [
                meets(&|from, to| from < column && column <= to),
                meets(&|from, to| from <= column && column < to),
            ],
            along: [row > first, row < last],
        }
    }
}
