//! A table while a query is compiled: a stage's rows, filtered and worked out on the way to whoever reads it.

use crate::runtime::sql::DataType;
use crate::runtime::sql::compile::over::Numbering;
use crate::runtime::sql::expression::Expression;
use crate::runtime::sql::plan::Assigner;

/// An expression with its type, where that is known.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Typed {
    pub(super) expression: Expression,
    pub(super) kind: Option<DataType>,
}

/// A table of a query.
#[derive(Debug, Clone)]
pub(super) struct Relation {
    pub(super) stage: usize,
    /// Which rows of the stage there are.
    pub(super) filter: Option<Expression>,
    pub(super) columns: Vec<Column>,
    /// The windows that the rows are to be put in; [`BOUNDS`] stand for their bounds until then.
    pub(super) windows: Option<PendingWindows>,
    /// Whether rows that were there can change.
    pub(super) is_updating: bool,
    /// The source, if its columns are not known beforehand.
    pub(super) open_source: Option<usize>,
    /// Row numbers whose bound is still to be told.
    pub(super) numbering: Option<Numbering>,
}

#[derive(Debug, Clone)]
pub(super) struct PendingWindows {
    pub(super) assigner: Assigner,
    pub(super) time: Typed,
    pub(super) keys: Vec<Expression>,
}

/// A column over the rows of the stage.
#[derive(Debug, Clone)]
pub(super) struct Column {
    /// The name of its table.
    pub(super) table: Option<String>,
    pub(super) name: String,
    pub(super) value: Typed,
    pub(super) role: Role,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    None,
    /// The event time, by which windows and joins go.
    Time,
    WindowStart,
    /// With the type of the event time.
    WindowEnd(Option<DataType>),
}

/// The columns that stand for start, end and time of a window before rows are put in it.
pub(super) const BOUNDS: [usize; 3] = [usize::MAX - 2, usize::MAX - 1, usize::MAX];

impl Relation {
    /// The rows of a stage, without columns yet.
    pub(super) fn of(stage: usize) -> Self {
        Self {
            stage,
            filter: None,
            columns: Vec::new(),
            windows: None,
            is_updating: false,
            open_source: None,
            numbering: None,
        }
    }

    /// Adds a condition that rows have to meet.
    pub(super) fn keep(&mut self, condition: Expression) {
        self.filter = Some(match self.filter.take() {
            Some(filter) => Expression::And(Box::new(filter), Box::new(condition)),
            None => condition,
        });
    }

    /// The column with the event time.
    pub(super) fn time(&self) -> Option<&Column> {
        self.columns.iter().find(|column| column.role == Role::Time)
    }

    /// The columns with start and end of the window that each row has.
    pub(super) fn window(&self) -> Option<(&Column, &Column)> {
        let start = self.columns.iter().find(|column| column.role == Role::WindowStart)?;
        let end = self.columns.iter().find(|column| matches!(column.role, Role::WindowEnd(_)))?;
        Some((start, end))
    }
}

/// Whether an expression needs the bounds of a window that rows are not in yet.
pub(super) fn needs_bounds(expression: &Expression) -> bool {
    let mut needs = false;
    expression.each_column(&mut |column| needs |= BOUNDS.contains(&column));
    needs
}
