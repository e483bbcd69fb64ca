//! `rules/templates.yaml`: how templates write nodes and flows, as data.
//!
//! What services there are and how their settings are called stands in the cards; here is only what the cards cannot
//! say: which types are nodes or carry flows, where the ends of a flow stand, and who acts by which role.

mod read;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use crate::diagnostic::Diagnostic;
use crate::import::value::{Resource, Value};
use crate::knowledge::Knowledge;
use crate::knowledge::embedded;
use crate::source::Node;

/// All tables.
#[derive(Debug, Clone, Default)]
pub struct Tables {
    /// Types that are nodes beside those that the cards name.
    pub nodes: BTreeMap<String, NodeType>,
    /// Types that the cards name and that are no nodes.
    pub carriers: Vec<String>,
    /// Services whose nodes are judged even where nothing is joined to them.
    pub alone: Vec<String>,
    /// Types whose properties are called as those of another.
    pub same: BTreeMap<String, String>,
    /// Types that belong to the node that a property names.
    pub parts: BTreeMap<String, String>,
    /// The property that holds the name of a resource.
    pub names: BTreeMap<String, String>,
    /// What the service of an ARN stands for.
    pub arns: BTreeMap<String, String>,
    /// Members that mean to a card what another means.
    pub alike: Vec<Alike>,
    /// Members that count only where something says so.
    pub switches: Vec<Switch>,
    /// How an edge is written down, and whether records take it.
    pub kinds: BTreeMap<String, bool>,
    /// The kinds of the edges that follow from settings, by role.
    pub roles: BTreeMap<String, String>,
    /// Edges, in the order of the file.
    pub edges: Vec<Edge>,
    /// The services that the protocols of subscriptions mean.
    pub protocols: BTreeMap<String, String>,
    /// Where code finds its role and the names that it is told.
    pub actors: BTreeMap<String, Actor>,
    /// IAM actions that write to a service.
    pub writes: BTreeMap<String, Vec<String>>,
    /// IAM actions that read from a service.
    pub reads: BTreeMap<String, Vec<String>>,
    /// The services that APIs and state machines call.
    pub integrations: BTreeMap<String, Called>,
    /// The events of SAM, by their types.
    pub events: BTreeMap<String, Event>,
    /// What SAM's policy templates allow, by the parameter that names the resource.
    pub policies: BTreeMap<String, BTreeMap<String, Vec<String>>>,
    /// SAM's own types.
    pub serverless: BTreeMap<String, Serverless>,
    /// Types by which `edges` are found.
    by_type: BTreeMap<String, Vec<usize>>,
}

/// A type that is a node.
#[derive(Debug, Clone)]
pub struct NodeType {
    /// The catalogue's id of the service that it is, or that stands for it.
    pub service: String,
    /// Whether the service only stands for it.
    pub stands_in: bool,
    /// Other services that it is, by the property and value that tell: `ProtocolType=WEBSOCKET`.
    pub told: Vec<(String, String, String)>,
}

/// Members that mean the same to a card.
#[derive(Debug, Clone)]
pub struct Alike {
    /// The type of the resource.
    pub kind: String,
    /// The member that the card names.
    pub as_member: String,
    /// The members that mean what it means.
    pub also: Vec<String>,
}

/// A member that counts only where another says so.
#[derive(Debug, Clone)]
pub struct Switch {
    /// The type of the resource.
    pub kind: String,
    /// The member.
    pub member: String,
    /// The member inside of it that switches it, or beside it.
    pub by: String,
    /// Whether that stands beside it.
    pub is_beside: bool,
    /// What it has to be.
    pub is: String,
    /// Whether the member counts where nothing says so.
    pub otherwise: bool,
}

/// An edge.
#[derive(Debug, Clone, Default)]
pub struct Edge {
    /// The ways to what holds its ends, from the properties; one empty way for the properties themselves.
    pub each: Vec<String>,
    /// Where it leaves.
    pub from: End,
    /// Where it leaves if nothing is named.
    pub from_default: Option<End>,
    /// Where it enters.
    pub to: End,
    /// What is its target instead, where that is given.
    pub instead: Option<String>,
    /// How it is written down.
    pub kind: String,
    /// The setting of the node that it leaves which it makes.
    pub sets: Option<String>,
    /// A property that has to be there.
    pub when: Option<String>,
    /// A property that must not be there.
    pub unless: Option<String>,
    /// The property that switches it on and off.
    pub enabled: Option<String>,
    /// The property that lets only some records take it.
    pub filter: Option<String>,
    /// The property that holds the protocol of its target.
    pub protocol: Option<String>,
}

