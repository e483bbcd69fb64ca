//! `thalweg scenarios`: lists scenarios and proves them.

mod export;
mod folder;
mod generate;
mod show;
mod verify;

use std::path::Path;
use std::sync::Arc;

use crate::cli::{Format, ScenariosAction, ScenariosList};
use crate::commands::Outcome;
use crate::commands::base::Refusal;
use crate::commands::output::print;
use crate::diagnostic::InFile;
use crate::fields::nearest;
use crate::report::look::Look;
use crate::report::scenarios;
use crate::scenario::catalog::Catalog;
use crate::scenario::model::Scenario;

/// Lists or verifies scenarios.
#[must_use]
pub fn run(arguments: &crate::cli::Scenarios, look: Look) -> Outcome {
    let outcome = match &arguments.action {
        ScenariosAction::List(list) => list_of(list),
        ScenariosAction::Show(show) => show::run(show, look),
        ScenariosAction::Generate(generate) => generate::run(generate),
        ScenariosAction::Export(export) => export::run(export),
        ScenariosAction::Verify(verify) => verify::run(verify, look),
    };
    outcome.unwrap_or_else(|refusal| {
        refusal.tell(look);
        Outcome::Failed
    })
}

/// The scenarios of a folder, or those of the binary.
fn catalog(dir: Option<&Path>) -> Result<Catalog, Refusal> {
    let Some(dir) = dir else { return Ok(Catalog::embedded()) };
    let files = folder::files(dir)?;
    let (catalog, mistakes) = Catalog::of_files(&files);
    if mistakes.is_empty() { Ok(catalog) } else { Err(Refusal { mistakes, ..Refusal::default() }) }
}

fn list_of(arguments: &ScenariosList) -> Result<Outcome, Refusal> {
    let catalog = catalog(arguments.from.dir.as_deref())?;
    known(arguments.exam.as_deref(), "exam", catalog.index.exams.iter().map(|exam| exam.code.as_str()))?;
    known(arguments.topic.as_deref(), "topic", catalog.index.topics.iter().map(|topic| topic.id.as_str()))?;
    let is_of_exam = |scenario: &&Scenario| match &arguments.exam {
        Some(code) => scenario.exams.iter().any(|task| task.exam == *code),
        None => true,
    };
    let is_of_topic =
        |scenario: &&Scenario| arguments.topic.as_ref().is_none_or(|topic| scenario.topic == *topic);
    let chosen: Vec<&Scenario> = catalog.all().filter(is_of_exam).filter(is_of_topic).collect();
    let page = match arguments.format {
        Format::Human => scenarios::list(&chosen),
        Format::Json => scenarios::json(&chosen),
    };
    print(&page).map_err(|error| error.to_string())?;
    Ok(Outcome::Clean)
}

/// The scenario with this id.
fn scenario<'c>(catalog: &'c Catalog, id: &str) -> Result<&'c Scenario, Refusal> {
    known(Some(id), "scenario", catalog.ids().collect::<Vec<_>>().into_iter())?;
    catalog.get(id).ok_or_else(|| {
        let of_file = catalog.files().find(|(text, ..)| text.name().ends_with(&format!("{id}.yaml")));
        let mistakes =
            of_file.map(|(text, _, found)| InFile { text: Arc::clone(text), found: found.to_vec() });
        Refusal { mistakes: mistakes.into_iter().collect(), ..Refusal::default() }
    })
}

/// Refuses a word that none of these is, with the nearest.
fn known<'n>(
    word: Option<&str>,
    what: &str,
    all: impl Iterator<Item = &'n str> + Clone,
) -> Result<(), String> {
    match word {
        Some(word) if !all.clone().any(|known| known == word) => Err(match nearest(word, all) {
            Some(near) => format!("there is no {what} `{word}`; did you mean `{near}`?"),
            None => format!("there is no {what} `{word}`"),
        }),
        _ => Ok(()),
    }
}
