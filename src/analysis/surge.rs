//! How suddenly a load rises.

use crate::analysis::Analysis;
use crate::analysis::traffic::Contributor;
use crate::design::Design;
use crate::design::settings::{RateProfile, SettingValue};

/// A swing is looked at in so many steps of its rise.
const STEPS: u32 = 512;

impl Analysis {
    /// The share of its peak to which the load of a node leaps: the highest rate that is more than `factor` times the
    /// highest of all times up to `window_us` before. 0 where it never rises so fast; nothing where the load is not that of
    /// one source.
    #[must_use]
    pub fn surge(&self, design: &Design, node: usize, window_us: f64, factor: f64) -> Option<f64> {
        let load = &self.traffic.nodes[node];
        let ([Contributor::Node(source)], Some(_)) = (load.contributors.as_slice(), load.peak.known()) else {
            return None;
        };
        let settings = &design.nodes[*source].settings;
        let declared = settings.get("traffic.rate").or_else(|| settings.get("output.rate"))?;
        let SettingValue::Profile(profile) = &declared.value else { return None };
        let peak = profile.peak().0;
        let leap = leap(profile, window_us, factor);
        Some(if peak > 0.0 { leap / peak } else { 0.0 })
    }
}

/// The rate to which a profile leaps, or 0.
fn leap(profile: &RateProfile, window_us: f64, factor: f64) -> f64 {
    let leaps = |rate: f64, before: f64| rate > factor * before;
    match profile {
        RateProfile::Steady(_) => 0.0,
        RateProfile::Periodic { base, peak, period } => {
            let half = period.0 as f64 / 2.0;
            let rate = |at: f64| {
                let swing = (1.0 - (std::f64::consts::PI * (at / half).clamp(0.0, 1.0)).cos()) / 2.0;
                base.0 + (peak.0 - base.0) * swing
            };
            let times = (0..=STEPS).map(|step| half * f64::from(step) / f64::from(STEPS));
            times.filter(|at| leaps(rate(*at), rate(at - window_us))).map(rate).fold(0.0, f64::max)
        }
        RateProfile::Steps(steps) => {
            let mut highest = steps.first().map_or(0.0, |step| step.rate.0);
            let mut leap: f64 = 0.0;
            for step in steps {
                if leaps(step.rate.0, highest) {
                    leap = leap.max(step.rate.0);
                }
                highest = highest.max(step.rate.0);
            }
            leap
        }
    }
}
