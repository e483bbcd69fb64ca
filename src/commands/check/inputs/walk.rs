//! Finds the designs in folders, several at once, as `.gitignore` lets them be found.

use std::path::{Path, PathBuf};
use std::sync::Mutex;

use ignore::{DirEntry, WalkBuilder, WalkState};

use crate::commands::check::inputs::Read;
use crate::commands::infrastructure::{called_from, main_file};
use crate::commands::input::{self, InputError};
use crate::import;
use crate::import::terraform;
use crate::source::{self, Node, Text};

/// How a file is named that always counts as a design.
const CONVENTIONAL: [&str; 2] = [".thalweg.yaml", ".thalweg.yml"];

/// The designs in the folders, in no order.
pub(super) fn designs(folders: &[&PathBuf], threads: usize) -> Vec<Read> {
    let found = Mutex::new(Vec::new());
    visit(folders, threads, &|entry| {
        let read = match entry {
            Ok(path) => found_design(path),
            Err((folder, reason)) => {
                let error = InputError::Unwalked { folder: folder.display().to_string(), reason };
                Some((folder, Some(Err(error))))
            }
        };
        found.lock().expect("no visitor panics with the lock").extend(read);
    });
    let mut found = found.into_inner().expect("no visitor panics with the lock");
    without_called(&mut found);
    found
}

/// Leaves out modules of Terraform that other designs call: they are read with what they are called with.
fn without_called(found: &mut Vec<Read>) {
    let is_terraform =
        |path: &Path| path.file_name().and_then(|name| name.to_str()).is_some_and(terraform::is_part);
    let called: Vec<PathBuf> =
        found.iter().filter(|(path, _)| is_terraform(path)).flat_map(|(path, _)| called_from(path)).collect();
    found.retain(|(path, _)| {
        !is_terraform(path) || !path.parent().is_some_and(|folder| called.iter().any(|known| known == folder))
    });
}

/// The YAML files in the folders, designs or not, in the order of their paths.
pub(in crate::commands::check) fn candidates(folders: &[&PathBuf]) -> Vec<PathBuf> {
    let found = Mutex::new(Vec::new());
    visit(folders, 1, &|entry| {
        found.lock().expect("no visitor panics with the lock").extend(entry.ok());
    });
    let mut found = found.into_inner().expect("no visitor panics with the lock");
    found.sort();
    found
}

/// A path without a `.` that says nothing, as people write it.
pub(super) fn plain(path: &Path) -> PathBuf {
    path.strip_prefix(".").ok().filter(|rest| !rest.as_os_str().is_empty()).unwrap_or(path).to_owned()
}

/// Shows a visitor every YAML file that is not ignored, or the folder that could not be walked and why.
fn visit(
    folders: &[&PathBuf],
    threads: usize,
    visitor: &(dyn Fn(Result<PathBuf, (PathBuf, String)>) + Sync),
) {
    let Some((first, others)) = folders.split_first() else { return };
    let mut builder = WalkBuilder::new(first);
    for folder in others {
        builder.add(folder);
    }
    // What is judged hangs on the repository, never on whose machine it lies.
    builder.git_global(false).require_git(false).threads(threads);
    builder.build_parallel().run(|| {
        Box::new(|entry| {
            match entry {
                Ok(entry) if is_text(&entry) => visitor(Ok(plain(entry.path()))),
                Ok(_) => {}
                Err(error) => visitor(Err((place_of(&error), error.to_string()))),
            }
            WalkState::Continue
        })
    });
}

/// How files end that may be designs or infrastructure code.
const ENDINGS: [&str; 5] = ["yaml", "yml", "json", "template", "tf"];

fn is_text(entry: &DirEntry) -> bool {
    let ending = entry.path().extension();
    entry.file_type().is_some_and(|kind| kind.is_file())
        && ending.is_some_and(|ending| ENDINGS.iter().any(|known| ending == *known))
}

fn place_of(error: &ignore::Error) -> PathBuf {
    match error {
        ignore::Error::WithPath { path, .. } => path.clone(),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => place_of(err),
        _ => PathBuf::new(),
    }
}

/// The file, if it is a design; one that only might have been and cannot be read is none.
fn found_design(path: PathBuf) -> Option<Read> {
    let name = path.file_name()?.to_string_lossy();
    if CONVENTIONAL.iter().any(|ending| name.ends_with(ending)) {
        let text = input::design(&path);
        return Some((path, Some(text)));
    }
    if terraform::is_part(&name) {
        // All files of a folder are one design, for which one of them stands.
        let folder = path.parent().unwrap_or(Path::new(""));
        let is_main =
            plain(&main_file(if folder.as_os_str().is_empty() { Path::new(".") } else { folder })) == path;
        return is_main.then(|| (path.clone(), Some(input::design(&path))));
    }
    let text = match input::design(&path) {
        Err(InputError::NotUtf8 { .. } | InputError::Empty { .. }) => return None,
        text => text,
    };
    let is_yaml = path.extension().is_some_and(|ending| ending == "yaml" || ending == "yml");
    let counts = match &text {
        Ok(text) => (is_yaml && is_design(text)) || import::is_infrastructure(text),
        Err(_) => is_yaml,
    };
    counts.then_some((path, Some(text)))
}

/// Whether the document has `nodes` and `flows` at its top.
///
/// Most YAML files in a repository are something else, so that lines that start with the keys decide; only a document in
/// braces is read.
fn is_design(text: &Text) -> bool {
    let first = text.as_str().lines().map(str::trim_start).find(|line| !is_beside_the_point(line));
    if first.is_some_and(|line| line.starts_with('{')) {
        let root = source::read(text).root;
        let has = |key| root.as_deref().and_then(|root: &Node| root.get(key)).is_some();
        return has("nodes") && has("flows");
    }
    let has = |key: &str| text.as_str().lines().any(|line| starts_with_key(line, key));
    has("nodes") && has("flows")
}

fn is_beside_the_point(line: &str) -> bool {
    let line = line.trim_start_matches('\u{feff}');
    line.is_empty() || line.starts_with(['#', '%']) || line.starts_with("---")
}

fn starts_with_key(line: &str, key: &str) -> bool {
    let line = line.trim_start_matches('\u{feff}');
    let quote = line.chars().next().filter(|first| matches!(first, '"' | '\'')).map_or(0, char::len_utf8);
    let rest = line[quote..].strip_prefix(key).map(|rest| rest.get(quote..).unwrap_or_default());
    rest.is_some_and(|rest| rest.trim_start().starts_with(':'))
}

#[cfg(test)]
mod tests {
    use super::is_design;
    use crate::source::Text;

    #[test]
    fn nodes_and_flows_at_the_top_make_a_design() {
        for design in [
            "nodes: {}\nflows: []",
            "\u{feff}# about\n---\nflows : []\n\"nodes\":\n  a: {}\n",
            "# json\n{\"nodes\": {}, \"flows\": []}",
            "nodes: {\nflows: [",
        ] {
            assert!(is_design(&Text::new("t", design)), "{design}");
        }
        for other in [
            "nodes: {}",
            "a:\n  nodes: 1\n  flows: 2",
            "{a: {nodes: 1, flows: 2}}",
            "nodesize: 1\nflows: 2",
            "- nodes\n- flows",
        ] {
            assert!(!is_design(&Text::new("t", other)), "{other}");
        }
    }
}
