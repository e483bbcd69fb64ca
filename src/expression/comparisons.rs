//! Conditions that are nothing but comparisons, for services that know no more than these.

use crate::expression::ast::{Ast, Kind, Operator};
use crate::expression::{Expression, Value};

/// A path, how it is compared, and with what.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// The path, such as `record.status`.
    pub path: Vec<String>,
    /// The operator as it is written: `==`, `!=`, `<`, `<=`, `>`, `>=` or `in`.
    pub operator: &'static str,
    /// The value on the right.
    pub value: Value,
}

impl Expression {
    /// The comparisons that must all hold, where the expression is nothing else.
    ///
    /// ```
    /// use thalweg::expression::Expression;
    ///
    /// let all = Expression::parse("record.status < 500 && record.kind in ['a', 'b']").unwrap().comparisons().unwrap();
    /// assert_eq!((all[0].path[1].as_str(), all[0].operator, all[1].operator), ("status", "<", "in"));
    /// assert!(Expression::parse("record.a + 1 > 2 || record.b").unwrap().comparisons().is_none());
    /// ```
    #[must_use]
    pub fn comparisons(&self) -> Option<Vec<Comparison>> {
        let mut found = Vec::new();
        collect(&self.root, &mut found)?;
        Some(found)
    }
}

fn collect(part: &Ast, found: &mut Vec<Comparison>) -> Option<()> {
    let Kind::Binary(operator, left, right) = &part.kind else { return None };
    if *operator == Operator::And {
        collect(left, found)?;
        return collect(right, found);
    }
    let Kind::Path(path, _) = &left.kind else { return None };
    let is_comparison = matches!(
        operator,
        Operator::Equal
            | Operator::NotEqual
            | Operator::Less
            | Operator::LessOrEqual
            | Operator::Greater
            | Operator::GreaterOrEqual
            | Operator::In
    );
    let value = literal(right).filter(|_| is_comparison)?;
    found.push(Comparison { path: path.to_vec(), operator: operator.as_str(), value });
    Some(())
}

fn literal(part: &Ast) -> Option<Value> {
    match &part.kind {
        Kind::Literal(value) => Some(value.clone()),
        Kind::Negate(inner) => {
            let quantity = literal(inner)?.quantity()?;
            Some(Value::Quantity(crate::units::Quantity::new(quantity.dimension, -quantity.amount)))
        }
        Kind::List(items) => Some(Value::List(items.iter().map(literal).collect::<Option<_>>()?)),
        _ => None,
    }
}
