//! Living with the linter: configs, selections, baselines and what different people want to see.

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use tempfile::TempDir;

fn thalweg(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let mut command = Command::cargo_bin("thalweg").unwrap();
    let output = command.env_clear().current_dir(folder).args(arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

/// Those of the rules that these tests are about that find something, each once and in the order of their findings.
fn found(folder: &Path, arguments: &[&str]) -> Vec<String> {
    let all: Vec<&str> =
        ["check", "--format", "concise"].into_iter().chain(arguments.iter().copied()).collect();
    let (code, out, err) = thalweg(folder, &all);
    assert!(code < 2, "{err}");
    let mut rules: Vec<String> = Vec::new();
    let about = [IMPOSSIBLE, UNUSED, "unknown-service", "syntax"];
    for rule in out.lines().filter_map(|line| Some(line.split_once('[')?.1.split_once(']')?.0.to_owned())) {
        if about.contains(&rule.as_str()) && !rules.contains(&rule) {
            rules.push(rule);
        }
    }
    rules
}

/// A folder with these files, at paths with forward slashes; it is the root of a repository.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join(".git")).unwrap();
    for (path, contents) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, contents).unwrap();
    }
    folder
}

/// An error (`queue-cannot-push`, of the group `possible`) and a warning (`unused-node`, of the group `file`).
const DESIGN: &str = "nodes:\n  jobs: {service: sqs}\n  files: {service: s3}\n  spare: {service: quicksight}\nflows:\n  - jobs -> files\n";
const IMPOSSIBLE: &str = "queue-cannot-push";
const UNUSED: &str = "unused-node";

#[test]
fn the_nearest_config_counts_up_to_the_root_of_the_repository() {
    let folder = folder(&[
        ("thalweg.toml", "ignore = ['unused-node']\n"),
        ("a/d.yaml", DESIGN),
        ("b/thalweg.toml", "ignore = ['possible']\n"),
        ("b/c/d.yaml", DESIGN),
        ("b/r/.git/HEAD", ""),
        ("b/r/d.yaml", DESIGN),
    ]);
    let at = |path: &str| found(folder.path(), &["--ignore", "sound,survives", path]);
    assert_eq!(at("a/d.yaml"), [IMPOSSIBLE]);
    assert_eq!(at("b/c/d.yaml"), [UNUSED]);
    assert_eq!(at("b/r/d.yaml"), [UNUSED, IMPOSSIBLE], "a repository is a world of its own");
    assert_eq!(found(folder.path(), &["a/d.yaml", "--no-config"]), [UNUSED, IMPOSSIBLE]);
    assert_eq!(found(folder.path(), &["a/d.yaml", "--config", "b/thalweg.toml"]), [UNUSED]);
    let (_, out, _) = thalweg(folder.path(), &["check", ".", "--format", "concise"]);
    assert_eq!(out.matches(IMPOSSIBLE).count(), 2, "each design has its own config: {out}");
}

