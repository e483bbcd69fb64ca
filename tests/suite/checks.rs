//! `thalweg knowledge`: the facts, the day of their last check, and which of them are to be read again.

use std::collections::BTreeSet;

use assert_cmd::Command;
use thalweg::knowledge::checks::{Checked, Source, all};
use thalweg::knowledge::fact::Confidence;
use thalweg::knowledge::{Knowledge, misconceptions};
use thalweg::report::checks as shown;
use thalweg::report::checks::Selection;

fn thalweg(arguments: &[&str]) -> (i32, String, String) {
    let output =
        Command::cargo_bin("thalweg").unwrap().env_clear().arg("knowledge").args(arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn facts() -> Vec<Checked> {
    all(&Knowledge::embedded(), &misconceptions::all())
}

#[test]
fn every_fact_is_listed_oldest_first() {
    let facts = facts();
    assert!(facts.is_sorted());
    let names: BTreeSet<String> =
        facts.iter().map(|fact| format!("{}: {}", fact.service, fact.name)).collect();
    for expected in [
        "kinesis-data-streams: limits.shard-write-bytes",
        "kinesis-data-streams: settings.retention",
        "kinesis-data-streams: sends.lambda.shared",
        "kinesis-data-streams: sends.lambda.shared.batch_size",
        "kinesis-data-streams: guarantees.latency-worst",
        "kinesis-data-streams: prices.shard-hour",
        "kinesis-data-streams: misconceptions.s3",
        "kinesis-data-analytics: status",
        "firehose: settings.buffer.size",
    ] {
        assert!(names.contains(expected), "{expected} is missing");
    }
}

#[test]
fn a_check_on_the_very_day_is_not_yet_old() {
    let oldest = facts().first().unwrap().checked;
    let count = |arguments: &[&str]| {
        let (code, out, _) = thalweg(&[&["stale", "--format", "json"], arguments].concat());
        let list: serde_json::Value = serde_json::from_str(&out).unwrap();
        let shown = list["facts"].as_array().unwrap().len();
        assert_eq!(list["summary"]["shown"], shown);
        assert_eq!(code, i32::from(shown > 0), "stale facts are findings");
        shown
    };
    let on = oldest.to_string();
    assert_eq!(count(&["--older", "0d", "--on", &on]), 0);
    assert_eq!(count(&["--older", "1000d"]), 0);
    assert_eq!(count(&["--older", "0d", "--on", "2020-01-01"]), 0, "a check that is still to come");
    let day_after = "9999-12-31";
    let of_all = facts().len();
    assert_eq!(count(&["--older", "180d", "--on", day_after]), of_all);
    let base = Knowledge::embedded().as_of();
    let age = base.days_since(oldest);
    assert!(count(&["--older", &format!("{}d", age - 1)]) > 0);
    assert_eq!(count(&["--older", &format!("{age}d")]), 0, "no more than so old");
}

#[test]
fn stale_facts_read_well() {
    let (code, out, err) = thalweg(&["stale", "--older", "180d", "--on", "2027-04-01"]);
    assert_eq!((code, err.as_str()), (1, ""));
    assert!(out.starts_with("checked"), "{out}");
    assert!(out.lines().nth(1).unwrap().starts_with("2026-04-13"), "the oldest comes first: {out}");
    assert!(out.trim_end().ends_with("were last checked over 180d before 2027-04-01"), "{out}");
    let (code, out, _) = thalweg(&["stale", "--on", "2026-04-14"]);
    assert_eq!(code, 0);
    assert!(out.starts_with("none of "), "{out}");
}

#[test]
fn a_list_of_facts_is_shown_to_people_and_machines() {
    let fact = |checked: &str, service: &str, name: &str, confidence, read: Option<&str>| Checked {
        checked: checked.parse().unwrap(),
        service: service.to_owned(),
        name: name.to_owned(),
        confidence,
        source: Source { url: format!("https://example.com/{service}"), read: read.map(str::to_owned) },
    };
    let facts = [
        fact("2026-04-13", "dynamodb", "limits.item-size", Confidence::Confirmed, None),
        fact("2026-05-01", "s3", "prices.storage", Confidence::Likely, Some("a price list")),
    ];
    let selection = Selection {
        facts: facts.iter().collect(),
        all: 7,
        on: "2026-12-24".parse().unwrap(),
        older: Some("180d".parse().unwrap()),
    };
    insta::assert_snapshot!(format!("{}\n{}", shown::human(&selection), shown::json(&selection)));
}

#[test]
fn a_wrong_age_or_day_is_told() {
    for (arguments, part) in [
        (["stale", "--older", "180"], "expected a time, but `180` has no unit"),
        (["stale", "--on", "2026-02-30"], "the calendar has no day `2026-02-30`"),
    ] {
        let (code, out, err) = thalweg(&arguments);
        assert_eq!((code, out.as_str()), (2, ""));
        assert!(err.contains(part), "{err}");
    }
}
