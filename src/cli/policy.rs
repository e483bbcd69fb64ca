//! What can be typed of what designs are judged by: packs, the config, rules and severities, the baseline.

use std::path::PathBuf;
use std::str::FromStr;

use clap::Args;

use crate::knowledge::pack::Level;

/// Which services and rules there are, beside those that everybody has.
#[derive(Debug, Clone, Default, Args)]
pub struct Basis {
    /// Know the services and rules of the pack in this folder too; may be given several times
    #[arg(long = "rules", value_name = "DIR")]
    pub packs: Vec<PathBuf>,
    /// The config for every design [default: the nearest `thalweg.toml` in the folders above a design]
    #[arg(long, value_name = "FILE", conflicts_with = "no_config")]
    pub config: Option<PathBuf>,
    /// Look for no `thalweg.toml`
    #[arg(long)]
    pub no_config: bool,
}

/// What designs are judged by.
#[derive(Debug, Default, Args)]
pub struct Policy {
    /// Where services and rules come from.
    #[command(flatten)]
    pub basis: Basis,
    /// Print what holds for the designs and where it is said, and judge nothing
    #[arg(long)]
    pub show_config: bool,
    /// Only these rules and groups of rules speak; mistakes of the file itself are always told
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub select: Vec<String>,
    /// These rules and groups of rules are silent
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub ignore: Vec<String>,
    /// How bad the findings of a rule or a group of rules are: error, warning, advice, or off
    #[arg(long = "severity", value_name = "RULE=SEVERITY", value_delimiter = ',')]
    pub severities: Vec<SeverityOf>,
    /// Do not report the findings that this file lists, by rule, file and node or flow; what it lists in vain is reported
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Write the findings that there are to the baseline, in YAML or, where its name ends in `.json`, in JSON
    #[arg(long, conflicts_with = "watch")]
    pub update_baseline: bool,
}

/// A rule or a group of rules with its severity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeverityOf {
    /// The rule's or the group's name.
    pub rule: String,
    /// Its severity, or off.
    pub level: Level,
}

impl FromStr for SeverityOf {
    type Err = String;

    fn from_str(written: &str) -> Result<Self, String> {
        let (rule, level) =
            written.split_once('=').ok_or("write RULE=SEVERITY, such as `single-shard=off`")?;
        let level = Level::parse(level)
            .ok_or_else(|| format!("there is no severity `{level}`; use error, warning, advice or off"))?;
        Ok(Self { rule: rule.to_owned(), level })
    }
}