#[test]
fn what_is_nearer_to_a_rule_and_what_is_typed_counts_more() {
    let design = ("d.yaml", DESIGN);
    for (config, arguments, expected) in [
        ("", vec![], vec![UNUSED, IMPOSSIBLE]),
        ("select = ['possible']", vec![], vec![IMPOSSIBLE]),
        ("select = ['possible']\nignore = ['queue-cannot-push']", vec![], vec![]),
        ("select = ['queue-cannot-push']\nignore = ['possible']", vec![], vec![IMPOSSIBLE]),
        ("ignore = ['possible']", vec!["--select", "possible,unused-node"], vec![UNUSED, IMPOSSIBLE]),
        ("select = ['possible']", vec!["--ignore", "possible"], vec![]),
        ("[severity]\nfile = 'off'\nunused-node = 'error'", vec![], vec![UNUSED, IMPOSSIBLE]),
        ("[severity]\npossible = 'off'", vec![], vec![UNUSED]),
        ("[severity]\npossible = 'off'", vec!["--severity", "possible=warning"], vec![UNUSED, IMPOSSIBLE]),
        ("[per-path.'*.yaml']\nignore = ['possible']", vec![], vec![UNUSED]),
        ("[per-path.'old/**']\nignore = ['possible']", vec![], vec![UNUSED, IMPOSSIBLE]),
        ("[per-path.'**/d.yaml']\nselect = ['possible']", vec!["--select", "unused-node"], vec![UNUSED]),
        ("[severity]\nunused-node = 'advice'", vec![], vec![IMPOSSIBLE]),
        ("advice = true\n[severity]\nunused-node = 'advice'", vec![], vec![UNUSED, IMPOSSIBLE]),
    ] {
        let folder = folder(&[("thalweg.toml", config), design]);
        let arguments: Vec<&str> = ["d.yaml"].into_iter().chain(arguments).collect();
        assert_eq!(found(folder.path(), &arguments), expected, "{config} {arguments:?}");
    }
}

#[test]
fn mistakes_of_the_file_hide_behind_no_selection() {
    let folder = folder(&[("d.yaml", "nodes:\n  in: {service: sqz}\n"), ("broken.yaml", "nodes: [\n")]);
    assert_eq!(found(folder.path(), &["d.yaml", "--select", "load"]), ["unknown-service"]);
    assert_eq!(found(folder.path(), &["d.yaml", "--select", "load", "--ignore", "unknown-service"]), [""; 0]);
    assert_eq!(found(folder.path(), &["broken.yaml", "--ignore", "syntax,file"]), ["syntax"]);
}

#[test]
fn the_exit_code_follows_severities_and_the_fail_level() {
    let folder = folder(&[("thalweg.toml", "fail-on = 'warning'\n"), ("d.yaml", DESIGN)]);
    let code = |arguments: &[&str]| {
        let all: Vec<&str> = ["check", "d.yaml"].into_iter().chain(arguments.iter().copied()).collect();
        thalweg(folder.path(), &all).0
    };
    assert_eq!(code(&["--ignore", "possible"]), 1, "the config fails on warnings");
    assert_eq!(code(&["--ignore", "possible", "--fail-on", "error"]), 0);
    assert_eq!(code(&["--severity", "unused-node=error,possible=warning", "--fail-on", "error"]), 1);
    assert_eq!(code(&["--severity", "possible=warning", "--fail-on", "error"]), 0);
    assert_eq!(code(&["--exit-zero"]), 0);
    assert_eq!(code(&["--ignore", "nonsense"]), 2);
}

#[test]
fn every_mistake_of_a_config_is_told_at_once() {
    let config = "selct = ['load']\nignore = 'unused-node'\nselect = ['lode', 3]\nfail-on = 'warn'\nas_of = 'soon'\n\
        advice = 'yes'\npacks = ['gone']\nadvice = true\n[severity]\nunused-nod = 'error'\nunused-node = 'eror'\n\
        [per-path.'[a']\nignore = []\n[per-path.'a']\nonly = 1\n";
    let folder = folder(&[("thalweg.toml", config), ("d.yaml", DESIGN)]);
    let (code, out, err) = thalweg(folder.path(), &["check", "d.yaml"]);
    assert_eq!((code, out.as_str()), (2, ""));
    insta::assert_snapshot!("mistakes", err);
    fs::write(folder.path().join("thalweg.toml"), "select = ['lode']\n[severity]\nunused-nod = 'error'\n")
        .unwrap();
    let (code, _, err) = thalweg(folder.path(), &["check", "d.yaml", "--ignore", "limit"]);
    assert_eq!(code, 2);
    insta::assert_snapshot!("names", err);
    let (code, _, err) = thalweg(folder.path(), &["check", "d.yaml", "--config", "gone.toml"]);
    assert_eq!((code, err.as_str()), (2, "error: gone.toml: there is no such file\n"));
}

