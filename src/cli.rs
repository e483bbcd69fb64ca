//! The command line: what can be typed.

mod check;
mod compare;
mod diff;
mod export;
mod flink;
mod graph;
mod import;
mod policy;
mod query;
mod rules;
mod scenarios;
mod schema;
mod shells;
mod study;
mod suggest;

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub use crate::cli::check::{Changes, Check, Destination, Explained, FailOn, FindingFormat};
pub use crate::cli::compare::Compare;
pub use crate::cli::diff::{Diff, DiffFormat};
pub use crate::cli::export::{Export, ExportTarget, ExportedDesign, ExportedSql, FlinkVersion, SqlConnector};
pub use crate::cli::flink::{Flink, FlinkAction, FlinkRun, FlinkUp};
pub use crate::cli::graph::{Graph, GraphFormat};
pub use crate::cli::import::{Import, ImportFormat, Made};
pub use crate::cli::policy::{Basis, Policy, SeverityOf};
pub use crate::cli::query::Query;
pub use crate::cli::rules::{Rules, RulesAction, RulesList, RulesNew, RulesTest};
pub use crate::cli::scenarios::{
    Scenarios, ScenariosAction, ScenariosExport, ScenariosFrom, ScenariosGenerate, ScenariosList,
    ScenariosShow, ScenariosVerify, StudyFormat,
};
pub use crate::cli::schema::{Schema, SchemaSubject};
pub use crate::cli::shells::{Completions, Man, completions, manual};
pub use crate::cli::study::{Study, StudyAction, StudyMerge};
pub use crate::cli::suggest::Suggest;

use crate::units::{Date, Duration};

/// Validates, runs and explains streaming architectures on AWS.
#[derive(Debug, Parser)]
#[command(name = "thalweg", version, about, arg_required_else_help = true, max_term_width = 100)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// When to use colours [default: auto, which honours NO_COLOR]
    #[arg(
        long,
        global = true,
        value_enum,
        default_value_t,
        hide_default_value = true,
        hide_possible_values = false
    )]
    pub color: Color,
}

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Color {
    /// On a terminal that can show them, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Judge designs: is each possible, and will it do what it is for?
    Check(Check),
    /// Run a design on its records, in virtual time
    Run(Run),
    /// Compare what two designs say, without a run: graph, capacity, cost and findings
    ///
    /// What comes of their runs is compared by `compare`.
    Diff(Diff),
    /// Compare what comes of two runs: requirements, latency, losses, throughput and cost
    ///
    /// What two designs say, and what follows from that without a run, is compared by `diff`.
    Compare(Compare),
    /// Ask Athena or Redshift of a run, in SQL, about what landed there
    ///
    /// The SQL is what means the same to the queries of streams and to stores: SELECT, WHERE, GROUP BY, HAVING, JOIN, UNION, ORDER BY and LIMIT; anything else is refused at its place. Folders such as `year=2013` are columns, and only those are read that a condition on them leaves.
    Query(Query),
    /// Explain a rule, a service, or whether one service can send to another
    Explain(Explain),
    /// Suggest designs that lead from one place to others and keep what is required
    Suggest(Suggest),
    /// List what the knowledge base states, and what of it should be checked again
    Knowledge(Knowledge),
    /// Draw a design: who feeds whom
    Graph(Graph),
    /// Turn a design into what others deploy or draw
    Export(Export),
    /// Start a small Apache Flink cluster on this machine, and run scripts on it
    ///
    /// Needs bash, curl, python3 with pip, and a JDK of version 17.
    Flink(Flink),
    /// Make a design of infrastructure code, or list its nodes and flows
    Import(Import),
    /// Print the JSON Schema of designs, cards or rules, for editors
    Schema(Schema),
    /// Talk to an editor as a language server, over standard input and output
    Lsp,
    /// Print the script that completes commands and options in a shell
    Completions(Completions),
    /// Print manual pages
    Man(Man),
    /// Learn for the certifications: questions whose answers are proved, labs and exams
    Study(Study),
    /// List rules, test them on their examples, and start new ones
    Rules(Rules),
    /// List the scenarios of the study tool, and prove their answers
    Scenarios(Scenarios),
}

