//! `thalweg scenarios export`: the bank in formats of other tools.

use crate::cli::{ScenariosExport, StudyFormat};
use crate::commands::Outcome;
use crate::commands::base::{Base, Refusal};
use crate::commands::output::print;
use crate::commands::scenarios::catalog;
use crate::scenario::export::{self, Format};
use crate::scenario::model::Scenario;
use crate::scenario::prove::Judge;

pub(super) fn run(arguments: &ScenariosExport) -> Result<Outcome, Refusal> {
    let catalog = catalog(arguments.from.dir.as_deref())?;
    let scenarios: Vec<&Scenario> = catalog.all().collect();
    let base = Base::with_packs(&[], None)?;
    let judge = Judge { knowledge: &base.knowledge, rules: &base.rules };
    let format = match arguments.to {
        StudyFormat::Anki => Format::Anki,
        StudyFormat::Csv => Format::Csv,
        StudyFormat::Markdown => Format::Markdown,
        StudyFormat::Gift => Format::Gift,
    };
    print(&export::export(&scenarios, format, judge)).map_err(|error| error.to_string())?;
    Ok(Outcome::Clean)
}
