//! `thalweg completions` and `thalweg man`: what shells and manuals are told.

use std::fs;
use std::path::Path;

use crate::cli::{Completions, Man, completions, manual};
use crate::commands::Outcome;
use crate::commands::output::{complain, print};
use crate::fields::nearest;

/// Prints the script that completes `thalweg` in a shell.
#[must_use]
pub fn complete(arguments: &Completions) -> Outcome {
    show(&completions(arguments.shell))
}

/// Prints a manual page, or writes all of them to a folder.
#[must_use]
pub fn man(arguments: &Man) -> Outcome {
    let pages = match manual() {
        Ok(pages) => pages,
        Err(error) => return failed(error),
    };
    if let Some(folder) = &arguments.out {
        return write(folder, &pages).map_or_else(failed, |()| Outcome::Clean);
    }
    let wanted = arguments.command.as_ref().map_or("thalweg".to_owned(), |name| format!("thalweg-{name}"));
    match pages.iter().find(|(name, _)| *name == wanted) {
        Some((_, page)) => show(page),
        None => {
            let name = arguments.command.as_deref().unwrap_or_default();
            let known = || pages.iter().filter_map(|(name, _)| name.strip_prefix("thalweg-"));
            let near =
                nearest(name, known()).map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
            failed(format!("there is no command `{name}`{near}"))
        }
    }
}

fn write(folder: &Path, pages: &[(String, Vec<u8>)]) -> Result<(), String> {
    let told = |error: std::io::Error| format!("{}: {error}", folder.display());
    fs::create_dir_all(folder).map_err(told)?;
    for (name, page) in pages {
        fs::write(folder.join(format!("{name}.1")), page).map_err(told)?;
    }
    Ok(())
}

fn show(text: &[u8]) -> Outcome {
    print(&String::from_utf8_lossy(text)).map_or_else(failed, |()| Outcome::Clean)
}

fn failed(error: impl std::fmt::Display) -> Outcome {
    complain(error);
    Outcome::Failed
}
