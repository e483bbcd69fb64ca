//! The command line of `export`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

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
    /// Flink SQL of the design's Flink applications: tables with their connectors, views, and one statement set
    FlinkSql(ExportedSql),
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

/// A design whose Flink applications are exported.
#[derive(Debug, Args)]
pub struct ExportedSql {
    /// The design, and where it goes.
    #[command(flatten)]
    pub exported: ExportedDesign,
    /// The application; needed where the design has several
    #[arg(long, value_name = "NODE")]
    pub node: Option<String>,
    /// What all tables are tied to [default: the service that each stands for]
    #[arg(long, value_enum)]
    pub connector: Option<SqlConnector>,
    /// The version of Flink that the script is for
    #[arg(long, value_enum, default_value_t)]
    pub flink_version: FlinkVersion,
    /// What stands for a placeholder, such as `region=eu-west-1`
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = placeholder)]
    pub values: Vec<(String, String)>,
}

/// What the tables of a script are tied to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SqlConnector {
    /// Kinesis Data Streams.
    Kinesis,
    /// Apache Kafka.
    Kafka,
    /// Folders of files with a JSON object a line.
    Filesystem,
    /// Made-up records, and rows that are printed.
    Datagen,
}

/// A version of Flink.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum FlinkVersion {
    /// The last of the first line.
    #[value(name = "1.20")]
    Old,
    /// The second line.
    #[default]
    #[value(name = "2")]
    New,
}

fn placeholder(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("write `NAME=VALUE`")?;
    Ok((name.to_owned(), value.to_owned()))
}
