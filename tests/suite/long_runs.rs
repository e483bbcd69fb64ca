//! Runs of any length: files are read while they are sent, on threads or not, and a run can be ended early.

use std::fmt::Write as _;
use std::fs;
use std::io::Cursor;
use std::process::{Command, Stdio};
use std::sync::Arc;

use bytes::Bytes;
use proptest::prelude::*;
use thalweg::design;
use thalweg::knowledge::Knowledge;
use thalweg::report::run_json;
use thalweg::runtime::{self, Broken, Options, Source, Sources};
use thalweg::source::Text;

const DESIGN: &str = "
nodes:
  web: {service: producer, traffic: {records: r.ndjson, key: k, event_time: at}}
  in: {service: kds, shards: 2}
  count:
    service: managed-flink
    sql: SELECT k, window_start, COUNT(*) AS n FROM TABLE(TUMBLE(TABLE `in`, DESCRIPTOR(at), INTERVAL '1' SECOND)) GROUP BY k, window_start, window_end
  board: {service: dynamodb, key: [k, window_start]}
  lake: {service: firehose}
  archive: {service: s3}
flows: [web -> in -> count -> board, in -> lake -> archive]
";

/// The report of a run over these records, or why there is none.
fn run(records: &str, source: impl Fn(&str) -> Source, ahead: bool) -> Result<String, Broken> {
    let knowledge = Knowledge::embedded();
    let lowered = design::lower(Arc::new(Text::new("d.yaml", DESIGN)), &knowledge);
    let files = [("web".to_owned(), source(records))].into();
    let sources = Sources { files, ahead, strict: false, ..Sources::default() };
    let options = Options::default();
    let topology = runtime::plan_from(&lowered.design.unwrap(), &knowledge, sources, &options).unwrap();
    let mut files = Files(Vec::new());
    let outcome = runtime::observe(topology, &options, &mut files)?;
    Ok(run_json::render(&outcome, None) + &files.0.join("\n"))
}

struct Files(Vec<String>);

impl runtime::Observer for Files {
    fn progress(&mut self, _: runtime::Progress) -> std::ops::ControlFlow<()> {
        std::ops::ControlFlow::Continue(())
    }

    fn file(&mut self, node: &str, file: runtime::outcome::File) {
        self.0.push(format!("{node} {} {}", file.path, String::from_utf8_lossy(&file.contents)));
    }
}

fn whole(records: &str) -> Source {
    Source::Whole(Bytes::from(records.to_owned()))
}

fn stream(records: &str) -> Source {
    Source::Stream(Box::new(Cursor::new(records.to_owned())))
}

fn line(second: u32, number: usize, filler: usize) -> String {
    format!(
        "{{\"k\":\"k{}\",\"at\":\"2026-01-01T00:00:{second:02}Z\",\"f\":\"{}\"}}",
        number % 7,
        "x".repeat(filler)
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    /// Lines of any length, some of them no records, with line ends of both kinds and the last without one.
    #[test]
    fn a_file_that_is_read_while_it_is_sent_gives_the_same(
        lines in prop::collection::vec((0u32..3, prop_oneof![8 => 0usize..200, 1 => 0usize..700_000], 0u8..12), 1..60)
    ) {
        let mut records = line(0, 0, 0);
        let mut second = 0;
        for (number, (later, filler, kind)) in lines.into_iter().enumerate() {
            second = (second + later).min(59);
            records += if kind == 1 { "\r\n" } else { "\n" };
            records += &if kind == 0 { "no record".to_owned() } else { line(second, number, filler) };
        }
        let wanted = run(&records, whole, false).unwrap();
        prop_assert_eq!(&run(&records, stream, false).unwrap(), &wanted);
        prop_assert_eq!(&run(&records, stream, true).unwrap(), &wanted, "on a thread of its own");
    }
}

#[test]
fn event_times_that_go_back_are_told() {
    let records = [line(1, 0, 0), line(3, 1, 0), line(2, 2, 0)].join("\n");
    let wanted = Broken::Unsorted { producer: "web".to_owned() };
    assert_eq!(run(&records, stream, true), Err(wanted));
    assert!(run(&records, whole, true).is_ok());
}

#[test]
fn a_source_that_breaks_off_is_told() {
    struct Broken;
    impl std::io::Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("the disk is gone"))
        }
    }
    let source = |records: &str| {
        let start = Cursor::new(records.to_owned());
        Source::Stream(Box::new(std::io::Read::chain(start, Broken)))
    };
    let broken = run(&format!("{}\n", line(1, 0, 0)), source, true).unwrap_err();
    assert_eq!(broken.to_string(), "the records of `web` cannot be read: the disk is gone");
}

fn thalweg() -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("thalweg"));
    command.env_clear();
    command
}

