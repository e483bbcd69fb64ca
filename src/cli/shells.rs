//! What shells and manuals are told of the command line: completions and man pages, from the one definition.

use std::io;
use std::path::PathBuf;

use clap::{Args, CommandFactory as _};
use clap_complete::Shell;

use crate::cli::Cli;

/// Arguments of `completions`.
#[derive(Debug, Args)]
pub struct Completions {
    /// The shell
    #[arg(value_enum)]
    pub shell: Shell,
}

/// Arguments of `man`.
#[derive(Debug, Args)]
pub struct Man {
    /// The command to show the page of; nothing means the page of `thalweg` itself
    #[arg(value_name = "COMMAND")]
    pub command: Option<String>,
    /// Write the pages of all commands to this folder instead
    #[arg(long, value_name = "DIR", conflicts_with = "command")]
    pub out: Option<PathBuf>,
}

/// The script that completes `thalweg` in a shell.
#[must_use]
pub fn completions(shell: Shell) -> Vec<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "thalweg", &mut script);
    script
}

/// The manual pages, the main one first, each with the command that it describes: `thalweg`, `thalweg-check`, ...
///
/// # Errors
/// Never: pages are written to memory.
pub fn manual() -> Result<Vec<(String, Vec<u8>)>, io::Error> {
    let mut root = Cli::command();
    root.build();
    let commands = root.get_subcommands().filter(|command| command.get_name() != "help");
    std::iter::once(&root).chain(commands).map(page).collect()
}

fn page(command: &clap::Command) -> Result<(String, Vec<u8>), io::Error> {
    let name = command.get_display_name().unwrap_or(command.get_name()).to_owned();
    let mut page = Vec::new();
    clap_mangen::Man::new(command.clone()).render(&mut page)?;
    Ok((name, page))
}