#[test]
fn the_config_names_packs_from_its_folder_and_the_day() {
    let pack = "name: ours\nversion: 1.0.0\nseverity: {possible: warning, unused-node: off}\n";
    let folder = folder(&[
        ("thalweg.toml", "packs = ['packs/ours']\nas_of = 2023-05-01\n"),
        ("packs/ours/pack.yaml", pack),
        ("a/d.yaml", DESIGN),
    ]);
    let (code, out, _) = thalweg(&folder.path().join("a"), &["check", "d.yaml", "--format", "concise"]);
    assert_eq!(code, 0);
    assert!(out.contains("warning[queue-cannot-push]") && !out.contains(UNUSED), "{out}");
    let (code, out, _) =
        thalweg(&folder.path().join("a"), &["check", "d.yaml", "--show-config", "--ignore", "load"]);
    assert_eq!(code, 0);
    insta::assert_snapshot!(out.replace(&folder.path().display().to_string(), "FOLDER"));
}

#[test]
fn a_baseline_knows_findings_by_rule_file_and_node() {
    let folder = folder(&[("a/d.yaml", DESIGN)]);
    let check = |arguments: &[&str]| {
        let all = [
            "check",
            "a/d.yaml",
            "--ignore",
            "sound,survives",
            "--baseline",
            "b.yaml",
            "--format",
            "concise",
        ];
        thalweg(folder.path(), &all.into_iter().chain(arguments.iter().copied()).collect::<Vec<_>>())
    };
    let write = |design: &str| fs::write(folder.path().join("a/d.yaml"), design).unwrap();
    let baseline = || fs::read_to_string(folder.path().join("b.yaml")).unwrap();
    let (code, _, err) = check(&[]);
    assert_eq!(
        (code, err.as_str()),
        (2, "error: b.yaml: there is no such file; `--update-baseline` writes it\n")
    );
    let (code, out, err) = check(&["--update-baseline"]);
    assert_eq!((code, out.as_str()), (0, ""), "{err}");
    assert_eq!(err, "b.yaml: 2 findings written\nno findings in 1 file (2 in the baseline)\n");
    let first = baseline();
    assert!(first.ends_with(
        "version: 1\nfindings:\n  - {file: a/d.yaml, rule: queue-cannot-push, flow: \"jobs -> files\"}\n  - {file: a/d.yaml, rule: unused-node, node: spare}\n"
    ), "{first}");
    // Lines move, unrelated nodes come and go.
    write(&format!(
        "# moved\n\n{}",
        DESIGN
            .replace("  spare:", "  more: {service: sns}\n  spare:")
            .replace("- jobs", "- more -> jobs\n  - jobs")
    ));
    assert_eq!(check(&[]).0, 0);
    assert_eq!(check(&[]).1, "");
    // What is new is reported, and what is gone is stale.
    write(&DESIGN.replace("spare", "other"));
    let (code, out, _) = check(&[]);
    assert_eq!(code, 0);
    insta::assert_snapshot!(out);
    assert_eq!(check(&["--fail-on", "warning"]).0, 1);
    check(&["--update-baseline"]);
    assert_eq!(baseline(), first.replace("spare", "other"));
    assert_eq!(check(&["--fail-on", "warning"]).0, 0);
    // A second finding of the same kind at the same flow is new.
    write(&DESIGN.replace("spare", "other").replace("- jobs -> files", "- jobs -> files\n  - jobs -> files"));
    let (_, out, _) = check(&[]);
    assert_eq!(out.matches(IMPOSSIBLE).count(), 1, "{out}");
}

