//! Tables that are read and written: declared in the script, or those of the nodes around.

use std::collections::BTreeMap;
use std::ops::Range;

use sqlparser::ast::{Ident, Query};

use crate::runtime::sql::compile::relation::{Column, Relation, Role, Typed};
use crate::runtime::sql::compile::statements::{ColumnKind, TableDefinition};
use crate::runtime::sql::compile::{Compiled, Compiler, Placed, View};
use crate::runtime::sql::decode::{Reading, Way};
use crate::runtime::sql::expression::Expression;
use crate::runtime::sql::plan::{Operation, Output, Source};
use crate::runtime::sql::{DataType, SourceTable, SqlError, Value};

impl<'a> Compiler<'a> {
    /// A table, view or query that was named by `WITH`.
    pub(super) fn named(&mut self, name: &Ident) -> Compiled<Relation> {
        if let Some(view) = self.views.get(&name.value).copied() {
            // A view does not see itself.
            self.views.remove(&name.value);
            let relation = self.view(view);
            self.views.insert(name.value.clone(), view);
            return relation;
        }
        if let Some(relation) = self.read.get(&name.value) {
            return Ok(relation.clone());
        }
        let relation = if let Some(table) = self.tables.get(&name.value).copied() {
            self.declared(table)?
        } else if let Some(table) = self.catalog.sources.iter().find(|table| table.name == name.value) {
            self.implicit(table)
        } else {
            let known = self.views.keys().chain(self.tables.keys()).map(String::as_str);
            let known = known.chain(self.catalog.sources.iter().map(|table| table.name.as_str()));
            let help = Self::nearest(&name.value, known).or_else(|| {
                let first = self.catalog.sources.first()?;
                Some(format!("the node reads `{}`", first.name))
            });
            return Err(self.wrong(format!("there is no table `{}`", name.value), name, help));
        };
        self.read.insert(name.value.clone(), relation.clone());
        Ok(relation)
    }

    fn view(&mut self, view: View<'a>) -> Compiled<Relation> {
        let mut relation = self.query(view.query)?;
        self.rename(&mut relation, view.columns)?;
        Ok(relation)
    }

    /// Gives the columns other names, where there are any.
    pub(super) fn rename(&self, relation: &mut Relation, names: &[Ident]) -> Compiled<()> {
        if let Some(first) = names.first() {
            if names.len() != relation.columns.len() {
                let message = format!("{} names stand for {} columns", names.len(), relation.columns.len());
                return Err(self.wrong(message, first, None));
            }
            for (column, name) in relation.columns.iter_mut().zip(names) {
                column.name.clone_from(&name.value);
            }
        }
        Ok(())
    }

    /// A table of records whose columns are those that the records have.
    fn implicit(&mut self, table: &SourceTable) -> Relation {
        let mut relation = self.source(&table.name, Vec::new());
        let source = self.sources.len() - 1;
        match &table.schema {
            None => relation.open_source = Some(source),
            Some(schema) => {
                for (name, kind) in schema {
                    self.add_column(source, &mut relation, name, *kind);
                }
            }
        }
        if let Some(time) = &table.event_time {
            let place = relation.columns.iter().position(|column| column.name == *time);
            let place = place.unwrap_or_else(|| self.add_column(source, &mut relation, time, None));
            let column = &mut relation.columns[place];
            column.role = Role::Time;
            column.value.kind = Some(DataType::Instant);
            let value = column.value.expression.clone();
            self.set_time(source, &value, table.delay_ms);
        }
        relation
    }

    /// Makes a column of the records the event time of a source, whose watermark stays so far behind.
    pub(super) fn set_time(&mut self, source: usize, value: &Expression, delay_ms: i64) {
        let Expression::Column(place) = value else { return };
        let reading = &mut self.sources[source].columns[*place];
        (reading.kind, reading.way) = (Some(DataType::Instant), Way::EventTime);
        let delay = Expression::Literal(Value::Milliseconds(delay_ms));
        let watermark = match delay_ms {
            0 => value.clone(),
            _ => Expression::Arithmetic('-', Box::new(value.clone()), Box::new(delay), None),
        };
        self.sources[source].time = Some((value.clone(), watermark));
    }

    /// Adds a column of the records, and gives its place.
    pub(super) fn add_column(
        &mut self,
        source: usize,
        relation: &mut Relation,
        name: &str,
        kind: Option<DataType>,
    ) -> usize {
        let readings = &mut self.sources[source].columns;
        let place = readings.iter().position(|reading| reading.name == name).unwrap_or_else(|| {
            readings.push(Reading { name: name.to_owned(), kind, way: Way::Found });
            readings.len() - 1
        });
        let column = Column {
            table: relation
                .columns
                .first()
                .map_or(Some(self.sources[source].name.clone()), |first| first.table.clone()),
            name: name.to_owned(),
            value: Typed { expression: Expression::Column(place), kind },
            role: Role::None,
        };
        // The bounds of windows stay last.
        let bounds = if relation.windows.is_some() { super::windows::NAMES.len() } else { 0 };
        let place = relation.columns.len() - bounds;
        relation.columns.insert(place, column);
        place
    }

