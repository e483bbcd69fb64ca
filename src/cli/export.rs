//! The command line of `export`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// Arguments of `export`.
#[derive(Debug, Args)]
pub struct Export {
    /// What the design is turned into.
    #[command(subcommand)]
    pub target: ExportTarget,
}

/// What a design is turned into.
#[derive(Debug, Subcommand)]
pub enum ExportTarget {
    /// A CloudFormation template: resources, least-privilege roles, alarms and log groups; what is left open is a parameter
    #[command(name = "cloudformation")]
    CloudFormation(ExportedDesign),
    /// A configuration of Terraform with the same resources; `--out main.tf` also writes main.thalweg.yaml, which says what the configuration cannot
    Terraform(ExportedDesign),
    /// A Mermaid flowchart, as GitHub and many wikis draw it
    Mermaid(ExportedDesign),
}

/// A design to export.
#[derive(Debug, Args)]
pub struct ExportedDesign {
    /// The design file; `-` is standard input
    #[arg(value_name = "DESIGN")]
    pub design: PathBuf,
    /// Write to this file instead of standard output
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}
