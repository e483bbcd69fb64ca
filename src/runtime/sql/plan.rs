//! What SQL was compiled to: stages that rows flow through, each before the stages that read from it.

use crate::runtime::sql::aggregate::Aggregate;
use crate::runtime::sql::decode::Reading;
use crate::runtime::sql::expression::Expression;
use crate::runtime::sql::time::Zone;
use crate::runtime::sql::{Catalog, DataType, SqlError, compile};

/// SQL, ready to run.
#[derive(Debug, Clone)]
pub struct Program {
    pub(super) sources: Vec<Source>,
    pub(super) stages: Vec<Stage>,
    pub(super) outputs: Vec<Output>,
    pub(super) zone: Zone,
    /// How long a shard without records holds the watermark back; nothing for ever.
    pub(super) idle_timeout_ms: Option<i64>,
    /// How long the state of joins and groups is kept without being touched; nothing for ever.
    pub(super) state_ttl_ms: Option<i64>,
}

/// A table that is read.
#[derive(Debug, Clone)]
pub struct Source {
    /// Its name in the SQL.
    pub name: String,
    /// Its connector's options, as declared; none for a table that the SQL does not declare.
    pub options: Vec<(String, String)>,
    /// The columns that are read from a record.
    pub(super) columns: Vec<Reading>,
    /// The event time and the watermark that a row makes.
    pub(super) time: Option<(Expression, Expression)>,
}

impl Source {
    /// The columns that are read, with their types as far as those are known.
    pub fn columns(&self) -> impl Iterator<Item = (&str, Option<DataType>)> {
        self.columns.iter().map(|column| (column.name.as_str(), column.kind))
    }
}

/// A table that is written, or a query that goes to all of the node's sinks.
#[derive(Debug, Clone)]
pub struct Output {
    /// The table's name; nothing for a query by itself.
    pub table: Option<String>,
    /// The columns of its rows with their types, as far as those are known.
    pub columns: Vec<(String, Option<DataType>)>,
    /// The columns of the primary key.
    pub key: Vec<String>,
    /// Whether rows that were written change later.
    pub is_updating: bool,
    /// Its connector's options, as declared; none for a table that the SQL does not declare.
    pub options: Vec<(String, String)>,
    /// Where the statement stands: bytes of the SQL.
    pub range: std::ops::Range<usize>,
}

/// What happens to rows, and where they go then.
#[derive(Debug, Clone)]
pub(super) struct Stage {
    pub(super) operation: Operation,
    pub(super) edges: Vec<Edge>,
    /// How many edges lead here.
    pub(super) inputs: usize,
}

/// The way of rows to a stage, on which they are filtered and worked out anew.
#[derive(Debug, Clone)]
pub(super) struct Edge {
    pub(super) to: usize,
    /// Which side of a join.
    pub(super) port: usize,
    /// The number of this edge among those that lead there.
    pub(super) input: usize,
    pub(super) filter: Option<Expression>,
    /// Nothing where the row goes on as it is.
    pub(super) output: Option<Vec<Expression>>,
    /// The outputs behind it.
    pub(super) reaches: Vec<usize>,
}

#[derive(Debug, Clone)]
pub(super) enum Operation {
    Source(usize),
    Output(usize),
    Union,
    /// Adds start, end and time of each window that a row falls in.
    Windows(Windows),
    WindowAggregate(WindowAggregate),
    GroupAggregate(GroupAggregate),
    Over(Over),
    Rank(Rank),
    Join(Join),
}

/// How rows are put in windows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Assigner {
    /// Windows of `size` that end at every multiple of `slide`; one for all rows where both are equal.
    Sliding { size: i64, slide: i64, offset: i64 },
    /// Windows that begin at multiples of `size` and grow by `step`.
    Growing { size: i64, step: i64, offset: i64 },
    /// As long as no gap is longer.
    Session { gap: i64 },
    /// The row has its window already: the columns of its start and end.
    Attached(usize, usize),
}

