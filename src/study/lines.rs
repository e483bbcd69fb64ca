//! Lays a page out in lines of a width, for terminals and for plain text.

use unicode_width::UnicodeWidthStr as _;

use crate::drawing::cells::Paint;
use crate::drawing::{Charset, Mark, Picture, list};
use crate::study::page::{Block, Item, Piece, Take, Tone};

/// How a page is dressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dress {
    /// Columns.
    pub width: usize,
    /// Whether there are characters beyond ASCII.
    pub unicode: bool,
    /// Whether it is read line by line: no pictures, no bars, nothing at the end of lines.
    pub plain: bool,
}

/// A line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Line {
    /// Its text.
    pub pieces: Vec<Piece>,
    /// The item that it belongs to.
    pub item: Option<usize>,
    /// Whether it belongs to the item that is marked, and is no note on it.
    pub marked: bool,
    /// Whether it belongs to what is edited; such lines have no text of their own.
    pub editor: bool,
}

/// The only sign beyond ASCII that pages hold themselves; without such signs a dash stands in its place.
pub(super) const DOT: char = '·';

/// Columns that notes are indented by.
const INDENT: usize = 6;
/// Columns of a bar.
const BAR: usize = 20;

/// The lines of blocks; `focus` is the item that is marked.
#[must_use]
pub fn lay(blocks: &[Block], focus: Option<usize>, dress: Dress) -> Vec<Line> {
    let mut page = Laying { dress, focus, lines: Vec::new(), items: 0 };
    for block in blocks {
        page.block(block);
    }
    page.lines
}

struct Laying {
    dress: Dress,
    focus: Option<usize>,
    lines: Vec<Line>,
    items: usize,
}

impl Laying {
    fn block(&mut self, block: &Block) {
        match block {
            Block::Gap => self.push(Vec::new(), None),
            Block::Heading(text) => self.push(vec![Piece::new(text.clone(), Tone::Strong)], None),
            Block::Words(pieces) => self.wrapped(pieces, 0, None),
            Block::Note(pieces) => {
                let of = self.items.checked_sub(1);
                self.wrapped(pieces, if self.dress.width < 40 { 2 } else { INDENT }, of);
            }
            Block::Item(item) => self.item(item),
            Block::Facts(facts) => self.facts(facts),
            Block::Bar(name, share, words) => self.bar(name, *share, words),
            Block::Lines(lines) => lines.iter().for_each(|line| self.push(line.clone(), None)),
            Block::Picture(graph, marked) => match self.picture(graph, *marked) {
                Some(lines) => lines.into_iter().for_each(|line| self.push(line, None)),
                None => list::render(graph).lines().for_each(|line| self.push(plain_line(line), None)),
            },
            Block::Editor(text) => {
                for line in text.split('\n') {
                    self.lines.push(Line { pieces: plain_line(line), editor: true, ..Line::default() });
                }
            }
        }
    }

    fn push(&mut self, mut pieces: Vec<Piece>, item: Option<usize>) {
        if !self.dress.unicode {
            for piece in pieces.iter_mut().filter(|piece| piece.text.contains(DOT)) {
                piece.text = piece.text.replace(DOT, "-");
            }
        }
        self.lines.push(Line { pieces: cut(pieces, self.dress.width), item, ..Line::default() });
    }

    fn wrapped(&mut self, pieces: &[Piece], indent: usize, item: Option<usize>) {
        for mut line in wrap(pieces, self.dress.width.saturating_sub(indent)) {
            if indent > 0 {
                line.insert(0, Piece::new(" ".repeat(indent), Tone::Plain));
            }
            self.push(line, item);
        }
    }

