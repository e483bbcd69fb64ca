//! The binary on odd files and places: a clear message and the right exit code, and nothing half written.

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

const DESIGN: &str = "nodes:
  web: {service: producer, traffic: {rate: 10/s, record_size: 1 KiB, key: k, keys: {distinct: 10}, fields: {k: key}}}
  in: {service: kds, shards: 1}
  lake: {service: firehose}
  files: {service: s3}
flows: [web -> in -> lake -> files]
";

/// `thalweg ARGUMENTS` in a folder, by a shell, so that its output can go anywhere.
fn shell(folder: &Path, arguments: &str) -> Output {
    let binary = assert_cmd::cargo::cargo_bin!("thalweg").display();
    let line = format!("'{binary}' {arguments}");
    Command::new("sh").args(["-c", &line]).current_dir(folder).stdin(Stdio::null()).output().unwrap()
}

/// It could do nothing, and says this.
#[track_caller]
fn fails(folder: &Path, arguments: &str, message: &str) {
    let output = shell(folder, arguments);
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{arguments}: {told}");
    assert!(told.contains(message), "{arguments}: {told}");
    assert!(!told.contains("panicked"), "{arguments}: {told}");
}

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join(".git")).unwrap();
    fs::write(folder.path().join("d.yaml"), DESIGN).unwrap();
    folder
}

#[cfg(target_os = "linux")]
#[test]
fn odd_files_are_refused() {
    let folder = folder();
    let at = folder.path();
    std::os::unix::fs::symlink("loop.yaml", at.join("loop.yaml")).unwrap();
    fs::write(at.join("bytes.yaml"), b"nodes: \xff").unwrap();
    for command in ["check", "graph", "run"] {
        fails(at, &format!("{command} /dev/null"), "the file is empty");
        fails(at, &format!("{command} loop.yaml"), "symbolic links");
        fails(at, &format!("{command} bytes.yaml"), "not UTF-8");
        fails(at, &format!("{command} /dev/zero"), "the file is too long");
        fails(at, &format!("{command} - < /dev/zero"), "the file is too long");
    }
    fails(at, "graph .", "this is a directory");
    fails(at, "check --config /dev/zero d.yaml", "the file is too long");
    fails(at, "check --baseline /dev/zero d.yaml", "the file is too long");
    fails(at, "check --rules /dev/null d.yaml", "Not a directory");
}

#[cfg(target_os = "linux")]
#[test]
fn odd_places_for_results_are_refused_and_nothing_is_left_behind() {
    let folder = folder();
    let at = folder.path();
    fails(at, "check --format json=/proc/x.json d.yaml", "/proc/x.json");
    fails(at, "check --format json=.git d.yaml", ".git: Is a directory");
    fails(at, "run --out /proc/x d.yaml", "/proc/x");
    fails(at, "run --out d.yaml d.yaml", "d.yaml: Not a directory");
    fails(at, "run --out . d.yaml", "holds something else than a run");
    for command in ["check", "graph", "run", "explain", "rules list", "schema design", "knowledge list"] {
        let design = if ["check", "graph", "run"].contains(&command) { "d.yaml" } else { "" };
        fails(at, &format!("{command} {design} > /dev/full"), "standard output: No space left on device");
    }
    let names: Vec<_> = fs::read_dir(at).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names.len(), 2, "a draft is left: {names:?}");
    assert_eq!(fs::read_to_string(at.join("d.yaml")).unwrap(), DESIGN);
}

#[cfg(unix)]
#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let folder = folder();
    let output = shell(folder.path(), "explain | head -1");
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8(output.stdout).unwrap().lines().count(), 1);
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    let closed = shell(folder.path(), "check d.yaml >&-");
    assert_eq!(closed.status.code(), Some(0), "{}", String::from_utf8_lossy(&closed.stderr));
}
