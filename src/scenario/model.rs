//! A scenario as its file describes it.
//!
//! Everything here is plain data with the places where it stands. What the designs of the options come to is worked out
//! elsewhere: [`compose`](crate::scenario::compose) writes them, [`prove`](crate::scenario::prove) judges them.

use std::sync::Arc;

use crate::knowledge::fact::Reference;
use crate::source::{Node, Span, Text};
use crate::units::{Date, Duration};

/// One question, with the designs that prove its answer.
#[derive(Debug, Clone)]
pub struct Scenario {
    /// The file that it was read from; every span points into it.
    pub text: Arc<Text>,
    /// Its id, in kebab-case; progress is kept under it, so it never changes.
    pub id: String,
    /// Where the id stands.
    pub id_span: Span,
    /// The folder that it lies in.
    pub topic: String,
    /// The decision that it drills, as the catalog names it; repetition is scheduled by it.
    pub decision: String,
    /// What it is about, in a few words.
    pub title: String,
    /// The exams that ask for it, each with the task of its guide.
    pub exams: Vec<ExamTask>,
    /// The task in words. Paragraphs are told apart by an empty line; a paragraph is one line, however long.
    pub prompt: String,
    /// Where the prompt stands.
    pub prompt_span: Span,
    /// The words of the prompt that matter, and those that do not, in the order of the file.
    pub cues: Vec<Cue>,
    /// How it is asked.
    pub format: Format,
    /// The design that all options share, as a mapping with `nodes`, `flows`, `allow` and `as_of`. For a repair it is
    /// the broken design.
    pub base: Arc<Node>,
    /// What there is to choose from, in the order of the file; none for a repair.
    pub choices: Vec<Choice>,
    /// Up to three hints, the gentlest first.
    pub hints: Vec<String>,
    /// Where what exams taught and what holds today differ.
    pub lore: Option<Lore>,
    /// Pages that say what no rule or card says.
    pub sources: Vec<Reference>,
    /// The day on which its words were last held against the facts.
    pub checked: Date,
    /// Where randomness of a run starts.
    pub seed: u64,
    /// How long producers send in a run; nothing leaves it to the design.
    pub duration: Option<Duration>,
}

impl Scenario {
    /// The choice with this id.
    #[must_use]
    pub fn choice(&self, id: &str) -> Option<&Choice> {
        self.choices.iter().find(|choice| choice.id == id)
    }
}

/// An exam and the task of its guide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExamTask {
    /// The exam's code, such as `SAA-C03`.
    pub exam: String,
    /// The task, such as `3.5` or `1.1.10`; its first number is the domain.
    pub task: String,
}

impl ExamTask {
    /// The number of the domain that the task belongs to.
    #[must_use]
    pub fn domain(&self) -> u32 {
        let first: String = self.task.chars().take_while(char::is_ascii_digit).collect();
        first.parse().unwrap_or(0)
    }
}

/// Words of the prompt, and what they ask for.
#[derive(Debug, Clone)]
pub struct Cue {
    /// The words, exactly as they stand in the prompt.
    pub text: String,
    /// Where they stand in the file, as the cue's own text.
    pub span: Span,
    /// What they ask for.
    pub kind: CueKind,
}

/// What the words of a cue ask for.
#[derive(Debug, Clone)]
pub enum CueKind {
    /// A requirement, in the words of a design's `require`.
    Require(Arc<Node>),
    /// Facts of the surroundings: settings of nodes, as a mapping of node ids. They hold for every option that has the
    /// node.
    Given(Arc<Node>),
    /// A warning of this rule counts. Without the cue the option that breaks it would do as well.
    Rule(String),
    /// Among designs that do, the better one by this figure is asked for.
    Prefer(Figure),
    /// Words that decide nothing.
    Noise,
}

/// By what designs that hold are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Figure {
    /// What it costs in a month.
    Cost,
    /// How many things somebody has to look after or write.
    Upkeep,
    /// How long 99 of 100 records take, at the least.
    Latency,
}

