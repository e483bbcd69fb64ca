//! Suggested designs: what people see, and that every one of them holds.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use assert_cmd::Command;
use thalweg::analysis::Analysis;
use thalweg::design::lower;
use thalweg::diagnostic::Severity;
use thalweg::knowledge::Knowledge;
use thalweg::lint::{self, Rules};
use thalweg::source::Text;
use thalweg::suggest::request::Pair;
use thalweg::suggest::{Answer, Bounds, of_pair, suggest};

/// Runs `thalweg suggest` in a folder; gives exit code, standard output and standard error.
fn thalweg(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let output = Command::cargo_bin("thalweg")
        .unwrap()
        .env_clear()
        .current_dir(folder)
        .arg("suggest")
        .args(arguments)
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn shown(arguments: &[&str]) -> String {
    let (code, out, err) = thalweg(Path::new("."), arguments);
    format!("$ thalweg suggest {}\n{out}{err}exit code {code}\n", arguments.join(" "))
}

const LOAD: [&str; 4] = ["--rate", "5000/s", "--record-size", "2 KiB"];

const CLICKS: &str = "name: clickstream
about: Counts clicks as they happen and keeps every click for a year.
nodes:
  web:
    service: producer
    traffic: {rate: 2000/s, record_size: 1 KiB, key: user}
  archive: {service: s3}
  board: {service: dynamodb, key: [user]}
require:
  - latency: {from: web, to: board, p99: 5s}
  - order: {by: user, at: board}
  - delivery: {to: archive, guarantee: at-least-once}
";

#[test]
fn files_of_a_producer_are_gathered_on_their_way() {
    insta::assert_snapshot!(shown(&[&["--from", "producer", "--to", "s3"], &LOAD[..]].concat()));
}

#[test]
fn a_table_that_is_in_order_and_in_time_is_fed_by_a_stream() {
    let ends = ["--from", "producer", "--to", "dynamodb"];
    let require = ["--require", "order=user", "latency=5s", "replay=7d"];
    insta::assert_snapshot!(shown(&[&ends[..], &LOAD, &require].concat()));
}

#[test]
fn what_nothing_can_keep_is_explained() {
    let ends = ["--from", "producer", "--to", "opensearch"];
    insta::assert_snapshot!(shown(&[&ends[..], &LOAD, &["--require", "serverless", "latency=1ms"]].concat()));
}

#[test]
fn mistakes_of_a_request_are_told_with_what_to_write() {
    let asked = [
        vec!["--from", "producr", "--to", "s3"],
        vec!["--from", "producer", "--to", "s3", "--require", "latncy=5s"],
        vec!["--from", "producer", "--to", "s3", "--require", "latency=5sec"],
        vec!["--from", "producer", "--to", "s3", "--require", "order"],
        vec!["--from", "s3", "--to", "bucket"],
    ];
    let told: Vec<String> = asked.iter().map(|arguments| shown(arguments)).collect();
    assert!(told.iter().all(|text| text.ends_with("exit code 2\n")), "{told:#?}");
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn several_sinks_share_a_stream_and_are_saved_as_designs() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("clicks.yaml"), CLICKS).unwrap();
    let (code, out, err) = thalweg(folder.path(), &["--for", "clicks.yaml", "--out", "found"]);
    assert_eq!(code, 0, "{err}");
    let first = fs::read_to_string(folder.path().join("found/clickstream-1.thalweg.yaml")).unwrap();
    insta::assert_snapshot!(format!("{out}{err}\n{first}"));
    let (code, _, err) = thalweg(folder.path(), &["--for", "clicks.yaml", "--out", "found"]);
    assert_eq!(code, 2);
    assert!(err.contains("is not overwritten"), "{err}");
    let files = fs::read_dir(folder.path().join("found")).unwrap().count();
    assert_eq!(files, 3, "no draft is left behind");
}

#[test]
fn a_file_that_asks_for_nothing_sensible_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    for (text, message) in [
        ("nodes:\n  a: {service: s3}\n", "nothing sends"),
        ("nodes:\n  a: {service: producer}\n", "nothing receives"),
        (
            "nodes:\n  a: {service: producer}\n  b: {service: s3}\nflows: [a -> b]\n",
            "`a` is in a flow already",
        ),
        ("nodes:\n  a: {service: producr}\n", "mend the mistakes above first"),
    ] {
        fs::write(folder.path().join("asked.yaml"), text).unwrap();
        let (code, _, err) = thalweg(folder.path(), &["--for", "asked.yaml"]);
        assert_eq!(code, 2, "{text}");
        assert!(err.contains(message), "{err}");
    }
}

#[test]
fn the_same_question_gets_the_same_answer_for_machines() {
    let arguments = [&["--from", "iot-core", "--to", "dynamodb", "--format", "json"], &LOAD[..]].concat();
    let (code, out, _) = thalweg(Path::new("."), &arguments);
    assert_eq!(code, 0);
    assert_eq!(thalweg(Path::new("."), &arguments).1, out);
    let page: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(page["version"], 1);
    assert_eq!(page["designs"][0]["ways"][0][0], "source");
}

#[test]
fn a_suggested_design_runs_and_its_requirements_are_met() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("data")).unwrap();
    let record = |number: u32| format!("{{\"user\": \"u{}\", \"number\": {number}}}\n", number % 7);
    let records: String = (0..500).map(record).collect();
    fs::write(folder.path().join("data/clicks.ndjson"), records).unwrap();
    let asked = "name: clicks
