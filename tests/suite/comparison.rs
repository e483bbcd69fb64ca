//! Two runs side by side: designs, saved reports and folders give the same figures.

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use serde_json::Value;
use tempfile::TempDir;

const NARROW: &str = "name: clicks
nodes:
  web: {service: producer, traffic: {rate: 1500/s, record_size: 1 KiB, key: k, keys: {distinct: 100}}}
  in: {service: kds, shards: 1, encryption: aws-managed}
  lake: {service: firehose, buffer: {size: 5 MiB, interval: 60s}, error_logging: true}
  files: {service: s3}
flows: [web -> in -> lake -> files]
require:
  - delivery: {to: files, guarantee: at-least-once}
  - latency: {from: web, to: files, p99: 10m}
";

fn thalweg(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let mut command = Command::cargo_bin("thalweg").unwrap();
    let output = command.env("NO_COLOR", "1").current_dir(folder).args(arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

/// The same design with one shard and with three; the first has errors.
fn designs() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("narrow.yaml"), NARROW).unwrap();
    fs::write(folder.path().join("wide.yaml"), NARROW.replace("shards: 1", "shards: 3")).unwrap();
    folder
}

const RUN: [&str; 3] = ["--force", "--duration", "2m"];

fn compared(folder: &Path, before: &str, after: &str, format: &str) -> (i32, String) {
    let arguments = [&["compare", before, after, "--format", format][..], &RUN[..]].concat();
    let (code, out, err) = thalweg(folder, &arguments);
    assert_eq!(err, "");
    (code, out)
}

#[test]
fn two_designs_are_run_and_compared() {
    let folder = designs();
    for format in ["human", "markdown"] {
        let (code, out) = compared(folder.path(), "narrow.yaml", "wide.yaml", format);
        assert_eq!(code, 0, "the second design breaks nothing: {out}");
        insta::assert_snapshot!(format!("comparison_{format}"), out);
    }
    let (code, _) = compared(folder.path(), "wide.yaml", "narrow.yaml", "human");
    assert_eq!(code, 1, "the other way round, delivery breaks");
}

#[test]
fn saved_reports_and_folders_compare_like_designs() {
    let folder = designs();
    for (design, out) in [("narrow.yaml", "narrow"), ("wide.yaml", "wide")] {
        let arguments =
            [&["run", design, "--out", out, "--format", "json", "--series"][..], &RUN[..]].concat();
        let (_, report, _) = thalweg(folder.path(), &arguments);
        fs::write(folder.path().join(format!("{out}.json")), report).unwrap();
    }
    let figures = |before: &str, after: &str| {
        let (code, out) = compared(folder.path(), before, after, "json");
        assert_eq!(code, 0);
        let mut all: Value = serde_json::from_str(&out).unwrap();
        for side in ["before", "after"] {
            all[side]["name"] = Value::Null;
        }
        all
    };
    let of_designs = figures("narrow.yaml", "wide.yaml");
    assert_eq!(figures("narrow", "wide"), of_designs);
    assert_eq!(figures("narrow.json", "wide.yaml"), of_designs);
    // What is compared is what the reports say.
    let report: Value =
        serde_json::from_str(&fs::read_to_string(folder.path().join("narrow.json")).unwrap()).unwrap();
    let throttled = of_designs["figures"].as_array().unwrap().iter().find(|row| {
        (row["of"].as_str(), row["subject"].as_str(), row["figure"].as_str())
            == (Some("node"), Some("in"), Some("throttled"))
    });
    assert_eq!(throttled.unwrap()["before"], report["nodes"]["in"]["throttled"]);
    assert_eq!(throttled.unwrap()["change"], "better");
    // The series of a report adds up to what it counts.
    let came: u64 = report["series"]["nodes"]["files"]["in"]
        .as_array()
        .unwrap()
        .iter()
        .map(|count| count.as_u64().unwrap())
        .sum();
    assert_eq!(Value::from(came), report["nodes"]["files"]["in"]);
}

#[test]
fn what_is_no_run_is_told() {
    let folder = designs();
    fs::write(folder.path().join("other.json"), "{\"version\": 1}").unwrap();
    fs::create_dir(folder.path().join("empty")).unwrap();
    let told = |arguments: &[&str], words: &str| {
        let (code, out, err) = thalweg(folder.path(), arguments);
        assert_eq!((code, out.as_str()), (2, ""));
        assert!(err.contains(words), "{err}");
    };
    told(
        &["compare", "other.json", "wide.yaml"],
        "other.json: is no report of a run, as `thalweg run --format json`",
    );
    told(
        &["compare", "empty", "wide.yaml"],
        "empty: holds neither a run nor a configuration; name a folder that `thalweg run --out` wrote",
    );
    told(&["run", "wide.yaml", "--report", "missing/run.html"], "there is no folder `missing` for the page");
    told(&["run", "wide.yaml", "--report", "-"], "name one such as `run.html`");
    let (code, out, err) = thalweg(folder.path(), &["compare", "narrow.yaml", "wide.yaml"]);
    assert_eq!(code, 1);
    assert!(out.contains("error[") && err.contains("the design does not run"), "{out}{err}");
}

/// A template of CloudFormation is JSON as reports are, and a path that nothing took has no latency to be better by.
#[test]
fn templates_are_designs_and_an_empty_path_is_not_a_fast_one() {
    let folder = designs();
    let template = r#"{"Resources": {
        "In": {"Type": "AWS::Kinesis::Stream", "Properties": {"ShardCount": 1}},
        "Work": {"Type": "AWS::Lambda::Function", "Properties": {"Timeout": 3}},
        "Reads": {"Type": "AWS::Lambda::EventSourceMapping", "Properties": {
            "EventSourceArn": {"Fn::GetAtt": ["In", "Arn"]}, "FunctionName": {"Ref": "Work"},
            "StartingPosition": "LATEST", "MaximumRetryAttempts": 0}}},
        "Metadata": {"Thalweg": {"nodes": {"web": {"service": "producer", "traffic": {"rate": "5/s", "record_size": "1 KiB"}}},
            "flows": ["web -> In"]}}}"#;
    fs::write(folder.path().join("busy.json"), template).unwrap();
    let failing = template.replace("\"Timeout\": 3", "\"Timeout\": 3, \"Description\": \"fails\"");
    fs::write(folder.path().join("same.json"), failing).unwrap();
    let arguments = ["compare", "busy.json", "same.json", "--duration", "10s", "--force"];
    let (code, out, err) = thalweg(folder.path(), &arguments);
    assert_eq!(code, 0, "{out}{err}");
    assert!(out.contains("= same") && !out.contains("differs"), "{out}");
    let run = |name: &str, share: &str| {
        let design = format!(
            "nodes:\n  web: {{service: producer, traffic: {{rate: 5/s, record_size: 1 KiB}}}}\n  in: {{service: kds, \
             shards: 1}}\n  work: {{service: lambda, work: {{error_rate: {share}}}}}\n  board: {{service: dynamodb, mode: \
             on-demand, key: [number]}}\nflows:\n  - web -> in\n  - {{from: in, to: work, max_retries: 0}}\n  - work -> board\n"
        );
        fs::write(folder.path().join(name), design).unwrap();
    };
    run("works.yaml", "0");
    run("fails.yaml", "1");
    let arguments = ["compare", "works.yaml", "fails.yaml", "--duration", "10s", "--force"];
    let (_, out, err) = thalweg(folder.path(), &arguments);
    let latency = out.lines().find(|line| line.contains("p99")).unwrap_or_else(|| panic!("{out}{err}"));
    assert!(latency.contains("differs") && !latency.contains("better"), "{out}");
}