impl Figure {
    /// All of them, in the order in which they are listed.
    pub const ALL: [Self; 3] = [Self::Cost, Self::Upkeep, Self::Latency];

    /// The word that files use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Cost => "cost",
            Self::Upkeep => "upkeep",
            Self::Latency => "latency",
        }
    }
}

/// How a scenario is asked.
#[derive(Debug, Clone)]
pub enum Format {
    /// One choice is right.
    Single,
    /// So many choices are right, and all of them are to be chosen.
    Multiple(usize),
    /// The choices are to be put in order, the least first.
    Order(Figure),
    /// Every choice is to be given the words that belong to it.
    Match,
    /// The design is to be edited until it holds.
    Repair {
        /// The rules that speak against the design as it is.
        broken: Vec<String>,
        /// A change of the design after which it holds, in the form of a choice's design.
        solution: Arc<Node>,
    },
    /// What a run will count is to be foretold.
    Predict(Counter),
}

impl Format {
    /// The words of all formats.
    pub const WORDS: [&'static str; 6] = ["single", "multiple", "order", "match", "repair", "predict"];

    /// The word that files use.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Single => "single",
            Self::Multiple(_) => "multiple",
            Self::Order(_) => "order",
            Self::Match => "match",
            Self::Repair { .. } => "repair",
            Self::Predict(_) => "predict",
        }
    }

    /// How many choices are right; nothing where the answer is no set of choices.
    #[must_use]
    pub fn asked(&self) -> Option<usize> {
        match self {
            Self::Single | Self::Predict(_) => Some(1),
            Self::Multiple(count) => Some(*count),
            Self::Order(_) | Self::Match | Self::Repair { .. } => None,
        }
    }
}

/// A counter of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counter {
    /// The node at which it is counted.
    pub node: String,
    /// Which counter, by the names of the run's report: `throttled`, `lost`, `duplicates`, ...
    pub name: String,
    /// Where the counter stands.
    pub span: Span,
}

impl Counter {
    /// The names of all counters: those of nodes, then those of sinks.
    pub const NAMES: [&'static str; 14] = [
        "records_in",
        "records_out",
        "bytes_in",
        "bytes_out",
        "throttled",
        "retried",
        "filtered",
        "late",
        "expired",
        "held",
        "delivered",
        "lost",
        "duplicates",
        "out_of_order",
    ];
}

/// One thing to choose.
#[derive(Debug, Clone)]
pub struct Choice {
    /// Its id, unique in the scenario; answers are kept under it.
    pub id: String,
    /// Where the id stands.
    pub span: Span,
    /// What is offered, in words.
    pub text: String,
    /// A change of the base that makes its design, in the form of a design with `without` for flows to take out.
    pub design: Option<Arc<Node>>,
    /// What has to be proved of it.
    pub verdict: Verdict,
    /// Where the verdict stands.
    pub verdict_span: Span,
    /// Why it holds or falls, in words.
    pub because: String,
    /// The words that belong to it, where they are to be matched.
    pub with: Option<String>,
}

/// What has to be proved of a choice.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// Its design draws no error and no warning, and keeps every requirement.
    Right,
    /// This rule speaks against its design.
    FallsByRule(String),
    /// The linter sees a requirement of this kind broken.
    FallsByRequirement(String),
    /// The linter is content, and a run breaks a requirement of this kind.
    FallsInRun(String),
    /// It holds, and the right choice is better by this figure.
    Dominated(Figure),
    /// The counter of the run lies in these bounds, inclusive. Right is the choice whose bounds the run meets.
    Counts {
        /// The least.
        at_least: u64,
        /// The most; nothing where there is no bound.
        at_most: Option<u64>,
    },
    /// Its figure alone counts: it is one of the choices that are put in order.
    Ranked,
}

/// What exams taught and what holds today.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lore {
    /// What older questions take for right.
    pub was: String,
    /// What holds today.
    pub now: String,
    /// Since when, where that is known.
    pub since: Option<Date>,
}
