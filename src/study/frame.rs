//! The page that is seen, laid out for the size of the terminal.

use crate::study::lines::{self, Dress, Line, lay};
use crate::study::page::{Block, Page};
use crate::study::state::State;
use crate::study::view;

/// The least columns and rows that there is a page for.
pub const LEAST: (u16, u16) = (60, 16);
/// From so many columns on there is room for something beside the page.
const WIDE: usize = 110;
/// Lines are not set wider than this, since long lines read badly.
const WIDEST: usize = 100;
/// Columns to the left and right of the page.
pub const MARGIN: usize = 2;
/// Rows that title and keys take.
pub const EDGES: usize = 4;

/// A page in lines.
#[derive(Debug, Clone)]
pub struct Frame {
    /// The page.
    pub page: Page,
    /// Its lines.
    pub main: Vec<Line>,
    /// The lines beside them; empty where there is no room, and what they say stands below.
    pub aside: Vec<Line>,
    /// Columns of the lines.
    pub width: usize,
    /// Columns of the lines beside them.
    pub aside_width: usize,
    /// Rows that are seen.
    pub height: usize,
    /// The first line that is seen.
    pub start: usize,
}

/// Lays out the page that is seen.
#[must_use]
pub fn frame(state: &State) -> Frame {
    let mut page = view::page(state);
    if !state.unicode {
        page.title = page.title.replace(lines::DOT, "-");
    }
    let (columns, rows) = (usize::from(state.size.0), usize::from(state.size.1));
    let inner = columns.saturating_sub(2 * MARGIN).max(1);
    let is_wide = columns >= WIDE && !page.aside.is_empty() && !state.plain;
    let (width, aside_width) = if is_wide { (inner * 3 / 5, inner - inner * 3 / 5 - 3) } else { (inner, 0) };
    let has_picture = page.blocks.iter().any(|block| matches!(block, Block::Picture(..) | Block::Editor(_)));
    let width = if has_picture { width } else { width.min(WIDEST) };
    let dress = |width| Dress { width, unicode: state.unicode, plain: state.plain };
    let mut main = lay(&page.blocks, page.focus, dress(width));
    let aside = if is_wide { lay(&page.aside, None, dress(aside_width)) } else { Vec::new() };
    if !is_wide && !page.aside.is_empty() {
        main.push(Line::default());
        main.extend(lay(&page.aside, None, dress(width)));
    }
    let height = rows.saturating_sub(EDGES).max(1);
    let start = start(state, &main, page.focus, height);
    Frame { page, main, aside, width, aside_width, height, start }
}

/// The first line that is seen: where the learner scrolled to, moved as little as makes seen what is marked.
fn start(state: &State, lines: &[Line], focus: Option<usize>, height: usize) -> usize {
    let top = state.top();
    let start = top.scroll.min(lines.len().saturating_sub(height));
    let Some(focus) = focus.filter(|_| top.follows) else { return start };
    let of_item = |line: &Line| line.item == Some(focus);
    let (Some(first), Some(last)) = (lines.iter().position(of_item), lines.iter().rposition(of_item)) else {
        return start;
    };
    // The first item brings what stands above it.
    if focus == 0 && last < height {
        return 0;
    }
    let start = if last >= start + height { last + 1 - height } else { start };
    start.min(first)
}
