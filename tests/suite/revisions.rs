//! What has changed: since a revision of git, and between two designs.

use std::fs;
use std::path::Path;
use std::process::Command as Process;

use assert_cmd::Command;
use tempfile::TempDir;

fn thalweg(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let mut command = Command::cargo_bin("thalweg").unwrap();
    let output = command.env("NO_COLOR", "1").current_dir(folder).args(arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn git(folder: &Path, arguments: &[&str]) {
    let named = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"];
    let output = Process::new("git").arg("-C").arg(folder).args(named).args(arguments).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {output:?}");
}

fn write(folder: &Path, files: &[(&str, &str)]) {
    for (path, contents) in files {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, contents).unwrap();
    }
}

const BEFORE: &str = "nodes:
  web: {service: producer, traffic: {rate: 1500/s, record_size: 1 KiB, key: user}}
  in: {service: kds, shards: 2, retention: 1d, encryption: aws-managed}
  old: {service: lambda}
  lake: {service: firehose, buffer: {size: 64 MiB, interval: 300s}}
  files: {service: s3}
flows:
  - web -> in -> lake -> files
  - {from: in, to: old, batch_size: 100, max_retries: 3}
";
const AFTER: &str = "nodes:
  web: {service: producer, traffic: {rate: 5000/s, record_size: 1 KiB, key: user}}
  in: {service: kds, shards: 4, retention: 24h, encryption: aws-managed}
  lake: {service: firehose, buffer: {size: 64 MiB, interval: 60s}}
  files: {service: s3}
  'new|er': {service: consumer}
flows:
  - web -> in -> lake -> files
  - in -> 'new|er'
";

/// A repository in which these files are committed.
fn repository(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), files);
    git(folder.path(), &["init", "--quiet", "--initial-branch=main"]);
    git(folder.path(), &["add", "--all"]);
    git(folder.path(), &["commit", "--quiet", "--message=first"]);
    folder
}

#[test]
fn two_designs_are_compared() {
    let folder = repository(&[("d.yaml", BEFORE)]);
    write(folder.path(), &[("after.yaml", &AFTER.replace("'new|er'", "newer"))]);
    for (format, name) in [("human", "human"), ("markdown", "markdown"), ("json", "json")] {
        let (code, out, err) = thalweg(folder.path(), &["diff", "d.yaml", "after.yaml", "--format", format]);
        assert_eq!((code, err.as_str()), (1, ""), "the second design does not carry its load: {out}");
        insta::assert_snapshot!(format!("difference_{name}"), out);
    }
    let (code, out, _) = thalweg(folder.path(), &["diff", "d.yaml", "d.yaml"]);
    assert_eq!((code, out.as_str()), (0, "d.yaml -> d.yaml\nnothing differs\n"));
    let (code, _, _) = thalweg(folder.path(), &["diff", "after.yaml", "d.yaml"]);
    assert_eq!(code, 0, "what was found before is nothing new");
}

#[test]
fn one_file_is_compared_at_two_revisions() {
    let folder = repository(&[("a/d.yaml", BEFORE)]);
    write(folder.path(), &[("a/d.yaml", &BEFORE.replace("shards: 2", "shards: 3"))]);
    git(folder.path(), &["commit", "--quiet", "--all", "--message=second"]);
    let (code, out, _) = thalweg(folder.path(), &["diff", "HEAD~1:a/d.yaml", "HEAD:a/d.yaml"]);
    assert_eq!(code, 0, "{out}");
    assert!(out.contains("~ in  shards: 2 -> 3"), "{out}");
    let within = folder.path().join("a");
    let (code, out, _) = thalweg(&within, &["diff", "HEAD~1:d.yaml", "d.yaml"]);
    assert!(code == 0 && out.contains("~ in  shards: 2 -> 3"), "paths count from the current folder: {out}");
    for (before, told) in
        [("gone:d.yaml", "gone"), ("HEAD:e.yaml", "e.yaml"), ("-x:d.yaml", "`-x` is no revision of git")]
    {
        let (code, out, err) = thalweg(&within, &["diff", "--", before, "d.yaml"]);
        assert_eq!((code, out.as_str()), (2, ""), "{err}");
        assert!(err.contains(told), "{err}");
    }
}

#[test]
fn only_what_changed_is_judged() {
    let other = BEFORE.replace("record_size: 1 KiB", "records: data/r.ndjson");
    let folder = repository(&[
        ("same.yaml", BEFORE),
        ("changed.yaml", BEFORE),
        ("records.yaml", &other),
        ("data/r.ndjson", "{\"user\": 1}\n"),
        ("strict/thalweg.toml", "advice = true\n"),
        ("strict/d.yaml", BEFORE),
    ]);
    let check = |arguments: &[&str]| {
        let (code, out, err) = thalweg(
            folder.path(),
            &[&["check", "--format", "json", "--changed-since", "HEAD"], arguments].concat(),
        );
        let judged: serde_json::Value = serde_json::from_str(&out).unwrap();
        (code, judged["summary"]["files"].as_u64().unwrap(), err)
    };
    assert_eq!(check(&[]), (0, 0, "4 files have not changed since HEAD and were not judged\n".to_owned()));
    write(folder.path(), &[("changed.yaml", AFTER), ("new.yaml", BEFORE)]);
    assert_eq!(check(&[]), (1, 2, "3 files have not changed since HEAD and were not judged\n".to_owned()));
    write(folder.path(), &[("data/r.ndjson", "{\"user\": 2}\n")]);
    assert_eq!(check(&[]).1, 3, "its records count to a design");
    write(folder.path(), &[("strict/thalweg.toml", "")]);
    assert_eq!(check(&[]).1, 4, "what a design is judged by counts");
    let (code, _, err) = thalweg(folder.path(), &["check", "--changed-since", "nowhere"]);
    assert_eq!(code, 2);
    assert!(err.contains("`nowhere` is no revision of"), "{err}");
}

#[test]
fn without_git_it_is_said() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &[("d.yaml", BEFORE)]);
    let (code, _, err) = thalweg(folder.path(), &["check", "--changed-since", "HEAD"]);
    assert_eq!(code, 2);
    assert!(err.contains("not a git repository"), "{err}");
    let mut command = Command::cargo_bin("thalweg").unwrap();
    let output = command.env_clear().env("PATH", "").current_dir(folder.path());
    let output = output.args(["check", "--changed-since", "HEAD"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        String::from_utf8(output.stderr).unwrap(),
        "error: git is not installed, or not in the PATH\n"
    );
}
