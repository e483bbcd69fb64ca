//! `thalweg import`: makes a design of infrastructure code.

use std::path::Path;

use crate::cli::{Import as Arguments, ImportFormat};
use crate::commands::Outcome;
use crate::commands::base::Refusal;
use crate::commands::infrastructure::{Given, main_file};
use crate::commands::input;
use crate::commands::output::{print, remark};
use crate::import::{Reading, truth, write};
use crate::knowledge::Knowledge;
use crate::report::findings;
use crate::report::infrastructure;
use crate::report::look::Look;

/// Shows what a file holds, as a design or for machines, or how much of the truth was found.
#[must_use]
pub fn run(arguments: &Arguments, look: Look) -> Outcome {
    try_run(arguments, look).unwrap_or_else(|refusal| {
        refusal.tell(look);
        Outcome::Failed
    })
}

fn try_run(arguments: &Arguments, look: Look) -> Result<Outcome, Refusal> {
    let knowledge = Knowledge::embedded();
    let given = Given::read(arguments.parameters.as_deref())?;
    let text = input::design(&main_file(&arguments.file)).map_err(|error| error.to_string())?;
    let Some(reading) = given.reading(&text, &knowledge) else {
        let message = "this is no infrastructure code: no template of CloudFormation or SAM, no Terraform, no serverless.yml";
        return Err(format!("{}: {message}", text.name()).into());
    };
    for file in reading.files.apart(reading.mistakes.clone()) {
        if !file.found.is_empty() {
            remark(findings::render(&file.text, &file.found, look).trim_end());
        }
    }
    if let Some(file) = &arguments.against {
        return against(file, &reading, &knowledge);
    }
    let shown = match arguments.format {
        ImportFormat::Json => infrastructure::json(&reading, &knowledge),
        ImportFormat::Yaml => write::design(&reading, &knowledge),
    };
    print(&shown).map_err(|error| error.to_string())?;
    Ok(Outcome::Clean)
}

/// Everything that is declared has to be found, and nothing that is false.
fn against(file: &Path, reading: &Reading, knowledge: &Knowledge) -> Result<Outcome, Refusal> {
    let text = input::design(file).map_err(|error| error.to_string())?;
    let scores = truth::against(&text, reading, knowledge).map_err(|mistakes| {
        let mut refusal = Refusal::default();
        refusal.note(&text, mistakes);
        refusal
    })?;
    print(&infrastructure::scores(&scores)).map_err(|error| error.to_string())?;
    let is_right =
        scores.forbidden.is_empty() && scores.declared.missed.is_empty() && scores.declared.wrong.is_empty();
    Ok(if is_right { Outcome::Clean } else { Outcome::Findings })
}
