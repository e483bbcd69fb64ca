//! The sections of a template, as it is written.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use foldhash::fast::FixedState;

use crate::source::{Mapping, Node, Text};

/// A template: its tree, and where its bytes begin among those of all files that are read together.
#[derive(Debug)]
pub(super) struct Template {
    pub(super) text: Arc<Text>,
    pub(super) root: Arc<Node>,
    pub(super) start: u32,
    /// Where each resource stands in its section: every reference looks one up.
    places: OnceLock<HashMap<String, usize, FixedState>>,
}

impl Template {
    /// The template with this tree.
    pub(super) fn new(text: Arc<Text>, root: Arc<Node>, start: u32) -> Self {
        Self { text, root, start, places: OnceLock::new() }
    }

    /// The entries of a section; none where it is missing or no mapping.
    pub(super) fn section(&self, name: &str) -> impl Iterator<Item = (&str, &Node, &Node)> {
        let mapping = self.root.get(name).and_then(Node::as_mapping);
        mapping
            .into_iter()
            .flat_map(Mapping::iter)
            .map(|(key, entry)| (key, entry.key.as_ref(), entry.value.as_ref()))
    }

    /// The entry of a section.
    pub(super) fn in_section(&self, section: &str, name: &str) -> Option<&Node> {
        let section_node = self.root.get(section)?;
        if section != "Resources" {
            return section_node.get(name);
        }
        let entries = &section_node.as_mapping()?.entries;
        let places = self.places.get_or_init(|| {
            let named =
                entries.iter().enumerate().filter_map(|(place, entry)| Some((entry.key.as_text()?, place)));
            named.map(|(name, place)| (name.to_owned(), place)).collect()
        });
        Some(entries[*places.get(name)?].value.as_ref())
    }

    /// Whether SAM's transform is to be applied.
    pub(super) fn is_serverless(&self) -> bool {
        let names = self.root.get("Transform").map(crate::fields::items).unwrap_or_default();
        names.iter().any(|name| name.as_text().is_some_and(|name| name.starts_with("AWS::Serverless")))
            || self.section("Resources").any(|(_, _, resource)| {
                kind(resource).is_some_and(|kind| kind.starts_with("AWS::Serverless::"))
            })
    }
}

/// The type of a resource.
pub(super) fn kind(resource: &Node) -> Option<&str> {
    resource.get("Type")?.as_text()
}

/// Whether a tree is a template: it has resources with types of AWS, or says by its other sections that it is one.
pub(super) fn is_template(root: &Node) -> bool {
    let Some(resources) = root.get("Resources").and_then(Node::as_mapping) else { return false };
    let is_of_aws = |resource: &Node| {
        kind(resource).is_some_and(|kind| {
            ["AWS::", "Custom::", "Alexa::"].iter().any(|start| kind.starts_with(start))
                || kind.matches("::").count() >= 2
        })
    };
    root.get("AWSTemplateFormatVersion").is_some()
        || root.get("Transform").is_some()
        || resources.iter().any(|(_, entry)| is_of_aws(&entry.value))
}

/// Whether a text may be a template, by words alone: what is none is not parsed.
pub(super) fn may_be_template(text: &str) -> bool {
    let has = |word: &str| memchr::memmem::find(text.as_bytes(), word.as_bytes()).is_some();
    has("Resources") && (has("AWS::") || has("AWSTemplateFormatVersion"))
}
