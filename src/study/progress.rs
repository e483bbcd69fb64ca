//! What a learner's answers come to: what is known of each decision and rule, and what is due.
//!
//! Worked out from the answers alone, in the order in which they were given; the same answers in any order of files give
//! the same. Decisions are scheduled, not wordings: every scenario of a decision drills the same memory. A rule that is
//! often missed raises how well the decisions are to be known that turn on it.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::study::repetition::Memory;
use crate::study::review::{Mode, Review};

/// How many of 10 are to know what is due, as a share.
pub const WANTED: f64 = 0.90;
/// The same on the day of an exam.
const WANTED_AT_EXAM: f64 = 0.95;
/// So many days before an exam more is wanted, day by day.
const DAYS_BEFORE_EXAM: u32 = 10;
/// A rule that is always missed raises what is wanted by so much.
const WANTED_FOR_WEAK: f64 = 0.05;
/// Never more than this is wanted: what nobody may forget would be due every day.
const MOST_WANTED: f64 = 0.97;
/// So many of the latest times that a rule came up count.
const LATEST: usize = 10;

/// What the answers come to.
#[derive(Debug, Clone, Default)]
pub struct Progress {
    decisions: BTreeMap<String, Decision>,
    rules: BTreeMap<String, Rule>,
    scenarios: BTreeMap<String, Asked>,
    days: BTreeMap<u32, Day>,
    seen: BTreeSet<String>,
}

/// What is known of a decision.
#[derive(Debug, Clone, Default)]
pub struct Decision {
    /// What is left of it; nothing before it was first scheduled.
    pub memory: Option<Memory>,
    /// The day of the latest answer that the schedule follows.
    pub day: u32,
    /// Answers that the schedule follows.
    pub answers: u32,
    /// The rules that its scenarios turn on, as far as they came up.
    pub rules: BTreeSet<String>,
}

/// How a rule fared.
#[derive(Debug, Clone, Default)]
pub struct Rule {
    /// Whether it was missed, the latest times that it came up, the oldest first.
    latest: VecDeque<bool>,
}

/// How a scenario fared.
#[derive(Debug, Clone, Copy, Default)]
pub struct Asked {
    /// How often it was answered.
    pub times: u32,
    /// Whether the latest answer was right.
    pub right: bool,
    /// When that was, in milliseconds since 1970.
    pub at_ms: u64,
}

/// The answers of a day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Day {
    /// All of them.
    pub answers: u32,
    /// Those that were right.
    pub right: u32,
    /// How long they took together, in milliseconds.
    pub took_ms: u64,
}

impl Progress {
    /// What these answers come to; the same answer twice counts once.
    #[must_use]
    pub fn of(reviews: &[Review]) -> Self {
        let mut sorted: Vec<&Review> = reviews.iter().collect();
        sorted.sort_by(|left, right| (left.at_ms, &left.id).cmp(&(right.at_ms, &right.id)));
        let mut progress = Self::default();
        for review in sorted {
            progress.add(review);
        }
        progress
    }

    /// Adds an answer that comes after all others.
    pub fn add(&mut self, review: &Review) {
        if !self.seen.insert(review.id.clone()) {
            return;
        }
        let day = self.days.entry(review.day).or_default();
        day.answers += 1;
        day.right += u32::from(review.right);
        day.took_ms += review.took_ms;
        let asked = self.scenarios.entry(review.scenario.clone()).or_default();
        *asked = Asked { times: asked.times + 1, right: review.right, at_ms: review.at_ms };
        for (rules, missed) in [(&review.known, false), (&review.missed, true)] {
            for rule in rules {
                self.rules.entry(rule.clone()).or_default().came_up(missed);
            }
        }
        let decision = self.decisions.entry(review.decision.clone()).or_default();
        decision.rules.extend(review.known.iter().chain(&review.missed).cloned());
        if review.mode != Mode::Cram {
            let days = review.day.saturating_sub(decision.day);
            decision.memory = Some(match decision.memory {
                None => Memory::first(review.grade),
                Some(memory) => memory.after(days, review.grade),
            });
            decision.day = review.day.max(decision.day);
            decision.answers += 1;
        }
    }

    /// How many answers there are.
    #[must_use]
    pub fn answers(&self) -> usize {
        self.seen.len()
    }

