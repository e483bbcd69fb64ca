//! Infrastructure code, read as a design: the same graph, the same findings, at the lines of the original files.
//!
//! ```text
//! files ─reader→ Files + Model (resources as value trees) ─tables→ Graph (nodes, flows) ─build→ Lowered ─lint→ [Diagnostic] ─Files::apart→ per file
//! ```
//!
//! # How a reader plugs in
//!
//! 1. Put every text that is read into a [`Files`]: it gives the offset to add to the spans of that text, so that all
//!    files of a stack or module live in one space of bytes and a finding can be handed back to its own file.
//! 2. Lower the syntax of the language to [`Resource`]s: logical id, type, and the properties as a [`Value`] tree in
//!    which references are resolved as far as they can be. What cannot be said is [`What::Unknown`], never left out
//!    and never guessed; where a condition is open both branches are kept as [`What::Either`].
//! 3. Make a [`Graph`] of them: a node for each resource that a catalogue service stands for, with the id of the
//!    service, its settings and its places; a [`Flow`] for each edge with its kind, the resource that carries it and
//!    how sure it is. A setting that names a node ([`Given::Node`]) is a flow by itself.
//! 4. [`build::lowered`] makes a `Lowered` design of the graph, which the linter judges as any other. Fixes are dropped
//!    there: nothing ever edits a file that is not a design.
//!
//! [`Graph`]: graph::Graph
//! [`Flow`]: graph::Flow
//! [`Given::Node`]: graph::Given
//! [`Files`]: files::Files
//! [`Resource`]: value::Resource
//! [`Value`]: value::Value
//! [`What::Unknown`]: value::What
//! [`What::Either`]: value::What

pub mod build;
pub mod cloudformation;
pub mod files;
pub mod graph;
pub mod intent;
pub mod languages;
pub mod listing;
pub mod local;
pub mod parameters;
pub mod serverless;
pub mod tables;
pub mod terraform;
pub mod truth;
pub mod value;
pub mod write;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::diagnostic::Diagnostic;
use crate::import::files::Files;
use crate::import::graph::Graph;
use crate::import::intent::Said;
use crate::knowledge::Knowledge;
use crate::source::{self, Span, Text};

/// Reads a file that another one names: the name of that one, and where the file lies from there. Nothing where it
/// cannot be read.
pub type Load<'a> = &'a dyn Fn(&str, &str) -> Option<Arc<Text>>;

/// The names of the files in a folder.
pub type List<'a> = &'a dyn Fn(&Path) -> Vec<String>;

/// What stacks export: the services by the names of the exports.
#[derive(Debug, Clone, Default)]
pub struct Exports(pub BTreeMap<String, String>);

/// What a reader makes of its files.
#[derive(Debug, Clone)]
pub struct Reading {
    /// The files that were read.
    pub files: Files,
    /// The nodes and flows.
    pub graph: Graph,
    /// The comments of the files, in which findings may be allowed.
    pub comments: Vec<Span>,
    /// What is wrong with the files as texts.
    pub mistakes: Vec<Diagnostic>,
    /// What the files themselves say of load, requirements and accepted findings.
    pub said: Vec<Said>,
    /// What they export to other stacks.
    pub exports: Exports,
}

impl Reading {
    /// Adds what a file says of the infrastructure code.
    pub fn add_said(&mut self, text: &Arc<Text>) {
        let read = source::read(text);
        let start = self.files.add(Arc::clone(text));
        let moved = |fault: &source::Fault| {
            let mut mistake = Diagnostic::from(fault);
            mistake.primary.span = intent::moved_span(mistake.primary.span, start);
            mistake.related.clear();
            mistake
        };
        self.mistakes.extend(read.faults.iter().map(moved));
        self.comments.extend(read.comments.iter().map(|span| intent::moved_span(*span, start)));
        let said = read.root.map(|root| Said::new(intent::moved(&root, start)));
        intent::name(&mut self.graph, said.as_slice());
        self.said.extend(said);
    }
}

/// What a file is read with, beside its text.
#[derive(Clone, Copy)]
pub struct Surroundings<'a> {
    /// The values of parameters, which come before the defaults of the file.
    pub parameters: &'a BTreeMap<String, String>,
    /// Files with the values of Terraform's variables, which come before those of the configuration.
    pub values: &'a [PathBuf],
    /// Reads the files that it names.
    pub load: Load<'a>,
    /// Lists the names of the files in a folder.
    pub list: List<'a>,
    /// What other stacks export.
    pub exports: &'a Exports,
    /// The services.
    pub knowledge: &'a Knowledge,
}

impl<'a> Surroundings<'a> {
    /// Those of a text that stands alone: no values from elsewhere, and no files beside it.
    #[must_use]
    pub fn alone(knowledge: &'a Knowledge) -> Self {
        static PARAMETERS: BTreeMap<String, String> = BTreeMap::new();
        static EXPORTS: Exports = Exports(BTreeMap::new());
        let (load, list) = (&|_: &str, _: &str| None, &|_: &Path| Vec::new());
        Self { parameters: &PARAMETERS, values: &[], load, list, exports: &EXPORTS, knowledge }
    }
}

/// Reads infrastructure code of any kind; nothing where the text is none.
#[must_use]
pub fn read(text: &Arc<Text>, surroundings: Surroundings<'_>) -> Option<Reading> {
    cloudformation::read(text, surroundings).or_else(|| languages::read(text, surroundings))
}

/// Whether a text is infrastructure code that [`read`] reads.
#[must_use]
pub fn is_infrastructure(text: &Text) -> bool {
    cloudformation::is_template(text) || languages::is_one(text)
}
