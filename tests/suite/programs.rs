//! Functions that are programs: what they are called with, what their answers mean, and what happens when they fail.
//! The programs need `python3`; where that is missing each of these tests says aloud that it did not run.

mod failing;
mod shapes;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

/// What a run left: its exit code, its report, what it said, and where.
struct Ran {
    code: i32,
    report: Value,
    complaint: String,
    folder: TempDir,
}

impl Ran {
    fn node(&self, id: &str, figure: &str) -> u64 {
        self.report["nodes"][id][figure].as_u64().unwrap_or_else(|| panic!("{}", self.report))
    }

    fn sink(&self, id: &str, figure: &str) -> u64 {
        self.report["sinks"][id][figure].as_u64().unwrap_or_else(|| panic!("{}", self.report))
    }

    fn program(&self, id: &str) -> &Value {
        &self.report["programs"][id]
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.folder.path().join("out").join(path)).unwrap()
    }

    /// The rows of a file of a sink.
    fn rows(&self, path: &str) -> Vec<Value> {
        self.read(path).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

/// Whether programs can run here at all.
#[expect(clippy::print_stderr, reason = "a test that cannot run says so aloud")]
fn has_python() -> bool {
    let found = Command::new("python3").arg("--version").output().is_ok_and(|output| output.status.success());
    if !found {
        eprintln!("SKIPPED: python3 is not here, so no function ran as a program");
    }
    found
}

/// Twenty records a second of two keys, numbered from 0.
fn records(count: usize) -> String {
    (0..count).fold(String::new(), |mut lines, number| {
        writeln!(lines, "{{\"k\":\"{}\",\"n\":{number}}}", ["a", "b"][number % 2]).unwrap();
        lines
    })
}

/// Runs a design in a folder of its own with the programs of the fixtures.
fn run(design: &str, arguments: &[&str]) -> Ran {
    let folder = tempfile::tempdir().unwrap();
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/programs");
    for name in ["runtime.py", "functions.py"] {
        fs::copy(fixtures.join(name), folder.path().join(name)).unwrap();
    }
    fs::write(folder.path().join("design.yaml"), design).unwrap();
    fs::write(folder.path().join("r.ndjson"), records(20)).unwrap();
    let output = assert_cmd::Command::cargo_bin("thalweg")
        .unwrap()
        .env("AWS_PROFILE", "production")
        .current_dir(folder.path())
        .args(["run", "design.yaml", "--out", "out", "--format", "json"])
        .args(arguments)
        .output()
        .unwrap();
    let report = serde_json::from_slice(&output.stdout).unwrap_or(Value::Null);
    let complaint = String::from_utf8(output.stderr).unwrap();
    Ran { code: output.status.code().unwrap(), report, complaint, folder }
}

/// A stream that a function reads, which writes to a table.
fn on_a_stream(function: &str, settings: &str, flow: &str) -> String {
    format!(
        "nodes:\n  web: {{service: producer, traffic: {{records: r.ndjson, rate: 20/s, key: k}}}}\n  \
         in: {{service: kds, shards: 1}}\n  \
         work: {{service: lambda, timeout: 60s, handler: [python3, runtime.py, {function}]{settings}}}\n  \
         board: {{service: dynamodb, mode: on-demand, key: [n]}}\n\
         flows:\n  - web -> in\n  - {{from: in, to: work{flow}}}\n  - work -> board\n"
    )
}

fn allowed(design: &str) -> Ran {
    run(design, &["--allow-handlers", "--handler-timeout", "60s"])
}

#[test]
fn no_program_starts_unless_that_is_allowed() {
    let ran = run(&on_a_stream("keep", "", ""), &[]);
    assert_eq!((ran.code, &ran.report), (2, &Value::Null));
    let said = "the design starts programs, and does so only with `--allow-handlers`:\n  `work` runs `python3 \
                runtime.py keep` in ";
    assert!(ran.complaint.contains(said), "{}", ran.complaint);
    assert!(!ran.folder.path().join("events.ndjson").exists());
}

#[test]
fn what_a_program_answers_goes_on_and_nothing_is_lost() {
    if !has_python() {
        return;
    }
    let ran = allowed(&on_a_stream("double", "", ""));
    assert_eq!((ran.code, ran.complaint.as_str()), (0, ""));
    let rows = ran.rows("board/items.ndjson");
    assert_eq!(rows.len(), 20);
    assert!(rows.iter().all(|row| row["twice"] == 2 * row["n"].as_u64().unwrap()));
    assert_eq!((ran.sink("board", "delivered"), ran.sink("board", "lost")), (20, 0));
    assert_eq!(ran.program("work")["failed"], 0);
    // A batch waits for the next read of its shard at the most, and the call for what Lambda adds.
    assert!(ran.report["sinks"]["board"]["latency_ms"]["max"].as_f64().unwrap() < 1_600.0, "{}", ran.report);
}

#[test]
fn what_a_program_leaves_out_is_filtered_and_what_it_sums_up_is_there() {
    if !has_python() {
        return;
    }
    let even = allowed(&on_a_stream("even", "", ""));
    assert_eq!((even.sink("board", "delivered"), even.sink("board", "lost")), (10, 0));
    assert_eq!(even.node("work", "filtered"), 10);
    // One row for each batch; the other records of the batch are in it, and neither filtered nor lost.
    let count = allowed(&on_a_stream("count", "", ", batch_size: 10"));
    let rows = count.rows("board/items.ndjson");
    assert_eq!(rows.iter().map(|row| row["count"].as_u64().unwrap()).sum::<u64>(), 20);
    assert_eq!((count.sink("board", "lost"), count.node("work", "filtered")), (0, 0));
}

#[test]
fn the_same_program_gives_the_same_bytes() {
    if !has_python() {
        return;
    }
    let design =
        on_a_stream("partial", "", ", report_item_failures: true, parallelization_factor: 2, max_retries: 3");
    let one = run(&design, &["--allow-handlers", "--handler-timeout", "60s", "--threads", "1"]);
    let two = run(&design, &["--allow-handlers", "--handler-timeout", "60s", "--threads", "2"]);
    assert_eq!(one.report, two.report);
    assert_eq!(one.read("board/items.ndjson"), two.read("board/items.ndjson"));
}

#[test]
fn a_report_of_failures_makes_a_batch_come_again_from_there() {
    if !has_python() {
        return;
    }
    let reports =
        allowed(&on_a_stream("partial", "", ", report_item_failures: true, batch_size: 10, max_retries: 2"));
    // 0 to 4 pass; 5 with the rest of its batch comes again as often as retries allow, and is then given up.
    assert_eq!(
        (reports.sink("board", "delivered"), reports.sink("board", "lost")),
        (15, 5),
        "{}",
        reports.report
    );
    assert_eq!((reports.node("work", "lost"), reports.node("work", "retried")), (5, 2));
    assert_eq!((&reports.program("work")["calls"], reports.sink("board", "duplicates")), (&4.into(), 0));
    let ignored = allowed(&on_a_stream("partial", "", ", batch_size: 10, max_retries: 2"));
    // Nobody listens: the batch counts as done, and what the program did not send is left out.
    assert_eq!(ignored.node("work", "retried"), 0);
    assert!(ignored.node("work", "filtered") > 0);
}

#[test]
fn a_queue_keeps_what_a_program_reports_as_failed() {
    if !has_python() {
        return;
    }
    let ran = allowed(
        "nodes:\n  web: {service: producer, traffic: {records: r.ndjson, rate: 20/s}}\n  \
         in: {service: sqs, visibility_timeout: 360s, dead_letters: dead, max_receives: 2}\n  dead: {service: sqs}\n  \
         work: {service: lambda, timeout: 60s, handler: [python3, runtime.py, queue]}\n  \
         board: {service: dynamodb, mode: on-demand, key: [n]}\n\
         flows:\n  - web -> in\n  - {from: in, to: work, report_item_failures: true}\n  - work -> board\n",
    );
    assert_eq!((ran.sink("board", "delivered"), ran.sink("board", "lost")), (19, 1), "{}", ran.report);
    assert_eq!(ran.rows("dead/messages.ndjson"), [serde_json::json!({"k": "b", "n": 3})]);
}

#[test]
fn a_transform_keeps_drops_and_fails_record_by_record() {
    if !has_python() {
        return;
    }
    let ran = allowed(
        "nodes:\n  web: {service: producer, traffic: {records: r.ndjson, rate: 20/s}}\n  \
         lake: {service: firehose, transform: clean, append_delimiter: true, error_prefix: bad/, error_logging: true}\n  \
         clean: {service: lambda, timeout: 60s, handler: [python3, runtime.py, transform]}\n  \
         archive: {service: s3}\nflows: [web -> lake -> archive]\n",
    );
    // Of five records two pass, one is dropped, one fails, and one is not in the answer.
    assert_eq!((ran.sink("archive", "delivered"), ran.sink("archive", "lost")), (8, 8), "{}", ran.report);
    assert_eq!(
        (ran.node("lake", "filtered"), ran.node("lake", "lost"), ran.node("lake", "retried")),
        (4, 8, 0)
    );
    let mut codes = Vec::new();
    let failed = ran.folder.path().join("out/archive/bad/processing-failed");
    walk(&failed, &mut |contents| {
        for line in contents.lines() {
            let line: Value = serde_json::from_str(line).unwrap();
            codes.push(line["errorCode"].as_str().unwrap().to_owned());
        }
    });
    codes.sort_unstable();
    let (of_four, of_two) = (["Lambda.MissingRecordId"; 4], ["Lambda.ProcessingFailedStatus"; 4]);
    assert_eq!(codes, [of_four, of_two].concat());
    let mut passed = 0;
    walk(&ran.folder.path().join("out/archive"), &mut |contents| {
        passed += contents.lines().filter(|line| line.contains("\"seen\": true")).count();
    });
    assert_eq!(passed, 8);
}

fn walk(folder: &Path, each: &mut dyn FnMut(String)) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { walk(&path, each) } else { each(fs::read_to_string(&path).unwrap()) }
    }
}

