//! The command line of `diff`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::cli::policy::Basis;

/// Arguments of `diff`.
#[derive(Debug, Args)]
pub struct Diff {
    /// The design, template or folder of Terraform as it was: a file, or `REVISION:FILE` for a file of a revision of git
    #[arg(value_name = "BEFORE")]
    pub before: String,
    /// The design as it is, named in the same way
    #[arg(value_name = "AFTER")]
    pub after: String,
    /// The values of parameters and variables: CloudFormation's JSON, lines of `Name=value`, or a `.tfvars` file
    #[arg(long, value_name = "FILE")]
    pub parameters: Option<PathBuf>,
    /// How the difference is shown
    #[arg(long, value_enum, default_value_t)]
    pub format: DiffFormat,
    /// Where services and rules come from.
    #[command(flatten)]
    pub basis: Basis,
}

/// How a difference is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum DiffFormat {
    /// For people, in a terminal.
    #[default]
    Human,
    /// For a comment at a pull request.
    Markdown,
    /// For machines: one JSON object.
    Json,
}
