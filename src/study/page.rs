//! What a screen shows, before it has a width: the one description that terminals draw and plain text prints.

use crate::drawing::Graph;
use crate::study::keys::Place;

/// A screen.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// What the screen is.
    pub title: String,
    /// What is going on, such as the time that is left.
    pub status: String,
    /// From top to bottom.
    pub blocks: Vec<Block>,
    /// What stands beside them where there is room, and below them where there is none.
    pub aside: Vec<Block>,
    /// What keys mean here.
    pub place: Option<Place>,
    /// The item that is marked, counted over the items of `blocks`.
    pub focus: Option<usize>,
    /// Something to tell once.
    pub notice: Option<String>,
}

/// A part of a screen.
#[derive(Debug, Clone)]
pub enum Block {
    /// A heading.
    Heading(String),
    /// A paragraph, which is wrapped.
    Words(Vec<Piece>),
    /// A paragraph below an item, indented.
    Note(Vec<Piece>),
    /// Something that can be opened or taken.
    Item(Item),
    /// Names with values, in two columns.
    Facts(Vec<(String, Vec<Piece>)>),
    /// A share from 0 to 1 with a name before and words behind.
    Bar(String, f64, String),
    /// Lines that are not wrapped.
    Lines(Vec<Vec<Piece>>),
    /// A graph; the node that is marked in it.
    Picture(Graph, Option<usize>),
    /// The text that is edited.
    Editor(String),
    /// An empty line.
    Gap,
}

/// A piece of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// The text.
    pub text: String,
    /// What it is.
    pub tone: Tone,
}

/// What a text is, from which its look follows. None is told from others by hue alone: what is right or wrong says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tone {
    /// As any other.
    #[default]
    Plain,
    /// More important.
    Strong,
    /// Less important.
    Faint,
    /// Right, or well.
    Good,
    /// Wrong, or bad.
    Bad,
    /// To be looked at.
    Warn,
    /// A name that leads somewhere.
    Accent,
    /// Marked.
    Marked,
}

/// Something that can be opened or taken.
#[derive(Debug, Clone, Default)]
pub struct Item {
    /// How it is taken.
    pub take: Take,
    /// What it is.
    pub text: Vec<Piece>,
    /// What stands at the end of its line, or behind it.
    pub end: Vec<Piece>,
}

/// How an item is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Take {
    /// It is opened.
    #[default]
    Open,
    /// One of them is taken; whether this is.
    One(bool),
    /// Several are taken; whether this is.
    Some(bool),
}

impl Piece {
    /// Text of a tone.
    pub fn new(text: impl Into<String>, tone: Tone) -> Self {
        Self { text: text.into(), tone }
    }
}

/// Plain text as pieces.
pub fn plain(text: impl Into<String>) -> Vec<Piece> {
    vec![Piece::new(text, Tone::Plain)]
}

/// Text of one tone as pieces.
pub fn toned(text: impl Into<String>, tone: Tone) -> Vec<Piece> {
    vec![Piece::new(text, tone)]
}

impl Block {
    /// A paragraph in plain text.
    pub fn words(text: impl Into<String>) -> Self {
        Self::Words(plain(text))
    }

    /// A paragraph that matters less.
    pub fn faint(text: impl Into<String>) -> Self {
        Self::Words(toned(text, Tone::Faint))
    }

    /// A paragraph below an item that matters less.
    pub fn faint_note(text: impl Into<String>) -> Self {
        Self::Note(toned(text, Tone::Faint))
    }

    /// Something to open, with words at the end of its line.
    pub fn open(text: impl Into<String>, end: impl Into<String>) -> Self {
        let end: String = end.into();
        let end = if end.is_empty() { Vec::new() } else { toned(end, Tone::Faint) };
        Self::Item(Item { take: Take::Open, text: plain(text), end })
    }
}

impl Page {
    /// How many items there are.
    #[must_use]
    pub fn items(&self) -> usize {
        self.blocks.iter().filter(|block| matches!(block, Block::Item(_))).count()
    }
}
