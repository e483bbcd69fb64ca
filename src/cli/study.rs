//! `thalweg study`: what can be typed.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::units::Date;

/// Arguments of `study`.
#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of the command line, and none excludes another"
)]
pub struct Study {
    /// What to do instead of opening the app.
    #[command(subcommand)]
    pub action: Option<StudyAction>,
    /// Designs of your own to explore
    #[arg(value_name = "DESIGN")]
    pub designs: Vec<PathBuf>,
    /// Ask only what this exam asks for: SAA, DVA, DEA or SAP
    #[arg(long, value_name = "EXAM")]
    pub exam: Option<String>,
    /// The day of your exam, remembered with `--exam`: what is due comes in time for it
    #[arg(long, value_name = "DATE")]
    pub exam_date: Option<Date>,
    /// Ask only this topic, such as `ordering`
    #[arg(long, value_name = "TOPIC")]
    pub topic: Option<String>,
    /// Ask everything, what is known least first, and leave the schedule alone
    #[arg(long)]
    pub cram: bool,
    /// Where the order of options and the questions of exams come from [default: another one each time]
    #[arg(long, value_name = "NUMBER")]
    pub seed: Option<u64>,
    /// Print line by line, for screen readers and scripts [default: where there is no terminal, or a dumb one]
    #[arg(long)]
    pub plain: bool,
    /// Use no characters beyond ASCII
    #[arg(long)]
    pub ascii: bool,
    /// Leave the mouse to the terminal
    #[arg(long)]
    pub no_mouse: bool,
    /// Keep progress in this folder [default: `thalweg` in the folder for data of the system]
    #[arg(long, value_name = "DIR", global = true)]
    pub data_dir: Option<PathBuf>,
}

/// What to do instead of opening the app.
#[derive(Debug, Subcommand)]
pub enum StudyAction {
    /// Add the answers of another machine: its `reviews.jsonl`, or the folder that it lies in
    Merge(StudyMerge),
}

/// Arguments of `study merge`.
#[derive(Debug, Args)]
pub struct StudyMerge {
    /// The file, or the folder
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
}
