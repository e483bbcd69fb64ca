use super::{Operator, Program, Stamp};

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
    (shown.collect(), operator.late().len())
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
        let fields = ["at".to_owned(), "k".to_owned(), "a".to_owned()];
        let errors = Program::compile(sql, Some(&fields)).unwrap_err();
        assert!(errors[0].message.starts_with(message), "{sql}: {:?}", errors[0]);
        assert!(sql[errors[0].range.clone()].contains(part), "{sql}: {:?}", errors[0]);
    }
}
