//! A scenario as a card: what is asked, and what the answer is.

use crate::scenario::compose;
use crate::scenario::explain;
use crate::scenario::grade;
use crate::scenario::model::{Format, Scenario};
use crate::scenario::verdicts::Judge;

/// What is asked, and what the answer is.
#[derive(Debug)]
pub(super) struct Card {
    /// An id that stays while the words change.
    pub(super) id: String,
    pub(super) topic: String,
    pub(super) title: String,
    /// Topic, decision and exams, each without spaces.
    pub(super) tags: Vec<String>,
    pub(super) prompt: String,
    pub(super) asked: Asked,
    /// Reasons, each with the source of its rule.
    pub(super) reasons: Vec<String>,
}

/// What has to be answered.
#[derive(Debug)]
pub(super) enum Asked {
    /// Options with whether they are right, and how many of them are.
    Choices(Vec<(String, bool)>),
    /// Options in their right order.
    Order(Vec<String>),
    /// Options with the words that belong to them.
    Match(Vec<(String, String)>),
    /// A design that is broken, and the same as it holds.
    Repair(String, String),
}

impl Card {
    pub(super) fn of(scenario: &Scenario, judge: Judge<'_>) -> Self {
        let mut tags = vec![scenario.topic.clone(), scenario.decision.clone()];
        tags.extend(scenario.exams.iter().map(|task| task.exam.clone()));
        Self {
            id: scenario.id.clone(),
            topic: scenario.topic.clone(),
            title: scenario.title.clone(),
            tags,
            prompt: scenario.prompt.clone(),
            asked: asked(scenario, judge),
            reasons: reasons(scenario, judge),
        }
    }
}

fn asked(scenario: &Scenario, judge: Judge<'_>) -> Asked {
    let choices = scenario.choices.iter();
    match &scenario.format {
        Format::Single | Format::Multiple(_) | Format::Predict(_) => {
            let right = grade::right_choices(scenario, judge);
            Asked::Choices(choices.map(|choice| (choice.text.clone(), right.contains(&choice.id))).collect())
        }
        Format::Order(_) => {
            let order = grade::right_order(scenario, judge);
            let text = |id: &String| scenario.choice(id).map(|choice| choice.text.clone());
            Asked::Order(order.iter().filter_map(text).collect())
        }
        Format::Match => {
            let with = |choice: &crate::scenario::model::Choice| choice.with.clone().unwrap_or_default();
            Asked::Match(choices.map(|choice| (choice.text.clone(), with(choice))).collect())
        }
        Format::Repair { .. } => {
            let solved = compose::solution(scenario).map(|composed| composed.text);
            let text = solved.map_or_else(String::new, |text| text.as_str().to_owned());
            Asked::Repair(compose::base(scenario).text.as_str().to_owned(), text)
        }
    }
}

fn reasons(scenario: &Scenario, judge: Judge<'_>) -> Vec<String> {
    let of_choice = scenario.choices.iter().map(|choice| {
        let cited = explain::choice(choice, judge.rules).rule;
        let source = cited.map_or_else(String::new, |rule| {
            format!(" ({}, {}, checked {})", rule.id, rule.url, rule.checked)
        });
        format!("{} {}{source}", choice.text, choice.because)
    });
    let lore = scenario.lore.iter().map(|lore| format!("Exams taught: {} Today: {}", lore.was, lore.now));
    of_choice.chain(lore).collect()
}
