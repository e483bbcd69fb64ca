//! CloudFormation and SAM: templates in YAML with short tags or JSON, and what CDK makes.
//!
//! A template is resolved to resources as CloudFormation would make them, nested stacks and included files of the same
//! tree with it; `rules/templates.yaml` and the cards then say which of them are nodes, what their settings are, and
//! where the flows stand.

mod assembly;
mod conditions;
mod documents;
mod edges;
mod encode;
mod foreach;
mod inferred;
mod interfaces;
mod intrinsics;
mod machines;
mod permissions;
mod pieces;
mod places;
mod serverless;
mod stacks;
mod template;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::import::cloudformation::assembly::Assembly;
use crate::import::cloudformation::places::Places;
use crate::import::cloudformation::stacks::Reader;
use crate::import::cloudformation::template::Template;
use crate::import::files::Files;
use crate::import::graph::Graph;
use crate::import::intent;
use crate::import::tables::Tables;
use crate::import::value::{Resource, Value, What};
use crate::import::{Exports, Reading, Surroundings};
use crate::knowledge::Knowledge;
use crate::source::{self, Node, Span, Text};

/// Whether a text is a template. Texts without its words are not parsed.
///
/// ```
/// use thalweg::import::cloudformation::is_template;
/// use thalweg::source::Text;
///
/// let is = |text: &str| is_template(&Text::new("t", text));
/// assert!(is("Resources:\n  S: {Type: AWS::Kinesis::Stream}\n"));
/// assert!(!is("nodes: {}\nflows: []\n") && !is("# AWS:: and Resources\na: 1\n"));
/// ```
#[must_use]
pub fn is_template(text: &Text) -> bool {
    template::may_be_template(text.as_str())
        && source::read(text).root.is_some_and(|root| template::is_template(&root))
}

/// Reads a template; nothing where the text is none. It is parsed once.
#[must_use]
pub fn read(text: &Arc<Text>, surroundings: Surroundings<'_>) -> Option<Reading> {
    if !template::may_be_template(text.as_str()) {
        return None;
    }
    let reader = Reader::new(surroundings.load, surroundings.exports);
    let template =
        reader.template(Arc::clone(text)).filter(|template| template::is_template(&template.root))?;
    let given = surroundings
        .parameters
        .iter()
        .map(|(name, value)| (name.clone(), Value::new(Span::at(0), What::Text(value.clone()))));
    reader.stack(&template, "", given.collect());
    Some(reading(reader, surroundings))
}

fn reading(reader: Reader<'_>, surroundings: Surroundings<'_>) -> Reading {
    let gathered = reader.gathered.into_inner();
    let (mut graph, exports) = graph(&gathered.resources, &gathered.exports, surroundings.knowledge);
    intent::name(&mut graph, &gathered.said);
    Reading {
        files: gathered.files,
        graph,
        comments: gathered.comments,
        mistakes: gathered.mistakes,
        said: gathered.said,
        exports,
    }
}

/// Reads a template that another reader has made; its spans count among all files.
pub(super) fn read_made(
    text: Arc<Text>,
    root: Arc<Node>,
    files: Files,
    surroundings: Surroundings<'_>,
) -> Reading {
    let reader = Reader::new(surroundings.load, surroundings.exports);
    reader.gathered.borrow_mut().files = files;
    let template = Template::new(text, root, 0);
    reader.stack(&template, "", BTreeMap::new());
    reading(reader, surroundings)
}

/// The nodes and flows of resources that another reader has made.
pub(super) fn graph_of(resources: &[Resource], knowledge: &Knowledge) -> Graph {
    graph(resources, &[], knowledge).0
}

/// The nodes and flows of resources, and the services of what is exported.
fn graph(resources: &[Resource], exported: &[(String, Value)], knowledge: &Knowledge) -> (Graph, Exports) {
    let places = Places::new(resources, Tables::embedded(), knowledge);
    let exports = exported.iter().filter_map(|(name, value)| {
        let place = places.of(value, None).into_iter().next()?;
        Some((name.clone(), places.service_at(&place)?.to_owned()))
    });
    let exports = Exports(exports.collect());
    let mut assembly = Assembly::new(places);
    edges::add(&mut assembly);
    interfaces::add(&mut assembly);
    machines::add(&mut assembly);
    inferred::add(&mut assembly);
    (assembly.graph(), exports)
}
