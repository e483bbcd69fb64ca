//! `thalweg run`: runs a design on its records.

mod exploration;
mod faults;
mod open;
mod page;
mod programs;
mod watcher;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;

use crate::cli::{Format, Run};
use crate::commands::Outcome;
use crate::commands::base::{Refusal, or_failed};
use crate::commands::check::governing::Governed;
use crate::commands::check::judge;
use crate::commands::folder::Folder;
use crate::commands::infrastructure::{Given, main_file};
use crate::commands::input;
use crate::commands::output::{complain, print};
use crate::commands::run::faults::Planned;
pub(super) use crate::commands::run::watcher::Interrupt;
use crate::commands::run::watcher::{Reading, Watcher};
use crate::design::Design;
use crate::diagnostic::{Diagnostic, InFile, Severity};
use crate::knowledge::Knowledge;
use crate::lambda_runtime::Setup;
use crate::report::findings;
use crate::report::look::Look;
use crate::report::{run, run_json};
use crate::runtime::series::{Sampler, Series};
use crate::runtime::{self, Broken, Options, Source, Sources, cost, is_csv};

/// Judges the design, runs it, shows the report and writes what the sinks hold.
#[must_use]
pub fn run(arguments: &Run, look: Look) -> Outcome {
    or_failed(try_run(arguments, look), look)
}

fn try_run(arguments: &Run, look: Look) -> Result<Outcome, Refusal> {
    page::is_writable(arguments)?;
    let ended = finished(arguments, &Interrupt::watch()?, look, |finished| show(finished, look))?;
    Ok(ended.unwrap_or_else(|outcome| outcome))
}

/// A run that is over.
pub(super) struct Finished<'a> {
    attempt: &'a Attempt<'a>,
    /// The errors in spite of which the design was run.
    errors: &'a [Diagnostic],
    pub(super) outcome: &'a runtime::outcome::Outcome,
    series: Option<&'a Series>,
}

/// Judges a design, runs it and hands over what came of it; an outcome where it does not come to that, which has been told.
pub(super) fn finished<T>(
    arguments: &Run,
    interrupt: &Arc<Interrupt>,
    look: Look,
    take: impl FnOnce(&Finished<'_>) -> Result<T, Refusal>,
) -> Result<Result<T, Outcome>, Refusal> {
    let text = input::design(&main_file(&arguments.design)).map_err(|error| error.to_string())?;
    let governed = Governed::around(Some(&text), &arguments.basis)?;
    let knowledge = &governed.base.knowledge;
    let read = Given::read(arguments.parameters.as_deref())?.lowered(&text, knowledge);
    let refuse = |found: Vec<Diagnostic>, way_out| refused(&read.apart(&text, found), look, way_out).map(Err);
    let selection = governed.selection(text.name(), None);
    let mut found = judge::by(&read.whole(&text), &read.lowered, &governed, &selection).findings;
    found.retain(|diagnostic| diagnostic.severity == Severity::Error);
    let Some(design) = read.lowered.design.as_ref().filter(|_| found.is_empty() || arguments.force) else {
        return refuse(found, "mend the errors above, or watch it fail with `--force`");
    };
    if read.is_infrastructure() {
        open::tell(design);
    }
    let planned = match faults::planned(arguments, design, knowledge)? {
        Ok(planned) => planned,
        Err((text, found)) => return refused(&[InFile { text, found }], look, "mend its faults").map(Err),
    };
    let setups = programs::setups(arguments, design, knowledge)?;
    let (interrupt, whole) = (Arc::clone(interrupt), BTreeSet::new());
    let mut attempt = Attempt { arguments, design, knowledge, planned, setups, interrupt, whole };
    if let Some(count) = arguments.explore {
        return match exploration::explore(&attempt, count)? {
            Ok(outcome) => Ok(Err(outcome)),
            Err(diagnostics) => refuse(diagnostics, "see above"),
        };
    }
    let (outcome, series) = loop {
        match attempt.run()? {
            Tried::Ran(ran) => break *ran,
            Tried::Refused(diagnostics) => return refuse(diagnostics, "see above"),
            Tried::Unsorted => {}
        }
    };
    let (outcome, series) = (&outcome, series.as_ref());
    take(&Finished { attempt: &attempt, errors: &found, outcome, series }).map(Ok)
}

/// Shows the report of a run, and writes its page where one is asked for.
fn show(finished: &Finished<'_>, look: Look) -> Result<Outcome, Refusal> {
    let Finished { attempt, outcome, series, .. } = finished;
    let arguments = attempt.arguments;
    let report = match arguments.format {
        Format::Human => run::render(outcome, look),
        Format::Json => run_json::render(outcome, series.filter(|_| arguments.series)),
    };
    print(&report).map_err(|error| error.to_string())?;
    if let Some((place, series)) = arguments.report.as_ref().zip(*series) {
        page::write(place, finished, series)?;
    }
    let broken = outcome.verdicts.iter().any(|verdict| verdict.met == Some(false));
    Ok(match (outcome.ended_early, broken) {
        (true, _) => Outcome::Interrupted,
        (_, true) => Outcome::Findings,
        _ => Outcome::Clean,
    })
}

/// A run that may have to begin again, with files that turned out not to be sorted.
struct Attempt<'a> {
    arguments: &'a Run,
    design: &'a Design,
    knowledge: &'a Knowledge,
    planned: Planned,
    /// The functions that are programs.
    setups: Vec<Setup>,
    interrupt: Arc<Interrupt>,
    /// The producers whose files are held as a whole.
    whole: BTreeSet<String>,
}