#[test]
fn an_api_passes_on_what_the_status_says() {
    if !has_python() {
        return;
    }
    let ran = allowed(
        "nodes:\n  web: {service: producer, traffic: {records: r.ndjson, rate: 20/s, retries: false}}\n  \
         door: {service: api-gateway-http}\n  \
         work: {service: lambda, timeout: 20s, handler: [python3, runtime.py, api]}\n  \
         board: {service: dynamodb, mode: on-demand, key: [n]}\nflows: [web -> door -> work -> board]\n",
    );
    assert_eq!(ran.sink("board", "delivered"), 10, "{}", ran.report);
    // 404 is refused for good at the door; 500 goes back to the caller, who does not try again.
    assert_eq!((ran.node("door", "lost"), ran.node("web", "lost")), (5, 5), "{}", ran.report);
}

#[test]
fn a_program_finds_the_environment_of_a_function_and_no_account() {
    if !has_python() {
        return;
    }
    let ran = allowed(&on_a_stream("environment", ", memory: 256 MiB", ""));
    let row = &ran.rows("board/items.ndjson")[0];
    let expected = serde_json::json!({
        "AWS_LAMBDA_FUNCTION_NAME": "work", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256", "AWS_REGION": "us-east-1",
        "_HANDLER": "environment", "AWS_PROFILE": null
    });
    assert_eq!((&row["found"], &row["root"]), (&expected, &Value::Bool(true)));
}

#[test]
fn the_page_tells_a_command_that_makes_the_run_again() {
    if !has_python() {
        return;
    }
    let design = on_a_stream("double", "", "");
    let ran =
        run(&design, &["--allow-handlers", "--handler-timeout", "60s", "--strict", "--report", "run.html"]);
    let page = fs::read_to_string(ran.folder.path().join("run.html")).unwrap();
    let command = "thalweg run design.yaml --strict --allow-handlers --handler-timeout 60000000us --seed 1";
    assert!(
        page.contains(command),
        "{}",
        page.lines().find(|line| line.contains("--seed")).unwrap_or_default()
    );
}
