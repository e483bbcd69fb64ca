//! Flink SQL in virtual time: one query over one stream, with Flink's semantics of windows and watermarks.
//!
//! [`Program::compile`] reads `SELECT … FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(time), INTERVAL '10' SECONDS)) WHERE …
//! GROUP BY …, window_start, window_end HAVING …` and the plain `SELECT … FROM t WHERE …`. Everything else is refused
//! at its place: a wrong answer is never given. [`Operator`] takes the records of each shard in turn and emits the rows
//! of a window once the watermark, the least over the shards, has passed its end; what comes later is dropped and
//! counted, as Flink does. Whole numbers are BIGINT, others DOUBLE, timestamps ISO 8601 texts; a value of
//! another type than its column's, a division by zero and the like are faults of the record, never a guess.

mod compile;
mod dialect;
mod interpret;
mod kinds;
mod operator;
mod plan;
mod value;

use std::ops::Range;

pub use crate::runtime::lineage::{Lineage, Stamp};
pub use crate::runtime::sql::kinds::{DataType, Schema, gather};
pub use crate::runtime::sql::operator::{Operator, Row};
pub use crate::runtime::sql::plan::Program;
pub use crate::runtime::sql::value::{Value, timestamp_ms};

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

#[cfg(test)]
mod tests;
