//! The Flink applications of a design with the tables around them, for whoever hands them on to Flink itself.

use std::collections::BTreeSet;

use crate::design::Design;
use crate::design::settings::SettingValue;
use crate::diagnostic::Diagnostic;
use crate::knowledge::Knowledge;
use crate::runtime::plan::Planner;
use crate::runtime::sql::script::{Part, parts};
use crate::runtime::sql::{DataType, Program};
use crate::runtime::{Options, Sources};

/// Columns with their types, as far as those are known.
pub type Columns = Vec<(String, Option<DataType>)>;

/// A node that runs Flink SQL.
#[derive(Debug, Clone)]
pub struct Application {
    /// The node.
    pub node: usize,
    /// Its script.
    pub sql: String,
    /// The statements of the script.
    pub parts: Vec<Part>,
    /// The stream that it reads.
    pub stream: usize,
    /// The table that stands for the stream where the script does not declare it.
    pub source: SourceColumns,
    /// What it writes, in the order of its statements.
    pub outputs: Vec<Written>,
}

/// The table of a stream.
#[derive(Debug, Clone)]
pub struct SourceColumns {
    /// Its name in the script.
    pub table: String,
    /// What is read from a record.
    pub columns: Columns,
    /// The column with the event time.
    pub event_time: Option<String>,
    /// Whether all records that are known tell it in ISO 8601 with a `Z`; nothing where none is known.
    pub is_iso: Option<bool>,
    /// How far the watermark stays behind it, in milliseconds.
    pub delay_ms: i64,
}

/// What a statement writes.
#[derive(Debug, Clone)]
pub struct Written {
    /// The table; nothing for a query by itself.
    pub table: Option<String>,
    /// Its columns.
    pub columns: Columns,
    /// Whether rows change later.
    pub is_updating: bool,
    /// The nodes that get the rows.
    pub targets: Vec<Target>,
}

/// A node that gets rows.
#[derive(Debug, Clone)]
pub struct Target {
    /// The node.
    pub node: usize,
    /// The columns that name an item; none where every row stands for itself.
    pub key: Vec<String>,
}

/// The Flink applications of a design, in its order. Records tell the types of columns where there are any.
///
/// # Errors
/// Every mistake in the scripts, and every table that no node stands for, at its place.
pub fn applications(
    design: &Design,
    knowledge: &Knowledge,
    mut sources: Sources,
) -> Result<Vec<Application>, Vec<Diagnostic>> {
    let mut planner = Planner::new(design, knowledge, &Options::default());
    planner.read_inputs(&mut sources);
    // Records that cannot be sent can still tell what they hold; a design without any tells less.
    planner.diagnostics.clear();
    let producers: Vec<usize> =
        (0..design.nodes.len()).filter(|node| design.nodes[*node].service == "producer").collect();
    planner.set_up_supplies(&producers, &sources);
    // What a run makes up where nothing says what records hold tells nothing of them.
    let is_known = |node: &usize| {
        let settings = &design.nodes[*node].settings;
        settings.get("traffic.records").is_some() || settings.get("traffic.fields").is_some()
    };
    planner.samples.retain(|node, _| is_known(node));
    let nodes = 0..design.nodes.len();
    let with_sql = nodes.filter(|node| {
        matches!(design.nodes[*node].service.as_str(), "managed-flink" | "kinesis-data-analytics")
    });
    let found: Vec<Application> = with_sql.filter_map(|node| planner.application_of(node)).collect();
    if planner.diagnostics.is_empty() { Ok(found) } else { Err(planner.diagnostics) }
}

impl Planner<'_> {
    fn application_of(&mut self, node: usize) -> Option<Application> {
        let flink = self.program(node)?;
        let SettingValue::Sql(sql) = &self.setting(node, "sql")?.value else { return None };
        let text = sql.as_text().unwrap_or_default().to_owned();
        let source = self.read_source(node, flink.stream, &flink.program, sql)?;
        let outputs = self.sent(node, &flink.program, sql)?;
        let written = flink.program.outputs().iter().zip(outputs).map(|(output, sent)| Written {
            table: output.table.clone(),
            columns: output.columns.clone(),
            is_updating: output.is_updating,
            targets: sent.targets.into_iter().map(|node| Target { node, key: self.row_key(node) }).collect(),
        });
        Some(Application {
            node,
            parts: parts(&text).ok()?,
            sql: text,
            stream: flink.stream,
            outputs: written.collect(),
            source: self.source_columns(node, &flink.program, source),
        })
    }

    fn source_columns(&self, node: usize, program: &Program, source: usize) -> SourceColumns {
        let source = &program.sources()[source];
        let read: Columns = source.columns().map(|(name, kind)| (name.to_owned(), kind)).collect();
        // A query whose windows go by a column says with it what the event time is.
        let used =
            || read.iter().find(|(_, kind)| *kind == Some(DataType::Instant)).map(|(name, _)| name.clone());
        let event_time = self.event_time(node).or_else(used);
        let mut columns = match self.schema(node) {
            Some(schema) => schema.into_iter().collect(),
            None => read,
        };
        if let Some(time) = columns.iter_mut().find(|(name, _)| Some(name) == event_time.as_ref()) {
            time.1 = Some(DataType::Instant);
        }
        let is_iso = event_time.as_ref().and_then(|field| self.all_iso(node, field));
        let delay_ms = (self.amount(node, "watermark_delay").unwrap_or(0.0) / 1e3) as i64;
        SourceColumns { table: source.name.clone(), columns, event_time, is_iso, delay_ms }
    }

    /// Whether all event times that are known look like `2026-01-01T00:00:00Z`.
    fn all_iso(&self, node: usize, field: &str) -> Option<bool> {
        let upstream: BTreeSet<usize> = self.design.upstream(node);
        let samples = self.samples.iter().filter(|(producer, _)| upstream.contains(producer));
        let mut times = samples
            .flat_map(|(_, records)| records)
            .flat_map(|record| record.members().filter(|(name, _)| *name == field).map(|(_, value)| value))
            .peekable();
        times.peek()?;
        Some(times.all(|time| {
            time.as_str().is_some_and(|text| text.as_bytes().get(10) == Some(&b'T') && text.ends_with('Z'))
        }))
    }
}
