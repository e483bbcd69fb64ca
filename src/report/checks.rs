//! Facts with the day of their last check, for people and as JSON.

use serde::Serialize;

use crate::knowledge::checks::Checked;
use crate::report::table::Table;
use crate::units::{Date, Duration};

/// Which facts are shown, out of how many, and by what they were chosen.
#[derive(Debug, Clone)]
pub struct Selection<'a> {
    /// The facts to show, oldest check first.
    pub facts: Vec<&'a Checked>,
    /// How many the base has.
    pub all: usize,
    /// The day on which their age is taken.
    pub on: Date,
    /// The age that they exceed; absent where all are shown.
    pub older: Option<Duration>,
}

/// A table with a line for each fact, and a last line that counts them.
#[must_use]
pub fn human(selection: &Selection<'_>) -> String {
    let mut table = Table::new(&["checked", "service", "fact", "confidence", "source"], 5);
    for fact in &selection.facts {
        table.row(vec![
            fact.checked.to_string(),
            fact.service.clone(),
            fact.name.clone(),
            fact.confidence.as_str().to_owned(),
            fact.source.url.clone(),
        ]);
    }
    let mut text = String::new();
    if !selection.facts.is_empty() {
        text.push_str(&table.lines().join("\n"));
        text.push_str("\n\n");
    }
    text.push_str(&summary(selection));
    text.push('\n');
    text
}

fn summary(selection: &Selection<'_>) -> String {
    let (shown, all, on) = (selection.facts.len(), selection.all, selection.on);
    match selection.older {
        None => format!("{all} facts; the base describes {on}"),
        Some(older) if shown == 0 => {
            format!("none of {all} facts was checked over {older} before {on}")
        }
        Some(older) => format!("{shown} of {all} facts were last checked over {older} before {on}"),
    }
}

/// One JSON object, version 1, with a line end.
///
/// # Panics
/// Never: the object holds nothing that JSON cannot say.
#[must_use]
pub fn json(selection: &Selection<'_>) -> String {
    let facts = selection.facts.iter().map(|fact| FactLine::new(fact, selection.on)).collect();
    let list = FactList {
        version: 1,
        on: selection.on.to_string(),
        older: selection.older.map(|older| older.to_string()),
        facts,
        summary: Summary { facts: selection.all, shown: selection.facts.len() },
    };
    let mut json = serde_json::to_string_pretty(&list).expect("plain data");
    json.push('\n');
    json
}

#[derive(Serialize)]
struct FactList<'a> {
    version: u32,
    on: String,
    older: Option<String>,
    facts: Vec<FactLine<'a>>,
    summary: Summary,
}

#[derive(Serialize)]
struct Summary {
    facts: usize,
    shown: usize,
}

#[derive(Serialize)]
struct FactLine<'a> {
    service: &'a str,
    name: &'a str,
    checked: String,
    age_days: i64,
    confidence: &'static str,
    source: &'a str,
    read: Option<&'a str>,
}

impl<'a> FactLine<'a> {
    fn new(fact: &'a Checked, on: Date) -> Self {
        Self {
            service: &fact.service,
            name: &fact.name,
            checked: fact.checked.to_string(),
            age_days: on.days_since(fact.checked),
            confidence: fact.confidence.as_str(),
            source: &fact.source.url,
            read: fact.source.read.as_deref(),
        }
    }
}
