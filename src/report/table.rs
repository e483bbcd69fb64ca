//! Aligned columns.

use unicode_width::UnicodeWidthStr as _;

/// Rows of cells, the first of them the head; columns but the first `left` are set flush right.
pub(super) struct Table {
    left: usize,
    /// Whether columns that say nothing are shown too.
    is_whole: bool,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table with this head.
    pub(super) fn new(head: &[&str], left: usize) -> Self {
        Self { left, is_whole: false, rows: vec![head.iter().map(|cell| (*cell).to_owned()).collect()] }
    }

    /// The same, of which every column is shown.
    pub(super) fn whole(head: &[&str], left: usize) -> Self {
        Self { is_whole: true, ..Self::new(head, left) }
    }

    /// Adds a row; it has as many cells as the head.
    pub(super) fn row(&mut self, cells: Vec<String>) {
        debug_assert_eq!(cells.len(), self.rows[0].len(), "a row has as many cells as the head");
        self.rows.push(cells);
    }

    /// The lines of the table, without trailing spaces.
    pub(super) fn lines(&self) -> Vec<String> {
        let rows = self.kept();
        let width = |column: usize| rows.iter().map(|row| row[column].1.width()).max().unwrap_or(0);
        let widths: Vec<usize> = (0..rows[0].len()).map(width).collect();
        let line = |row: &Vec<(bool, &str)>| {
            let cells = row.iter().zip(&widths).map(|((left, cell), width)| {
                let space = " ".repeat(width - cell.width());
                if *left { format!("{cell}{space}") } else { format!("{space}{cell}") }
            });
            cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
        };
        rows.iter().map(line).collect()
    }

    /// The rows that are shown, the head among them, and whether each cell is set flush left. Columns that are empty or
    /// zero below the head are left out.
    pub(super) fn kept(&self) -> Vec<Vec<(bool, &str)>> {
        let columns: Vec<usize> =
            (0..self.rows[0].len()).filter(|column| self.says_something(*column)).collect();
        self.rows.iter().map(|row| Self::cells_of(row, &columns, self.left)).collect()
    }

    fn cells_of<'t>(row: &'t [String], columns: &[usize], left: usize) -> Vec<(bool, &'t str)> {
        columns.iter().map(|column| (*column < left, row[*column].as_str())).collect()
    }

    fn says_something(&self, column: usize) -> bool {
        self.is_whole
            || column < self.left
            || self.rows[1..].iter().any(|row| !matches!(row[column].as_str(), "" | "0" | "-"))
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