    /// A sign for what is marked, the number, how it is taken, and the text; wrapped lines stand under the text.
    fn item(&mut self, item: &Item) {
        let index = self.items;
        self.items += 1;
        let marked = self.focus == Some(index) && !self.dress.plain;
        let sign = match (marked, self.dress.unicode) {
            _ if self.dress.plain => "",
            (true, true) => "▸ ",
            (true, false) => "> ",
            (false, _) => "  ",
        };
        let number = if index < 9 || self.dress.plain { format!("{} ", index + 1) } else { "  ".to_owned() };
        let taken = match (item.take, self.dress.unicode && !self.dress.plain) {
            (Take::Open, _) => "",
            (Take::One(true), true) => "(•) ",
            (Take::One(true), false) => "(x) ",
            (Take::One(false), _) => "( ) ",
            (Take::Some(true), _) => "[x] ",
            (Take::Some(false), _) => "[ ] ",
        };
        let lead = format!("{sign}{number}{taken}");
        let indent = lead.width();
        let mut pieces = item.text.clone();
        let room = self.dress.width.saturating_sub(indent);
        let ends_apart = !self.dress.plain && width(&item.text) + width(&item.end) + 2 <= room;
        if !item.end.is_empty() && !ends_apart {
            pieces.push(Piece::new("  ", Tone::Plain));
            pieces.extend(item.end.iter().cloned());
        }
        for (row, mut line) in wrap(&pieces, room).into_iter().enumerate() {
            if ends_apart && row == 0 && !item.end.is_empty() {
                let gap = room.saturating_sub(width(&line) + width(&item.end));
                line.push(Piece::new(" ".repeat(gap), Tone::Plain));
                line.extend(item.end.iter().cloned());
            }
            let lead = if row == 0 { lead.clone() } else { " ".repeat(indent) };
            line.insert(0, Piece::new(lead, Tone::Plain));
            self.push(line, Some(index));
            if let Some(line) = self.lines.last_mut() {
                line.marked = marked;
            }
        }
    }

    fn facts(&mut self, facts: &[(String, Vec<Piece>)]) {
        let widest = facts.iter().map(|(name, _)| name.width()).max().unwrap_or(0).min(24);
        for (name, value) in facts {
            let gap = if self.dress.plain { 0 } else { widest.saturating_sub(name.width()) };
            let lead = if self.dress.plain && !name.is_empty() {
                format!("{name}: ")
            } else {
                format!("{name}{}  ", " ".repeat(gap))
            };
            let indent = if self.dress.plain { 2 } else { lead.width().min(self.dress.width / 2) };
            for (row, mut line) in
                wrap(value, self.dress.width.saturating_sub(lead.width())).into_iter().enumerate()
            {
                let lead = if row == 0 { lead.clone() } else { " ".repeat(indent) };
                line.insert(0, Piece::new(lead, Tone::Faint));
                self.push(line, None);
            }
        }
    }

    fn bar(&mut self, name: &str, share: f64, words: &str) {
        if self.dress.plain || self.dress.width < 2 * BAR + 10 {
            return self.push(plain_line(&format!("{name}: {words}")), None);
        }
        let room = self.dress.width.saturating_sub(BAR + 4 + words.width()).min(34);
        let name: String = name.chars().take(room).collect();
        let filled = ((share.clamp(0.0, 1.0) * BAR as f64).round() as usize).min(BAR);
        let (full, empty) = if self.dress.unicode { ("━", "─") } else { ("#", "-") };
        let gap = " ".repeat(room.saturating_sub(name.width()));
        let line = vec![
            Piece::new(format!("{name}{gap}  "), Tone::Plain),
            Piece::new(full.repeat(filled), Tone::Accent),
            Piece::new(empty.repeat(BAR - filled), Tone::Faint),
            Piece::new(format!("  {words}"), Tone::Plain),
        ];
        self.push(line, None);
    }

