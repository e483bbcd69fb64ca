//! A question as it is asked: the options in an order by lot, and what was taken so far.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::scenario::grade::Answer;
use crate::scenario::{Choice, Format, Scenario};
use crate::study::shuffle::Lot;

/// A question and its answer so far. Options are named by their ids, so that it outlives changes of the scenario.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// The scenario's id.
    pub scenario: String,
    /// By what the options were shuffled.
    pub seed: u64,
    /// The options that are taken.
    #[serde(default)]
    pub taken: BTreeSet<String>,
    /// The options in the order that they were put in, where an order is asked for.
    #[serde(default)]
    pub order: Vec<String>,
    /// For each option the one whose words were given to it, where words are matched.
    #[serde(default)]
    pub matched: BTreeMap<String, String>,
}

impl Question {
    /// The question, not answered yet.
    #[must_use]
    pub fn new(scenario: &Scenario, seed: u64) -> Self {
        let mut question = Self {
            scenario: scenario.id.clone(),
            seed,
            taken: BTreeSet::new(),
            order: Vec::new(),
            matched: BTreeMap::new(),
        };
        if matches!(scenario.format, Format::Order(_)) {
            question.order = shuffled(scenario, seed).into_iter().map(|choice| choice.id.clone()).collect();
        }
        question
    }

    /// The options as they are shown.
    #[must_use]
    pub fn shown<'s>(&self, scenario: &'s Scenario) -> Vec<&'s Choice> {
        if !matches!(scenario.format, Format::Order(_)) {
            return shuffled(scenario, self.seed);
        }
        let ordered: Vec<&Choice> = self.order.iter().filter_map(|id| scenario.choice(id)).collect();
        // A scenario that has changed since has its options back in some order.
        if ordered.len() == scenario.choices.len() { ordered } else { shuffled(scenario, self.seed) }
    }

    /// The words to match as they are shown, each with the id of the option that they belong to.
    #[must_use]
    pub fn words<'s>(&self, scenario: &'s Scenario) -> Vec<(&'s str, &'s str)> {
        let words = shuffled(scenario, self.seed.wrapping_add(1));
        words.into_iter().filter_map(|choice| Some((choice.id.as_str(), choice.with.as_deref()?))).collect()
    }

    /// Takes the option at a place, or takes it back.
    pub fn take(&mut self, scenario: &Scenario, place: usize) {
        let Some(id) = self.shown(scenario).get(place).map(|choice| choice.id.clone()) else { return };
        match scenario.format {
            Format::Single | Format::Predict(_) => self.taken = BTreeSet::from([id]),
            Format::Multiple(_) => {
                if !self.taken.remove(&id) {
                    self.taken.insert(id);
                }
            }
            Format::Match => self.turn(scenario, place, 1),
            Format::Order(_) | Format::Repair { .. } => {}
        }
    }

    /// Moves the option at a place up or down; gives its new place.
    pub fn shift(&mut self, scenario: &Scenario, place: usize, down: bool) -> usize {
        let other = if down { place + 1 } else { place.wrapping_sub(1) };
        let mut order: Vec<String> =
            self.shown(scenario).into_iter().map(|choice| choice.id.clone()).collect();
        if !matches!(scenario.format, Format::Order(_)) || place >= order.len() || other >= order.len() {
            return place;
        }
        order.swap(place, other);
        self.order = order;
        other
    }

    /// Gives the option at a place the next words, or those before.
    pub fn turn(&mut self, scenario: &Scenario, place: usize, by: isize) {
        if !matches!(scenario.format, Format::Match) {
            return;
        }
        let Some(id) = self.shown(scenario).get(place).map(|choice| choice.id.clone()) else { return };
        let words = self.words(scenario);
        if words.is_empty() {
            return;
        }
        let now = self.matched.get(&id).and_then(|given| words.iter().position(|(of, _)| of == given));
        let next = match now {
            Some(now) => (now.cast_signed() + by).rem_euclid(words.len().cast_signed()) as usize,
            None if by < 0 => words.len() - 1,
            None => 0,
        };
        self.matched.insert(id, words[next].0.to_owned());
    }

    /// Takes what numbers from 1 say: options, all options in an order, or the words for each option in turn. Whether
    /// they fit the question.
    pub fn number(&mut self, scenario: &Scenario, numbers: &[usize]) -> bool {
        let count = scenario.choices.len();
        let is_whole = numbers.iter().collect::<BTreeSet<_>>().len() == numbers.len();
        if numbers.is_empty() || !is_whole || numbers.iter().any(|number| *number == 0 || *number > count) {
            return false;
        }
        let ids: Vec<String> = self.shown(scenario).into_iter().map(|choice| choice.id.clone()).collect();
        let named = |number: &usize| ids[number - 1].clone();
        match scenario.format {
            Format::Single | Format::Predict(_) if numbers.len() == 1 => {
                self.taken = numbers.iter().map(named).collect();
            }
            Format::Multiple(asked) if numbers.len() == asked => {
                self.taken = numbers.iter().map(named).collect();
            }
            Format::Order(_) if numbers.len() == count => self.order = numbers.iter().map(named).collect(),
            Format::Match if numbers.len() == count => {
                let words: Vec<String> =
                    self.words(scenario).into_iter().map(|(id, _)| id.to_owned()).collect();
                if words.len() != count {
                    return false;
                }
                let given = ids.iter().cloned().zip(numbers.iter().map(|number| words[number - 1].clone()));
                self.matched = given.collect();
            }
            _ => return false,
        }
        true
    }

    /// The answer, where it is whole.
    #[must_use]
    pub fn answer(&self, scenario: &Scenario) -> Option<Answer> {
        match &scenario.format {
            Format::Single | Format::Multiple(_) | Format::Predict(_) => (Some(self.taken.len())
                == scenario.format.asked())
            .then(|| Answer::Choices(self.taken.clone())),
            Format::Order(_) => {
                let order = self.shown(scenario).into_iter().map(|choice| choice.id.clone()).collect();
                Some(Answer::Order(order))
            }
            Format::Match => {
                (self.matched.len() == scenario.choices.len()).then(|| Answer::Match(self.matched.clone()))
            }
            Format::Repair { .. } => None,
        }
    }

    /// Whether anything was answered; an order that nobody touched is none.
    #[must_use]
    pub fn is_answered(&self, scenario: &Scenario) -> bool {
        match scenario.format {
            Format::Order(_) => {
                let asked: Vec<&str> =
                    shuffled(scenario, self.seed).into_iter().map(|choice| choice.id.as_str()).collect();
                self.order.iter().map(String::as_str).ne(asked)
            }
            _ => self.answer(scenario).is_some(),
        }
    }
}

fn shuffled(scenario: &Scenario, seed: u64) -> Vec<&Choice> {
    let mut choices: Vec<&Choice> = scenario.choices.iter().collect();
    // A prediction's bounds are read best from the least to the most, as they stand.
    if !matches!(scenario.format, Format::Predict(_)) {
        Lot::seeded(seed).shuffle(&mut choices);
    }
    choices
}
