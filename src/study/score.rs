//! What an exam of ours says of one of AWS's: an estimate of its points, with the range that so few answers leave open.
//!
//! *Simplified*: AWS equates its exams, so that the same answers give somewhat other points each time, and does not say
//! which share of answers passes. Here the share that passes is the passing points' share of the most points, and the
//! points follow two straight lines that meet there. That is why a range is shown and never points alone.

/// So many standard deviations hold 19 of 20 samples.
const DEVIATIONS: f64 = 1.96;

/// The points that an exam gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scale {
    /// The least.
    pub least: u32,
    /// Those that pass.
    pub pass: u32,
    /// The most.
    pub most: u32,
}

/// An estimate of points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Estimate {
    /// The likeliest points.
    pub points: u32,
    /// The lower end of the range that holds the truth in 19 of 20 cases.
    pub low: u32,
    /// Its upper end.
    pub high: u32,
}

/// The estimate from so many right answers of so many questions; nothing without questions.
///
/// ```
/// use thalweg::study::score::{Scale, estimate};
/// let scale = Scale { least: 100, pass: 720, most: 1000 };
/// assert_eq!(estimate(scale, 36, 50).unwrap().points, 720);
/// assert!(estimate(scale, 9, 10).unwrap().low < 720, "ten answers prove little");
/// ```
#[must_use]
pub fn estimate(scale: Scale, right: usize, questions: usize) -> Option<Estimate> {
    if questions == 0 {
        return None;
    }
    let (low, high) = interval(right, questions);
    let points = |share| points(scale, share);
    Some(Estimate { points: points(right as f64 / questions as f64), low: points(low), high: points(high) })
}

/// The points for a share of right answers, by two lines that meet at the points that pass.
fn points(scale: Scale, share: f64) -> u32 {
    let (least, most, pass) = (f64::from(scale.least), f64::from(scale.most), f64::from(scale.pass));
    let passing = pass / most;
    let points = if share < passing {
        least + (pass - least) * share / passing
    } else {
        pass + (most - pass) * (share - passing) / (1.0 - passing)
    };
    points.round() as u32
}

/// The interval of Wilson for a share, which stays within 0 and 1 for few answers too.
fn interval(right: usize, questions: usize) -> (f64, f64) {
    let (count, share) = (questions as f64, right as f64 / questions as f64);
    let square = DEVIATIONS * DEVIATIONS;
    let middle = (share + square / (2.0 * count)) / (1.0 + square / count);
    let half = DEVIATIONS / (1.0 + square / count)
        * (share * (1.0 - share) / count + square / (4.0 * count * count)).sqrt();
    ((middle - half).max(0.0), (middle + half).min(1.0))
}
