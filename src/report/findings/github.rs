//! Workflow commands by which GitHub Actions shows findings at their lines.
//!
//! GitHub shows no more than ten annotations of a level from one step, so the last line sums up.

use std::fmt::Write as _;

use crate::diagnostic::{Diagnostic, Severity};
use crate::report::findings::path::relative;
use crate::report::findings::place::Place;
use crate::report::findings::{Counts, Judged, Surroundings};

/// How many annotations of one level GitHub shows of a step, by its documentation of workflow commands (2026-11).
const SHOWN: usize = 10;

/// A workflow command for each finding, and a last line that sums up.
///
/// # Panics
/// Never: text is written to memory.
#[must_use]
pub fn render(judged: &[Judged], surroundings: &Surroundings<'_>) -> String {
    let mut commands = String::new();
    for file in judged {
        for found in &file.findings {
            let path = property(&relative(file.text.name(), surroundings.folder));
            let title = property(&format!("thalweg {}", found.rule));
            let place = place(file, found);
            let message = data(&message(found));
            writeln!(commands, "::{} file={path}{place},title={title}::{message}", level(found.severity))
                .expect("memory");
        }
    }
    let counts = Counts::of(judged);
    commands.push_str(&counts.summary());
    if counts.errors.max(counts.warnings).max(counts.advice) > SHOWN {
        write!(commands, "; GitHub shows {SHOWN} of a level, the log has all").expect("memory");
    }
    commands.push('\n');
    commands
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Advice => "notice",
    }
}

/// Columns mean something to GitHub within one line only.
fn place(file: &Judged, found: &Diagnostic) -> String {
    if !found.has_place() {
        return String::new();
    }
    let Place { line, column, end_line, end_column } = Place::new(&file.text, found.primary.span);
    if line == end_line {
        format!(",line={line},endLine={end_line},col={column},endColumn={end_column}")
    } else {
        format!(",line={line},endLine={end_line}")
    }
}

/// The message with the ways out, since an annotation is all that many will see.
fn message(found: &Diagnostic) -> String {
    let mut message = found.message.clone();
    for step in &found.help {
        write!(message, "\nhelp: {step}").expect("memory");
    }
    message
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
