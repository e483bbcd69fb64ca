//! The binary as people and scripts meet it: output, messages and exit codes.

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use tempfile::TempDir;

/// Runs the binary in a folder; gives exit code, standard output and standard error.
fn thalweg(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let output = Command::cargo_bin("thalweg")
        .unwrap()
        .env_clear()
        .current_dir(folder)
        .args(arguments)
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, contents) in files {
        fs::write(folder.path().join(name), contents).unwrap();
    }
    folder
}

const RUNS: &[u8] = b"nodes:
  web: {service: producer, traffic: {records: r.ndjson, rate: 10/s, key: k}}
  in: {service: kds, shards: 1, encryption: aws-managed}
  out: {service: consumer}
flows: [web -> in -> out]
";

#[test]
fn input_that_cannot_be_read_is_told_plainly() {
    let folder =
        folder(&[("design.yaml", RUNS), ("empty.yaml", b"\n"), ("latin.yaml", b"nodes:\n  a\xff: 1\n")]);
    for (arguments, message) in [
        (["check", "desing.yaml"], "error: desing.yaml: there is no such file; did you mean design.yaml?\n"),
        (["run", "."], "error: .: this is a directory; name the design files in it\n"),
        (["check", "empty.yaml"], "error: empty.yaml: the file is empty; a design has `nodes` and `flows`\n"),
        (["check", "latin.yaml"], "error: latin.yaml:2: this is not UTF-8 text (byte 11 of the file)\n"),
        (["run", "zzzzzzzzzzzzzz"], "error: zzzzzzzzzzzzzz: there is no such file\n"),
    ] {
        let (code, out, err) = thalweg(folder.path(), &arguments);
        assert_eq!((code, out.as_str()), (2, ""), "{arguments:?}");
        assert!(err.starts_with(message), "{err}");
    }
}

#[test]
fn one_unreadable_file_does_not_hide_the_others() {
    let folder = folder(&[("bad.yaml", b"nodes:\n  a: {service: kdss}\n")]);
    let (code, out, _) = thalweg(folder.path(), &["check", "gone.yaml", "bad.yaml"]);
    assert_eq!(code, 2);
    assert!(out.contains("unknown-service"), "{out}");
}

#[test]
fn findings_as_json_are_complete() {
    let folder = folder(&[(
        "d.yaml",
        "# é\nnodes:\n  in: {service: kds, shards: 2}\n  é: {service: s3}\nflows:\n  - in -> é\n".as_bytes(),
    )]);
    let (code, out, _) = thalweg(folder.path(), &["check", "d.yaml", "--format", "json"]);
    assert_eq!(code, 1);
    insta::assert_snapshot!(out);
}

#[test]
fn standard_input_is_a_file_too() {
    let output = Command::cargo_bin("thalweg")
        .unwrap()
        .env_clear()
        .args(["check", "-"])
        .write_stdin(RUNS)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(output.stdout.is_empty(), "a sound design prints nothing");
}

#[test]
fn records_that_are_missing_or_broken_are_told() {
    let folder = folder(&[("d.yaml", RUNS)]);
    let (code, _, err) = thalweg(folder.path(), &["run", "d.yaml"]);
    assert_eq!((code, err.as_str()), (2, "error: r.ndjson: there is no such file\n"));
    fs::write(folder.path().join("r.ndjson"), "{\"k\":1}\noops\n").unwrap();
    let (code, out, _) = thalweg(folder.path(), &["run", "d.yaml"]);
    assert_eq!(code, 0);
    assert!(out.contains("line 2 is no JSON object"), "{out}");
    let (code, out, err) = thalweg(folder.path(), &["run", "d.yaml", "--strict"]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.starts_with("error: line 2 of the records of `web` is no JSON object"), "{err}");
}

#[test]
fn output_is_whole_or_not_there() {
    let folder = folder(&[("d.yaml", RUNS), ("r.ndjson", b"{\"k\":1}\n"), ("file", b"")]);
    let there = |name: &str| folder.path().join(name).exists();
    let (code, ..) = thalweg(folder.path(), &["run", "d.yaml", "--out", "out"]);
    assert_eq!((code, there("out/run.json")), (0, true));
    let (code, ..) = thalweg(folder.path(), &["run", "d.yaml", "--out", "out"]);
    assert_eq!(code, 0, "a run may replace a run");
    let (code, _, err) = thalweg(folder.path(), &["run", "d.yaml", "--out", "."]);
    assert_eq!(code, 2, "{err}");
    let (code, _, err) = thalweg(folder.path(), &["run", "d.yaml", "--out", "file/out"]);
    assert_eq!((code, there("file/out")), (2, false), "{err}");
    let left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left.len(), 4, "nothing half written is left: {left:?}");
}

