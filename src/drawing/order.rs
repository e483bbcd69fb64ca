//! What stands in each layer, from top to bottom: nodes, and lines that pass through, in an order with few crossings.

use crate::drawing::layers::Net;

/// How often the layers are gone through, to and fro.
const SWEEPS: usize = 8;

/// What stands in a layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Item {
    /// A node.
    Node(usize),
    /// A net on its way to a further layer.
    Pass(usize),
}

/// The part of a net between two neighbouring layers, by the indices of the items that it joins.
#[derive(Debug, Clone)]
pub(super) struct Wire {
    /// The net.
    pub(super) net: usize,
    /// The layer on its left; the other one is the next.
    pub(super) gap: usize,
    /// Where it meets the layer on the left.
    pub(super) left: Vec<usize>,
    /// Where it meets the layer on the right.
    pub(super) right: Vec<usize>,
}

/// The items with their order in every layer, and the wires between them.
#[derive(Debug)]
pub(super) struct Ordered {
    /// All items; the first are the nodes, in their order.
    pub(super) items: Vec<Item>,
    /// The layer of each item.
    pub(super) layer_of: Vec<usize>,
    /// The items of every layer from top to bottom.
    pub(super) layers: Vec<Vec<usize>>,
    /// The wires.
    pub(super) wires: Vec<Wire>,
}

/// Adds the passing lines and orders every layer.
pub(super) fn ordered(layers_of_nodes: &[usize], nets: &[Net]) -> Ordered {
    let count = layers_of_nodes.iter().max().map_or(0, |deepest| deepest + 1);
    let mut all = Ordered {
        items: (0..layers_of_nodes.len()).map(Item::Node).collect(),
        layer_of: layers_of_nodes.to_vec(),
        layers: vec![Vec::new(); count],
        wires: Vec::new(),
    };
    for (index, net) in nets.iter().enumerate() {
        all.add_wires(index, net);
    }
    for (item, layer) in all.layer_of.iter().enumerate() {
        all.layers[*layer].push(item);
    }
    all.sweep();
    all
}

impl Ordered {
    /// One wire for each gap that the net crosses, and a passing item for each layer within it.
    fn add_wires(&mut self, index: usize, net: &Net) {
        let from = self.layer_of[net.from];
        let ends: Vec<usize> = net.targets.iter().map(|target| self.layer_of[*target]).collect();
        let farthest = ends.iter().copied().max_by_key(|layer| layer.abs_diff(from)).unwrap_or(from);
        let mut here = net.from;
        let mut layer = from;
        while layer != farthest {
            let next = if net.back { layer - 1 } else { layer + 1 };
            let mut reached: Vec<usize> =
                net.targets.iter().zip(&ends).filter(|(_, end)| **end == next).map(|(t, _)| *t).collect();
            let pass = self.items.len();
            if next != farthest {
                self.items.push(Item::Pass(index));
                self.layer_of.push(next);
                reached.push(pass);
            }
            let (left, right) = if net.back { (reached, vec![here]) } else { (vec![here], reached) };
            self.wires.push(Wire { net: index, gap: layer.min(next), left, right });
            (here, layer) = (pass, next);
        }
    }

    /// Sorts the layers by the places of their neighbours, and keeps the order with the fewest crossings.
    fn sweep(&mut self) {
        let mut best = (self.crossings(), self.layers.clone());
        for sweep in 0..SWEEPS {
            let downwards = sweep % 2 == 0;
            let count = self.layers.len();
            for step in 1..count {
                let layer = if downwards { step } else { count - 1 - step };
                self.sort(layer, downwards);
            }
            let crossings = self.crossings();
            if crossings < best.0 {
                best = (crossings, self.layers.clone());
            }
        }
        self.layers = best.1;
    }

    fn sort(&mut self, layer: usize, by_left: bool) {
        let places = self.places();
        let mut sums = vec![(0.0, 0.0); self.items.len()];
        let gap = if by_left { layer.wrapping_sub(1) } else { layer };
        for wire in self.wires.iter().filter(|wire| wire.gap == gap) {
            let (own, others) = if by_left { (&wire.right, &wire.left) } else { (&wire.left, &wire.right) };
            for item in own {
                sums[*item].0 += others.iter().map(|other| places[*other] as f64).sum::<f64>();
                sums[*item].1 += others.len() as f64;
            }
        }
        let centre = |item: usize| match sums[item] {
            (_, 0.0) => places[item] as f64,
            (sum, count) => sum / count,
        };
        self.layers[layer].sort_by(|left, right| centre(*left).total_cmp(&centre(*right)));
    }

    /// The place of every item in its layer, from 0.
    pub(super) fn places(&self) -> Vec<usize> {
        let mut places = vec![0; self.items.len()];
        for layer in &self.layers {
            for (place, item) in layer.iter().enumerate() {
                places[*item] = place;
            }
        }
        places
    }

    fn crossings(&self) -> usize {
        let places = self.places();
        let mut ends: Vec<(usize, usize, usize)> = Vec::new();
        for wire in &self.wires {
            for left in &wire.left {
                ends.extend(wire.right.iter().map(|right| (wire.gap, places[*left], places[*right])));
            }
        }
        ends.sort_unstable();
        let mut crossings = 0;
        for (index, (gap, left, right)) in ends.iter().enumerate() {
            let later = ends[index + 1..].iter().take_while(|(other, ..)| other == gap);
            crossings += later.filter(|(_, l, r)| l > left && r < right).count();
        }
        crossings
    }
}
