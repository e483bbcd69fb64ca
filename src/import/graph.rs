//! What a reader finds: nodes and flows with their places, before anything is judged.
//!
//! Ids are those of the original; a setting's path is that of the service's card (`buffer.size`), its value written as
//! a design writes it (`5 MiB`). The graph lists every edge, whether a design can say it or not.

use std::collections::BTreeSet;

use crate::source::Span;

/// Nodes and flows.
#[derive(Debug, Clone, Default)]
pub struct Graph {
    /// The nodes, in the order of the files; those that are only referred to come last.
    pub nodes: Vec<Node>,
    /// The flows that follow from no setting.
    pub flows: Vec<Flow>,
    /// What would have mattered and could not be resolved.
    pub unresolved: Vec<Unresolved>,
}

/// A node.
#[derive(Debug, Clone)]
pub struct Node {
    /// Its id, unique.
    pub id: String,
    /// Where the id stands.
    pub id_span: Span,
    /// The catalogue's id of its service.
    pub service: String,
    /// Where its type stands.
    pub service_span: Span,
    /// The whole resource.
    pub span: Span,
    /// Its settings.
    pub settings: Vec<Setting>,
    /// Whether it is set up elsewhere: it is only referred to, and nothing is known of it but its service.
    pub is_elsewhere: bool,
}

/// A setting of a node or flow.
#[derive(Debug, Clone)]
pub struct Setting {
    /// Its name in the card, one level of a path.
    pub name: String,
    /// Where its key stands.
    pub key_span: Span,
    /// Where its value stands.
    pub span: Span,
    /// What it is set to.
    pub given: Given,
}

/// What a setting is set to.
#[derive(Debug, Clone)]
pub enum Given {
    /// As a design writes it: `5 MiB`, `true`, `provisioned`.
    Text(String),
    /// Another node, by its id: a flow of the role that the card gives follows.
    Node(String),
    /// Several values, each with its place.
    List(Vec<(Span, Given)>),
    /// Settings within the setting.
    Mapping(Vec<Setting>),
    /// Not known before the deployment; what it hangs on.
    Unknown(String),
}

/// An edge that follows from no setting.
#[derive(Debug, Clone)]
pub struct Flow {
    /// The id of the node that it leaves.
    pub from: String,
    /// Where that is named.
    pub from_span: Span,
    /// The id of the node that it enters.
    pub to: String,
    /// Where that is named.
    pub to_span: Span,
    /// How it is written down: `esm`, `subscription`, `notification`, `delivery`, `write`, ...
    pub kind: String,
    /// Whether records take it; what does not is listed, and left out of the design.
    pub is_data: bool,
    /// Which integration of the card is meant, where the first that exists is not.
    pub via: Option<String>,
    /// What carries it, such as the logical id of an event source mapping.
    pub carrier: String,
    /// The whole of what declares it.
    pub span: Span,
    /// Its settings.
    pub settings: Vec<Setting>,
    /// How sure it is.
    pub confidence: Confidence,
    /// Whether it is switched off.
    pub is_disabled: bool,
}

/// How sure a flow is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Confidence {
    /// Only a name or only a permission speaks for it.
    Low,
    /// A name and a permission speak for it.
    High,
    /// It is declared.
    Declared,
}

impl Confidence {
    /// The word for it: `declared`, `high` or `low`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::High => "high",
            Self::Declared => "declared",
        }
    }
}

/// Something that could not be resolved and leaves rules silent.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unresolved {
    /// Where it stands.
    pub span: Span,
    /// What it is: `` `shards` of `Clicks` hangs on Shards ``.
    pub what: String,
}

/// Puts a value at a dotted path, below what is there; what is set first stays.
///
/// ```
/// use thalweg::import::graph::{Given, set};
/// use thalweg::source::Span;
///
/// let (mut settings, nowhere) = (Vec::new(), Span::at(0));
/// set(&mut settings, "buffer.size", (nowhere, nowhere), Given::Text("5 MiB".to_owned()));
/// set(&mut settings, "buffer.interval", (nowhere, nowhere), Given::Text("60s".to_owned()));
/// let Given::Mapping(buffer) = &settings[0].given else { panic!() };
/// assert_eq!((settings.len(), buffer.len()), (1, 2));
/// ```
pub fn set(settings: &mut Vec<Setting>, path: &str, (key_span, span): (Span, Span), given: Given) {
    let (first, rest) = path.split_once('.').map_or((path, None), |(first, rest)| (first, Some(rest)));
    let known = settings.iter().position(|setting| setting.name == first);
    let Some(rest) = rest else {
        if known.is_none() {
            settings.push(Setting { name: first.to_owned(), key_span, span, given });
        }
        return;
    };
    let index = known.unwrap_or_else(|| {
        let inner = Given::Mapping(Vec::new());
        settings.push(Setting { name: first.to_owned(), key_span, span, given: inner });
        settings.len() - 1
    });
    if let Given::Mapping(inner) = &mut settings[index].given {
        set(inner, rest, (key_span, span), given);
    }
}