#[derive(Debug, Clone)]
pub(super) struct Windows {
    pub(super) assigner: Assigner,
    /// The column with the event time.
    pub(super) time: usize,
    /// What keys sessions: columns.
    pub(super) keys: Vec<usize>,
}

/// The row that comes has the keys first. The row that goes has keys, start, end and time of the
/// window, and aggregates.
#[derive(Debug, Clone)]
pub(super) struct WindowAggregate {
    pub(super) assigner: Assigner,
    pub(super) keys: usize,
    /// The column with the event time.
    pub(super) time: usize,
    /// Whether that is an instant.
    pub(super) is_instant: bool,
    pub(super) aggregates: Vec<Aggregate>,
}

/// The row that comes has the keys first. The row that goes has keys and aggregates.
#[derive(Debug, Clone)]
pub(super) struct GroupAggregate {
    pub(super) keys: usize,
    pub(super) aggregates: Vec<Aggregate>,
    /// Whether rows can be taken back.
    pub(super) retracts: bool,
}

/// The row that comes has its own columns, the keys, the event time, and what aggregates are of; the row that goes has
/// its own columns and the aggregates.
#[derive(Debug, Clone)]
pub(super) struct Over {
    pub(super) width: usize,
    pub(super) keys: usize,
    /// The column with the event time.
    pub(super) time: usize,
    pub(super) frame: Frame,
    pub(super) aggregates: Vec<Aggregate>,
}

/// Which rows before a row count, beside itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Frame {
    /// So many, or all.
    Rows(Option<usize>),
    /// Those of so many milliseconds before, or all; and those of the same time.
    Range(Option<i64>),
}

/// The row that comes has its own columns, the keys, and what it is ordered by; the row that goes has its own columns and
/// its number.
#[derive(Debug, Clone)]
pub(super) struct Rank {
    pub(super) width: usize,
    pub(super) keys: usize,
    pub(super) order: Vec<Order>,
    /// How many rows of a key are kept.
    pub(super) limit: usize,
    /// The column with the end of the window that is a key, and whether its event time is an instant.
    pub(super) window: Option<(usize, bool)>,
    /// Whether the newest of rows that are equal comes first.
    pub(super) newest_first: bool,
    /// Whether rows can be taken back.
    pub(super) retracts: bool,
    /// Whether anybody reads the number.
    pub(super) numbers: bool,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Order {
    pub(super) column: usize,
    pub(super) is_descending: bool,
    pub(super) nulls_first: bool,
}

/// The rows that come have the keys first, and then their columns; the row that goes has the columns of both.
#[derive(Debug, Clone)]
pub(super) struct Join {
    pub(super) keys: usize,
    /// How many columns each side has.
    pub(super) widths: [usize; 2],
    /// Whether rows of a side stay that go with none of the other.
    pub(super) keeps: [bool; 2],
    /// What else a row of both has to meet.
    pub(super) condition: Option<Expression>,
    pub(super) nearness: Nearness,
}

/// How near rows have to be to go with each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Nearness {
    Any,
    /// The time of the left less that of the right lies between; by the columns of the event times.
    Between {
        times: [usize; 2],
        low: i64,
        high: i64,
    },
    /// The same window; by the columns of its end.
    Window {
        ends: [usize; 2],
        is_instant: bool,
    },
}

impl Program {
    /// Compiles SQL.
    ///
    /// # Errors
    /// Every mistake that was found, and every construct that does not run here, at its place.
    pub fn compile(sql: &str, catalog: &Catalog) -> Result<Self, Vec<SqlError>> {
        compile::program(sql, catalog)
    }

    /// The tables that it reads.
    #[must_use]
    pub fn sources(&self) -> &[Source] {
        &self.sources
    }

    /// What it writes.
    #[must_use]
    pub fn outputs(&self) -> &[Output] {
        &self.outputs
    }
}
