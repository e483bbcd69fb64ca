//! Heights: where each item of a layer stands, so that lines are short and straight, and at which row each wire meets it.
//!
//! A unit is two rows. The rows at which wires may meet an item lie two apart, so two layers that are moved against
//! each other by one row have no such row in common.

use std::collections::BTreeMap;

use crate::drawing::order::{Item, Ordered};

/// How often heights are worked out, to and fro.
const SWEEPS: usize = 6;

/// Which side of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Side {
    Left,
    Right,
}

/// The heights of all items, in units, and the slots at which wires meet them.
#[derive(Debug)]
pub(super) struct Placed {
    /// The first unit of every item; the least of all is 0.
    pub(super) units: Vec<isize>,
    /// The rows of text that a box has.
    pub(super) inner: Vec<usize>,
    /// The slot, from the top of the item, at which a net meets a side of it.
    slots: Slots,
}

/// By item, side and net.
type Slots = BTreeMap<(usize, Side, usize), isize>;

impl Placed {
    /// The row at which a net meets a side of an item, its layer not moved.
    pub(super) fn row(&self, item: usize, side: Side, net: usize) -> isize {
        2 * (self.units[item] + self.slots[&(item, side, net)]) + 1
    }
}

/// Places every item; `lines` says how many lines of text each node has.
pub(super) fn placed(all: &Ordered, lines: &[usize]) -> Placed {
    let (slots, count) = slots(all);
    let inner: Vec<usize> = (0..all.items.len())
        .map(|item| match all.items[item] {
            Item::Node(node) => lines[node].max(2 * count[item] - 1),
            Item::Pass(_) => 1,
        })
        .collect();
    let sizes: Vec<isize> = (0..all.items.len())
        .map(|item| match all.items[item] {
            Item::Node(_) => ((inner[item] + 2).div_ceil(2)).cast_signed(),
            Item::Pass(_) => 1,
        })
        .collect();
    let mut placed = Placed { units: vec![0; all.items.len()], inner, slots };
    for layer in &all.layers {
        let mut next = 0;
        for item in layer {
            placed.units[*item] = next;
            next += sizes[*item];
        }
    }
    let depth = all.layers.len();
    for sweep in 0..SWEEPS {
        let downwards = sweep % 2 == 0;
        for step in 0..depth {
            let layer = if downwards { step } else { depth - 1 - step };
            placed.settle(all, layer, &sizes);
        }
    }
    let least = placed.units.iter().copied().min().unwrap_or(0);
    placed.units.iter_mut().for_each(|unit| *unit -= least);
    placed
}

/// The slots of all wires, and how many each item needs. Those of one side stand in the order of what they lead to,
/// in the middle of the item.
fn slots(all: &Ordered) -> (Slots, Vec<usize>) {
    let places = all.places();
    let mut sides: BTreeMap<(usize, Side), Vec<(f64, usize)>> = BTreeMap::new();
    for wire in &all.wires {
        let mean = |items: &[usize]| {
            items.iter().map(|item| places[*item] as f64).sum::<f64>() / items.len().max(1) as f64
        };
        for item in &wire.left {
            sides.entry((*item, Side::Right)).or_default().push((mean(&wire.right), wire.net));
        }
        for item in &wire.right {
            sides.entry((*item, Side::Left)).or_default().push((mean(&wire.left), wire.net));
        }
    }
    let mut count = vec![1; all.items.len()];
    for ((item, _), nets) in &mut sides {
        nets.sort_by(|left, right| left.0.total_cmp(&right.0).then(left.1.cmp(&right.1)));
        count[*item] = count[*item].max(nets.len());
    }
    let mut slots = BTreeMap::new();
    for ((item, side), nets) in sides {
        let first = (count[item] - nets.len()) / 2;
        for (place, (_, net)) in nets.into_iter().enumerate() {
            slots.insert((item, side, net), (first + place).cast_signed());
        }
    }
    (slots, count)
}

impl Placed {
    /// Moves the items of a layer towards what they are joined with, without changing their order.
    fn settle(&mut self, all: &Ordered, layer: usize, sizes: &[isize]) {
        let mut sums = vec![(0, 0); all.items.len()];
        for wire in all.wires.iter().filter(|wire| wire.gap == layer || wire.gap + 1 == layer) {
            let at_left = wire.gap == layer;
            let (own, others) = if at_left { (&wire.left, &wire.right) } else { (&wire.right, &wire.left) };
            let (own_side, other_side) =
                if at_left { (Side::Right, Side::Left) } else { (Side::Left, Side::Right) };
            for item in own {
                let slot = self.slots[&(*item, own_side, wire.net)];
                for other in others {
                    let wanted = self.units[*other] + self.slots[&(*other, other_side, wire.net)] - slot;
                    sums[*item] = (sums[*item].0 + wanted, sums[*item].1 + 1);
                }
            }
        }
        let items = &all.layers[layer];
        let wanted = items.iter().map(|item| match sums[*item] {
            (_, 0) => self.units[*item] as f64,
            (sum, count) => sum as f64 / f64::from(count),
        });
        let mut before = 0;
        let offsets: Vec<isize> = items
            .iter()
            .map(|item| {
                before += sizes[*item];
                before - sizes[*item]
            })
            .collect();
        let free: Vec<f64> = wanted.zip(&offsets).map(|(wanted, offset)| wanted - *offset as f64).collect();
        for ((item, place), offset) in items.iter().zip(ascending(&free)).zip(offsets) {
            self.units[*item] = place.round() as isize + offset;
        }
    }
}

/// The numbers nearest to `wanted`, by squares, of which none is less than the one before it.
fn ascending(wanted: &[f64]) -> Vec<f64> {
    let mut blocks: Vec<(f64, usize)> = Vec::new();
    for value in wanted {
        let mut block = (*value, 1);
        while let Some(before) = blocks.pop_if(|before| before.0 > block.0) {
            let count = before.1 + block.1;
            block = ((before.0 * before.1 as f64 + block.0 * block.1 as f64) / count as f64, count);
        }
        blocks.push(block);
    }
    blocks.into_iter().flat_map(|(value, count)| std::iter::repeat_n(value, count)).collect()
}

#[cfg(test)]
mod tests {
    use super::ascending;

    #[test]
    fn what_would_fall_is_levelled() {
        assert_eq!(ascending(&[3.0, 1.0, 2.0, 5.0]), [2.0, 2.0, 2.0, 5.0]);
        assert_eq!(ascending(&[]), [] as [f64; 0]);
    }
}
