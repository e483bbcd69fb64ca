//! Requirements that no confirmed figure breaks but that the best figures there are do.
//!
//! The linter is silent about them, since it must not blame anybody by figures that nobody confirmed. Nobody is blamed
//! for a design that is not offered.

use crate::analysis::promises::latency::{self, Percentile};
use crate::analysis::promises::surroundings::Setup;
use crate::analysis::promises::{cost, paths};
use crate::design::requirement::{Latency, RequirementKind};
use crate::knowledge::fact::Confidence;
use crate::suggest::prove::Breach;
use crate::units::Quantity;

/// The requirements of which nobody can say whether they are kept, and that look broken.
pub(super) fn all(setup: Setup<'_>) -> impl Iterator<Item = Breach> {
    let judged = setup.design.requirements.iter().zip(&setup.analysis.verdicts).enumerate();
    let open = judged.filter(|(_, (_, verdict))| verdict.kept.is_none());
    open.filter_map(move |(index, (requirement, _))| match &requirement.kind {
        RequirementKind::Latency(latency) => late(setup, index, latency),
        RequirementKind::MonthlyCost { at_most } => {
            let total = cost::total(&cost::all(setup), Confidence::Unconfirmed);
            breach(index, total.quantity(), at_most.quantity(), "a month costs")
        }
        _ => None,
    })
}

fn late(setup: Setup<'_>, index: usize, required: &Latency) -> Option<Breach> {
    let ways = paths::possible(setup, paths::between(setup.design, required.from, required.to));
    let bounds =
        [(Percentile::P50, required.p50), (Percentile::P99, required.p99), (Percentile::Max, required.max)];
    bounds.into_iter().find_map(|(percentile, bound)| {
        let times = ways
            .iter()
            .map(|way| latency::at_least(&latency::along(setup, way), percentile, Confidence::Unconfirmed));
        let what = format!("{} is", percentile.as_str());
        breach(index, times.min()?.quantity(), bound?.quantity(), &what)
    })
}

fn breach(requirement: usize, value: Quantity, bound: Quantity, what: &str) -> Option<Breach> {
    (value.amount > bound.amount).then(|| Breach {
        requirement,
        excess: value.amount / bound.amount.max(f64::MIN_POSITIVE) - 1.0,
        message: format!(
            "{what} {} or more, by figures that are not confirmed; {} is required",
            value.approximate(),
            bound.approximate()
        ),
    })
}
