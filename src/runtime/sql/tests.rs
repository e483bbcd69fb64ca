use super::{DataType, Operator, Program, Schema, Stamp};

const WINDOW: &str = "FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(at), INTERVAL '10' SECONDS))";

fn rows(sql: &str, records: &[(usize, &str)]) -> (Vec<String>, usize) {
    let program = Program::compile(sql, None).unwrap();
    let mut operator = Operator::new(program, 2, 0);
    let mut out = Vec::new();
    for (origin, (shard, record)) in records.iter().enumerate() {
        operator
            .push(*shard, record.as_bytes(), Stamp { origin: origin as u64, produced_us: 0 }, &mut out)
            .unwrap();
    }
    operator.finish(&mut out);
    let shown =
        out.iter().map(|row| row.values.iter().map(ToString::to_string).collect::<Vec<_>>().join(" | "));
    (shown.collect(), operator.late() as usize)
}

#[test]
fn windows_are_half_open_and_late_records_are_counted() {
    let sql = format!(
        "SELECT k, window_start, COUNT(*) AS n, COUNT(v), SUM(v), AVG(v), MIN(v), MAX(v), COUNT(DISTINCT v) \
         {WINDOW} GROUP BY k, window_start, window_end"
    );
    let (found, late) = rows(
        &sql,
        &[
            (0, r#"{"at":"1970-01-01T00:00:01Z","k":"a","v":1}"#),
            (0, r#"{"at":"1970-01-01T00:00:09.999Z","k":"a","v":4}"#),
            (0, r#"{"at":"1970-01-01T00:00:02Z","k":"b","v":null}"#),
            (0, r#"{"at":"1970-01-01T00:00:10Z","k":"a","v":2}"#),
            (0, r#"{"at":"1970-01-01T00:00:03Z","k":"a","v":9}"#),
            (0, r#"{"at":"1970-01-01T00:00:21Z","k":"a","v":2}"#),
        ],
    );
    assert_eq!(
        found,
        [
            "a | 1970-01-01 00:00:00.000 | 2 | 2 | 5 | 2 | 1 | 4 | 2",
            "b | 1970-01-01 00:00:00.000 | 1 | 0 | null | null | null | null | 0",
            "a | 1970-01-01 00:00:10.000 | 1 | 1 | 2 | 2 | 2 | 2 | 1",
            "a | 1970-01-01 00:00:20.000 | 1 | 1 | 2 | 2 | 2 | 2 | 1",
        ]
    );
    assert_eq!(late, 1, "the record at 10.000 closed the window before it");
}

#[test]
fn the_slowest_shard_holds_the_watermark() {
    let sql = format!("SELECT window_end, COUNT(*) {WINDOW} GROUP BY window_start, window_end");
    let record = |second: u32| format!("{{\"at\":\"1970-01-01T00:00:{second:02}Z\"}}");
    let records =
        [(0, record(1)), (1, record(2)), (0, record(35)), (1, record(8)), (1, record(30)), (1, record(4))];
    let records: Vec<(usize, &str)> =
        records.iter().map(|(shard, record)| (*shard, record.as_str())).collect();
    let (found, late) = rows(&sql, &records);
    assert_eq!(found, ["1970-01-01 00:00:10.000 | 3", "1970-01-01 00:00:40.000 | 2"]);
    assert_eq!(late, 1);
}

#[test]
fn plain_queries_filter_and_compute() {
    let sql = "SELECT UPPER(k) AS k, v / 2 AS half, CASE WHEN v > 3 THEN 'big' ELSE 'small' END AS size \
               FROM t WHERE v IS NOT NULL AND NOT v BETWEEN 4 AND 5 AND k IN ('a', 'b')";
    let (found, _) = rows(
        sql,
        &[
            (0, r#"{"k":"a","v":7}"#),
            (0, r#"{"k":"a","v":4}"#),
            (0, r#"{"k":"b"}"#),
            (0, r#"{"k":"c","v":1}"#),
        ],
    );
    assert_eq!(found, ["A | 3 | big"]);
}

#[test]
fn what_does_not_run_is_refused_at_its_place() {
    let grouped = format!("SELECT kk, COUNT(*) {WINDOW} GROUP BY kk, window_start, window_end");
    for (sql, part, message) in [
        ("SELECT a FROM t ORDER BY a", "a", "`ORDER BY` over a stream does not run here"),
        (
            "SELECT a FROM TABLE(HOP(TABLE t, DESCRIPTOR(at), INTERVAL '1' SECOND, INTERVAL '2' SECOND))",
            "HOP",
            "the window `HOP` does not run here",
        ),
        ("SELECT a FROM t JOIN u ON a = b", "", "a join does not run here"),
        ("SELECT COUNT(*) FROM t", "COUNT", "`COUNT` needs a window"),
        (grouped.as_str(), "kk", "the records have no column `kk`"),
        ("SELECT FROM WHERE", "", "this is not SQL"),
        ("SELECT a FROM t UNION ALL SELECT a FROM u", "", "this kind of query does not run here"),
        ("SELECT RANK(a) FROM t", "RANK", "the function `RANK` does not run here"),
    ] {
        let fields = ["at", "k", "a"].map(|name| (name.to_owned(), None)).into();
        let errors = Program::compile(sql, Some(&fields)).unwrap_err();
        assert!(errors[0].message.starts_with(message), "{sql}: {:?}", errors[0]);
        assert!(sql[errors[0].range.clone()].contains(part), "{sql}: {:?}", errors[0]);
    }
}

/// The rows of a plain query over records, and the faults of those that it cannot read.
fn faults(sql: &str, records: &[&str]) -> (Vec<String>, Vec<String>) {
    let mut operator = Operator::new(Program::compile(sql, None).unwrap(), 1, 0);
    let (mut out, mut faults) = (Vec::new(), Vec::new());
    for record in records {
        let stamp = Stamp { origin: 0, produced_us: 0 };
        faults.extend(operator.push(0, record.as_bytes(), stamp, &mut out).err());
    }
    (out.iter().map(|row| row.values[0].to_string()).collect(), faults)
}

#[test]
fn what_cannot_be_worked_out_is_a_fault_and_never_a_guess() {
    for (sql, records, rows, fault) in [
        ("SELECT a / b FROM t", vec![r#"{"a":7,"b":-2}"#, r#"{"a":1,"b":0}"#], vec!["-3"], "divided by zero"),
        ("SELECT a FROM t", vec![r#"{"a":1}"#, r#"{"a":"1"}"#], vec!["1"], "`a` is STRING, and not BIGINT"),
        ("SELECT a / 2 FROM t", vec![r#"{"a":0.5}"#, r#"{"a":1}"#, "{}{}"], vec!["0.25", "0.5"], "trailing"),
        (
            "SELECT a FROM t",
            vec![r#"{"a":null}"#, "{}", r#"{"a":9223372036854775808}"#],
            vec!["null"; 2],
            "too large",
        ),
        (
            "SELECT a + 1 FROM t",
            vec![r#"{"a":9223372036854775807}"#, "[]"],
            vec!["-9223372036854775808"],
            "object",
        ),
        (
            "SELECT UPPER(a) FROM t",
            vec![r#"{"a":"\u00e9t\u00e9"}"#, r#"{"a":["x"]}"#],
            vec!["ÉTÉ"],
            "neither a list",
        ),
        (
            "SELECT CAST(a AS BIGINT) FROM t",
            vec![r#"{"a":"12"}"#, r#"{"a":"12.5"}"#],
            vec!["12"],
            "cannot be cast",
        ),
    ] {
        let (found, faults) = faults(sql, &records);
        assert_eq!(found, rows, "{sql}");
        assert!(faults.len() == 1 && faults[0].contains(fault), "{sql}: {faults:?}");
    }
}

#[test]
fn types_are_checked_before_a_run() {
    let schema: Schema = [
        ("at", DataType::Text),
        ("k", DataType::Text),
        ("n", DataType::Integer),
        ("x", DataType::Double),
        ("b", DataType::Boolean),
    ]
    .map(|(name, kind)| (name.to_owned(), Some(kind)))
    .into();
    let sum = format!("SELECT SUM(k) {WINDOW} GROUP BY window_start, window_end");
    for (sql, part, message) in [
        ("SELECT k + 1 FROM t", "k", "`+` takes BIGINT or DOUBLE, and not STRING"),
        ("SELECT n || 'a' FROM t", "n", "`||` takes STRING, and not BIGINT"),
        ("SELECT n FROM t WHERE k = 1", "k = 1", "STRING and BIGINT cannot be compared"),
        ("SELECT n FROM t WHERE n", "n", "`WHERE` takes BOOLEAN, and not BIGINT"),
        ("SELECT CASE WHEN b THEN n ELSE x END FROM t", "", "the results of `CASE` have one type"),
        ("SELECT COALESCE(n, k) FROM t", "COALESCE", "the results of `COALESCE` have one type"),
        ("SELECT n * 1.5 FROM t", "1.5", "`1.5` is a DECIMAL, which does not run here"),
        ("SELECT CAST(x AS STRING) FROM t", "x", "the cast of DOUBLE to STRING does not run here"),
        ("SELECT CAST(n AS INT) FROM t", "n", "the type `INT` does not run here"),
        ("SELECT LOWER(k) FILTER (WHERE b) FROM t", "LOWER", "this call does not run here"),
        ("SELECT n FROM t AS u", "t", "this source of rows does not run here"),
        (sum.as_str(), "SUM", "sums and averages are of numbers, and not of STRING"),
    ] {
        let errors = Program::compile(sql, Some(&schema)).unwrap_err();
        assert!(errors[0].message.starts_with(message), "{sql}: {:?}", errors[0]);
        assert!(sql[errors[0].range.clone()].contains(part), "{sql}: {:?}", errors[0]);
    }
    assert!(
        Program::compile("SELECT n * 15e-1, n > 1.5, x / n FROM t WHERE k LIKE 'a%_'", Some(&schema)).is_ok()
    );
}
