//! A GitLab Code Quality report: one JSON array.

use serde::Serialize;

use crate::diagnostic::Severity;
use crate::report::findings::fingerprint::Fingerprints;
use crate::report::findings::path::relative;
use crate::report::findings::place::Place;
use crate::report::findings::{Judged, Surroundings};

/// All findings as a JSON array with a line end; a finding without a place stands at the first line, since GitLab wants
/// one.
///
/// # Panics
/// Never: the array holds nothing that JSON cannot say.
#[must_use]
pub fn render(judged: &[Judged], surroundings: &Surroundings<'_>) -> String {
    let mut fingerprints = Fingerprints::default();
    let mut entries = Vec::new();
    for file in judged {
        let path = relative(file.text.name(), surroundings.folder);
        for found in &file.findings {
            let place = Place::new(&file.text, found.primary.span);
            entries.push(Entry {
                description: &found.message,
                check_name: &found.rule,
                fingerprint: fingerprints.of(&path, &file.text, found),
                severity: severity(found.severity),
                location: Location {
                    path: path.clone(),
                    lines: Lines { begin: place.line, end: place.end_line },
                },
            });
        }
    }
    let mut json = serde_json::to_string_pretty(&entries).expect("plain data");
    json.push('\n');
    json
}

#[derive(Serialize)]
struct Entry<'a> {
    description: &'a str,
    check_name: &'a str,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
    end: u32,
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "critical",
        Severity::Warning => "minor",
        Severity::Advice => "info",
    }
}
