//! What `check` judges: files, folders, standard input, and what changes while it watches.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command as Process, Stdio};

use assert_cmd::Command;
use tempfile::TempDir;

const KNOWN: &str = "nodes:\n  in: {service: kds, shards: 2}\n  out: {service: lambda}\nflows: [in -> out]\n";
const UNKNOWN: &str = "nodes:\n  in: {service: kdss}\n  out: {service: lambda}\nflows: [in -> out]\n";

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, contents) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, contents).unwrap();
    }
    folder
}

/// Exit code, standard output and standard error of `check --format concise` with further arguments.
fn check(folder: &Path, arguments: &[&str], input: &str) -> (i32, String, String) {
    let output = Command::cargo_bin("thalweg")
        .unwrap()
        .env_clear()
        .current_dir(folder)
        .args(["check", "--format", "concise"])
        .args(arguments)
        .write_stdin(input)
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

/// The files that are found wanting, in the order in which they are shown.
fn files(out: &str) -> Vec<&str> {
    let mut files: Vec<&str> = out.lines().map(|line| line.split(':').next().unwrap()).collect();
    files.dedup();
    files
}

#[test]
fn folders_hold_the_designs_that_are_not_ignored() {
    let folder = folder(&[
        ("b.yaml", UNKNOWN),
        ("a/deep/c.yml", UNKNOWN),
        ("a/workflow.yaml", "on: push\njobs: {}\n"),
        ("a/empty.thalweg.yaml", "name: x\n"),
        ("a/latin.yaml", "x"),
        ("a/notes.txt", UNKNOWN),
        (".hidden/d.yaml", UNKNOWN),
        ("target/e.yaml", UNKNOWN),
        (".gitignore", "target/\n"),
    ]);
    fs::write(folder.path().join("a/latin.yaml"), b"nodes: \xff\nflows: []\n").unwrap();
    let (code, out, err) = check(folder.path(), &[], "");
    assert_eq!(
        (code, files(&out)),
        (1, vec!["a/deep/c.yml", "a/empty.thalweg.yaml", "b.yaml"]),
        "{out}{err}"
    );
    let (_, named, _) = check(folder.path(), &["target", "b.yaml", "./b.yaml", "a/notes.txt"], "");
    assert_eq!(files(&named), ["a/notes.txt", "b.yaml", "target/e.yaml"], "what is named counts, once");
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let names: Vec<String> = (0..60).map(|number| format!("{}/{}.yaml", number % 7, number)).collect();
    let designs: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), UNKNOWN)).collect();
    let folder = folder(&designs);
    let one = check(folder.path(), &["--threads", "1"], "");
    assert_eq!(files(&one.1).len(), 60);
    for threads in ["2", "5", "64"] {
        assert_eq!(check(folder.path(), &["--threads", threads], ""), one);
    }
}

#[test]
fn nothing_to_judge_is_told() {
    let folder = folder(&[("a/workflow.yaml", "on: push\n")]);
    let (code, out, err) = check(folder.path(), &["a"], "");
    let message = "error: there is no design in a; a design is a YAML file with `nodes` and `flows`\n";
    assert_eq!((code, out.as_str(), err.lines().next()), (2, "", message.lines().next()));
}

#[test]
fn standard_input_goes_by_the_name_that_it_is_given() {
    let folder = folder(&[]);
    for arguments in [&["-", "--stdin-filename", "x/y.yaml"][..], &["--stdin-filename", "x/y.yaml"]] {
        let (code, out, _) = check(folder.path(), arguments, UNKNOWN);
        assert_eq!((code, files(&out)), (1, vec!["x/y.yaml"]));
    }
    assert_eq!(files(&check(folder.path(), &["-"], UNKNOWN).1), ["<stdin>"]);
    let (code, _, err) = check(folder.path(), &["-", "--watch"], UNKNOWN);
    assert_eq!((code, err.as_str()), (2, "error: standard input cannot be watched; name files or folders\n"));
}

/// It judges at once, again after a change and after a new file, and Ctrl-C is no failure.
#[cfg(unix)]
#[test]
fn watching_judges_again_after_every_change() {
    let folder = folder(&[("a.yaml", UNKNOWN)]);
    let mut watching = Process::new(assert_cmd::cargo::cargo_bin!("thalweg"))
        .args(["check", "--watch", "--format", "concise"])
        .current_dir(folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut remarks = BufReader::new(watching.stderr.take().unwrap()).lines();
    let mut judged = || {
        let summary = remarks.next().unwrap().unwrap();
        assert_eq!(remarks.next().unwrap().unwrap(), "watching; Ctrl-C ends it");
        summary
    };
    let broken = judged();
    assert!(broken.contains("1 error") && broken.contains("in 1 file"), "{broken}");
    fs::write(folder.path().join("a.yaml"), KNOWN).unwrap();
    let mended = judged();
    assert!(!mended.contains("error") && mended.contains("in 1 file"), "{mended}");
    fs::write(folder.path().join("b.yaml"), UNKNOWN).unwrap();
    let both = judged();
    assert!(both.contains("1 error") && both.contains("in 2 files"), "{both}");
    let killed = Process::new("kill").args(["-INT", &watching.id().to_string()]).status().unwrap();
    assert!(killed.success());
    assert_eq!(watching.wait().unwrap().code(), Some(0));
}
