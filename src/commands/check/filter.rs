//! What of the findings counts.

use crate::cli::{Check, FailOn};
use crate::commands::Outcome;
use crate::diagnostic::{Diagnostic, Severity};
use crate::report::findings::Judged;

/// Leaves out what was not asked for.
pub(super) fn asked_for(mut findings: Vec<Diagnostic>, arguments: &Check) -> Vec<Diagnostic> {
    findings.retain(|found| arguments.advice || found.severity > Severity::Advice);
    findings
}

/// What the findings make of the run.
pub(super) fn outcome(judged: &[Judged], fail_on: FailOn) -> Outcome {
    let level = match fail_on {
        FailOn::Error => Severity::Error,
        FailOn::Warning => Severity::Warning,
        FailOn::Advice => Severity::Advice,
    };
    let fails = judged.iter().flat_map(|file| &file.findings).any(|found| found.severity >= level);
    if fails { Outcome::Findings } else { Outcome::Clean }
}
