//! The Flink application of a node: its script, the tables that the nodes around stand for, and where its rows go.

use std::ops::Range;

use crate::design::settings::SettingValue;
use crate::diagnostic::{Diagnostic, Label};
use crate::runtime::plan::Planner;
use crate::runtime::services::managed_flink::{Flink, Sent};
use crate::runtime::sql::{Catalog, Emission, Operator, Program, SinkTable, SourceTable, SqlError};
use crate::source::{self, locate};

/// A program that was compiled for a node.
pub(super) struct Compiled {
    pub(super) program: Program,
    /// The stream that it reads.
    pub(super) stream: usize,
}

impl Planner<'_> {
    pub(super) fn flink(&mut self, node: usize) -> Option<Flink> {
        let Compiled { program, stream } = self.program(node)?;
        let SettingValue::Sql(sql) = &self.design.nodes[node].settings.get("sql")?.value else { return None };
        let source = self.read_source(node, stream, &program, sql)?;
        let outputs = self.sent(node, &program, sql)?;
        let mut shards = vec![1; program.sources().len()];
        shards[source] = self.shards(stream);
        let operator = Operator::new(&program, &shards, Emission::EveryRecord);
        Some(Flink { operator, outputs, source, start_ms: self.start_ms })
    }

    /// The program of a node, and the stream that it reads.
    pub(super) fn program(&mut self, node: usize) -> Option<Compiled> {
        let id = self.design.nodes[node].id.clone();
        let (Some(setting), Some(stream)) =
            (self.design.nodes[node].settings.get("sql"), self.source_stream(node))
        else {
            let message = format!("`{id}` needs `sql` and a data stream to read");
            self.refuse(node, message, "give the query under `sql`, and a flow from a stream");
            return None;
        };
        let SettingValue::Sql(sql) = &setting.value else { return None };
        let catalog = self.catalog(node, stream);
        let program = Program::compile(sql.as_text().unwrap_or_default(), &catalog)
            .map_err(|errors| self.tell(node, sql, errors))
            .ok()?;
        Some(Compiled { program, stream })
    }

    /// The tables around a node.
    fn catalog(&self, node: usize, stream: usize) -> Catalog {
        let delay_ms = (self.amount(node, "watermark_delay").unwrap_or(0.0) / 1e3) as i64;
        let source = SourceTable {
            name: self.design.nodes[stream].id.clone(),
            schema: self.schema(node),
            event_time: self.event_time(node),
            delay_ms,
        };
        let sinks = self.targets(node).into_iter().map(|target| SinkTable {
            name: self.design.nodes[target].id.clone(),
            key: self.row_key(target),
        });
        Catalog { sources: vec![source], sinks: sinks.collect() }
    }

    /// The field of the event time, where all producers before a node name the same.
    pub(super) fn event_time(&self, node: usize) -> Option<String> {
        let upstream = self.design.upstream(node);
        let producers = upstream.iter().filter(|node| self.service(**node) == "producer");
        let mut fields = producers.map(|producer| self.text(*producer, "traffic.event_time"));
        let first = fields.next()??;
        fields.all(|field| field.as_deref() == Some(&first)).then_some(first)
    }

    /// The source of the program that stands for the stream: by its name, or by an option that names the stream.
    pub(super) fn read_source(
        &mut self,
        node: usize,
        stream: usize,
        program: &Program,
        sql: &source::Node,
    ) -> Option<usize> {
        let id = self.design.nodes[stream].id.clone();
        let is_it = |name: &str, options: &[(String, String)]| stands_for(name, options, &id);
        let mut found = None;
        let mut errors = Vec::new();
        for (place, source) in program.sources().iter().enumerate() {
            if is_it(&source.name, &source.options) {
                found = Some(place);
            } else {
                let message = format!("nothing that flows in stands for the table `{}`", source.name);
                errors.push(of_table(sql, &source.name, message, &id));
            }
        }
        if errors.is_empty() && found.is_none() {
            let message = format!("`{}` reads `{id}`, and its query does not", self.design.nodes[node].id);
            errors.push(SqlError { message, range: 0..1, help: Some(format!("write `FROM {id}`")) });
        }
        if errors.is_empty() {
            return found;
        }
        self.tell(node, sql, errors);
        None
    }

    /// Where each output of the program goes.
    pub(super) fn sent(&mut self, node: usize, program: &Program, sql: &source::Node) -> Option<Vec<Sent>> {
        let targets = self.targets(node);
        let mut errors = Vec::new();
        let mut outputs = Vec::new();
        for output in program.outputs() {
            let found = match &output.table {
                None => targets.clone(),
                Some(table) => {
                    let is_it =
                        |target: &usize| stands_for(table, &output.options, &self.design.nodes[*target].id);
                    targets.iter().copied().filter(is_it).collect()
                }
            };
            if let (Some(table), true) = (&output.table, found.is_empty()) {
                let near = targets.first().map_or("", |target| self.design.nodes[*target].id.as_str());
                let message = format!("nothing that flows out stands for the table `{table}`");
                errors.push(SqlError { range: output.range.clone(), ..of_table(sql, table, message, near) });
            }
            if output.is_updating {
                errors.extend(found.iter().filter_map(|target| self.takes_updates(*target, &output.range)));
            }
            let columns = output.columns.iter().map(|(name, _)| name.clone()).collect();
            outputs.push(Sent { columns, targets: found });
        }
        for target in &targets {
            if !outputs.iter().any(|output| output.targets.contains(target)) {
                let id = &self.design.nodes[*target].id;
                let message = format!("no statement writes to `{id}`");
                errors.push(SqlError {
                    message,
                    range: 0..1,
                    help: Some(format!("add `INSERT INTO {id} …`")),
                });
            }
        }
        if errors.is_empty() {
            return Some(outputs);
        }
        self.tell(node, sql, errors);
        None
    }

    /// Rows that change later need a place where they can be found again.
    fn takes_updates(&self, target: usize, range: &Range<usize>) -> Option<SqlError> {
        let id = &self.design.nodes[target].id;
        let takes = !self.row_key(target).is_empty();
        (!takes).then(|| SqlError {
            message: format!("`{id}` keeps every row, and the rows of this query change later"),
            range: range.clone(),
            help: Some("group by a window, or write to a table with a `key`".to_owned()),
        })
    }

    fn tell(&mut self, node: usize, sql: &source::Node, errors: Vec<SqlError>) {
        let id = &self.design.nodes[node].id;
        for error in errors {
            let label = Label::new(locate(&self.design.text, sql, error.range), "here");
            let mut diagnostic = Diagnostic::new("sql", label, error.message).node(id);
            diagnostic.help.extend(error.help);
            self.diagnostics.push(diagnostic);
        }
    }
}

/// A table of the script that no node stands for.
fn of_table(sql: &source::Node, name: &str, message: String, near: &str) -> SqlError {
    let text = sql.as_text().unwrap_or_default();
    let start = text.find(name).unwrap_or_default();
    let help = format!("name the table `{near}`, or give it an option that ends with this id");
    SqlError { message, range: start..start + name.len().min(text.len()), help: Some(help) }
}

/// Whether a table stands for a node: by its name, or by an option such as the ARN of a stream.
fn stands_for(name: &str, options: &[(String, String)], id: &str) -> bool {
    let names = |value: &str| value.rsplit(['/', ':']).next() == Some(id);
    name == id || options.iter().any(|(key, value)| key != "connector" && key != "format" && names(value))
}
