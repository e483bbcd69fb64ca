//! When records are sent: as soon as a rate has added up to one more.

use crate::design::settings::{RateProfile, Step};

/// A clock that ticks for every record of a rate.
#[derive(Debug, Clone)]
pub(in crate::runtime) struct Pace {
    profile: RateProfile,
    ticks: u64,
    at_us: f64,
}

impl Pace {
    /// A pace whose rate is not nothing for ever.
    pub(in crate::runtime) fn new(profile: RateProfile) -> Self {
        let at_us = first_instant(&profile);
        Self { profile, ticks: 0, at_us }
    }

    /// The instant of the next record, in virtual microseconds.
    pub(in crate::runtime) fn next_us(&self) -> u64 {
        self.at_us as u64
    }

    /// Goes on to the record after it.
    pub(in crate::runtime) fn advance(&mut self) {
        self.ticks += 1;
        self.at_us = match &self.profile {
            // Worked out from the start, so that no rounding adds up.
            RateProfile::Steady(rate) => self.ticks as f64 * 1e6 / rate.0,
            RateProfile::Periodic { .. } => self.next_of_period(),
            RateProfile::Steps(steps) => next_of_steps(steps, self.at_us),
        };
    }

    /// How many records are sent before an instant.
    pub(in crate::runtime) fn count_until(&self, end_us: u64) -> u64 {
        let mut pace = self.clone();
        if let RateProfile::Steady(rate) = &self.profile {
            // A little less than that many, and the rest one by one.
            pace.ticks = (end_us as f64 * rate.0 / 1e6 - 2.0).max(0.0) as u64;
            pace.at_us = pace.ticks as f64 * 1e6 / rate.0;
        }
        while pace.next_us() < end_us {
            pace.advance();
        }
        pace.ticks
    }

    fn next_of_period(&self) -> f64 {
        let RateProfile::Periodic { base, peak, period } = &self.profile else { return self.at_us };
        let period_us = (period.0 as f64).max(1.0);
        let rate = |at: f64| {
            let turn = at / period_us * std::f64::consts::TAU;
            base.0 + (peak.0 - base.0) * f64::midpoint(1.0, -turn.cos())
        };
        // Where the rate is near nothing, small steps find when it has added up.
        let (mut at_us, mut wanted) = (self.at_us, 1.0);
        let step_us = period_us / 1000.0;
        loop {
            let sent = rate(at_us + step_us / 2.0) * step_us / 1e6;
            if sent >= wanted {
                return at_us + (1e6 * wanted / rate(at_us).max(sent * 1e6 / step_us)).min(step_us);
            }
            wanted -= sent;
            at_us += step_us;
        }
    }
}

/// When the first record is sent: at once, or when the first step with a rate begins.
fn first_instant(profile: &RateProfile) -> f64 {
    let RateProfile::Steps(steps) = profile else { return 0.0 };
    let silent = steps.iter().take_while(|step| step.rate.0 <= 0.0);
    silent.map(|step| step.lasting.map_or(0.0, |lasting| lasting.0 as f64)).sum()
}

fn next_of_steps(steps: &[Step], at_us: f64) -> f64 {
    let (mut at_us, mut wanted, mut ends) = (at_us, 1.0, 0.0);
    for (index, step) in steps.iter().enumerate() {
        let last = index + 1 == steps.len();
        ends +=
            if last { f64::INFINITY } else { step.lasting.map_or(f64::INFINITY, |lasting| lasting.0 as f64) };
        if at_us >= ends {
            continue;
        }
        if step.rate.0 > 0.0 {
            let sent = step.rate.0 * (ends - at_us) / 1e6;
            // What is due as the step ends belongs to the next.
            if sent > wanted + 1e-9 {
                return at_us + 1e6 * wanted / step.rate.0;
            }
            wanted = (wanted - sent).max(0.0);
        }
        at_us = ends;
    }
    at_us
}

/// Whether the rate ends at nothing, so that the records of a file would be left over for ever.
pub(in crate::runtime) fn dries_up(profile: &RateProfile) -> bool {
    match profile {
        RateProfile::Steps(steps) => steps.last().is_none_or(|step| step.rate.0 <= 0.0),
        other => other.peak().0 <= 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::Pace;
    use crate::design::settings::{RateProfile, Step};
    use crate::units::{Duration, Rate};

    const SECOND: u64 = 1_000_000;

    #[test]
    fn counts_are_those_of_the_rate() {
        let counted = |profile, seconds| Pace::new(profile).count_until(seconds * SECOND);
        assert_eq!(counted(RateProfile::Steady(Rate(3.0)), 10), 30);
        assert_eq!(counted(RateProfile::Steady(Rate(1e6)), 10), 10_000_000);
        let step = |rate, seconds: u64| Step { rate: Rate(rate), lasting: Some(Duration(seconds * SECOND)) };
        let stairs = vec![step(0.0, 5), step(10.0, 5), step(0.0, 5), step(20.0, 5), step(0.0, 1)];
        assert_eq!(counted(RateProfile::Steps(stairs), 60), 150);
        let waves =
            RateProfile::Periodic { base: Rate(10.0), peak: Rate(30.0), period: Duration(10 * SECOND) };
        let waves = counted(waves, 100);
        assert!((1_980..=2_020).contains(&waves), "20 a second on average: {waves}");
    }
}
