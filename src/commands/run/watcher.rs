//! Watches a run: shows how far it is, writes files as they are made, and ends it on Ctrl-C.

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use crate::commands::folder::Folder;
use crate::lambda_runtime::Processes;
use crate::report::progress::ProgressLine;
use crate::runtime::outcome::File;
use crate::runtime::series::Sampler;
use crate::runtime::{Observer, Progress, View};

/// How an interrupted program ends.
const INTERRUPTED: i32 = 130;

/// How far a file of records is read.
pub(super) struct Reading {
    /// How long it is, where that is known.
    pub(super) length: Option<u64>,
    pub(super) taken: Arc<AtomicU64>,
}

/// The observer of a run.
pub(super) struct Watcher<'a> {
    folder: Option<&'a Folder>,
    reading: Vec<Reading>,
    line: ProgressLine,
    interrupt: &'a Interrupt,
    /// Gathers what is counted over virtual time, where that is asked for.
    sampler: Option<Sampler>,
    /// Why a file could not be written.
    failure: Option<String>,
}

impl<'a> Watcher<'a> {
    /// Watches a run whose files go to a folder, and whose records come from files.
    pub(super) fn new(folder: Option<&'a Folder>, reading: Vec<Reading>, interrupt: &'a Interrupt) -> Self {
        interrupt.concerns(folder.map(|folder| folder.draft().to_owned()));
        Self { folder, reading, line: ProgressLine::new(), interrupt, sampler: None, failure: None }
    }

    /// The same, with what is counted over virtual time.
    pub(super) fn with(self, sampler: Option<Sampler>) -> Self {
        Self { sampler, ..self }
    }

    /// The run is over; gives what gathered its series.
    ///
    /// # Errors
    /// If a file could not be written.
    pub(super) fn finish(self) -> Result<Option<Sampler>, String> {
        self.line.finish();
        self.failure.map_or(Ok(self.sampler), Err)
    }

    /// How many records there are: as many as were sent, and as many for every further byte as for those so far.
    fn total(&self, progress: Progress) -> u64 {
        let taken: u64 = self.reading.iter().map(|reading| reading.taken.load(Ordering::Relaxed)).sum();
        let length: Option<u64> = self.reading.iter().map(|reading| reading.length).sum();
        let estimate = length
            .filter(|_| taken > 0)
            .map(|length| (progress.sent as f64 * (length as f64 / taken as f64)) as u64);
        progress.total.or(estimate).unwrap_or(0).max(progress.sent)
    }
}

impl Observer for Watcher<'_> {
    fn progress(&mut self, progress: Progress) -> ControlFlow<()> {
        self.line.at(progress.sent, self.total(progress), progress.now_us);
        if self.failure.is_some() || self.interrupt.is_asked() {
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    }

    fn look(&mut self, view: &View<'_>) -> u64 {
        self.sampler.as_mut().map_or(u64::MAX, |sampler| sampler.look(view))
    }

    fn file(&mut self, node: &str, file: File) {
        if let Some(folder) = self.folder.filter(|_| self.failure.is_none()) {
            self.failure = folder.write(node, &file).err();
        }
    }
}

/// What Ctrl-C asks for: the first lets the run end with its report, the second ends the program.
#[derive(Default)]
pub(in crate::commands) struct Interrupt {
    asked: AtomicBool,
    /// The folder that goes with the program.
    draft: Mutex<Option<PathBuf>>,
    /// The processes that go with it too.
    pub(super) processes: Processes,
}

impl Interrupt {
    /// Watches for Ctrl-C until the program ends.
    pub(in crate::commands) fn watch() -> Result<Arc<Self>, String> {
        let this = Arc::new(Self::default());
        let handled = Arc::clone(&this);
        ctrlc::set_handler(move || {
            if handled.asked.swap(true, Ordering::Relaxed) {
                let draft = handled.draft.lock().ok().and_then(|mut draft| draft.take());
                draft.map(std::fs::remove_dir_all);
                handled.processes.end_all();
                std::process::exit(INTERRUPTED);
            }
        })
        .map_err(|error| format!("Ctrl-C cannot be watched for: {error}"))?;
        Ok(this)
    }

    pub(super) fn is_asked(&self) -> bool {
        self.asked.load(Ordering::Relaxed)
    }

    fn concerns(&self, draft: Option<PathBuf>) {
        if let Ok(mut place) = self.draft.lock() {
            *place = draft;
        }
    }
}
