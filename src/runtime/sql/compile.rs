//! Compiles SQL to a plan, and refuses what does not run here at its place.

mod calls;
mod expressions;
mod finish;
mod grouping;
mod joins;
mod literals;
mod over;
mod queries;
mod relation;
mod selects;
mod statements;
mod tables;
mod windows;

use std::collections::BTreeMap;
use std::ops::Range;

use sqlparser::ast::{
    Expr, FunctionArg, GroupByExpr, Ident, Join, OrderBy, Query, Select, SelectItem, SetExpr, Spanned,
    TableFactor, With,
};
use sqlparser::parser::ParserError;
use sqlparser::tokenizer::{Location, Span};

use crate::fields::nearest;
use crate::runtime::sql::compile::relation::{Relation, Typed};
pub(super) use crate::runtime::sql::compile::statements::offset;
use crate::runtime::sql::compile::statements::{Statement, StatementKind, TableDefinition, statements};
use crate::runtime::sql::expression::Expression;
use crate::runtime::sql::plan::{Edge, Operation, Output, Program, Source, Stage};
use crate::runtime::sql::script::{Part, PartKind};
use crate::runtime::sql::time::Zone;
use crate::runtime::sql::{Catalog, DataType, SqlError};

pub(super) const HELP: &str = "run it with Apache Flink";

/// The plan of a script.
pub(super) fn program(sql: &str, catalog: &Catalog) -> Result<Program, Vec<SqlError>> {
    let statements = statements(sql).map_err(|error| vec![of_parser(sql, &error)])?;
    let mut compiler = Compiler::new(sql, catalog);
    for statement in &statements {
        if let Err(error) = compiler.statement(statement) {
            compiler.errors.push(error);
        }
    }
    if compiler.errors.is_empty() && compiler.outputs.is_empty() {
        let message = "no query is here, and no `INSERT INTO`".to_owned();
        compiler.errors.push(SqlError { message, range: 0..sql.len(), help: None });
    }
    if compiler.errors.is_empty() { Ok(compiler.finish()) } else { Err(compiler.errors) }
}

/// The statements of a script with their places.
pub(super) fn parts(sql: &str) -> Result<Vec<Part>, SqlError> {
    let statements = statements(sql).map_err(|error| of_parser(sql, &error))?;
    let between = |start, end| statements::range(sql, start, end).unwrap_or(0..sql.len());
    let part = |statement: &Statement| Part {
        kind: match &statement.kind {
            StatementKind::Query(_) => PartKind::Query,
            StatementKind::Insert { table, .. } => PartKind::Insert(table.value.clone()),
            StatementKind::View { name, .. } => PartKind::View(name.value.clone()),
            StatementKind::Table(table) => PartKind::Table {
                name: table.name.value.clone(),
                options: statements::offset(sql, table.place.0).unwrap_or(sql.len())
                    ..statements::offset(sql, table.place.1).unwrap_or(sql.len()),
                has_connector: table.options.iter().any(|(key, _)| key == "connector"),
            },
            StatementKind::Set(key, _) => PartKind::Set(key.clone()),
            StatementKind::Other(_) => PartKind::Other,
        },
        range: between(statement.start, statement.end),
    };
    Ok(statements.iter().map(part).collect())
}

/// The bytes of a span.
pub(super) fn range_of(sql: &str, span: Span) -> Option<Range<usize>> {
    statements::range(sql, span.start, span.end)
}

/// What is known while a script is compiled.
struct Compiler<'a> {
    sql: &'a str,
    catalog: &'a Catalog,
    tables: BTreeMap<String, &'a TableDefinition>,
    views: BTreeMap<String, View<'a>>,
    /// The tables that are read already, by name.
    read: BTreeMap<String, Relation>,
    sources: Vec<Source>,
    stages: Vec<Stage>,
    outputs: Vec<Output>,
    zone: Zone,
    idle_timeout_ms: Option<i64>,
    state_ttl_ms: Option<i64>,
    errors: Vec<SqlError>,
}

/// A view, or a query named by `WITH`.
#[derive(Clone, Copy)]
struct View<'a> {
    query: &'a Query,
    columns: &'a [Ident],
}

type Compiled<T> = Result<T, SqlError>;

/// A part of the SQL that knows where it stands.
trait Placed {
    fn placed(&self) -> Span;
}

impl Placed for Ident {
    fn placed(&self) -> Span {
        self.span
    }
}

macro_rules! placed {
    ($($part:ty),*) => {
        $(impl Placed for $part {
            fn placed(&self) -> Span {
                self.span()
            }
        })*
    };
}

placed!(Expr, FunctionArg, GroupByExpr, Join, OrderBy, Query, Select, SelectItem, SetExpr, TableFactor, With);

impl<'a> Compiler<'a> {
    fn new(sql: &'a str, catalog: &'a Catalog) -> Self {
        Self {
            sql,
            catalog,
            tables: BTreeMap::new(),
            views: BTreeMap::new(),
            read: BTreeMap::new(),
            sources: Vec::new(),
            stages: Vec::new(),
            outputs: Vec::new(),
            zone: Zone::default(),
            idle_timeout_ms: None,
            state_ttl_ms: None,
            errors: Vec::new(),
        }
    }

    fn refuse(&self, what: &str, node: &impl Placed) -> SqlError {
        SqlError {
            message: format!("{what} does not run here"),
            range: self.range(node),
            help: Some(HELP.to_owned()),
        }
    }

    fn wrong(&self, message: impl Into<String>, node: &impl Placed, help: Option<String>) -> SqlError {
        SqlError { message: message.into(), range: self.range(node), help }
    }