    fn source(&mut self, name: &str, options: Vec<(String, String)>) -> Relation {
        let source = Source { name: name.to_owned(), options, columns: Vec::new(), time: None };
        self.sources.push(source);
        let stage = self.stage(Operation::Source(self.sources.len() - 1));
        Relation::of(stage)
    }

    /// A table as `CREATE TABLE` has it.
    fn declared(&mut self, table: &TableDefinition) -> Compiled<Relation> {
        let way = self.way_of(table)?;
        let mut relation = self.source(&table.name.value, table.options.clone());
        let source = self.sources.len() - 1;
        for column in &table.columns {
            match &column.kind {
                ColumnKind::Physical(words) => {
                    let kind = self.type_named(words, &column.name)?;
                    self.add_column(source, &mut relation, &column.name.value, Some(kind));
                    if let Some(reading) = self.sources[source].columns.last_mut() {
                        reading.way = way;
                    }
                }
                ColumnKind::Metadata => return Err(self.refuse("a column of metadata", &column.name)),
                ColumnKind::Computed(expr) => {
                    let value = self.expression(expr, &mut relation)?;
                    relation.columns.push(Column {
                        table: Some(table.name.value.clone()),
                        name: column.name.value.clone(),
                        value,
                        role: Role::None,
                    });
                }
            }
        }
        if let Some((name, expr)) = &table.watermark {
            let watermark = self.expression(expr, &mut relation)?;
            let Some(column) = relation.columns.iter_mut().find(|column| column.name == name.value) else {
                return Err(self.wrong(format!("there is no column `{}`", name.value), name, None));
            };
            if !matches!(column.value.kind, Some(DataType::Timestamp | DataType::Instant)) {
                let help = Some("declare it TIMESTAMP(3) or TIMESTAMP_LTZ(3)".to_owned());
                return Err(self.wrong("an event time is a timestamp", name, help));
            }
            column.role = Role::Time;
            self.sources[source].time = Some((column.value.expression.clone(), watermark.expression));
        }
        Ok(relation)
    }

    /// How the records of a declared table are read.
    fn way_of(&self, table: &TableDefinition) -> Compiled<Way> {
        let option = |name: &str| {
            let found = table.options.iter().find(|(key, _)| key.trim_start_matches("value.") == name);
            found.map(|(_, value)| value.as_str())
        };
        if let Some(format) = option("format").filter(|format| *format != "json") {
            return Err(self.refuse(&format!("the format `{format}`"), &table.name));
        }
        Ok(Way::Declared {
            is_iso: option("json.timestamp-format.standard") == Some("ISO-8601"),
            skips_errors: option("json.ignore-parse-errors") == Some("true"),
        })
    }

    pub(super) fn insert(
        &mut self,
        table: &Ident,
        columns: &[Ident],
        query: &'a Query,
        range: Range<usize>,
    ) -> Compiled<()> {
        let mut relation = self.query(query)?;
        let declared = self.tables.get(&table.value).copied();
        let is_node = self.catalog.sinks.iter().any(|sink| sink.name == table.value);
        if declared.is_none() && !is_node {
            let known = self.tables.keys().map(String::as_str);
            let known = known.chain(self.catalog.sinks.iter().map(|sink| sink.name.as_str()));
            let help = Self::nearest(&table.value, known);
            return Err(self.wrong(format!("there is no table `{}` to write to", table.value), table, help));
        }
        if let Some(declared) = declared {
            let names = if columns.is_empty() { None } else { Some(columns) };
            self.fit(&mut relation, declared, names)?;
        } else {
            self.rename(&mut relation, columns)?;
        }
        self.put_out(Some(&table.value), relation, range)
    }

