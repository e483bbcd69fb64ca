//! `thalweg rules new`: a rule that works, to be changed into the one that is wanted.

use std::fs::{self, OpenOptions};
use std::io;
use std::io::Write as _;
use std::path::Path;

use crate::cli::RulesNew;
use crate::commands::Outcome;
use crate::commands::output::print;
use crate::knowledge::pack::MANIFEST;
use crate::lint::Rules;

const TEMPLATE: &str = include_str!("template.yaml");

/// Writes the rule, and the pack around it where there is none; no file is ever replaced.
pub(super) fn run(arguments: &RulesNew) -> Result<Outcome, String> {
    let id = &arguments.id;
    if !is_id(id) {
        return Err(format!(
            "`{id}` is no id of a rule: use small letters, digits and single hyphens, such as `stream-without-owner`"
        ));
    }
    if Rules::embedded().get(id).is_some() {
        return Err(format!("there is a rule `{id}` in Thalweg itself; choose another id"));
    }
    let rule = arguments.dir.join("lints").join(format!("{id}.yaml"));
    let manifest = arguments.dir.join(MANIFEST);
    write_new(&rule, &TEMPLATE.replace("RULE_ID", id))?;
    if !manifest.exists() {
        write_new(&manifest, &manifest_of(&arguments.dir))?;
    }
    let next = format!("{}\ntest it with `thalweg rules test {}`\n", rule.display(), arguments.dir.display());
    print(&next).map_err(|error| error.to_string())?;
    Ok(Outcome::Clean)
}

/// Lower-case words with single hyphens between them, starting with a letter.
fn is_id(id: &str) -> bool {
    let word =
        |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
    id.split('-').all(word) && id.starts_with(|c: char| c.is_ascii_lowercase())
}

/// A manifest that names the pack after its folder.
fn manifest_of(folder: &Path) -> String {
    let name = std::path::absolute(folder)
        .ok()
        .and_then(|path| Some(path.file_name()?.to_string_lossy().into_owned()));
    let name =
        serde_json::to_string(&name.unwrap_or_else(|| "own".to_owned())).expect("a text is plain data");
    format!(
        "# A pack of own rules and services: `thalweg check --rules DIR`, or `packs` in `thalweg.toml`.\n\
         name: {name}\nversion: 0.1.0\n\
         # What the pack makes of rules that are there: error, warning, advice or off.\n\
         # severity: {{RULE: warning}}\n"
    )
}

fn write_new(path: &Path, contents: &str) -> Result<(), String> {
    let told = |error: io::Error| match error.kind() {
        io::ErrorKind::AlreadyExists => format!("{}: is already there and is left as it is", path.display()),
        _ => format!("{}: {error}", path.display()),
    };
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut file = OpenOptions::new().write(true).create_new(true).open(path).map_err(told)?;
    file.write_all(contents.as_bytes()).map_err(told)
}
