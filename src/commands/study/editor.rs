//! The editor that the learner's system names.

use std::fs;
use std::path::Path;
use std::process::Command;

/// Opens a text in the editor, as this file, and gives it as it was saved.
pub(super) fn edit(file: &Path, text: &str) -> Result<String, String> {
    let at = |error: &dyn std::fmt::Display| format!("{}: {error}", file.display());
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).map_err(|error| at(&error))?;
    }
    fs::write(file, text).map_err(|error| at(&error))?;
    let named = name();
    let mut words = named.split_whitespace();
    let program = words.next().unwrap_or("vi");
    let status = Command::new(program).args(words).arg(file).status();
    match status {
        Ok(status) if status.success() => fs::read_to_string(file).map_err(|error| at(&error)),
        Ok(status) => Err(format!("`{named}` ended with {status}; nothing was changed")),
        Err(error) => Err(format!("`{named}` does not start ({error}); set EDITOR, or press e to edit here")),
    }
}

/// What VISUAL or EDITOR name, with options.
#[expect(clippy::disallowed_methods, reason = "the editor is named by the environment, as everywhere")]
fn name() -> String {
    let named = ["VISUAL", "EDITOR"].into_iter().filter_map(|name| std::env::var(name).ok());
    let fallback = if cfg!(windows) { "notepad" } else { "vi" };
    named.into_iter().find(|name| !name.trim().is_empty()).unwrap_or_else(|| fallback.to_owned())
}
