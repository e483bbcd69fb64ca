//! Compiles SQL to a plan, and refuses what does not run here at its place.

mod expressions;

use sqlparser::ast::{
    Expr, FunctionArg, FunctionArgExpr, FunctionArguments, GroupByExpr, Insert, Query, Select, SelectItem,
    SetExpr, Spanned, Statement, TableFactor, TableObject, Value as SqlValue,
};
use sqlparser::parser::{Parser, ParserError};

use crate::runtime::sql::compile::expressions::Names;
use crate::runtime::sql::dialect::FlinkDialect;
use crate::runtime::sql::plan::{Expression, Program, Window};
use crate::runtime::sql::{Schema, SqlError};

const HELP: &str = "run it with Apache Flink";
/// A century: far from where instants overflow.
const LONGEST_MS: i64 = 3_155_760_000_000;

/// The plan of a query.
pub(super) fn program(sql: &str, schema: Option<&Schema>) -> Result<Program, Vec<SqlError>> {
    let statements = Parser::parse_sql(&FlinkDialect, sql).map_err(|error| vec![of_parser(sql, &error)])?;
    let compiler = Compiler { sql };
    let [statement] = statements.as_slice() else {
        let message = format!("one query is expected here, and not {}", statements.len());
        return Err(vec![SqlError { message, range: 0..sql.len(), help: None }]);
    };
    let select = compiler.select(statement).map_err(|error| vec![error])?;
    compiler.program(select, schema)
}

struct Compiler<'a> {
    sql: &'a str,
}

/// Where the rows come from.
struct Source {
    table: String,
    /// Time column, size and offset of the tumbling window.
    window: Option<(String, i64, i64)>,
}