impl Graph {
    /// The node with this id.
    #[must_use]
    pub fn node(&self, id: &str) -> Option<&Node> {
        self.nodes.iter().find(|node| node.id == id)
    }

    /// Gives nodes other ids, everywhere; those that get none keep theirs.
    pub fn rename(&mut self, name: &dyn Fn(&str) -> Option<String>) {
        let change = |id: &mut String| {
            if let Some(new) = name(id) {
                *id = new;
            }
        };
        for node in &mut self.nodes {
            change(&mut node.id);
            rename_in_settings(&mut node.settings, &change);
        }
        for flow in &mut self.flows {
            change(&mut flow.from);
            change(&mut flow.to);
            rename_in_settings(&mut flow.settings, &change);
        }
    }

    /// Takes nodes out, with their flows and with the settings that name them.
    pub fn remove(&mut self, ids: &BTreeSet<&str>) {
        let is_gone = |id: &str| ids.contains(id);
        self.nodes.retain(|node| !is_gone(&node.id));
        self.flows.retain(|flow| !is_gone(&flow.from) && !is_gone(&flow.to));
        let settings = self.nodes.iter_mut().map(|node| &mut node.settings);
        for settings in settings.chain(self.flows.iter_mut().map(|flow| &mut flow.settings)) {
            settings.retain(|setting| !nodes_of(&setting.given).into_iter().any(is_gone));
        }
    }

    /// Everything that could not be resolved: what was noted, and settings that nobody knows.
    #[must_use]
    pub fn unresolved(&self) -> Vec<Unresolved> {
        let mut found = self.unresolved.clone();
        for node in &self.nodes {
            open_in(&node.settings, &format!("`{}`", node.id), "", &mut found);
        }
        for flow in &self.flows {
            open_in(&flow.settings, &format!("`{} -> {}`", flow.from, flow.to), "", &mut found);
        }
        found.sort();
        found.dedup();
        found
    }

    /// The ids of all nodes that a flow or a setting joins to another.
    #[must_use]
    pub fn joined(&self) -> BTreeSet<&str> {
        let mut joined: BTreeSet<&str> =
            self.flows.iter().flat_map(|flow| [flow.from.as_str(), flow.to.as_str()]).collect();
        for node in &self.nodes {
            let named = nodes_in(&node.settings);
            if !named.is_empty() {
                joined.insert(&node.id);
            }
            joined.extend(named);
        }
        joined.extend(self.flows.iter().flat_map(|flow| nodes_in(&flow.settings)));
        joined
    }
}

/// Settings that nobody knows, at any depth.
fn open_in(settings: &[Setting], owner: &str, prefix: &str, found: &mut Vec<Unresolved>) {
    for setting in settings {
        let path = format!("{prefix}{}", setting.name);
        match &setting.given {
            // A filter is there, and in a language of its own; what is called as the setting is AWS's to set.
            Given::Unknown(on) if setting.name == "filter" || *on == setting.name => {}
            Given::Unknown(on) => {
                let what = format!("`{path}` of {owner} hangs on {on}");
                found.push(Unresolved { span: setting.span, what });
            }
            Given::Mapping(inner) => open_in(inner, owner, &format!("{path}."), found),
            _ => {}
        }
    }
}

/// The nodes that settings name, at any depth.
fn nodes_in(settings: &[Setting]) -> Vec<&str> {
    settings.iter().flat_map(|setting| nodes_of(&setting.given)).collect()
}

fn nodes_of(given: &Given) -> Vec<&str> {
    match given {
        Given::Node(id) => vec![id],
        Given::List(items) => items.iter().flat_map(|(_, item)| nodes_of(item)).collect(),
        Given::Mapping(settings) => nodes_in(settings),
        Given::Text(_) | Given::Unknown(_) => Vec::new(),
    }
}

fn rename_in_settings(settings: &mut [Setting], change: &dyn Fn(&mut String)) {
    for setting in settings {
        rename_in(&mut setting.given, change);
    }
}

fn rename_in(given: &mut Given, change: &dyn Fn(&mut String)) {
    match given {
        Given::Node(id) => change(id),
        Given::List(items) => items.iter_mut().for_each(|(_, item)| rename_in(item, change)),
        Given::Mapping(settings) => rename_in_settings(settings, change),
        Given::Text(_) | Given::Unknown(_) => {}
    }
}