/// Arguments of `run`.
#[derive(Debug, Args)]
pub struct Run {
    /// The design file, a template, or the folder of a Terraform configuration, with what a file beside it says of the load
    #[arg(value_name = "DESIGN")]
    pub design: PathBuf,
    /// The values of parameters and variables: CloudFormation's JSON, lines of `Name=value`, or a `.tfvars` file
    #[arg(long, value_name = "FILE")]
    pub parameters: Option<PathBuf>,
    /// Write what the sinks hold, and the report, to this folder
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Write a page with the graph, plots over virtual time, requirements and cost to this file
    #[arg(long, value_name = "FILE.html", conflicts_with = "explore")]
    pub report: Option<PathBuf>,
    /// Say in the JSON what was counted over virtual time, in `run.json` of `--out` too
    #[arg(long, conflicts_with = "explore")]
    pub series: bool,
    /// Where randomness starts; the same seed gives the same bytes
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// How long producers send [default: all real records; generated ones for 10m, or a whole period of their rate]
    #[arg(long, value_name = "TIME")]
    pub duration: Option<Duration>,
    /// How the report is shown
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
    /// How many threads may be used; the outcome is the same [default: as many as the machine runs at a time]
    #[arg(long, value_name = "COUNT")]
    pub threads: Option<NonZeroUsize>,
    /// What goes wrong: a file with a list of faults, or `random` for those that the seed draws [default: `faults` of the design]
    #[arg(long, value_name = "FILE | random")]
    pub faults: Option<PathBuf>,
    /// Run with so many seeds from `--seed` on, each with the faults that it draws, and tell the worst
    #[arg(long, value_name = "COUNT", conflicts_with_all = ["out", "strict"])]
    pub explore: Option<NonZeroUsize>,
    /// Stop at the first record that cannot be read
    #[arg(long)]
    pub strict: bool,
    /// Run what can be run of a design with errors, to watch it fail
    #[arg(long)]
    pub force: bool,
    /// The programs that functions are.
    #[command(flatten)]
    pub handlers: Handlers,
    /// Where services and rules come from.
    #[command(flatten)]
    pub basis: Basis,
}

/// What is said of functions that are programs.
#[derive(Debug, Clone, Args)]
pub struct Handlers {
    /// Start the programs that functions name under `handler`; without it such a design does not run
    #[arg(long)]
    pub allow_handlers: bool,
    /// How long a program is waited for at the longest, on the wall clock; the function's `timeout` may be shorter
    #[arg(long, value_name = "TIME", default_value = "10s", requires = "allow_handlers")]
    pub handler_timeout: Duration,
}

/// Arguments of `explain`.
#[derive(Debug, Args)]
pub struct Explain {
    /// A rule, a service, or two services; nothing lists what there is
    #[arg(value_name = "RULE | SERVICE | FROM TO", num_args = 0..=2)]
    pub subjects: Vec<String>,
    /// Where services and rules come from.
    #[command(flatten)]
    pub basis: Basis,
}

/// Arguments of `knowledge`.
#[derive(Debug, Args)]
pub struct Knowledge {
    /// What to list.
    #[command(subcommand)]
    pub action: KnowledgeAction,
}

/// What to list of the knowledge base.
#[derive(Debug, Subcommand)]
pub enum KnowledgeAction {
    /// List every fact with the day of its last check and its source
    List(KnowledgeList),
    /// List the facts whose last check is too long ago, oldest first; exit code 1 where there are any
    Stale(KnowledgeStale),
}

/// Arguments of `knowledge list`.
#[derive(Debug, Args)]
pub struct KnowledgeList {
    /// How the facts are shown
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// Arguments of `knowledge stale`.
#[derive(Debug, Args)]
pub struct KnowledgeStale {
    /// The age of a check beyond which a fact is listed, such as `180d`
    #[arg(long, value_name = "AGE", default_value = "180d")]
    pub older: Duration,
    /// The day on which the age is taken [default: the day that the base describes]
    #[arg(long, value_name = "DATE")]
    pub on: Option<Date>,
    /// How the facts are shown
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// How results are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Format {
    /// For people.
    #[default]
    Human,
    /// For machines: one JSON object.
    Json,
}