/// An end of an edge.
#[derive(Debug, Clone, Default)]
pub struct End {
    /// The way to it; `self` for the resource, `^` in front where it starts at the properties.
    pub path: String,
    /// The service that it is, where the value does not tell.
    pub service: Option<String>,
}

/// A type whose code moves records.
#[derive(Debug, Clone)]
pub struct Actor {
    /// The property with its role.
    pub role: String,
    /// The properties by which it is told names.
    pub told: Vec<String>,
    /// Whether it reads streams of its own accord, with nothing that declares it.
    pub reads_streams: bool,
}

/// A service that APIs and state machines call.
#[derive(Debug, Clone)]
pub struct Called {
    /// The catalogue's id.
    pub service: String,
    /// The parameters that may name the target.
    pub named: Vec<String>,
}

/// An event of SAM: the resource that it makes.
#[derive(Debug, Clone)]
pub struct Event {
    /// The type of that resource.
    pub makes: String,
    /// Where it names what is called.
    pub target: String,
    /// Where properties of the event stand there under another name.
    pub renamed: BTreeMap<String, String>,
    /// What else stands there.
    pub set: BTreeMap<String, String>,
    /// References to resources that SAM makes where a property is left out.
    pub implicit: BTreeMap<String, String>,
}

/// A type of SAM.
#[derive(Debug, Clone)]
pub struct Serverless {
    /// The type that SAM makes of it.
    pub is: String,
    /// The section of `Globals` that counts for it.
    pub globals: String,
    /// Where its properties stand under another name.
    pub renamed: BTreeMap<String, String>,
}

impl Tables {
    /// The tables that are embedded in the binary; read once.
    ///
    /// # Panics
    /// Where the embedded file cannot be read, which the tests of the tables rule out.
    #[must_use]
    pub fn embedded() -> &'static Self {
        static EMBEDDED: OnceLock<Tables> = OnceLock::new();
        EMBEDDED.get_or_init(|| embedded::table("templates.yaml", Self::read))
    }

    /// The tables that `node` holds, and every mistake in it.
    #[must_use]
    pub fn read(node: &Node) -> (Self, Vec<Diagnostic>) {
        read::tables(node)
    }

    /// The service of a resource, if it is a node; whether the service only stands for it.
    #[must_use]
    pub fn node_type<'t>(&'t self, knowledge: &'t Knowledge, resource: &Resource) -> Option<(&'t str, bool)> {
        let kind = resource.kind.as_str();
        if let Some(known) = self.nodes.get(kind) {
            let is_told = |(property, value, _): &&(String, String, String)| {
                resource.properties.get(property).and_then(Value::text) == Some(value)
            };
            let told = known.told.iter().find(is_told).map(|(_, _, service)| service);
            return Some((told.unwrap_or(&known.service), known.stands_in));
        }
        if self.carriers.iter().any(|carrier| carrier == kind) || !kind.contains("::") {
            return None;
        }
        knowledge.resolve(kind).map(|name| (name.id, false))
    }

    /// The edges that a type can carry, in the order of the file.
    pub fn edges_of(&self, kind: &str) -> impl Iterator<Item = &Edge> {
        self.by_type.get(kind).into_iter().flatten().map(|index| &self.edges[*index])
    }

    /// The type by whose names a card calls the properties of this one.
    #[must_use]
    pub fn called<'k>(&'k self, kind: &'k str) -> &'k str {
        self.same.get(kind).map_or(kind, String::as_str)
    }

    /// The names that a member of a type may have for a card that calls it `member`.
    pub fn spellings<'s>(&'s self, kind: &'s str, member: &'s str) -> impl Iterator<Item = &'s str> {
        let also = self.alike.iter().filter(move |alike| alike.kind == kind && alike.as_member == member);
        std::iter::once(member).chain(also.flat_map(|alike| alike.also.iter().map(String::as_str)))
    }

    /// The switch of a member, where it has one.
    #[must_use]
    pub fn switch(&self, kind: &str, member: &str) -> Option<&Switch> {
        self.switches.iter().find(|switch| switch.kind == kind && switch.member == member)
    }

    /// Whether records take an edge of this kind.
    #[must_use]
    pub fn is_data(&self, kind: &str) -> bool {
        self.kinds.get(kind).copied().unwrap_or(true)
    }
}
