//! `thalweg study`: what can be typed.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// Arguments of `study`.
#[derive(Debug, Args)]
pub struct Study {
    /// What to do instead of opening the app.
    #[command(subcommand)]
    pub action: Option<StudyAction>,
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
