//! Reads `serverless.yml` of the Serverless Framework: as the template that the framework would deploy.
//!
//! ```text
//! serverless.yml ─variables→ tree ─service, events→ template of SAM, with the places of the original
//! ```
//!
//! The template is then read as any other. Plug-ins are known where they make flows: pipes, proxies of an API, state
//! machines and statements for each function; what others make is not seen.

mod events;
mod service;
mod variables;
mod write;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::diagnostic::Diagnostic;
use crate::import::files::Files;
use crate::import::serverless::variables::Variables;
use crate::source::{self, Node, Span, Text};

/// A service as the template that it stands for.
#[derive(Debug)]
pub struct Expanded {
    /// The files that were read, the service first; spans of the template count among them.
    pub files: Files,
    /// The template.
    pub root: Arc<Node>,
    /// The ids of its functions, with what the service calls them.
    pub functions: Vec<(String, String)>,
    /// What is wrong with the service as a text.
    pub mistakes: Vec<Diagnostic>,
    /// The comments of the service.
    pub comments: Vec<Span>,
}

/// Whether a document is a service, by what it holds.
///
/// ```
/// use thalweg::import::serverless::is_service;
/// use thalweg::source::{Text, read};
///
/// let is = |text: &str| is_service(&read(&Text::new("s", text)).root.unwrap());
/// assert!(is("service: shop\nprovider: {name: aws}\n"));
/// assert!(!is("service: shop\nprovider: {name: azure}\n") && !is("nodes: {}\n"));
/// ```
#[must_use]
pub fn is_service(root: &Node) -> bool {
    let provider = root.get("provider");
    let name = provider.and_then(|provider| provider.get("name").or(Some(provider)));
    let is_of_aws = name.and_then(Node::as_text) == Some("aws");
    is_of_aws && ["service", "functions", "resources"].iter().any(|key| root.get(key).is_some())
}

/// The template of a service. `given` are options, and variables of the environment; `load` reads files beside it.
#[must_use]
pub fn expanded(
    text: &Arc<Text>,
    given: &BTreeMap<String, String>,
    load: &dyn Fn(&str, &str) -> Option<Arc<Text>>,
) -> Option<Expanded> {
    let reading = source::read(text);
    let root = reading.root?;
    let mut files = Files::default();
    files.add(Arc::clone(text));
    let variables = Variables {
        root: Arc::clone(&root),
        name: text.name().to_owned(),
        given,
        load,
        files: RefCell::new(files),
        read: RefCell::default(),
        made: Cell::new(0),
    };
    let resolved = variables.resolved(&root);
    let (root, functions) = service::template(&resolved);
    Some(Expanded {
        files: variables.files.into_inner(),
        root,
        functions,
        mistakes: reading.faults.iter().map(Diagnostic::from).collect(),
        comments: reading.comments,
    })
}

/// What a service calls a node: a function by its place in the file, what only the deployment knows by its variable.
#[must_use]
pub fn name(functions: &[(String, String)], id: &str) -> Option<String> {
    if let Some((_, name)) = functions.iter().find(|(known, _)| known == id) {
        return Some(format!("functions.{name}"));
    }
    let variable = id.strip_prefix("param:")?;
    let (kind, _) = variable.split_once(':')?;
    KINDS.contains(&kind).then(|| without_open(variable))
}

/// The sources of variables that only the deployment knows.
const KINDS: [&str; 6] = ["cf", "ssm", "s3", "env", "opt", "param"];

/// A name without what nobody knows in it, and the mark before that.
fn without_open(name: &str) -> String {
    let mut kept = String::with_capacity(name.len());
    let mut rest = name;
    while let Some((before, after)) = rest.split_once("${") {
        kept.push_str(before.trim_end_matches(['-', '_', '/', '.']));
        rest = after.split_once('}').map_or("", |(_, rest)| rest);
    }
    kept.push_str(rest);
    kept
}
