//! A repair: the design is broken as it says, and its solution mends it.

use crate::diagnostic::Diagnostic;
use crate::scenario::compose;
use crate::scenario::grade;
use crate::scenario::model::Scenario;
use crate::scenario::prove::{Judge, mistake};

pub(super) fn check(scenario: &Scenario, broken: &[String], judge: Judge<'_>, found: &mut Vec<Diagnostic>) {
    let judged = judge.judge(&compose::base(scenario));
    let speaking = judged.rules();
    if speaking.is_empty() {
        let message = "the design that is to be repaired draws no finding";
        found.push(mistake("scenario-not-broken", scenario.base.span, "", message));
    }
    for rule in broken.iter().filter(|rule| !speaking.contains(&rule.as_str())) {
        let message = format!("`{rule}` is said to speak against the design, and does not");
        found.push(mistake("scenario-not-broken", scenario.base.span, "", message));
    }
    for rule in speaking.iter().filter(|rule| !broken.iter().any(|known| known == *rule)) {
        let message = format!("`{rule}` speaks against the design, and `broken` does not name it");
        found.push(mistake("scenario-not-broken", scenario.base.span, "", message));
    }
    if let Some(solution) = compose::solution(scenario) {
        let grade = grade::repair(scenario, solution.text.as_str(), judge);
        for reason in grade.reasons.iter().filter(|_| !grade.is_right) {
            let message = format!("the solution does not mend it: {}", reason.text);
            found.push(mistake("scenario-repair-unsolved", scenario.id_span, "", message));
        }
    }
}
