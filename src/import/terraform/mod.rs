//! Reads Terraform: the folder of a configuration, or the JSON of a plan.
//!
//! ```text
//! *.tf ─native, json→ Body ─module→ Module ─evaluate→ Arguments ─translate→ [Resource] of CloudFormation's types
//! ```
//!
//! Variables, locals, functions, repetitions and modules of the same tree are worked out as far as they can be known
//! before the deployment. Modules from elsewhere, data sources and what they lead to are unknown under their own names.
//! What is declared becomes resources of CloudFormation's types by the table of `rules/terraform.yaml`, so that settings
//! and flows are found by the mechanism that reads templates.

mod arguments;
mod data;
mod evaluate;
mod functions;
mod instances;
mod json;
mod module;
mod native;
mod operators;
mod plan;
mod references;
mod resources;
mod syntax;
mod translate;
mod types;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::diagnostic::Diagnostic;
use crate::import::files::Files;
use crate::import::local::Local;
use crate::import::terraform::evaluate::{Evaluator, Scope};
use crate::import::terraform::instances::{is_local, tidy};
use crate::import::terraform::module::Module;
use crate::import::terraform::syntax::{Argument, Kind};
use crate::import::value::Resource;
use crate::knowledge::terraform::Table;
use crate::source::{Node, Span, Text};

/// What a configuration declares.
#[derive(Debug)]
pub struct Configuration {
    /// The files that were read.
    pub files: Files,
    /// The resources, in the order of the files.
    pub resources: Vec<Resource>,
    /// What is wrong with the files themselves.
    pub mistakes: Vec<Diagnostic>,
    /// Modules that lie elsewhere, with the place of each call.
    pub unread: Vec<(Span, String)>,
    /// The ids of resources that are set up elsewhere: only looked up, or only added to.
    pub elsewhere: BTreeSet<String>,
}

/// Whether a file of this name is part of a configuration.
///
/// ```
/// use thalweg::import::terraform::is_part;
/// assert!(is_part("main.tf") && is_part("main.tf.json") && !is_part("terraform.tfvars"));
/// ```
#[must_use]
pub fn is_part(name: &str) -> bool {
    module::is_part(name)
}

/// Reads the configuration of a folder; nothing where no file of it is part of one. `values` are files that give
/// variables their values, `given` the values of single ones; the last counts.
///
/// ```
/// use std::collections::BTreeMap;
/// use std::path::Path;
/// use thalweg::import::local::Local;
/// use thalweg::import::terraform;
///
/// struct One;
/// impl Local for One {
///     fn read(&self, _: &Path) -> Option<String> {
///         Some("resource \"aws_kinesis_stream\" \"in\" {\n  shard_count = 2 * 2\n}\n".to_owned())
///     }
///     fn list(&self, _: &Path) -> Vec<String> {
///         vec!["main.tf".to_owned()]
///     }
/// }
/// let read = terraform::read(Path::new("."), &[], &BTreeMap::new(), &One).unwrap();
/// let stream = &read.resources[0];
/// assert_eq!((stream.id.as_str(), stream.kind.as_str()), ("aws_kinesis_stream.in", "AWS::Kinesis::Stream"));
/// assert_eq!(stream.properties.get("ShardCount").unwrap().text(), Some("4"));
/// ```
#[must_use]
pub fn read(
    folder: &Path,
    values: &[PathBuf],
    given: &BTreeMap<String, String>,
    local: &dyn Local,
) -> Option<Configuration> {
    let mut evaluator = Evaluator::new(local);
    let (mut files, mut mistakes) = (Files::default(), Vec::new());
    let module = Module::read(&tidy(folder), local, &mut files, &mut mistakes)?;
    let mut all: Vec<Argument> =
        values.iter().flat_map(|path| module::values(path, local, &mut files, &mut mistakes)).collect();
    all.extend(given.iter().map(|(name, value)| Argument::typed(name, value)));
    evaluator.files = files;
    evaluator.mistakes = mistakes;
    evaluator.start(module, all);
    let table = Table::embedded();
    let found = evaluator.found(table);
    let (resources, elsewhere) = resources::joined(found, table);
    let unread = evaluator.unread();
    let Evaluator { files, mistakes, .. } = evaluator;
    Some(Configuration { files, resources, mistakes, unread, elsewhere })
}

/// Whether a document is the JSON of a plan or a state, by what it holds.
#[must_use]
pub fn is_plan(root: &Node) -> bool {
    plan::is_plan(root)
}

/// Reads the JSON of a plan or a state.
#[must_use]
pub fn read_plan(text: &Arc<Text>, root: &Node) -> Configuration {
    let mut files = Files::default();
    let start = files.add(Arc::clone(text));
    let table = Table::embedded();
    let (resources, elsewhere) = resources::joined(plan::found(root, start, table), table);
    Configuration { files, resources, mistakes: Vec::new(), unread: Vec::new(), elsewhere }
}

/// The folders of the modules that the configuration of a folder calls and that lie in the same tree.
#[must_use]
pub fn called(folder: &Path, local: &dyn Local) -> Vec<PathBuf> {
    let (mut files, mut mistakes) = (Files::default(), Vec::new());
    let Some(module) = Module::read(&tidy(folder), local, &mut files, &mut mistakes) else {
        return Vec::new();
    };
    let sources = module.calls.iter().filter_map(|call| match &call.body.argument("source")?.value.kind {
        Kind::Literal(source) if is_local(source) => Some(tidy(&module.folder.join(source))),
        _ => None,
    });
    sources.collect()
}

impl Evaluator<'_> {
    /// The calls of modules that lie elsewhere or cannot be read.
    fn unread(&mut self) -> Vec<(Span, String)> {
        let mut unread = Vec::new();
        for instance in 0..self.instances.len() {
            let module = Arc::clone(&self.instances[instance].module);
            for (index, call) in module.calls.iter().enumerate() {
                if !matches!(self.calls(instance, index), instances::Repeated::Unread(_)) {
                    continue;
                }
                let source = call
                    .body
                    .argument("source")
                    .map(|argument| self.evaluate(&argument.value, &mut Scope::new(instance)).shown());
                let source = source.unwrap_or_default();
                let place = if is_local(&source) { "cannot be read" } else { "lies elsewhere" };
                let name = &call.labels[0];
                unread.push((name.span, format!("the module `{}` ({source}) {place}", name.text)));
            }
        }
        unread.sort();
        unread.dedup();
        unread
    }
}
