//! `thalweg export`: gives a design back as what others deploy or draw.

use std::fs;
use std::sync::Arc;

use crate::cli::{Export, ExportTarget, ExportedDesign};
use crate::commands::Outcome;
use crate::commands::input;
use crate::commands::output::{complain, print};
use crate::design::{self, Design};
use crate::diagnostic::{Diagnostic, Severity};
use crate::drawing::{Graph, mermaid};
use crate::export::{self, cloudformation};
use crate::knowledge::Knowledge;
use crate::lint::{self, Rules};
use crate::report::findings;
use crate::report::look::Look;

/// Exports a design that has no errors; what an export does not know is told at its place, and nothing is written.
#[must_use]
pub fn run(arguments: &Export, look: Look) -> Outcome {
    let (ExportTarget::CloudFormation(exported) | ExportTarget::Mermaid(exported)) = &arguments.target;
    try_run(&arguments.target, exported, look).unwrap_or_else(|message| {
        complain(message);
        Outcome::Failed
    })
}

fn try_run(target: &ExportTarget, exported: &ExportedDesign, look: Look) -> Result<Outcome, String> {
    let knowledge = Knowledge::embedded();
    let text = input::design(&exported.design).map_err(|error| error.to_string())?;
    let lowered = design::lower(Arc::clone(&text), &knowledge);
    let mut found = lint::judge(&lowered, &knowledge, &Rules::embedded());
    found.retain(|diagnostic| diagnostic.severity == Severity::Error);
    let converted = match lowered.design.filter(|_| found.is_empty()) {
        Some(design) => convert(target, &design, &knowledge),
        None => Err(found),
    };
    match converted {
        Ok(output) => deliver(&output, exported),
        Err(mistakes) => {
            print(&findings::render(&text, &mistakes, look)).map_err(|error| error.to_string())?;
            complain("nothing was exported; see above");
            Ok(Outcome::Findings)
        }
    }
}

fn convert(target: &ExportTarget, design: &Design, knowledge: &Knowledge) -> Result<String, Vec<Diagnostic>> {
    match target {
        ExportTarget::CloudFormation(_) => {
            cloudformation::template(design, knowledge).map(|template| export::render(&template))
        }
        ExportTarget::Mermaid(_) => Ok(mermaid::render(&Graph::of(design, &[]))),
    }
}

fn deliver(output: &str, exported: &ExportedDesign) -> Result<Outcome, String> {
    match &exported.out {
        Some(path) => fs::write(path, output).map_err(|error| format!("{}: {error}", path.display()))?,
        None => print(output).map_err(|error| error.to_string())?,
    }
    Ok(Outcome::Clean)
}
