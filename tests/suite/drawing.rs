//! A drawn graph says exactly what the graph says: whoever follows its lines, and knows nothing else, reads the same
//! edges. The reader below is such a person.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use thalweg::drawing::{Charset, Edge, Graph, Mark, Picture, Vertex, list};

/// From, to, label.
type Edges = BTreeSet<(String, String, String)>;

const UNICODE: Signs =
    Signs {
        corners: ['╭', '╮', '╰'], across: "─╌", along: "│┆", heads: ['▶', '◀'], again: '↻'
    };
const ASCII: Signs =
    Signs { corners: ['.', '.', '\''], across: "-=", along: "|:", heads: ['>', '<'], again: '@' };

/// The characters that the reader knows.
struct Signs {
    corners: [char; 3],
    across: &'static str,
    along: &'static str,
    heads: [char; 2],
    again: char,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Way {
    Left,
    Right,
    Up,
    Down,
}

impl Way {
    const ALL: [Self; 4] = [Self::Left, Self::Right, Self::Up, Self::Down];

    fn step(self, (row, column): (usize, usize)) -> (usize, usize) {
        match self {
            Self::Left => (row, column.wrapping_sub(1)),
            Self::Right => (row, column + 1),
            Self::Up => (row.wrapping_sub(1), column),
            Self::Down => (row + 1, column),
        }
    }

    fn back(self) -> Self {
        match self {
            Self::Left => Self::Right,
            Self::Right => Self::Left,
            Self::Up => Self::Down,
            Self::Down => Self::Up,
        }
    }

    fn is_across(self) -> bool {
        matches!(self, Self::Left | Self::Right)
    }
}

struct Frame {
    rows: (usize, usize),
    columns: (usize, usize),
    id: String,
}

struct Reader<'a> {
    grid: Vec<Vec<char>>,
    signs: &'a Signs,
    frames: Vec<Frame>,
    /// Who was followed through each cell; a crossing has two.
    seen: BTreeMap<(usize, usize), BTreeSet<String>>,
    edges: Edges,
    backward: BTreeSet<(String, String)>,
}

impl<'a> Reader<'a> {
    fn read(lines: &[String], signs: &'a Signs) -> Self {
        let grid: Vec<Vec<char>> = lines.iter().map(|line| line.chars().collect()).collect();
        let mut reader = Self {
            grid,
            signs,
            frames: Vec::new(),
            seen: BTreeMap::new(),
            edges: BTreeSet::new(),
            backward: BTreeSet::new(),
        };
        reader.frames();
        for index in 0..reader.frames.len() {
            reader.lines_of(index);
        }
        reader.nothing_is_left_over();
        reader
    }

    fn at(&self, (row, column): (usize, usize)) -> char {
        self.grid.get(row).and_then(|row| row.get(column)).copied().unwrap_or(' ')
    }

    fn frames(&mut self) {
        for row in 0..self.grid.len() {
            let mut column = 0;
            while column < self.grid[row].len() {
                let opens = self.at((row, column)) == self.signs.corners[0]
                    && self.signs.across.contains(self.at((row, column + 1)));
                if !opens {
                    column += 1;
                    continue;
                }
                let right =
                    (column + 1..1_000).find(|at| self.at((row, *at)) == self.signs.corners[1]).unwrap();
                let bottom =
                    (row + 1..1_000).find(|at| self.at((*at, column)) == self.signs.corners[2]).unwrap();
                let text = |row: usize| {
                    self.grid[row][column + 1..right].iter().collect::<String>().trim().to_owned()
                };
                let id = text(row + 1);
                for again in (row + 3..bottom).map(text) {
                    if let Some(label) = again.strip_prefix(self.signs.again) {
                        let label = if label.trim() == "itself" { "" } else { label.trim() };
                        self.edges.insert((id.clone(), id.clone(), label.to_owned()));
                    }
                }
                self.frames.push(Frame { rows: (row, bottom), columns: (column, right), id });
                column = right + 1;
            }
        }
    }

    /// Follows every line that starts at a frame.
    fn lines_of(&mut self, index: usize) {
        let Frame { rows, columns, ref id } = self.frames[index];
        let id = id.clone();
        for row in rows.0 + 1..rows.1 {
            for (start, way) in
                [((row, columns.1 + 1), Way::Right), ((row, columns.0.wrapping_sub(1)), Way::Left)]
            {
                let sign = self.at(start);
                if sign != ' ' && !self.signs.heads.contains(&sign) {
                    self.follow(&id, start, way);
                }
            }
        }
    }

