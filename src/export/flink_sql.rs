//! Turns the Flink applications of a design into scripts of Flink SQL.
//!
//! A script declares a table for every node around the application, repeats the statements of the design, and writes in
//! one STATEMENT SET, as a job that is submitted once may. What the design leaves open is a placeholder such as
//! `${region}`, which the head of the script explains. Connectors and their options stand in `rules/flink_sql.yaml`.

mod tables;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::ops::Range;

use crate::design::Design;
use crate::design::effective;
use crate::design::settings::SettingValue;
use crate::export::flink_sql::tables::Tables;
use crate::knowledge::Knowledge;
use crate::knowledge::flink_sql::FlinkSql;
use crate::runtime::sql::script::{PartKind, quoted};
use crate::runtime::{Application, Written};

/// What a script is written for.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// The connector of all tables; each node's own where there is none.
    pub connector: Option<String>,
    /// The version of Flink, `1.20` or `2`.
    pub version: String,
    /// What stands for placeholders, by name.
    pub values: BTreeMap<String, String>,
}

/// The script of an application.
#[must_use]
pub fn script(design: &Design, knowledge: &Knowledge, application: &Application, wanted: &Wanted) -> String {
    let known = FlinkSql::embedded();
    let tables = Tables { design, knowledge, application, wanted, known };
    let writer = Writer { tables: &tables, names: names(application) };
    let mut body = writer.settings();
    body.push_str(&writer.declarations());
    body.push_str(&writer.statements());
    let mut text = head(&tables, &body);
    text.push_str(&body);
    for (name, value) in &wanted.values {
        text = text.replace(&format!("${{{name}}}"), value);
    }
    text
}

/// What columns, tables and views are called.
fn names(application: &Application) -> BTreeSet<&str> {
    let columns = application.outputs.iter().flat_map(|output| &output.columns);
    let columns = columns.chain(&application.source.columns).map(|(name, _)| name.as_str());
    let tables = application.outputs.iter().filter_map(|output| output.table.as_deref());
    let declared = application.parts.iter().filter_map(|part| match &part.kind {
        PartKind::View(name) | PartKind::Table { name, .. } => Some(name.as_str()),
        _ => None,
    });
    columns.chain(tables).chain(declared).chain([application.source.table.as_str()]).collect()
}

/// What the script is, what has to lie beside Flink, and what is left open.
fn head(tables: &Tables<'_>, body: &str) -> String {
    let id = &tables.design.nodes[tables.application.node].id;
    let (version, about) = (&tables.wanted.version, tables.design.about.as_deref().unwrap_or_default());
    let design = tables.design.name.as_ref().map_or(String::new(), |name| format!(" of the design `{name}`"));
    let mut text = format!("-- `{id}`{design}, in Flink SQL for Flink {version}.\n");
    for line in about.lines().filter(|line| !line.trim().is_empty()) {
        let _ = writeln!(text, "-- {}", line.trim());
    }
    let jars = tables.jars();
    if !jars.is_empty() {
        text.push_str("--\n-- Flink needs these beside its own:\n");
        for jar in jars {
            let _ = writeln!(text, "--   {jar}");
        }
    }
    let open: BTreeSet<&str> =
        placeholders(body).filter(|name| !tables.wanted.values.contains_key(*name)).collect();
    if !open.is_empty() {
        text.push_str("--\n-- The design leaves open, to be filled in or given with `--set NAME=VALUE`:\n");
        for name in open {
            let _ = writeln!(text, "--   ${{{name}}}: {}", meaning(tables.known, name));
        }
    }
    text.push('\n');
    text
}

/// The names of the placeholders in a text.
fn placeholders(text: &str) -> impl Iterator<Item = &str> {
    text.split("${").skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
}

fn meaning(known: &FlinkSql, name: &str) -> String {
    match (known.placeholders.get(name), name.split_once("_of_")) {
        (Some(about), _) => about.clone(),
        (None, Some((kind, of))) => {
            let about = known.placeholders.get(kind).map_or("a value", String::as_str);
            format!("{about}; for {of}")
        }
        (None, None) => "a value".to_owned(),
    }
}

struct Writer<'a> {
    tables: &'a Tables<'a>,
    /// What columns and tables are called.
    names: BTreeSet<&'a str>,
}

