//! Every scenario that ships passes the check, runs, keeps its requirements, and gives the same bytes again.

mod founding;

use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;

fn thalweg() -> Command {
    let mut command = Command::cargo_bin("thalweg").unwrap();
    command.env_clear().current_dir(env!("CARGO_MANIFEST_DIR"));
    command
}

/// The designs that lie beside the topics.
fn scenarios() -> Vec<PathBuf> {
    let mut found = designs(Path::new(""));
    found.extend(founding());
    found
}

/// What the product was made to show.
fn founding() -> Vec<PathBuf> {
    designs(Path::new("founding"))
}

fn designs(folder: &Path) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios").join(folder);
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut found: Vec<PathBuf> =
        paths.filter(|path| path.to_string_lossy().ends_with(".thalweg.yaml")).collect();
    assert!(!found.is_empty());
    found.sort();
    found
}

#[test]
fn every_scenario_passes_the_check_and_keeps_its_requirements() {
    for scenario in scenarios() {
        let check = thalweg().arg("check").arg(&scenario).args(["--format", "json"]).assert().success();
        let report: serde_json::Value = serde_json::from_slice(&check.get_output().stdout).unwrap();
        assert_eq!(report["findings"], serde_json::json!([]), "{}", scenario.display());
        let run = |seed: &str| {
            let assert = thalweg()
                .arg("run")
                .arg(&scenario)
                .args(["--format", "json", "--seed", seed])
                .assert()
                .success();
            assert.get_output().stdout.clone()
        };
        let first = run("7");
        assert_eq!(first, run("7"), "the same seed gives the same bytes");
        let report: serde_json::Value = serde_json::from_slice(&first).unwrap();
        for requirement in report["requirements"].as_array().unwrap() {
            assert_eq!(requirement["met"], true, "{requirement}");
        }
    }
}

#[test]
fn the_departures_read_well() {
    let run = thalweg().args(["run", "scenarios/departures.thalweg.yaml"]).assert().success();
    insta::assert_snapshot!(String::from_utf8(run.get_output().stdout.clone()).unwrap());
    assert!(run.get_output().stderr.is_empty(), "no progress where there is no terminal");
}

/// A folder with the catalog and one scenario, changed.
fn changed(id: &str, changes: &[(&str, &str)]) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let topics = fs::read_dir(&root).unwrap().map(|entry| entry.unwrap().path());
    let file = topics.map(|topic| topic.join(format!("{id}.yaml"))).find(|file| file.exists()).unwrap();
    let mut text = fs::read_to_string(&file).unwrap();
    for (old, new) in changes {
        assert!(text.contains(old), "{id} has `{old}`");
        text = text.replacen(old, new, 1);
    }
    let dir = tempfile::tempdir().unwrap();
    let topic = dir.path().join(file.parent().unwrap().file_name().unwrap());
    fs::create_dir(&topic).unwrap();
    fs::write(topic.join(format!("{id}.yaml")), text).unwrap();
    let run = thalweg()
        .args(["scenarios", "verify", id, "--format", "json", "--dir"])
        .arg(dir.path())
        .assert()
        .code(i32::from(!changes.is_empty()));
    let report: serde_json::Value = serde_json::from_slice(&run.get_output().stdout).unwrap();
    let findings = report["findings"].as_array().unwrap();
    let line = |finding: &serde_json::Value| {
        let rule = finding["rule"].as_str().unwrap();
        let message = finding["message"].as_str().unwrap();
        format!("{rule}: {message}")
    };
    findings.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn every_answer_is_proved() {
    let verify = thalweg().args(["scenarios", "verify"]).assert();
    let output = verify.get_output();
    let found = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{found}");
}

#[test]
fn what_a_scenario_claims_wrongly_is_found() {
    let id = "table-behind-firehose";
    assert_eq!(changed(id, &[]), "");
    let claims: [(&str, &[(&str, &str)]); 4] = [
        ("another rule", &[("rule: kds-cannot-push", "rule: kds-cannot-write-s3")]),
        ("two right options", &[("falls: {rule: firehose-cannot-write-dynamodb}", "right: true")]),
        ("a cue that decides nothing", &[("    noise: true", "    require: encryption")]),
        (
            "words that are not there",
            &[("- text: No reading may get lost", "- text: No reading must be lost")],
        ),
    ];
    let told = claims.map(|(claim, changes)| format!("{claim}:\n{}", changed(id, changes)));
    insta::assert_snapshot!(told.join("\n\n"));
}
