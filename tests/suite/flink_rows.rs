//! Queries give the rows that Apache Flink gives: `tests/fixtures/flink/README.md` says how Flink's were made.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};
use thalweg::runtime::sql::{Operator, Program, Stamp};

#[test]
fn groups_of_an_hour() {
    compare("counts");
}

#[test]
fn windows_with_an_offset_and_having() {
    compare("offset");
}

#[test]
fn records_behind_the_watermark_are_dropped_alike() {
    compare("late");
}

#[test]
fn nothing_is_a_key_of_its_own() {
    compare("null_key");
}

#[test]
fn plain_expressions() {
    compare("plain");
}

fn compare(name: &str) {
    let sql = fs::read_to_string(folder().join(format!("{name}.sql"))).unwrap();
    let wanted = fs::read_to_string(folder().join(format!("{name}.ndjson"))).unwrap();
    let mut wanted: Vec<Value> = wanted.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let mut found = rows(&sql);
    for rows in [&mut wanted, &mut found] {
        rows.iter_mut().for_each(plain_instants);
        rows.sort_by_key(ToString::to_string);
    }
    let first = wanted.iter().zip(&found).find(|(wanted, found)| wanted != found);
    assert_eq!(None, first, "{name}: Flink's row, and ours");
    assert_eq!(wanted.len(), found.len(), "{name}: rows of Flink, and of ours");
}

fn rows(sql: &str) -> Vec<Value> {
    let delay_ms = if sql.starts_with("-- watermark delay: 1 DAY") { 86_400_000 } else { 0 };
    let program = Program::compile(sql, None).unwrap();
    let columns: Vec<String> = program.output().map(str::to_owned).collect();
    let mut operator = Operator::new(program, 1, delay_ms);
    let mut out = Vec::new();
    for (origin, line) in records().lines().enumerate() {
        let stamp = Stamp { origin: origin as u64, produced_us: 0 };
        operator.push(0, line.as_bytes(), stamp, &mut out).unwrap();
    }
    operator.finish(&mut out);
    let object = |values: &[thalweg::runtime::sql::Value]| {
        let members = columns.iter().zip(values).map(|(column, value)| (column.clone(), value.to_json()));
        Value::Object(members.collect::<Map<_, _>>())
    };
    out.iter().map(|row| object(&row.values)).collect()
}

/// Flink leaves out a fraction of zero, and marks local instants by `Z`; ours always have milliseconds.
fn plain_instants(row: &mut Value) {
    let Value::Object(members) = row else { return };
    for (name, value) in members {
        if let Value::String(text) = value
            && name.starts_with("window_")
        {
            *text = text.trim_end_matches('Z').trim_end_matches(".000").to_owned();
        }
    }
}

fn records() -> String {
    let packed = fs::File::open(folder().join("flights.ndjson.gz")).unwrap();
    let mut text = String::new();
    flate2::read::GzDecoder::new(packed).read_to_string(&mut text).unwrap();
    text
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/flink")
}
