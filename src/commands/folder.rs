//! Writes a run to a folder, whole or not at all.
//!
//! Files are written as they are made, to a hidden folder beside the place, which is moved there with the report.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::report::run_json;
use crate::runtime::outcome::{File, Outcome};
use crate::runtime::series::Series;

/// The report's file, by which a folder is known to be a run's.
pub(super) const REPORT: &str = "run.json";

/// The design that was run.
pub(super) const DESIGN: &str = "design.thalweg.yaml";

/// A folder that is written beside its place, and moved there when it is whole.
pub(super) struct Folder {
    place: PathBuf,
    draft: PathBuf,
}

impl Folder {
    /// Makes sure, before the run, that the folder can be written. An empty folder or one of an earlier run is replaced;
    /// any other is left alone.
    pub(super) fn prepare(place: &Path) -> Result<Self, String> {
        let failed = |error: io::Error| format!("{}: {error}", place.display());
        if place.exists() {
            let mut entries = fs::read_dir(place).map_err(failed)?;
            if entries.next().is_some() && !place.join(REPORT).exists() {
                return Err(format!(
                    "{}: holds something else than a run; name another folder",
                    place.display()
                ));
            }
        }
        let name =
            place.file_name().ok_or_else(|| format!("{}: is no name for a folder", place.display()))?;
        let parent = place.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        fs::create_dir_all(parent).map_err(failed)?;
        let draft = parent.join(format!(".{}.{}.draft", name.to_string_lossy(), std::process::id()));
        fs::create_dir(&draft).map_err(failed)?;
        Ok(Self { place: place.to_owned(), draft })
    }

    /// Where files are until the run is over.
    pub(super) fn draft(&self) -> &Path {
        &self.draft
    }

    /// Writes a file that a node holds, below the name of the node.
    pub(super) fn write(&self, node: &str, file: &File) -> Result<(), String> {
        let path = self.draft.join(node).join(&file.path);
        let written = fs::create_dir_all(path.parent().unwrap_or(&self.draft))
            .and_then(|()| fs::write(&path, &file.contents));
        written.map_err(|error| format!("{}: {error}", path.display()))
    }

    /// Writes the report and the design, and moves the folder to its place.
    pub(super) fn finish(
        self,
        design: &str,
        outcome: &Outcome,
        series: Option<&Series>,
    ) -> Result<(), String> {
        fs::write(self.draft.join(REPORT), run_json::render(outcome, series))
            .and_then(|()| fs::write(self.draft.join(DESIGN), design))
            .and_then(|()| self.settle())
            .map_err(|error| format!("{}: {error}", self.place.display()))
    }

    fn settle(&self) -> Result<(), io::Error> {
        if self.place.exists() {
            fs::remove_dir_all(&self.place)?;
        }
        fs::rename(&self.draft, &self.place)
    }
}

impl Drop for Folder {
    /// What was not moved to its place goes.
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.draft);
    }
}
