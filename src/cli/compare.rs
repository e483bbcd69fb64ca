//! The command line of `compare`.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::Args;

use crate::cli::Handlers;
use crate::cli::diff::DiffFormat;
use crate::cli::policy::Basis;
use crate::units::Duration;

/// Arguments of `compare`.
#[derive(Debug, Args)]
pub struct Compare {
    /// A design, which is run; or a run: what `run --format json` printed, or the folder of `run --out`
    #[arg(value_name = "BEFORE")]
    pub before: PathBuf,
    /// What it is compared with, given in the same way
    #[arg(value_name = "AFTER")]
    pub after: PathBuf,
    /// Where randomness starts in the runs of designs, the same for both
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// How long producers send in the runs of designs
    #[arg(long, value_name = "TIME")]
    pub duration: Option<Duration>,
    /// What goes wrong in the runs of designs: a file with a list of faults, or `random`
    #[arg(long, value_name = "FILE | random")]
    pub faults: Option<PathBuf>,
    /// Run what can be run of a design with errors
    #[arg(long)]
    pub force: bool,
    /// How many threads may be used; the outcome is the same
    #[arg(long, value_name = "COUNT")]
    pub threads: Option<NonZeroUsize>,
    /// The programs that functions are.
    #[command(flatten)]
    pub handlers: Handlers,
    /// How the comparison is shown
    #[arg(long, value_enum, default_value_t)]
    pub format: DiffFormat,
    /// Where services and rules come from.
    #[command(flatten)]
    pub basis: Basis,
}
