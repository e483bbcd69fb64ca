//! Findings as text, one file for each format.
//!
//! A format takes what was judged and gives the whole of its output; nothing here knows where that goes.

mod concise;
mod fingerprint;
mod fixable;
mod github;
mod gitlab;
mod human;
mod json;
mod junit;
mod path;
mod place;
mod sarif;
mod snippet;

use std::path::Path;
use std::sync::Arc;

pub use crate::report::findings::concise::render as concise;
pub use crate::report::findings::fixable::{Offered, render as fixable};
pub use crate::report::findings::github::render as github;
pub use crate::report::findings::gitlab::render as gitlab;
pub use crate::report::findings::human::render;
pub use crate::report::findings::json::render as json;
pub use crate::report::findings::junit::render as junit;
pub use crate::report::findings::sarif::render as sarif;

use crate::diagnostic::{Diagnostic, Severity};
use crate::lint::Rules;
use crate::source::Text;

/// A file with what was found in it.
#[derive(Debug, Clone)]
pub struct Judged {
    /// The file.
    pub text: Arc<Text>,
    /// What was found in it and is to be shown, in the order of the file.
    pub findings: Vec<Diagnostic>,
    /// What else was found.
    pub set_aside: SetAside,
}

/// Findings that are not shown.
#[derive(Debug, Clone, Default)]
pub struct SetAside {
    /// What the authors of the design allow.
    pub allowed: Vec<Diagnostic>,
    /// What the baseline lists.
    pub known: Vec<Diagnostic>,
    /// What nobody asked for: advice, and rules that are off.
    pub unasked: Vec<Diagnostic>,
    /// What a template leaves open until it is deployed.
    pub open: Vec<Diagnostic>,
}

impl Judged {
    /// A file with findings, of which none is set aside.
    #[must_use]
    pub fn new(text: Arc<Text>, findings: Vec<Diagnostic>) -> Self {
        Self { text, findings, set_aside: SetAside::default() }
    }

    /// Everything that was found and that the authors do not allow.
    pub fn found(&self) -> impl Iterator<Item = &Diagnostic> {
        self.findings.iter().chain(&self.set_aside.known).chain(&self.set_aside.unasked)
    }
}

/// What formats for other tools need beside the findings.
#[derive(Debug, Clone, Copy)]
pub struct Surroundings<'a> {
    /// The rules, with their titles and pages.
    pub rules: &'a [&'a Rules],
    /// The folder from which those tools count the paths of files.
    pub folder: &'a Path,
}

/// How many findings of each severity, in how many files.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Errors.
    pub errors: usize,
    /// Warnings.
    pub warnings: usize,
    /// Pieces of advice.
    pub advice: usize,
    /// Files that were judged.
    pub files: usize,
    /// Findings that the authors of designs allow.
    pub allowed: usize,
    /// Findings that a baseline lists.
    pub known: usize,
}

impl Counts {
    /// Counts what was found.
    #[must_use]
    pub fn of(judged: &[Judged]) -> Self {
        let count = |severity| {
            judged.iter().flat_map(|file| &file.findings).filter(|found| found.severity == severity).count()
        };
        Self {
            errors: count(Severity::Error),
            warnings: count(Severity::Warning),
            advice: count(Severity::Advice),
            files: judged.len(),
            allowed: judged.iter().map(|file| file.set_aside.allowed.len()).sum(),
            known: judged.iter().map(|file| file.set_aside.known.len()).sum(),
        }
    }

    /// `2 errors, 1 warning in 3 files`, or that there are none.
    ///
    /// ```
    /// use thalweg::report::findings::Counts;
    /// assert_eq!(Counts { files: 1, ..Counts::default() }.summary(), "no findings in 1 file");
    /// let counts = Counts { errors: 2, warnings: 1, advice: 0, files: 3, allowed: 3, known: 2 };
    /// assert_eq!(counts.summary(), "2 errors, 1 warning in 3 files (3 allowed, 2 in the baseline)");
    /// ```
    #[must_use]
    pub fn summary(&self) -> String {
        let counted = [
            (self.errors, "error", "errors"),
            (self.warnings, "warning", "warnings"),
            (self.advice, "piece of advice", "pieces of advice"),
        ];
        let found: Vec<String> = counted
            .into_iter()
            .filter(|(count, ..)| *count > 0)
            .map(|(count, one, many)| format!("{count} {}", if count == 1 { one } else { many }))
            .collect();
        let found = if found.is_empty() { "no findings".to_owned() } else { found.join(", ") };
        let files = if self.files == 1 { "file" } else { "files" };
        let aside = [(self.allowed, "allowed"), (self.known, "in the baseline")];
        let aside: Vec<String> = aside
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, what)| format!("{count} {what}"))
            .collect();
        let aside = if aside.is_empty() { String::new() } else { format!(" ({})", aside.join(", ")) };
        format!("{found} in {} {files}{aside}", self.files)
    }
}
