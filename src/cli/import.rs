//! The command line of `import`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// Arguments of `import`.
#[derive(Debug, Args)]
pub struct Import {
    /// The template, plan or service, or the folder of a Terraform configuration; `-` is standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// The values of its parameters: CloudFormation's JSON, lines of `Name=value`, or a `.tfvars` file
    #[arg(long, value_name = "FILE")]
    pub parameters: Option<PathBuf>,
    /// Hold it against a file with the true nodes and edges, and show how many were found
    #[arg(long, value_name = "TRUTH")]
    pub against: Option<PathBuf>,
    /// What is made of it
    #[arg(long, value_enum, default_value_t)]
    pub to: Made,
    /// How it is shown
    #[arg(long, value_enum, default_value_t)]
    pub format: ImportFormat,
}

/// What is made of infrastructure code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Made {
    /// A design file, with a comment on everything that was inferred.
    #[default]
    Design,
}

/// How it is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum ImportFormat {
    /// As a design file.
    #[default]
    Yaml,
    /// For machines: nodes and flows as one JSON object.
    Json,
}
