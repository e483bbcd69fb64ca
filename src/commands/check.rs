//! `thalweg check`: judges design files.

use std::sync::Arc;

use crate::cli::{Check, FailOn, Format};
use crate::commands::Outcome;
use crate::commands::input;
use crate::commands::output::{complain, print, remark};
use crate::design;
use crate::diagnostic::{Diagnostic, Severity};
use crate::knowledge::Knowledge;
use crate::lint;
use crate::lint::Rules;
use crate::report::findings;
use crate::report::findings_json::{self, Judged};
use crate::report::look::Look;
use crate::source::Text;

/// Judges every file that is named; one that cannot be read does not keep the others from being judged.
#[must_use]
pub fn run(arguments: &Check, look: Look) -> Outcome {
    let knowledge = Knowledge::embedded();
    let rules = Rules::embedded();
    let mut unreadable = false;
    let mut judged: Vec<(Arc<Text>, Vec<Diagnostic>)> = Vec::new();
    for path in &arguments.files {
        match input::design(path) {
            Ok(text) => judged.push((Arc::clone(&text), judge(text, &knowledge, &rules, arguments.advice))),
            Err(error) => {
                complain(error);
                unreadable = true;
            }
        }
    }
    if let Err(error) = show(&judged, arguments.format, look) {
        complain(error);
        unreadable = true;
    }
    let failing =
        judged.iter().flat_map(|(_, found)| found).any(|found| found.severity >= level(arguments.fail_on));
    match (unreadable, failing) {
        (true, _) => Outcome::Failed,
        (false, true) => Outcome::Findings,
        (false, false) => Outcome::Clean,
    }
}

/// All findings of a file, in its order: mistakes of the file itself, then what the rules find in what was understood.
fn judge(text: Arc<Text>, knowledge: &Knowledge, rules: &Rules, advice: bool) -> Vec<Diagnostic> {
    let lowered = design::lower(text, knowledge);
    let mut found = lint::judge(&lowered, knowledge, rules);
    found.retain(|diagnostic| advice || diagnostic.severity > Severity::Advice);
    found
}

fn show(judged: &[(Arc<Text>, Vec<Diagnostic>)], format: Format, look: Look) -> Result<(), std::io::Error> {
    match format {
        Format::Human => {
            for (text, found) in judged {
                print(&findings::render(text, found, look))?;
            }
            remark(summary(judged));
            Ok(())
        }
        Format::Json => {
            let files: Vec<Judged<'_>> =
                judged.iter().map(|(text, diagnostics)| Judged { text, diagnostics }).collect();
            print(&findings_json::render(&files))
        }
    }
}

fn summary(judged: &[(Arc<Text>, Vec<Diagnostic>)]) -> String {
    let all = || judged.iter().flat_map(|(_, found)| found);
    let count = |severity| all().filter(|found| found.severity == severity).count();
    findings::summary(count(Severity::Error), count(Severity::Warning), count(Severity::Advice), judged.len())
}

fn level(fail_on: FailOn) -> Severity {
    match fail_on {
        FailOn::Error => Severity::Error,
        FailOn::Warning => Severity::Warning,
        FailOn::Advice => Severity::Advice,
    }
}
