//! The answer to a query: its rows, and what was read for it.

use serde_json::{Value as Json, json};

use crate::report::table::Table;
use crate::runtime::sql::Value;
use crate::units::{Bytes, Money};

/// What a store answered.
#[derive(Debug)]
pub struct Answer {
    /// The columns.
    pub columns: Vec<String>,
    /// The rows, with a value for each column.
    pub rows: Vec<Vec<Value>>,
    /// What was read for it.
    pub scanned: Bytes,
    /// How many objects that was, and of how many.
    pub objects: (usize, usize),
    /// What is billed, and what that costs; nothing where the store does not bill what is read.
    pub billed: Option<(Bytes, Money)>,
}

/// The rows in columns.
#[must_use]
pub fn human(answer: &Answer) -> String {
    let columns: Vec<&str> = answer.columns.iter().map(String::as_str).collect();
    let is_text = |column: usize| answer.rows.iter().any(|row| matches!(row[column], Value::Text(_)));
    let left = (0..columns.len()).take_while(|column| is_text(*column)).count();
    let mut table = Table::whole(&columns, left);
    for row in &answer.rows {
        // What a record holds may steer a terminal.
        let shown = |value: &Value| value.to_string().replace(|c: char| c.is_control(), " ");
        table.row(row.iter().map(shown).collect());
    }
    table.lines().join("\n") + "\n"
}

/// What was read and what it costs, in a line.
#[must_use]
pub fn read(answer: &Answer) -> String {
    let (read, all) = answer.objects;
    let rows =
        if answer.rows.len() == 1 { "1 row".to_owned() } else { format!("{} rows", answer.rows.len()) };
    let read = format!("{rows}; {} read of {read} of {all} objects", answer.scanned.quantity().approximate());
    match answer.billed {
        None => read,
        Some((billed, price)) => {
            format!("{read}; {} billed, {}", billed.quantity().approximate(), price.quantity().approximate())
        }
    }
}

/// One JSON object with a line end.
///
/// # Panics
/// Never: the object holds nothing that JSON cannot say.
#[must_use]
pub fn json(answer: &Answer) -> String {
    let rows: Vec<Vec<Json>> =
        answer.rows.iter().map(|row| row.iter().map(Value::to_json).collect()).collect();
    let object = json!({
        "version": 1,
        "columns": answer.columns,
        "rows": rows,
        "scanned_bytes": answer.scanned.0,
        "objects": {"read": answer.objects.0, "all": answer.objects.1},
        "billed_bytes": answer.billed.map(|(billed, _)| billed.0),
        "usd": answer.billed.map(|(_, price)| price.0),
    });
    serde_json::to_string_pretty(&object).expect("plain data") + "\n"
}
