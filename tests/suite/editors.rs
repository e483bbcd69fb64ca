//! Editors say of a design what `thalweg check` says, by the same config, packs and baseline.

#![allow(clippy::needless_pass_by_value, reason = "messages are written in place, as `json!` gives them")]

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use serde_json::{Value, json};
use tempfile::TempDir;
use thalweg::commands::lsp::server;
use thalweg::language_server::Server;

/// An error, a warning and pieces of advice.
const DESIGN: &str = "nodes:\n  jobs: {service: sqs}\n  files: {service: s3}\n  spare: {service: quicksight}\nflows:\n  - jobs -> files\n";
const RULE: &str = "id: our-files\nsince: 1.0.0\nseverity: warning\ntitle: t\nwhy: w\nmatch: {node: {service: s3}}\nmessage: Ours.\nsources: [{url: 'https://example.com', checked: 2026-11-01}]\nexamples:\n  - fires: |\n      nodes:\n        a: {service: s3}\n      # ^\n  - passes: \"nodes: {a: {service: sqs}}\\n\"\n";

struct Editor {
    folder: TempDir,
    server: Server,
}

impl Editor {
    /// An editor in a folder with these files, at paths with forward slashes; it is the root of a repository.
    fn new(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join(".git")).unwrap();
        let mut editor = Self { folder, server: server() };
        for (path, contents) in files {
            editor.write(path, contents);
        }
        editor.send(json!({"id": 1, "method": "initialize", "params": {"capabilities": {}}}));
        editor
    }

    fn write(&self, path: &str, contents: &str) {
        let path = self.folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, contents).unwrap();
    }

    fn send(&mut self, message: Value) -> Vec<Value> {
        let answers = self.server.receive(serde_json::from_value(message).unwrap());
        answers.into_iter().map(|answer| serde_json::to_value(answer).unwrap()).collect()
    }

    fn uri(&self, path: &str) -> String {
        format!("file://{}/{path}", self.folder.path().display())
    }

    fn open(&mut self, path: &str) -> Told {
        let text = fs::read_to_string(self.folder.path().join(path)).unwrap();
        let file = json!({"uri": self.uri(path), "languageId": "yaml", "version": 1, "text": text});
        let method = "textDocument/didOpen";
        Told::of(&self.send(json!({"method": method, "params": {"textDocument": file}})))
    }

    /// A key that changes nothing.
    fn edit(&mut self, path: &str) -> Told {
        let file = json!({"uri": self.uri(path), "version": 2});
        let start = json!({"line": 0, "character": 0});
        let changes = json!([{"range": {"start": start, "end": start}, "text": ""}]);
        let params = json!({"textDocument": file, "contentChanges": changes});
        Told::of(&self.send(json!({"method": "textDocument/didChange", "params": params})))
    }

    fn check(&self, path: &str) -> Vec<String> {
        checked(self.folder.path(), path)
    }
}

/// What an editor is told of one file.
#[derive(Debug)]
struct Told {
    /// Severity, rule and place of each finding.
    found: Vec<String>,
    messages: Vec<String>,
}

impl Told {
    fn of(answers: &[Value]) -> Self {
        let of = |method: &'static str| answers.iter().filter(move |answer| answer["method"] == method);
        let found = of("textDocument/publishDiagnostics")
            .flat_map(|answer| answer["params"]["diagnostics"].as_array().unwrap());
        let one = |found: &Value| {
            let severity =
                ["", "error", "warning", "", "advice"][found["severity"].as_u64().unwrap() as usize];
            let place = &found["range"]["start"];
            let counted = |axis: &str| place[axis].as_u64().unwrap() + 1;
            format!(
                "{severity} {} {}:{}",
                found["code"].as_str().unwrap(),
                counted("line"),
                counted("character")
            )
        };
        let message = |told: &Value| told["params"]["message"].as_str().unwrap().to_owned();
        Self { found: found.map(one).collect(), messages: of("window/showMessage").map(message).collect() }
    }

    /// The rules of the findings.
    fn rules(&self) -> Vec<&str> {
        self.found.iter().map(|found| found.split(' ').nth(1).unwrap()).collect()
    }
}

/// What `thalweg check` finds in a file.
fn checked(folder: &Path, path: &str) -> Vec<String> {
    let arguments = ["check", path, "--format", "json"];
    let output =
        Command::cargo_bin("thalweg").unwrap().env_clear().current_dir(folder).args(arguments).output();
    let report: Value = serde_json::from_slice(&output.unwrap().stdout).unwrap();
    let one = |found: &Value| {
        let text = |key: &str| found[key].as_str().unwrap().to_owned();
        format!("{} {} {}:{}", text("severity"), text("rule"), found["line"], found["column"])
    };
    report["findings"].as_array().unwrap().iter().map(one).collect()
}

#[test]
fn an_editor_says_what_check_says() {
    let files = [
        ("a/d.yaml", DESIGN),
        ("packs/ours/pack.yaml", "name: ours\nversion: 1.0.0\nseverity: {unused-node: advice}\n"),
        ("packs/ours/lints/sound/our-files.yaml", RULE),
        ("known.yaml", "version: 1\nfindings:\n  - {file: a/d.yaml, rule: unused-node, node: spare}\n"),
    ];
    let mut seen = Vec::new();
    for config in [
        "",
        "select = ['possible']\n",
        "ignore = ['unused-node']\n",
        "advice = true\n[severity]\nqueue-cannot-push = 'warning'\nunused-node = 'off'\n",
        "pedantic = true\n",
        "[per-path.'a/*.yaml']\nselect = ['file']\n",
        "[per-path.'b/*.yaml']\nselect = ['file']\n",
        "packs = ['packs/ours']\n",
        "packs = ['packs/ours']\nadvice = true\nbaseline = 'known.yaml'\n",
        "baseline = 'known.yaml'\n",
    ] {
        let mut editor = Editor::new(&files);
        editor.write("thalweg.toml", config);
        let told = editor.open("a/d.yaml");
        assert_eq!(told.messages, [""; 0], "{config}");
        assert_eq!(told.found, editor.check("a/d.yaml"), "{config}");
        seen.push(told.found);
    }
    seen.sort();
    seen.dedup();
    assert!(seen.len() >= 7, "the configs make a difference: {seen:#?}");
}