nodes:
  web: {service: producer, traffic: {rate: 50/s, record_size: 1 KiB, key: user, records: data/clicks.ndjson}}
  ingest: {service: kds}
  lake: {service: s3}
require:
  - latency: {from: web, to: lake, p99: 8s}
  - order: {by: user, at: lake}
  - delivery: {to: lake, guarantee: at-least-once}
  - replay: {from: ingest, window: 2d}
";
    fs::write(folder.path().join("asked.yaml"), asked).unwrap();
    let (code, _, err) = thalweg(folder.path(), &["--for", "asked.yaml", "--out", "found/here"]);
    assert_eq!(code, 0, "{err}");
    let run = Command::cargo_bin("thalweg")
        .unwrap()
        .env_clear()
        .current_dir(folder.path())
        .args(["run", "found/here/clicks-1.thalweg.yaml"])
        .output()
        .unwrap();
    let report = String::from_utf8(run.stdout).unwrap();
    assert_eq!(run.status.code(), Some(0), "{report}{}", String::from_utf8_lossy(&run.stderr));
    assert_eq!(report.matches("\nmet ").count(), 4, "{report}");
    assert!(report.contains("500"), "{report}");
}

/// The ways out of the impossible flow from a stream to a store, where this is required.
fn ways_out(store: &str, required: &str) -> Vec<String> {
    let text = format!(
        "nodes:
  web: {{service: producer, traffic: {{rate: 100/s, record_size: 1 KiB, key: user}}}}
  ingest: {{service: kds, shards: 2, encryption: aws-managed}}
  archive: {{service: {store}}}
flows: [web -> ingest -> archive]
require: [{required}]
"
    );
    let (knowledge, rules) = (Knowledge::embedded(), Rules::embedded());
    let found = lint::judge(&lower(Arc::new(Text::new("d", text)), &knowledge), &knowledge, &rules);
    let impossible = found.into_iter().find(|finding| finding.rule == "kds-cannot-write-s3").unwrap();
    impossible.help.into_iter().filter(|step| step.contains("route")).collect()
}

#[test]
fn ways_out_keep_what_is_required() {
    let plain = "take the route `ingest -> NEW firehose -> archive`";
    let all = ways_out("s3", "");
    assert_eq!((all.len(), all[0].as_str()), (3, plain));
    let fast = ways_out("s3", "{latency: {from: web, to: archive, p99: 8s}}");
    assert_eq!(fast[0], format!("{plain}, with `buffer: {{interval: 0s}}` at `firehose`"));
    let faster = ways_out("s3", "{latency: {from: web, to: archive, p99: 100ms}}");
    assert!(!faster.iter().any(|way| way.contains("firehose")), "{faster:?}");
    let serverless = ways_out("s3", "serverless");
    assert!(serverless.len() == 3 && !serverless.iter().any(|way| way.contains("emr")), "{serverless:?}");
}

/// Panics where a suggested design has a finding or breaks what is required.
fn assert_holds(answer: &Answer, required: usize, knowledge: &Knowledge, rules: &Rules) {
    for design in &answer.designs {
        let file = design.file();
        let lowered = lower(Arc::new(Text::new("suggested", file.as_str())), knowledge);
        let mut found = lint::judge(&lowered, knowledge, rules);
        found.retain(|finding| finding.severity > Severity::Advice);
        assert!(found.is_empty(), "{found:#?}\n{file}");
        let design = lowered.design.unwrap();
        assert_eq!(design.requirements.len(), required, "{file}");
        let analysis = Analysis::of(&design, knowledge);
        assert!(analysis.verdicts.iter().all(|verdict| verdict.kept != Some(false)), "{file}");
        let mut ids: Vec<&str> = design.nodes.iter().map(|node| node.id.as_str()).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), design.nodes.len(), "{file}");
    }
}

#[test]
fn every_suggested_design_passes_and_keeps_what_is_required() {
    let (knowledge, rules) = (Knowledge::embedded(), Rules::embedded());
    let ids: Vec<&str> = knowledge.ids().collect();
    let class = |id: &str| knowledge.card(id).unwrap().class.clone();
    // One service of every class stands for the class at each end, another one at each rate.
    let (mut asked, mut joined, mut answered) = (0, 0, 0);
    for (number, rate) in ["10/s", "3000/s"].iter().enumerate() {
        let mut seen = std::collections::BTreeSet::new();
        for (from_index, from) in ids.iter().enumerate() {
            for (to_index, to) in ids.iter().enumerate() {
                let turn = (from_index + to_index) % 2 == number;
                if from == to || !turn || !seen.insert((class(from), class(to))) {
                    continue;
                }
                let require = ["delivery=at-least-once".to_owned()];
                let request = Pair {
                    from,
                    to,
                    rate: Some((*rate).to_owned()),
                    record_size: Some("1 KiB".to_owned()),
                    require: &require,
                    as_of: None,
                };
                let request = of_pair(&request, &knowledge).unwrap();
                let bounds = Bounds { designs: 2, drafts: 24 };
                let answer = suggest(&request, &knowledge, &rules, bounds);
                assert_holds(&answer, 1, &knowledge, &rules);
                asked += 1;
                answered += usize::from(!answer.designs.is_empty());
                joined += usize::from(answer.judged > 0);
            }
        }
    }
    assert!(asked > 100 && answered > 50 && answered * 3 > joined * 2, "{asked}, {joined}, {answered}");
}
