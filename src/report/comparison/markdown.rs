//! Two runs as a comment at a pull request.

use crate::report::comparison::Compared;
use crate::report::comparison::human::shown;
use crate::report::comparison::rows::{Cell, Change, Section};
use crate::report::markdown::{code, row, table};

/// A table for each section; of nodes only the figures that differ.
#[must_use]
pub fn render(compared: &Compared<'_>) -> String {
    let (before, after) = (compared.before, compared.after);
    let [worse, better, same] = compared.counts();
    let mut parts = vec![format!(
        "### Thalweg: runs of {} and {}\n\n{worse} figures worse, {better} better, {same} the same.\n",
        code(&before.name),
        code(&after.name)
    )];
    parts.extend(compared.notes.iter().map(|note| format!("Note: {}\n", code(note))));
    for section in Section::ALL {
        let rows: Vec<String> = shown(compared, section)
            .into_iter()
            .map(|pair| {
                let cell = |cell: &Option<Cell>| {
                    cell.as_ref().map_or_else(|| "-".to_owned(), |cell| code(&cell.shown()))
                };
                let subject = format!("{} {}", code(&pair.subject), pair.figure);
                row(&[
                    sign(pair.change()),
                    subject.trim_end(),
                    &cell(&pair.before),
                    &cell(&pair.after),
                    &pair.words(),
                ])
            })
            .collect();
        parts.extend(table(&["", section.title(), "Before", "After", "Change"], &rows));
    }
    parts.join("\n")
}

fn sign(change: Change) -> &'static str {
    match change {
        Change::Worse => "❌",
        Change::Better => "✅",
        Change::Differs => "⚠️",
        Change::Same => "",
    }
}
