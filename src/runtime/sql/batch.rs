//! Queries over rows that are all there, as a store answers them: once, in an order, and no more than so many.
//!
//! A query runs as it does over a stream; what it took back is gone when the input has ended. `ORDER BY` and `LIMIT`,
//! which no stream can keep, are applied to what is left: by columns of the result, by their numbers, or by an expression
//! that is selected. Names in double quotes are names, as stores have them.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use sqlparser::ast::{
    Expr, LimitClause, OrderByKind, OrderBySort, Query, Select, SelectItem, SetExpr, Spanned,
    Value as Literal,
};
use sqlparser::parser::Parser;
use sqlparser::tokenizer::{Token, Tokenizer};

use crate::runtime::lineage::Stamp;
use crate::runtime::sql::compile::{HELP, of_parser, offset, place};
use crate::runtime::sql::dialect::FlinkDialect;
use crate::runtime::sql::machines::encode;
use crate::runtime::sql::partition::Filter;
use crate::runtime::sql::{
    Catalog, Emission, Operator, Place, Program, Row, SqlError, Value, partition, portable,
};

/// A query with its order and bound.
#[derive(Debug)]
pub struct Batch {
    program: Program,
    order: Vec<Order>,
    offset: usize,
    limit: Option<usize>,
    filters: Vec<Filter>,
}

/// By which column of the result, and in which direction.
#[derive(Debug, Clone, Copy)]
struct Order {
    column: usize,
    descends: bool,
    nulls_first: bool,
}

impl Batch {
    /// Compiles one query. `nulls_are_large` says where the store puts what is nothing: behind everything, so that it
    /// comes first where an order descends, or else last in any case.
    ///
    /// # Errors
    /// For every mistake, and what does not run here, at its place.
    pub fn compile(sql: &str, catalog: &Catalog, nulls_are_large: bool) -> Result<Self, Vec<SqlError>> {
        let sql = with_names(sql);
        let query = Parser::new(&FlinkDialect)
            .with_recursion_limit(64)
            .try_with_sql(sql.trim_end().trim_end_matches(';'))
            .and_then(|mut parser| {
                let query = parser.parse_query()?;
                parser.expect_token(&Token::EOF)?;
                Ok(query)
            })
            .map_err(|error| vec![of_parser(&sql, &error)])?;
        let errors = portable::errors(&sql);
        if !errors.is_empty() {
            return Err(errors);
        }
        let program = Program::compile(&without_end(&sql), catalog).map_err(without_engine)?;
        if let Some(error) = portable::average_of_whole_numbers(&sql, &program) {
            return Err(vec![error]);
        }
        let columns: Vec<&str> = program.outputs()[0].columns.iter().map(|(name, _)| name.as_str()).collect();
        let ordering = End { sql: &sql, query: &query, columns: &columns, nulls_are_large };
        let order = ordering.order().map_err(|error| vec![error])?;
        let (offset, limit) = ordering.bounds().map_err(|error| vec![error])?;
        Ok(Self { order, offset, limit, filters: partition::filters(&query), program })
    }

    /// The names of the tables that are read, in the order of [`Answer::push`].
    pub fn tables(&self) -> impl Iterator<Item = &str> {
        self.program.sources().iter().map(|source| source.name.as_str())
    }

