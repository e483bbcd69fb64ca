//! What the tool has to say of a place in a file: plain data, without layout or colour.
//!
//! Readers and the linter make diagnostics, `report` shows them. A diagnostic always has a primary place;
//! spans are byte ranges in the file that was judged, and the lines and columns that people see are worked
//! out when it is shown.

use std::sync::Arc;

use crate::source::{Fault, FaultKind, Span, Text};

/// How bad it is. Ordered from the least to the worst, so that `severity >= Severity::Warning` reads as it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// A better practice exists.
    Advice,
    /// It works, and it will hurt.
    Warning,
    /// AWS refuses it, or it cannot work.
    Error,
}

impl Severity {
    /// The word that reports and rule files use: `advice`, `warning` or `error`.
    ///
    /// ```
    /// use thalweg::diagnostic::Severity;
    /// assert_eq!(Severity::Error.as_str(), "error");
    /// assert_eq!(Severity::parse("advice"), Some(Severity::Advice));
    /// ```
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Advice => "advice",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }

    /// The severity that a word names, or nothing.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Advice, Self::Warning, Self::Error].into_iter().find(|severity| severity.as_str() == word)
    }
}

/// A place in the file and what it has to do with the finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Bytes of the judged file, half-open.
    pub span: Span,
    /// What this place contributes; may be empty where the message says it all.
    pub text: String,
}

impl Label {
    /// A label at `span` that says `text`.
    pub fn new(span: Span, text: impl Into<String>) -> Self {
        Self { span, text: text.into() }
    }
}

/// A change of the file that would remove the cause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// One imperative sentence.
    pub title: String,
    /// Whether the meaning of the design stays the same.
    pub safe: bool,
    /// Replacements of byte ranges of the judged file; they do not overlap.
    pub edits: Vec<(Span, String)>,
}

impl Fix {
    /// A change after which the design may mean something else than it did, such as the right name for a wrong one.
    #[must_use]
    pub fn unsafe_edit(title: impl Into<String>, span: Span, new: impl Into<String>) -> Self {
        Self { title: title.into(), safe: false, edits: vec![(span, new.into())] }
    }

    /// A change that takes out what has no effect.
    #[must_use]
    pub fn safe_removal(title: impl Into<String>, span: Span) -> Self {
        Self { title: title.into(), safe: true, edits: vec![(span, String::new())] }
    }
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Id of the rule, in kebab-case.
    pub rule: String,
    /// How bad it is.
    pub severity: Severity,
    /// The fact, with the design's own names and numbers, in one line.
    pub message: String,
    /// The place to look at first.
    pub primary: Label,
    /// The other places involved, in the order in which they are best read.
    pub related: Vec<Label>,
    /// Why it is so, in a sentence or two.
    pub why: Option<String>,
    /// The ways out, the best first; each one imperative step.
    pub help: Vec<String>,
    /// The page that says so.
    pub url: Option<String>,
    /// The node that it is about, if it is about one.
    pub node: Option<String>,
    /// The flow that it is about, as the two nodes' ids.
    pub flow: Option<(String, String)>,
    /// A change that would remove the cause, where one can be worked out.
    pub fix: Option<Fix>,
}

/// A file with what there is to say of it.
#[derive(Debug, Clone)]
pub struct InFile {
    /// The file, into which every span points.
    pub text: Arc<Text>,
    /// What there is to say.
    pub found: Vec<Diagnostic>,
}

/// A message in one line, whatever names of the file it quotes.
pub(crate) fn one_line(message: String) -> String {
    if message.contains(['\n', '\r']) {
        message.split(['\n', '\r']).map(str::trim).collect::<Vec<_>>().join(" ")
    } else {
        message
    }
}

impl From<&Fault> for Diagnostic {
    /// What is wrong with a text as YAML, as a mistake of the file.
    fn from(fault: &Fault) -> Self {
        let rule = if matches!(fault.kind, FaultKind::DuplicateKey) { "duplicate-key" } else { "syntax" };
        let mut diagnostic = Self::new(rule, Label::new(fault.span, ""), fault.message.clone());
        diagnostic.related =
            fault.related.iter().map(|(span, text)| Label::new(*span, text.clone())).collect();
        diagnostic.help = fault.help.iter().cloned().collect();
        diagnostic
    }
}

impl Diagnostic {
    /// An error-level diagnostic of `rule` at `primary`; the rest is added with the methods below.
    ///
    /// ```
    /// use thalweg::diagnostic::{Diagnostic, Label};
    /// use thalweg::source::Span;
    /// let diagnostic = Diagnostic::new("unknown-node", Label::new(Span::new(3, 7), "not declared"), "no node `lake`")
    ///     .help("declare `lake` under `nodes`");
    /// assert_eq!(diagnostic.help.len(), 1);
    /// ```
    pub fn new(rule: impl Into<String>, primary: Label, message: impl Into<String>) -> Self {
        Self {
            rule: rule.into(),
            severity: Severity::Error,
            message: one_line(message.into()),
            primary,
            related: Vec::new(),
            why: None,
            help: Vec::new(),
            url: None,
            node: None,
            flow: None,
            fix: None,
        }
    }

    /// Whether there is a place to point at; what is said of the file as a whole has none.
    #[must_use]
    pub fn has_place(&self) -> bool {
        self.primary.span != Span::at(0)
    }

    /// The same with another severity.
    #[must_use]
    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    /// The same with one more way out.
    #[must_use]
    pub fn help(mut self, step: impl Into<String>) -> Self {
        self.help.push(step.into());
        self
    }

    /// The same with a reason.
    #[must_use]
    pub fn why(mut self, why: impl Into<String>) -> Self {
        self.why = Some(why.into());
        self
    }

    /// The same with one more place.
    #[must_use]
    pub fn related(mut self, label: Label) -> Self {
        self.related.push(label);
        self
    }

    /// The same with a change that would remove the cause.
    #[must_use]
    pub fn fix(mut self, fix: Fix) -> Self {
        self.fix = Some(fix);
        self
    }

    /// The same, said of a node.
    #[must_use]
    pub fn node(mut self, id: impl Into<String>) -> Self {
        self.node = Some(id.into());
        self
    }
}
