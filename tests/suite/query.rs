//! Stores answer queries about what a run left there: rows that can be counted by hand, what was read, and what it costs.

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use serde_json::{Value, json};
use tempfile::TempDir;

const DESIGN: &str = "name: readings
nodes:
  meters: {service: producer, traffic: {records: readings.ndjson, rate: 100/s, key: meter}}
  lake: {service: firehose, buffer: {size: 1 MiB, interval: 60s}, append_delimiter: true, compression: gzip, partition_by: [city], prefix: 'readings/', error_prefix: 'failed/'}
  archive: {service: s3}
  sql: {service: athena}
  load: {service: firehose, buffer: {size: 1 MiB, interval: 60s}}
  warehouse: {service: redshift}
flows:
  - meters -> lake -> archive -> sql
  - meters -> load -> warehouse
";

fn thalweg(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let mut command = Command::cargo_bin("thalweg").unwrap();
    let output = command.env("NO_COLOR", "1").current_dir(folder).args(arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

/// A run of 60 readings: of meter 0 to 9, in Bern, Genf and Zug, with values from 0 to 59, where each seventh is missing.
fn run() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let cities = ["Bern", "Genf", "Zug"];
    let reading = |number: usize| {
        let value = if number.is_multiple_of(7) { Value::Null } else { json!(number) };
        json!({"meter": number % 10, "city": cities[number % 3], "value": value, "load": number as f64 / 4.0})
            .to_string()
    };
    let readings: Vec<String> = (0..60).map(reading).collect();
    fs::write(folder.path().join("readings.ndjson"), readings.join("\n")).unwrap();
    fs::write(folder.path().join("d.yaml"), DESIGN).unwrap();
    let (code, out, err) = thalweg(folder.path(), &["run", "d.yaml", "--force", "--out", "out"]);
    assert!(code < 2, "{out}{err}");
    folder
}

/// The answer of a node as JSON.
fn asked(folder: &Path, node: &str, sql: &str) -> Value {
    let (code, out, err) = thalweg(folder, &["query", "out", node, sql, "--format", "json"]);
    assert_eq!(code, 0, "{sql}: {out}{err}");
    serde_json::from_str(&out).unwrap()
}

#[test]
fn rows_are_chosen_grouped_ordered_and_bounded() {
    let folder = run();
    let rows = |sql: &str| {
        let of_athena = asked(folder.path(), "sql", sql);
        let of_redshift = asked(folder.path(), "warehouse", &sql.replace("archive", "warehouse"));
        assert_eq!(of_athena["rows"], of_redshift["rows"], "{sql}");
        of_athena["rows"].clone()
    };
    assert_eq!(rows("SELECT COUNT(*), COUNT(\"value\"), MAX(load) FROM archive"), json!([[60, 51, 14.75]]));
    assert_eq!(
        rows(
            "SELECT city, COUNT(*) AS n, SUM(\"value\") FROM archive WHERE meter < 5 GROUP BY city ORDER BY n DESC, city LIMIT 2"
        ),
        json!([["Bern", 10, sum(0)], ["Genf", 10, sum(1)]])
    );
    assert_eq!(
        rows("SELECT \"value\" AS v, city FROM archive WHERE city = 'Zug' ORDER BY 1 LIMIT 2 OFFSET 1"),
        json!([[5, "Zug"], [8, "Zug"]])
    );
    assert_eq!(
        rows("SELECT DISTINCT city FROM archive ORDER BY city DESC"),
        json!([["Zug"], ["Genf"], ["Bern"]])
    );
    assert_eq!(
        rows(
            "SELECT meter, COUNT(*) FROM archive GROUP BY meter HAVING COUNT(*) > 5 ORDER BY COUNT(*), meter LIMIT 1"
        ),
        json!([[0, 6]])
    );
    // A total of nothing is a row all the same, and a group of nothing is none.
    assert_eq!(rows("SELECT COUNT(*), SUM(load) FROM archive WHERE meter > 99"), json!([[0, null]]));
    assert_eq!(rows("SELECT city, COUNT(*) FROM archive WHERE meter > 99 GROUP BY city"), json!([]));
    assert_eq!(
        rows(
            "SELECT a.city, COUNT(*) FROM archive a JOIN (SELECT city FROM archive WHERE load = 0.25) b ON a.city = b.city GROUP BY a.city"
        ),
        json!([["Genf", 20]])
    );
    // What is missing comes last in Athena, and first in Redshift where an order descends.
    let nulls = |node: &str, table: &str| {
        let sql = format!("SELECT \"value\" FROM {table} ORDER BY \"value\" DESC LIMIT 1");
        asked(folder.path(), node, &sql)["rows"].clone()
    };
    assert_eq!((nulls("sql", "archive"), nulls("warehouse", "warehouse")), (json!([[59]]), json!([[null]])));
}

/// The sum of the values of a city's meters below 5.
fn sum(city: u64) -> u64 {
    (0..60).filter(|number| number % 3 == city && number % 10 < 5 && number % 7 != 0).sum()
}

#[test]
fn only_what_is_read_is_billed_and_partitions_narrow_it() {
    let folder = run();
    let partition = |folder: &Path, found: &mut Vec<(String, u64)>| {
        let mut open = vec![folder.to_owned()];
        while let Some(next) = open.pop() {
            if next.is_dir() {
                open.extend(fs::read_dir(&next).unwrap().map(|entry| entry.unwrap().path()));
            } else {
                found.push((next.display().to_string(), fs::metadata(&next).unwrap().len()));
            }
        }
    };
    let mut objects = Vec::new();
    partition(&folder.path().join("out/archive"), &mut objects);
    let size = |part: &str| {
        objects.iter().filter(|(path, _)| path.contains(part)).map(|(_, size)| size).sum::<u64>()
    };
    assert!(size("city=Bern") > 0 && objects.len() >= 3, "{objects:?}");
    let all = asked(folder.path(), "sql", "SELECT COUNT(*) FROM archive");
    assert_eq!(all["scanned_bytes"], size(""));
    let one = asked(folder.path(), "sql", "SELECT COUNT(*) FROM archive WHERE city = 'Bern' AND meter > 0");
    assert_eq!((&one["scanned_bytes"], &one["rows"]), (&json!(size("city=Bern")), &json!([[18]])));
    let two =
        asked(folder.path(), "sql", "SELECT COUNT(*) FROM archive WHERE city > 'Bern' AND city <= 'Zug'");
    assert_eq!((&two["scanned_bytes"], &two["rows"]), (&json!(size("") - size("city=Bern")), &json!([[40]])));
    // The least that is billed is 10 MB, of which a terabyte costs 5 USD.
    assert_eq!((&one["billed_bytes"], &one["usd"]), (&json!(10_000_000), &json!(0.00005)));
    assert_eq!(asked(folder.path(), "warehouse", "SELECT COUNT(*) FROM warehouse")["usd"], Value::Null);
}

#[test]
fn a_table_lies_where_its_delivery_puts_records() {
    let folder = run();
    let archive = folder.path().join("out/archive");
    for (name, contents) in
        [("failed/2013/lost", "{\"errorCode\": \"X\"}\n"), ("other/notes", "no row at all\n")]
    {
        fs::create_dir_all(archive.join(name).parent().unwrap()).unwrap();
        fs::write(archive.join(name), contents).unwrap();
    }
    assert_eq!(asked(folder.path(), "sql", "SELECT COUNT(*) FROM archive")["rows"], json!([[60]]));
    fs::write(archive.join("readings/broken"), "{\"meter\": 1\n").unwrap();
    let (code, _, err) = thalweg(folder.path(), &["query", "out", "sql", "SELECT COUNT(*) FROM archive"]);
    assert_eq!(code, 2);
    assert!(err.contains("broken:1: is no row"), "{err}");
}

#[test]
fn answers_and_mistakes_read_well() {
    let folder = run();
    let (code, out, err) = thalweg(
        folder.path(),
        &["query", "out", "sql", "SELECT city, COUNT(*) FROM archive GROUP BY city ORDER BY 1"],
    );
    assert_eq!((code, out.as_str()), (0, "city  _col1\nBern     20\nGenf     20\nZug      20\n"));
    assert!(
        err.starts_with("3 rows; ") && err.ends_with("read of 3 of 3 objects; 10 MB billed, 0.00005 USD\n"),
        "{err}"
    );
    let told = |node: &str, sql: &str, code: i32, words: &str| {
        let (found, out, err) = thalweg(folder.path(), &["query", "out", node, sql]);
        assert_eq!(found, code, "{out}{err}");
        assert!(format!("{out}{err}").contains(words), "{sql}: {out}{err}");
    };
    told(
        "sql",
        "SELECT DATE_FORMAT(city, 'x') FROM archive",
        1,
        "`DATE_FORMAT` is not worked out in queries",
    );
    told("sql", "SELECT AVG(meter) FROM archive", 1, "write `AVG(CAST(… AS DOUBLE))`");
    told("sql", "SELECT city FROM archive ORDER BY meter", 1, "`meter` is no column of the result");
    told("sql", "SELECT citi FROM archive", 1, "city");
    told("sql", "SELECT city FROM elsewhere", 1, "there is no table `elsewhere`");
    told("sql", "DROP TABLE archive", 1, "this is not SQL");
    told("archive", "SELECT 1", 2, "`archive` is s3, which answers no SQL; ask a node of Athena or Redshift");
    told("nobody", "SELECT 1", 2, "there is no node `nobody`; there are meters, lake");
}
