//! What is judged: the texts of the files that are named.

use std::path::PathBuf;
use std::sync::Arc;

use crate::commands::Outcome;
use crate::commands::input;
use crate::commands::output::complain;
use crate::source::Text;

/// The texts to judge, in the order in which they are shown.
pub(super) struct Inputs {
    pub(super) texts: Vec<Arc<Text>>,
    /// Whether something that was named could not be read; it has been told.
    unreadable: bool,
}

impl Inputs {
    /// What the inputs alone make of the run.
    pub(super) fn outcome(&self) -> Outcome {
        if self.unreadable { Outcome::Failed } else { Outcome::Clean }
    }
}

/// Reads every file; tells of each that cannot be read.
pub(super) fn collect(files: &[PathBuf]) -> Inputs {
    let mut inputs = Inputs { texts: Vec::with_capacity(files.len()), unreadable: false };
    for path in files {
        match input::design(path) {
            Ok(text) => inputs.texts.push(text),
            Err(error) => {
                complain(error);
                inputs.unreadable = true;
            }
        }
    }
    inputs
}
