//! What is asked next: what is about to be forgotten first, then what is new, where rules are weak before the rest.

use std::collections::{BTreeMap, BTreeSet};

use crate::scenario::Scenario;
use crate::study::library::{Library, Wish};
use crate::study::progress::Progress;

/// When something is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Today {
    /// The learner's day, counted from 1970-01-01.
    pub day: u32,
    /// How many days are left to the exam, where there is one.
    pub to_exam: Option<u32>,
}

/// How much there is to do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Load {
    /// Decisions that are due.
    pub due: usize,
    /// Decisions that were never asked.
    pub new: usize,
    /// All decisions.
    pub all: usize,
}

/// How much there is to do today.
#[must_use]
pub fn load(library: &Library, progress: &Progress, wish: &Wish, today: Today) -> Load {
    let mut load = Load::default();
    for decision in decisions(library, wish).keys() {
        load.all += 1;
        match progress.due(decision, today.day, today.to_exam) {
            None => load.new += 1,
            Some(due) if due <= today.day => load.due += 1,
            Some(_) => {}
        }
    }
    load
}

/// How many decisions are due on each of the days from today on; what is overdue counts for today.
#[must_use]
pub fn forecast(
    library: &Library,
    progress: &Progress,
    wish: &Wish,
    today: Today,
    days: usize,
) -> Vec<usize> {
    let mut forecast = vec![0; days];
    for decision in decisions(library, wish).keys() {
        let due = progress.due(decision, today.day, today.to_exam);
        let ahead = due.map(|due| due.saturating_sub(today.day) as usize);
        if let Some(place) = ahead.and_then(|ahead| forecast.get_mut(ahead)) {
            *place += 1;
        }
    }
    forecast
}

/// The next scenario to ask; nothing where all that is due was asked. With `all`, what is known least comes next,
/// whether it is due or not. What is in `asked` comes only where its decision has nothing else.
#[must_use]
pub fn next<'a>(
    library: &'a Library,
    progress: &Progress,
    (wish, all): (&'a Wish, bool),
    today: Today,
    asked: &BTreeSet<String>,
) -> Option<&'a Scenario> {
    let decisions = decisions(library, wish);
    let is_open = |scenarios: &[&Scenario]| scenarios.iter().all(|scenario| !asked.contains(&scenario.id));
    let mut wanted: Vec<(f64, usize, &Vec<&Scenario>)> = Vec::new();
    let weak = !progress.weakest_rules().is_empty();
    for (place, (decision, scenarios)) in decisions.iter().enumerate() {
        let due = progress.due(decision, today.day, today.to_exam).is_some_and(|due| due <= today.day);
        let known = progress.known_today(decision, today.day);
        let urgency = match known {
            Some(known) if due || all => known,
            // New decisions come after all that are due; those with weak rules first.
            None => 2.0 - if weak { weakness(library, progress, scenarios) } else { 0.0 },
            Some(_) => continue,
        };
        if is_open(scenarios) {
            wanted.push((urgency, place, scenarios));
        }
    }
    wanted.sort_by(|left, right| left.0.total_cmp(&right.0).then(left.1.cmp(&right.1)));
    let (.., scenarios) = wanted.first()?;
    // Not the wording is learned: the one that was asked longest ago comes.
    scenarios
        .iter()
        .min_by_key(|scenario| {
            progress.asked(&scenario.id).map_or((0, 0), |asked| (asked.at_ms, asked.times))
        })
        .copied()
}

fn weakness(library: &Library, progress: &Progress, scenarios: &[&Scenario]) -> f64 {
    let rules = scenarios.iter().flat_map(|scenario| library.rules_of(scenario));
    rules.map(|rule| progress.weakness(&rule)).fold(0.0, f64::max)
}

/// The decisions that are wished, each with its questions.
fn decisions<'a>(library: &'a Library, wish: &'a Wish) -> BTreeMap<&'a str, Vec<&'a Scenario>> {
    let mut found: BTreeMap<&str, Vec<&Scenario>> = BTreeMap::new();
    for scenario in library.questions(wish) {
        found.entry(&scenario.decision).or_default().push(scenario);
    }
    found
}

/// The scenarios whose latest answer was wrong, the latest first.
#[must_use]
pub fn missed<'a>(library: &'a Library, progress: &Progress, wish: &'a Wish) -> Vec<&'a Scenario> {
    let wrong = |scenario: &&Scenario| progress.asked(&scenario.id).is_some_and(|asked| !asked.right);
    let mut missed: Vec<&Scenario> = library.questions(wish).filter(wrong).collect();
    missed.sort_by_key(|scenario| std::cmp::Reverse(progress.asked(&scenario.id).map(|asked| asked.at_ms)));
    missed
}