/// A file that has to be sorted first gives what the sorted file gives, with one thread and with two.
#[test]
fn a_file_in_any_order_gives_what_its_sorted_records_give() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("d.yaml"), DESIGN).unwrap();
    let report = |order: &[u32], threads: &str| {
        let mut records = String::new();
        for second in order {
            writeln!(records, "{}", line(*second, *second as usize, 5)).unwrap();
        }
        fs::write(folder.path().join("r.ndjson"), records).unwrap();
        let out = folder.path().join("out");
        let mut command = thalweg();
        command.current_dir(folder.path()).args(["run", "d.yaml", "--format", "json", "--out"]).arg(&out);
        let run = command.args(["--threads", threads]).output().unwrap();
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
        (run.stdout, fs::read(out.join("board/items.ndjson")).unwrap())
    };
    let sorted: Vec<u32> = (0..50).collect();
    let mixed: Vec<u32> = sorted.iter().map(|second| second * 7 % 50).collect();
    let wanted = report(&sorted, "1");
    assert_eq!(report(&sorted, "2"), wanted);
    assert_eq!(report(&mixed, "2"), wanted);
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_a_run_with_the_report_so_far() {
    let folder = tempfile::tempdir().unwrap();
    let design = "
nodes:
  web: {service: producer, traffic: {rate: 500/s, record_size: 100 B}}
  archive: {service: s3}
flows: [web -> archive]
";
    fs::write(folder.path().join("d.yaml"), design).unwrap();
    let mut command = thalweg();
    command.current_dir(folder.path());
    command.args(["run", "d.yaml", "--duration", "3650d", "--format", "json", "--out", "out"]);
    let run = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // Once it writes, it runs.
    let begins = |entry: std::io::Result<fs::DirEntry>| {
        entry.unwrap().file_name().to_string_lossy().ends_with(".draft")
    };
    while !fs::read_dir(folder.path()).unwrap().any(begins) {
        std::thread::yield_now();
    }
    let told = Command::new("kill").args(["-INT", &run.id().to_string()]).status().unwrap();
    assert!(told.success());
    let ended = run.wait_with_output().unwrap();
    assert_eq!(ended.status.code(), Some(130), "{}", String::from_utf8_lossy(&ended.stderr));
    let report: serde_json::Value = serde_json::from_slice(&ended.stdout).unwrap();
    assert_eq!(report["ended_early"], true);
    assert_eq!(report["sinks"]["archive"]["lost"], 0, "what was sent has arrived");
    assert_eq!(fs::read(folder.path().join("out/run.json")).unwrap(), ended.stdout);
    let objects = fs::read_dir(folder.path().join("out/archive")).map_or(0, Iterator::count);
    assert_eq!(report["sinks"]["archive"]["delivered"], objects);
    let left: Vec<_> = fs::read_dir(folder.path())
        .unwrap()
        .filter(|entry| {
            entry.as_ref().is_ok_and(|entry| entry.file_name() != "d.yaml" && entry.file_name() != "out")
        })
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

/// Every run that an exploration tells of can be made again by its seed.
#[test]
fn the_worst_of_many_runs_can_be_made_again() {
    let folder = tempfile::tempdir().unwrap();
    let design = "
nodes:
  web: {service: producer, traffic: {rate: 50/s, record_size: 100 B, retries: false}}
  in: {service: kds, shards: 1}
  app: {service: application}
flows: [web -> in -> app]
require: [{delivery: {to: app, guarantee: exactly-once}}]
";
    fs::write(folder.path().join("d.yaml"), design).unwrap();
    let json = |arguments: &[&str]| {
        let mut command = thalweg();
        command.current_dir(folder.path()).args([
            "run",
            "d.yaml",
            "--force",
            "--format",
            "json",
            "--duration",
            "60s",
        ]);
        let run = command.args(arguments).output().unwrap();
        serde_json::from_slice::<serde_json::Value>(&run.stdout)
            .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&run.stderr)))
    };
    let explored = json(&["--explore", "12", "--seed", "5", "--threads", "2"]);
    assert_eq!(explored, json(&["--explore", "12", "--seed", "5", "--threads", "1"]));
    let runs = explored["runs"].as_array().unwrap();
    assert_eq!(runs.len(), 12);
    let worst = &runs[0];
    assert!(
        worst["lost"].as_u64().unwrap() > 0 && !worst["broken"].as_array().unwrap().is_empty(),
        "{worst}"
    );
    let again = json(&["--faults", "random", "--seed", &worst["seed"].to_string()]);
    assert_eq!((&again["sinks"]["app"]["lost"], &again["faults"]), (&worst["lost"], &worst["faults"]));
    fs::write(folder.path().join("f.yaml"), "- {kind: crashh, at: web, start: 1s, duration: 1s}\n").unwrap();
    let mut command = thalweg();
    command.current_dir(folder.path()).args(["run", "d.yaml", "--force", "--faults", "f.yaml"]);
    let refused = command.output().unwrap();
    assert_eq!(refused.status.code(), Some(1));
    let told = String::from_utf8_lossy(&refused.stdout).into_owned();
    assert!(told.contains("f.yaml") && told.contains("`crash` or `partition`"), "{told}");
}
