//! What the README shows is what the binary prints.

use std::fs;
use std::path::Path;

use assert_cmd::Command;

fn readme() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap()
}

/// The first fenced block after `heading` that starts with `fence`.
fn block(readme: &str, heading: &str, fence: &str) -> String {
    let after = readme.split_once(heading).unwrap().1.split_once(fence).unwrap().1;
    after.split_once("```").unwrap().0.trim_start_matches('\n').to_owned()
}

#[test]
fn the_run_that_the_readme_shows_is_real() {
    let output = Command::cargo_bin("thalweg")
        .unwrap()
        .env_clear()
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(["run", "scenarios/departures.thalweg.yaml"])
        .output()
        .unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), block(&readme(), "## Two commands", "```text"));
}

#[test]
fn the_finding_that_the_readme_shows_is_real() {
    let folder = tempfile::tempdir().unwrap();
    let design = block(&readme(), "## Judge a design", "```yaml");
    fs::write(folder.path().join("clicks.thalweg.yaml"), design).unwrap();
    let output = Command::cargo_bin("thalweg")
        .unwrap()
        .env_clear()
        .current_dir(folder.path())
        .args(["check", "clicks.thalweg.yaml"])
        .output()
        .unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    let shown = block(&readme(), "## Judge a design", "```text");
    let shown = shown.split_once('\n').unwrap().1;
    assert!(printed.starts_with(shown), "{printed}");
}
