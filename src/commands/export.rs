//! `thalweg export`: gives a design back as what others deploy or draw.

mod flink_sql;

use std::fs;
use std::path::Path;
use std::sync::Arc;

use crate::cli::{Export, ExportTarget, ExportedDesign};
use crate::commands::Outcome;
use crate::commands::input;
use crate::commands::output::{complain, print, replace_file};
use crate::design::{self, Design};
use crate::diagnostic::{Diagnostic, Severity};
use crate::drawing::{Graph, mermaid};
use crate::export::{self, cloudformation, terraform};
use crate::import;
use crate::knowledge::Knowledge;
use crate::lint::{self, Rules};
use crate::report::findings;
use crate::report::look::Look;
use crate::runtime::applications;

/// Exports a design that has no errors; what an export does not know is told at its place, and nothing is written.
#[must_use]
pub fn run(arguments: &Export, look: Look) -> Outcome {
    let exported = match &arguments.target {
        ExportTarget::CloudFormation(exported)
        | ExportTarget::Terraform(exported)
        | ExportTarget::Mermaid(exported) => exported,
        ExportTarget::FlinkSql(wanted) => &wanted.exported,
    };
    try_run(&arguments.target, exported, look).unwrap_or_else(|message| {
        complain(message);
        Outcome::Failed
    })
}

fn try_run(target: &ExportTarget, exported: &ExportedDesign, look: Look) -> Result<Outcome, String> {
    let knowledge = Knowledge::embedded();
    let text = input::design(&exported.design).map_err(|error| error.to_string())?;
    if import::is_infrastructure(&text) {
        let name = text.name();
        return Err(format!(
            "{name}: is infrastructure code; export the design that `thalweg import {name}` writes"
        ));
    }
    let lowered = design::lower(Arc::clone(&text), &knowledge);
    let mut found = lint::judge(&lowered, &knowledge, &Rules::embedded());
    found.retain(|diagnostic| diagnostic.severity == Severity::Error);
    let converted = match lowered.design.filter(|_| found.is_empty()) {
        Some(design) => convert(target, &design, &knowledge, exported)?,
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

/// What is written, and what goes into a file beside it.
struct Output {
    text: String,
    beside: Option<String>,
}

fn convert(
    target: &ExportTarget,
    design: &Design,
    knowledge: &Knowledge,
    exported: &ExportedDesign,
) -> Result<Result<Output, Vec<Diagnostic>>, String> {
    let alone = |text: String| Output { text, beside: None };
    Ok(match target {
        ExportTarget::CloudFormation(_) => {
            cloudformation::template(design, knowledge).map(|template| alone(export::render(&template)))
        }
        ExportTarget::Terraform(_) => {
            let name = exported.out.as_deref().and_then(Path::file_name);
            terraform::configuration(design, knowledge).map(|configuration| Output {
                beside: name.and_then(|name| configuration.beside(&name.to_string_lossy())),
                text: configuration.main,
            })
        }
        ExportTarget::FlinkSql(wanted) => {
            let records = flink_sql::records(design, &exported.design)?;
            match applications(design, knowledge, records) {
                Ok(found) => {
                    flink_sql::script_of((design, knowledge), &found, wanted).map(|text| Ok(alone(text)))?
                }
                Err(mistakes) => Err(mistakes),
            }
        }
        ExportTarget::Mermaid(_) => Ok(alone(mermaid::render(&Graph::of(design, &[])))),
    })
}

fn deliver(output: &Output, exported: &ExportedDesign) -> Result<Outcome, String> {
    let write = |path: &Path, text: &str| {
        replace_file(path, text).map_err(|error| format!("{}: {error}", path.display()))
    };
    let Some(path) = &exported.out else {
        print(&output.text).map_err(|error| error.to_string())?;
        return Ok(Outcome::Clean);
    };
    if let Some(text) = &output.beside {
        let beside = path.with_extension("thalweg.yaml");
        if fs::read_to_string(&beside).is_ok_and(|known| !known.starts_with("for:")) {
            return Err(format!(
                "{} is there and is no file beside a configuration; choose another name with `--out`",
                beside.display()
            ));
        }
        write(&beside, text)?;
    }
    write(path, &output.text)?;
    Ok(Outcome::Clean)
}