impl Writer<'_> {
    /// Settings of the job: those of the script, and what the design says of it.
    fn settings(&self) -> String {
        let application = self.tables.application;
        let of_script = || application.parts.iter().filter(|part| matches!(part.kind, PartKind::Set(_)));
        let has = |wanted: &str| of_script().any(|part| part.kind == PartKind::Set(wanted.to_owned()));
        let mut text = String::new();
        for part in of_script() {
            let _ = writeln!(text, "{};", &application.sql[part.range.clone()]);
        }
        if !has("table.local-time-zone") {
            text.push_str("SET 'table.local-time-zone' = 'UTC';\n");
        }
        for (key, value, why) in self.of_job() {
            if !has(key) {
                let _ = writeln!(text, "-- {why}\nSET '{key}' = '{value}';");
            }
        }
        text.push('\n');
        text
    }

    /// Settings with their reasons.
    fn of_job(&self) -> Vec<(&'static str, String, String)> {
        let (design, node) = (self.tables.design, self.tables.application.node);
        let settings = &design.nodes[node].settings;
        let amount = |path: &str| settings.get(path)?.value.quantity().map(|quantity| quantity.amount);
        let effective = |path: &str| {
            let found = effective::setting(design, self.tables.knowledge, node, path)?;
            found.value.quantity().map(|quantity| quantity.amount)
        };
        let mut found = Vec::new();
        if self.tables.wanted.connector.as_deref() == Some("filesystem") {
            let why =
                "files are read whole, one after another: as a stream, a record could be late for its window";
            found.push(("execution.runtime-mode", "batch".to_owned(), why.to_owned()));
        }
        if let Some(tasks) = amount("parallelism") {
            found.push(("parallelism.default", tasks.to_string(), "`parallelism` of the design".to_owned()));
        } else if let Some((kpus, each)) = amount("kpus").zip(effective("parallelism_per_kpu")) {
            let why = format!("`kpus` {kpus}, `parallelism_per_kpu` {each}");
            found.push(("parallelism.default", (kpus * each).to_string(), why));
        }
        if let Some(interval) = settings.get("checkpoint_interval")
            && let SettingValue::Quantity(quantity) = &interval.value
        {
            let milliseconds = quantity.amount / 1e3;
            let why = "`checkpoint_interval` of the design".to_owned();
            found.push(("execution.checkpointing.interval", format!("{milliseconds} ms"), why));
        }
        found
    }

    /// Tables of the nodes around, then tables and views of the script.
    fn declarations(&self) -> String {
        let application = self.tables.application;
        let declared = |table: &str| {
            application
                .parts
                .iter()
                .any(|part| matches!(&part.kind, PartKind::Table { name, .. } if name == table))
        };
        let mut text = String::new();
        if !declared(&application.source.table) {
            text.push_str(&self.tables.source());
        }
        for (table, written, target) in self.sinks() {
            if !declared(&table) {
                text.push_str(&self.tables.sink(&table, written, target));
            }
        }
        for part in &application.parts {
            match &part.kind {
                PartKind::Table { name, options, has_connector } => {
                    let start = options.start - part.range.start;
                    let before = self.own(&application.sql[part.range.clone()][..start]);
                    let given = self.own(&application.sql[options.clone()]);
                    let is_kept = *has_connector && self.tables.wanted.connector.is_none();
                    let options = if is_kept { given } else { self.tables.options_of(name) };
                    let _ = writeln!(text, "{} {options};\n", before.trim_end());
                }
                PartKind::View(_) | PartKind::Other => {
                    let _ = writeln!(text, "{};\n", self.statement(&part.range));
                }
                _ => {}
            }
        }
        text
    }

    /// The tables that are written: name, what is written, and the target among those that get it.
    fn sinks(&self) -> Vec<(String, &Written, usize)> {
        let mut found: Vec<(String, &Written, usize)> = Vec::new();
        for written in &self.tables.application.outputs {
            for (place, target) in written.targets.iter().enumerate() {
                let table = match &written.table {
                    Some(table) => table.clone(),
                    None => self.tables.design.nodes[target.node].id.clone(),
                };
                if found.iter().all(|(known, ..)| *known != table) {
                    found.push((table, written, place));
                }
            }
        }
        found
    }

    /// What writes, in one set.
    fn statements(&self) -> String {
        let application = self.tables.application;
        let mut views = String::new();
        let mut text = String::from("EXECUTE STATEMENT SET\nBEGIN\n");
        let writing = application
            .parts
            .iter()
            .filter(|part| matches!(part.kind, PartKind::Insert(_) | PartKind::Query));
        for (number, (part, written)) in writing.zip(&application.outputs).enumerate() {
            let targets = written.targets.iter().map(|target| &self.tables.design.nodes[target.node].id);
            match &part.kind {
                PartKind::Insert(_) => {
                    let own = self.statement(&part.range);
                    let _ = writeln!(text, "{};\n", own.trim_start_matches("EXECUTE ").trim_start());
                }
                _ if written.targets.len() == 1 => targets.for_each(|id| {
                    let own = self.own(&application.sql[part.range.clone()]);
                    let _ = writeln!(text, "INSERT INTO `{id}`\n{own};\n");
                }),
                _ => {
                    let (view, own) =
                        (format!("rows_{}", number + 1), self.own(&application.sql[part.range.clone()]));
                    let _ = writeln!(
                        views,
                        "-- These rows go to several nodes.\nCREATE VIEW `{view}` AS\n{own};\n"
                    );
                    targets.for_each(|id| {
                        let _ = writeln!(text, "INSERT INTO `{id}` SELECT * FROM `{view}`;\n");
                    });
                }
            }
        }
        format!("{views}{}\nEND;\n", text.trim_end())
    }

    /// A statement of the design with the comments above it.
    fn statement(&self, range: &Range<usize>) -> String {
        let sql = &self.tables.application.sql;
        let above: Vec<&str> = sql[..range.start]
            .lines()
            .rev()
            .skip_while(|line| line.trim().is_empty())
            .take_while(|line| line.trim_start().starts_with("--"))
            .collect();
        let comments = above.iter().rev().map(|line| line.trim());
        let own = self.own(&sql[range.clone()]);
        comments.chain([own.as_str()]).collect::<Vec<&str>>().join("\n")
    }

    /// SQL of the design, with back-ticks around names that Flink reserves.
    fn own(&self, sql: &str) -> String {
        let is_quoted = |word: &str| {
            self.names.contains(word) && self.tables.known.reserved.contains(&word.to_lowercase())
        };
        quoted(sql.trim_end(), is_quoted)
    }
}
