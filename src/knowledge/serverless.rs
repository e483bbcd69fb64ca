//! How the Serverless Framework writes functions and what calls them, in the words of SAM.
//!
//! The table stands in `rules/serverless.yaml`. What is missing in it follows by rule from the names.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use crate::diagnostic::Diagnostic;
use crate::fields::{self, Fields};
use crate::knowledge::embedded;
use crate::knowledge::terraform::texts;
use crate::source::Node;

/// All of the table.
#[derive(Debug, Clone, Default)]
pub struct Table {
    /// Events by their name in the framework.
    pub events: BTreeMap<String, Event>,
    /// The ways to properties of functions.
    pub function: BTreeMap<String, String>,
    /// What proxies of an API call, by the framework's name.
    pub proxies: BTreeMap<String, Proxy>,
}

/// Something that calls a function.
#[derive(Debug, Clone, Default)]
pub struct Event {
    /// SAM's type.
    pub kind: String,
    /// The argument that picks another type, and the types by its values.
    pub picks: Option<(String, BTreeMap<String, String>)>,
    /// The property that it has where it is a text.
    pub plain: Option<String>,
    /// A resource that the framework makes.
    pub creates: Option<Created>,
    /// The API that all events of the kind share.
    pub api: Option<Api>,
    /// The ways to properties.
    pub arguments: BTreeMap<String, String>,
}

/// A resource that the framework makes for a name.
#[derive(Debug, Clone)]
pub struct Created {
    /// The argument with the name.
    pub by: String,
    /// The argument that says that it is there already.
    pub unless: String,
    /// Its type in CloudFormation.
    pub kind: String,
    /// The property with its name.
    pub name: String,
    /// What its id begins with.
    pub id: String,
    /// The property of the event that refers to it.
    pub into: String,
}

/// An API that the framework makes.
#[derive(Debug, Clone)]
pub struct Api {
    /// Its id.
    pub id: String,
    /// Its type in CloudFormation.
    pub kind: String,
    /// The property of the event that refers to it.
    pub into: String,
}

/// What a proxy calls.
#[derive(Debug, Clone)]
pub struct Proxy {
    /// The service and action as addresses of API Gateway write them.
    pub call: String,
    /// The argument that names the target.
    pub argument: String,
    /// What the call names it by.
    pub parameter: String,
}

impl Table {
    /// The table that is embedded in the binary; read once.
    ///
    /// # Panics
    /// Where the embedded file cannot be read, which the tests of the base rule out.
    #[must_use]
    pub fn embedded() -> &'static Self {
        static EMBEDDED: OnceLock<Table> = OnceLock::new();
        EMBEDDED.get_or_init(|| embedded::table("serverless.yaml", Self::read))
    }

    /// The table that `node` holds, and every mistake in it.
    #[must_use]
    pub fn read(node: &Node) -> (Self, Vec<Diagnostic>) {
        let mut mistakes = Vec::new();
        let mut table = Self::default();
        let Some(mut fields) = Fields::of(node, "the table of events", &mut mistakes) else {
            return (table, mistakes);
        };
        fields.take("shared");
        for (name, node) in fields::entries(fields.value("events"), &mut mistakes) {
            table.events.extend(event(node, &mut mistakes).map(|event| (name.to_owned(), event)));
        }
        table.function = texts(fields.value("function"), &mut mistakes);
        for (name, node) in fields::entries(fields.value("proxies"), &mut mistakes) {
            table.proxies.extend(proxy(node, &mut mistakes).map(|proxy| (name.to_owned(), proxy)));
        }
        fields.finish(&mut mistakes);
        (table, mistakes)
    }
}

fn event(node: &Node, mistakes: &mut Vec<Diagnostic>) -> Option<Event> {
    let mut fields = Fields::of(node, "an event", mistakes)?;
    let kind = fields.needed("type", mistakes);
    let picks = fields.text("picks", mistakes);
    let types = texts(fields.value("types"), mistakes);
    let plain = fields.text("plain", mistakes);
    let creates = fields.value("creates").and_then(|node| created(node, mistakes));
    let api = fields.value("api").and_then(|node| api(node, mistakes));
    let arguments = texts(fields.value("arguments"), mistakes);
    fields.finish(mistakes);
    Some(Event { kind: kind?, picks: picks.map(|picks| (picks, types)), plain, creates, api, arguments })
}

fn created(node: &Node, mistakes: &mut Vec<Diagnostic>) -> Option<Created> {
    let mut fields = Fields::of(node, "what an event creates", mistakes)?;
    let [by, unless, kind, name, id, into] =
        ["by", "unless", "as", "name", "id", "into"].map(|key| fields.needed(key, mistakes));
    fields.finish(mistakes);
    Some(Created { by: by?, unless: unless?, kind: kind?, name: name?, id: id?, into: into? })
}

fn api(node: &Node, mistakes: &mut Vec<Diagnostic>) -> Option<Api> {
    let mut fields = Fields::of(node, "the API of an event", mistakes)?;
    let [id, kind, into] = ["id", "as", "into"].map(|key| fields.needed(key, mistakes));
    fields.finish(mistakes);
    Some(Api { id: id?, kind: kind?, into: into? })
}

fn proxy(node: &Node, mistakes: &mut Vec<Diagnostic>) -> Option<Proxy> {
    let mut fields = Fields::of(node, "a proxy", mistakes)?;
    let [call, argument, parameter] =
        ["call", "argument", "parameter"].map(|key| fields.needed(key, mistakes));
    fields.finish(mistakes);
    Some(Proxy { call: call?, argument: argument?, parameter: parameter? })
}
