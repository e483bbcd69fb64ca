//! What is judged: the texts of the files that are named, and of the designs in the folders that are named.

mod walk;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::cli::Check;
use crate::commands::Outcome;
use crate::commands::input::{self, InputError};
use crate::commands::output::complain;
use crate::commands::parallel;
use crate::source::Text;

pub(super) use crate::commands::check::inputs::walk::candidates;

/// A text to judge, and where it comes from.
pub(super) struct Source {
    /// The file; nothing for standard input.
    pub(super) path: Option<PathBuf>,
    pub(super) text: Arc<Text>,
}

/// The texts to judge, in the order of their paths.
pub(super) struct Inputs {
    pub(super) sources: Vec<Source>,
    /// Whether something could not be read; it has been told.
    unreadable: bool,
}

impl Inputs {
    /// What the inputs alone make of the run.
    pub(super) fn outcome(&self) -> Outcome {
        if self.unreadable { Outcome::Failed } else { Outcome::Clean }
    }
}

/// A file with its text, or why it cannot be read; nothing for a file of a folder that is no design.
type Read = (PathBuf, Option<Result<Arc<Text>, InputError>>);

/// Reads everything that is named; tells what cannot be read, each file once and in the order of their paths.
pub(super) fn collect(arguments: &Check) -> Inputs {
    let paths = paths(arguments);
    let (folders, files): (Vec<&PathBuf>, Vec<&PathBuf>) = paths.iter().partition(|path| path.is_dir());
    let threads = parallel::threads(arguments.threads);
    let mut read: Vec<Read> = parallel::map(&files, threads, |path| named(path, arguments));
    read.extend(walk::designs(&folders, threads));
    read.sort_by(|left, right| left.0.cmp(&right.0));
    read.dedup_by(|left, right| left.0 == right.0);
    let mut inputs = Inputs { sources: Vec::new(), unreadable: false };
    for (path, text) in read {
        match text {
            Some(Ok(text)) => {
                let path = (!input::is_standard_input(&path)).then_some(path);
                inputs.sources.push(Source { path, text });
            }
            Some(Err(error)) => inputs.fail(error),
            None => {}
        }
    }
    if inputs.sources.is_empty() && !inputs.unreadable {
        let places: Vec<String> = folders.iter().map(|folder| folder.display().to_string()).collect();
        inputs.fail(InputError::NoDesign { places: places.join(", ") });
    }
    inputs
}

impl Inputs {
    fn fail(&mut self, error: InputError) {
        complain(error);
        self.unreadable = true;
    }
}

/// What is named: standard input where only its name is given, the current folder where nothing is.
pub(super) fn paths(arguments: &Check) -> Vec<PathBuf> {
    match (arguments.paths.as_slice(), &arguments.stdin_filename) {
        ([], Some(_)) => vec![PathBuf::from("-")],
        ([], None) => vec![PathBuf::from(".")],
        (paths, _) => paths.to_vec(),
    }
}

/// A file that is named counts whatever it holds.
fn named(path: &Path, arguments: &Check) -> Read {
    let text = match &arguments.stdin_filename {
        Some(name) if input::is_standard_input(path) => {
            input::short(path).and_then(|bytes| input::text(name.display().to_string(), bytes))
        }
        _ => input::design(path),
    };
    (walk::plain(path), Some(text))
}