#[test]
fn a_design_with_errors_does_not_run() {
    let folder = folder(&[(
        "d.yaml",
        b"nodes:\n  in: {service: kds, shards: 2}\n  s: {service: s3}\nflows: [in -> s]\n",
    )]);
    let (code, out, _) = thalweg(folder.path(), &["run", "d.yaml"]);
    assert_eq!(code, 1);
    assert!(out.contains("kds-cannot-write-s3"), "{out}");
}

#[test]
fn explanations_are_found_by_any_name() {
    let folder = folder(&[]);
    for (arguments, part) in [
        (vec!["explain"], "kds-cannot-write-s3"),
        (vec!["explain", "lambda-duration-limit"], "Way out"),
        (vec!["explain", "AWS::Kinesis::Stream"], "Amazon Kinesis Data Streams (kinesis-data-streams)"),
        (vec!["explain", "kinesis-data-streams", "s3"], "kinesis-data-streams -> firehose -> s3"),
        (vec!["explain", "kinesis-data-streams", "lambda"], "can send to AWS Lambda directly"),
    ] {
        let (code, out, err) = thalweg(folder.path(), &arguments);
        assert_eq!((code, err.as_str()), (0, ""), "{arguments:?}");
        assert!(out.contains(part), "{arguments:?}: {out}");
    }
    let (code, _, err) = thalweg(folder.path(), &["explain", "lambda-duration-limits"]);
    assert_eq!(
        (code, err.as_str()),
        (
            2,
            "error: no rule and no service is called `lambda-duration-limits`; did you mean `lambda-duration-limit`?\n"
        )
    );
}

#[test]
fn a_forced_run_ends_whatever_the_numbers() {
    let web = "web: {service: producer, traffic: {records: r.ndjson, rate: 10/s, key: k}}";
    for (design, message) in [
        (
            format!(
                "nodes:\n  {web}\n  t: {{service: dynamodb, key: [k], write_capacity: 0}}\nflows: [web -> t]\n"
            ),
            "`t` has no capacity to write with",
        ),
        (
            format!(
                "nodes:\n  {web}\n  in: {{service: kds, shards: 900000000000}}\n  out: {{service: consumer}}\nflows: [web -> in -> out]\n"
            ),
            "`in` has more shards than a run can hold",
        ),
        (
            format!(
                "nodes:\n  {web}\n  in: {{service: kds, shards: 1}}\n  f: {{service: lambda}}\nflows: [web -> in -> f -> in]\n"
            ),
            "`in` lies on a cycle",
        ),
    ] {
        let folder = folder(&[("d.yaml", design.as_bytes()), ("r.ndjson", b"{\"k\":1}\n")]);
        let (code, out, err) = thalweg(folder.path(), &["run", "d.yaml", "--force"]);
        assert_eq!((code, err.as_str()), (1, "error: the design does not run; see above\n"));
        assert!(out.contains(message), "{out}");
    }
}

#[test]
fn several_formats_go_to_several_places() {
    let folder = folder(&[("d.yaml", b"nodes:\n  a: {service: kdss}\n")]);
    let formats = ["--format", "json=out.json", "--format", "concise"];
    let (code, out, err) = thalweg(folder.path(), &[&["check", "d.yaml"], &formats[..]].concat());
    assert_eq!(
        (code, err.as_str()),
        (1, "1 error, 1 warning in 1 file; 1 of them can be fixed with --fix --unsafe-fixes\n")
    );
    assert_eq!(
        out,
        "d.yaml:2:3: warning[unused-node] no flow or setting uses the node `a`\n\
         d.yaml:2:16: error[unknown-service] the node `a` is `kdss`, which is no service known here\n"
    );
    let json: serde_json::Value =
        serde_json::from_slice(&fs::read(folder.path().join("out.json")).unwrap()).unwrap();
    assert_eq!(json["summary"]["errors"], 1);
    let left = fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(left, 2, "nothing half written is left");
}

