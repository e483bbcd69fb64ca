//! Two runs for machines.

use serde_json::{Value, json};

use crate::report::comparison::Compared;
use crate::report::comparison::figures::Figures;
use crate::report::comparison::rows::{Cell, Change, Row, Section, word};
use crate::units::Dimension;

/// One JSON object, with the version of its form.
///
/// # Panics
/// Never: the object holds text and finite numbers.
#[must_use]
pub fn render(compared: &Compared<'_>) -> String {
    let side = |side: &Figures| {
        json!({
            "name": side.name,
            "design": side.design,
            "seed": side.seed,
            "duration_s": side.duration_s,
            "sent": side.sent(),
        })
    };
    let [worse, better, same] = compared.counts();
    let object = json!({
        "version": 1,
        "before": side(compared.before),
        "after": side(compared.after),
        "notes": compared.notes,
        "figures": compared.rows.iter().map(row).collect::<Vec<_>>(),
        "summary": {"worse": worse, "better": better, "same": same, "breaks_more": compared.breaks_more()},
    });
    serde_json::to_string_pretty(&object).expect("text and finite numbers are JSON") + "\n"
}

fn row(row: &Row) -> Value {
    let section = match row.section {
        Section::Requirements => "requirement",
        Section::Latency => "path",
        Section::Sinks => "sink",
        Section::Nodes => "node",
        Section::Cost => "cost",
    };
    let change = match row.change() {
        Change::Worse => "worse",
        Change::Better => "better",
        Change::Differs => "differs",
        Change::Same => "same",
    };
    let cell = |cell: &Option<Cell>| cell.as_ref().map_or(Value::Null, value);
    json!({
        "of": section,
        "subject": row.subject,
        "figure": row.figure,
        "unit": unit(row),
        "before": cell(&row.before),
        "after": cell(&row.after),
        "change": change,
    })
}

fn value(cell: &Cell) -> Value {
    match cell {
        Cell::Amount(quantity) if quantity.dimension == Dimension::Count => json!(quantity.amount as u64),
        Cell::Amount(quantity) if quantity.dimension == Dimension::Duration => json!(quantity.amount / 1e3),
        Cell::Amount(quantity) => json!(quantity.amount),
        Cell::Verdict(met, measured) => json!({"verdict": word(*met), "measured": measured}),
    }
}

fn unit(row: &Row) -> Option<&'static str> {
    match row.before.as_ref().or(row.after.as_ref()) {
        Some(Cell::Amount(quantity)) => match quantity.dimension {
            Dimension::Duration => Some("ms"),
            Dimension::Money => Some("USD"),
            _ => Some("records"),
        },
        _ => None,
    }
}