    fn follow(&mut self, id: &str, start: (usize, usize), way: Way) {
        let mut open = vec![(start, way)];
        let mut done = BTreeSet::new();
        while let Some((place, way)) = open.pop() {
            if !done.insert((place, way)) {
                continue;
            }
            let sign = self.at(place);
            self.seen.entry(place).or_default().insert(id.to_owned());
            if self.signs.heads.contains(&sign) || sign == ' ' {
                self.arrive(id, place, way);
            } else if self.signs.across.contains(sign) {
                assert!(way.is_across(), "a line runs into the side of another at {place:?}");
                open.push((way.step(place), way));
            } else if self.signs.along.contains(sign) {
                open.push((way.step(place), way));
            } else {
                let ways = self.ways(place, way);
                open.extend(ways.into_iter().map(|next| (next.step(place), next)));
            }
        }
    }

    /// Where a junction leads, but for where we came from.
    fn ways(&self, place: (usize, usize), came: Way) -> Vec<Way> {
        let all: Vec<Way> = if self.at(place) == '+' {
            let leads = |way: &Way| {
                let next = self.at(way.step(place));
                let signs = if way.is_across() { self.signs.across } else { self.signs.along };
                next == '+' || signs.contains(next) || way.is_across() && self.signs.heads.contains(&next)
            };
            Way::ALL.into_iter().filter(leads).collect()
        } else {
            let glyphs = [
                ('┌', "RD"),
                ('┐', "LD"),
                ('└', "RU"),
                ('┘', "LU"),
                ('├', "RUD"),
                ('┤', "LUD"),
                ('┬', "LRD"),
                ('┴', "LRU"),
                ('┼', "LRUD"),
            ];
            let ways = glyphs.iter().find(|(glyph, _)| *glyph == self.at(place)).expect("a piece of line").1;
            Way::ALL
                .into_iter()
                .zip("LRUD".chars())
                .filter(|(_, letter)| ways.contains(*letter))
                .map(|(way, _)| way)
                .collect()
        };
        assert!(
            all.contains(&came.back()),
            "a line comes from where the junction at {place:?} does not lead"
        );
        all.into_iter().filter(|way| *way != came.back()).collect()
    }

    /// Reads the label, if there is one, and finds whose frame the arrow touches.
    fn arrive(&mut self, id: &str, place: (usize, usize), way: Way) {
        let mut label = String::new();
        let mut place = place;
        while !self.signs.heads.contains(&self.at(place)) {
            self.seen.entry(place).or_default().insert(id.to_owned());
            label.push(self.at(place));
            place = way.step(place);
            assert!(label.len() < 60, "a line of {id} ends nowhere");
        }
        self.seen.entry(place).or_default().insert(id.to_owned());
        if way == Way::Left {
            label = label.chars().rev().collect();
        }
        let (row, column) = way.step(place);
        let side = |frame: &&Frame| {
            let border = if way == Way::Right { frame.columns.0 } else { frame.columns.1 };
            border == column && (frame.rows.0..=frame.rows.1).contains(&row)
        };
        let target = self.frames.iter().find(side).expect("an arrow points at a node").id.clone();
        if way == Way::Left {
            self.backward.insert((id.to_owned(), target.clone()));
        }
        self.edges.insert((id.to_owned(), target, label.trim().to_owned()));
    }

    /// Every sign outside the frames was followed, and only crossings from two nodes.
    fn nothing_is_left_over(&self) {
        let framed = |place: (usize, usize)| {
            self.frames.iter().any(|frame| {
                (frame.rows.0..=frame.rows.1).contains(&place.0)
                    && (frame.columns.0..=frame.columns.1).contains(&place.1)
            })
        };
        for (row, line) in self.grid.iter().enumerate() {
            for (column, sign) in line.iter().enumerate() {
                let seen = self.seen.get(&(row, column)).map_or(0, BTreeSet::len);
                assert!(
                    *sign == ' ' || framed((row, column)) || seen > 0,
                    "{sign} at {row}:{column} leads nowhere"
                );
                assert!(
                    seen <= 1 || self.signs.along.contains(*sign),
                    "{sign} at {row}:{column} belongs to two"
                );
            }
        }
    }
}

fn graphs() -> impl Strategy<Value = Graph> {
    let edge = |nodes: usize| (0..nodes, 0..nodes, 0usize..8);
    let shape = (2usize..=14).prop_flat_map(move |nodes| {
        (
            prop::collection::vec(1usize..12, nodes),
            prop::collection::vec(edge(nodes), 0..=nodes * 2),
            any::<bool>(),
        )
    });
    shape.prop_map(|(widths, edges, acyclic)| {
        let vertices = widths.iter().enumerate().map(|(index, width)| Vertex {
            id: format!("n{index}{}", "x".repeat(*width)),
            service: "s3".to_owned(),
            mark: None,
        });
        let edges =
            edges.into_iter().filter(|(from, to, _)| !acyclic || from < to).map(|(from, to, kind)| {
                let label = ["", "", "", "", "", "transform", "on-failure", "shared"][kind].to_owned();
                Edge { from, to, reference: kind == 5 || kind == 6, label, mark: None }
            });
        Graph { vertices: vertices.collect(), edges: edges.collect() }
    })
}

