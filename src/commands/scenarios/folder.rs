//! Reads a folder of scenarios: its index, and one level of topics below it.

use std::path::{Path, PathBuf};

use crate::commands::input;
use crate::scenario::catalog::{INDEX, ScenarioFile};

/// The index and every `TOPIC/ID.yaml`, in the order of their paths. Designs are left alone.
pub(super) fn files(dir: &Path) -> Result<Vec<ScenarioFile>, String> {
    let mut files = Vec::new();
    for path in entries(dir)? {
        if path.is_dir() {
            let inner = entries(&path)?;
            for path in inner.into_iter().filter(|path| is_scenario(path)) {
                files.push(file(dir, &path)?);
            }
        } else if path.file_name().is_some_and(|name| name == INDEX) {
            files.push(file(dir, &path)?);
        }
    }
    Ok(files)
}

/// Designs are told by their ending.
fn is_scenario(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.extension().is_some_and(|ending| ending == "yaml") && !name.ends_with(".thalweg.yaml")
}

fn entries(dir: &Path) -> Result<Vec<PathBuf>, String> {
    let found = std::fs::read_dir(dir).map_err(|error| format!("{}: {error}", dir.display()))?;
    let mut paths: Vec<PathBuf> = found.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
    paths.sort();
    Ok(paths)
}

fn file(dir: &Path, path: &Path) -> Result<ScenarioFile, String> {
    let text = input::design(path).map_err(|error| error.to_string())?;
    let below = path.strip_prefix(dir).unwrap_or(path);
    Ok(ScenarioFile { path: below.to_string_lossy().replace('\\', "/"), text })
}
