//! What a query says of single columns, by which partitions are left out that can hold no row of its result.

use sqlparser::ast::{BinaryOperator, Expr, Query, TableFactor, Value as Literal};

use crate::runtime::sql::batch::select_of;

/// A condition on a column that every row of the result fulfils.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Filter {
    column: String,
    is: Is,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Is {
    OneOf(Vec<String>),
    Below(String, bool),
    Above(String, bool),
}

impl Filter {
    /// Whether a partition can hold rows that fulfil it: those without the column can.
    pub(super) fn may_hold(&self, partition: &[(String, String)]) -> bool {
        partition.iter().filter(|(column, _)| *column == self.column).all(|(_, value)| match &self.is {
            Is::OneOf(values) => values.contains(value),
            Is::Below(bound, equal) => value < bound || *equal && value == bound,
            Is::Above(bound, equal) => value > bound || *equal && value == bound,
        })
    }
}

/// The conditions of a query over one table that all hold together; texts alone, since partitions are texts.
pub(super) fn filters(query: &Query) -> Vec<Filter> {
    let mut found = Vec::new();
    let Some(select) = select_of(query).filter(|_| query.with.is_none()) else { return found };
    let [from] = select.from.as_slice() else { return found };
    if from.joins.is_empty()
        && matches!(from.relation, TableFactor::Table { .. })
        && let Some(condition) = &select.selection
    {
        gather(condition, &mut found);
    }
    found
}

fn gather(condition: &Expr, found: &mut Vec<Filter>) {
    match condition {
        Expr::Nested(inner) => gather(inner, found),
        Expr::BinaryOp { left, op: BinaryOperator::And, right } => {
            gather(left, found);
            gather(right, found);
        }
        Expr::BinaryOp { left, op, right } => found.extend(comparison(left, op, right)),
        Expr::InList { expr, list, negated: false } => {
            let values: Option<Vec<String>> = list.iter().map(text).collect();
            found.extend(
                name(expr).zip(values).map(|(column, values)| Filter { column, is: Is::OneOf(values) }),
            );
        }
        Expr::Between { expr, negated: false, low, high } => {
            found.extend(comparison(expr, &BinaryOperator::GtEq, low));
            found.extend(comparison(expr, &BinaryOperator::LtEq, high));
        }
        _ => {}
    }
}

fn comparison(left: &Expr, operator: &BinaryOperator, right: &Expr) -> Option<Filter> {
    let (column, bound) = (name(left)?, text(right)?);
    let is = match operator {
        BinaryOperator::Eq => Is::OneOf(vec![bound]),
        BinaryOperator::Lt => Is::Below(bound, false),
        BinaryOperator::LtEq => Is::Below(bound, true),
        BinaryOperator::Gt => Is::Above(bound, false),
        BinaryOperator::GtEq => Is::Above(bound, true),
        _ => return None,
    };
    Some(Filter { column, is })
}

fn name(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Identifier(name) => Some(name.value.clone()),
        Expr::CompoundIdentifier(parts) => parts.last().map(|name| name.value.clone()),
        _ => None,
    }
}

fn text(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Value(value) => match &value.value {
            Literal::SingleQuotedString(text) => Some(text.clone()),
            _ => None,
        },
        _ => None,
    }
}
