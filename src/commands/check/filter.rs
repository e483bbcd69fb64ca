//! What of the findings counts.

use std::sync::Arc;

use crate::commands::Outcome;
use crate::commands::check::governing::{Governed, Governing};
use crate::config::selection::Selection;
use crate::diagnostic::{Diagnostic, Severity};
use crate::knowledge::pack::Level;
use crate::lint::Judgement;
use crate::report::findings::{Judged, SetAside};
use crate::source::Text;

/// What is to be shown of a judgement, each finding with the severity that it is given; the rest is set aside.
pub(super) fn asked_for(
    text: &Arc<Text>,
    judgement: Judgement,
    governed: &Governed,
    selection: &Selection<'_>,
) -> Judged {
    let least = if governed.advice { Severity::Advice } else { Severity::Warning };
    let asked =
        |found: &mut Diagnostic| match selection.level(&found.rule, found.severity, &governed.base.rules) {
            Level::At(severity) => {
                found.severity = severity;
                severity >= least
            }
            Level::Off => false,
        };
    // What is known is so by its place in the whole, whatever is shown of that.
    let known = governed.known.as_ref().map(|known| known.knows(text.name(), &judgement.found));
    let mut judged = Judged::new(Arc::clone(text), Vec::new());
    let SetAside { allowed, known: listed, unasked, .. } = &mut judged.set_aside;
    for (index, mut found) in judgement.found.into_iter().enumerate() {
        if !asked(&mut found) {
            unasked.push(found);
        } else if known.as_ref().is_some_and(|known| known[index]) {
            listed.push(found);
        } else {
            judged.findings.push(found);
        }
    }
    allowed.extend(judgement.allowed.into_iter().filter_map(|mut found| asked(&mut found).then_some(found)));
    judged
}

/// What the findings make of the run.
pub(super) fn outcome(judged: &[Judged], governing: &Governing) -> Outcome {
    let fails = |file: &Judged| {
        let level = governing.fail_on(file.text.name());
        file.findings.iter().any(|found| found.severity >= level)
    };
    if judged.iter().any(fails) { Outcome::Findings } else { Outcome::Clean }
}
