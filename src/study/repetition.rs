//! When something is to be asked again: the scheduler of FSRS-6 with its published weights.
//!
//! A memory is how long it lasts (stability: after so many days 9 of 10 would still know it) and how hard it is
//! (difficulty, 1 to 10). An answer changes both. Days are whole and nothing is drawn by lot, so that the same answers
//! give the same days everywhere. `tests/repetition` holds it against the crate `fsrs`.
//!
//! *Simplified*: the weights are those that fit most people and are not fitted to one learner.

use serde::{Deserialize, Serialize};

/// The weights of FSRS-6 that fit most people, in the order of its papers.
const WEIGHTS: [f64; 21] = [
    0.212, 1.2931, 2.3065, 8.2956, 6.4133, 0.8334, 3.0194, 0.001, 1.8722, 0.1666, 0.796, 1.4835, 0.0614,
    0.2629, 1.6483, 0.6014, 1.8729, 0.5425, 0.0912, 0.0658, 0.1542,
];
/// Bounds of stability, in days.
const STABILITY: (f64, f64) = (0.001, 36_500.0);
/// Bounds of difficulty.
const DIFFICULTY: (f64, f64) = (1.0, 10.0);

/// How well something was known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Grade {
    /// Not known.
    Again,
    /// Known with help, or slowly.
    Hard,
    /// Known.
    Good,
    /// Known at once and for sure.
    Easy,
}

impl Grade {
    /// All grades, the worst first.
    pub const ALL: [Self; 4] = [Self::Again, Self::Hard, Self::Good, Self::Easy];

    /// From 1 for the worst to 4.
    fn rating(self) -> f64 {
        match self {
            Self::Again => 1.0,
            Self::Hard => 2.0,
            Self::Good => 3.0,
            Self::Easy => 4.0,
        }
    }
}

/// What is left of something learned.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Memory {
    /// After so many days 9 of 10 would still know it.
    pub stability: f64,
    /// How hard it is, from 1 to 10.
    pub difficulty: f64,
}

impl Memory {
    /// The memory after the first answer.
    #[must_use]
    pub fn first(grade: Grade) -> Self {
        let stability = WEIGHTS[grade.rating() as usize - 1];
        Self { stability, difficulty: first_difficulty(grade).clamp(DIFFICULTY.0, DIFFICULTY.1) }
    }

    /// The memory after a further answer, `days` after the one before.
    ///
    /// ```
    /// use thalweg::study::repetition::{Grade, Memory};
    /// let memory = Memory::first(Grade::Good).after(2, Grade::Good);
    /// assert!(memory.stability > Memory::first(Grade::Good).stability);
    /// assert!((memory.known_after(memory.stability) - 0.9).abs() < 1e-9);
    /// assert_eq!(memory.interval(0.9), memory.stability.round() as u32);
    /// ```
    #[must_use]
    pub fn after(self, days: u32, grade: Grade) -> Self {
        let known = self.known_after(f64::from(days));
        let stability = match grade {
            _ if days == 0 => self.again_the_same_day(grade),
            Grade::Again => self.forgotten(known),
            _ => self.recalled(known, grade),
        };
        Self {
            stability: stability.clamp(STABILITY.0, STABILITY.1),
            difficulty: self.harder(grade).clamp(DIFFICULTY.0, DIFFICULTY.1),
        }
    }

    /// How likely it is still known after so many days, from 0 to 1.
    #[must_use]
    pub fn known_after(self, days: f64) -> f64 {
        (1.0 + factor() * days / self.stability).powf(-WEIGHTS[20])
    }

    /// After how many days, at least 1, this share of learners would still know it.
    #[must_use]
    pub fn interval(self, known: f64) -> u32 {
        self.days_until(known).round().clamp(1.0, STABILITY.1) as u32
    }

    /// The same, not yet rounded to days.
    #[must_use]
    pub fn days_until(self, known: f64) -> f64 {
        self.stability / factor() * (known.powf(-1.0 / WEIGHTS[20]) - 1.0)
    }

    fn recalled(self, known: f64, grade: Grade) -> f64 {
        let bonus = match grade {
            Grade::Hard => WEIGHTS[15],
            Grade::Easy => WEIGHTS[16],
            Grade::Again | Grade::Good => 1.0,
        };
        let growth = WEIGHTS[8].exp()
            * (11.0 - self.difficulty)
            * self.stability.powf(-WEIGHTS[9])
            * (((1.0 - known) * WEIGHTS[10]).exp() - 1.0);
        self.stability * (1.0 + growth * bonus)
    }

    fn forgotten(self, known: f64) -> f64 {
        let left = WEIGHTS[11]
            * self.difficulty.powf(-WEIGHTS[12])
            * ((self.stability + 1.0).powf(WEIGHTS[13]) - 1.0)
            * ((1.0 - known) * WEIGHTS[14]).exp();
        left.min(self.stability / (WEIGHTS[17] * WEIGHTS[18]).exp())
    }

    fn again_the_same_day(self, grade: Grade) -> f64 {
        let growth =
            (WEIGHTS[17] * (grade.rating() - 3.0 + WEIGHTS[18])).exp() * self.stability.powf(-WEIGHTS[19]);
        self.stability * if grade == Grade::Again { growth } else { growth.max(1.0) }
    }

    /// Difficulty moves less the harder something is already, and back a little to where easy things start.
    fn harder(self, grade: Grade) -> f64 {
        let change = -WEIGHTS[6] * (grade.rating() - 3.0);
        let moved = self.difficulty + change * (10.0 - self.difficulty) / 9.0;
        moved + WEIGHTS[7] * (first_difficulty(Grade::Easy) - moved)
    }
}

fn first_difficulty(grade: Grade) -> f64 {
    WEIGHTS[4] - (WEIGHTS[5] * (grade.rating() - 1.0)).exp() + 1.0
}

/// Makes 9 of 10 know it after as many days as the memory is stable.
fn factor() -> f64 {
    0.9_f64.powf(-1.0 / WEIGHTS[20]) - 1.0
}
