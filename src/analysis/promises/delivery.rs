//! What a way loses and repeats, and what makes up for repeats.

use std::collections::BTreeMap;

use crate::analysis::promises::surroundings::{Place, Setup};
use crate::analysis::promises::{Breach, Verdict, locate, paths};
use crate::design::requirement::Guarantee;
use crate::knowledge::effect::{Effect, EffectKind};
use crate::knowledge::fact::Confidence;
use crate::source::Span;

/// Something that loses, repeats, or bears repeats.
#[derive(Debug, Clone, Copy)]
pub struct Step<'k> {
    /// At which node or flow.
    pub place: Place,
    /// What it is, and who says so.
    pub effect: &'k Effect,
}

impl Step<'_> {
    /// Where it stands in the file, and what stands there.
    #[must_use]
    pub fn stands_at(self, setup: Setup<'_>) -> (Span, String) {
        locate(setup, self.place, self.effect.at.as_deref())
    }
}

/// The steps of a way that are at least so sure, its last node among them: records are to be kept there.
#[must_use]
pub fn along<'k>(setup: Setup<'k>, from: usize, way: &[usize], confidence: Confidence) -> Vec<Step<'k>> {
    let flows = &setup.design.flows;
    let rest = way.iter().flat_map(|flow| [Place::Flow(*flow), Place::Node(flows[*flow].to)]);
    let places = std::iter::once(Place::Node(from)).chain(rest);
    let steps = places.flat_map(|place| setup.effects(place).map(move |effect| Step { place, effect }));
    steps.filter(|step| step.effect.validity.confidence >= confidence).collect()
}

/// The first loss.
#[must_use]
pub fn loss<'k>(steps: &[Step<'k>]) -> Option<Step<'k>> {
    steps.iter().copied().find(|step| matches!(step.effect.kind, EffectKind::Loss))
}

/// The last repeat, where nothing after it bears repeats: what comes again arrives again.
#[must_use]
pub fn repeat<'k>(steps: &[Step<'k>]) -> Option<Step<'k>> {
    let last = steps.iter().rposition(|step| matches!(step.effect.kind, EffectKind::Repeat))?;
    let borne = steps[last..].iter().any(|step| matches!(step.effect.kind, EffectKind::Idempotent));
    (!borne).then_some(steps[last])
}

/// Judges a guarantee. Records of an origin are lost where every way from there loses some, and arrive twice where any
/// way repeats some.
pub(super) fn judge(setup: Setup<'_>, (from, to): (Option<usize>, usize), guarantee: Guarantee) -> Verdict {
    let origins = from.map_or_else(|| paths::origins(setup.design, to), |from| vec![from]);
    let found = paths::to(setup, from, to);
    let mut by_origin: BTreeMap<usize, Vec<&Vec<usize>>> = BTreeMap::new();
    for (origin, way) in &found.ways {
        by_origin.entry(*origin).or_default().push(way);
    }
    let mut sure = found.complete && origins.iter().all(|origin| by_origin.contains_key(origin));
    for (origin, ways) in by_origin {
        let steps = |confidence| -> Vec<(&Vec<usize>, Vec<Step<'_>>)> {
            ways.iter().map(|way| (*way, along(setup, origin, way, confidence))).collect()
        };
        if let Some((way, step)) = broken(&steps(Confidence::Confirmed), guarantee, found.complete) {
            let path = paths::shown(setup.design, origin, way);
            return Verdict { path, ..Verdict::broken_by(vec![breach(setup, step)]) };
        }
        sure &= broken(&steps(Confidence::Unconfirmed), guarantee, true).is_none();
    }
    if sure { Verdict::kept() } else { Verdict::unknown() }
}

/// What breaks a guarantee. That every way loses something can be said only where `complete`: these are all ways.
fn broken<'w, 'k>(
    ways: &[(&'w Vec<usize>, Vec<Step<'k>>)],
    guarantee: Guarantee,
    complete: bool,
) -> Option<(&'w Vec<usize>, Step<'k>)> {
    let losses: Vec<_> = ways.iter().filter_map(|(way, steps)| Some((*way, loss(steps)?))).collect();
    if complete && losses.len() == ways.len() && !losses.is_empty() {
        return losses.into_iter().next();
    }
    let once = guarantee == Guarantee::ExactlyOnce;
    ways.iter().filter(|_| once).find_map(|(way, steps)| Some((*way, repeat(steps)?)))
}

fn breach(setup: Setup<'_>, step: Step<'_>) -> Breach {
    let (span, label) = step.stands_at(setup);
    let kind = if matches!(step.effect.kind, EffectKind::Loss) { "lost" } else { "repeated" };
    Breach {
        place: Some(step.place),
        span,
        label,
        name: kind.to_owned(),
        about: step.effect.about.clone(),
        share: None,
        confidence: step.effect.validity.confidence,
    }
}