fn edges_of(graph: &Graph) -> Edges {
    let id = |index: usize| graph.vertices[index].id.clone();
    graph.edges.iter().map(|edge| (id(edge.from), id(edge.to), edge.label.clone())).collect()
}

/// Whether the edges without those in `backward` hold no cycle.
fn is_acyclic(edges: &Edges, backward: &BTreeSet<(String, String)>) -> bool {
    let mut left: Vec<_> = edges
        .iter()
        .filter(|(from, to, _)| from != to && !backward.contains(&(from.clone(), to.clone())))
        .map(|(from, to, _)| (from, to))
        .collect();
    loop {
        let targets: BTreeSet<_> = left.iter().map(|(_, to)| *to).collect();
        let before = left.len();
        left.retain(|(from, _)| targets.contains(from));
        if left.is_empty() || left.len() == before {
            return left.is_empty();
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, ..ProptestConfig::default() })]

    #[test]
    fn a_picture_reads_back_as_the_graph(graph in graphs()) {
        for (charset, signs) in [(Charset::Unicode, &UNICODE), (Charset::Ascii, &ASCII)] {
            let lines = Picture::of(&graph, usize::MAX, charset).unwrap().lines();
            let reader = Reader::read(&lines, signs);
            let ids: BTreeSet<_> = reader.frames.iter().map(|frame| frame.id.clone()).collect();
            prop_assert_eq!(ids, graph.vertices.iter().map(|vertex| vertex.id.clone()).collect::<BTreeSet<_>>());
            prop_assert_eq!(&reader.edges, &edges_of(&graph), "{}", lines.join("\n"));
            prop_assert!(is_acyclic(&reader.edges, &reader.backward), "{}", lines.join("\n"));
            prop_assert!(charset == Charset::Unicode || lines.iter().all(|line| line.is_ascii()));
        }
    }

    #[test]
    fn a_list_reads_back_as_the_graph(graph in graphs()) {
        let mut edges = Edges::new();
        let mut from = "";
        let text = list::render(&graph);
        for line in text.lines() {
            match line.strip_prefix("  -> ") {
                None => from = line.split_once(' ').unwrap().0,
                Some(edge) => {
                    let (to, notes) = edge.split_once(" (").map_or((edge, ""), |(to, notes)| (to, notes.trim_end_matches(')')));
                    let label = notes.split(", ").find(|note| !matches!(*note, "itself" | "leads back")).unwrap_or("");
                    edges.insert((from.to_owned(), to.to_owned(), label.to_owned()));
                }
            }
        }
        prop_assert_eq!(edges, edges_of(&graph));
    }
}

/// The pictures of the same graph are found by whoever points at them, and every cell knows its node.
#[test]
fn cells_know_their_nodes() {
    let vertex = |id: &str, mark| Vertex { id: id.to_owned(), service: "lambda".to_owned(), mark };
    let edge = |from, to| Edge { from, to, label: String::new(), reference: false, mark: None };
    let graph = Graph {
        vertices: vec![vertex("数据🚰", None), vertex("b", Some(Mark::Error))],
        edges: vec![edge(0, 1)],
    };
    let picture = Picture::of(&graph, 80, Charset::Unicode).unwrap();
    insta::assert_snapshot!(picture.lines().join("\n"), @"
    ╭────────╮   ╭────────╮
    │ 数据🚰 ├──▶│ ✗ b    │
    │ lambda │   │ lambda │
    ╰────────╯   ╰────────╯
    ");
    assert_eq!(
        (picture.node_at(0, 0), picture.node_at(11, 1), picture.node_at(20, 2)),
        (Some(0), None, Some(1))
    );
    assert_eq!(picture.node_at(99, 99), None);
}

#[test]
fn what_no_one_could_read_is_not_drawn() {
    let vertices = (0..400).map(|index| Vertex { id: index.to_string(), service: String::new(), mark: None });
    let graph = Graph { vertices: vertices.collect(), edges: Vec::new() };
    assert!(Picture::of(&graph, usize::MAX, Charset::Unicode).is_none());
    assert_eq!(list::render(&graph).lines().count(), 400);
    assert!(Picture::of(&Graph::default(), 80, Charset::Ascii).unwrap().lines().is_empty());
}
