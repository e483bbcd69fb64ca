//! Two runs in a terminal.

use crate::report::comparison::Compared;
use crate::report::comparison::rows::{Cell, Change, Row, Section};
use crate::report::look::Look;
use crate::report::table::Table;
use crate::units::Duration;

/// A table for each section; of nodes only the figures that differ.
#[must_use]
pub fn render(compared: &Compared<'_>, look: Look) -> String {
    let (before, after) = (compared.before, compared.after);
    let mut lines = Vec::new();
    for (letter, side) in [("A", before), ("B", after)] {
        let lasted = Duration((side.duration_s * 1e6) as u64).quantity().approximate();
        lines.push(format!(
            "{letter}  {}: {}, {lasted} of virtual time, seed {}",
            side.name, side.design, side.seed
        ));
    }
    lines.extend(compared.notes.iter().map(|note| format!("note: {note}")));
    for section in Section::ALL {
        lines.extend(self::section(compared, section, look));
    }
    let [worse, better, same] = compared.counts();
    lines.push(String::new());
    lines.push(format!("B against A: {worse} figures worse, {better} better, {same} the same"));
    lines.join("\n") + "\n"
}

fn section(compared: &Compared<'_>, section: Section, look: Look) -> Vec<String> {
    let rows = shown(compared, section);
    if rows.is_empty() {
        return Vec::new();
    }
    let mut table = Table::new(&[section.title(), "A", "B", ""], 1);
    for row in &rows {
        let cell = |cell: &Option<Cell>| cell.as_ref().map_or_else(|| "-".to_owned(), Cell::shown);
        let subject = format!("{} {}", row.subject, row.figure);
        let change = format!("{} {}", sign(row.change()), row.words());
        table.row(vec![subject.trim_end().to_owned(), cell(&row.before), cell(&row.after), change]);
    }
    let mut lines = vec![String::new()];
    let mut shown = table.lines().into_iter();
    lines.extend(shown.next().map(|head| look.styled(&head, "1")));
    lines.extend(shown.zip(&rows).map(|(line, row)| match style(row.change()) {
        Some(style) => look.styled(&line, style),
        None => line,
    }));
    lines
}

/// The rows of a section; of nodes only those that differ, since most of them say the same.
pub(super) fn shown<'a>(compared: &'a Compared<'_>, section: Section) -> Vec<&'a Row> {
    let differs = |row: &&Row| section != Section::Nodes || row.change() != Change::Same;
    compared.rows.iter().filter(|row| row.section == section).filter(differs).collect()
}

fn sign(change: Change) -> &'static str {
    match change {
        Change::Worse => "-",
        Change::Better => "+",
        Change::Differs => "~",
        Change::Same => "=",
    }
}

fn style(change: Change) -> Option<&'static str> {
    match change {
        Change::Worse => Some("31"),
        Change::Better => Some("32"),
        Change::Differs => Some("33"),
        Change::Same => None,
    }
}
