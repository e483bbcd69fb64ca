//! What git knows of files, asked of its command line: their contents at a revision, and which of them changed since.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The contents of a file, whose path counts from the current folder, at a revision.
pub(super) fn contents(revision: &str, file: &str) -> Result<Vec<u8>, String> {
    let name = if Path::new(file).is_absolute() { file.to_owned() } else { format!("./{file}") };
    git(Path::new("."), &["show", "--no-textconv", &format!("{}:{name}", checked(revision)?)])
}

/// The names of the files in a folder, whose path counts from the current folder, at a revision.
pub(super) fn names(revision: &str, folder: &Path) -> Result<Vec<String>, String> {
    let place = Path::new(".").join(folder).join("");
    let place = place.to_string_lossy();
    let listed = git(Path::new("."), &["ls-tree", "-z", "--name-only", checked(revision)?, "--", &place])?;
    let paths = text(&listed);
    let names = paths.split('\0').filter_map(|path| Path::new(path).file_name());
    Ok(names.map(|name| name.to_string_lossy().into_owned()).collect())
}

/// The revision and the path that `REVISION:FILE` names, where there is no such file.
pub(super) fn of_name(name: &str) -> Option<(&str, &str)> {
    name.split_once(':').filter(|_| !Path::new(name).exists())
}

/// The files that differ from a revision, and those that git does not know yet, in the repository that a folder lies in.
pub(super) fn changed_since(revision: &str, folder: &Path) -> Result<BTreeSet<PathBuf>, String> {
    let revision = checked(revision)?;
    let root =
        PathBuf::from(text(&git(folder, &["rev-parse", "--show-toplevel"])?).trim_end_matches(['\r', '\n']));
    git(&root, &["rev-parse", "--verify", "--quiet", &format!("{revision}^{{commit}}")])
        .map_err(|_| format!("`{revision}` is no revision of {}", root.display()))?;
    let differing = git(&root, &["diff", "--name-only", "--no-renames", "-z", revision, "--"])?;
    let unknown = git(&root, &["ls-files", "--others", "--exclude-standard", "-z"])?;
    let names = text(&differing) + &text(&unknown);
    Ok(names.split('\0').filter(|name| !name.is_empty()).map(|name| root.join(name)).collect())
}

/// What begins with a dash would be an option.
fn checked(revision: &str) -> Result<&str, String> {
    if revision.is_empty() || revision.starts_with('-') {
        return Err(format!("`{revision}` is no revision of git"));
    }
    Ok(revision)
}

fn git(folder: &Path, arguments: &[&str]) -> Result<Vec<u8>, String> {
    let output = Command::new("git").arg("-C").arg(folder).args(arguments).output().map_err(|error| {
        match error.kind() {
            io::ErrorKind::NotFound => "git is not installed, or not in the PATH".to_owned(),
            _ => format!("git: {error}"),
        }
    })?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let told = text(&output.stderr);
    let told = told.lines().next().unwrap_or_default();
    Err(format!("git: {}", told.trim_start_matches("fatal: ")))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
