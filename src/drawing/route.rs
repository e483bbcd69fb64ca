//! Tracks: in which column of a gap each wire goes up and down.
//!
//! Where one wire ends on the left of a row and another begins on its right, the first must turn before the second. Such
//! orders can form a cycle; then the layers on the right move down by one row, and no two wires share a row any more.

use std::collections::{BTreeMap, BTreeSet};

/// The rows of a wire on both sides of its gap.
#[derive(Debug, Clone)]
pub(super) struct Rows {
    /// Rows on the left.
    pub(super) left: BTreeSet<isize>,
    /// Rows on the right.
    pub(super) right: BTreeSet<isize>,
}

impl Rows {
    fn reach(&self) -> (isize, isize) {
        let all = || self.left.iter().chain(&self.right).copied();
        (all().min().unwrap_or(0), all().max().unwrap_or(0))
    }

    /// Whether it stays on one row and needs no track.
    pub(super) fn is_straight(&self) -> bool {
        let (first, last) = self.reach();
        first == last
    }
}

/// The track of every wire of a gap, counted from the left, or nothing where their orders form a cycle. Straight wires
/// have track 0 and do not use it.
pub(super) fn tracks(wires: &[Rows]) -> Option<Vec<usize>> {
    let mut begins: BTreeMap<isize, usize> = BTreeMap::new();
    for (index, wire) in wires.iter().enumerate() {
        begins.extend(wire.right.iter().map(|row| (*row, index)));
    }
    let mut after: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); wires.len()];
    let mut before = vec![0_usize; wires.len()];
    for (index, wire) in wires.iter().enumerate() {
        for other in wire.left.iter().filter_map(|row| begins.get(row)) {
            if *other != index && after[index].insert(*other) {
                before[*other] += 1;
            }
        }
    }
    let mut ready: BTreeSet<(isize, usize)> = (0..wires.len())
        .filter(|index| before[*index] == 0)
        .map(|index| (wires[index].reach().0, index))
        .collect();
    let mut tracks = vec![None; wires.len()];
    let mut least = vec![0; wires.len()];
    let mut taken: Vec<Vec<(isize, isize)>> = Vec::new();
    while let Some((_, index)) = ready.pop_first() {
        let track =
            if wires[index].is_straight() { 0 } else { free(&mut taken, &wires[index], least[index]) };
        tracks[index] = Some(track);
        for other in &after[index] {
            least[*other] = least[*other].max(track + 1);
            before[*other] -= 1;
            if before[*other] == 0 {
                ready.insert((wires[*other].reach().0, *other));
            }
        }
    }
    tracks.into_iter().collect()
}

/// The first track from `least` on in which the wire has room; it keeps one row away from others, since two corners
/// above each other would look joined in ASCII.
fn free(taken: &mut Vec<Vec<(isize, isize)>>, wire: &Rows, least: usize) -> usize {
    let (first, last) = wire.reach();
    let mut track = least;
    loop {
        while taken.len() <= track {
            taken.push(Vec::new());
        }
        if taken[track].iter().all(|(start, end)| end + 1 < first || last + 1 < *start) {
            taken[track].push((first, last));
            return track;
        }
        track += 1;
    }
}
