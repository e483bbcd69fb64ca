//! Findings for machines: one JSON object, version 1.

use serde::Serialize;

use crate::diagnostic::{Diagnostic, Fix, Severity};
use crate::report::findings::place::Place;
use crate::report::findings::{Counts, Judged};
use crate::source::Text;

/// All findings as one JSON object with a line end; lines and columns count from 1, columns in characters.
///
/// # Panics
/// Never: the object holds nothing that JSON cannot say.
#[must_use]
pub fn render(judged: &[Judged]) -> String {
    let findings: Vec<Finding<'_>> = judged
        .iter()
        .flat_map(|file| file.findings.iter().map(|found| Finding::new(&file.text, found)))
        .collect();
    let counts = Counts::of(judged);
    let summary = Summary {
        errors: counts.errors,
        warnings: counts.warnings,
        advice: counts.advice,
        files: counts.files,
        allowed: counts.allowed,
        in_baseline: counts.known,
    };
    let report = Report { version: 1, findings, summary };
    let mut json = serde_json::to_string_pretty(&report).expect("plain data");
    json.push('\n');
    json
}

#[derive(Serialize)]
struct Report<'a> {
    version: u32,
    findings: Vec<Finding<'a>>,
    summary: Summary,
}

#[derive(Serialize)]
struct Summary {
    errors: usize,
    warnings: usize,
    advice: usize,
    files: usize,
    allowed: usize,
    in_baseline: usize,
}

#[derive(Serialize)]
struct Finding<'a> {
    rule: &'a str,
    severity: &'static str,
    message: &'a str,
    why: Option<&'a str>,
    help: String,
    url: Option<&'a str>,
    node: Option<&'a str>,
    flow: Option<[&'a str; 2]>,
    file: &'a str,
    #[serde(flatten)]
    place: Place,
    related: Vec<Related<'a>>,
    fix: Option<FixOf<'a>>,
}

#[derive(Serialize)]
struct Related<'a> {
    message: &'a str,
    #[serde(flatten)]
    place: Place,
}

#[derive(Serialize)]
struct FixOf<'a> {
    title: &'a str,
    safe: bool,
    edits: Vec<Edit<'a>>,
}

#[derive(Serialize)]
struct Edit<'a> {
    #[serde(flatten)]
    place: Place,
    text: &'a str,
}

impl<'a> Finding<'a> {
    fn new(text: &'a Text, found: &'a Diagnostic) -> Self {
        Self {
            rule: &found.rule,
            severity: Severity::as_str(found.severity),
            message: &found.message,
            why: found.why.as_deref(),
            help: found.help.join("\n"),
            url: found.url.as_deref(),
            node: found.node.as_deref(),
            flow: found.flow.as_ref().map(|(from, to)| [from.as_str(), to.as_str()]),
            file: text.name(),
            place: Place::new(text, found.primary.span),
            related: related(text, found),
            fix: found.fix.as_ref().map(|fix| of_fix(text, fix)),
        }
    }
}

fn related<'a>(text: &Text, found: &'a Diagnostic) -> Vec<Related<'a>> {
    found
        .related
        .iter()
        .map(|label| Related { message: &label.text, place: Place::new(text, label.span) })
        .collect()
}

fn of_fix<'a>(text: &Text, fix: &'a Fix) -> FixOf<'a> {
    let edits =
        fix.edits.iter().map(|(span, new)| Edit { place: Place::new(text, *span), text: new }).collect();
    FixOf { title: &fix.title, safe: fix.safe, edits }
}
