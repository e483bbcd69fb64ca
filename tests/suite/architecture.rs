//! Holds the layers, the owners of outside crates and the size of files, by reading the sources as text.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// A module imports only from lower numbers.
const LAYERS: &[(&str, u8)] = &[
    ("source", 0),
    ("units", 0),
    ("diagnostic", 1),
    ("expression", 1),
    ("fields", 2),
    ("knowledge", 3),
    ("design", 4),
    ("analysis", 5),
    ("import", 5),
    ("lint", 6),
    ("runtime", 6),
    ("drawing", 6),
    ("suggest", 7),
    ("export", 7),
    ("lambda_runtime", 7),
    ("scenario", 8),
    ("config", 9),
    ("report", 9),
    ("json_schema", 9),
    ("language_server", 9),
    ("cli", 9),
    ("study", 9),
    ("tui", 10),
    ("commands", 11),
];

/// Crates that only one module may use.
const OWNERS: &[(&str, &str)] = &[
    ("granit_parser", "source"),
    ("hcl_edit", "import/terraform"),
    ("miette", "report"),
    ("indicatif", "report"),
    ("clap", "cli"),
    ("lsp_types", "language_server"),
    ("lsp_server", "language_server commands/lsp.rs"),
    ("sqlparser", "runtime/sql analysis/promises/windows.rs"),
    ("num_bigint", "runtime/sql"),
    ("md5", "runtime report"),
    ("csv", "runtime"),
    ("quick_xml", "report"),
    ("ignore", "commands"),
    ("httparse", "lambda_runtime"),
    ("base64", "runtime"),
    ("compact_str", "runtime/sql"),
    ("itoa", "runtime/supply/fields.rs"),
    ("rustix", "lambda_runtime"),
    ("similar", "report"),
    ("toml", "config"),
    ("globset", "config"),
    ("ctrlc", "commands"),
    ("flate2", "runtime commands"),
    ("rand_pcg", "runtime/random.rs"),
    ("rand_core", "runtime/random.rs"),
    ("petgraph", "knowledge design analysis lint"),
    ("etcetera", "commands/study commands/flink.rs"),
    ("jiff", "runtime commands/study"),
    ("maud", "report/page"),
    ("ratatui", "tui"),
    ("ratatui_textarea", "tui"),
    ("serde_yaml", "nobody"),
];

const LONGEST_FILE: usize = 500;

#[test]
fn modules_import_only_from_lower_layers() {
    let layers: BTreeMap<&str, u8> = LAYERS.iter().copied().collect();
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let Some(module) = module_of(&path) else { continue };
        let Some(own) = layers.get(module.as_str()) else {
            wrong.push(format!("{}: give `{module}` a layer in tests/suite/architecture.rs", path.display()));
            continue;
        };
        for (number, line) in code(&text) {
            for imported in line.split("crate::").skip(1) {
                let name: String =
                    imported.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                if name.is_empty() {
                    wrong
                        .push(format!("{}:{number}: name one module a line, no `crate::{{`", path.display()));
                } else if name != module && layers.get(name.as_str()).is_some_and(|layer| layer >= own) {
                    wrong.push(format!("{}:{number}: `{module}` may not import `{name}`", path.display()));
                }
            }
            if line.contains("super::super") {
                wrong.push(format!("{}:{number}: name the module from `crate::`", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn outside_crates_have_one_owner() {
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let within = path.strip_prefix(root().join("src")).expect("below src").to_string_lossy().into_owned();
        if within == "build.rs" || within == "main.rs" {
            continue;
        }
        for (number, line) in code(&text) {
            for (name, owners) in OWNERS {
                let used = line.contains(&format!("{name}::"));
                if used && !owners.split(' ').any(|owner| within.starts_with(owner)) {
                    wrong.push(format!("{}:{number}: `{name}` belongs to {owners}", path.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn files_stay_short() {
    let long: Vec<String> = sources()
        .into_iter()
        .map(|(path, text)| (path, text.lines().take_while(|line| *line != "#[cfg(test)]").count()))
        .filter(|(_, lines)| *lines > LONGEST_FILE)
        .map(|(path, lines)| format!("{}: {lines} lines; is it one idea?", path.display()))
        .collect();
    assert!(long.is_empty(), "{}", long.join("\n"));
}

/// The module of layer rank that a file belongs to; the crate's roots belong to none.
fn module_of(path: &Path) -> Option<String> {
    let within = path.strip_prefix(root().join("src")).expect("below src");
    let first = within.components().next()?.as_os_str().to_string_lossy().into_owned();
    let name = first.strip_suffix(".rs").unwrap_or(&first).to_owned();
    (!matches!(name.as_str(), "lib" | "main" | "build")).then_some(name)
}

/// Lines of code with their numbers: no comments, and no tests at the foot of the file.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines()
        .take_while(|line| *line != "#[cfg(test)]")
        .enumerate()
        .map(|(index, line)| (index + 1, line))
        .filter(|(_, line)| !line.trim_start().starts_with("//"))
}

fn sources() -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    collect(&root().join("src"), &mut found);
    assert!(found.len() > 20, "the sources are where this test looks for them");
    found.sort();
    found
}

fn collect(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            found.push((path, text));
        }
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}
