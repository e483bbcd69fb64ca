//! `thalweg suggest`: designs that do what is asked for.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::cli::{Format, Suggest};
use crate::commands::Outcome;
use crate::commands::input;
use crate::commands::output::{complain, print, remark, write_new};
use crate::design;
use crate::diagnostic::Severity;
use crate::knowledge::Knowledge;
use crate::lint::{self, Rules};
use crate::report::findings;
use crate::report::look::Look;
use crate::report::suggestion;
use crate::source;
use crate::suggest::request::Pair;
use crate::suggest::{self, Bounds, Proven, Request};

/// Of the reader's rules the one that a file without flows always breaks.
const UNUSED_NODE: &str = "unused-node";

/// Searches for designs, shows them and saves them; exit code 1 where there is none.
#[must_use]
pub fn run(arguments: &Suggest, look: Look) -> Outcome {
    try_run(arguments, look).unwrap_or_else(|message| {
        complain(message);
        Outcome::Failed
    })
}

fn try_run(arguments: &Suggest, look: Look) -> Result<Outcome, String> {
    let knowledge = Knowledge::embedded();
    let rules = Rules::embedded();
    let request = match &arguments.design {
        Some(path) => of_file(arguments, path, &knowledge, &rules, look)?,
        None => of_arguments(arguments, &knowledge)?,
    };
    let bounds = Bounds { designs: arguments.limit.max(1), ..Bounds::default() };
    let answer = suggest::suggest(&request, &knowledge, &rules, bounds);
    let saved = match &arguments.out {
        Some(folder) => save(&answer.designs, folder)?,
        None => Vec::new(),
    };
    let page = match arguments.format {
        Format::Human => suggestion::render(&request, &answer, look),
        Format::Json => suggestion::json(&answer),
    };
    print(&page).map_err(|error| error.to_string())?;
    for place in saved {
        remark(format_args!("saved {}", place.display()));
    }
    Ok(if answer.designs.is_empty() { Outcome::Findings } else { Outcome::Clean })
}

fn of_arguments(arguments: &Suggest, knowledge: &Knowledge) -> Result<Request, String> {
    let pair = Pair {
        from: arguments.from.as_deref().unwrap_or_default(),
        to: arguments.to.as_deref().unwrap_or_default(),
        rate: arguments.rate.map(|rate| rate.to_string()),
        record_size: arguments.record_size.map(|size| size.to_string()),
        require: &arguments.require,
        as_of: arguments.as_of,
    };
    suggest::of_pair(&pair, knowledge).map_err(|error| error.to_string())
}

/// The request that a file makes; its mistakes are shown, but that its nodes are in no flow is the point of it.
fn of_file(
    arguments: &Suggest,
    path: &Path,
    knowledge: &Knowledge,
    rules: &Rules,
    look: Look,
) -> Result<Request, String> {
    let text = input::design(path).map_err(|error| error.to_string())?;
    let lowered = design::lower(Arc::clone(&text), knowledge);
    let is_mistake = lowered.diagnostics.iter().any(|found| found.rule != UNUSED_NODE);
    let root = source::read(&text).root;
    let (Some(design), Some(root), false) = (&lowered.design, root, is_mistake) else {
        let mut found = lint::judge(&lowered, knowledge, rules);
        found.retain(|finding| finding.rule != UNUSED_NODE && finding.severity > Severity::Advice);
        print(&findings::render(&text, &found, look)).map_err(|error| error.to_string())?;
        return Err(format!("{}: mend the mistakes above first", text.name()));
    };
    let folder = arguments.out.as_deref().map_or_else(String::new, |out| way_back(out, path));
    suggest::of_design((design, &root), &folder, knowledge, arguments.as_of)
        .map_err(|error| format!("{}: {error}", text.name()))
}

/// How the folder of a file is reached from the folder where designs are saved; empty where they are the same, or where
/// one of them cannot be told.
fn way_back(out: &Path, file: &Path) -> String {
    let parent = file.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let (Some(out), Some(parent)) = (real(out), real(parent)) else { return String::new() };
    let shared = out.components().zip(parent.components()).take_while(|(one, other)| one == other).count();
    let up = out.components().skip(shared).map(|_| "..".to_owned());
    let down = parent.components().skip(shared).map(|part| part.as_os_str().to_string_lossy().into_owned());
    up.chain(down).collect::<Vec<_>>().join("/")
}

/// The path without links, as far as it is there already.
fn real(path: &Path) -> Option<PathBuf> {
    let path = std::path::absolute(path).ok()?;
    path.ancestors().find_map(|there| {
        let rest = path.strip_prefix(there).ok()?;
        there.canonicalize().ok().map(|there| there.join(rest))
    })
}

/// Writes every design to a file of its own, which must not be there yet.
fn save(designs: &[Proven], folder: &Path) -> Result<Vec<PathBuf>, String> {
    let failed = |place: &Path, error: std::io::Error| format!("{}: {error}", place.display());
    fs::create_dir_all(folder).map_err(|error| failed(folder, error))?;
    let places: Vec<PathBuf> = designs
        .iter()
        .map(|design| folder.join(format!("{}.thalweg.yaml", file_name(&design.name))))
        .collect();
    let there: BTreeSet<&PathBuf> = places.iter().filter(|place| place.exists()).collect();
    if let Some(place) = there.first() {
        return Err(format!("{}: there is such a file already, and it is not overwritten", place.display()));
    }
    for (design, place) in designs.iter().zip(&places) {
        write_new(place, &design.file()).map_err(|error| failed(place, error))?;
    }
    Ok(places)
}

/// The name with nothing in it that a file system might not take.
fn file_name(name: &str) -> String {
    let safe = |one: char| if one.is_alphanumeric() || "-_.".contains(one) { one } else { '-' };
    let name: String = name.chars().map(safe).collect();
    name.trim_matches(['.', '-']).to_owned()
}
