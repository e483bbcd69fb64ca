//! Turns CSV with a header into lines of JSON, so that all that comes after sees one form of record.
//!
//! A column is of numbers, or of `true` and `false`, where all its values are; of text elsewhere. An empty value is null.
//! Each record stands in the line of its row, so that a mistake is told at its place in the file.

use std::io::Write as _;

use bytes::Bytes;
use csv::{ReaderBuilder, StringRecord};
use serde::ser::{SerializeMap as _, Serializer as _};

use crate::runtime::record::{BadLine, BadLines};

/// What the values of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Empty,
    Number,
    Flag,
    Text,
}

/// The rows as lines of JSON, and the rows that do not fit the header.
pub(in crate::runtime) fn to_lines(file: &Bytes) -> (Bytes, BadLines) {
    let mut bad = BadLines::default();
    let mut reader = ReaderBuilder::new().from_reader(file.as_ref());
    let header = match reader.headers() {
        Ok(header) => header.clone(),
        Err(error) => {
            bad.push(BadLine { line: 1, reason: format!("is no header of CSV: {error}") });
            return (Bytes::new(), bad);
        }
    };
    let columns = columns(file, header.len());
    let mut lines = Vec::with_capacity(file.len() * 2);
    let mut written = 0;
    let mut row = StringRecord::new();
    loop {
        let line = reader.position().line();
        match reader.read_record(&mut row) {
            Ok(false) => break,
            Ok(true) => {
                let line = row.position().map_or(line, csv::Position::line);
                while written + 1 < line {
                    lines.push(b'\n');
                    written += 1;
                }
                write_row(&mut lines, &header, &columns, &row);
                lines.push(b'\n');
                written += 1;
            }
            Err(error) => {
                let line = error.position().map_or(line, csv::Position::line);
                bad.push(BadLine { line, reason: format!("does not fit the header: {error}") });
            }
        }
    }
    (lines.into(), bad)
}

/// What each column holds, told from all rows.
fn columns(file: &Bytes, count: usize) -> Vec<Column> {
    let mut columns = vec![Column::Empty; count];
    let mut reader = ReaderBuilder::new().from_reader(file.as_ref());
    let mut row = StringRecord::new();
    while let Ok(true) | Err(_) = reader.read_record(&mut row).inspect_err(|_| row.clear()) {
        for (column, value) in columns.iter_mut().zip(&row) {
            let found = kind(value);
            *column = match (*column, found) {
                (Column::Empty, found) => found,
                (column, Column::Empty) => column,
                (column, found) if column == found => column,
                _ => Column::Text,
            };
        }
    }
    columns
}

fn kind(value: &str) -> Column {
    match value {
        "" => Column::Empty,
        "true" | "false" => Column::Flag,
        // What JSON takes for a number: `007` and `+1` are text.
        _ if serde_json::from_str::<serde_json::Number>(value).is_ok() => Column::Number,
        _ => Column::Text,
    }
}

fn write_row(lines: &mut Vec<u8>, header: &StringRecord, columns: &[Column], row: &StringRecord) {
    let mut object = serde_json::Serializer::new(&mut *lines);
    let mut map = object.serialize_map(None).expect("writing to memory cannot fail");
    for ((name, column), value) in header.iter().zip(columns).zip(row) {
        let written = match (value, column) {
            ("", _) => map.serialize_entry(name, &()),
            (_, Column::Number | Column::Flag) => {
                let raw: &serde_json::value::RawValue =
                    serde_json::from_str(value).expect("numbers and flags are JSON");
                map.serialize_entry(name, raw)
            }
            _ => map.serialize_entry(name, value),
        };
        written.expect("writing to memory cannot fail");
    }
    map.end().expect("writing to memory cannot fail");
    lines.flush().expect("writing to memory cannot fail");
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::to_lines;

    #[test]
    fn columns_have_one_type_and_rows_keep_their_lines() {
        let file = Bytes::from_static(
            b"id,code,at,ok,note\n1,007,2026-01-01T00:00:00Z,true,\"two\nlines\"\n2.5,8,,false,plain\n3\n4,9,x,true,\n",
        );
        let (lines, bad) = to_lines(&file);
        assert_eq!(
            String::from_utf8(lines.to_vec()).unwrap(),
            "\n{\"id\":1,\"code\":\"007\",\"at\":\"2026-01-01T00:00:00Z\",\"ok\":true,\"note\":\"two\\nlines\"}\n\n\
             {\"id\":2.5,\"code\":\"8\",\"at\":null,\"ok\":false,\"note\":\"plain\"}\n\n\
             {\"id\":4,\"code\":\"9\",\"at\":\"x\",\"ok\":true,\"note\":null}\n"
        );
        assert_eq!(bad.iter().map(|bad| bad.line).collect::<Vec<_>>(), [5]);
    }
}