#[test]
fn a_baseline_keeps_what_was_not_looked_at() {
    let folder = folder(&[("a.yaml", DESIGN), ("b.yaml", DESIGN)]);
    let check = |arguments: &[&str]| {
        let all: Vec<&str> =
            ["check", "--baseline", "known.json"].into_iter().chain(arguments.iter().copied()).collect();
        thalweg(folder.path(), &all)
    };
    let baseline = || fs::read_to_string(folder.path().join("known.json")).unwrap();
    check(&["a.yaml", "b.yaml", "--update-baseline"]);
    let whole = baseline();
    assert!(serde_json::from_str::<serde_json::Value>(&whole).is_ok());
    check(&["a.yaml", "--update-baseline"]);
    assert_eq!(baseline(), whole, "the other file was not judged");
    check(&["a.yaml", "b.yaml", "--ignore", "unused-node", "--update-baseline"]);
    assert_eq!(baseline(), whole, "the rule was off");
    assert_eq!(check(&["a.yaml", "--fail-on", "warning"]).0, 0, "nothing is stale that was not looked at");
    fs::remove_file(folder.path().join("b.yaml")).unwrap();
    let (code, out, _) = check(&["a.yaml", "--fail-on", "warning"]);
    assert_eq!(code, 1);
    assert!(out.contains("`b.yaml` is not there any more"), "{out}");
    check(&["a.yaml", "--update-baseline"]);
    assert!(!baseline().contains("b.yaml"));
}

#[test]
fn a_broken_baseline_is_told_with_its_places() {
    let broken = "version: 2\nfindigs: []\nfindings:\n  - {file: a.yaml, rule: r, node: n, flow: a -> b}\n  - {rule: r, count: 0}\n  - [\n";
    let folder =
        folder(&[("d.yaml", DESIGN), ("b.yaml", &broken.replace("  - [\n", "")), ("c.yaml", broken)]);
    let (code, out, err) = thalweg(folder.path(), &["check", "d.yaml", "--baseline", "b.yaml"]);
    assert_eq!((code, out.as_str()), (2, ""));
    insta::assert_snapshot!(err);
    let (code, _, err) =
        thalweg(folder.path(), &["check", "d.yaml", "--baseline", "c.yaml", "--update-baseline"]);
    assert_eq!(code, 2, "a file that is no baseline is not replaced");
    assert!(err.contains("error[syntax]"), "{err}");
    assert_eq!(fs::read_to_string(folder.path().join("c.yaml")).unwrap(), broken);
}

#[test]
fn pedants_see_where_rules_stay_silent() {
    let design = "nodes:\n  clock: {service: producer}\n  work: {service: lambda, timeout: 60s, reserved_concurrency: 1}\nflows: [clock -> work]\n";
    let folder = folder(&[("d.yaml", design)]);
    let (_, out, err) = thalweg(folder.path(), &["check", "d.yaml", "--format", "concise"]);
    assert!(!out.contains("value-unknown") && !err.contains("advice"), "{out}{err}");
    let (_, out, _) = thalweg(folder.path(), &["check", "d.yaml", "--format", "concise", "--advice"]);
    assert!(!out.contains("value-unknown"), "{out}");
    let (code, out, err) = thalweg(folder.path(), &["check", "d.yaml", "--format", "concise", "--pedantic"]);
    assert_eq!(code, 0);
    assert!(
        out.contains("d.yaml:3:3: advice[value-unknown] `work.duration` of `work` is not known, so that "),
        "{out}"
    );
    assert!(err.contains("advice"), "{err}");
}

#[test]
fn the_summary_says_what_is_set_aside() {
    let folder = folder(&[(
        "d.yaml",
        &DESIGN.replace("- jobs -> files", "- jobs -> files # thalweg: allow[queue-cannot-push] one day"),
    )]);
    let (code, _, err) = thalweg(folder.path(), &["check", "d.yaml", "--ignore", "sound,survives"]);
    assert_eq!((code, err.as_str()), (0, "1 warning in 1 file (1 allowed)\n"));
    let (code, _, err) = thalweg(folder.path(), &["check", "d.yaml", "--ignore", "possible,sound,survives"]);
    assert_eq!((code, err.as_str()), (0, "1 warning in 1 file\n"), "what is off is not counted");
}
