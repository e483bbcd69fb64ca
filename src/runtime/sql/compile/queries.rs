//! Queries: what comes before and after SELECT, unions, and where rows come from.

use sqlparser::ast::{
    Expr, Ident, Query, Select, SetExpr, SetOperator, SetQuantifier, TableAlias, TableFactor,
};

use crate::runtime::sql::compile::relation::{Column, Relation, Role, Typed};
use crate::runtime::sql::compile::{Compiled, Compiler, Placed, View};
use crate::runtime::sql::expression::Expression;
use crate::runtime::sql::plan::Operation;

impl<'a> Compiler<'a> {
    pub(super) fn query(&mut self, query: &'a Query) -> Compiled<Relation> {
        if let Some(order) = &query.order_by {
            return Err(self.refuse("`ORDER BY` over a stream", order));
        }
        if query.limit_clause.is_some() || query.fetch.is_some() {
            return Err(self.refuse("`LIMIT` over a stream", query));
        }
        if !query.locks.is_empty() || query.for_clause.is_some() || !query.pipe_operators.is_empty() {
            return Err(self.refuse("the end of this query", query));
        }
        let Some(with) = &query.with else { return self.set_expression(&query.body) };
        if with.recursive {
            return Err(self.refuse("`WITH RECURSIVE`", with));
        }
        let outer = self.views.clone();
        for table in &with.cte_tables {
            let columns: &'a [Ident] = &[];
            if let Some(column) = table.alias.columns.first() {
                return Err(self.refuse("a list of columns here", &column.name));
            }
            self.views.insert(table.alias.name.value.clone(), View { query: &table.query, columns });
        }
        let relation = self.set_expression(&query.body);
        self.views = outer;
        relation
    }

    fn set_expression(&mut self, body: &'a SetExpr) -> Compiled<Relation> {
        match body {
            SetExpr::Select(select) => self.select(select),
            SetExpr::Query(query) => self.query(query),
            SetExpr::SetOperation { left, op: SetOperator::Union, set_quantifier, right } => {
                let is_all = match set_quantifier {
                    SetQuantifier::All => true,
                    SetQuantifier::None | SetQuantifier::Distinct => false,
                    _ => return Err(self.refuse("this kind of `UNION`", body)),
                };
                let (left, right) = (self.set_expression(left)?, self.set_expression(right)?);
                let union = self.union(left, right, body)?;
                if is_all { Ok(union) } else { self.distinct(union) }
            }
            SetExpr::SetOperation { op, .. } => Err(self.refuse(&format!("`{op}`"), body)),
            SetExpr::Values(_) => Err(self.refuse("`VALUES`", body)),
            other => Err(self.refuse("this kind of query", other)),
        }
    }

    fn union(&mut self, left: Relation, right: Relation, node: &impl Placed) -> Compiled<Relation> {
        let (left, right) = (self.settled(left)?, self.settled(right)?);
        if left.columns.len() != right.columns.len() {
            let message =
                format!("{} and {} columns cannot be united", left.columns.len(), right.columns.len());
            return Err(self.wrong(message, node, None));
        }
        let mut columns = Vec::new();
        let (mut from_left, mut from_right) = (Vec::new(), Vec::new());
        for (place, (left, right)) in left.columns.iter().zip(&right.columns).enumerate() {
            let kind = match (left.value.kind, right.value.kind) {
                (Some(one), Some(other)) => Some(one.joined(other).ok_or_else(|| {
                    let message = format!("`{}` is {one} here and {other} there", left.name);
                    self.wrong(message, node, Some(format!("write `CAST(… AS {one})`")))
                })?),
                (one, other) => one.or(other),
            };
            from_left.push(Self::coerced(left.value.clone(), kind).expression);
            from_right.push(Self::coerced(right.value.clone(), kind).expression);
            columns.push(Column {
                table: None,
                name: left.name.clone(),
                value: Typed { expression: Expression::Column(place), kind },
                role: if left.role == right.role { left.role } else { Role::None },
            });
        }
        let stage = self.stage(Operation::Union);
        self.connect(&left, stage, 0, from_left);
        self.connect(&right, stage, 0, from_right);
        Ok(Relation { columns, is_updating: left.is_updating || right.is_updating, ..Relation::of(stage) })
    }

    /// The rows of `FROM`.
    pub(super) fn from(&mut self, select: &'a Select) -> Compiled<Relation> {
        let (from, other) = match (select.from.as_slice(), &select.selection) {
            ([from], _) => (from, None),
            // What `WHERE` says of two tables is what joins them.
            ([from, other], Some(filter)) if other.joins.is_empty() => (from, Some((other, filter))),
            _ => return Err(self.refuse("a query over several tables, or none,", select)),
        };
        let mut relation = self.factor(&from.relation)?;
        for join in &from.joins {
            relation = self.join(relation, join)?;
        }
        match other {
            Some((other, filter)) => self.joined(relation, &other.relation, ([false, false], filter)),
            None => Ok(relation),
        }
    }

    pub(super) fn factor(&mut self, factor: &'a TableFactor) -> Compiled<Relation> {
        match factor {
            TableFactor::Table {
                name,
                alias,
                args: None,
                with_hints,
                version: None,
                with_ordinality: false,
                partitions,
                json_path: None,
                sample: None,
                index_hints,
            } if with_hints.is_empty() && partitions.is_empty() && index_hints.is_empty() => {
                let [part] = name.0.as_slice() else {
                    return Err(self.refuse("this source of rows", factor));
                };
                let Some(name) = part.as_ident() else {
                    return Err(self.refuse("this source of rows", factor));
                };
                let mut relation = self.named(name)?;
                set_table(&mut relation, &name.value);
                self.aliased(relation, alias.as_ref())
            }
            TableFactor::TableFunction { expr, alias } => {
                let relation = self.table_function(expr)?;
                self.aliased(relation, alias.as_ref())
            }
            TableFactor::Derived { lateral: false, subquery, alias, sample: None } => {
                let relation = self.query(subquery)?;
                self.aliased(relation, alias.as_ref())
            }
            other => Err(self.refuse("this source of rows", other)),
        }
    }

    fn aliased(&self, mut relation: Relation, alias: Option<&TableAlias>) -> Compiled<Relation> {
        if let Some(alias) = alias {
            let names: Vec<Ident> = alias.columns.iter().map(|column| column.name.clone()).collect();
            self.rename(&mut relation, &names)?;
            set_table(&mut relation, &alias.name.value);
        }
        Ok(relation)
    }

    /// Whether an expression only names a column.
    pub(super) fn is_name(expr: &Expr) -> Option<&Ident> {
        match expr {
            Expr::Identifier(name) => Some(name),
            Expr::CompoundIdentifier(names) => names.last(),
            _ => None,
        }
    }
}

fn set_table(relation: &mut Relation, name: &str) {
    for column in &mut relation.columns {
        column.table = Some(name.to_owned());
    }
}
