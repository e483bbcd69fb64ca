//! Compiles expressions and checks their types.

use sqlparser::ast::{BinaryOperator, CaseWhen, CastKind, Expr, Ident, UnaryOperator, Value as SqlValue};

use crate::runtime::sql::cast::is_castable;
use crate::runtime::sql::compile::relation::{Column, Typed};
use crate::runtime::sql::compile::selects::{Scope, has_aggregate};
use crate::runtime::sql::compile::{Compiled, Compiler};
use crate::runtime::sql::expression::{Comparison, Expression};
use crate::runtime::sql::pattern::Pattern;
use crate::runtime::sql::{DataType, Value};

impl Compiler<'_> {
    pub(super) fn compile(&mut self, expr: &Expr, scope: &mut Scope<'_>) -> Compiled<Typed> {
        let Some(grouping) = scope.grouping.take() else { return self.plainly(expr, scope) };
        if has_aggregate(expr) || Self::is_bound_call(expr) {
            scope.grouping = Some(grouping);
            return self.plainly(expr, scope);
        }
        // Over the rows of the group: it has to be a key, be made of keys, or need no row at all.
        let value = self.plainly(expr, scope);
        let found = value.as_ref().ok().and_then(|value| grouping.column(value));
        scope.grouping = Some(grouping);
        let value = match (found, value) {
            (Some(found), _) => return Ok(found),
            (None, Ok(value)) => value,
            (None, Err(error)) => return Err(error),
        };
        let mut reads = false;
        value.expression.each_column(&mut |_| reads = true);
        if !reads {
            return Ok(value);
        }
        if let Some(name) = Self::is_name(expr) {
            let help = Some(format!("add `{0}` to `GROUP BY`, or aggregate it", name.value));
            return Err(self.wrong(format!("`{}` differs within a group", name.value), expr, help));
        }
        self.plainly(expr, scope)
    }

    fn boxed(&mut self, expr: &Expr, scope: &mut Scope<'_>) -> Compiled<(Box<Expression>, Option<DataType>)> {
        self.compile(expr, scope).map(|value| (Box::new(value.expression), value.kind))
    }

    fn flag(&mut self, expr: &Expr, scope: &mut Scope<'_>, what: &str) -> Compiled<Box<Expression>> {
        let value = self.compile(expr, scope)?;
        self.boolean(&value, expr, what)?;
        Ok(Box::new(value.expression))
    }

    fn plainly(&mut self, expr: &Expr, scope: &mut Scope<'_>) -> Compiled<Typed> {
        let yes = |expression| Ok(Typed { expression, kind: Some(DataType::Boolean) });
        match expr {
            Expr::Nested(inner) => self.compile(inner, scope),
            Expr::Value(value) => self.literal(expr, &value.value),
            Expr::Identifier(name) => self.resolve(std::slice::from_ref(name), expr, scope),
            Expr::CompoundIdentifier(names) => self.resolve(names, expr, scope),
            Expr::UnaryOp { op: UnaryOperator::Not, expr } => {
                yes(Expression::Not(self.flag(expr, scope, "`NOT`")?))
            }
            Expr::UnaryOp { op: UnaryOperator::Plus, expr } => self.compile(expr, scope),
            Expr::UnaryOp { op: UnaryOperator::Minus, expr: operand } => self.negated(expr, operand, scope),
            Expr::IsNull(inner) => yes(Expression::IsNull(self.boxed(inner, scope)?.0, true)),
            Expr::IsNotNull(inner) => yes(Expression::IsNull(self.boxed(inner, scope)?.0, false)),
            Expr::IsTrue(inner) => yes(self.is(inner, scope, Value::Boolean(true), false)?),
            Expr::IsNotTrue(inner) => yes(self.is(inner, scope, Value::Boolean(true), true)?),
            Expr::IsFalse(inner) => yes(self.is(inner, scope, Value::Boolean(false), false)?),
            Expr::IsNotFalse(inner) => yes(self.is(inner, scope, Value::Boolean(false), true)?),
            Expr::IsUnknown(inner) => yes(self.is(inner, scope, Value::Null, false)?),
            Expr::IsNotUnknown(inner) => yes(self.is(inner, scope, Value::Null, true)?),
            Expr::IsDistinctFrom(left, right) => {
                self.comparison(expr, Comparison::Distinct, (left, right), scope)
            }
            Expr::IsNotDistinctFrom(left, right) => {
                self.comparison(expr, Comparison::NotDistinct, (left, right), scope)
            }
            Expr::BinaryOp { left, op, right } => self.binary(expr, (left, right), op, scope),
            Expr::Between { expr: value, negated, low, high } => {
                let above = self.comparison(expr, Comparison::GreaterOrEqual, (value, low), scope)?;
                let below = self.comparison(expr, Comparison::LessOrEqual, (value, high), scope)?;
                let between = Expression::And(Box::new(above.expression), Box::new(below.expression));
                yes(if *negated { Expression::Not(Box::new(between)) } else { between })
            }
            Expr::InList { expr: value, list, negated } => {
                let mut any = Expression::Literal(Value::Boolean(false));
                for item in list {
                    let same = self.comparison(expr, Comparison::Equal, (value, item), scope)?;
                    any = Expression::Or(Box::new(any), Box::new(same.expression));
                }
                yes(if *negated { Expression::Not(Box::new(any)) } else { any })
            }
            Expr::Function(function) => self.function(expr, function, scope),
            other => self.special(other, scope),
        }
    }

    fn is(
        &mut self,
        expr: &Expr,
        scope: &mut Scope<'_>,
        wanted: Value,
        negated: bool,
    ) -> Compiled<Expression> {
        Ok(Expression::Is(self.flag(expr, scope, "`IS`")?, wanted, negated))
    }

    /// What SQL gives a syntax of its own.
    fn special(&mut self, expr: &Expr, scope: &mut Scope<'_>) -> Compiled<Typed> {
        match expr {
            Expr::Case { operand, conditions, else_result, .. } => {
                self.case(expr, (operand.as_deref(), conditions, else_result.as_deref()), scope)
            }
            Expr::Like { negated, any: false, expr: text, pattern, escape_char } => {
                let pattern = self.pattern(pattern, escape_char.as_deref())?;
                let (text, kind) = self.boxed(text, scope)?;
                if let Some(kind) = kind.filter(|kind| *kind != DataType::Text) {
                    return Err(self.wrong(format!("`LIKE` takes STRING, and not {kind}"), expr, None));
                }
                let like = Expression::Like(text, Box::new(pattern));
                let expression = if *negated { Expression::Not(Box::new(like)) } else { like };
                Ok(Typed { expression, kind: Some(DataType::Boolean) })
            }
            Expr::Cast { kind, expr: inner, data_type, format: None, .. } => {
                let tries = match kind {
                    CastKind::Cast => false,
                    CastKind::TryCast => true,
                    _ => return Err(self.refuse("this form of a cast", expr)),
                };
                self.cast(expr, inner, (&data_type.to_string().to_uppercase(), tries), scope)
            }
            Expr::Interval(_) => {
                let length = self.interval(expr)?;
                Ok(Typed { kind: length.kind(), expression: Expression::Literal(length) })
            }
            Expr::TypedString(typed) => self.typed_string(expr, typed),
            other => self.syntax(other, scope),
        }
    }

    fn cast(
        &mut self,
        expr: &Expr,
        inner: &Expr,
        (words, tries): (&str, bool),
        scope: &mut Scope<'_>,
    ) -> Compiled<Typed> {
        let target = self.type_named(words, expr)?;
        let (value, kind) = self.boxed(inner, scope)?;
        if let Some(kind) = kind.filter(|kind| !is_castable(*kind, target)) {
            return Err(self.wrong(format!("{kind} cannot be cast to {target}"), expr, None));
        }
        let cast = Typed { expression: Expression::Cast(target, value, tries), kind: Some(target) };
        match words.strip_prefix("VARCHAR(").and_then(|rest| rest.trim_end_matches(')').parse::<i64>().ok()) {
            // A text that is too long is cut off.
            Some(most) => {
                let most = Typed {
                    expression: Expression::Literal(Value::Integer(most)),
                    kind: Some(DataType::Int),
                };
                self.call(expr, "LEFT", vec![cast, most])
            }
            None => Ok(cast),
        }
    }

    fn case(
        &mut self,
        expr: &Expr,
        (operand, conditions, otherwise): (Option<&Expr>, &[CaseWhen], Option<&Expr>),
        scope: &mut Scope<'_>,
    ) -> Compiled<Typed> {
        let mut branches = Vec::new();
        for branch in conditions {
            let condition = match operand {
                Some(operand) => {
                    self.comparison(expr, Comparison::Equal, (operand, &branch.condition), scope)?.expression
                }
                None => *self.flag(&branch.condition, scope, "`WHEN`")?,
            };
            branches.push((condition, self.compile(&branch.result, scope)?));
        }
        let null = Typed { expression: Expression::Literal(Value::Null), kind: None };
        let otherwise = otherwise.map_or(Ok(null), |expr| self.compile(expr, scope))?;
        let results = branches.iter().map(|(_, result)| result).chain([&otherwise]);
        let kind = self.one_kind(expr, results, "`CASE`")?;
        let branches = branches.into_iter();
        let branches =
            branches.map(|(condition, result)| (condition, Self::coerced(result, kind).expression)).collect();
        let otherwise = Box::new(Self::coerced(otherwise, kind).expression);
        Ok(Typed { expression: Expression::Case(branches, otherwise), kind })
    }

    /// The type that holds all results; nothing where none is known.
    pub(super) fn one_kind<'t>(
        &self,
        expr: &Expr,
        values: impl Iterator<Item = &'t Typed>,
        what: &str,
    ) -> Compiled<Option<DataType>> {
        let mut all: Option<DataType> = None;
        for found in values.filter_map(|value| value.kind) {
            all = Some(match all {
                None => found,
                Some(known) => known.joined(found).ok_or_else(|| {
                    let message = format!("the results of {what} have one type, and not {known} and {found}");
                    self.wrong(message, expr, None)
                })?,
            });
        }
        Ok(all)
    }

    /// The pattern of `LIKE`: a text in the query.
    fn pattern(&self, expr: &Expr, escape: Option<&Expr>) -> Compiled<Pattern> {
        let escape = match escape {
            None => None,
            Some(Expr::Value(value)) => match &value.value {
                SqlValue::SingleQuotedString(text) if text.chars().count() == 1 => text.chars().next(),
                _ => return Err(self.wrong("an escape is one character", expr, None)),
            },
            Some(_) => return Err(self.wrong("an escape is one character", expr, None)),
        };
        match expr {
            Expr::Value(value) => match &value.value {
                SqlValue::SingleQuotedString(text) => {
                    Pattern::new(text, escape).map_err(|message| self.wrong(message, expr, None))
                }
                _ => Err(self.refuse("this pattern", expr)),
            },
            _ => Err(self.refuse("a pattern that is worked out", expr)),
        }
    }

    fn negated(&mut self, expr: &Expr, operand: &Expr, scope: &mut Scope<'_>) -> Compiled<Typed> {
        let value = self.compile(operand, scope)?;
        if let Some(kind) = value.kind
            && !kind.is_number()
            && !matches!(kind, DataType::Milliseconds | DataType::Months)
        {
            return Err(self.wrong(format!("`-` takes a number, and not {kind}"), expr, None));
        }
        // A number that is written with its sign is a literal, the least one too.
        if let Expression::Literal(Value::Decimal(number)) = &value.expression
            && number.scale() == 0
            && number.unscaled() == 1 << 63
        {
            let least = Expression::Literal(Value::Integer(i64::MIN));
            return Ok(Typed { expression: least, kind: Some(DataType::BigInt) });
        }
        if let Expression::Literal(Value::Integer(number)) = value.expression {
            let kind = if number == 1 << 31 { Some(DataType::Int) } else { value.kind };
            return Ok(Typed { expression: Expression::Literal(Value::Integer(-number)), kind });
        }
        Ok(Typed { kind: value.kind, expression: Expression::Negate(Box::new(value.expression), value.kind) })
    }

    /// A column by its name, or by that of its table and its own.
    fn resolve(&mut self, names: &[Ident], expr: &Expr, scope: &mut Scope<'_>) -> Compiled<Typed> {
        let (table, name) = match names {
            [name] => (None, &name.value),
            [table, name] => (Some(&table.value), &name.value),
            _ => return Err(self.refuse("a name of so many parts", expr)),
        };
        let fits = |column: &&Column| {
            column.name == *name && table.is_none_or(|table| column.table.as_ref() == Some(table))
        };
        let found: Vec<Typed> =
            scope.relation.columns.iter().filter(fits).map(|column| column.value.clone()).collect();
        match found.as_slice() {
            [only] => return Ok(only.clone()),
            [first, rest @ ..] if rest.iter().all(|other| other == first) => return Ok(first.clone()),
            [_, _, ..] => {
                let help = Some(format!("write `TABLE.{name}` with the table's name"));
                return Err(self.wrong(format!("several tables have a column `{name}`"), expr, help));
            }
            [] => {}
        }
        let is_bound = |known: &str| name.eq_ignore_ascii_case(known);
        if let Some(place) = super::windows::NAMES.iter().position(|known| is_bound(known)) {
            let known =
                scope.relation.columns.iter().find(|column| column.name == super::windows::NAMES[place]);
            if let Some(known) = known {
                return Ok(known.value.clone());
            }
        }
        if let Some(source) = scope.relation.open_source {
            let place = self.add_column(source, scope.relation, name, None);
            return Ok(scope.relation.columns[place].value.clone());
        }
        let known = scope.relation.columns.iter().map(|column| column.name.as_str());
        let help = Self::nearest(name, known);
        let from_records = self.reads_records(scope.relation);
        let who = if from_records { "the records have" } else { "there is" };
        Err(self.wrong(format!("{who} no column `{name}`"), expr, help))
    }

    fn binary(
        &mut self,
        expr: &Expr,
        (left, right): (&Expr, &Expr),
        operator: &BinaryOperator,
        scope: &mut Scope<'_>,
    ) -> Compiled<Typed> {
        let comparison = match operator {
            BinaryOperator::And | BinaryOperator::Or => {
                let what = if *operator == BinaryOperator::And { "`AND`" } else { "`OR`" };
                let (left, right) = (self.flag(left, scope, what)?, self.flag(right, scope, what)?);
                let expression = match operator {
                    BinaryOperator::And => Expression::And(left, right),
                    _ => Expression::Or(left, right),
                };
                return Ok(Typed { expression, kind: Some(DataType::Boolean) });
            }
            BinaryOperator::Eq => Comparison::Equal,
            BinaryOperator::NotEq => Comparison::NotEqual,
            BinaryOperator::Lt => Comparison::Less,
            BinaryOperator::LtEq => Comparison::LessOrEqual,
            BinaryOperator::Gt => Comparison::Greater,
            BinaryOperator::GtEq => Comparison::GreaterOrEqual,
            BinaryOperator::StringConcat => {
                let operands = vec![self.compile(left, scope)?, self.compile(right, scope)?];
                return self.call(expr, "||", operands);
            }
            BinaryOperator::Plus => return self.arithmetic('+', (left, right), scope),
            BinaryOperator::Minus => return self.arithmetic('-', (left, right), scope),
            BinaryOperator::Multiply => return self.arithmetic('*', (left, right), scope),
            BinaryOperator::Divide => return self.arithmetic('/', (left, right), scope),
            BinaryOperator::Modulo => return self.arithmetic('%', (left, right), scope),
            other => return Err(self.refuse(&format!("the operator `{other}`"), expr)),
        };
        self.comparison(expr, comparison, (left, right), scope)
    }

    fn comparison(
        &mut self,
        expr: &Expr,
        comparison: Comparison,
        (left, right): (&Expr, &Expr),
        scope: &mut Scope<'_>,
    ) -> Compiled<Typed> {
        let (left, right) = (self.compile(left, scope)?, self.compile(right, scope)?);
        let (left, right) = like_each_other(left, right);
        self.compared(expr, comparison, left, right)
    }

    /// Compares two values, if their types can be compared.
    pub(super) fn compared(
        &self,
        expr: &Expr,
        comparison: Comparison,
        left: Typed,
        right: Typed,
    ) -> Compiled<Typed> {
        if let (Some(one), Some(other)) = (left.kind, right.kind) {
            let is_text = |kind| kind == DataType::Text;
            let reads_time = (is_text(one) && other.is_time()) || (one.is_time() && is_text(other));
            let are_times = matches!(
                (one, other),
                (DataType::Instant, DataType::Timestamp) | (DataType::Timestamp, DataType::Instant)
            );
            if one.joined(other).is_none() && !reads_time && !are_times {
                return Err(self.wrong(format!("{one} and {other} cannot be compared"), expr, None));
            }
        }
        // A time on the wall beside an instant is the instant at which the walls show it.
        let (left, right) = match (left.kind, right.kind) {
            (Some(DataType::Instant), Some(DataType::Timestamp)) => {
                (left, Self::coerced(right, Some(DataType::Instant)))
            }
            (Some(DataType::Timestamp), Some(DataType::Instant)) => {
                (Self::coerced(left, Some(DataType::Instant)), right)
            }
            _ => (left, right),
        };
        let expression =
            Expression::Compare(comparison, Box::new(left.expression), Box::new(right.expression));
        Ok(Typed { expression, kind: Some(DataType::Boolean) })
    }

    fn arithmetic(
        &mut self,
        operator: char,
        (left, right): (&Expr, &Expr),
        scope: &mut Scope<'_>,
    ) -> Compiled<Typed> {
        let (left_expr, right_expr) = (left, right);
        let (left, right) = (self.compile(left, scope)?, self.compile(right, scope)?);
        let (left, right) = like_each_other(left, right);
        let wrong = |kind: DataType, at: &Expr| {
            let takes =
                if matches!(operator, '+' | '-') { "numbers, or a time and an interval" } else { "numbers" };
            self.wrong(format!("`{operator}` takes {takes}, and not {kind}"), at, None)
        };
        let is_length = |kind: DataType| matches!(kind, DataType::Milliseconds | DataType::Months);
        let kind = match (left.kind, right.kind) {
            (Some(one), Some(other)) if one.is_number() && other.is_number() => {
                one.of_arithmetic(operator, other)
            }
            (Some(one), Some(other))
                if one.is_time() && is_length(other) && matches!(operator, '+' | '-') =>
            {
                Some(one)
            }
            (Some(one), Some(other)) if is_length(one) && other.is_time() && operator == '+' => Some(other),
            (Some(one), Some(other)) if is_length(one) && one == other && matches!(operator, '+' | '-') => {
                Some(one)
            }
            (Some(one), _) if !one.is_number() && !one.is_time() && !is_length(one) => {
                return Err(wrong(one, left_expr));
            }
            (_, Some(other)) if !other.is_number() => return Err(wrong(other, right_expr)),
            (Some(one), Some(_)) => return Err(wrong(one, left_expr)),
            (_, _) => None,
        };
        let expression =
            Expression::Arithmetic(operator, Box::new(left.expression), Box::new(right.expression), kind);
        Ok(Typed { expression, kind })
    }
}

/// A DECIMAL that is written beside a DOUBLE becomes one at once, and not for every row.
fn like_each_other(left: Typed, right: Typed) -> (Typed, Typed) {
    let doubled = |value: Typed| match value.expression {
        Expression::Literal(Value::Decimal(number)) => Typed {
            expression: Expression::Literal(Value::Double(number.to_double())),
            kind: Some(DataType::Double),
        },
        _ => value,
    };
    match (left.kind, right.kind) {
        (Some(DataType::Double), _) => (left, doubled(right)),
        (_, Some(DataType::Double)) => (doubled(left), right),
        _ => (left, right),
    }
}
