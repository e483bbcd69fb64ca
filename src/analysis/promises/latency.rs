//! How long records take along a way: the waits that the cards know of, one by one.

use crate::analysis::promises::paths::Ways;
use crate::analysis::promises::surroundings::{Place, Setup};
use crate::analysis::promises::{Breach, Verdict, locate, paths};
use crate::design::requirement::Latency;
use crate::expression::Value;
use crate::knowledge::effect::{Effect, EffectKind};
use crate::knowledge::fact::Confidence;
use crate::units::Duration;

/// The share of a wait that 99 of 100 records stay under, where they come at any moment of it alike.
const NEARLY_ALL: f64 = 0.99;

/// One wait of a record.
#[derive(Debug, Clone)]
pub struct Wait<'k> {
    /// At which node or flow.
    pub place: Place,
    /// What it is, and who says so.
    pub effect: &'k Effect,
    /// What half of the records stay under; nothing where nobody knows.
    pub typical: Option<Duration>,
    /// What nearly all records stay under; nothing where nobody knows.
    pub worst: Option<Duration>,
}

/// A percentile that a requirement bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Percentile {
    /// Half of the records.
    P50,
    /// 99 of 100.
    P99,
    /// All of them.
    Max,
}

impl Percentile {
    /// The word that a design writes.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::P50 => "p50",
            Self::P99 => "p99",
            Self::Max => "max",
        }
    }
}

impl Wait<'_> {
    /// How sure it is.
    #[must_use]
    pub fn confidence(&self) -> Confidence {
        self.effect.validity.confidence
    }

    /// What it alone adds to a percentile; nothing where nobody knows.
    #[must_use]
    pub fn share(&self, percentile: Percentile) -> Option<Duration> {
        match percentile {
            Percentile::P50 => self.typical,
            Percentile::P99 | Percentile::Max => self.worst,
        }
    }
}

/// The waits at a node or flow, in the card's order.
#[must_use]
pub fn at(setup: Setup<'_>, place: Place) -> Vec<Wait<'_>> {
    setup.effects(place).filter_map(|effect| wait(setup, place, effect)).collect()
}

fn wait<'k>(setup: Setup<'k>, place: Place, effect: &'k Effect) -> Option<Wait<'k>> {
    let EffectKind::Wait { typical, worst } = &effect.kind else { return None };
    let typical = time(&setup.evaluate(place, typical));
    let worst = worst.as_ref().map_or(typical, |worst| time(&setup.evaluate(place, worst)));
    Some(Wait { place, effect, typical, worst })
}

/// The waits from a node on along flows. What happens at the last node is not among them: a record has arrived there.
#[must_use]
pub fn along<'k>(setup: Setup<'k>, way: &[usize]) -> Vec<Wait<'k>> {
    let places =
        way.iter().flat_map(|flow| [Place::Node(setup.design.flows[*flow].from), Place::Flow(*flow)]);
    places.flat_map(|place| at(setup, place)).collect()
}

/// What a percentile of the whole is at the least, by the waits that are at least so sure and known.
///
/// Waits add up at the median and at the worst. Hardly a record meets the worst of two waits, so that 99 of 100 stay
/// under no less than one wait's own share and what is typical of the others.
#[must_use]
pub fn at_least(waits: &[Wait<'_>], percentile: Percentile, confidence: Confidence) -> Duration {
    let counted = || waits.iter().filter(move |wait| wait.confidence() >= confidence);
    let typical = |wait: &Wait<'_>| wait.typical.map_or(0.0, |time| time.0 as f64);
    let worst = |wait: &Wait<'_>| wait.worst.map_or(0.0, |time| time.0 as f64);
    let medians: f64 = counted().map(typical).sum();
    let micros = match percentile {
        Percentile::P50 => medians,
        Percentile::Max => counted().map(worst).sum(),
        Percentile::P99 => counted()
            .map(|wait| medians - typical(wait) + (worst(wait) * NEARLY_ALL).max(typical(wait)))
            .fold(0.0, f64::max),
    };
    Duration(micros as u64)
}

/// Judges a bound on latency by the fastest way: records can take another only by more time.
pub(super) fn judge(setup: Setup<'_>, required: &Latency) -> Verdict {
    let found = paths::to(setup, Some(required.from), required.to);
    let bounds =
        [(Percentile::P50, required.p50), (Percentile::P99, required.p99), (Percentile::Max, required.max)];
    let bounded = bounds.into_iter().filter_map(|(percentile, bound)| Some((percentile, bound?)));
    let verdicts: Vec<Verdict> = bounded
        .filter_map(|(percentile, bound)| judge_bound(setup, required.from, &found, (percentile, bound)))
        .collect();
    let broken = verdicts.iter().find(|verdict| verdict.kept == Some(false));
    let open = || verdicts.iter().find(|verdict| verdict.kept.is_none());
    broken.or_else(open).or(verdicts.first()).cloned().unwrap_or_default()
}

fn judge_bound(
    setup: Setup<'_>,
    from: usize,
    found: &Ways,
    (percentile, bound): (Percentile, Duration),
) -> Option<Verdict> {
    let timed = found.ways.iter().map(|(_, way)| {
        let waits = along(setup, way);
        (at_least(&waits, percentile, Confidence::Confirmed), way, waits)
    });
    let (least, way, waits) = timed.min_by_key(|(least, ..)| *least)?;
    let all_in = || is_known(&waits) && at_least(&waits, percentile, Confidence::Unconfirmed) <= bound;
    // Among more ways than are looked at one may be faster.
    let kept = if least > bound { found.complete.then_some(false) } else { all_in().then_some(true) };
    let mut counted: Vec<&Wait<'_>> =
        waits.iter().filter(|wait| wait.confidence() == Confidence::Confirmed).collect();
    counted.sort_by_key(|wait| std::cmp::Reverse(wait.share(percentile)));
    let breaches = if kept == Some(false) {
        counted.first().map(|wait| breach(setup, wait, percentile)).into_iter().collect()
    } else {
        Vec::new()
    };
    Some(Verdict {
        kept,
        bound: Some(bound.quantity()),
        value: Some(least.quantity()),
        percentile: Some(percentile.as_str()),
        path: paths::shown(setup.design, from, way),
        breaches,
    })
}

fn breach(setup: Setup<'_>, wait: &Wait<'_>, percentile: Percentile) -> Breach {
    let (span, label) = locate(setup, wait.place, wait.effect.at.as_deref());
    Breach {
        place: Some(wait.place),
        span,
        label,
        name: wait.effect.name.clone(),
        about: wait.effect.about.clone(),
        share: wait.share(percentile).map(Duration::quantity),
        confidence: wait.confidence(),
    }
}

/// Whether every wait is known.
#[must_use]
pub fn is_known(waits: &[Wait<'_>]) -> bool {
    waits.iter().all(|wait| wait.typical.is_some() && wait.worst.is_some())
}

fn time(value: &Value) -> Option<Duration> {
    Duration::of(value.quantity()?)
}
