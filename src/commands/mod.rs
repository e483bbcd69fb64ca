//! The commands, one file each: they read files, call the layers below and print.

mod base;
pub mod check;
pub mod compare;
pub mod diff;
pub mod explain;
pub mod export;
pub mod flink;
mod folder;
pub mod graph;
pub mod import;
mod infrastructure;
mod input;
pub mod knowledge;
pub mod lsp;
mod output;
mod packs;
mod parallel;
pub mod query;
mod revision;
pub mod rules;
pub mod run;
pub mod scenarios;
pub mod schema;
pub mod shells;
pub mod study;
pub mod suggest;

use std::process::ExitCode;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// Nothing at or over the fail level.
    Clean,
    /// Findings at or over the fail level, or a broken requirement.
    Findings,
    /// The tool could not do its work.
    Failed,
    /// Someone asked for an early end, and what there was until then is shown.
    Interrupted,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Clean => Self::SUCCESS,
            Outcome::Findings => Self::from(1),
            Outcome::Failed => Self::from(2),
            Outcome::Interrupted => Self::from(130),
        }
    }
}
