//! `thalweg compare`: what came of two runs, side by side; designs are run first.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use crate::cli::{Compare, DiffFormat, Format, Run};
use crate::commands::Outcome;
use crate::commands::base::{Refusal, or_failed};
use crate::commands::folder::REPORT;
use crate::commands::infrastructure::main_file;
use crate::commands::output::print;
use crate::commands::run::{Finished, Interrupt, finished};
use crate::import;
use crate::report::comparison::{self, Compared, Figures};
use crate::report::look::Look;
use crate::report::run_json;
use crate::source::Text;

/// Compares two runs; exit code 1 where the second breaks a requirement that the first does not break.
#[must_use]
pub fn run(arguments: &Compare, look: Look) -> Outcome {
    or_failed(try_run(arguments, look), look)
}

fn try_run(arguments: &Compare, look: Look) -> Result<Outcome, Refusal> {
    let interrupt = Interrupt::watch()?;
    let mut sides = Vec::new();
    for named in [&arguments.before, &arguments.after] {
        match side(named, arguments, &interrupt, look)? {
            Ok(side) => sides.push(side),
            Err(outcome) => return Ok(outcome),
        }
    }
    let [before, after] = &sides[..] else { return Ok(Outcome::Failed) };
    let compared = Compared::new(before, after);
    let page = match arguments.format {
        DiffFormat::Human => comparison::human(&compared, look),
        DiffFormat::Markdown => comparison::markdown(&compared),
        DiffFormat::Json => comparison::json(&compared),
    };
    print(&page).map_err(|error| error.to_string())?;
    Ok(if compared.breaks_more() { Outcome::Findings } else { Outcome::Clean })
}

/// A run that is there already, or that of a design; an outcome where the design does not run.
fn side(
    named: &Path,
    arguments: &Compare,
    interrupt: &Arc<Interrupt>,
    look: Look,
) -> Result<Result<Figures, Outcome>, Refusal> {
    let shown = named.display().to_string();
    let report = if named.is_dir() { named.join(REPORT) } else { named.to_owned() };
    if named.is_dir() && !report.exists() && main_file(named) == named {
        let why = format!(
            "{shown}: holds neither a run nor a configuration; name a folder that `thalweg run --out` wrote"
        );
        return Err(why.into());
    }
    if report.extension().is_some_and(|extension| extension == "json") && report.exists() {
        let failed = |why: &dyn std::fmt::Display| format!("{}: {why}", report.display());
        let text = fs::read_to_string(&report).map_err(|error| failed(&error))?;
        // Templates are JSON too.
        if !import::is_infrastructure(&Text::new(report.display().to_string(), text.as_str())) {
            return Ok(Ok(Figures::read(&shown, &text).map_err(|why| failed(&why))?));
        }
    }
    let arguments = of_run(named, arguments);
    let ran = match finished(&arguments, interrupt, look, |finished: &Finished<'_>| {
        Ok(run_json::render(finished.outcome, None))
    })? {
        Ok(ran) => ran,
        Err(outcome) => return Ok(Err(outcome)),
    };
    Ok(Ok(Figures::read(&shown, &ran)?))
}

/// How a design is run to be compared.
fn of_run(design: &Path, arguments: &Compare) -> Run {
    Run {
        parameters: None,
        design: design.to_owned(),
        out: None,
        report: None,
        series: false,
        seed: arguments.seed,
        duration: arguments.duration,
        format: Format::Json,
        threads: arguments.threads,
        faults: arguments.faults.clone(),
        explore: None,
        strict: false,
        force: arguments.force,
        handlers: arguments.handlers.clone(),
        basis: arguments.basis.clone(),
    }
}