#[test]
fn an_editor_may_ask_for_advice_itself() {
    let files = [("d.yaml", DESIGN), ("thalweg.toml", "[severity]\nunused-node = 'advice'\n")];
    let mut editor = Editor::new(&files);
    assert!(!editor.open("d.yaml").rules().contains(&"unused-node"));
    editor.server = server();
    let options = json!({"capabilities": {}, "initializationOptions": {"advice": true}});
    editor.send(json!({"id": 1, "method": "initialize", "params": options}));
    assert!(editor.open("d.yaml").rules().contains(&"unused-node"));
}

#[test]
fn changes_of_configs_and_of_what_they_name_take_effect() {
    let mut editor = Editor::new(&[("a/d.yaml", DESIGN)]);
    let has = |told: &Told, rule: &str| told.rules().contains(&rule);
    assert!(has(&editor.open("a/d.yaml"), "unused-node"));
    editor.write("thalweg.toml", "ignore = ['unused-node']\n");
    assert!(!has(&editor.edit("a/d.yaml"), "unused-node"), "one that was not there");
    editor.write("thalweg.toml", "ignore = []\n");
    assert!(has(&editor.edit("a/d.yaml"), "unused-node"), "one that has changed");
    editor.write("a/thalweg.toml", "ignore = ['file']\n");
    assert!(!has(&editor.edit("a/d.yaml"), "unused-node"), "a nearer one");
    fs::remove_file(editor.folder.path().join("a/thalweg.toml")).unwrap();
    assert!(has(&editor.edit("a/d.yaml"), "unused-node"), "one that is gone");
    editor.write("packs/ours/pack.yaml", "name: ours\nversion: 1.0.0\n");
    editor.write("thalweg.toml", "packs = ['packs/ours']\n");
    assert!(!has(&editor.edit("a/d.yaml"), "our-files"));
    editor.write("packs/ours/lints/sound/our-files.yaml", RULE);
    assert!(has(&editor.edit("a/d.yaml"), "our-files"), "a rule of its pack");
    editor.write("thalweg.toml", "select = ['possible']\n");
    let changed = json!({"changes": [{"uri": editor.uri("thalweg.toml"), "type": 2}]});
    let told = editor.send(json!({"method": "workspace/didChangeWatchedFiles", "params": changed}));
    assert_eq!(Told::of(&told).found, editor.check("a/d.yaml"), "without a key");
    assert_eq!(Told::of(&told).rules(), ["queue-cannot-push"]);
}

#[test]
fn a_broken_config_is_told_once_and_designs_are_judged_without_it() {
    let mut editor = Editor::new(&[("d.yaml", DESIGN), ("e.yaml", DESIGN)]);
    let plain = editor.check("d.yaml");
    editor.write("thalweg.toml", "ignore = ['unused-node', 'lode']\npacks = ['gone']\nselct = []\n");
    let told = editor.open("d.yaml");
    assert_eq!(told.found, plain);
    let root = editor.folder.path().display().to_string();
    insta::assert_snapshot!(told.messages.join("\n").replace(&root, "ROOT"));
    assert_eq!(editor.edit("d.yaml").messages, [""; 0]);
    assert_eq!(editor.open("e.yaml").messages, [""; 0], "another file with the same config");
    editor.write("thalweg.toml", "ignore = ['unused-nod']\n");
    let told = editor.edit("d.yaml");
    assert_eq!(told.messages.len(), 1, "another mistake");
    assert!(told.messages[0].contains("thalweg.toml:1:11: error[unknown-rule]"), "{told:?}");
    editor.write("thalweg.toml", "ignore = ['unused-node']\n");
    let told = editor.edit("d.yaml");
    assert_eq!((told.messages.len(), told.rules().contains(&"unused-node")), (0, false));
}

#[test]
fn editors_that_can_are_asked_to_tell_of_changed_files() {
    let mut editor = Editor::new(&[]);
    let told = editor.send(json!({"method": "initialized", "params": {}}));
    assert!(told.is_empty(), "this editor cannot");
    editor.server = server();
    let can = json!({"workspace": {"didChangeWatchedFiles": {"dynamicRegistration": true}}});
    editor.send(json!({"id": 1, "method": "initialize", "params": {"capabilities": can}}));
    let told = editor.send(json!({"method": "initialized", "params": {}}));
    assert_eq!(told[0]["method"], "client/registerCapability");
    let watchers = &told[0]["params"]["registrations"][0]["registerOptions"]["watchers"];
    assert_eq!(watchers[0]["globPattern"], "**/thalweg.toml");
    assert!(editor.send(json!({"id": "configs", "result": null})).is_empty());
}

#[test]
fn a_file_that_is_not_on_the_disk_has_no_config() {
    let mut editor = Editor::new(&[]);
    let file = json!({"uri": "untitled:Untitled-1", "languageId": "yaml", "version": 1, "text": DESIGN});
    let told = editor.send(json!({"method": "textDocument/didOpen", "params": {"textDocument": file}}));
    assert!(Told::of(&told).rules().contains(&"queue-cannot-push"));
}
