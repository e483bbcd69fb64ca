//! Calls of functions, and the functions that SQL gives a syntax of their own.

use sqlparser::ast::{
    CeilFloorKind, DateTimeField, Expr, Function as SqlFunction, FunctionArg, FunctionArgExpr,
    FunctionArguments, TrimWhereField,
};

use crate::runtime::sql::compile::grouping::is_aggregate;
use crate::runtime::sql::compile::relation::{Relation, Typed};
use crate::runtime::sql::compile::selects::Scope;
use crate::runtime::sql::compile::{Compiled, Compiler};
use crate::runtime::sql::expression::Expression;
use crate::runtime::sql::functions::{self, Gives};
use crate::runtime::sql::plan::Operation;
use crate::runtime::sql::{DataType, SqlError, Value};

impl Compiler<'_> {
    pub(super) fn function(
        &mut self,
        expr: &Expr,
        function: &SqlFunction,
        scope: &mut Scope<'_>,
    ) -> Compiled<Typed> {
        let name = function.name.to_string().replace('`', "").to_uppercase();
        if let Some(over) = &function.over {
            return self.over_call(expr, (function, over), scope);
        }
        if is_aggregate(&name) {
            return self.aggregate(expr, function, scope);
        }
        if let Some(bound) = bound_named(&name) {
            return self.bound_call(expr, function, (&name, bound), scope);
        }
        let arguments = self.arguments(expr, function)?;
        if matches!(name.as_str(), "TIMESTAMPADD" | "TIMESTAMPDIFF")
            && let [unit, rest @ ..] = arguments.as_slice()
        {
            let mut operands = vec![self.unit(&unit.to_string(), unit)?];
            for argument in rest {
                operands.push(self.compile(argument, scope)?);
            }
            return self.call(expr, &name, operands);
        }
        let mut operands = Vec::new();
        for argument in arguments {
            operands.push(self.compile(argument, scope)?);
        }
        match (name.as_str(), operands.as_slice()) {
            ("COALESCE" | "IFNULL", [_, ..]) => {
                let kind = self.one_kind(expr, operands.iter(), "`COALESCE`")?;
                let operands = operands.into_iter().map(|operand| Self::coerced(operand, kind).expression);
                Ok(Typed { expression: Expression::Coalesce(operands.collect()), kind })
            }
            ("IF", [condition, yes, no]) => {
                self.boolean(condition, expr, "`IF`")?;
                let kind = self.one_kind(expr, [yes, no].into_iter(), "`IF`")?;
                let (yes, no) = (Self::coerced(yes.clone(), kind), Self::coerced(no.clone(), kind));
                let branches = vec![(condition.expression.clone(), yes.expression)];
                Ok(Typed { expression: Expression::Case(branches, Box::new(no.expression)), kind })
            }
            ("MOD", [left, right]) => {
                let kind = left.kind.zip(right.kind).and_then(|(left, right)| left.of_arithmetic('%', right));
                let call = self.call(expr, "MOD", operands)?;
                let Expression::Call(_, mut operands) = call.expression else {
                    return Err(self.refuse("`MOD`", expr));
                };
                let (right, left) = (operands.pop(), operands.pop());
                let (Some(left), Some(right)) = (left, right) else { return Err(self.refuse("`MOD`", expr)) };
                Ok(Typed {
                    expression: Expression::Arithmetic('%', Box::new(left), Box::new(right), kind),
                    kind,
                })
            }
            _ => self.call(expr, &name, operands),
        }
    }

    /// A call of a scalar function by its name in capitals.
    pub(super) fn call(&self, expr: &Expr, name: &str, operands: Vec<Typed>) -> Compiled<Typed> {
        let Some(function) = functions::named(name) else {
            let help = Self::nearest(name, functions::names()).unwrap_or_else(|| super::HELP.to_owned());
            let refusal = self.refuse(&format!("the function `{name}`"), expr);
            return Err(SqlError { help: Some(help), ..refusal });
        };
        let kinds: Vec<Option<DataType>> = operands.iter().map(|operand| operand.kind).collect();
        let mut kind = function.check(&kinds).map_err(|message| self.wrong(message, expr, None))?;
        if matches!(function.gives, Gives::Rounded) {
            kind = self.rounded(expr, kind, &operands)?;
        }
        if let Some(pattern) = pattern_of(name, &operands)
            && !functions::is_readable(pattern)
        {
            return Err(self.refuse(&format!("the pattern `{pattern}`"), expr));
        }
        let joined = matches!(function.gives, Gives::Joined).then_some(kind).flatten();
        let operands = operands.into_iter().map(|operand| Self::coerced(operand, joined).expression);
        let call = Expression::Call(function, operands.collect());
        // The digits of a DECIMAL and the bounds of an INT follow from its type.
        let expression = match (function.gives, kind) {
            (Gives::Rounded, Some(kind @ (DataType::Decimal(..) | DataType::Int))) => {
                Expression::Cast(kind, Box::new(call), false)
            }
            // The one number without a positive counterpart stays as it is.
            (Gives::Like(0), Some(DataType::Int)) if name == "ABS" => {
                Expression::Cast(DataType::Int, Box::new(call), false)
            }
            _ => call,
        };
        Ok(Typed { expression, kind })
    }

    /// The type of a DECIMAL that is rounded to a written number of places.
    fn rounded(&self, expr: &Expr, kind: Option<DataType>, operands: &[Typed]) -> Compiled<Option<DataType>> {
        let Some(DataType::Decimal(precision, scale)) = kind else { return Ok(kind) };
        let places = match operands.get(1).map(|places| &places.expression) {
            None => 0,
            Some(Expression::Literal(Value::Integer(places))) => *places,
            Some(_) => {
                return Err(self.refuse("a DECIMAL that is rounded to places that are worked out", expr));
            }
        };
        Ok(Some(match u8::try_from(places) {
            Ok(places) if places >= scale => DataType::Decimal(precision, scale),
            Ok(places) => DataType::Decimal(1 + precision - scale + places, places),
            Err(_) => DataType::Decimal((1 + precision - scale).min(38), 0),
        }))
    }

    fn arguments<'e>(&self, expr: &Expr, function: &'e SqlFunction) -> Result<Vec<&'e Expr>, SqlError> {
        let list = match &function.args {
            FunctionArguments::None => return Ok(Vec::new()),
            FunctionArguments::List(list) => list,
            FunctionArguments::Subquery(_) => return Err(self.refuse("this call", expr)),
        };
        let is_odd =
            function.filter.is_some() || list.duplicate_treatment.is_some() || !list.clauses.is_empty();
        if is_odd || function.null_treatment.is_some() || !function.within_group.is_empty() {
            return Err(self.refuse("this call", expr));
        }
        list.args
            .iter()
            .map(|argument| match argument {
                FunctionArg::Unnamed(FunctionArgExpr::Expr(argument)) => Ok(argument),
                other => Err(self.refuse("this argument", other)),
            })
            .collect()
    }

    /// A unit of time, as a text.
    fn unit(&self, name: &str, node: &Expr) -> Compiled<Typed> {
        let name = name.to_uppercase();
        if !functions::UNITS.contains(&name.as_str()) {
            let help = Self::nearest(&name, functions::UNITS.into_iter());
            return Err(self.wrong(format!("`{name}` is no unit of time that runs here"), node, help));
        }
        let expression = Expression::Literal(Value::Text(name.into()));
        Ok(Typed { expression, kind: Some(DataType::Text) })
    }

    /// What SQL gives a syntax of its own.
    pub(super) fn syntax(&mut self, expr: &Expr, scope: &mut Scope<'_>) -> Compiled<Typed> {
        match expr {
            Expr::Floor { expr: inner, field } => self.on_unit(expr, "FLOOR", (inner, field), scope),
            Expr::Ceil { expr: inner, field } => self.on_unit(expr, "CEIL", (inner, field), scope),
            Expr::Substring { expr: inner, substring_from: Some(from), substring_for, .. } => {
                let mut operands = vec![self.compile(inner, scope)?, self.compile(from, scope)?];
                if let Some(length) = substring_for {
                    operands.push(self.compile(length, scope)?);
                }
                self.call(expr, "SUBSTRING", operands)
            }
            Expr::Position { expr: wanted, r#in: text } => {
                let operands = vec![self.compile(wanted, scope)?, self.compile(text, scope)?];
                self.call(expr, "POSITION", operands)
            }
            Expr::Extract { field, expr: inner, .. } => {
                let operands = vec![self.unit(&field.to_string(), expr)?, self.compile(inner, scope)?];
                self.call(expr, "EXTRACT", operands)
            }
            Expr::Trim { expr: inner, trim_where, trim_what, trim_characters: None } => {
                let name = match trim_where {
                    None | Some(TrimWhereField::Both) => "TRIM",
                    Some(TrimWhereField::Leading) => "LTRIM",
                    Some(TrimWhereField::Trailing) => "RTRIM",
                };
                let mut operands = vec![self.compile(inner, scope)?];
                if let Some(what) = trim_what {
                    operands.push(self.compile(what, scope)?);
                }
                self.call(expr, name, operands)
            }
            other => Err(self.refuse("this expression", other)),
        }
    }

    fn on_unit(
        &mut self,
        expr: &Expr,
        name: &str,
        (inner, field): (&Expr, &CeilFloorKind),
        scope: &mut Scope<'_>,
    ) -> Compiled<Typed> {
        let value = self.compile(inner, scope)?;
        match field {
            CeilFloorKind::DateTimeField(DateTimeField::NoDateTime) => self.call(expr, name, vec![value]),
            CeilFloorKind::DateTimeField(field) => {
                let unit = self.unit(&field.to_string(), expr)?;
                self.call(expr, &format!("{name} TO"), vec![value, unit])
            }
            CeilFloorKind::Scale(_) => Err(self.refuse("this call", expr)),
        }
    }

    /// Whether it asks for a bound of the window of `GROUP BY TUMBLE(…)`.
    pub(super) fn is_bound_call(expr: &Expr) -> bool {
        matches!(expr, Expr::Function(function)
            if bound_named(&function.name.to_string().to_uppercase()).is_some())
    }

    fn bound_call(
        &mut self,
        expr: &Expr,
        function: &SqlFunction,
        (name, (of, which)): (&str, (&str, usize)),
        scope: &mut Scope<'_>,
    ) -> Compiled<Typed> {
        let arguments = self.arguments(expr, function)?;
        let call = scope.grouping.as_ref().and_then(|grouping| grouping.call.as_ref());
        let is_same =
            call.is_some_and(|(known, given)| known == of && given.iter().collect::<Vec<_>>() == arguments);
        let Some(grouping) = scope.grouping.as_ref().filter(|_| is_same) else {
            let help = format!("group by `{of}(…)` with the same arguments");
            return Err(self.wrong(format!("`{name}` has no window here"), expr, Some(help)));
        };
        let [time, ..] = arguments.as_slice() else { return Err(self.refuse("this call", expr)) };
        let grouping = grouping.clone();
        let time = self.event_time(time, scope.relation)?;
        let kind = if which == 2 { time.kind } else { Some(DataType::Timestamp) };
        Ok(grouping.bound(which, kind))
    }

    /// Whether the rows are records as they come in.
    pub(super) fn reads_records(&self, relation: &Relation) -> bool {
        matches!(self.stages[relation.stage].operation, Operation::Source(_))
    }
}

/// `TUMBLE_START` and the like: the window's name, and which bound.
fn bound_named(name: &str) -> Option<(&str, usize)> {
    let (window, bound) = name.split_once('_')?;
    let which = match bound {
        "START" => 0,
        "END" => 1,
        "ROWTIME" => 2,
        _ => return None,
    };
    matches!(window, "TUMBLE" | "HOP" | "SESSION").then_some((window, which))
}

/// The written pattern of a time that a function takes.
fn pattern_of<'o>(name: &str, operands: &'o [Typed]) -> Option<&'o str> {
    if !matches!(name, "DATE_FORMAT" | "TO_TIMESTAMP" | "TO_DATE" | "UNIX_TIMESTAMP" | "FROM_UNIXTIME") {
        return None;
    }
    match &operands.get(1)?.expression {
        Expression::Literal(Value::Text(pattern)) => Some(pattern),
        _ => None,
    }
}
