//! Every cue is needed: without it one more option would be right. What decides nothing is marked as noise.

use crate::diagnostic::Diagnostic;
use crate::scenario::compose;
use crate::scenario::model::{Choice, Cue, CueKind, Scenario, Verdict};
use crate::scenario::prove::{ChoiceProof, Judge, mistake, options};
use crate::scenario::verdicts::broken_in_run;

pub(super) fn check(
    scenario: &Scenario,
    proofs: &[ChoiceProof],
    judge: Judge<'_>,
    found: &mut Vec<Diagnostic>,
) {
    for (index, cue) in scenario.cues.iter().enumerate() {
        if matches!(cue.kind, CueKind::Noise) {
            continue;
        }
        let wrong =
            scenario.choices.iter().zip(proofs).filter(|(choice, _)| choice.verdict != Verdict::Right);
        let mut wrong = wrong.filter(|(choice, proof)| may_depend(cue, choice, proof));
        if !wrong.any(|(choice, _)| passes_without(scenario, choice, (index, cue), judge)) {
            let message = format!("without \"{}\" no other option would be right", cue.text);
            let help = "say what it asks for, take it out, or mark it `noise: true`";
            found.push(mistake("scenario-cue-not-needed", cue.span, "decides nothing", message).help(help));
        }
    }
}

/// Whether taking the cue away can change anything of the option, so that most need not be judged again.
fn may_depend(cue: &Cue, choice: &Choice, proof: &ChoiceProof) -> bool {
    match &cue.kind {
        CueKind::Prefer(figure) => choice.verdict == Verdict::Dominated(*figure),
        CueKind::Rule(rule) => proof.against == [rule.as_str()],
        CueKind::Require(_) | CueKind::Given(_) => !matches!(choice.verdict, Verdict::Dominated(_)),
        CueKind::Noise => false,
    }
}

fn passes_without(
    scenario: &Scenario,
    choice: &Choice,
    (index, cue): (usize, &Cue),
    judge: Judge<'_>,
) -> bool {
    if matches!(cue.kind, CueKind::Prefer(_) | CueKind::Rule(_)) {
        // What is left of it was established by `may_depend`.
        return true;
    }
    let judged = judge.judge(&compose::choice(scenario, choice, Some(index)));
    if judged.design.is_none() || !judged.against(&scenario.cues, judge).is_empty() {
        return false;
    }
    let (true, Some(design)) = (matches!(choice.verdict, Verdict::FallsInRun(_)), &judged.design) else {
        return true;
    };
    let outcome = judge.run(design, &options(scenario));
    outcome.is_ok_and(|outcome| broken_in_run(design, &outcome).is_empty())
}
