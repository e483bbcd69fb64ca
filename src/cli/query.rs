//! The command line of `query`.

use std::path::PathBuf;

use clap::Args;

use crate::cli::{Basis, Format};

/// Arguments of `query`.
#[derive(Debug, Args)]
pub struct Query {
    /// The folder that `thalweg run --out` wrote
    #[arg(value_name = "RUN_DIR")]
    pub run: PathBuf,
    /// The node that is asked: Athena about the buckets that feed it, Redshift about its own rows
    #[arg(value_name = "NODE")]
    pub node: String,
    /// The question; tables are named by the ids of nodes
    #[arg(value_name = "SELECT …")]
    pub sql: String,
    /// How the rows are shown
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
    /// Where services and rules come from.
    #[command(flatten)]
    pub basis: Basis,
}
