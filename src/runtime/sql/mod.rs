//! Flink SQL in virtual time, with Flink's semantics of types, nothing, event time, windows and watermarks.
//!
//! [`Program::compile`] reads a script: `CREATE TABLE`, `CREATE VIEW`, `SET`, queries and `INSERT INTO`. What does not
//! run here is refused at its place: a wrong answer is never given. [`Operator`] takes the records of each shard in turn
//! and emits rows; those of a window once the watermark, the least over the shards, has passed its end. What comes later
//! is dropped and counted, as Flink does. Where nothing is declared, whole numbers are BIGINT, others DOUBLE, and the event
//! time a TIMESTAMP_LTZ(3) in ISO 8601; a value of another type than its column's, a division by zero and the like are
//! faults of the record, never a guess. [`Batch`] answers a query over rows that are all there.

mod aggregate;
mod batch;
mod cast;
mod compile;
mod decimal;
mod decode;
mod dialect;
mod expression;
mod functions;
mod graph;
mod machines;
mod operator;
mod partition;
mod pattern;
mod plan;
mod portable;
pub mod script;
mod time;
mod types;
mod value;

use std::ops::Range;

pub use crate::runtime::lineage::{Lineage, Stamp};
pub use crate::runtime::sql::batch::{Answer, Batch};
pub use crate::runtime::sql::decimal::Decimal;
pub use crate::runtime::sql::graph::{Kind, Row};
pub use crate::runtime::sql::operator::{Emission, Operator, Place};
pub use crate::runtime::sql::plan::{Output, Program, Source};
pub(super) use crate::runtime::sql::time::InstantReader;
pub use crate::runtime::sql::time::timestamp_ms;
pub use crate::runtime::sql::types::{DataType, Schema, gather};
pub use crate::runtime::sql::value::Value;

/// A mistake in SQL, or a construct that does not run here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SqlError {
    /// What was found, and what was expected.
    pub message: String,
    /// Where: bytes of the SQL text.
    pub range: Range<usize>,
    /// What to write instead, where that is clear.
    pub help: Option<String>,
}

/// The tables that a script finds without declaring them.
#[derive(Debug, Clone, Default)]
pub struct Catalog {
    /// What can be read.
    pub sources: Vec<SourceTable>,
    /// What can be written.
    pub sinks: Vec<SinkTable>,
}

/// A table of the records that come from a node.
#[derive(Debug, Clone)]
pub struct SourceTable {
    /// Its name: the node's id.
    pub name: String,
    /// What the records have, where that is known.
    pub schema: Option<Schema>,
    /// The field with the event time, where the design names it.
    pub event_time: Option<String>,
    /// How far the watermark stays behind it.
    pub delay_ms: i64,
}

/// A table that stands for a node which rows can be sent to.
#[derive(Debug, Clone)]
pub struct SinkTable {
    /// Its name: the node's id.
    pub name: String,
    /// The columns that name an item; none where all rows are kept.
    pub key: Vec<String>,
}

#[cfg(test)]
mod tests;