    /// What is known of a decision, if it was ever asked.
    #[must_use]
    pub fn decision(&self, id: &str) -> Option<&Decision> {
        self.decisions.get(id)
    }

    /// How a scenario fared, if it was ever asked.
    #[must_use]
    pub fn asked(&self, scenario: &str) -> Option<Asked> {
        self.scenarios.get(scenario).copied()
    }

    /// The answers of a day.
    #[must_use]
    pub fn day(&self, day: u32) -> Day {
        self.days.get(&day).copied().unwrap_or_default()
    }

    /// The answers of all days.
    #[must_use]
    pub fn all_days(&self) -> Day {
        self.days.values().fold(Day::default(), |sum, day| Day {
            answers: sum.answers + day.answers,
            right: sum.right + day.right,
            took_ms: sum.took_ms + day.took_ms,
        })
    }

    /// How many days in a row something was answered, up to today or yesterday.
    #[must_use]
    pub fn streak(&self, today: u32) -> u32 {
        let mut day = if self.days.contains_key(&today) { today } else { today.saturating_sub(1) };
        let mut streak = 0;
        while self.days.contains_key(&day) {
            streak += 1;
            let Some(before) = day.checked_sub(1) else { break };
            day = before;
        }
        streak
    }

    /// The rules that were missed at all, with how often they came up lately and how often they were missed; the weakest
    /// first.
    #[must_use]
    pub fn weakest_rules(&self) -> Vec<(&str, usize, usize)> {
        let mut weak: Vec<(&str, &Rule)> = self
            .rules
            .iter()
            .filter(|(_, rule)| rule.missed() > 0)
            .map(|(id, rule)| (id.as_str(), rule))
            .collect();
        weak.sort_by(|left, right| {
            right.1.weakness().total_cmp(&left.1.weakness()).then_with(|| left.0.cmp(right.0))
        });
        weak.into_iter().map(|(id, rule)| (id, rule.latest.len(), rule.missed())).collect()
    }

    /// How weak a rule is, from 0 to 1; 0 where it never came up.
    #[must_use]
    pub fn weakness(&self, rule: &str) -> f64 {
        self.rules.get(rule).map_or(0.0, Rule::weakness)
    }

    /// How well a decision is to be known: better before an exam, and where it turns on a weak rule.
    #[must_use]
    pub fn wanted(&self, decision: &str, days_to_exam: Option<u32>) -> f64 {
        let near = days_to_exam.map_or(0, |days| DAYS_BEFORE_EXAM.saturating_sub(days));
        let before_exam = WANTED + (WANTED_AT_EXAM - WANTED) * f64::from(near) / f64::from(DAYS_BEFORE_EXAM);
        let rules = self.decisions.get(decision).into_iter().flat_map(|decision| &decision.rules);
        let weakest = rules.map(|rule| self.weakness(rule)).fold(0.0, f64::max);
        (before_exam + WANTED_FOR_WEAK * weakest).min(MOST_WANTED)
    }

    /// The day on which a decision is due; nothing where it was never asked.
    #[must_use]
    pub fn due(&self, decision: &str, today: u32, days_to_exam: Option<u32>) -> Option<u32> {
        let known = self.decisions.get(decision)?;
        let interval = known.memory?.interval(self.wanted(decision, days_to_exam));
        let due = known.day.saturating_add(interval);
        // What would be due after the exam is asked once more before it.
        Some(days_to_exam.map_or(due, |days| due.min(today.saturating_add(days)).max(known.day + 1)))
    }

    /// How likely a decision is known today, from 0 to 1; nothing where it was never asked.
    #[must_use]
    pub fn known_today(&self, decision: &str, today: u32) -> Option<f64> {
        let known = self.decisions.get(decision)?;
        Some(known.memory?.known_after(f64::from(today.saturating_sub(known.day))))
    }
}

impl Rule {
    fn came_up(&mut self, missed: bool) {
        self.latest.push_back(missed);
        if self.latest.len() > LATEST {
            self.latest.pop_front();
        }
    }

    fn missed(&self) -> usize {
        self.latest.iter().filter(|missed| **missed).count()
    }

    /// The share that was missed; one miss of one is less than five of five, so a right answer is counted in.
    fn weakness(&self) -> f64 {
        self.missed() as f64 / (self.latest.len() as f64 + 1.0)
    }
}
