//! Faults that are drawn from a seed.

use crate::design::faults::{Fault, FaultKind, Place};
use crate::design::{Design, Role};
use crate::runtime::faults::Faults;
use crate::runtime::random::Random;
use crate::units::Duration;

/// So many faults are drawn at the most.
const MOST: usize = 3;

/// One to three faults within a run of so many microseconds.
pub(super) fn draw(design: &Design, seed: u64, duration_us: u64) -> Faults {
    let mut random = Random::new(seed ^ 0x000f_a017);
    let count = 1 + pick(&mut random, MOST);
    let drawn: Vec<Fault> = (0..count).filter_map(|_| fault(design, duration_us, &mut random)).collect();
    Faults::of(design, &drawn)
}

fn fault(design: &Design, duration_us: u64, random: &mut Random) -> Option<Fault> {
    let part = |random: &mut Random, least: f64, most: f64| {
        Duration(((least + random.share() * (most - least)) * duration_us as f64) as u64)
    };
    let (start, lasting) = (part(random, 0.0, 0.6), part(random, 0.02, 0.25));
    let of = |services: &[&str]| -> Vec<usize> {
        let is = |node: &usize| services.contains(&design.nodes[*node].service.as_str());
        (0..design.nodes.len()).filter(is).collect()
    };
    let others: Vec<usize> =
        (0..design.nodes.len()).filter(|node| design.nodes[*node].service != "producer").collect();
    let flows: Vec<Place> = design
        .flows
        .iter()
        .filter(|flow| flow.role == Role::Flow)
        .map(|flow| Place::Flow(flow.from, flow.to))
        .collect();
    let (functions, programs) = (of(&["lambda"]), of(&["application", "consumer"]));
    let amount = random.share();
    // Of a kind that nothing in the design can have, a node is unavailable.
    let kind = pick(random, 7);
    let (places, kind): (Vec<usize>, FaultKind) = match kind {
        0 => (others, FaultKind::Throttled(0.1 + amount * 0.8)),
        1 if !flows.is_empty() => {
            let at = flows[pick(random, flows.len())];
            return Some(Fault { at, kind: FaultKind::Unavailable, start, lasting });
        }
        2 if !functions.is_empty() => (functions, FaultKind::Slow(2.0 + (amount * 8.0).floor())),
        3 if !functions.is_empty() => (functions, FaultKind::Errors(0.1 + amount * 0.9)),
        4 if !functions.is_empty() => (functions, FaultKind::PoisonShare(0.0001 + amount * 0.001)),
        5 if !programs.is_empty() => (programs, FaultKind::Crash),
        _ => (others, FaultKind::Unavailable),
    };
    let at = Place::Node(*places.get(pick(random, places.len()))?);
    Some(Fault { at, kind, start, lasting })
}

/// A whole number below another; 0 where that is 0.
fn pick(random: &mut Random, count: usize) -> usize {
    (random.share() * count as f64) as usize
}