enum Tried {
    Ran(Box<(runtime::outcome::Outcome, Option<Series>)>),
    Refused(Vec<Diagnostic>),
    Unsorted,
}

impl Attempt<'_> {
    fn run(&mut self) -> Result<Tried, String> {
        let options = Options { seed: self.arguments.seed, duration: self.arguments.duration };
        let mut reading = Vec::new();
        let sources = self.sources(&mut reading)?;
        let mut topology = match runtime::plan_from(self.design, self.knowledge, sources, &options) {
            Ok(topology) => topology,
            Err(diagnostics) => return Ok(Tried::Refused(diagnostics)),
        };
        self.planned.happen_to(&mut topology, options.seed);
        let folder = self.arguments.out.as_deref().map(Folder::prepare).transpose()?;
        let is_sampled = self.arguments.series || self.arguments.report.is_some();
        let sampler = is_sampled.then(|| Sampler::new(&topology));
        let mut watcher = Watcher::new(folder.as_ref(), reading, &self.interrupt).with(sampler);
        let ran = runtime::observe(topology, &options, &mut watcher);
        let sampler = watcher.finish()?;
        let mut outcome = match ran {
            Ok(outcome) => outcome,
            Err(Broken::Unsorted { producer }) if self.may_be_whole(&producer) => {
                self.whole.insert(producer);
                return Ok(Tried::Unsorted);
            }
            Err(broken) => return Err(broken.to_string()),
        };
        cost::measure(self.design, self.knowledge, &mut outcome);
        let series = sampler.map(|sampler| sampler.finish(&outcome));
        if let Some(folder) = folder {
            folder.finish(
                self.design.text.as_str(),
                &outcome,
                series.as_ref().filter(|_| self.arguments.series),
            )?;
        }
        Ok(Tried::Ran(Box::new((outcome, series))))
    }

    /// Whether the file of a producer can be read again.
    fn may_be_whole(&self, producer: &str) -> bool {
        let node = self.design.nodes.iter().find(|node| node.id == producer);
        let file = node.and_then(|node| node.settings.text("traffic.records"));
        file.is_some_and(|file| !input::is_standard_input(&self.place(file)))
    }

    fn threads(&self) -> usize {
        let available = || std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        self.arguments.threads.map_or_else(available, std::num::NonZero::get)
    }

    /// How the run is made again, but for its seed.
    fn command(&self) -> String {
        let arguments = self.arguments;
        let faults = match &arguments.faults {
            Some(path) => format!(" --faults {}", quoted(&path.to_string_lossy())),
            None if self.planned.is_random() => " --faults random".to_owned(),
            None => String::new(),
        };
        let duration =
            arguments.duration.map_or(String::new(), |duration| format!(" --duration {}us", duration.0));
        let design = quoted(&arguments.design.to_string_lossy());
        let mut command = format!("thalweg run {design}{faults}{duration}");
        let parameters = arguments.parameters.iter().map(|file| ("--parameters", file));
        let packs = arguments.basis.packs.iter().map(|folder| ("--rules", folder));
        let config = arguments.basis.config.iter().map(|file| ("--config", file));
        for (option, path) in parameters.chain(packs).chain(config) {
            let _ = write!(command, " {option} {}", quoted(&path.to_string_lossy()));
        }
        let flags = [
            (arguments.basis.no_config, "--no-config"),
            (arguments.force, "--force"),
            (arguments.strict, "--strict"),
        ];
        for (is_set, option) in flags {
            command.extend(is_set.then_some([" ", option]).into_iter().flatten());
        }
        if !self.setups.is_empty() {
            let wait = arguments.handlers.handler_timeout.0;
            let _ = write!(command, " --allow-handlers --handler-timeout {wait}us");
        }
        command + " --seed"
    }

    /// Paths count from the design's folder.
    fn place(&self, file: &str) -> std::path::PathBuf {
        main_file(&self.arguments.design).parent().unwrap_or(Path::new("")).join(file)
    }

    /// The records of every producer.
    fn sources(&self, reading: &mut Vec<Reading>) -> Result<Sources, String> {
        let strict = self.arguments.strict;
        let programs = programs::programs(&self.setups, &self.interrupt.processes);
        let ahead = self.threads() > 1;
        let mut sources = Sources { ahead, strict, programs, ..Sources::default() };
        for node in self.design.nodes.iter().filter(|node| node.service == "producer") {
            let Some(file) = node.settings.text("traffic.records") else { continue };
            let path = self.place(file);
            // The type of a column of CSV is told from all of its values.
            // How long it lasts is what random faults are drawn for.
            let is_whole = is_csv(file) || self.whole.contains(&node.id) || self.planned.is_random();
            let source = if is_whole {
                Source::Whole(Bytes::from(input::records(&path).map_err(|error| error.to_string())?))
            } else {
                let stream = input::record_stream(&path).map_err(|error| error.to_string())?;
                reading.push(Reading { length: stream.length, taken: stream.taken });
                Source::Stream(stream.source)
            };
            sources.files.insert(node.id.clone(), source);
        }
        Ok(sources)
    }
}

/// A word that a shell takes as it is.
fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "/._-+:,@%".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}

/// Shows why a design does not run.
fn refused(files: &[InFile], look: Look, way_out: &str) -> Result<Outcome, Refusal> {
    for InFile { text, found } in files.iter().filter(|file| !file.found.is_empty()) {
        print(&findings::render(text, found, look)).map_err(|error| error.to_string())?;
    }
    complain(format_args!("the design does not run; {way_out}"));
    Ok(Outcome::Findings)
}
