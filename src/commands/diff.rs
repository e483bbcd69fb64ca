//! `thalweg diff`: what differs between two designs, in their graphs and in what follows from them.

use std::path::Path;
use std::sync::Arc;

use crate::cli::{Diff, DiffFormat};
use crate::commands::Outcome;
use crate::commands::base::{Refusal, or_failed};
use crate::commands::check::governing::Governed;
use crate::commands::check::judge;
use crate::commands::infrastructure::{Given, main_file};
use crate::commands::input;
use crate::commands::output::print;
use crate::commands::revision;
use crate::report::difference::{self, Compared, Side};
use crate::report::look::Look;
use crate::source::Text;

/// Compares two designs; exit code 1 where the second has new findings that fail a check.
#[must_use]
pub fn run(arguments: &Diff, look: Look) -> Outcome {
    or_failed(try_run(arguments, look), look)
}

fn try_run(arguments: &Diff, look: Look) -> Result<Outcome, Refusal> {
    let (before, _) = side(&arguments.before, arguments)?;
    let (after, governed) = side(&arguments.after, arguments)?;
    let compared = Compared::new(&before, &after, &governed.base.knowledge);
    let page = match arguments.format {
        DiffFormat::Human => difference::human(&compared, look),
        DiffFormat::Markdown => difference::markdown(&compared),
        DiffFormat::Json => difference::json(&compared),
    };
    print(&page).map_err(|error| error.to_string())?;
    let fails = compared.new_findings().any(|found| found.severity >= governed.fail_on);
    Ok(if fails { Outcome::Findings } else { Outcome::Clean })
}

/// A design, judged by what governs the file as it is now.
fn side(named: &str, arguments: &Diff) -> Result<(Side, Governed), Refusal> {
    let text = text(named)?;
    let file = revision::of_name(named).map_or(named, |(_, file)| file);
    let governed = Governed::around(Some(&Text::new(file, "")), &arguments.basis)?;
    let read = Given::read(arguments.parameters.as_deref())?.lowered(&text, &governed.base.knowledge);
    let (text, lowered) = (read.whole(&text), read.lowered);
    let judged = judge::by(&text, &lowered, &governed, &governed.selection(file, None));
    Ok((Side { name: named.to_owned(), design: lowered.design, judged }, governed))
}

/// A file, or one of a revision.
fn text(named: &str) -> Result<Arc<Text>, String> {
    let path = main_file(Path::new(named));
    let name = path.to_string_lossy();
    let read = match revision::of_name(&name) {
        Some((revision, file)) => input::text(name.clone().into_owned(), revision::contents(revision, file)?),
        None => input::design(&path),
    };
    read.map_err(|error| error.to_string())
}