    /// Brings the rows of a query to the columns of a table.
    fn fit(&self, relation: &mut Relation, table: &TableDefinition, names: Option<&[Ident]>) -> Compiled<()> {
        let mut wanted = BTreeMap::new();
        let mut order = Vec::new();
        for column in &table.columns {
            if let ColumnKind::Physical(words) = &column.kind {
                wanted.insert(column.name.value.as_str(), self.type_named(words, &column.name)?);
                order.push(column.name.value.as_str());
            }
        }
        let given: Vec<&str> = match names {
            Some(names) => names.iter().map(|name| name.value.as_str()).collect(),
            None => order.clone(),
        };
        if given.len() != relation.columns.len() {
            let message = format!(
                "`{}` takes {} columns, and the query has {}",
                table.name.value,
                given.len(),
                relation.columns.len()
            );
            return Err(self.wrong(message, &table.name, None));
        }
        let mut by_name = BTreeMap::new();
        for (name, mut column) in given.into_iter().zip(std::mem::take(&mut relation.columns)) {
            let Some(kind) = wanted.get(name) else {
                return Err(self.wrong(
                    format!("`{}` has no column `{name}`", table.name.value),
                    &table.name,
                    None,
                ));
            };
            if let Some(found) = column.value.kind
                && found.joined(*kind) != Some(*kind)
                && !(found.is_number() && kind.is_number())
                && !(found.is_time() && kind.is_time())
            {
                let message =
                    format!("`{name}` of `{}` is {kind}, and the query gives {found}", table.name.value);
                let help = Some(format!("write `CAST(… AS {kind})`"));
                return Err(self.wrong(message, &table.name, help));
            }
            column.value = Self::coerced(column.value, Some(*kind));
            name.clone_into(&mut column.name);
            by_name.insert(name.to_owned(), column);
        }
        relation.columns = order
            .into_iter()
            .map(|name| {
                by_name.remove(name).unwrap_or_else(|| Column {
                    table: None,
                    name: name.to_owned(),
                    value: Typed {
                        expression: Expression::Literal(Value::Null),
                        kind: wanted.get(name).copied(),
                    },
                    role: Role::None,
                })
            })
            .collect();
        Ok(())
    }

    /// Lets the rows of a query leave the program.
    pub(super) fn put_out(
        &mut self,
        table: Option<&str>,
        relation: Relation,
        range: Range<usize>,
    ) -> Compiled<()> {
        let relation = self.settled(relation)?;
        let declared = table.and_then(|table| self.tables.get(table).copied());
        let sink = self.catalog.sinks.iter().find(|sink| Some(sink.name.as_str()) == table);
        self.outputs.push(Output {
            table: table.map(str::to_owned),
            columns: relation.columns.iter().map(|column| (column.name.clone(), column.value.kind)).collect(),
            key: match (declared, sink) {
                (Some(table), _) => table.key.iter().map(|name| name.value.clone()).collect(),
                (_, Some(sink)) => sink.key.clone(),
                _ => Vec::new(),
            },
            is_updating: relation.is_updating,
            options: declared.map(|table| table.options.clone()).unwrap_or_default(),
            range,
        });
        let output = relation.columns.iter().map(|column| column.value.expression.clone()).collect();
        let to = self.stage(Operation::Output(self.outputs.len() - 1));
        self.connect(&relation, to, 0, output);
        Ok(())
    }

    /// A type by its words in capitals.
    pub(super) fn type_named(&self, words: &str, node: &impl Placed) -> Compiled<DataType> {
        let (name, arguments) = words.split_once('(').unwrap_or((words, ""));
        let arguments: Vec<u8> = arguments
            .trim_end_matches(|character: char| character == ')' || character.is_alphabetic())
            .split(',')
            .filter_map(|argument| argument.trim().parse().ok())
            .collect();
        let refused = |help: &str| SqlError {
            help: Some(help.to_owned()),
            ..self.refuse(&format!("the type `{words}`"), node)
        };
        Ok(match (name.trim(), arguments.as_slice()) {
            ("BOOLEAN", _) => DataType::Boolean,
            ("INT" | "INTEGER", _) => DataType::Int,
            ("BIGINT", _) => DataType::BigInt,
            ("DOUBLE" | "DOUBLE PRECISION", _) => DataType::Double,
            ("DECIMAL" | "DEC" | "NUMERIC", []) => DataType::Decimal(10, 0),
            ("DECIMAL" | "DEC" | "NUMERIC", [precision @ 1..=38]) => DataType::Decimal(*precision, 0),
            ("DECIMAL" | "DEC" | "NUMERIC", [precision @ 1..=38, scale]) if scale <= precision => {
                DataType::Decimal(*precision, *scale)
            }
            ("STRING", _) | ("VARCHAR", []) => DataType::Text,
            ("VARCHAR", _) if !words.contains(char::is_whitespace) => DataType::Text,
            ("DATE", _) => DataType::Date,
            ("TIMESTAMP", [3]) => DataType::Timestamp,
            ("TIMESTAMP_LTZ", [3]) => DataType::Instant,
            ("TIMESTAMP", _) => return Err(refused("write `TIMESTAMP(3)`")),
            ("TIMESTAMP_LTZ", _) => return Err(refused("write `TIMESTAMP_LTZ(3)`")),
            ("FLOAT" | "REAL", _) => return Err(refused("write `DOUBLE`")),
            ("TINYINT" | "SMALLINT", _) => return Err(refused("write `INT`")),
            _ => return Err(self.refuse(&format!("the type `{words}`"), node)),
        })
    }
}
