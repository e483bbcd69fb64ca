//! The one integration binary; each module states behaviour of one part of the crate.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod allow;
mod architecture;
mod cards;
mod checks;
mod cli;
mod command_line;
mod comparison;
mod config_schema;
mod conservation;
mod docs;
mod drawing;
mod editors;
mod export;
mod fixes;
mod flink;
mod formats;
mod grading;
mod hostile;
mod imports;
mod inputs;
mod knowledge;
mod language_server;
mod languages;
mod living;
mod long_runs;
mod oracle;
mod packs;
mod page;
mod promises;
mod query;
mod revisions;
mod round_trip;
mod rules;
mod run_cost;
mod scenarios;
mod schemas;
mod serverless;
mod spans;
mod speed;
mod stacks;
mod study;
mod suggest;
mod terraform;
mod traffic;
