//! One answer, as it is kept: a line of JSON that stands for itself.
//!
//! Lines are only ever added. Everything else that is known of a learner is worked out from them, so that files of two
//! machines can be put together line by line.

use serde::{Deserialize, Serialize};

use crate::study::repetition::Grade;

/// An answer to a scenario.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    /// Different for every answer that was ever given, on any machine.
    pub id: String,
    /// When it was given, in milliseconds since 1970.
    pub at_ms: u64,
    /// The learner's day on which it was given, counted from 1970-01-01.
    pub day: u32,
    /// The decision that it drills.
    pub decision: String,
    /// The scenario that was asked.
    pub scenario: String,
    /// Where it was asked.
    pub mode: Mode,
    /// Whether it was right.
    pub right: bool,
    /// How well it was known.
    pub grade: Grade,
    /// How many hints were shown before.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub hints: u8,
    /// How long it took, in milliseconds.
    pub took_ms: u64,
    /// How sure the learner was before the answer was judged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sure: Option<Sureness>,
    /// The seed by which the options were shuffled.
    pub seed: u64,
    /// The rules by which options fall that were told apart rightly.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub known: Vec<String>,
    /// The rules by which options fall that were taken for right.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missed: Vec<String>,
}

/// Where something is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// In a quiz, which the schedule follows.
    Quiz,
    /// In a quiz before an exam, which leaves the schedule alone.
    Cram,
    /// In an exam.
    Exam,
    /// Among what was missed.
    Missed,
    /// In a lab.
    Lab,
}

/// How sure somebody is of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sureness {
    /// It is a guess.
    Guess,
    /// It is likely.
    Likely,
    /// It is sure.
    Sure,
}

impl Sureness {
    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Guess => "a guess",
            Self::Likely => "likely",
            Self::Sure => "sure",
        }
    }
}

/// What an answer was like, from which its grade follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Manner {
    /// Whether it was right.
    pub right: bool,
    /// How many hints were shown before.
    pub hints: u8,
    /// How long it took.
    pub took_ms: u64,
    /// How long it may take.
    pub pace_ms: u64,
    /// How sure the learner was, where that was said.
    pub sure: Option<Sureness>,
}

impl Manner {
    /// The grade: a lucky guess is not known well, and only what comes fast and for sure is easy.
    ///
    /// ```
    /// use thalweg::study::repetition::Grade;
    /// use thalweg::study::review::{Manner, Sureness};
    /// let good = Manner { right: true, hints: 0, took_ms: 60_000, pace_ms: 120_000, sure: None };
    /// assert_eq!(good.grade(), Grade::Good);
    /// assert_eq!(Manner { hints: 1, ..good }.grade(), Grade::Hard);
    /// assert_eq!(Manner { sure: Some(Sureness::Guess), ..good }.grade(), Grade::Hard);
    /// assert_eq!(Manner { sure: Some(Sureness::Sure), took_ms: 50_000, ..good }.grade(), Grade::Easy);
    /// assert_eq!(Manner { right: false, ..good }.grade(), Grade::Again);
    /// ```
    #[must_use]
    pub fn grade(self) -> Grade {
        if !self.right {
            Grade::Again
        } else if self.hints > 0 || self.took_ms > self.pace_ms || self.sure == Some(Sureness::Guess) {
            Grade::Hard
        } else if self.sure == Some(Sureness::Sure) && self.took_ms <= self.pace_ms / 2 {
            Grade::Easy
        } else {
            Grade::Good
        }
    }
}

impl Review {
    /// The answer that a line holds, or nothing where the line is torn or none of ours.
    #[must_use]
    pub fn parse(line: &str) -> Option<Self> {
        serde_json::from_str(line).ok()
    }

    /// The line, without its end.
    ///
    /// # Panics
    /// Never: an answer is plain data.
    #[must_use]
    pub fn line(&self) -> String {
        serde_json::to_string(self).expect("an answer is plain data")
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_zero(number: &u8) -> bool {
    *number == 0
}
