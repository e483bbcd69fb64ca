//! All scenarios together: ids are kept, stems differ, and over the bank no length gives answers away.

use std::collections::BTreeSet;

use crate::diagnostic::{Diagnostic, Label};
use crate::scenario::catalog::Catalog;
use crate::scenario::model::{Format, Scenario, Verdict};
use crate::source::Span;

/// How the ids of generated questions begin: they are kept by their seeds, not by the catalog.
const GENERATED: &str = "generated-";
/// Stems that share more of their runs of three words are near-copies.
const ALIKE: f64 = 0.4;
/// How many questions a bank needs before shares mean something.
const ENOUGH: usize = 20;
/// Within which shares the right option is the longest; by chance it is in a quarter of the questions.
const SHARE: std::ops::RangeInclusive<f64> = 0.15..=0.35;

/// What is to say of the bank, each with the name of the file that it is about.
#[must_use]
pub fn check(catalog: &Catalog) -> Vec<(String, Diagnostic)> {
    let scenarios: Vec<&Scenario> = catalog.all().collect();
    let mut found = Vec::new();
    for scenario in &scenarios {
        filed(catalog, scenario, &mut found);
    }
    gone(catalog, &mut found);
    copies(&scenarios, &mut found);
    longest(catalog, &scenarios, &mut found);
    found
}

fn of(scenario: &Scenario, rule: &str, message: String) -> (String, Diagnostic) {
    let finding = Diagnostic::new(rule, Label::new(scenario.id_span, ""), message);
    (scenario.text.name().to_owned(), finding)
}

/// Topic, decision, exams and id are known.
fn filed(catalog: &Catalog, scenario: &Scenario, found: &mut Vec<(String, Diagnostic)>) {
    let index = &catalog.index;
    let mut unknown = |what: &str, name: &str| {
        found.push(of(scenario, "scenario-not-filed", format!("the catalog has no {what} `{name}`")));
    };
    if !index.topics.iter().any(|topic| topic.id == scenario.topic) {
        unknown("topic", &scenario.topic);
    }
    if !index.decisions.iter().any(|decision| decision.id == scenario.decision) {
        unknown("decision", &scenario.decision);
    }
    for task in &scenario.exams {
        match index.exams.iter().find(|exam| exam.code == task.exam) {
            None => unknown("exam", &task.exam),
            Some(exam) if !exam.domains.iter().any(|domain| domain.number == task.domain()) => {
                unknown("domain of its exam for the task", &task.task);
            }
            Some(_) => {}
        }
    }
    let is_generated = scenario.id.starts_with(GENERATED);
    if !is_generated && !index.ids.iter().any(|(id, _)| *id == scenario.id) {
        let message = format!("`{}` is not among the `ids` that the catalog keeps", scenario.id);
        found.push(of(scenario, "scenario-id", message));
    }
}

/// Progress is kept under ids, so that none may go or come twice.
fn gone(catalog: &Catalog, found: &mut Vec<(String, Diagnostic)>) {
    let Some(text) = &catalog.index_text else { return };
    let there: BTreeSet<&str> = catalog.ids().collect();
    let mut seen = BTreeSet::new();
    for (id, span) in &catalog.index.ids {
        let mut say = |message: String| {
            let finding = Diagnostic::new("scenario-id", Label::new(*span, ""), message);
            found.push((text.name().to_owned(), finding));
        };
        if !there.contains(id.as_str()) {
            say(format!("there is no scenario `{id}` any more; an id that was given is kept"));
        }
        if !seen.insert(id.as_str()) {
            say(format!("`{id}` is listed twice"));
        }
    }
}

fn copies(scenarios: &[&Scenario], found: &mut Vec<(String, Diagnostic)>) {
    let runs: Vec<BTreeSet<[String; 3]>> = scenarios.iter().map(|scenario| runs(&scenario.prompt)).collect();
    let written = scenarios.iter().enumerate().filter(|(_, scenario)| !scenario.id.starts_with(GENERATED));
    for (index, scenario) in written {
        for (other, runs_of_other) in scenarios[..index].iter().zip(&runs) {
            let shared = runs[index].intersection(runs_of_other).count() as f64;
            let all = runs[index].union(runs_of_other).count() as f64;
            if all > 0.0 && shared / all > ALIKE {
                let message = format!("the prompt is nearly that of `{}`", other.id);
                found.push(of(scenario, "scenario-near-copy", message));
            }
        }
    }
}

/// All runs of three words, in lower case and without punctuation.
fn runs(text: &str) -> BTreeSet<[String; 3]> {
    let clean = |word: &str| word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    let words: Vec<String> = text.split_whitespace().map(clean).collect();
    words.windows(3).map(|run| [run[0].clone(), run[1].clone(), run[2].clone()]).collect()
}

/// Whoever always takes the longest option does no better than by chance.
fn longest(catalog: &Catalog, scenarios: &[&Scenario], found: &mut Vec<(String, Diagnostic)>) {
    let Some(text) = &catalog.index_text else { return };
    let single: Vec<&&Scenario> =
        scenarios.iter().filter(|scenario| matches!(scenario.format, Format::Single)).collect();
    let is_longest = |scenario: &&&&Scenario| {
        let length = |right: bool| {
            let choices = scenario.choices.iter();
            let of_kind = choices.filter(|choice| (choice.verdict == Verdict::Right) == right);
            of_kind.map(|choice| choice.text.chars().count()).max()
        };
        length(true) > length(false)
    };
    let count = single.iter().filter(is_longest).count();
    let share = count as f64 / single.len() as f64;
    if single.len() >= ENOUGH && !SHARE.contains(&share) {
        let message = format!(
            "the right option is the longest in {count} of {} questions; {:.0} to {:.0} of 100 are fair",
            single.len(),
            SHARE.start() * 100.0,
            SHARE.end() * 100.0
        );
        let finding = Diagnostic::new("scenario-longest-share", Label::new(Span::at(0), ""), message);
        found.push((text.name().to_owned(), finding));
    }
}
