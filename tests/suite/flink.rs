//! Scripts give the rows that Apache Flink gives: `tests/flink/README.md` says how Flink's were made.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use serde_json::Value as Json;
use thalweg::runtime::sql::{
    Catalog, DataType, Emission, Operator, Output, Place, Program, Row, Stamp, Value,
};

/// Flink's own assigner of watermarks, with its usual interval.
const EMISSION: Emission = Emission::Steps(200);

/// What the last query of a script gives, as Flink's runner writes it.
type Rows = (Vec<(String, String)>, Vec<Vec<Json>>);

#[test]
fn scripts_give_the_rows_of_flink() {
    let mut differences = Vec::new();
    let scripts = scripts();
    assert!(scripts.len() >= 60, "{} scripts", scripts.len());
    for script in scripts {
        let sql = fs::read_to_string(&script).unwrap();
        let wanted = fs::read_to_string(script.with_extension("rows")).unwrap_or_default();
        if let Err(difference) = compare(&sql, &wanted) {
            differences.push(format!("{}: {difference}", script.file_stem().unwrap().to_string_lossy()));
        }
    }
    assert!(differences.is_empty(), "{} differ\n{}", differences.len(), differences.join("\n"));
}

fn compare(sql: &str, wanted: &str) -> Result<(), String> {
    let mut lines = wanted.lines().map(|line| serde_json::from_str::<Json>(line).unwrap());
    let head = lines.next().ok_or("there are no rows of Flink")?;
    let found = run(sql);
    if let Some(error) = head.get("error") {
        // Where Flink's job fails, ours refuses the script or loses the record.
        return match found {
            Err(_) => Ok(()),
            Ok((_, rows)) => Err(format!("Flink says {error}, and there are {} rows", rows.len())),
        };
    }
    let (columns, mut found) = found?;
    let wanted_columns: Vec<(String, String)> = head["columns"]
        .as_array()
        .unwrap()
        .iter()
        .map(|column| (column[0].as_str().unwrap().to_owned(), plain_type(column[1].as_str().unwrap())))
        .collect();
    if columns != wanted_columns {
        return Err(format!("columns\n  Flink {wanted_columns:?}\n  ours  {columns:?}"));
    }
    let mut wanted: Vec<Vec<Json>> = lines.map(|line| line.as_array().unwrap().clone()).collect();
    if sql.starts_with("-- compare: final") {
        (wanted, found) = (materialized(&wanted), materialized(&found));
    }
    for rows in [&mut wanted, &mut found] {
        rows.sort_by_key(|row| format!("{row:?}"));
    }
    let same = |(wanted, found): &(&Vec<Json>, &Vec<Json>)| format!("{wanted:?}") == format!("{found:?}");
    if let Some((wanted, found)) = wanted.iter().zip(&found).find(|pair| !same(pair)) {
        return Err(format!("rows\n  Flink {}\n  ours  {}", shown(wanted), shown(found)));
    }
    if wanted.len() != found.len() {
        let more = wanted.get(found.len()).or(found.get(wanted.len()));
        return Err(format!(
            "Flink has {} rows, ours {}: {}",
            wanted.len(),
            found.len(),
            shown(more.unwrap())
        ));
    }
    Ok(())
}

fn shown(row: &[Json]) -> String {
    Json::Array(row.to_vec()).to_string()
}

/// What is there at the end of all changes.
fn materialized(rows: &[Vec<Json>]) -> Vec<Vec<Json>> {
    let tells_before = rows.iter().any(|row| row[0] == "-U");
    let mut there: BTreeMap<String, (Vec<Json>, i64)> = BTreeMap::new();
    for row in rows {
        let is_addition = matches!(row[0].as_str(), Some("+I" | "+U"));
        // Where the only row there is changes, Flink does not always tell of the one before.
        if row[0] == "+U" && !tells_before {
            there.clear();
        }
        let (_, count) = there.entry(shown(&row[1..])).or_insert_with(|| (row[1..].to_vec(), 0));
        *count += if is_addition { 1 } else { -1 };
    }
    there.into_values().flat_map(|(row, count)| vec![row; usize::try_from(count).unwrap()]).collect()
}

/// Runs a script over the inputs that its tables name; the last source is read record by record.
fn run(sql: &str) -> Result<Rows, String> {
    let program = Program::compile(sql, &Catalog::default())
        .map_err(|errors| errors.into_iter().map(|error| error.message).collect::<Vec<_>>().join("; "))?;
    let shards = vec![1; program.sources().len()];
    let mut operator = Operator::new(&program, &shards, EMISSION);
    let mut out = Vec::new();
    for (source, table) in program.sources().iter().enumerate() {
        let path = &table.options.iter().find(|(key, _)| key == "path").unwrap().1;
        for (origin, line) in input(path).lines().enumerate() {
            let stamp = Stamp { origin: origin as u64, produced_us: 0 };
            operator.push(Place { source, shard: 0 }, line.as_bytes(), stamp, &mut out)?;
        }
    }
    operator.finish(&mut out);
    let output = program.outputs().last().unwrap();
    let last = program.outputs().len() - 1;
    let columns = output.columns.iter().map(|(name, kind)| (name.clone(), type_name(*kind))).collect();
    Ok((columns, out.iter().filter(|row| row.output == last).map(|row| as_json(row, output)).collect()))
}

fn type_name(kind: Option<DataType>) -> String {
    kind.map_or_else(|| "NULL".to_owned(), |kind| kind.to_string())
}

fn as_json(row: &Row, output: &Output) -> Vec<Json> {
    assert_eq!(row.values.len(), output.columns.len());
    let mut cells = vec![Json::String(row.kind.sign().to_owned())];
    cells.extend(row.values.iter().map(|value| match value {
        Value::Decimal(number) => number.to_string().into(),
        value => value.to_json(),
    }));
    cells
}

/// Flink's name of a type without what makes no difference to rows.
fn plain_type(name: &str) -> String {
    let name = name.replace(" *ROWTIME*", "").replace(" NOT NULL", "").replace("(0)", "(3)");
    if name.starts_with("CHAR(") || name.starts_with("VARCHAR(") { "STRING".to_owned() } else { name }
}

fn input(name: &str) -> String {
    let path = folder().join("inputs").join(name);
    if let Ok(text) = fs::read_to_string(&path) {
        return text;
    }
    let packed = fs::File::open(path.with_extension("ndjson.gz")).unwrap();
    let mut text = String::new();
    flate2::read::GzDecoder::new(packed).read_to_string(&mut text).unwrap();
    text
}

fn scripts() -> Vec<PathBuf> {
    let files = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let mut scripts: Vec<PathBuf> =
        files.filter(|path| path.extension().is_some_and(|extension| extension == "sql")).collect();
    scripts.sort();
    scripts
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/flink")
}
