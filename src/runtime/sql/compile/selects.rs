//! `SELECT … FROM … WHERE … GROUP BY … HAVING …`.

use sqlparser::ast::{Distinct, Expr, GroupByExpr, Select, SelectItem, SelectItemQualifiedWildcardKind};

use crate::runtime::sql::compile::grouping::Grouping;
use crate::runtime::sql::compile::over::{Numbering, Overs};
use crate::runtime::sql::compile::relation::{Column, Relation, Role, Typed, needs_bounds};
use crate::runtime::sql::compile::{Compiled, Compiler};
use crate::runtime::sql::expression::Expression;
use crate::runtime::sql::{DataType, SqlError};

/// What names stand for: columns, and within a group its keys and aggregates.
pub(super) struct Scope<'r> {
    pub(super) relation: &'r mut Relation,
    pub(super) grouping: Option<Grouping>,
    /// Row numbers that were asked for.
    pub(super) numbering: Option<Numbering>,
    /// Aggregates over the rows before that were asked for.
    pub(super) overs: Option<Overs>,
}

impl<'r> Scope<'r> {
    pub(super) fn of(relation: &'r mut Relation) -> Self {
        Self { relation, grouping: None, numbering: None, overs: None }
    }
}

impl<'a> Compiler<'a> {
    pub(super) fn select(&mut self, select: &'a Select) -> Compiled<Relation> {
        self.plain(select)?;
        let relation = self.from(select)?;
        let (mut relation, conditions) = self.first_rows(relation, select.selection.as_ref(), select)?;
        for condition in conditions {
            relation = self.filtered(relation, condition)?;
        }
        let GroupByExpr::Expressions(keys, modifiers) = &select.group_by else {
            return Err(self.refuse("`GROUP BY ALL`", select));
        };
        if !modifiers.is_empty() {
            return Err(self.refuse("this grouping", &select.group_by));
        }
        let is_grouped = !keys.is_empty()
            || select.having.is_some()
            || select.projection.iter().any(|item| expression_of(item).is_some_and(has_aggregate));
        let mut relation = if is_grouped {
            self.grouped(relation, select, keys)?
        } else {
            let relation = self.settled(relation)?;
            self.projected(relation, select)?
        };
        if let Some(distinct) = &select.distinct {
            match distinct {
                Distinct::Distinct => relation = self.distinct(relation)?,
                Distinct::All => {}
                Distinct::On(_) => return Err(self.refuse("`DISTINCT ON`", select)),
            }
        }
        Ok(relation)
    }

