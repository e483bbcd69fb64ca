//! Holds what was found of each option against what it says of itself.

use crate::diagnostic::{Diagnostic, Severity};
use crate::fields::listed;
use crate::scenario::model::{Choice, Figure, Scenario, Verdict};
use crate::scenario::prove::{ChoiceProof, Judge, at_origin, mistake};

/// By how much the right option must be better than one that is dominated, as a share of the worse figure.
const CLEARLY: f64 = 0.1;

pub(super) fn check(
    scenario: &Scenario,
    proofs: &[ChoiceProof],
    judge: Judge<'_>,
    found: &mut Vec<Diagnostic>,
) {
    if let Some(asked) = scenario.format.asked() {
        let is_right = |proof: &&ChoiceProof| match scenario.format {
            crate::scenario::model::Format::Predict(_) => meets_count(scenario, proof),
            _ => scenario.choice(&proof.id).is_some_and(|choice| choice.verdict == Verdict::Right),
        };
        let right = proofs.iter().filter(is_right).count();
        if right != asked {
            let message = format!("{right} options are right, and {asked} are asked for");
            found.push(mistake("scenario-right-options", scenario.id_span, "", message));
        }
    }
    for (choice, proof) in scenario.choices.iter().zip(proofs) {
        malformed(choice, proof, judge, found);
        match &choice.verdict {
            Verdict::Right => right(choice, proof, judge, found),
            Verdict::FallsByRule(rule) => by_rule(choice, proof, rule, judge, found),
            Verdict::FallsByRequirement(keyword) => {
                by_requirement(choice, &proof.broken, keyword, "the linter", found);
            }
            Verdict::FallsInRun(keyword) => in_run(choice, proof, keyword, found),
            Verdict::Dominated(figure) => dominated(scenario, (choice, proof), proofs, *figure, found),
            Verdict::Counts { .. } | Verdict::Ranked => {}
        }
    }
}

/// Mistakes of the design itself prove nothing: they are mistakes of the scenario.
fn malformed(choice: &Choice, proof: &ChoiceProof, judge: Judge<'_>, found: &mut Vec<Diagnostic>) {
    let said = |rule: &str| choice.verdict == Verdict::FallsByRule(rule.to_owned());
    let is_mistake = |one: &&Diagnostic| {
        one.severity == Severity::Error && is_of_file(&one.rule, judge) && !said(&one.rule)
    };
    let mistakes = proof.judged.found.iter().filter(is_mistake);
    found.extend(mistakes.map(|one| at_origin(&proof.composed, one, choice.span)));
}

/// Whether a rule is about what the file says, and not about what it describes.
fn is_of_file(rule: &str, judge: Judge<'_>) -> bool {
    judge.rules.get(rule).is_some_and(|rule| rule.group == "file")
}

fn right(choice: &Choice, proof: &ChoiceProof, judge: Judge<'_>, found: &mut Vec<Diagnostic>) {
    for finding in proof.judged.found.iter().filter(|finding| !is_of_file(&finding.rule, judge)) {
        let message =
            format!("`{}` is to hold, and `{}` speaks: {}", choice.id, finding.rule, finding.message);
        let span = proof.composed.origin(finding.primary.span).unwrap_or(choice.span);
        found.push(mistake("scenario-option-falls", span, "", message));
    }
    for keyword in proof.broken_in_run.iter().flatten() {
        let message = format!("`{}` is to hold, and a run breaks its `{keyword}`", choice.id);
        found.push(mistake("scenario-option-falls", choice.verdict_span, "", message));
    }
    for (index, (keyword, kept)) in proof.judged.requirements.iter().enumerate() {
        if kept.is_none() && proof.met_in_run.get(index).copied().flatten().is_none() {
            let message = format!("whether `{}` keeps its `{keyword}` nobody can say", choice.id);
            found.push(mistake("scenario-unproved", choice.verdict_span, "not proved", message));
        }
    }
}

