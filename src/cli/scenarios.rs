//! What can be typed behind `thalweg scenarios`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use crate::cli::Format;

/// Arguments of `scenarios`.
#[derive(Debug, Args)]
pub struct Scenarios {
    /// What to do with scenarios.
    #[command(subcommand)]
    pub action: ScenariosAction,
}

/// What to do with scenarios.
#[derive(Debug, Subcommand)]
pub enum ScenariosAction {
    /// List scenarios
    List(ScenariosList),
    /// Show a scenario with the proof of every option, or the design of one of them
    Show(ScenariosShow),
    /// Make new questions from valid designs; the same seed makes the same question
    Generate(ScenariosGenerate),
    /// Write the scenarios in the format of another tool
    Export(ScenariosExport),
    /// Prove that every answer is right and every distractor falls as it says; exit code 1 where one does not
    Verify(ScenariosVerify),
}

/// Which scenarios.
#[derive(Debug, Args)]
pub struct ScenariosFrom {
    /// Take the scenarios of this folder, instead of those of Thalweg: `TOPIC/ID.yaml`, and perhaps `catalog.yaml`
    #[arg(long, value_name = "DIR")]
    pub dir: Option<PathBuf>,
}

/// Arguments of `scenarios list`.
#[derive(Debug, Args)]
pub struct ScenariosList {
    /// Where they are.
    #[command(flatten)]
    pub from: ScenariosFrom,
    /// Only those of this exam, such as `SAA-C03`
    #[arg(long)]
    pub exam: Option<String>,
    /// Only those of this topic
    #[arg(long)]
    pub topic: Option<String>,
    /// How they are shown
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// Arguments of `scenarios show`.
#[derive(Debug, Args)]
pub struct ScenariosShow {
    /// The scenario
    pub id: String,
    /// Print the design of this option instead, to be judged, run or drawn; `base` is what all options share, and
    /// `solution` what a repair comes to
    #[arg(long, value_name = "OPTION")]
    pub design: Option<String>,
    /// Where it is.
    #[command(flatten)]
    pub from: ScenariosFrom,
}

/// Arguments of `scenarios generate`.
#[derive(Debug, Args)]
pub struct ScenariosGenerate {
    /// The seed of the first question; each further one has the next seed
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// How many questions
    #[arg(long, default_value_t = 1)]
    pub count: u64,
    /// Write each question to `TOPIC/ID.yaml` in this folder instead, to be verified with `--dir`
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Whose designs are mutated.
    #[command(flatten)]
    pub from: ScenariosFrom,
}

/// Arguments of `scenarios export`.
#[derive(Debug, Args)]
pub struct ScenariosExport {
    /// The format
    #[arg(long, value_enum)]
    pub to: StudyFormat,
    /// Where the scenarios are.
    #[command(flatten)]
    pub from: ScenariosFrom,
}

/// A format of other tools for learning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum StudyFormat {
    /// The text import of Anki, with ids that stay.
    Anki,
    /// Comma-separated values.
    Csv,
    /// A page for reading.
    Markdown,
    /// The import format of Moodle.
    Gift,
}

/// Arguments of `scenarios verify`.
#[derive(Debug, Args)]
pub struct ScenariosVerify {
    /// Only these scenarios; nothing verifies all of them, and the bank as a whole
    #[arg(value_name = "ID")]
    pub ids: Vec<String>,
    /// Where they are.
    #[command(flatten)]
    pub from: ScenariosFrom,
    /// How findings are shown
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
    /// How many threads to use; 0 uses one on each processor
    #[arg(long, default_value_t = 0)]
    pub threads: usize,
}