    /// Refuses every clause that is not worked out here.
    fn plain(&self, select: &Select) -> Compiled<()> {
        let odd = [
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

    /// Keeps the rows that meet `WHERE`.
    fn filtered(&mut self, mut relation: Relation, filter: &Expr) -> Compiled<Relation> {
        let mut condition = self.condition(filter, &mut relation, "`WHERE`")?;
        if needs_bounds(&condition) {
            relation = self.settled(relation)?;
            condition = self.condition(filter, &mut relation, "`WHERE`")?;
        }
        relation.keep(condition);
        Ok(relation)
    }

    /// A condition over the rows of a relation.
    pub(super) fn condition(
        &mut self,
        expr: &Expr,
        relation: &mut Relation,
        what: &str,
    ) -> Compiled<Expression> {
        let value = self.expression(expr, relation)?;
        self.boolean(&value, expr, what)?;
        Ok(value.expression)
    }

    pub(super) fn boolean(&self, value: &Typed, expr: &Expr, what: &str) -> Compiled<()> {
        match value.kind {
            Some(kind) if kind != DataType::Boolean => {
                Err(self.wrong(format!("{what} takes BOOLEAN, and not {kind}"), expr, None))
            }
            _ => Ok(()),
        }
    }

    /// An expression over the rows of a relation.
    pub(super) fn expression(&mut self, expr: &Expr, relation: &mut Relation) -> Compiled<Typed> {
        let mut scope = Scope::of(relation);
        self.compile(expr, &mut scope)
    }

    /// The columns of `SELECT` over the rows of a relation.
    pub(super) fn projected(&mut self, mut relation: Relation, select: &Select) -> Compiled<Relation> {
        let mut scope = Scope::of(&mut relation);
        let columns = self.items(&mut scope, select)?;
        let (numbering, overs) = (scope.numbering, scope.overs);
        if let Some(overs) = overs {
            if numbering.is_some() {
                return Err(self.refuse("`ROW_NUMBER()` beside an aggregate over rows before", select));
            }
            return Ok(self.over_rows(&relation, overs, columns));
        }
        relation.numbering = numbering;
        relation.columns = columns;
        relation.open_source = None;
        Ok(relation)
    }

    /// The columns of `SELECT`. All mistakes are told at once.
    pub(super) fn items(&mut self, scope: &mut Scope<'_>, select: &Select) -> Compiled<Vec<Column>> {
        let mut columns = Vec::new();
        let mut first_error = None;
        for item in &select.projection {
            match self.item(item, scope, columns.len()) {
                Ok(more) => columns.extend(more),
                Err(error) => {
                    if let Some(earlier) = first_error.replace(error) {
                        self.errors.push(earlier);
                    }
                }
            }
        }
        first_error.map_or(Ok(columns), Err)
    }

    fn item(&mut self, item: &SelectItem, scope: &mut Scope<'_>, number: usize) -> Compiled<Vec<Column>> {
        let (name, expr) = match item {
            SelectItem::UnnamedExpr(expr) => {
                let name =
                    Self::is_name(expr).map_or_else(|| format!("EXPR${number}"), |name| name.value.clone());
                (name, expr)
            }
            SelectItem::ExprWithAlias { expr, alias } => (alias.value.clone(), expr),
            SelectItem::Wildcard(options)
                if options.opt_exclude.is_none() && options.opt_except.is_none() =>
            {
                return self.all_columns(None, scope, item);
            }
            SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::ObjectName(name), _) => {
                let name = name.to_string().replace('`', "");
                return self.all_columns(Some(&name), scope, item);
            }
            other => return Err(self.wrong("name the columns, one by one", other, None)),
        };
        let value = self.compile(expr, scope)?;
        let role = match &scope.grouping {
            Some(grouping) => grouping.role(&value.expression),
            None => {
                let column = scope.relation.columns.iter().find(|column| column.value == value);
                column.map_or(Role::None, |column| column.role)
            }
        };
        Ok(vec![Column { table: None, name, value, role }])
    }

    fn all_columns(
        &mut self,
        table: Option<&str>,
        scope: &mut Scope<'_>,
        item: &SelectItem,
    ) -> Result<Vec<Column>, SqlError> {
        if scope.relation.open_source.is_some() || scope.grouping.is_some() {
            let help = "declare the columns by `CREATE TABLE`, or name them one by one".to_owned();
            return Err(self.wrong("nothing says which columns `*` stands for", item, Some(help)));
        }
        let is_of = |column: &&Column| table.is_none_or(|table| column.table.as_deref() == Some(table));
        let found: Vec<Column> = scope.relation.columns.iter().filter(is_of).cloned().collect();
        if found.is_empty() {
            let message = format!("there is no table `{}` here", table.unwrap_or_default());
            return Err(self.wrong(message, item, None));
        }
        Ok(found)
    }
}

fn expression_of(item: &SelectItem) -> Option<&Expr> {
    match item {
        SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. } => Some(expr),
        _ => None,
    }
}

/// Whether an expression has an aggregate over a group in it.
pub(super) fn has_aggregate(expr: &Expr) -> bool {
    use crate::runtime::sql::compile::grouping::is_aggregate;
    match expr {
        Expr::Function(function) => {
            (function.over.is_none() && is_aggregate(&function.name.to_string().to_uppercase()))
                || arguments_of(function).any(has_aggregate)
        }
        Expr::Nested(inner)
        | Expr::IsNull(inner)
        | Expr::IsNotNull(inner)
        | Expr::IsTrue(inner)
        | Expr::IsNotTrue(inner)
        | Expr::IsFalse(inner)
        | Expr::IsNotFalse(inner)
        | Expr::UnaryOp { expr: inner, .. }
        | Expr::Cast { expr: inner, .. }
        | Expr::Extract { expr: inner, .. }
        | Expr::Floor { expr: inner, .. }
        | Expr::Ceil { expr: inner, .. }
        | Expr::Like { expr: inner, .. }
        | Expr::Trim { expr: inner, .. }
        | Expr::Substring { expr: inner, .. } => has_aggregate(inner),
        Expr::BinaryOp { left, right, .. }
        | Expr::IsDistinctFrom(left, right)
        | Expr::IsNotDistinctFrom(left, right) => has_aggregate(left) || has_aggregate(right),
        Expr::Between { expr, low, high, .. } => {
            [expr, low, high].into_iter().any(|expr| has_aggregate(expr))
        }
        Expr::InList { expr, list, .. } => has_aggregate(expr) || list.iter().any(has_aggregate),
        Expr::Case { operand, conditions, else_result, .. } => {
            operand.iter().chain(else_result).any(|expr| has_aggregate(expr))
                || conditions.iter().any(|when| has_aggregate(&when.condition) || has_aggregate(&when.result))
        }
        _ => false,
    }
}

fn arguments_of(function: &sqlparser::ast::Function) -> impl Iterator<Item = &Expr> {
    use sqlparser::ast::{FunctionArg, FunctionArgExpr, FunctionArguments};
    let list = match &function.args {
        FunctionArguments::List(list) => list.args.as_slice(),
        _ => &[],
    };
    list.iter().filter_map(|argument| match argument {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Some(expr),
        _ => None,
    })
}
