//! A rule as it is read from its file.

use crate::diagnostic::Severity;
use crate::expression::Expression;
use crate::knowledge::fact::Reference;
use crate::lint::template::Template;

/// One rule.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Its id, in kebab-case; never used again for something else.
    pub id: String,
    /// The folder that its file lies in: `file`, `possible`, `limits`, ...
    pub group: String,
    /// The version of Thalweg that brought it.
    pub since: String,
    /// How bad a violation is.
    pub severity: Severity,
    /// What it is about, in a few words.
    pub title: String,
    /// Why a violation hurts.
    pub why: String,
    /// What to do about it, in general.
    pub help: Vec<Template>,
    /// Who says so; the first is shown with a finding.
    pub sources: Vec<Reference>,
    /// What it looks at; nothing for the rules that the reader of designs checks itself.
    pub check: Option<Check>,
}

/// What a rule looks at, and when it is violated.
#[derive(Debug, Clone)]
pub struct Check {
    /// What it is held against.
    pub subject: Subject,
    /// Names that its other expressions use, each of which sees those before it.
    pub definitions: Vec<(String, Expression)>,
    /// What must hold before it speaks at all.
    pub given: Option<Expression>,
    /// What makes it a violation; nothing means that the match alone does.
    pub violated: Option<Expression>,
    /// What is worth a warning where it is no violation.
    pub warns: Option<Milder>,
    /// The fact, with the design's own names and numbers.
    pub message: Template,
    /// What the primary place contributes.
    pub label: Option<Template>,
    /// What would remove the cause, where settings alone do.
    pub fix: Option<SettingFix>,
    /// Whether the shortest valid routes are among the ways out.
    pub routes: bool,
    /// Whether it speaks only where no other rule of its group has spoken of the same flow.
    pub last_resort: bool,
    /// Rules that tell the same thing better: where one of them speaks, this one is silent.
    pub unless: Vec<String>,
}

/// A milder outcome of a rule, always a warning.
#[derive(Debug, Clone)]
pub struct Milder {
    /// What makes it one.
    pub violated: Expression,
    /// What to say; the rule's own message where it is left out.
    pub message: Option<Template>,
}

/// A change of settings.
#[derive(Debug, Clone)]
pub struct SettingFix {
    /// Whether the meaning of the design stays the same.
    pub safe: bool,
    /// Settings with their new values; those that are not declared are added.
    pub set: Vec<(SettingPlace, Expression)>,
    /// Settings to take out.
    pub remove: Vec<SettingPlace>,
}

/// A setting of a match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingPlace {
    /// What has the setting.
    pub part: Part,
    /// Its dotted path.
    pub path: String,
}

/// A part of a match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The node or flow that is matched.
    Itself,
    /// The node that the flow or path leaves.
    From,
    /// The node that the flow or path enters.
    To,
}

/// What a rule is held against.
#[derive(Debug, Clone)]
pub enum Subject {
    /// Every node that is selected, as `node`.
    Node(Selector),
    /// Every flow between selected nodes, as `flow` with its ends `from` and `to`.
    Flow(FlowSelector),
    /// Every pair of selected nodes that a chain of flows joins, as `from` and `to`.
    Path(PathSelector),
    /// Every cycle of flows with no selected node on it.
    Cycle {
        /// What breaks a cycle.
        without: Selector,
    },
    /// What breaks a requirement of this kind, as `requirement`: each cause apart, and one match where nothing does.
    Requirement(String),
    /// The design as a whole, as `design`.
    Design,
}

/// Which flows are meant.
#[derive(Debug, Clone, Default)]
pub struct FlowSelector {
    /// Which nodes they leave.
    pub from: Selector,
    /// Which nodes they enter.
    pub to: Selector,
    /// Which role they have; flows that follow from no setting where it is left out.
    pub role: Option<String>,
}

/// Which paths are meant.
#[derive(Debug, Clone, Default)]
pub struct PathSelector {
    /// Which nodes they start at.
    pub from: Selector,
    /// Which nodes they end at.
    pub to: Selector,
    /// Something between the ends must be one of these, where it is given.
    pub with: Option<Selector>,
    /// Nothing between the ends may be one of these.
    pub without: Option<Selector>,
}

/// Which nodes are meant; what is left empty does not count.
#[derive(Debug, Clone, Default)]
pub struct Selector {
    /// The ids of the services.
    pub services: Vec<String>,
    /// The classes of the services.
    pub classes: Vec<String>,
    /// The ids of services that are not meant.
    pub not: Vec<String>,
}

impl Selector {
    /// Whether a service of this id and class is meant.
    #[must_use]
    pub fn takes(&self, service: &str, class: &str) -> bool {
        let named = |names: &[String], name: &str| names.iter().any(|known| known == name);
        (self.services.is_empty() && self.classes.is_empty()
            || named(&self.services, service)
            || named(&self.classes, class))
            && !named(&self.not, service)
    }
}
