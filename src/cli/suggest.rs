//! The command line of `suggest`.

use std::path::PathBuf;

use clap::Args;

use crate::cli::Format;
use crate::units::{Bytes, Date, Rate};

/// Arguments of `suggest`.
#[derive(Debug, Args)]
pub struct Suggest {
    /// The service that records come from, by any of its names
    #[arg(long, value_name = "SERVICE", requires = "to", required_unless_present = "design")]
    pub from: Option<String>,
    /// The service that they must reach, by any of its names
    #[arg(long, value_name = "SERVICE", requires = "from")]
    pub to: Option<String>,
    /// A design file with sources, sinks, traffic and `require`, and no flows; `-` is standard input
    #[arg(long = "for", value_name = "FILE", conflicts_with_all = ["from", "to", "rate", "record_size", "require"])]
    pub design: Option<PathBuf>,
    /// How many records come, such as `5000/s`
    #[arg(long, value_name = "RATE")]
    pub rate: Option<Rate>,
    /// How large a record is, such as `2 KiB`
    #[arg(long, value_name = "SIZE")]
    pub record_size: Option<Bytes>,
    /// What must be kept: `latency=15s` (also `latency.p50`, `latency.max`), `order=KEY`, `replay=7d`,
    /// `delivery=at-least-once`, `readers=2`, `monthly_cost=500 USD`, `serverless` or `encryption`
    #[arg(long, value_name = "REQUIREMENT", num_args = 1..)]
    pub require: Vec<String>,
    /// The day as of which designs are judged [default: the day that the base describes]
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<Date>,
    /// How many designs are shown at the most
    #[arg(long, value_name = "NUMBER", default_value_t = 3)]
    pub limit: usize,
    /// Save the designs in this folder, as NAME-1.thalweg.yaml and so on
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// How the answer is shown
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}
