//! What can be typed behind `thalweg check`.

use std::path::PathBuf;
use std::str::FromStr;

use clap::{ArgGroup, Args, ValueEnum};

use crate::cli::policy::Policy;
use crate::diagnostic::Severity;

/// Arguments of `check`.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub struct Check {
    /// Designs, templates and folders, the current folder if none; `-` is standard input
    ///
    /// In folders, every `*.thalweg.yaml` is judged, every other YAML file with `nodes` and `flows`, every template of
    /// CloudFormation and SAM, every `serverless.yml` and every Terraform configuration, which is a folder of its own;
    /// what `.gitignore` leaves out is left out.
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// The name under which standard input is shown
    #[arg(long, value_name = "NAME")]
    pub stdin_filename: Option<PathBuf>,
    /// Judge only what has changed since this revision of git
    ///
    /// A design counts as changed when its file, a file of its records, its config, its baseline or a pack of it differs from the revision, or is new to git.
    #[arg(long, value_name = "REV", conflicts_with = "watch")]
    pub changed_since: Option<String>,
    /// How many files are judged at once; 0 for one on each processor
    #[arg(long, value_name = "NUMBER", default_value_t = 0, hide_default_value = true)]
    pub threads: usize,
    /// Judge again whenever a file changes, until Ctrl-C
    #[arg(long)]
    pub watch: bool,
    /// How findings are shown, and in which file, such as `sarif=out.sarif`; may be given several times
    ///
    /// One of human, concise, json, sarif, github, gitlab, junit and markdown. Without a file they go to standard output, where only one format can go.
    #[arg(long = "format", value_name = "FORMAT[=FILE]", default_value = "human")]
    pub formats: Vec<Destination>,
    /// Show what comes to each node and takes each flow instead of findings, which still decide the exit code
    ///
    /// As `--format human` or `--format json`. What is unknown says why.
    #[arg(long)]
    pub explain_load: bool,
    /// Show what is derived of the designs instead of findings, which still decide the exit code
    #[arg(long, value_enum, value_name = "WHAT", value_delimiter = ',')]
    pub explain: Vec<Explained>,
    /// The values of parameters and variables: CloudFormation's JSON, lines of `Name=value`, or a `.tfvars` file
    #[arg(long, value_name = "FILE")]
    pub parameters: Option<PathBuf>,
    /// List what templates leave open until they are deployed, where rules stay silent
    #[arg(long)]
    pub verbose: bool,
    /// What is changed in the files.
    #[command(flatten)]
    pub changes: Changes,
    /// What designs are judged by.
    #[command(flatten)]
    pub policy: Policy,
    /// Show advice too, not only errors and warnings
    #[arg(long)]
    pub advice: bool,
    /// Show advice, and where rules stay silent because a value is not known
    #[arg(long)]
    pub pedantic: bool,
    /// The least severity that makes the exit code 1 [default: error]
    #[arg(long, value_enum, value_name = "SEVERITY", hide_possible_values = false)]
    pub fail_on: Option<FailOn>,
    /// End with exit code 0 whatever is found
    #[arg(long, conflicts_with = "fail_on")]
    pub exit_zero: bool,
}

/// What is changed in the files.
#[derive(Debug, Clone, Copy, Args)]
#[command(group = ArgGroup::new("change").args(["fix", "diff"]))]
pub struct Changes {
    /// Make the changes that findings propose and that leave the meaning of the design as it is
    #[arg(long, conflicts_with_all = ["diff", "watch"])]
    pub fix: bool,
    /// Make, or show, the changes too after which the design may mean something else
    #[arg(long, requires = "change")]
    pub unsafe_fixes: bool,
    /// Show the changes that `--fix` would make, and make none
    #[arg(long, conflicts_with = "watch")]
    pub diff: bool,
}

/// What is derived of a design, and can be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Explained {
    /// What it costs in a month, item by item
    Cost,
    /// How long records take, wait by wait
    Latency,
    /// Which order of records survives each step
    Order,
}

/// A format, and the file that it goes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destination {
    /// How findings are shown.
    pub format: FindingFormat,
    /// The file; standard output where there is none.
    pub file: Option<PathBuf>,
}

impl FromStr for Destination {
    type Err = String;

    fn from_str(written: &str) -> Result<Self, String> {
        let (format, file) = match written.split_once('=') {
            Some((_, "")) => return Err("a file is expected behind `=`".to_owned()),
            Some((format, file)) => (format, Some(PathBuf::from(file))),
            None => (written, None),
        };
        let format = FindingFormat::from_str(format, false).map_err(|_| {
            let names: Vec<_> = FindingFormat::value_variants().iter().map(|format| format.name()).collect();
            format!("there is no format `{format}`; use one of {}", names.join(", "))
        })?;
        Ok(Self { format, file })
    }
}

/// How findings are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FindingFormat {
    /// For people: each finding with its place in the file, the reason and the ways out.
    Human,
    /// For people: one line a finding.
    Concise,
    /// For machines: one JSON object.
    Json,
    /// For code scanning: SARIF 2.1.0.
    Sarif,
    /// For GitHub Actions: workflow commands, which it shows at the lines.
    Github,
    /// For GitLab: a Code Quality report.
    Gitlab,
    /// For build servers: JUnit's XML.
    Junit,
    /// For a comment at a pull request: a table in Markdown.
    Markdown,
}

impl FindingFormat {
    /// The word that the command line has for it.
    ///
    /// # Panics
    /// Never: every format has a word.
    #[must_use]
    pub fn name(self) -> String {
        self.to_possible_value().expect("no format is left out").get_name().to_owned()
    }
}

impl From<FailOn> for Severity {
    fn from(fail_on: FailOn) -> Self {
        match fail_on {
            FailOn::Error => Self::Error,
            FailOn::Warning => Self::Warning,
            FailOn::Advice => Self::Advice,
        }
    }
}

/// The least severity that makes a check fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// Errors only.
    Error,
    /// Errors and warnings.
    Warning,
    /// Everything.
    Advice,
}
