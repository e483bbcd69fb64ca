//! `thalweg study`: the app for learners, and what is done with their progress.

mod app;
mod clock;
mod editor;
mod keeper;
pub mod store;

use std::path::Path;

use crate::cli::{Study, StudyAction};
use crate::commands::Outcome;
use crate::commands::output::{complain, print};
use crate::commands::study::store::{Merged, Store};
use crate::report::look::Look;

/// Opens the app, or does what was asked for instead.
#[must_use]
pub fn run(arguments: &Study, look: Look) -> Outcome {
    try_run(arguments, look).unwrap_or_else(|message| {
        complain(message);
        Outcome::Failed
    })
}

fn try_run(arguments: &Study, look: Look) -> Result<Outcome, String> {
    let folder = match &arguments.data_dir {
        Some(folder) => folder.clone(),
        None => Store::usual_folder()?,
    };
    let store = Store::open(&folder).map_err(|error| error.to_string())?;
    match &arguments.action {
        Some(StudyAction::Merge(merge)) => self::merge(&store, &merge.file),
        None => app::open(arguments, store, look),
    }
}

fn merge(store: &Store, file: &Path) -> Result<Outcome, String> {
    let merged = store.merge(file).map_err(|error| error.to_string())?;
    let strange = match merged.strange {
        0 => String::new(),
        count => format!("; {count} lines are no answers and were left out"),
    };
    let Merged { added, known, .. } = merged;
    print(&format!("{added} added, {known} were here already{strange}\n"))
        .map_err(|error| error.to_string())?;
    Ok(Outcome::Clean)
}
