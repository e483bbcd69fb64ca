//! `thalweg run`: runs a design on its records.

use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;

use crate::cli::{Format, Run};
use crate::commands::Outcome;
use crate::commands::folder::Folder;
use crate::commands::input;
use crate::commands::output::{complain, print};
use crate::design::{self, Design};
use crate::diagnostic::{Diagnostic, Severity};
use crate::knowledge::Knowledge;
use crate::lint::{self, Rules};
use crate::report::findings;
use crate::report::look::Look;
use crate::report::progress::ProgressLine;
use crate::report::{run, run_json};
use crate::runtime::{self, Inputs, Options, Topology};
use crate::source::Text;

/// Judges the design, runs it, shows the report and writes what the sinks hold.
#[must_use]
pub fn run(arguments: &Run, look: Look) -> Outcome {
    match try_run(arguments, look) {
        Ok(outcome) => outcome,
        Err(message) => {
            complain(message);
            Outcome::Failed
        }
    }
}

fn try_run(arguments: &Run, look: Look) -> Result<Outcome, String> {
    let knowledge = Knowledge::embedded();
    let text = input::design(&arguments.design).map_err(|error| error.to_string())?;
    let lowered = design::lower(Arc::clone(&text), &knowledge);
    let mut found = lint::judge(&lowered, &knowledge, &Rules::embedded());
    found.retain(|diagnostic| diagnostic.severity == Severity::Error);
    let Some(design) = lowered.design.filter(|_| found.is_empty() || arguments.force) else {
        return refused(&text, &found, look, "mend the errors above, or watch it fail with `--force`");
    };
    let inputs = inputs(&design, &arguments.design)?;
    let options = Options { seed: arguments.seed, duration: arguments.duration };
    let topology = match runtime::plan(&design, &knowledge, &inputs, &options) {
        Ok(topology) => topology,
        Err(diagnostics) => return refused(&text, &diagnostics, look, "see above"),
    };
    if arguments.strict {
        no_bad_lines(&topology)?;
    }
    let folder = arguments.out.as_deref().map(Folder::prepare).transpose()?;
    let line = ProgressLine::new(topology.total());
    let outcome = runtime::simulate(topology, &options, &mut |progress| line.at(progress.sent));
    line.finish();
    if let Some(folder) = folder {
        folder.write(&outcome)?;
    }
    let report = match arguments.format {
        Format::Human => run::render(&outcome, look),
        Format::Json => run_json::render(&outcome),
    };
    print(&report).map_err(|error| error.to_string())?;
    let broken = outcome.verdicts.iter().any(|verdict| verdict.met == Some(false));
    Ok(if broken { Outcome::Findings } else { Outcome::Clean })
}

/// Shows why a design does not run.
fn refused(text: &Arc<Text>, found: &[Diagnostic], look: Look, way_out: &str) -> Result<Outcome, String> {
    print(&findings::render(text, found, look)).map_err(|error| error.to_string())?;
    complain(format_args!("the design does not run; {way_out}"));
    Ok(Outcome::Findings)
}

/// The records of every producer, unpacked; paths count from the design's folder.
fn inputs(design: &Design, path: &Path) -> Result<Inputs, String> {
    let folder = path.parent().unwrap_or(Path::new(""));
    let mut inputs = Inputs::new();
    for node in design.nodes.iter().filter(|node| node.service == "producer") {
        if let Some(file) = node.settings.text("traffic.records") {
            let bytes = input::records(&folder.join(file)).map_err(|error| error.to_string())?;
            inputs.insert(node.id.clone(), Bytes::from(bytes));
        }
    }
    Ok(inputs)
}

fn no_bad_lines(topology: &Topology) -> Result<(), String> {
    match topology.bad_lines().iter().find_map(|(producer, bad)| Some((producer, bad.first()?))) {
        Some((producer, bad)) => {
            Err(format!("line {} of the records of `{producer}` {}", bad.line, bad.reason))
        }
        None => Ok(()),
    }
}
