//! The command line of `flink`.

use std::num::NonZeroU16;
use std::path::PathBuf;

use clap::{Args, Subcommand};

/// Arguments of `flink`.
#[derive(Debug, Args)]
pub struct Flink {
    /// What to do with the cluster.
    #[command(subcommand)]
    pub action: FlinkAction,
}

/// What to do with the cluster.
#[derive(Debug, Subcommand)]
pub enum FlinkAction {
    /// Start a cluster, and wait until its slots are ready; the first time gets 330 MB from PyPI
    Up(FlinkUp),
    /// Tell what the cluster has; exit code 1 where there is none
    Status,
    /// Run a script of Flink SQL as a job, and wait for its end; Ctrl-C cancels it
    Run(FlinkRun),
    /// End the cluster
    Down,
}

/// Arguments of `flink up`.
#[derive(Debug, Args)]
pub struct FlinkUp {
    /// How many task managers there are
    #[arg(long, value_name = "COUNT", default_value = "1")]
    pub task_managers: NonZeroU16,
    /// How many slots each of them has
    #[arg(long, value_name = "COUNT", default_value = "2")]
    pub slots: NonZeroU16,
    /// The port that it answers at, on 127.0.0.1; the next one is taken too
    #[arg(long, value_name = "PORT", default_value = "18081")]
    pub port: NonZeroU16,
}

/// Arguments of `flink run`.
#[derive(Debug, Args)]
pub struct FlinkRun {
    /// The script, as `export flink-sql` writes it
    #[arg(value_name = "SCRIPT")]
    pub script: PathBuf,
    /// How many slots the job takes; what the script says itself goes first
    #[arg(long, value_name = "COUNT", default_value = "1")]
    pub parallelism: NonZeroU16,
}