    /// The columns of the result.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.program.outputs()[0].columns.iter().map(|(name, _)| name.as_str())
    }

    /// Whether rows of a partition can be in the result, by what the query says of the partition's columns.
    #[must_use]
    pub fn reads(&self, partition: &[(String, String)]) -> bool {
        self.filters.iter().all(|filter| filter.may_hold(partition))
    }

    /// Begins to answer.
    #[must_use]
    pub fn answer(&self) -> Answer<'_> {
        let shards = vec![1; self.program.sources().len()];
        let operator = Operator::new(&self.program, &shards, Emission::EveryRecord);
        let is_updating = self.program.outputs()[0].is_updating;
        Answer {
            batch: self,
            operator,
            is_updating,
            rows: Vec::new(),
            kept: BTreeMap::new(),
            out: Vec::new(),
        }
    }

    fn compare(&self, left: &[Value], right: &[Value]) -> Ordering {
        let by = |order: &Order| {
            let (left, right) = (&left[order.column], &right[order.column]);
            let nothing = left.is_null().cmp(&right.is_null());
            if nothing != Ordering::Equal {
                return if order.nulls_first { nothing.reverse() } else { nothing };
            }
            let found = left.order(right).unwrap_or(Ordering::Equal);
            if order.descends { found.reverse() } else { found }
        };
        self.order.iter().map(by).find(|found| *found != Ordering::Equal).unwrap_or(Ordering::Equal)
    }
}

/// A query that is answered. Memory: the rows of the result, and the state of the query.
#[derive(Debug)]
pub struct Answer<'a> {
    batch: &'a Batch,
    operator: Operator,
    is_updating: bool,
    rows: Vec<Vec<Value>>,
    /// Rows that may be taken back, by their bytes, with how often they are there.
    kept: BTreeMap<Vec<u8>, (Vec<Value>, i64)>,
    out: Vec<Row>,
}

impl Answer<'_> {
    /// Takes a row of a table: a JSON object.
    ///
    /// # Errors
    /// If it is none, or a value of it cannot be worked out.
    pub fn push(&mut self, table: usize, row: &[u8]) -> Result<(), String> {
        let stamp = Stamp { origin: 0, produced_us: 0 };
        self.operator.push(Place { source: table, shard: 0 }, row, stamp, &mut self.out)?;
        self.keep();
        Ok(())
    }

    fn keep(&mut self) {
        for row in self.out.drain(..) {
            if !self.is_updating {
                self.rows.push(row.values);
                continue;
            }
            let mut key = Vec::new();
            encode(&row.values, &mut key);
            let (_, times) = self.kept.entry(key.clone()).or_insert_with(|| (row.values, 0));
            *times += if row.kind.is_addition() { 1 } else { -1 };
            if *times == 0 {
                self.kept.remove(&key);
            }
        }
    }

    /// The result, after the last row. Where the query names no order, rows that never changed come as they were read, and
    /// others in the order of their values.
    #[must_use]
    pub fn finish(mut self) -> Vec<Vec<Value>> {
        self.operator.finish(&mut self.out);
        self.operator.total_of_nothing(&mut self.out);
        self.keep();
        for (values, times) in std::mem::take(&mut self.kept).into_values() {
            self.rows.extend((0..times.max(0)).map(|_| values.clone()));
        }
        self.rows.sort_by(|left, right| self.batch.compare(left, right));
        let most = self.batch.limit.unwrap_or(usize::MAX);
        self.rows.into_iter().skip(self.batch.offset).take(most).collect()
    }
}

/// The end of a query, while it is compiled.
struct End<'a> {
    sql: &'a str,
    query: &'a Query,
    columns: &'a [&'a str],
    nulls_are_large: bool,
}

