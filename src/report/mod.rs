//! What people and machines are shown: findings, runs and explanations, as text and as JSON.
//!
//! Everything here takes plain data and gives text; only [`progress`] writes, to stderr and only on a terminal.

pub mod answer;
pub mod checks;
pub mod comparison;
pub mod derived;
pub mod diff;
pub mod difference;
pub mod explanation;
pub mod exploration;
pub mod findings;
pub mod graph;
pub mod infrastructure;
pub mod loads;
pub mod look;
pub mod markdown;
pub mod page;
pub mod progress;
pub mod rules;
pub mod run;
pub mod run_json;
pub mod scenarios;
mod series_json;
pub mod suggestion;
mod table;
