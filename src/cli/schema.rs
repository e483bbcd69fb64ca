//! The command line of `schema`.

use clap::{Args, ValueEnum};

/// Arguments of `schema`.
#[derive(Debug, Args)]
pub struct Schema {
    /// What the schema describes
    #[arg(value_enum, default_value_t)]
    pub subject: SchemaSubject,
}

/// What a schema describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum SchemaSubject {
    /// Designs, with the settings of every service.
    #[default]
    Design,
    /// Service cards.
    Card,
    /// Rules.
    Rule,
    /// Scenarios of the study tool.
    Scenario,
    /// Configs: `thalweg.toml`.
    Config,
}
