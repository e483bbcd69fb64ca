//! How tables of Flink SQL are tied to services: connectors, their options, and words that are reserved.
//!
//! It stands in `rules/flink_sql.yaml`, each connector with the page that says so, and exports read it from there.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use crate::diagnostic::Diagnostic;
use crate::fields::{self, Fields, wrong_type};
use crate::knowledge::embedded;
use crate::knowledge::read;
use crate::source::Node;

/// Options in the order in which they are written.
pub type Options = Vec<(String, String)>;

/// Everything that an export to Flink SQL has to know.
#[derive(Debug, Clone, Default)]
pub struct FlinkSql {
    /// What whoever runs a script has to say, by name.
    pub placeholders: BTreeMap<String, String>,
    /// By name.
    pub connectors: BTreeMap<String, Connector>,
    /// The connector that stands for a service, by the service's id.
    pub services: BTreeMap<String, String>,
    /// Words that are no names unless they are quoted, in small letters.
    pub reserved: BTreeSet<String>,
}

/// A connector.
#[derive(Debug, Clone, Default)]
pub struct Connector {
    /// What has to lie beside Flink, by its version; nothing where Flink brings it.
    pub jar: BTreeMap<String, String>,
    /// The options of a table that is read; none where it cannot be.
    pub reads: Options,
    /// The options of a table that is written; none where it cannot be.
    pub writes: Options,
    /// What is added where reading starts with new records.
    pub latest: Options,
    /// What is added where reading starts with the oldest records.
    pub oldest: Options,
    /// Which columns rows are spread by.
    pub partitioned: Option<Partitioned>,
    /// Whether rows can change later.
    pub updates: bool,
}

/// Which columns rows are spread by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Partitioned {
    /// The key of the item.
    Key,
    /// The partition key of the record.
    PartitionKey,
}

impl FlinkSql {
    /// What is embedded in the binary; read once.
    ///
    /// # Panics
    /// Where the embedded file cannot be read, which the tests of the base rule out.
    #[must_use]
    pub fn embedded() -> &'static Self {
        static EMBEDDED: OnceLock<FlinkSql> = OnceLock::new();
        EMBEDDED.get_or_init(|| embedded::table("flink_sql.yaml", Self::read))
    }

    /// What `node` lists, and every mistake in it.
    #[must_use]
    pub fn read(node: &Node) -> (Self, Vec<Diagnostic>) {
        let mut mistakes = Vec::new();
        let mut found = Self::default();
        let Some(mut fields) = Fields::of(node, "the list of connectors", &mut mistakes) else {
            return (found, mistakes);
        };
        let sources = fields.require("sources", &mut mistakes);
        let sources = sources.map(|node| read::references(node, &mut mistakes)).unwrap_or_default();
        found.placeholders = texts(fields.value("placeholders"), &mut mistakes).into_iter().collect();
        found.services = texts(fields.value("services"), &mut mistakes).into_iter().collect();
        for (name, node) in fields::entries(fields.value("connectors"), &mut mistakes) {
            let Some(mut fields) = Fields::of(node, "a connector", &mut mistakes) else { continue };
            if !fields.text("source", &mut mistakes).is_some_and(|source| sources.contains_key(&source)) {
                mistakes.push(wrong_type(node, "`source` is one of the file's sources"));
            }
            found.connectors.insert(name.to_owned(), connector(node, &mut fields, &mut mistakes));
            fields.finish(&mut mistakes);
        }
        let reserved = fields.needed("reserved", &mut mistakes).unwrap_or_default();
        found.reserved = reserved.split_whitespace().map(str::to_owned).collect();
        fields.finish(&mut mistakes);
        for connector in found.services.values().filter(|name| !found.connectors.contains_key(*name)) {
            mistakes.push(wrong_type(node, &format!("`{connector}` is one of the file's connectors")));
        }
        (found, mistakes)
    }
}

fn connector(node: &Node, fields: &mut Fields<'_>, mistakes: &mut Vec<Diagnostic>) -> Connector {
    let partitioned = match fields.text("partitioned", mistakes).as_deref() {
        None => None,
        Some("key") => Some(Partitioned::Key),
        Some("partition-key") => Some(Partitioned::PartitionKey),
        Some(_) => {
            mistakes.push(wrong_type(node, "`partitioned` is `key` or `partition-key`"));
            None
        }
    };
    Connector {
        jar: texts(fields.value("jar"), mistakes).into_iter().collect(),
        reads: texts(fields.value("reads"), mistakes),
        writes: texts(fields.value("writes"), mistakes),
        latest: texts(fields.value("latest"), mistakes),
        oldest: texts(fields.value("oldest"), mistakes),
        partitioned,
        updates: fields.flag("updates", mistakes),
    }
}

fn texts(node: Option<&Node>, mistakes: &mut Vec<Diagnostic>) -> Options {
    let entries = fields::entries(node, mistakes);
    let text = |(key, node): (&str, &Node)| Some((key.to_owned(), fields::text(node, mistakes)?.to_owned()));
    entries.into_iter().filter_map(text).collect()
}
