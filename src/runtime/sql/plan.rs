//! What a query was compiled to.

use crate::runtime::sql::{DataType, Schema, SqlError, Value, compile};

/// A query, ready to run.
#[derive(Debug, Clone)]
pub struct Program {
    /// The table that it reads.
    pub(super) table: String,
    /// The columns that it reads from a record.
    pub(super) columns: Vec<String>,
    /// Their types, as far as they are known.
    pub(super) kinds: Vec<Option<DataType>>,
    /// Which records it takes.
    pub(super) filter: Option<Expression>,
    /// How it groups them; nothing for a plain query.
    pub(super) window: Option<Window>,
    /// Which rows it keeps, over groups and aggregates.
    pub(super) having: Option<Expression>,
    /// The columns of its rows.
    pub(super) output: Vec<(String, Expression)>,
}

impl Program {
    /// Compiles a query. `schema` is what the records have, where that is known.
    ///
    /// # Errors
    /// Every mistake that was found, and every construct that does not run here, at its place.
    pub fn compile(sql: &str, schema: Option<&Schema>) -> Result<Self, Vec<SqlError>> {
        compile::program(sql, schema)
    }

    /// The table that it reads.
    #[must_use]
    pub fn table(&self) -> &str {
        &self.table
    }

    /// The names of the columns of its rows.
    pub fn output(&self) -> impl Iterator<Item = &str> {
        self.output.iter().map(|(name, _)| name.as_str())
    }

    /// Whether it gathers records in windows.
    #[must_use]
    pub fn is_windowed(&self) -> bool {
        self.window.is_some()
    }
}

/// A tumbling window with what is worked out in it.
#[derive(Debug, Clone)]
pub(super) struct Window {
    /// The column with the event time.
    pub(super) time: usize,
    pub(super) size_ms: i64,
    pub(super) offset_ms: i64,
    /// What groups are made by, beside the window.
    pub(super) keys: Vec<Expression>,
    pub(super) aggregates: Vec<Aggregate>,
}

/// An aggregate over the records of a group.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Aggregate {
    pub(super) function: Function,
    /// What it is of; nothing for `COUNT(*)`.
    pub(super) argument: Option<Expression>,
    pub(super) distinct: bool,
    pub(super) filter: Option<Expression>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Function {
    Count,
    Sum,
    Min,
    Max,
    Avg,
}

/// An expression over the slots of a row: columns of a record, or keys and aggregates of a group.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Expression {
    Literal(Value),
    Column(usize),
    Key(usize),
    Aggregate(usize),
    WindowStart,
    WindowEnd,
    WindowTime,
    Not(Box<Expression>),
    Negate(Box<Expression>),
    IsNull(Box<Expression>, bool),
    Binary(Operation, Box<Expression>, Box<Expression>),
    /// Pairs of condition and result, and the result where none holds.
    Case(Vec<(Expression, Expression)>, Box<Expression>),
    Coalesce(Vec<Expression>),
    Scalar(Scalar, Vec<Expression>),
    /// To a type; what cannot be cast is a fault.
    Cast(DataType, Box<Expression>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operation {
    And,
    Or,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    Concatenate,
    Like,
}

impl Operation {
    pub(super) fn is_comparison(self) -> bool {
        matches!(
            self,
            Self::Equal
                | Self::NotEqual
                | Self::Less
                | Self::LessOrEqual
                | Self::Greater
                | Self::GreaterOrEqual
        )
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::And => "`AND`",
            Self::Or => "`OR`",
            Self::Add => "`+`",
            Self::Subtract => "`-`",
            Self::Multiply => "`*`",
            Self::Divide => "`/`",
            Self::Remainder => "`MOD`",
            Self::Concatenate => "`||`",
            Self::Like => "`LIKE`",
            _ => "a comparison",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scalar {
    Upper,
    Lower,
    Length,
    Absolute,
    Floor,
    Ceiling,
    Substring,
}

impl Scalar {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Upper => "`UPPER`",
            Self::Lower => "`LOWER`",
            Self::Length => "`CHAR_LENGTH`",
            Self::Absolute => "`ABS`",
            Self::Floor => "`FLOOR`",
            Self::Ceiling => "`CEIL`",
            Self::Substring => "`SUBSTRING`",
        }
    }
}