impl Compiler<'_> {
    fn refuse(&self, what: &str, node: &impl Spanned) -> SqlError {
        SqlError {
            message: format!("{what} does not run here"),
            range: self.range(node),
            help: Some(HELP.to_owned()),
        }
    }

    fn wrong(&self, message: impl Into<String>, node: &impl Spanned, help: Option<String>) -> SqlError {
        SqlError { message: message.into(), range: self.range(node), help }
    }

    /// The bytes of a part of the SQL; the whole text where the parser does not say.
    fn range(&self, node: &impl Spanned) -> std::ops::Range<usize> {
        let span = node.span();
        match (offset(self.sql, span.start), offset(self.sql, span.end)) {
            (Some(start), Some(end)) if end > start => start..end,
            _ => 0..self.sql.len(),
        }
    }

    fn select<'s>(&self, statement: &'s Statement) -> Result<&'s Select, SqlError> {
        match statement {
            Statement::Query(query) => self.query(query),
            Statement::Insert(Insert {
                source: Some(query),
                table: TableObject::TableName(_),
                columns,
                overwrite: false,
                partitioned: None,
                ..
            }) if columns.is_empty() => self.query(query),
            other => Err(self.refuse("this statement", other)),
        }
    }

    fn query<'s>(&self, query: &'s Query) -> Result<&'s Select, SqlError> {
        if let Some(with) = &query.with {
            return Err(self.refuse("`WITH`", with));
        }
        if let Some(order) = &query.order_by {
            return Err(self.refuse("`ORDER BY` over a stream", order));
        }
        if !query.locks.is_empty() || query.for_clause.is_some() || !query.pipe_operators.is_empty() {
            return Err(self.refuse("the end of this query", query));
        }
        if query.limit_clause.is_some() || query.fetch.is_some() {
            return Err(self.refuse("`LIMIT` over a stream", query));
        }
        match query.body.as_ref() {
            SetExpr::Select(select) => Ok(select),
            other => Err(self.refuse("this kind of query", other)),
        }
    }

    fn program(&self, select: &Select, schema: Option<&Schema>) -> Result<Program, Vec<SqlError>> {
        self.plain(select).map_err(|error| vec![error])?;
        let source = self.source(select).map_err(|error| vec![error])?;
        let mut names = Names::new(self, schema, source.window.as_ref().map(|(time, ..)| time.as_str()));
        let mut errors = Vec::new();
        let keep = |result: Result<Expression, SqlError>, errors: &mut Vec<SqlError>| {
            result.map_err(|error| errors.push(error)).ok()
        };
        let filter = select
            .selection
            .as_ref()
            .and_then(|filter| keep(names.condition(filter, false, "`WHERE`"), &mut errors));
        let keys = self.keys(select, source.window.is_some(), &mut names, &mut errors);
        let mut output = Vec::new();
        for item in &select.projection {
            match self.item(item, output.len()) {
                Ok((name, expr)) => {
                    let expression = names.over_rows(expr);
                    output.extend(keep(expression, &mut errors).map(|expression| (name, expression)));
                }
                Err(error) => errors.push(error),
            }
        }
        let having = select
            .having
            .as_ref()
            .and_then(|having| keep(names.condition(having, true, "`HAVING`"), &mut errors));
        let window = source.window.as_ref().map(|(time, size_ms, offset_ms)| {
            let time = names.column(time);
            Window { time, size_ms: *size_ms, offset_ms: *offset_ms, keys, aggregates: names.aggregates() }
        });
        if !errors.is_empty() {
            return Err(errors);
        }
        let (columns, kinds) = names.columns();
        Ok(Program { table: source.table, columns, kinds, filter, window, having, output })
    }

    /// Refuses every clause that is not worked out here.
    fn plain(&self, select: &Select) -> Result<(), SqlError> {
        let odd = [
            (select.distinct.is_some(), "`DISTINCT`"),
            (select.top.is_some(), "`TOP`"),
            (select.into.is_some(), "`INTO`"),
            (select.exclude.is_some(), "`EXCLUDE`"),
            (!select.lateral_views.is_empty(), "`LATERAL VIEW`"),
            (select.prewhere.is_some(), "`PREWHERE`"),
            (!select.connect_by.is_empty(), "`CONNECT BY`"),
            (!select.cluster_by.is_empty(), "`CLUSTER BY`"),
            (!select.distribute_by.is_empty(), "`DISTRIBUTE BY`"),
            (!select.sort_by.is_empty(), "`SORT BY`"),
            (!select.named_window.is_empty(), "`WINDOW`"),
            (select.qualify.is_some(), "`QUALIFY`"),
            (
                select.select_modifiers.is_some() || !select.optimizer_hints.is_empty(),
                "a modifier of `SELECT`",
            ),
            (select.value_table_mode.is_some(), "this form of `SELECT`"),
        ];
        match odd.into_iter().find(|(there, _)| *there) {
            Some((_, what)) => Err(self.refuse(what, select)),
            None => Ok(()),
        }
    }

    fn source(&self, select: &Select) -> Result<Source, SqlError> {
        let [from] = select.from.as_slice() else {
            return Err(self.refuse("a query over several tables, or none,", select));
        };
        if let Some(join) = from.joins.first() {
            return Err(self.refuse("a join", join));
        }
        match &from.relation {
            TableFactor::Table {
                name,
                alias: None,
                args: None,
                with_hints,
                version: None,
                with_ordinality: false,
                partitions,
                json_path: None,
                sample: None,
                index_hints,
            } if with_hints.is_empty() && partitions.is_empty() && index_hints.is_empty() => {
                Ok(Source { table: name.to_string().trim_matches('`').to_owned(), window: None })
            }
            TableFactor::TableFunction { expr, alias: None } => self.window(expr),
            other => Err(self.refuse("this source of rows", other)),
        }
    }

    /// `TUMBLE(TABLE t, DESCRIPTOR(time), INTERVAL … [, INTERVAL …])`, with or without the names of the arguments.
    fn window(&self, expr: &Expr) -> Result<Source, SqlError> {
        let Expr::Function(function) = expr else { return Err(self.refuse("this source of rows", expr)) };
        let name = function.name.to_string().to_uppercase();
        if name != "TUMBLE" {
            return Err(self.refuse(&format!("the window `{name}`"), expr));
        }
        let FunctionArguments::List(list) = &function.args else {
            return Err(self.refuse("this window", expr));
        };
        let mut parts: [Option<&Expr>; 4] = [None; 4];
        for (position, argument) in list.args.iter().enumerate() {
            let (slot, value) = match argument {
                FunctionArg::Unnamed(FunctionArgExpr::Expr(value)) => (Some(position), value),
                FunctionArg::Named { name, arg: FunctionArgExpr::Expr(value), .. } => {
                    let names = ["DATA", "TIMECOL", "SIZE", "OFFSET"];
                    (names.iter().position(|known| name.value.eq_ignore_ascii_case(known)), value)
                }
                other => return Err(self.refuse("this argument", other)),
            };
            match slot.and_then(|slot| parts.get_mut(slot)) {
                Some(part) => *part = Some(value),
                None => return Err(self.wrong("`TUMBLE` has no such argument", argument, None)),
            }
        }
        let [Some(Expr::Identifier(table)), Some(time), Some(size), offset] = parts else {
            let help = "write `TUMBLE(TABLE t, DESCRIPTOR(time), INTERVAL '10' SECONDS)`".to_owned();
            return Err(self.wrong("`TUMBLE` takes a table, a descriptor and a size", expr, Some(help)));
        };
        let size_ms = self.interval(size)?;
        let offset_ms = offset.map_or(Ok(0), |offset| self.interval(offset))?;
        if size_ms <= 0 || size_ms.max(offset_ms) > LONGEST_MS {
            return Err(self.wrong("a window is longer than nothing and shorter than a century", size, None));
        }
        Ok(Source { table: table.value.clone(), window: Some((self.descriptor(time)?, size_ms, offset_ms)) })
    }

    fn descriptor(&self, expr: &Expr) -> Result<String, SqlError> {
        if let Expr::Function(function) = expr
            && function.name.to_string().eq_ignore_ascii_case("DESCRIPTOR")
            && let FunctionArguments::List(list) = &function.args
            && let [FunctionArg::Unnamed(FunctionArgExpr::Expr(Expr::Identifier(column)))] =
                list.args.as_slice()
        {
            return Ok(column.value.clone());
        }
        Err(self.wrong("the time column is named by `DESCRIPTOR(column)`", expr, None))
    }

    /// `INTERVAL '10' SECONDS` in milliseconds.
    fn interval(&self, expr: &Expr) -> Result<i64, SqlError> {
        let Expr::Interval(interval) = expr else {
            let help = "write `INTERVAL '10' SECONDS`".to_owned();
            return Err(self.wrong("an interval is expected here", expr, Some(help)));
        };
        let number = match interval.value.as_ref() {
            Expr::Value(value) => match &value.value {
                SqlValue::SingleQuotedString(text) => text.trim().parse::<f64>().ok(),
                SqlValue::Number(text, _) => text.parse::<f64>().ok(),
                _ => None,
            },
            _ => None,
        };
        let unit = interval.leading_field.as_ref().map(|unit| unit.to_string().to_uppercase());
        let scale = match unit.as_deref().map(|unit| unit.trim_end_matches('S')) {
            Some("SECOND") => 1000.0,
            Some("MINUTE") => 60_000.0,
            Some("HOUR") => 3_600_000.0,
            Some("DAY") => 86_400_000.0,
            _ => return Err(self.refuse("this unit of an interval", expr)),
        };
        match number {
            Some(number) if interval.last_field.is_none() && (number * scale).abs() < 1e15 => {
                Ok((number * scale).round() as i64)
            }
            _ => Err(self.refuse("this kind of interval", expr)),
        }
    }

    /// The keys of the groups beside the window's own; a window is always grouped by both of its bounds.
    fn keys(
        &self,
        select: &Select,
        windowed: bool,
        names: &mut Names<'_, '_>,
        errors: &mut Vec<SqlError>,
    ) -> Vec<Expression> {
        let GroupByExpr::Expressions(exprs, modifiers) = &select.group_by else {
            errors.push(self.refuse("`GROUP BY ALL`", select));
            return Vec::new();
        };
        if !modifiers.is_empty() || (!windowed && !exprs.is_empty()) {
            errors.push(self.refuse("this grouping", &select.group_by));
            return Vec::new();
        }
        let is = |expr: &Expr, name: &str| matches!(expr, Expr::Identifier(found) if found.value.eq_ignore_ascii_case(name));
        if windowed {
            for bound in ["window_start", "window_end"] {
                if !exprs.iter().any(|expr| is(expr, bound)) {
                    let help = format!("add `{bound}` to `GROUP BY`");
                    errors.push(self.wrong(
                        "a window is grouped by its start and its end",
                        select,
                        Some(help),
                    ));
                }
            }
        }
        let own = exprs
            .iter()
            .filter(|expr| !["window_start", "window_end", "window_time"].iter().any(|name| is(expr, name)));
        own.filter_map(|expr| names.key(expr).map_err(|error| errors.push(error)).ok()).collect()
    }

    fn item<'s>(&self, item: &'s SelectItem, number: usize) -> Result<(String, &'s Expr), SqlError> {
        match item {
            SelectItem::UnnamedExpr(expr) => {
                let name = match expr {
                    Expr::Identifier(name) => name.value.clone(),
                    _ => format!("EXPR${number}"),
                };
                Ok((name, expr))
            }
            SelectItem::ExprWithAlias { expr, alias } => Ok((alias.value.clone(), expr)),
            other => Err(self.wrong("name the columns, one by one", other, None)),
        }
    }
}

