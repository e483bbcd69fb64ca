use super::{
    Catalog, DataType, Emission, Operator, Place, Program, Row, Schema, SinkTable, SourceTable, SqlError,
    Stamp,
};

const WINDOW: &str = "FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(at), INTERVAL '10' SECONDS))";

fn catalog(schema: Option<Schema>) -> Catalog {
    let source = SourceTable { name: "t".to_owned(), schema, event_time: Some("at".to_owned()), delay_ms: 0 };
    Catalog { sources: vec![source], sinks: vec![SinkTable { name: "out".to_owned(), key: Vec::new() }] }
}

fn compiled(sql: &str, schema: Option<Schema>) -> Result<Program, Vec<SqlError>> {
    Program::compile(sql, &catalog(schema))
}

fn operator(sql: &str) -> Operator {
    Operator::new(&compiled(sql, None).unwrap(), &[2], Emission::EveryRecord)
}

fn push(operator: &mut Operator, shard: usize, record: &str, out: &mut Vec<Row>) -> Result<(), String> {
    let stamp = Stamp { origin: out.len() as u64, produced_us: 0 };
    operator.push(Place { source: 0, shard }, record.as_bytes(), stamp, out)
}

fn rows(sql: &str, records: &[(usize, &str)]) -> (Vec<String>, usize) {
    let mut operator = operator(sql);
    let mut out = Vec::new();
    for (shard, record) in records {
        push(&mut operator, *shard, record, &mut out).unwrap();
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
            (0, r#"{"at":"1970-01-01T00:00:09.998Z","k":"a","v":4}"#),
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
fn an_idle_shard_holds_the_watermark_only_so_long() {
    let sql = format!(
        "SET 'table.exec.source.idle-timeout' = '5 s'; \
         SELECT window_end, COUNT(*) {WINDOW} GROUP BY window_start, window_end"
    );
    let mut operator = operator(&sql);
    let mut out = Vec::new();
    push(&mut operator, 1, r#"{"at":"1970-01-01T00:00:02Z"}"#, &mut out).unwrap();
    operator.set_time(4_000);
    push(&mut operator, 0, r#"{"at":"1970-01-01T00:00:12Z"}"#, &mut out).unwrap();
    assert!(out.is_empty(), "the other shard may still send");
    operator.set_time(5_000);
    push(&mut operator, 0, r#"{"at":"1970-01-01T00:00:13Z"}"#, &mut out).unwrap();
    assert_eq!(out.len(), 1);
}

#[test]
fn several_statements_share_what_they_read() {
    let sql = "CREATE VIEW big AS SELECT k, v FROM t WHERE v > 1; EXECUTE STATEMENT SET BEGIN \
               INSERT INTO out SELECT k, v FROM big; INSERT INTO out SELECT k, -v FROM big WHERE k = 'a'; END;";
    let program = compiled(sql, None).unwrap();
    assert_eq!((program.sources().len(), program.outputs().len()), (1, 2));
    let (found, _) = rows(
        sql,
        &[
            (0, r#"{"at":"1970-01-01T00:00:02Z","k":"a","v":2}"#),
            (0, r#"{"at":"1970-01-01T00:00:02Z","k":"b","v":3}"#),
        ],
    );
    assert_eq!(found, ["a | 2", "a | -2", "b | 3"]);
}

#[test]
fn records_that_are_left_out_are_told_for_each_output() {
    let mut operator =
        operator("INSERT INTO out SELECT v FROM t WHERE v > 1; INSERT INTO out SELECT v FROM t WHERE v > 5");
    let mut out = Vec::new();
    push(&mut operator, 0, r#"{"at":"1970-01-01T00:00:02Z","v":2}"#, &mut out).unwrap();
    assert_eq!(out.len(), 1);
    assert_eq!(operator.take_left_out(), [(1, 0)]);
}

#[test]
fn what_does_not_run_is_refused_at_its_place() {
    let grouped = format!("SELECT kk, COUNT(*) {WINDOW} GROUP BY kk, window_start, window_end");
    let bare = format!("SELECT COUNT(*) {WINDOW} GROUP BY window_start");
    for (sql, part, message) in [
        ("SELECT a FROM t ORDER BY a", "a", "`ORDER BY` over a stream does not run here"),
        (
            "SELECT a FROM TABLE(HOP(TABLE t, DESCRIPTOR(at), INTERVAL '1' SECOND))",
            "HOP",
            "`HOP` takes a table, a descriptor and a size",
        ),
        ("SELECT a FROM TABLE(GAP(TABLE t))", "GAP", "the table function `GAP` does not run here"),
        (
            "SELECT a FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(k), INTERVAL '1' SECOND))",
            "k",
            "`k` is no event time",
        ),
        ("SELECT COUNT(*) FROM t WHERE COUNT(*) > 1", "COUNT", "`COUNT` has no group here"),
        (grouped.as_str(), "kk", "the records have no column `kk`"),
        (bare.as_str(), "", "a window is grouped by its start and its end"),
        ("SELECT k, COUNT(*) FROM t", "k", "`k` differs within a group"),
        ("SELECT FROM WHERE", "", "this is not SQL"),
        ("SELECT a FROM u", "u", "there is no table `u`"),
        ("SELECT a FROM t EXCEPT SELECT a FROM t", "", "`EXCEPT` does not run here"),
        ("SELECT RANK(a) FROM t", "RANK", "the function `RANK` does not run here"),
        ("INSERT INTO outt SELECT a FROM t", "outt", "there is no table `outt` to write to"),
        ("DROP TABLE t", "DROP", "`DROP` does not run here"),
        ("CREATE TABLE x (a FLOAT)", "", "no query is here"),
        (
            "CREATE TABLE x (a FLOAT) WITH ('connector' = 'kinesis'); SELECT a FROM x",
            "a",
            "the type `FLOAT` does not run here",
        ),
        ("SET 'table.local-time-zone' = 'Mars'; SELECT a FROM t", "SET", "`Mars` is no time zone"),
    ] {
        let fields = ["at", "k", "a"].map(|name| (name.to_owned(), None)).into();
        let errors = compiled(sql, Some(fields)).unwrap_err();
        assert!(errors[0].message.starts_with(message), "{sql}: {:?}", errors[0]);
        assert!(sql[errors[0].range.clone()].contains(part), "{sql}: {:?}", errors[0]);
    }
}

/// The rows of a plain query over records, and the faults of those that it cannot read.
fn faults(sql: &str, records: &[&str]) -> (Vec<String>, Vec<String>) {
    let catalog = Catalog {
        sources: vec![SourceTable { name: "t".to_owned(), schema: None, event_time: None, delay_ms: 0 }],
        sinks: Vec::new(),
    };
    let program = Program::compile(sql, &catalog).unwrap();
    let mut operator = Operator::new(&program, &[1], Emission::EveryRecord);
    let (mut out, mut faults) = (Vec::new(), Vec::new());
    for record in records {
        faults.extend(push(&mut operator, 0, record, &mut out).err());
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
            vec![r#"{"a":"12"}"#, r#"{"a":"x"}"#],
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
fn declared_columns_are_read_as_they_are_declared() {
    let table = "CREATE TABLE t (n INT, x DECIMAL(4, 1), s STRING, d DATE) WITH ('connector' = 'kinesis'); ";
    let (found, faults) = faults(
        &format!(
            "{table} SELECT CONCAT(CAST(n AS STRING), '/', CAST(x AS STRING), '/', s, '/', CAST(d AS STRING)) FROM t"
        ),
        &[r#"{"n":"7","x":"1.25","s":{"a":1},"d":"2026-01-02"}"#, r#"{"n":2147483648}"#],
    );
    assert_eq!(found, [r#"7/1.3/{"a":1}/2026-01-02"#]);
    assert_eq!(faults, ["`n` is 2147483648, and no INT at line 1 column 16"]);
}

#[test]
fn types_are_checked_before_a_run() {
    let schema: Schema = [
        ("at", DataType::Text),
        ("k", DataType::Text),
        ("n", DataType::BigInt),
        ("x", DataType::Double),
        ("b", DataType::Boolean),
    ]
    .map(|(name, kind)| (name.to_owned(), Some(kind)))
    .into();
    let sum = format!("SELECT SUM(k) {WINDOW} GROUP BY window_start, window_end");
    for (sql, part, message) in [
        ("SELECT k + 1 FROM t", "k", "`+` takes numbers, or a time and an interval, and not STRING"),
        ("SELECT UPPER(n) FROM t", "n", "`UPPER` takes STRING, and not BIGINT"),
        ("SELECT n FROM t WHERE k = 1", "k = 1", "STRING and INT cannot be compared"),
        ("SELECT n FROM t WHERE n", "n", "`WHERE` takes BOOLEAN, and not BIGINT"),
        ("SELECT CASE WHEN b THEN n ELSE k END FROM t", "", "the results of `CASE` have one type"),
        ("SELECT COALESCE(n, k) FROM t", "COALESCE", "the results of `COALESCE` have one type"),
        ("SELECT CAST(n AS TINYINT) FROM t", "n", "the type `TINYINT` does not run here"),
        ("SELECT CAST(n AS DATE) FROM t", "n", "BIGINT cannot be cast to DATE"),
        ("SELECT LOWER(k) FILTER (WHERE b) FROM t", "LOWER", "this call does not run here"),
        ("SELECT EXTRACT(CENTURY FROM at) FROM t", "at", "`CENTURY` is no unit of time"),
        ("SELECT DATE_FORMAT(at, 'GG') FROM t", "at", "the pattern `GG` does not run here"),
        (sum.as_str(), "k", "sums and averages are of numbers, and not of STRING"),
    ] {
        let errors = compiled(sql, Some(schema.clone())).unwrap_err();
        assert!(errors[0].message.starts_with(message), "{sql}: {:?}", errors[0]);
        assert!(sql[errors[0].range.clone()].contains(part), "{sql}: {:?}", errors[0]);
    }
    assert!(compiled("SELECT n * 15e-1, n > 1.5, x / n FROM t WHERE k LIKE 'a%_'", Some(schema)).is_ok());
}
