//! Grades an answer: right or wrong, with a reason for every part of it.
//!
//! Which options are right stands in the scenario and is proved by [`prove`]; what a run counts
//! and in which order figures come is worked out here. A repair is graded by everything that its design shows.

mod repair;

use std::collections::{BTreeMap, BTreeSet};

use crate::scenario::compose;
use crate::scenario::model::{Figure, Format, Scenario, Verdict};
use crate::scenario::prove;
use crate::scenario::verdicts::{Judge, counted};

pub use crate::scenario::grade::repair::repair;

/// What a learner answered. Ids are those of the scenario's choices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The choices that were taken.
    Choices(BTreeSet<String>),
    /// All choices, the least first.
    Order(Vec<String>),
    /// For every choice the id of the choice whose words were given to it.
    Match(BTreeMap<String, String>),
    /// The design file as it was edited.
    Repair(String),
}

/// What became of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grade {
    /// Whether all of it is right. There is no partial credit, as in the exams.
    pub is_right: bool,
    /// What is to say of each part, in the order of the scenario.
    pub reasons: Vec<Reason>,
}

/// What is to say of one part of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// The choice that it is about; nothing for a repair.
    pub choice: Option<String>,
    /// Whether this part is answered rightly.
    pub is_right: bool,
    /// Why it holds or falls.
    pub text: String,
}

/// Grades an answer. An answer that does not fit the format is wrong.
#[must_use]
pub fn grade(scenario: &Scenario, answer: &Answer, judge: Judge<'_>) -> Grade {
    match (&scenario.format, answer) {
        (Format::Single | Format::Multiple(_) | Format::Predict(_), Answer::Choices(taken)) => {
            let right = right_choices(scenario, judge);
            by_choice(scenario, |id| taken.contains(id) == right.contains(id))
        }
        (Format::Order(_), Answer::Order(order)) => {
            let right = right_order(scenario, judge);
            let place = |list: &[String], id: &str| list.iter().position(|known| known == id);
            by_choice(scenario, |id| place(order, id).is_some() && place(order, id) == place(&right, id))
        }
        (Format::Match, Answer::Match(pairs)) => {
            by_choice(scenario, |id| pairs.get(id).is_some_and(|given| given == id))
        }
        (Format::Repair { .. }, Answer::Repair(text)) => repair(scenario, text, judge),
        (format, _) => Grade {
            is_right: false,
            reasons: vec![Reason {
                choice: None,
                is_right: false,
                text: format!("this is no answer to a question of the format `{}`", format.as_str()),
            }],
        },
    }
}

/// The ids of the choices that are right; for a prediction a run decides. Empty for formats without a set of right
/// choices.
#[must_use]
pub fn right_choices(scenario: &Scenario, judge: Judge<'_>) -> BTreeSet<String> {
    let counted = match &scenario.format {
        Format::Predict(counter) => {
            let judged = judge.judge(&compose::base(scenario));
            let outcome = judged.design.and_then(|design| judge.run(&design, &prove::options(scenario)).ok());
            outcome.and_then(|outcome| counted(&outcome, counter))
        }
        _ => None,
    };
    let is_right = |verdict: &Verdict| match verdict {
        Verdict::Right => true,
        Verdict::Counts { at_least, at_most } => {
            counted.is_some_and(|count| count >= *at_least && at_most.is_none_or(|most| count <= most))
        }
        _ => false,
    };
    let right = scenario.choices.iter().filter(|choice| is_right(&choice.verdict));
    right.map(|choice| choice.id.clone()).collect()
}

/// The ids of the choices in the right order, the least first; as they stand where the format asks for none.
#[must_use]
pub fn right_order(scenario: &Scenario, judge: Judge<'_>) -> Vec<String> {
    let figure = |figure: Figure, index: usize| {
        let composed = compose::choice(scenario, &scenario.choices[index], None);
        judge.judge(&composed).figure(figure).unwrap_or(f64::INFINITY)
    };
    let mut order: Vec<(f64, usize)> = match scenario.format {
        Format::Order(by) => (0..scenario.choices.len()).map(|index| (figure(by, index), index)).collect(),
        _ => (0..scenario.choices.len()).map(|index| (0.0, index)).collect(),
    };
    order.sort_by(|left, right| left.0.total_cmp(&right.0));
    order.into_iter().map(|(_, index)| scenario.choices[index].id.clone()).collect()
}

fn by_choice(scenario: &Scenario, is_right: impl Fn(&str) -> bool) -> Grade {
    let reasons: Vec<Reason> = scenario
        .choices
        .iter()
        .map(|choice| Reason {
            choice: Some(choice.id.clone()),
            is_right: is_right(&choice.id),
            text: choice.because.clone(),
        })
        .collect();
    Grade { is_right: reasons.iter().all(|reason| reason.is_right), reasons }
}
