//! Embeds `rules/` and `scenarios/` in the binary.
//!
//! Every YAML file is read once, here, with the crate's own reader, and stored as the spanned tree that it is:
//! starting the binary parses nothing, and a card or rule is restored only when it is first asked for.
//! The index of service names and the date of the latest check are worked out here too.

#[allow(
    dead_code,
    unused_imports,
    unreachable_pub,
    reason = "the build script uses a part of the crate's reader"
)]
mod source;

#[allow(unreachable_pub, reason = "shared with the crate")]
#[path = "knowledge/names.rs"]
mod names;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use source::{Node, Text, Value};

fn main() {
    let out = folder("OUT_DIR");
    rules(&folder("CARGO_MANIFEST_DIR").join("rules"), &out);
    scenarios(&folder("CARGO_MANIFEST_DIR").join("scenarios"), &out);
}

/// Embeds the text of every scenario too: what is said of one is shown at its place.
fn scenarios(root: &Path, out: &Path) {
    let mut files = BTreeMap::new();
    collect(root, root, &mut files);
    // Designs that lie beside the topics are no scenarios; they are told by their ending.
    files.retain(|path, _| !path.ends_with(".thalweg.yaml"));
    let mut code = String::from("static SCENARIOS: &[(&str, &str, &[u8])] = &[\n");
    for (number, (path, node)) in files.iter().enumerate() {
        let (text, tree) = (root.join(path), out.join(format!("scenario-{number}.tree")));
        fs::write(&tree, source::embed(node)).expect("the build folder is writable");
        let (text, tree) = (text.display().to_string(), tree.display().to_string());
        writeln!(code, "    ({path:?}, include_str!({text:?}), include_bytes!({tree:?})),").expect("memory");
    }
    code.push_str("];\n");
    fs::write(out.join("embedded_scenarios.rs"), code).expect("the build folder is writable");
}

fn rules(root: &Path, out: &Path) {
    let mut files = BTreeMap::new();
    collect(root, root, &mut files);
    let mut code = String::from("static FILES: &[(&str, &[u8])] = &[\n");
    let mut index = BTreeMap::new();
    let mut as_of = String::new();
    for (number, (path, node)) in files.iter().enumerate() {
        let tree = out.join(format!("{number}.tree"));
        fs::write(&tree, source::embed(node)).expect("the build folder is writable");
        writeln!(code, "    ({path:?}, include_bytes!({:?})),", tree.display().to_string()).expect("memory");
        latest_check(node, &mut as_of);
        if path.starts_with("services/") {
            service_names(node, &mut index);
        }
    }
    code.push_str("];\nstatic NAMES: &[(&str, &str, Spelling)] = &[\n");
    for (name, (id, spelling)) in &index {
        writeln!(code, "    ({name:?}, {id:?}, Spelling::{spelling}),").expect("memory");
    }
    writeln!(code, "];\nstatic AS_OF: &str = {as_of:?};").expect("memory");
    fs::write(out.join("embedded.rs"), code).expect("the build folder is writable");
}

#[expect(clippy::disallowed_methods, reason = "cargo tells a build script its folders by the environment")]
fn folder(variable: &str) -> PathBuf {
    PathBuf::from(std::env::var_os(variable).expect("cargo sets it"))
}

/// Reads every YAML file below `folder`, keyed by its path under `root` with forward slashes.
fn collect(root: &Path, folder: &Path, files: &mut BTreeMap<String, Node>) {
    println!("cargo::rerun-if-changed={}", folder.display());
    for entry in fs::read_dir(folder).expect("the folder is readable") {
        let path = entry.expect("the folder is readable").path();
        if path.is_dir() {
            collect(root, &path, files);
        } else if path.extension().is_some_and(|extension| extension == "yaml") {
            println!("cargo::rerun-if-changed={}", path.display());
            let name = path.strip_prefix(root).expect("below the root").to_string_lossy().replace('\\', "/");
            let content = fs::read_to_string(&path).expect("the file is UTF-8");
            let text = Text::new(name.clone(), content);
            let reading = source::read(&text);
            if let Some(fault) = reading.faults.first() {
                let place = text.position(fault.span.start);
                panic!("{name}:{}:{}: {}", place.line, place.column, fault.message);
            }
            let root = reading.root.unwrap_or_else(|| panic!("{name} is empty"));
            files.insert(name, Node::clone(&root));
        }
    }
}

/// Raises `latest` to the latest date that stands under a key `checked` anywhere in the tree.
fn latest_check(node: &Node, latest: &mut String) {
    match &node.value {
        Value::Scalar(_) => {}
        Value::Sequence(items) => items.iter().for_each(|item| latest_check(item, latest)),
        Value::Mapping(mapping) => {
            for (key, entry) in mapping.iter() {
                match entry.value.as_text() {
                    Some(date) if key == "checked" && date > latest.as_str() => date.clone_into(latest),
                    _ => latest_check(&entry.value, latest),
                }
            }
        }
    }
}

/// Adds the names of one card to the index; today's id and name win over aliases, aliases over former names.
fn service_names(card: &Node, index: &mut BTreeMap<String, (String, &'static str)>) {
    let Some(id) = card.get("id").and_then(Node::as_text) else { return };
    let lists = [("id", "Canonical"), ("name", "Alias"), ("aliases", "Alias"), ("former_names", "Former")];
    for (key, spelling) in lists {
        let Some(node) = card.get(key) else { continue };
        let names: Vec<&Node> = match &node.value {
            Value::Sequence(items) => items.iter().map(AsRef::as_ref).collect(),
            _ => vec![node],
        };
        for name in names.into_iter().filter_map(Node::as_text) {
            index.entry(names::normalise(name)).or_insert_with(|| (id.to_owned(), spelling));
        }
    }
}
