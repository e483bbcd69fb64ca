//! Orders, matches and predictions: what makes each of them have one answer.

use crate::diagnostic::Diagnostic;
use crate::scenario::model::{Counter, Figure, Scenario, Verdict};
use crate::scenario::prove::{ChoiceProof, mistake};

/// How far two neighbours of an order are apart, as a share of the greater figure.
const APART: f64 = 0.1;

/// All designs hold, and their figures are clearly apart.
pub(super) fn order(
    scenario: &Scenario,
    proofs: &[ChoiceProof],
    figure: Figure,
    found: &mut Vec<Diagnostic>,
) {
    let mut known: Vec<(f64, &ChoiceProof)> = Vec::new();
    for (choice, proof) in scenario.choices.iter().zip(proofs) {
        for finding in &proof.judged.found {
            let message = format!("`{}` is to hold, and `{}` speaks", choice.id, finding.rule);
            found.push(mistake("scenario-option-falls", choice.span, "", message));
        }
        match proof.judged.figure(figure) {
            Some(value) => known.push((value, proof)),
            None => {
                let message = format!("the {} of `{}` is not known", figure.as_str(), choice.id);
                found.push(mistake("scenario-order-tied", choice.span, "", message));
            }
        }
    }
    known.sort_by(|left, right| left.0.total_cmp(&right.0));
    for pair in known.windows(2) {
        let ((less, first), (more, second)) = (pair[0], pair[1]);
        if less > more * (1.0 - APART) {
            let message = format!(
                "by {} `{}` with {less:.1} and `{}` with {more:.1} are too near to each other",
                figure.as_str(),
                first.id,
                second.id
            );
            found.push(mistake("scenario-order-tied", scenario.id_span, "", message));
        }
    }
}

/// Each option has words of its own, and falls by its rule and by no other's.
pub(super) fn matching(scenario: &Scenario, proofs: &[ChoiceProof], found: &mut Vec<Diagnostic>) {
    let words = |choice: &crate::scenario::model::Choice| choice.with.clone();
    for (index, (choice, proof)) in scenario.choices.iter().zip(proofs).enumerate() {
        let with = words(choice);
        if with.is_none() || scenario.choices[..index].iter().any(|other| words(other) == with) {
            let message = format!("`{}` needs `with`, words that no other option has", choice.id);
            found.push(mistake("scenario-match-ambiguous", choice.span, "", message));
        }
        for other in scenario.choices.iter().filter(|other| other.id != choice.id) {
            let is_theirs = match &other.verdict {
                Verdict::FallsByRule(rule) => proof.judged.rules().contains(&rule.as_str()),
                Verdict::FallsByRequirement(keyword) => proof.broken.contains(keyword),
                Verdict::Right => proof.against.is_empty(),
                _ => false,
            };
            if is_theirs {
                let message = format!("`{}` also falls as `{}` does, so both words fit", choice.id, other.id);
                found.push(mistake("scenario-match-ambiguous", choice.span, "", message));
            }
        }
    }
}

/// The counter is there, and the bounds of the options leave no gap that the run falls in; how many are met is counted
/// with the other formats.
pub(super) fn prediction(
    scenario: &Scenario,
    proofs: &[ChoiceProof],
    counter: &Counter,
    found: &mut Vec<Diagnostic>,
) {
    for choice in &scenario.choices {
        if !matches!(choice.verdict, Verdict::Counts { .. }) {
            let message = format!("`{}` does not say what the run `counts`", choice.id);
            found.push(mistake("scenario-prediction-missed", choice.verdict_span, "", message));
        }
        if choice.design.is_some() {
            let message = "the options of a prediction share one design";
            found.push(mistake("scenario-prediction-missed", choice.span, "", message));
        }
    }
    if proofs.iter().any(|proof| proof.counted.is_none()) {
        let message = format!("no run counts `{}` at `{}`", counter.name, counter.node);
        found.push(mistake("scenario-prediction-missed", counter.span, "", message));
    }
}