    fn picture(&self, graph: &crate::drawing::Graph, marked: Option<usize>) -> Option<Vec<Vec<Piece>>> {
        let charset = if self.dress.unicode { Charset::Unicode } else { Charset::Ascii };
        let picture = Picture::of(graph, self.dress.width, charset).filter(|_| !self.dress.plain)?;
        let rows = picture.rows().iter().map(|row| {
            let mut pieces: Vec<Piece> = Vec::new();
            for cell in row {
                let tone = match (cell.paint, cell.mark) {
                    _ if cell.node.is_some() && cell.node == marked => Tone::Marked,
                    (Paint::Blank, _) | (Paint::Line, None) => Tone::Plain,
                    (Paint::Service, _) | (Paint::Border, None) => Tone::Faint,
                    (_, Some(Mark::Error)) => Tone::Bad,
                    (_, Some(Mark::Warning)) => Tone::Warn,
                    (Paint::Id, None) => Tone::Strong,
                    (Paint::Label, None) => Tone::Accent,
                };
                match pieces.last_mut().filter(|piece| piece.tone == tone) {
                    Some(piece) => piece.text.push_str(&cell.symbol),
                    None => pieces.push(Piece::new(cell.symbol.clone(), tone)),
                }
            }
            pieces
        });
        Some(rows.collect())
    }
}

fn plain_line(text: &str) -> Vec<Piece> {
    vec![Piece::new(text, Tone::Plain)]
}

fn width(pieces: &[Piece]) -> usize {
    pieces.iter().map(|piece| piece.text.width()).sum()
}

/// Pieces in lines of a width, broken between words; words that are longer than a line are cut.
fn wrap(pieces: &[Piece], width: usize) -> Vec<Vec<Piece>> {
    let width = width.max(1);
    let mut lines: Vec<Vec<Piece>> = vec![Vec::new()];
    let mut used = 0;
    for piece in pieces {
        for word in piece.text.split_inclusive(' ') {
            let solid = word.trim_end_matches(' ').width();
            if used > 0 && used + solid > width && solid > 0 {
                lines.push(Vec::new());
                used = 0;
            }
            for part in parts(word, width) {
                if used > 0 && used + part.trim_end().width() > width {
                    lines.push(Vec::new());
                    used = 0;
                }
                if used == 0 && part.trim().is_empty() && lines.len() > 1 {
                    continue;
                }
                used += part.width();
                let line = lines.last_mut().expect("there is a first line");
                match line.last_mut().filter(|last| last.tone == piece.tone) {
                    Some(last) => last.text.push_str(part),
                    None => line.push(Piece::new(part, piece.tone)),
                }
            }
        }
    }
    lines
}

/// A word in parts that fit a line.
fn parts(word: &str, width: usize) -> Vec<&str> {
    if word.trim_end().width() <= width {
        return vec![word];
    }
    let (mut parts, mut start, mut used) = (Vec::new(), 0, 0);
    for (at, c) in word.char_indices() {
        let wide = unicode_width::UnicodeWidthChar::width(c).unwrap_or(0);
        if used + wide > width && at > start {
            parts.push(&word[start..at]);
            (start, used) = (at, 0);
        }
        used += wide;
    }
    parts.push(&word[start..]);
    parts
}

/// The pieces as far as they fit, without spaces at the end.
fn cut(pieces: Vec<Piece>, width: usize) -> Vec<Piece> {
    let mut left = width;
    let mut kept: Vec<Piece> = Vec::new();
    for mut piece in pieces {
        if left == 0 {
            break;
        }
        let wide = piece.text.width();
        if wide > left {
            let mut used = 0;
            piece.text = piece
                .text
                .chars()
                .take_while(|c| {
                    used += unicode_width::UnicodeWidthChar::width(*c).unwrap_or(0);
                    used <= left
                })
                .collect();
        }
        left = left.saturating_sub(wide);
        kept.push(piece);
    }
    while let Some(last) = kept.last_mut() {
        last.text.truncate(last.text.trim_end_matches(' ').len());
        if !last.text.is_empty() {
            break;
        }
        kept.pop();
    }
    kept
}
