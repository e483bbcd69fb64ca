//! Where axes have their marks, and what stands at them.

use crate::units::{Dimension, Quantity};

/// The steps between marks of time, in microseconds.
const TIMES_US: [u64; 36] = [
    1,
    10,
    100,
    1_000,
    2_000,
    5_000,
    10_000,
    20_000,
    50_000,
    100_000,
    200_000,
    500_000,
    1_000_000,
    2_000_000,
    5_000_000,
    10_000_000,
    20_000_000,
    30_000_000,
    60_000_000,
    120_000_000,
    300_000_000,
    600_000_000,
    1_200_000_000,
    1_800_000_000,
    3_600_000_000,
    7_200_000_000,
    14_400_000_000,
    21_600_000_000,
    43_200_000_000,
    86_400_000_000,
    172_800_000_000,
    432_000_000_000,
    604_800_000_000,
    864_000_000_000,
    2_592_000_000_000,
    8_640_000_000_000,
];

/// With values this many times as far apart as each other, each mark stands for a multiple of the one before.
const FAR_APART: f64 = 200.0;

/// An axis: values as shares of its length.
#[derive(Debug, Clone)]
pub(super) struct Scale {
    dimension: Dimension,
    from: f64,
    to: f64,
    is_logarithmic: bool,
    marks: Vec<f64>,
}

impl Scale {
    /// From zero to a mark at or above the largest value, with about so many marks.
    pub(super) fn linear(dimension: Dimension, largest: f64, marks: usize) -> Self {
        let step = step(dimension, largest, marks);
        let count = (largest / step - 1e-9).ceil().max(1.0);
        let marks = (0..=count as usize).map(|mark| mark as f64 * step).collect();
        Self { dimension, from: 0.0, to: count * step, is_logarithmic: false, marks }
    }

    /// The whole of a time, with marks where they fall.
    pub(super) fn of_time(length_us: u64, marks: usize) -> Self {
        let length = length_us.max(1) as f64;
        let linear = Self::linear(Dimension::Duration, length, marks);
        let within = linear.marks.into_iter().filter(|mark| *mark <= length).collect();
        Self { to: length, marks: within, ..linear }
    }

    /// For these values: linear, or logarithmic where they are times that lie far apart.
    pub(super) fn of(dimension: Dimension, values: impl Iterator<Item = f64>) -> Self {
        let (mut least, mut largest) = (f64::INFINITY, 0.0f64);
        for value in values.filter(|value| *value > 0.0) {
            (least, largest) = (least.min(value), largest.max(value));
        }
        if dimension != Dimension::Duration || largest <= least * FAR_APART {
            return Self::linear(dimension, largest, 3);
        }
        let times: Vec<f64> = TIMES_US.iter().map(|time| *time as f64).collect();
        let from = times.iter().copied().rfind(|time| *time <= least).unwrap_or(1.0);
        let to = times.iter().copied().find(|time| *time >= largest).unwrap_or(largest);
        let mut marks = vec![from];
        for time in times.into_iter().filter(|time| *time <= to) {
            let last = marks[marks.len() - 1];
            if (time / last).ln() >= (to / from).ln() / 4.0 {
                marks.push(time);
            }
        }
        Self { dimension, from, to, is_logarithmic: true, marks }
    }

    /// Where a value lies, from 0 to 1; values beyond the ends lie at them.
    pub(super) fn share(&self, value: f64) -> f64 {
        let share = if self.is_logarithmic {
            (value.max(self.from) / self.from).ln() / (self.to / self.from).ln()
        } else {
            (value - self.from) / (self.to - self.from)
        };
        share.clamp(0.0, 1.0)
    }

    /// Each mark as a share, with its words.
    pub(super) fn marks(&self) -> impl Iterator<Item = (f64, String)> {
        let (period, seconds) = self.period();
        let words = move |mark: f64| match self.dimension {
            Dimension::Rate => {
                format!("{}/{period}", Quantity::new(Dimension::Count, mark * seconds).approximate())
            }
            dimension => Quantity::new(dimension, mark).approximate(),
        };
        self.marks.iter().map(move |mark| (self.share(*mark), words(*mark)))
    }

    /// What all rates of the axis are per, with its seconds.
    fn period(&self) -> (&'static str, f64) {
        period(self.dimension, self.to)
    }

    /// Whether each mark stands for a multiple of the one before.
    pub(super) fn is_logarithmic(&self) -> bool {
        self.is_logarithmic
    }
}

/// The shortest period in which a rate reaches one, with its seconds.
fn period(dimension: Dimension, largest: f64) -> (&'static str, f64) {
    let periods = [("s", 1.0), ("min", 60.0), ("h", 3_600.0)];
    let reaches = |(_, seconds): &(&str, f64)| dimension != Dimension::Rate || largest * seconds >= 1.0;
    periods.into_iter().find(reaches).unwrap_or(("d", 86_400.0))
}

/// The least round step that makes no more than so many.
fn step(dimension: Dimension, largest: f64, marks: usize) -> f64 {
    let least = if largest > 0.0 { largest / marks as f64 } else { 1.0 };
    if dimension == Dimension::Duration {
        let times = TIMES_US.iter().map(|time| *time as f64);
        if let Some(step) = times.into_iter().find(|step| *step >= least) {
            return step;
        }
    }
    let (_, seconds) = period(dimension, largest);
    let least = least * seconds;
    let power = 10f64.powf(least.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].into_iter().map(|factor| factor * power).find(|step| *step >= least);
    // Of what is counted there are no parts.
    let whole = if dimension == Dimension::Count { 1.0 } else { 0.0 };
    step.unwrap_or(least).max(whole) / seconds
}

#[cfg(test)]
mod tests {
    use super::Scale;
    use crate::units::Dimension;

    fn marks(scale: &Scale) -> Vec<String> {
        scale.marks().map(|(_, words)| words).collect()
    }

    #[test]
    fn marks_are_round_and_reach_the_largest_value() {
        assert_eq!(marks(&Scale::linear(Dimension::Count, 2.0, 3)), ["0", "1", "2"]);
        assert_eq!(marks(&Scale::linear(Dimension::Rate, 43.0, 3)), ["0/s", "20/s", "40/s", "60/s"]);
        assert_eq!(
            marks(&Scale::linear(Dimension::Rate, 0.023, 3)),
            ["0/min", "0.5/min", "1/min", "1.5/min"]
        );
        assert_eq!(marks(&Scale::of_time(3_660_000_000, 5)), ["0s", "20m", "40m", "1h"]);
        assert_eq!(marks(&Scale::of_time(600_000_000, 5)), ["0s", "2m", "4m", "6m", "8m", "10m"]);
        assert_eq!(marks(&Scale::linear(Dimension::Count, 0.0, 3)), ["0", "1"]);
        assert!((Scale::linear(Dimension::Rate, 43.0, 3).share(30.0) - 0.5).abs() < 1e-9);
    }

    #[test]
    fn times_that_lie_far_apart_are_set_by_their_magnitude() {
        let scale = Scale::of(Dimension::Duration, [120_000.0, 3_600_000_000.0, 0.0].into_iter());
        assert!(scale.is_logarithmic());
        let marks: Vec<(f64, String)> = scale.marks().collect();
        assert_eq!((marks[0].0, marks[0].1.as_str()), (0.0, "100ms"));
        assert!(
            (3..=5).contains(&marks.len()) && (scale.share(3_600_000_000.0) - 1.0).abs() < 1e-9,
            "{marks:?}"
        );
        assert!(scale.share(0.0).abs() < 1e-9);
    }
}