impl End<'_> {
    fn order(&self) -> Result<Vec<Order>, SqlError> {
        let Some(order) = &self.query.order_by else { return Ok(Vec::new()) };
        let OrderByKind::Expressions(all) = &order.kind else {
            return Err(self.wrong("`ORDER BY ALL` does not run here", order));
        };
        let by = |item: &sqlparser::ast::OrderByExpr| {
            let column = self.column(&item.expr).ok_or_else(|| {
                let message = format!("`{}` is no column of the result", item.expr);
                SqlError {
                    help: Some("order by a column that is selected, or by its number".to_owned()),
                    ..self.wrong(&message, &item.expr)
                }
            })?;
            let descends = matches!(item.options.sort, Some(OrderBySort::Desc));
            let nulls_first = item.options.nulls_first.unwrap_or(descends && self.nulls_are_large);
            Ok(Order { column, descends, nulls_first })
        };
        all.iter().map(by).collect()
    }

    fn column(&self, expression: &Expr) -> Option<usize> {
        if let Expr::Value(value) = expression {
            let number: usize =
                if let Literal::Number(number, _) = &value.value { number.parse().ok()? } else { 0 };
            return number.checked_sub(1).filter(|column| *column < self.columns.len());
        }
        if let Expr::Identifier(name) = expression
            && let Some(column) = self.columns.iter().position(|column| *column == name.value)
        {
            return Some(column);
        }
        let selected = |item: &SelectItem| match item {
            SelectItem::UnnamedExpr(found) => found == expression,
            SelectItem::ExprWithAlias { expr, .. } => expr == expression,
            _ => false,
        };
        // The places of what is selected are those of the result only where nothing stands for several columns.
        let select = select_of(self.query)?;
        let place = select.projection.iter().position(selected)?;
        (select.projection.len() == self.columns.len()).then_some(place)
    }

    fn bounds(&self) -> Result<(usize, Option<usize>), SqlError> {
        if self.query.fetch.is_some() {
            return Err(self.wrong("`FETCH` does not run here; write `LIMIT`", self.query));
        }
        let Some(clause) = &self.query.limit_clause else { return Ok((0, None)) };
        let LimitClause::LimitOffset { limit, offset, limit_by } = clause else {
            return Err(self.wrong("this kind of `LIMIT` does not run here", self.query));
        };
        if !limit_by.is_empty() {
            return Err(self.wrong("`LIMIT BY` does not run here", self.query));
        }
        let count = |expression: &Expr| match expression {
            Expr::Value(value) => match &value.value {
                Literal::Number(number, _) => number.parse::<usize>().ok(),
                _ => None,
            },
            _ => None,
        };
        let whole = |expression: &Expr| {
            count(expression).ok_or_else(|| self.wrong("a whole number is expected here", expression))
        };
        let offset = offset.as_ref().map(|offset| whole(&offset.value)).transpose()?.unwrap_or(0);
        Ok((offset, limit.as_ref().map(whole).transpose()?))
    }

    fn wrong(&self, message: &str, node: &impl Spanned) -> SqlError {
        SqlError { message: message.to_owned(), range: place(self.sql, node), help: None }
    }
}

/// An engine of streams would not answer a store's queries.
fn without_engine(mut errors: Vec<SqlError>) -> Vec<SqlError> {
    for error in &mut errors {
        error.help = error.help.take().filter(|help| help != HELP);
    }
    errors
}

/// The `SELECT` that a query is, where it is one.
pub(super) fn select_of(query: &Query) -> Option<&Select> {
    match query.body.as_ref() {
        SetExpr::Select(select) => Some(select),
        _ => None,
    }
}

/// The query without its order and bound, which are blanks then, so that all else keeps its place.
fn without_end(sql: &str) -> String {
    let Ok(tokens) = Tokenizer::new(&FlinkDialect, sql).tokenize_with_location() else {
        return sql.to_owned();
    };
    let mut depth = 0;
    for token in &tokens {
        match &token.token {
            Token::LParen => depth += 1,
            Token::RParen => depth -= 1,
            Token::Word(word) if depth == 0 && word.quote_style.is_none() => {
                let ends = ["ORDER", "LIMIT", "OFFSET", "FETCH"]
                    .iter()
                    .any(|end| word.value.eq_ignore_ascii_case(end));
                if ends && let Some(start) = offset(sql, token.span.start) {
                    let blank = |c: char| if c == '\n' { '\n' } else { ' ' };
                    return sql[..start].to_owned() + &sql[start..].chars().map(blank).collect::<String>();
                }
            }
            _ => {}
        }
    }
    sql.to_owned()
}

/// The same with names in back-ticks that stood in double quotes.
fn with_names(sql: &str) -> String {
    let mut in_text = false;
    let quoted = |c: char| {
        in_text ^= c == '\'';
        if c == '"' && !in_text { '`' } else { c }
    };
    sql.chars().map(quoted).collect()
}
