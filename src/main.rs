//! The `thalweg` command.

use std::process::ExitCode;

use clap::Parser as _;
use thalweg::cli::{Cli, Color, Command};
use thalweg::commands::{
    check, compare, diff, explain, export, flink, graph, import, knowledge, lsp, query, rules, run,
    scenarios, schema, shells, study, suggest,
};
use thalweg::report::look::{ColorChoice, Look};

fn main() -> ExitCode {
    let cli = Cli::parse();
    let look = Look::of_stdout(match cli.color {
        Color::Auto => ColorChoice::Auto,
        Color::Always => ColorChoice::Always,
        Color::Never => ColorChoice::Never,
    });
    let outcome = match &cli.command {
        Command::Check(arguments) => check::run(arguments, look),
        Command::Run(arguments) => run::run(arguments, look),
        Command::Query(arguments) => query::run(arguments, look),
        Command::Compare(arguments) => compare::run(arguments, look),
        Command::Diff(arguments) => diff::run(arguments, look),
        Command::Explain(arguments) => explain::run(arguments, look),
        Command::Suggest(arguments) => suggest::run(arguments, look),
        Command::Knowledge(arguments) => knowledge::run(arguments),
        Command::Graph(arguments) => graph::run(arguments, look),
        Command::Export(arguments) => export::run(arguments, look),
        Command::Flink(arguments) => flink::run(arguments),
        Command::Import(arguments) => import::run(arguments, look),
        Command::Schema(arguments) => schema::run(arguments),
        Command::Lsp => lsp::run(),
        Command::Completions(arguments) => shells::complete(arguments),
        Command::Man(arguments) => shells::man(arguments),
        Command::Study(arguments) => study::run(arguments, look),
        Command::Rules(arguments) => rules::run(arguments, look),
        Command::Scenarios(arguments) => scenarios::run(arguments, look),
    };
    outcome.into()
}
