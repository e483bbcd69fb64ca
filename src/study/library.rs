//! What there is to study: scenarios, the knowledge base, and the designs that were named.

use std::sync::Arc;

use crate::knowledge::Knowledge;
use crate::lint::Rules;
use crate::runtime::Inputs;
use crate::scenario::catalog::{Catalog, Exam};
use crate::scenario::prove::Judge;
use crate::scenario::{Format, Scenario, explain};
use crate::source::Text;

/// Everything that is read and never changed.
#[derive(Debug)]
pub struct Library {
    /// The scenarios.
    pub catalog: Catalog,
    /// The cards.
    pub knowledge: Knowledge,
    /// The rules.
    pub rules: Rules,
    /// Designs that the learner named.
    pub designs: Vec<DesignFile>,
}

/// A design with the records of its producers.
#[derive(Debug, Clone)]
pub struct DesignFile {
    /// What it is called.
    pub name: String,
    /// The file.
    pub text: Arc<Text>,
    /// The records.
    pub inputs: Inputs,
}

/// What of it is to be asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wish {
    /// Only what this exam asks for, by its code.
    pub exam: Option<String>,
    /// Only this topic.
    pub topic: Option<String>,
}

impl Library {
    /// What is embedded in the binary, and these designs. Cheap: nothing is read yet.
    #[must_use]
    pub fn embedded(designs: Vec<DesignFile>) -> Self {
        Self {
            catalog: Catalog::embedded(),
            knowledge: Knowledge::embedded(),
            rules: Rules::embedded(),
            designs,
        }
    }

    /// By what designs are judged.
    #[must_use]
    pub fn judge(&self) -> Judge<'_> {
        Judge { knowledge: &self.knowledge, rules: &self.rules }
    }

    /// The exam with this code, or these first letters of it, whatever their case.
    #[must_use]
    pub fn exam(&self, name: &str) -> Option<&Exam> {
        let letters = |exam: &Exam| exam.code.split('-').next().unwrap_or_default().to_owned();
        let named =
            |exam: &&Exam| exam.code.eq_ignore_ascii_case(name) || letters(exam).eq_ignore_ascii_case(name);
        self.catalog.index.exams.iter().find(named)
    }

    /// The scenarios that a wish takes, in the order of topics and ids.
    pub fn wished<'a>(&'a self, wish: &'a Wish) -> impl Iterator<Item = &'a Scenario> {
        let takes = |scenario: &&Scenario| {
            wish.topic.as_ref().is_none_or(|topic| scenario.topic == *topic)
                && wish.exam.as_ref().is_none_or(|exam| scenario.exams.iter().any(|task| task.exam == *exam))
        };
        self.catalog.all().filter(takes)
    }

    /// Those of them that are answered by choosing.
    pub fn questions<'a>(&'a self, wish: &'a Wish) -> impl Iterator<Item = &'a Scenario> {
        self.wished(wish).filter(|scenario| !matches!(scenario.format, Format::Repair { .. }))
    }

    /// Those of them that are answered by mending a design.
    pub fn labs<'a>(&'a self, wish: &'a Wish) -> impl Iterator<Item = &'a Scenario> {
        self.wished(wish).filter(|scenario| matches!(scenario.format, Format::Repair { .. }))
    }

    /// The name of a topic.
    #[must_use]
    pub fn topic(&self, id: &str) -> String {
        let found = self.catalog.index.topics.iter().find(|topic| topic.id == id);
        found.map_or_else(|| id.to_owned(), |topic| topic.title.clone())
    }

    /// The ids of the rules that a scenario's proof rests on.
    #[must_use]
    pub fn rules_of(&self, scenario: &Scenario) -> Vec<String> {
        explain::rules_of(scenario, &self.rules)
    }
}