    /// The bytes of a part of the SQL; the whole text where the parser does not say.
    fn range(&self, node: &impl Placed) -> Range<usize> {
        let span = node.placed();
        self.between(span.start, span.end)
    }

    fn between(&self, start: Location, end: Location) -> Range<usize> {
        statements::range(self.sql, start, end).unwrap_or(0..self.sql.len())
    }

    fn statement(&mut self, statement: &'a Statement) -> Compiled<()> {
        let range = self.between(statement.start, statement.end);
        match &statement.kind {
            StatementKind::Query(query) => {
                let relation = self.query(query)?;
                self.put_out(None, relation, range)
            }
            StatementKind::Insert { table, columns, query } => self.insert(table, columns, query, range),
            StatementKind::View { name, columns, query } => {
                self.views.insert(name.value.clone(), View { query, columns });
                Ok(())
            }
            StatementKind::Table(table) => {
                self.tables.insert(table.name.value.clone(), table);
                Ok(())
            }
            StatementKind::Set(key, value) => self.set(key, value, range),
            StatementKind::Other(what) => Err(SqlError {
                message: format!("{what} does not run here"),
                range,
                help: Some(
                    "write queries, `CREATE TABLE`, `CREATE VIEW`, `INSERT INTO` and `SET`".to_owned(),
                ),
            }),
        }
    }

    /// `SET 'key' = 'value'`. What only says how fast or where Flink runs changes no row, and is passed over.
    fn set(&mut self, key: &str, value: &str, range: Range<usize>) -> Compiled<()> {
        let wrong = |what: &str| SqlError { message: format!("`{value}` is no {what}"), range, help: None };
        match key {
            "table.local-time-zone" => self.zone = Zone::named(value).ok_or_else(|| wrong("time zone"))?,
            "table.exec.source.idle-timeout" => {
                self.idle_timeout_ms =
                    Some(length(value).ok_or_else(|| wrong("length of time"))?).filter(|ms| *ms > 0);
            }
            "table.exec.state.ttl" => {
                self.state_ttl_ms =
                    Some(length(value).ok_or_else(|| wrong("length of time"))?).filter(|ms| *ms > 0);
            }
            "table.exec.mini-batch.enabled" if value == "true" => {
                return Err(SqlError { message: "mini-batches do not run here".to_owned(), ..wrong("") });
            }
            _ => {}
        }
        Ok(())
    }

    /// Adds a stage, and gives its number.
    fn stage(&mut self, operation: Operation) -> usize {
        self.stages.push(Stage { operation, edges: Vec::new(), inputs: 0 });
        self.stages.len() - 1
    }

    /// Lets the rows of a relation go to a stage, worked out so.
    fn connect(&mut self, relation: &Relation, to: usize, port: usize, output: Vec<Expression>) {
        let input = self.stages[to].inputs;
        self.stages[to].inputs += 1;
        self.stages[relation.stage].edges.push(Edge {
            to,
            port,
            input,
            filter: relation.filter.clone(),
            output: Some(output),
            reaches: Vec::new(),
        });
    }

    /// An expression in another type, where it has one that differs.
    fn coerced(value: Typed, kind: Option<DataType>) -> Typed {
        let Some(wanted) = kind.filter(|wanted| value.kind.is_some_and(|found| found != *wanted)) else {
            return value;
        };
        let stays = value.kind == Some(DataType::Int) && wanted == DataType::BigInt;
        let expression = match value.expression {
            expression if stays => expression,
            expression => Expression::Cast(wanted, Box::new(expression), false),
        };
        Typed { expression, kind: Some(wanted) }
    }

    /// The nearest of some names, as help.
    fn nearest<'n>(name: &str, names: impl Iterator<Item = &'n str>) -> Option<String> {
        nearest(name, names).map(|near| format!("write `{near}`"))
    }
}

/// `10 s`, `5 min`, `1h` or milliseconds.
fn length(text: &str) -> Option<i64> {
    let text = text.trim();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let number: i64 = text[..digits].parse().ok()?;
    let unit = match text[digits..].trim() {
        "" | "ms" | "milli" | "millis" | "millisecond" | "milliseconds" => 1,
        "s" | "sec" | "secs" | "second" | "seconds" => 1000,
        "min" | "m" | "minute" | "minutes" => 60_000,
        "h" | "hour" | "hours" => 3_600_000,
        "d" | "day" | "days" => 86_400_000,
        _ => return None,
    };
    number.checked_mul(unit)
}

/// Where a part of the SQL stands; the whole text where the parser does not say.
pub(super) fn place(sql: &str, node: &impl Spanned) -> Range<usize> {
    let span = node.span();
    statements::range(sql, span.start, span.end).unwrap_or(0..sql.len())
}

/// The parser names the place at the end of its message: `… at Line: 1, Column: 7`.
pub(super) fn of_parser(sql: &str, error: &ParserError) -> SqlError {
    let (ParserError::TokenizerError(text) | ParserError::ParserError(text)) = error else {
        return SqlError { message: "this is nested too deeply".to_owned(), range: 0..sql.len(), help: None };
    };
    let (message, place) = text.split_once(" at Line: ").unwrap_or((text, ""));
    let place = place.split_once(", Column: ").and_then(|(line, column)| {
        let location = Location { line: line.parse().ok()?, column: column.parse().ok()? };
        statements::offset(sql, location)
    });
    let start = place.unwrap_or(0).min(sql.len());
    let word = sql[start..].find(char::is_whitespace).unwrap_or(sql.len() - start);
    let range = if place.is_some() { start..start + word } else { 0..sql.len() };
    SqlError { message: format!("this is not SQL: {message}"), range, help: None }
}
