//! Aligned columns.

use unicode_width::UnicodeWidthStr as _;

/// Rows of cells, the first of them the head; columns but the first `left` are set flush right.
pub(super) struct Table {
    left: usize,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table with this head.
    pub(super) fn new(head: &[&str], left: usize) -> Self {
        Self { left, rows: vec![head.iter().map(|cell| (*cell).to_owned()).collect()] }
    }

    /// Adds a row; it has as many cells as the head.
    pub(super) fn row(&mut self, cells: Vec<String>) {
        debug_assert_eq!(cells.len(), self.rows[0].len(), "a row has as many cells as the head");
        self.rows.push(cells);
    }

    /// The lines of the table, without trailing spaces. Columns that are empty or zero below the head are left out.
    pub(super) fn lines(&self) -> Vec<String> {
        let columns: Vec<usize> =
            (0..self.rows[0].len()).filter(|column| self.says_something(*column)).collect();
        let width = |column: usize| self.rows.iter().map(|row| row[column].width()).max().unwrap_or(0);
        let widths: Vec<usize> = columns.iter().map(|column| width(*column)).collect();
        let line = |row: &Vec<String>| {
            let cells = columns.iter().zip(&widths).map(|(column, width)| {
                let cell = &row[*column];
                let space = " ".repeat(width - cell.width());
                if *column < self.left { format!("{cell}{space}") } else { format!("{space}{cell}") }
            });
            cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
        };
        self.rows.iter().map(line).collect()
    }

    fn says_something(&self, column: usize) -> bool {
        column < self.left || self.rows[1..].iter().any(|row| !matches!(row[column].as_str(), "" | "0" | "-"))
    }
}

#[cfg(test)]
mod tests {
    use super::Table;

    #[test]
    fn columns_align_and_silent_ones_are_left_out() {
        let mut table = Table::new(&["node", "in", "lost"], 1);
        table.row(vec!["ingest".into(), "1200".into(), "0".into()]);
        table.row(vec!["é".into(), "7".into(), "0".into()]);
        assert_eq!(table.lines(), ["node      in", "ingest  1200", "é          7"]);
    }
}
