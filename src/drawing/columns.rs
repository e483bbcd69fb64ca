//! Columns: where layers and tracks stand, from left to right.

use crate::drawing::layers::Net;
use crate::drawing::order::{Item, Ordered};

/// What a label at an arrow needs around it: arrow, a space on either side, a piece of line.
const AROUND_LABEL: usize = 4;

/// The columns of a gap between two layers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Gap {
    /// The first column.
    start: usize,
    /// How many columns arrows and labels on the left take.
    left: usize,
    /// The column behind the last.
    pub(super) end: usize,
}

impl Gap {
    /// The first and the last column.
    pub(super) fn bounds(self) -> (usize, usize) {
        (self.start, self.end - 1)
    }

    /// The column of a track; tracks stand apart, so that corners side by side do not look joined in ASCII.
    pub(super) fn track(self, track: usize) -> usize {
        self.start + self.left + 2 * track
    }
}

/// The first column of every layer, its width, and the gaps between.
#[derive(Debug)]
pub(super) struct Columns {
    pub(super) layers: Vec<(usize, usize)>,
    pub(super) gaps: Vec<Gap>,
}

/// Lays the layers side by side; `widths` are those of the nodes' texts, `labels` those of the nets' labels, and
/// `tracks` says how many tracks each gap has.
pub(super) fn columns(
    all: &Ordered,
    nets: &[Net],
    widths: &[usize],
    labels: &[usize],
    tracks: &[usize],
) -> Columns {
    let mut columns = Columns { layers: Vec::new(), gaps: Vec::new() };
    let mut next = 0;
    for (index, layer) in all.layers.iter().enumerate() {
        let width = layer.iter().filter_map(|item| match all.items[*item] {
            Item::Node(node) => Some(widths[node] + 4),
            Item::Pass(_) => None,
        });
        let width = width.max().unwrap_or(1);
        columns.layers.push((next, width));
        next += width;
        if index + 1 < all.layers.len() {
            let (left, right) = ends(all, nets, labels, index);
            let between = (2 * tracks[index]).saturating_sub(1);
            let end = next + left + between + right;
            columns.gaps.push(Gap { start: next, left, end });
            next = end;
        }
    }
    columns
}

/// The columns that arrows and labels take on both sides of a gap.
fn ends(all: &Ordered, nets: &[Net], labels: &[usize], gap: usize) -> (usize, usize) {
    let arrives = |items: &[usize]| items.iter().any(|item| matches!(all.items[*item], Item::Node(_)));
    let mut ends = (1, 2);
    for wire in all.wires.iter().filter(|wire| wire.gap == gap) {
        let needed = match labels[wire.net] {
            0 => 2,
            width => width + AROUND_LABEL,
        };
        if nets[wire.net].back && arrives(&wire.left) {
            ends.0 = ends.0.max(needed);
        } else if !nets[wire.net].back && arrives(&wire.right) {
            ends.1 = ends.1.max(needed);
        }
    }
    ends
}