fn by_rule(choice: &Choice, proof: &ChoiceProof, rule: &str, judge: Judge<'_>, found: &mut Vec<Diagnostic>) {
    if judge.rules.get(rule).is_none() {
        let message = format!("there is no rule `{rule}`");
        let mut unknown = mistake("scenario-other-verdict", choice.verdict_span, "", message);
        let ids = judge.rules.all().iter().map(|rule| rule.id.as_str());
        unknown.help.extend(crate::fields::nearest(rule, ids).map(|near| format!("write `{near}`")));
        found.push(unknown);
        return;
    }
    let speaking: Vec<&str> = proof.against.iter().map(String::as_str).collect();
    if !speaking.contains(&rule) {
        found.push(otherwise(choice, &format!("`{rule}` speaks against it"), &speaking));
    }
}

fn by_requirement(choice: &Choice, broken: &[String], keyword: &str, who: &str, found: &mut Vec<Diagnostic>) {
    if !broken.iter().any(|known| known == keyword) {
        let broken: Vec<&str> = broken.iter().map(String::as_str).collect();
        found.push(otherwise(choice, &format!("{who} sees its `{keyword}` broken"), &broken));
    }
}

fn in_run(choice: &Choice, proof: &ChoiceProof, keyword: &str, found: &mut Vec<Diagnostic>) {
    if let Some(broken) = &proof.broken_in_run {
        by_requirement(choice, broken, keyword, "a run", found);
    }
    let speaking: Vec<&str> = proof.against.iter().map(String::as_str).collect();
    if !speaking.is_empty() {
        let expected = "only a run shows it";
        found.push(otherwise(choice, expected, &speaking).help("say by which rule it falls"));
    }
}

/// It holds, and every right option is clearly better.
fn dominated(
    scenario: &Scenario,
    (choice, proof): (&Choice, &ChoiceProof),
    proofs: &[ChoiceProof],
    figure: Figure,
    found: &mut Vec<Diagnostic>,
) {
    let speaking: Vec<&str> = proof.against.iter().map(String::as_str).collect();
    if !speaking.is_empty() {
        found.push(otherwise(choice, &format!("it holds and only {} tells", figure.as_str()), &speaking));
        return;
    }
    let is_right = |proof: &&ChoiceProof| {
        scenario.choice(&proof.id).is_some_and(|choice| choice.verdict == Verdict::Right)
    };
    for other in proofs.iter().filter(is_right) {
        let better = match (other.judged.figure(figure), proof.judged.figure(figure)) {
            (Some(right), Some(wrong)) => right < wrong * (1.0 - CLEARLY),
            _ => false,
        };
        if !better {
            let shown = |proof: &ChoiceProof| {
                proof.judged.figure(figure).map_or("unknown".to_owned(), |value| format!("{value:.1}"))
            };
            let message = format!(
                "`{}` is to be worse by {}: it has {}, and the right `{}` has {}",
                choice.id,
                figure.as_str(),
                shown(proof),
                other.id,
                shown(other)
            );
            found.push(mistake("scenario-not-dominated", choice.verdict_span, "", message));
        }
    }
}

/// Whether the counter of the run lies in the bounds of the choice.
pub(super) fn meets_count(scenario: &Scenario, proof: &ChoiceProof) -> bool {
    let verdict = scenario.choice(&proof.id).map(|choice| &choice.verdict);
    let (Some(Verdict::Counts { at_least, at_most }), Some(counted)) = (verdict, proof.counted) else {
        return false;
    };
    counted >= *at_least && at_most.is_none_or(|most| counted <= most)
}

fn otherwise(choice: &Choice, expected: &str, instead: &[&str]) -> Diagnostic {
    if instead.is_empty() {
        let message = format!("of `{}` is said that {expected}, and nothing is against it", choice.id);
        return mistake("scenario-option-holds", choice.verdict_span, "not proved", message);
    }
    let message = format!(
        "of `{}` is said that {expected}, and what speaks is {}",
        choice.id,
        listed(instead.iter().copied())
    );
    mistake("scenario-other-verdict", choice.verdict_span, "not proved", message)
}
