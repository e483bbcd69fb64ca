//! Good practice: how a suggested design names, sets up and secures a service or a flow.
//!
//! The choices stand in `rules/practice.yaml`. They are no facts of AWS, which is why none has a source; whether a
//! choice holds is for the linter to say.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use crate::diagnostic::Diagnostic;
use crate::fields::{self, Fields, text, wrong_type};
use crate::knowledge::embedded;
use crate::source::{Node, Value};

/// Settings with their values, in the order of the file.
pub type Values = Vec<(String, Arc<Node>)>;

/// All choices.
#[derive(Debug, Clone, Default)]
pub struct Practice {
    /// By the id of a service.
    pub services: BTreeMap<String, OfService>,
    /// For flows; all entries that take a flow count.
    pub flows: Vec<OfFlow>,
    /// Nodes that keep what could not be handled, by the name that `keeps` uses.
    pub keepers: BTreeMap<String, Keeper>,
}

/// How a node of a service is set up.
#[derive(Debug, Clone, Default)]
pub struct OfService {
    /// A short name for a node.
    pub word: String,
    /// What it does there, as the end of a sentence that begins with its name.
    pub because: String,
    /// What every node of the service is given.
    pub set: Values,
    /// Alternatives; a design takes one of them.
    pub choices: Vec<Values>,
    /// Settings that name a keeper.
    pub keeps: Vec<(String, String)>,
    /// Settings that somebody has to watch and change.
    pub counted: Vec<String>,
    /// What somebody has to write.
    pub code: Option<String>,
}

/// How a flow is set up.
#[derive(Debug, Clone, Default)]
pub struct OfFlow {
    /// Ids of the services that it leaves.
    pub from: Vec<String>,
    /// Ids of the services that it enters.
    pub to: Vec<String>,
    /// What every such flow is given.
    pub set: Values,
    /// Alternatives; a design takes one of them.
    pub choices: Vec<Values>,
    /// Settings of the flow that name a keeper.
    pub keeps: Vec<(String, String)>,
    /// Settings of the node that it enters that name a keeper.
    pub target_keeps: Vec<(String, String)>,
}

/// A node that keeps what could not be handled.
#[derive(Debug, Clone)]
pub struct Keeper {
    /// The id of its service.
    pub service: String,
    /// A short name for it.
    pub word: String,
    /// What it does there.
    pub because: String,
    /// What it is given.
    pub set: Values,
    /// Settings whose value it shares with the node that it keeps for.
    pub follows: Vec<String>,
}

impl Practice {
    /// The choices that are embedded in the binary; read once.
    ///
    /// # Panics
    /// Where the embedded file cannot be read, which the tests of the base rule out.
    #[must_use]
    pub fn embedded() -> &'static Self {
        static EMBEDDED: OnceLock<Practice> = OnceLock::new();
        EMBEDDED.get_or_init(|| embedded::table("practice.yaml", Self::read))
    }

    /// The choices that `node` lists, and every mistake in it.
    #[must_use]
    pub fn read(node: &Node) -> (Self, Vec<Diagnostic>) {
        let mut mistakes = Vec::new();
        let mut found = Self::default();
        let Some(mut fields) = Fields::of(node, "the list of practices", &mut mistakes) else {
            return (found, mistakes);
        };
        for (name, node) in fields::entries(fields.value("keepers"), &mut mistakes) {
            found.keepers.extend(keeper(node, &mut mistakes).map(|keeper| (name.to_owned(), keeper)));
        }
        for (id, node) in fields::entries(fields.value("services"), &mut mistakes) {
            found.services.extend(of_service(node, &mut mistakes).map(|service| (id.to_owned(), service)));
        }
        let flows = fields.value("flows").map(fields::items).unwrap_or_default();
        found.flows = flows.into_iter().filter_map(|item| of_flow(item, &mut mistakes)).collect();
        fields.finish(&mut mistakes);
        (found, mistakes)
    }

    /// The entries that take a flow between two services, in the order of the file.
    pub fn of_flow<'a, 'n>(
        &'a self,
        from: &'n str,
        to: &'n str,
    ) -> impl Iterator<Item = &'a OfFlow> + use<'a, 'n> {
        let names = |list: &[String], id: &str| list.iter().any(|name| name == id);
        self.flows.iter().filter(move |flow| names(&flow.from, from) && names(&flow.to, to))
    }
}

fn of_service(node: &Node, mistakes: &mut Vec<Diagnostic>) -> Option<OfService> {
    let mut fields = Fields::of(node, "a service's practice", mistakes)?;
    let (word, because) = (fields.text("word", mistakes), fields.text("because", mistakes));
    let set = values(fields.value("set"), mistakes);
    let choices = choices(&mut fields, mistakes);
    let keeps = names(fields.value("keeps"), mistakes);
    let (counted, code) = (fields.texts("counted", mistakes), fields.text("code", mistakes));
    fields.finish(mistakes);
    Some(OfService { word: word?, because: because?, set, choices, keeps, counted, code })
}

fn of_flow(node: &Node, mistakes: &mut Vec<Diagnostic>) -> Option<OfFlow> {
    let mut fields = Fields::of(node, "a flow's practice", mistakes)?;
    let (from, to) = (fields.texts("from", mistakes), fields.texts("to", mistakes));
    let set = values(fields.value("set"), mistakes);
    let choices = choices(&mut fields, mistakes);
    let keeps = names(fields.value("keeps"), mistakes);
    let target_keeps = names(fields.value("target_keeps"), mistakes);
    fields.finish(mistakes);
    Some(OfFlow { from, to, set, choices, keeps, target_keeps })
}

fn keeper(node: &Node, mistakes: &mut Vec<Diagnostic>) -> Option<Keeper> {
    let mut fields = Fields::of(node, "a keeper", mistakes)?;
    let mut needed = |key: &str| fields.needed(key, mistakes);
    let (service, word, because) = (needed("service"), needed("word"), needed("because"));
    let set = values(fields.value("set"), mistakes);
    let follows = fields.texts("follows", mistakes);
    fields.finish(mistakes);
    Some(Keeper { service: service?, word: word?, because: because?, set, follows })
}

fn choices(fields: &mut Fields<'_>, mistakes: &mut Vec<Diagnostic>) -> Vec<Values> {
    let items = fields.value("choices").map(fields::items).unwrap_or_default();
    items.into_iter().map(|item| values(Some(item), mistakes)).collect()
}

fn values(node: Option<&Node>, mistakes: &mut Vec<Diagnostic>) -> Values {
    let Some(node) = node else { return Vec::new() };
    let Value::Mapping(mapping) = &node.value else {
        mistakes.push(wrong_type(node, "settings are a mapping of names to values"));
        return Vec::new();
    };
    mapping.iter().map(|(name, entry)| (name.to_owned(), Arc::clone(&entry.value))).collect()
}

fn names(node: Option<&Node>, mistakes: &mut Vec<Diagnostic>) -> Vec<(String, String)> {
    let values = values(node, mistakes);
    values.into_iter().filter_map(|(key, node)| Some((key, text(&node, mistakes)?.to_owned()))).collect()
}
