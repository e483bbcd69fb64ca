//! The tables of a script: columns, keys, watermark, and the connector of the node that each stands for.

use std::fmt::Write as _;

use crate::design::Design;
use crate::export::flink_sql::Wanted;
use crate::knowledge::Knowledge;
use crate::knowledge::flink_sql::{Connector, FlinkSql, Options, Partitioned};
use crate::runtime::sql::DataType;
use crate::runtime::{Application, Columns, Written};

/// What tables are written from.
pub(super) struct Tables<'a> {
    pub(super) design: &'a Design,
    pub(super) knowledge: &'a Knowledge,
    pub(super) application: &'a Application,
    pub(super) wanted: &'a Wanted,
    pub(super) known: &'a FlinkSql,
}

impl Tables<'_> {
    /// The table of the stream that is read.
    pub(super) fn source(&self) -> String {
        let source = &self.application.source;
        let stream = &self.design.nodes[self.application.stream];
        let mut text = format!("-- The records of `{}` ({})", stream.id, stream.service);
        let told = match source.is_iso {
            None => "; no record is here, so only what the query reads is known of them.",
            Some(_) => "; the types are those of its records.",
        };
        let _ = writeln!(text, "{told}");
        if source.is_iso == Some(false) {
            text.push_str("-- Flink reads times such as 2026-01-01T00:00:00Z: what records write otherwise has to be\n-- brought to that form first.\n");
        }
        if source.event_time.is_some() && source.delay_ms == 0 {
            text.push_str("-- The design names no `watermark_delay`: a window closes as soon as a later record comes.\n");
        }
        let _ = writeln!(text, "CREATE TABLE `{}` (", source.table);
        text.push_str(&Self::columns(&source.columns, &source.table));
        if let Some(time) = &source.event_time {
            let delay = interval(source.delay_ms);
            let _ = write!(text, ",\n  WATERMARK FOR `{time}` AS `{time}`{delay}");
        }
        let _ = writeln!(text, "\n) {};\n", self.options_of_node(self.application.stream, true, &[]));
        text
    }

    /// A table that is written.
    pub(super) fn sink(&self, table: &str, written: &Written, target: usize) -> String {
        let target = &written.targets[target];
        let node = &self.design.nodes[target.node];
        let mut text =
            format!("-- What goes to `{}` ({}).\nCREATE TABLE `{table}` (\n", node.id, node.service);
        text.push_str(&Self::columns(&written.columns, table));
        let has = |name: &String| written.columns.iter().any(|(column, _)| column == name);
        if !target.key.is_empty() && target.key.iter().all(has) {
            let _ = write!(text, ",\n  PRIMARY KEY ({}) NOT ENFORCED", ticked(&target.key));
        }
        let mut partitioned = Vec::new();
        match self.connector(target.node, false).and_then(|(_, connector)| connector.partitioned) {
            Some(Partitioned::Key) => partitioned.clone_from(&target.key),
            Some(Partitioned::PartitionKey) => {
                let own = &self.design.nodes[self.application.node].settings;
                partitioned.extend(own.text("output.key").map(str::to_owned));
            }
            None => {}
        }
        partitioned.retain(has);
        let _ = writeln!(text, "\n) {};\n", self.options_of_node(target.node, false, &partitioned));
        text
    }

    fn columns(columns: &Columns, table: &str) -> String {
        let width = columns.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
        let lines = columns.iter().map(|(name, kind)| {
            let space = " ".repeat(width - name.chars().count());
            let kind = match kind {
                Some(DataType::Milliseconds | DataType::Months) | None => {
                    format!("${{type_of_{table}.{name}}}")
                }
                Some(kind) => kind.to_string(),
            };
            format!("  `{name}`{space} {kind}")
        });
        lines.collect::<Vec<String>>().join(",\n")
    }

    /// The options of a table that the script declares: by the node that it stands for.
    pub(super) fn options_of(&self, table: &str) -> String {
        if table == self.application.source.table {
            return self.options_of_node(self.application.stream, true, &[]);
        }
        let written = self.application.outputs.iter().find(|written| written.table.as_deref() == Some(table));
        match written.and_then(|written| written.targets.first()) {
            Some(target) => self.options_of_node(target.node, false, &[]),
            None => "WITH (\n  ${connector}\n)".to_owned(),
        }
    }

    /// `WITH (…)` for a node, behind `PARTITIONED BY` where rows are spread by columns.
    fn options_of_node(&self, node: usize, reads: bool, partitioned: &[String]) -> String {
        let mut text = String::new();
        if !partitioned.is_empty() {
            let _ = write!(text, "PARTITIONED BY ({}) ", ticked(partitioned));
        }
        let Some((_, connector)) = self.connector(node, reads) else {
            let _ = write!(text, "WITH (\n  ${{connector_of_{}}}\n)", self.design.nodes[node].id);
            return text;
        };
        let mut options: Options = if reads { connector.reads.clone() } else { connector.writes.clone() };
        if reads {
            options.extend(self.start(connector).iter().cloned());
        }
        let is_json = options.iter().any(|(key, value)| key == "format" && value == "json");
        if is_json {
            options.push(("json.timestamp-format.standard".to_owned(), "ISO-8601".to_owned()));
        }
        let lines = options.iter().map(|(key, value)| format!("  '{key}' = '{}'", self.filled(value, node)));
        let _ = write!(text, "WITH (\n{}\n)", lines.collect::<Vec<String>>().join(",\n"));
        text
    }

    /// Where reading starts, as the flow says; a flow that says nothing starts with the oldest records.
    fn start<'c>(&self, connector: &'c Connector) -> &'c Options {
        let flows = self.design.incoming(self.application.node);
        let mut starts = flows.filter_map(|(_, flow)| flow.settings.text("start"));
        if starts.any(|start| start == "latest") { &connector.latest } else { &connector.oldest }
    }

    /// A value with its node's names; what differs from node to node is a placeholder of that node.
    fn filled(&self, value: &str, node: usize) -> String {
        let id = &self.design.nodes[node].id;
        let mut text = value.replace("{node}", id);
        text = text.replace("{application}", &self.design.nodes[self.application.node].id);
        for of_node in ["bucket", "brokers", "endpoint"] {
            text = text.replace(&format!("${{{of_node}}}"), &format!("${{{of_node}_of_{id}}}"));
        }
        text
    }

    /// The connector of a node, by name. One that was asked for and cannot do it gives way to one that shows the rows.
    fn connector(&self, node: usize, reads: bool) -> Option<(&str, &Connector)> {
        let can =
            |connector: &&Connector| !(if reads { &connector.reads } else { &connector.writes }).is_empty();
        let own = self.known.services.get(&self.design.nodes[node].service);
        let of_stream = |name: &String| matches!(name.as_str(), "kinesis" | "kafka");
        let name = match &self.wanted.connector {
            // Streams are exchanged for streams; tables and buckets stay what they are.
            Some(wanted) if of_stream(wanted) && own.is_some_and(|own| !of_stream(own)) => own,
            Some(wanted) => Some(wanted),
            None => own,
        }?;
        let named = |name: &'_ str| self.known.connectors.get_key_value(name);
        let found = named(name).filter(|(_, connector)| can(connector));
        let found = found.or_else(|| named("print").filter(|_| !reads && self.wanted.connector.is_some()));
        found.map(|(name, connector)| (name.as_str(), connector))
    }

    /// What has to lie beside Flink.
    pub(super) fn jars(&self) -> Vec<&str> {
        let targets = self.application.outputs.iter().flat_map(|written| &written.targets);
        let nodes = targets.map(|target| (target.node, false)).chain([(self.application.stream, true)]);
        let connectors = nodes.filter_map(|(node, reads)| self.connector(node, reads));
        let jars = connectors.filter_map(|(_, connector)| connector.jar.get(&self.wanted.version));
        let mut found: Vec<&str> = jars.map(String::as_str).collect();
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// ` - INTERVAL …`, in the plainest form that Flink reads; nothing for no time.
fn interval(milliseconds: i64) -> String {
    let (seconds, rest) = (milliseconds / 1000, milliseconds % 1000);
    match (seconds, rest) {
        (0, 0) => String::new(),
        (..=99, 0) => format!(" - INTERVAL '{seconds}' SECOND"),
        _ => {
            let (days, minutes) = (seconds / 86_400, seconds / 60);
            let (hours, minutes, seconds) = (minutes / 60 % 24, minutes % 60, seconds % 60);
            format!(" - INTERVAL '{days} {hours:02}:{minutes:02}:{seconds:02}.{rest:03}' DAY TO SECOND(3)")
        }
    }
}

fn ticked(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<String>>().join(", ")
}
