//! Proves a scenario: every option holds or falls as it says, and every cue is needed.
//!
//! The proof is the linter's and the runtime's; here is only compared. What does not agree is said as a diagnostic at
//! its place in the scenario.

mod choices;
mod cues;
mod repair;
mod special;

use crate::diagnostic::{Diagnostic, Label};
use crate::runtime::Options;
use crate::scenario::compose::{self, Composed};
use crate::scenario::model::{Choice, Format, Scenario, Verdict};
pub use crate::scenario::verdicts::{Judge, Judged};
use crate::scenario::verdicts::{broken_in_run, counted};
use crate::source::Span;

/// What was found of a scenario.
#[derive(Debug)]
pub struct Proof {
    /// What was found of every choice, in the order of the file.
    pub choices: Vec<ChoiceProof>,
    /// What does not agree with what the scenario says.
    pub found: Vec<Diagnostic>,
}

/// What was found of a choice.
#[derive(Debug)]
pub struct ChoiceProof {
    /// The choice's id.
    pub id: String,
    /// Its design.
    pub composed: Composed,
    /// What the linter says of it.
    pub judged: Judged,
    /// The rules that speak against it, as far as the question asks.
    pub against: Vec<String>,
    /// The kinds of requirements that the linter sees broken.
    pub broken: Vec<String>,
    /// The kinds of requirements that a run broke, where one was needed for the proof.
    pub broken_in_run: Option<Vec<String>>,
    /// Whether that run kept each requirement, in the order of the design; nothing where it cannot tell.
    pub met_in_run: Vec<Option<bool>>,
    /// What the run counted, where a counter is foretold.
    pub counted: Option<u64>,
}

/// Proves a scenario. Takes some milliseconds, and as long as its runs where it has some.
#[must_use]
pub fn scenario(scenario: &Scenario, judge: Judge<'_>) -> Proof {
    let mut found = Vec::new();
    let mut choices: Vec<ChoiceProof> =
        scenario.choices.iter().map(|choice| self::choice(scenario, choice, judge, &mut found)).collect();
    let foretold = foretold(scenario, judge, &mut found);
    for choice in &mut choices {
        choice.counted = foretold;
    }
    choices::check(scenario, &choices, judge, &mut found);
    match &scenario.format {
        Format::Single | Format::Multiple(_) => cues::check(scenario, &choices, judge, &mut found),
        Format::Order(figure) => special::order(scenario, &choices, *figure, &mut found),
        Format::Match => special::matching(scenario, &choices, &mut found),
        Format::Predict(counter) => special::prediction(scenario, &choices, counter, &mut found),
        Format::Repair { broken, .. } => repair::check(scenario, broken, judge, &mut found),
    }
    found.sort_by(|left, right| {
        (left.primary.span, &left.rule, &left.message).cmp(&(right.primary.span, &right.rule, &right.message))
    });
    Proof { choices, found }
}

/// Judges one choice, and runs it where its proof needs a run.
#[must_use]
pub fn choice(
    scenario: &Scenario,
    choice: &Choice,
    judge: Judge<'_>,
    found: &mut Vec<Diagnostic>,
) -> ChoiceProof {
    let composed = compose::choice(scenario, choice, None);
    let judged = judge.judge(&composed);
    let broken = judged.broken(judge);
    let against = judged.against(&scenario.cues, judge).into_iter().map(str::to_owned).collect();
    let id = choice.id.clone();
    let mut proof = ChoiceProof {
        id,
        composed,
        judged,
        against,
        broken,
        broken_in_run: None,
        met_in_run: Vec::new(),
        counted: None,
    };
    let undecided = proof.judged.requirements.iter().any(|(_, kept)| kept.is_none());
    let is_required = needs_run(scenario, choice);
    let wants_run = is_required || (choice.verdict == Verdict::Right && undecided);
    if let Some(design) = proof.judged.design.as_ref().filter(|_| wants_run) {
        match judge.run(design, &options(scenario)) {
            Ok(outcome) => {
                proof.broken_in_run = Some(broken_in_run(design, &outcome));
                proof.met_in_run = outcome.verdicts.iter().map(|verdict| verdict.met).collect();
            }
            // Where the linter only cannot say everything, a run that cannot be had leaves it unproved.
            Err(_) if !is_required => {}
            Err(refusals) => {
                found.extend(refusals.iter().map(|refusal| at_origin(&proof.composed, refusal, choice.span)));
            }
        }
    }
    proof
}

/// What a run of the shared design counts, where a counter is foretold.
fn foretold(scenario: &Scenario, judge: Judge<'_>, found: &mut Vec<Diagnostic>) -> Option<u64> {
    let Format::Predict(counter) = &scenario.format else { return None };
    let composed = compose::base(scenario);
    let design = judge.judge(&composed).design?;
    match judge.run(&design, &options(scenario)) {
        Ok(outcome) => counted(&outcome, counter),
        Err(refusals) => {
            found.extend(refusals.iter().map(|refusal| at_origin(&composed, refusal, scenario.base.span)));
            None
        }
    }
}

/// How a scenario is run.
#[must_use]
pub fn options(scenario: &Scenario) -> Options {
    Options { seed: scenario.seed, duration: scenario.duration }
}

/// A run is needed where it is what an option falls by; the right options are then held against it as well.
fn needs_run(scenario: &Scenario, choice: &Choice) -> bool {
    let by_run = |choice: &Choice| matches!(choice.verdict, Verdict::FallsInRun(_));
    match choice.verdict {
        Verdict::FallsInRun(_) => true,
        Verdict::Right => scenario.choices.iter().any(by_run),
        _ => false,
    }
}

/// What is said of a composed design, said at the place of the scenario that it was written at.
fn at_origin(composed: &Composed, diagnostic: &Diagnostic, otherwise: Span) -> Diagnostic {
    let span = composed.origin(diagnostic.primary.span).unwrap_or(otherwise);
    let mut moved = diagnostic.clone();
    moved.primary = Label::new(span, diagnostic.primary.text.clone());
    moved.related = Vec::new();
    moved.fix = None;
    moved
}

/// A mistake of a scenario: an error of one of the rules of scenarios.
fn mistake(rule: &str, span: Span, label: &str, message: impl Into<String>) -> Diagnostic {
    Diagnostic::new(rule, Label::new(span, label), message)
}
