//! The texts that are broken: everything of the project that people could have written.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use thalweg::source::{Node, Text, read};

use crate::hostile::kind::Kind;

pub(super) struct Corpus {
    pub(super) texts: Vec<(Kind, String)>,
}

const MANIFEST: &str = "name: ours\nversion: 1.0.0\nabout: Rules of the house.\nseverity:\n  single-shard: 'off'\n  load: error\n";
const CONFIG: &str = "select = ['load', 'possible']\nignore = ['unused-node']\nfail-on = 'warning'\nas_of = 2026-01-01\n\
    advice = true\npedantic = false\nbaseline = 'known.yaml'\n[severity]\nsingle-shard = 'off'\n\
    [per-path.'old/**']\nignore = ['sound']\nseverity = {cyclic-flow = 'advice'}\n";
const BASELINE: &str = "version: 1\nfindings:\n  - {file: d.yaml, rule: single-shard, node: in}\n  \
    - {file: a/e.yaml, rule: queue-cannot-push, flow: jobs -> files, count: 2}\n  - {file: f.yaml, rule: syntax}\n";

pub(super) fn corpus() -> &'static Corpus {
    static CORPUS: OnceLock<Corpus> = OnceLock::new();
    CORPUS.get_or_init(|| {
        let mut texts = vec![
            (Kind::Manifest, MANIFEST.to_owned()),
            (Kind::Config, CONFIG.to_owned()),
            (Kind::Baseline, BASELINE.to_owned()),
        ];
        let mut all = |folder: &str, kind: Kind| {
            for path in files(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)) {
                let text = fs::read_to_string(path).unwrap();
                if kind == Kind::Rule {
                    texts.extend(examples(&text).into_iter().map(|design| (Kind::Design, design)));
                }
                texts.push((kind, text));
            }
        };
        all("scenarios", Kind::Design);
        all("rules/lints", Kind::Rule);
        all("rules/services", Kind::Card);
        all("tests/fixtures/templates", Kind::Template);
        let misconceptions = include_str!("../../../rules/misconceptions.yaml").to_owned();
        texts.push((Kind::Misconceptions, misconceptions));
        // As many of the rarer kinds as make them come up.
        let rare: Vec<(Kind, String)> = texts
            .iter()
            .filter(|(kind, _)| matches!(kind, Kind::Manifest | Kind::Config | Kind::Baseline))
            .cloned()
            .collect();
        texts.extend(std::iter::repeat_n(rare, 8).flatten());
        Corpus { texts }
    })
}

/// The YAML and JSON files in a folder, in the order of their paths.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let mut found = Vec::new();
    for path in paths {
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|ending| ending == "yaml" || ending == "json") {
            found.push(path);
        }
    }
    found
}

/// The designs in the examples of a rule.
fn examples(rule: &str) -> Vec<String> {
    let root = read(&Text::new("rule", rule)).root.unwrap();
    let examples = root.get("examples").and_then(Node::as_sequence).unwrap_or_default();
    let designs = examples.iter().flat_map(|example| ["fires", "passes"].map(|kind| example.get(kind)));
    designs.flatten().filter_map(|design| design.as_text().map(str::to_owned)).collect()
}
