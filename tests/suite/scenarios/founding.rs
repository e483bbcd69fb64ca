//! What the product was made to show, each by a run of a design in `scenarios/founding/`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{founding, thalweg};

fn design(number: &str) -> PathBuf {
    let starts = |path: &PathBuf| path.file_name().unwrap().to_string_lossy().starts_with(number);
    founding().into_iter().find(starts).unwrap()
}

/// The report of a run, whatever becomes of its requirements.
fn report(design: &Path) -> Value {
    let run = thalweg().arg("run").arg(design).args(["--format", "json", "--seed", "7"]).assert();
    serde_json::from_slice(&run.get_output().stdout).unwrap()
}

/// Every line that lies below a node's folder after a run, as JSON, file by file.
fn lines(design: &Path, node: &str) -> Vec<Value> {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("run");
    thalweg().arg("run").arg(design).args(["--seed", "7", "--out"]).arg(&out).assert().success();
    let mut open = vec![out.join(node)];
    let mut files = Vec::new();
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
        } else {
            files.push(path);
        }
    }
    files.sort();
    let texts: Vec<String> = files.iter().map(|file| fs::read_to_string(file).unwrap()).collect();
    texts.iter().flat_map(|text| text.lines()).map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn the_count_of_a_key_is_held_by_one_processor() {
    let design = design("1-");
    let items = lines(&design, "board");
    let counted: u64 = items.iter().map(|item| item["calls"].as_u64().unwrap()).sum();
    assert_eq!(counted, report(&design)["nodes"]["phones"]["in"].as_u64().unwrap());
    let mut keys: Vec<String> =
        items.iter().map(|item| format!("{} {}", item["user"], item["window_start"])).collect();
    let count = keys.len();
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), count, "no user and minute is counted in two places");
}

#[test]
fn a_stream_keeps_the_order_that_a_standard_queue_does_not() {
    let (stream, queue) =
        (report(&design("2-order-through-a-stream")), report(&design("2-order-through-a-queue")));
    let keep = |report: &Value| report["sinks"]["keep"].clone();
    assert_eq!(keep(&stream)["delivered"], keep(&queue)["delivered"], "the same records");
    assert_eq!(keep(&stream)["out_of_order"], 0);
    assert!(keep(&queue)["out_of_order"].as_u64().unwrap() > 1_000, "{queue}");
}

#[test]
fn a_slow_archive_does_not_delay_the_dashboard() {
    let slow = design("3-");
    let text = fs::read_to_string(&slow).unwrap();
    let (before, after) = (text.find("faults:").unwrap(), text.find("require:").unwrap());
    let folder = tempfile::tempdir().unwrap();
    let sound = folder.path().join("sound.thalweg.yaml");
    fs::write(&sound, format!("{}{}", &text[..before], &text[after..])).unwrap();
    let latency = |report: &Value, sink: &str| report["sinks"][sink]["latency_ms"].clone();
    let (slow, sound) = (report(&slow), report(&sound));
    for percentile in ["p50", "p99"] {
        let [slow, sound] =
            [&slow, &sound].map(|report| latency(report, "dashboard")[percentile].as_f64().unwrap());
        assert!((slow - sound).abs() <= 20.0, "{percentile}: {slow} {sound}");
    }
    assert!(
        latency(&slow, "archive")["p50"].as_f64() > Some(60_000.0)
            && latency(&sound, "archive")["p99"].as_f64() < Some(2_000.0)
    );
}

#[test]
fn an_audit_a_day_later_reads_the_same_records_in_the_same_order() {
    let design = design("4-");
    let by_meter = |node: &str| {
        let mut by_meter: BTreeMap<String, Vec<Value>> = BTreeMap::new();
        for line in lines(&design, node) {
            by_meter.entry(line["meter"].to_string()).or_default().push(line);
        }
        by_meter
    };
    let (live, later) = (by_meter("invoices"), by_meter("findings"));
    assert!(live.len() == 40 && live == later);
    let latency = &report(&design)["sinks"]["findings"]["latency_ms"];
    assert!(latency["p50"].as_f64() > Some(23.0 * 3_600_000.0), "{latency}");
}

#[test]
fn the_objects_hold_exactly_the_records_that_the_function_kept() {
    let design = design("5-");
    let kept = lines(&design, "archive");
    assert!(kept.iter().all(|line| line["amount"].as_f64() > Some(90.0)));
    let nodes = &report(&design)["nodes"];
    let count = |node: &str, figure: &str| nodes[node][figure].as_u64().unwrap();
    assert_eq!(kept.len() as u64, count("shops", "in") - count("lake", "filtered"));
    // Each is there once, and nearly a tenth of all is.
    let mut numbers: Vec<u64> = kept.iter().map(|line| line["number"].as_u64().unwrap()).collect();
    numbers.sort_unstable();
    numbers.dedup();
    assert_eq!(numbers.len(), kept.len());
    assert!((11_000..13_000).contains(&kept.len()), "{}", kept.len());
}

#[test]
fn a_state_that_flink_holds_is_too_much_for_a_function() {
    let text = fs::read_to_string(design("6-")).unwrap();
    let start = text.find("  count:\n").unwrap();
    let end = text.find("  board:").unwrap();
    let function = "  count: {service: lambda, memory: 10240 MiB, ephemeral_storage: 512 MiB, timeout: 900s, work: {state: 30 GB}}\n";
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("function.thalweg.yaml");
    fs::write(&file, format!("{}{function}{}", &text[..start], &text[end..])).unwrap();
    let check = thalweg().arg("check").arg(&file).args(["--format", "json"]).assert().code(1);
    let found: Value = serde_json::from_slice(&check.get_output().stdout).unwrap();
    let rules: Vec<&Value> =
        found["findings"].as_array().unwrap().iter().map(|found| &found["rule"]).collect();
    assert!(rules.iter().any(|rule| **rule == "lambda-storage-limit"), "{found}");
}
