//! What can be typed behind `thalweg rules`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::cli::Format;

/// Arguments of `rules`.
#[derive(Debug, Args)]
pub struct Rules {
    /// What to do with rules.
    #[command(subcommand)]
    pub action: RulesAction,
}

/// What to do with rules.
#[derive(Debug, Subcommand)]
pub enum RulesAction {
    /// List all rules, those of packs too
    List(RulesList),
    /// Run the examples of rules: each must fire, at the marked place, or must not; exit code 1 where one does not
    Test(RulesTest),
    /// Write a new rule to fill in, with an example that fires and one that passes
    New(RulesNew),
}

/// Arguments of `rules list`.
#[derive(Debug, Args)]
pub struct RulesList {
    /// Add the rules of the pack in this folder; may be given several times
    #[arg(long = "rules", value_name = "DIR")]
    pub packs: Vec<PathBuf>,
    /// How the rules are shown
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// Arguments of `rules test`.
#[derive(Debug, Args)]
pub struct RulesTest {
    /// The folder of a pack, whose rules are tested; nothing tests the rules of Thalweg itself
    #[arg(value_name = "DIR")]
    pub pack: Option<PathBuf>,
    /// Further packs that the rules build on; may be given several times
    #[arg(long = "rules", value_name = "DIR")]
    pub packs: Vec<PathBuf>,
}

/// Arguments of `rules new`.
#[derive(Debug, Args)]
pub struct RulesNew {
    /// The rule's id, such as `stream-without-owner`
    pub id: String,
    /// The folder of the pack; it is made where it is not there
    #[arg(long, value_name = "DIR", default_value = "rules")]
    pub dir: PathBuf,
}
