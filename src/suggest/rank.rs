//! Which designs are offered: the best first, and first of all those that no other beats in every respect.

use std::cmp::Ordering;

use crate::suggest::prove::Proven;

/// The best designs, at most `limit`, named in their order.
///
/// First come those whose requirements are all known to be kept. A design beats another that is no better in latency,
/// cost or upkeep and worse in one of them; what is not known counts as worse than any figure. Designs that none beats
/// come first, then those that only these beat, and so on; among equals the sum of their places by each of the three
/// decides. Of designs of the same services only the best is among the first; the others come last.
pub(super) fn best(mut proven: Vec<Proven>, limit: usize) -> Vec<Proven> {
    if proven.iter().any(is_sure) {
        proven.retain(is_sure);
    }
    let mut designs = Vec::new();
    while !proven.is_empty() {
        designs.extend(unbeaten(&mut proven));
    }
    let mut designs = diverse(designs);
    designs.truncate(limit);
    for (index, design) in designs.iter_mut().enumerate() {
        design.name = format!("{}-{}", design.name, index + 1);
    }
    let shown: Vec<(Score, String)> =
        designs.iter().map(|design| (Score::of(design), design.name.clone())).collect();
    for design in &mut designs {
        let score = Score::of(design);
        let better = shown.iter().find(|(other, _)| other.beats(&score));
        design.beaten_by = better.map(|(_, name)| name.clone());
    }
    designs
}

/// Takes the designs that no other beats, the best first.
fn unbeaten(proven: &mut Vec<Proven>) -> Vec<Proven> {
    let scores: Vec<Score> = proven.iter().map(Score::of).collect();
    let (mut front, mut others) = (Vec::new(), Vec::new());
    for (design, score) in proven.drain(..).zip(&scores) {
        let beaten = scores.iter().any(|other| other.beats(score));
        if beaten { others.push(design) } else { front.push(design) }
    }
    *proven = others;
    let mut ordered: Vec<(usize, Proven)> = places(&front).into_iter().zip(front).collect();
    ordered.sort_by(|left, right| left.0.cmp(&right.0).then_with(|| settled(&left.1, &right.1)));
    ordered.into_iter().map(|(_, design)| design).collect()
}

fn is_sure(design: &Proven) -> bool {
    design.requirements.iter().all(|(_, kept)| *kept == Some(true))
}

/// Latency, cost and upkeep; less is better.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Score([f64; 3]);

impl Score {
    fn of(design: &Proven) -> Self {
        let latency = design.figures.slowest().map_or(f64::INFINITY, |time| time.0 as f64);
        let cost = design.figures.whole_cost().map_or(f64::INFINITY, |cost| cost.0);
        Self([latency, cost, design.figures.upkeep.len() as f64])
    }

    fn beats(&self, other: &Self) -> bool {
        let pairs = || self.0.iter().zip(&other.0);
        pairs().all(|(own, others)| own <= others) && pairs().any(|(own, others)| own < others)
    }
}

/// For each design the sum of how many designs are better by one of the figures.
fn places(designs: &[Proven]) -> Vec<usize> {
    let scores: Vec<Score> = designs.iter().map(Score::of).collect();
    let better =
        |own: &Score, figure: usize| scores.iter().filter(|other| other.0[figure] < own.0[figure]).count();
    scores.iter().map(|own| (0..own.0.len()).map(|figure| better(own, figure)).sum()).collect()
}

/// What decides between designs of the same place: that the cost is known, fewer hints of the linter, fewer nodes, then
/// the names.
fn settled(left: &Proven, right: &Proven) -> Ordering {
    let open = |design: &Proven| design.figures.cost.open.len();
    let key = |design: &Proven| {
        (open(design), design.advice, design.nodes.len(), design.chain(), design.chosen.join(", "))
    };
    key(left).cmp(&key(right))
}

/// The first design of every chain, then the others.
fn diverse(designs: Vec<Proven>) -> Vec<Proven> {
    let mut seen: Vec<Vec<(String, String)>> = Vec::new();
    let (mut first, mut further) = (Vec::new(), Vec::new());
    for design in designs {
        if seen.contains(&design.nodes) {
            further.push(design);
        } else {
            seen.push(design.nodes.clone());
            first.push(design);
        }
    }
    first.append(&mut further);
    first
}