#[test]
fn formats_that_make_no_sense_are_refused() {
    let folder = folder(&[("d.yaml", RUNS)]);
    for (formats, message) in [
        (vec!["human", "json"], "human and json would both go to standard output"),
        (vec!["human=a", "json=a"], "human and json would both go to a"),
        (vec!["jsn"], "there is no format `jsn`"),
        (vec!["json="], "a file is expected behind `=`"),
        (vec!["json=gone/a"], "gone/a: No such file or directory"),
    ] {
        let mut arguments = vec!["check", "d.yaml"];
        for format in &formats {
            arguments.extend(["--format", format]);
        }
        let (code, out, err) = thalweg(folder.path(), &arguments);
        assert_eq!((code, out.as_str()), (2, ""), "{formats:?}");
        assert!(err.contains(message), "{err}");
    }
}

const CYCLE: &[u8] = b"name: <retries>
nodes:
  web: {service: producer}
  jobs: {service: sqs}
  work: {service: lambda, on_failure: lost}
  lost: {service: sqs}
  files: {service: s3}
  stream: {service: kds, shards: 1}
flows:
  - web -> jobs -> work -> jobs
  - web -> stream -> files
";

#[test]
fn a_graph_is_drawn_in_every_format() {
    let folder = folder(&[("d.yaml", CYCLE)]);
    let mut shown = String::new();
    for arguments in [
        "",
        "--ascii",
        "--check",
        "--width 60",
        "--plain --check",
        "--format mermaid --check",
        "--format dot --check",
    ] {
        let mut all = vec!["graph", "d.yaml"];
        all.extend(arguments.split_whitespace());
        let (code, out, err) = thalweg(folder.path(), &all);
        assert_eq!(code, i32::from(arguments.contains("--check")), "{err}");
        shown = format!("{shown}$ thalweg {}\n{out}\n", all.join(" "));
    }
    insta::assert_snapshot!(shown);
    let (_, svg, _) = thalweg(folder.path(), &["graph", "d.yaml", "--format", "svg"]);
    assert!(
        svg.starts_with("<svg ") && svg.ends_with("</svg>\n") && svg.contains("&lt;retries&gt;"),
        "{svg}"
    );
    assert!(svg.contains("prefers-color-scheme: dark") && !svg.contains("href"), "{svg}");
}

#[test]
fn what_is_understood_of_a_broken_design_is_drawn() {
    let folder = folder(&[
        ("d.yaml", b"nodes:\n  a: {service: kdss}\n  b: {service: s3}\nflows: [a -> b]\n"),
        ("l.yaml", b"[1]\n"),
    ]);
    let (code, out, err) = thalweg(folder.path(), &["graph", "d.yaml"]);
    assert_eq!(code, 0);
    assert!(out.contains("kdss") && err.starts_with("note: the file has mistakes"), "{out}{err}");
    let (code, _, err) = thalweg(folder.path(), &["graph", "l.yaml"]);
    assert_eq!((code, err.as_str()), (2, "error: l.yaml: there is no design to draw; see above\n"));
}

#[test]
fn a_page_of_the_manual_is_found_by_its_command() {
    let folder = folder(&[]);
    let (code, out, _) = thalweg(folder.path(), &["man", "check"]);
    assert!(code == 0 && out.contains("thalweg\\-check"), "{out}");
    let (code, _, err) = thalweg(folder.path(), &["man", "chekc"]);
    assert_eq!((code, err.as_str()), (2, "error: there is no command `chekc`; did you mean `check`?\n"));
    let (code, ..) = thalweg(folder.path(), &["man", "--out", "pages"]);
    assert!(code == 0 && folder.path().join("pages/thalweg-graph.1").exists());
}

/// The tables of `--explain`, for a design with something unknown.
#[test]
fn what_is_derived_of_a_design_is_shown_as_tables() {
    let design = b"nodes:
  web: {service: producer, traffic: {rate: 1000/s, record_size: 2 KB, key: user}}
  ingest: {service: kinesis-data-streams, shards: 4, retention: 7d}
  count:
    service: managed-flink
    sql: \"SELECT page, COUNT(*) AS n FROM TABLE(TUMBLE(TABLE ingest, DESCRIPTOR(at), INTERVAL '10' SECONDS)) GROUP BY page\"
  board: {service: dynamodb, mode: on-demand, key: [page]}
  lake: {service: firehose, buffer: {size: 5 MiB, interval: 300s}}
  archive: {service: s3}
flows: [web -> ingest -> count -> board, ingest -> lake -> archive]
require:
  - order: {by: user, at: count}
";
    let folder = folder(&[("clicks.yaml", design)]);
    let arguments = ["check", "clicks.yaml", "--explain", "cost,latency,order"];
    let (code, shown, _) = thalweg(folder.path(), &arguments);
    assert_eq!(code, 0);
    insta::assert_snapshot!(shown);
}
