//! The command line of `graph`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::cli::policy::Basis;

/// Arguments of `graph`.
#[derive(Debug, Args)]
pub struct Graph {
    /// The design file; `-` is standard input
    #[arg(value_name = "DESIGN")]
    pub design: PathBuf,
    /// What the picture is made of
    #[arg(long, value_enum, default_value_t)]
    pub format: GraphFormat,
    /// Judge the design, and mark nodes and flows with errors and warnings
    #[arg(long)]
    pub check: bool,
    /// Draw text with ASCII characters only
    #[arg(long)]
    pub ascii: bool,
    /// List nodes and flows as plain lines, with nothing drawn
    #[arg(long)]
    pub plain: bool,
    /// Columns that a text may take, instead of the terminal's; where it does not fit, lines are listed
    #[arg(long, value_name = "COLUMNS")]
    pub width: Option<usize>,
    /// Where services and rules come from.
    #[command(flatten)]
    pub basis: Basis,
}

/// What a picture is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum GraphFormat {
    /// Characters, for a terminal.
    #[default]
    Text,
    /// A Mermaid flowchart, as GitHub and many wikis draw it.
    Mermaid,
    /// The language of Graphviz.
    Dot,
    /// A self-contained image with light and dark colours.
    Svg,
}
