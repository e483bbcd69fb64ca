//! Why an option holds or falls: the scenario's own words, and the rule with its reason, source and day.

use crate::lint::Rules;
use crate::lint::rule::Subject;
use crate::scenario::model::{Choice, Scenario, Verdict};
use crate::units::Date;

/// The explanation of one option.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// The option's id.
    pub choice: String,
    /// Why it holds or falls, in the scenario's words.
    pub because: String,
    /// The rule that proves it, where one does.
    pub rule: Option<Cited>,
}

/// A rule, as an explanation cites it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cited {
    /// The rule's id.
    pub id: String,
    /// What it is about.
    pub title: String,
    /// Why a violation hurts.
    pub why: String,
    /// The page that says so.
    pub url: String,
    /// The day on which that page was last checked.
    pub checked: Date,
}

/// Explains an option.
#[must_use]
pub fn choice(choice: &Choice, rules: &Rules) -> Explanation {
    Explanation {
        choice: choice.id.clone(),
        because: choice.because.clone(),
        rule: rule_of(choice, rules).and_then(|id| cite(&id, rules)),
    }
}

/// The ids of all rules that a scenario's proof rests on, each once, in alphabetical order: a learner who misses the
/// question is weak in them.
#[must_use]
pub fn rules_of(scenario: &Scenario, rules: &Rules) -> Vec<String> {
    let mut ids: Vec<String> = scenario.choices.iter().filter_map(|choice| rule_of(choice, rules)).collect();
    if let crate::scenario::model::Format::Repair { broken, .. } = &scenario.format {
        ids.extend(broken.iter().cloned());
    }
    ids.sort();
    ids.dedup();
    ids
}

/// A rule with its source.
#[must_use]
pub fn cite(id: &str, rules: &Rules) -> Option<Cited> {
    let rule = rules.get(id)?;
    let source = rule.sources.first()?;
    Some(Cited {
        id: rule.id.clone(),
        title: rule.title.clone(),
        why: rule.why.split_whitespace().collect::<Vec<_>>().join(" "),
        url: source.url.clone(),
        checked: source.checked,
    })
}

/// The rule by which an option falls: the one that is named, or the one that watches over the requirement.
fn rule_of(choice: &Choice, rules: &Rules) -> Option<String> {
    match &choice.verdict {
        Verdict::FallsByRule(rule) => Some(rule.clone()),
        Verdict::FallsByRequirement(keyword) | Verdict::FallsInRun(keyword) => {
            let watches =
                |subject: &Subject| matches!(subject, Subject::Requirement(known) if known == keyword);
            let mut watching = rules
                .all()
                .iter()
                .filter(|rule| rule.check.as_ref().is_some_and(|check| watches(&check.subject)));
            watching.next().map(|rule| rule.id.clone())
        }
        _ => None,
    }
}