/// The byte at which a line and column of the parser begin; both count from 1, columns in characters.
fn offset(sql: &str, location: sqlparser::tokenizer::Location) -> Option<usize> {
    let line = usize::try_from(location.line).ok()?.checked_sub(1)?;
    let column = usize::try_from(location.column).ok()?.checked_sub(1)?;
    let start: usize = sql.split_inclusive('\n').take(line).map(str::len).sum();
    let rest = sql.get(start..)?;
    Some(start + rest.char_indices().nth(column).map_or(rest.len(), |(index, _)| index))
}

/// The parser names the place at the end of its message: `… at Line: 1, Column: 7`.
fn of_parser(sql: &str, error: &ParserError) -> SqlError {
    let (ParserError::TokenizerError(text) | ParserError::ParserError(text)) = error else {
        return SqlError { message: "this is nested too deeply".to_owned(), range: 0..sql.len(), help: None };
    };
    let (message, place) = text.split_once(" at Line: ").unwrap_or((text, ""));
    let place = place.split_once(", Column: ").and_then(|(line, column)| {
        let location =
            sqlparser::tokenizer::Location { line: line.parse().ok()?, column: column.parse().ok()? };
        offset(sql, location)
    });
    let start = place.unwrap_or(0).min(sql.len());
    let word = sql[start..].find(char::is_whitespace).unwrap_or(sql.len() - start);
    let range = if place.is_some() { start..start + word } else { 0..sql.len() };
    SqlError { message: format!("this is not SQL: {message}"), range, help: None }
}
