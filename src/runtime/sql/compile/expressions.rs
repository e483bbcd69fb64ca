//! Compiles expressions, over the columns of records or over the keys and aggregates of groups.

use sqlparser::ast::{
    BinaryOperator, CastKind, CeilFloorKind, DateTimeField, DuplicateTreatment, Expr,
    Function as SqlFunction, FunctionArg, FunctionArgExpr, FunctionArguments, UnaryOperator,
    Value as SqlValue,
};

use crate::fields::nearest;
use crate::runtime::sql::compile::Compiler;
use crate::runtime::sql::kinds::Kinds;
use crate::runtime::sql::plan::{Aggregate, Expression, Function, Operation, Scalar};
use crate::runtime::sql::{DataType, Schema, SqlError, Value};

type Compiled = Result<Expression, SqlError>;

/// The names that a query uses so far: columns, keys and aggregates, each with its slot.
pub(super) struct Names<'c, 'a> {
    compiler: &'c Compiler<'a>,
    schema: Option<&'c Schema>,
    /// The time column, where the query groups a window.
    time: Option<&'c str>,
    columns: Vec<String>,
    kinds: Vec<Option<DataType>>,
    keys: Vec<Expr>,
    key_kinds: Vec<Option<DataType>>,
    aggregates: Vec<Aggregate>,
}

impl<'c, 'a> Names<'c, 'a> {
    pub(super) fn new(compiler: &'c Compiler<'a>, schema: Option<&'c Schema>, time: Option<&'c str>) -> Self {
        Self {
            compiler,
            schema,
            time,
            columns: Vec::new(),
            kinds: Vec::new(),
            keys: Vec::new(),
            key_kinds: Vec::new(),
            aggregates: Vec::new(),
        }
    }

    /// The columns, and their types as far as they are known.
    pub(super) fn columns(self) -> (Vec<String>, Vec<Option<DataType>>) {
        let in_records = |kind| if kind == Some(DataType::Timestamp) { Some(DataType::Text) } else { kind };
        let kinds = self.kinds.into_iter().map(in_records).collect();
        (self.columns, kinds)
    }

    pub(super) fn aggregates(&self) -> Vec<Aggregate> {
        self.aggregates.clone()
    }

    /// The slot of a column.
    pub(super) fn column(&mut self, name: &str) -> usize {
        self.columns.iter().position(|known| known == name).unwrap_or_else(|| {
            self.columns.push(name.to_owned());
            let is_time = self.time == Some(name);
            let kind = self.schema.and_then(|schema| *schema.get(name)?);
            self.kinds.push(if is_time { Some(DataType::Timestamp) } else { kind });
            self.columns.len() - 1
        })
    }

    /// A key of the groups.
    pub(super) fn key(&mut self, expr: &Expr) -> Compiled {
        let compiled = self.over_records(expr)?;
        self.key_kinds.push(self.typed(expr, &compiled)?);
        self.keys.push(expr.clone());
        Ok(compiled)
    }

    /// An expression over a record.
    pub(super) fn over_records(&mut self, expr: &Expr) -> Compiled {
        self.compile(expr, false)
    }

    /// An expression over a row of the result: a group where the query groups, a record elsewhere.
    pub(super) fn over_rows(&mut self, expr: &Expr) -> Compiled {
        self.compile(expr, self.time.is_some())
    }

    /// A condition over a record, or over a row of the result.
    pub(super) fn condition(&mut self, expr: &Expr, over_rows: bool, what: &str) -> Compiled {
        let condition = if over_rows { self.over_rows(expr)? } else { self.over_records(expr)? };
        self.kinds()
            .condition(&condition, what)
            .map_err(|message| self.compiler.wrong(message, expr, None))?;
        Ok(condition)
    }

    fn kinds(&self) -> Kinds<'_> {
        Kinds { columns: &self.kinds, keys: &self.key_kinds, aggregates: &self.aggregates }
    }

    fn typed(&self, expr: &Expr, expression: &Expression) -> Result<Option<DataType>, SqlError> {
        self.kinds().of(expression).map_err(|message| self.compiler.wrong(message, expr, None))
    }

    fn compile(&mut self, expr: &Expr, grouped: bool) -> Compiled {
        let compiled = self.untyped(expr, grouped)?;
        self.typed(expr, &compiled)?;
        Ok(compiled)
    }

    fn untyped(&mut self, expr: &Expr, grouped: bool) -> Compiled {
        if grouped && let Some(key) = self.keys.iter().position(|key| key == expr) {
            return Ok(Expression::Key(key));
        }
        let boxed = |expression| Box::new(expression);
        match expr {
            Expr::Nested(inner) => self.compile(inner, grouped),
            Expr::Value(value) => self.literal(expr, &value.value),
            Expr::Identifier(name) => self.name(expr, &name.value, grouped),
            Expr::UnaryOp { op: UnaryOperator::Not, expr } => {
                Ok(Expression::Not(boxed(self.compile(expr, grouped)?)))
            }
            Expr::UnaryOp { op: UnaryOperator::Minus, expr } => {
                Ok(Expression::Negate(boxed(self.compile(expr, grouped)?)))
            }
            Expr::IsNull(inner) => Ok(Expression::IsNull(boxed(self.compile(inner, grouped)?), true)),
            Expr::IsNotNull(inner) => Ok(Expression::IsNull(boxed(self.compile(inner, grouped)?), false)),
            Expr::BinaryOp { left, op, right } => {
                let operation = self.operation(expr, op)?;
                let (left, right) = if operation.is_comparison() {
                    (self.compared(left, grouped)?, self.compared(right, grouped)?)
                } else {
                    (self.compile(left, grouped)?, self.compile(right, grouped)?)
                };
                Ok(Expression::Binary(operation, boxed(left), boxed(right)))
            }
            Expr::Between { expr, negated, low, high } => self.between(expr, *negated, (low, high), grouped),
            Expr::InList { expr, list, negated } => self.in_list(expr, list, *negated, grouped),
            Expr::Function(function) => self.function(expr, function, grouped),
            other => self.special(other, grouped),
        }
    }

    /// What SQL gives a syntax of its own.
    fn special(&mut self, expr: &Expr, grouped: bool) -> Compiled {
        let boxed = |expression| Box::new(expression);
        match expr {
            Expr::Case { operand, conditions, else_result, .. } => {
                let mut branches = Vec::new();
                for branch in conditions {
                    let condition = match operand {
                        Some(operand) => Expression::Binary(
                            Operation::Equal,
                            boxed(self.compile(operand, grouped)?),
                            boxed(self.compared(&branch.condition, grouped)?),
                        ),
                        None => self.compile(&branch.condition, grouped)?,
                    };
                    branches.push((condition, self.compile(&branch.result, grouped)?));
                }
                let otherwise = match else_result {
                    Some(expr) => self.compile(expr, grouped)?,
                    None => Expression::Literal(Value::Null),
                };
                Ok(Expression::Case(branches, boxed(otherwise)))
            }
            Expr::Like { negated, any: false, expr, pattern, escape_char: None } => {
                let pattern = self.pattern(pattern)?;
                let text = self.compile(expr, grouped)?;
                let like = Expression::Binary(Operation::Like, boxed(text), boxed(pattern));
                Ok(if *negated { Expression::Not(boxed(like)) } else { like })
            }
            Expr::Cast { kind: CastKind::Cast, expr: inner, data_type, format: None, .. } => {
                let target = match data_type.to_string().to_uppercase().as_str() {
                    "DOUBLE" => DataType::Double,
                    "BIGINT" => DataType::Integer,
                    "STRING" => DataType::Text,
                    "BOOLEAN" => DataType::Boolean,
                    other => return Err(self.compiler.refuse(&format!("the type `{other}`"), expr)),
                };
                Ok(Expression::Cast(target, boxed(self.compared(inner, grouped)?)))
            }
            Expr::Floor { expr: inner, field: CeilFloorKind::DateTimeField(DateTimeField::NoDateTime) } => {
                Ok(Expression::Scalar(Scalar::Floor, vec![self.compile(inner, grouped)?]))
            }
            Expr::Ceil { expr: inner, field: CeilFloorKind::DateTimeField(DateTimeField::NoDateTime) } => {
                Ok(Expression::Scalar(Scalar::Ceiling, vec![self.compile(inner, grouped)?]))
            }
            Expr::Substring { expr: inner, substring_from: Some(from), substring_for, .. } => {
                let mut operands = vec![self.compile(inner, grouped)?, self.compile(from, grouped)?];
                if let Some(length) = substring_for {
                    operands.push(self.compile(length, grouped)?);
                }
                Ok(Expression::Scalar(Scalar::Substring, operands))
            }
            other => Err(self.compiler.refuse("this expression", other)),
        }
    }

    /// An operand of a comparison or a cast: the only places where a DECIMAL means the same as a DOUBLE.
    fn compared(&mut self, expr: &Expr, grouped: bool) -> Compiled {
        if let Expr::Value(value) = expr
            && let SqlValue::Number(text, _) = &value.value
            && text.contains('.')
            && let Ok(number) = text.parse::<f64>()
        {
            return Ok(Expression::Literal(Value::Double(number)));
        }
        match expr {
            Expr::Nested(inner) => self.compared(inner, grouped),
            Expr::UnaryOp { op: UnaryOperator::Minus, expr } => {
                Ok(Expression::Negate(Box::new(self.compared(expr, grouped)?)))
            }
            other => self.compile(other, grouped),
        }
    }

    /// The pattern of `LIKE`: a text in the query, without the escapes whose reading differs between engines.
    fn pattern(&self, expr: &Expr) -> Compiled {
        match expr {
            Expr::Value(value) => match &value.value {
                SqlValue::SingleQuotedString(text) if !text.contains('\\') => {
                    Ok(Expression::Literal(Value::Text(text.as_str().into())))
                }
                _ => Err(self.compiler.refuse("this pattern", expr)),
            },
            _ => Err(self.compiler.refuse("a pattern that is worked out", expr)),
        }
    }

    fn literal(&self, expr: &Expr, value: &SqlValue) -> Compiled {
        let value = match value {
            SqlValue::Null => Value::Null,
            SqlValue::Boolean(flag) => Value::Boolean(*flag),
            SqlValue::SingleQuotedString(text) => Value::Text(text.as_str().into()),
            SqlValue::Number(text, _) => match (text.parse::<i64>(), text.parse::<f64>()) {
                (Ok(number), _) => Value::Integer(number),
                (_, Ok(number)) if number.is_finite() && text.contains(['e', 'E']) => Value::Double(number),
                _ => {
                    let help = Some(format!("write `{text}e0`, a DOUBLE"));
                    let message =
                        format!("`{text}` is a DECIMAL, which does not run here but in a comparison");
                    return Err(self.compiler.wrong(message, expr, help));
                }
            },
            _ => return Err(self.compiler.refuse("this literal", expr)),
        };
        Ok(Expression::Literal(value))
    }

    fn name(&mut self, expr: &Expr, name: &str, grouped: bool) -> Compiled {
        if self.time.is_some() {
            let bound = match name.to_lowercase().as_str() {
                "window_start" => Some(Expression::WindowStart),
                "window_end" => Some(Expression::WindowEnd),
                "window_time" => Some(Expression::WindowTime),
                _ => None,
            };
            if let Some(bound) = bound {
                return if grouped {
                    Ok(bound)
                } else {
                    Err(self.compiler.refuse("a bound of the window before grouping", expr))
                };
            }
        }
        if let Some(schema) = self.schema.filter(|schema| !schema.contains_key(name)) {
            let near = nearest(name, schema.keys().map(String::as_str));
            let help = near.map(|near| format!("write `{near}`"));
            return Err(self.compiler.wrong(format!("the records have no column `{name}`"), expr, help));
        }
        if grouped {
            let help = Some(format!("add `{name}` to `GROUP BY`, or aggregate it"));
            return Err(self.compiler.wrong(format!("`{name}` differs within a group"), expr, help));
        }
        Ok(Expression::Column(self.column(name)))
    }

    fn operation(&self, expr: &Expr, operator: &BinaryOperator) -> Result<Operation, SqlError> {
        Ok(match operator {
            BinaryOperator::And => Operation::And,
            BinaryOperator::Or => Operation::Or,
            BinaryOperator::Eq => Operation::Equal,
            BinaryOperator::NotEq => Operation::NotEqual,
            BinaryOperator::Lt => Operation::Less,
            BinaryOperator::LtEq => Operation::LessOrEqual,
            BinaryOperator::Gt => Operation::Greater,
            BinaryOperator::GtEq => Operation::GreaterOrEqual,
            BinaryOperator::Plus => Operation::Add,
            BinaryOperator::Minus => Operation::Subtract,
            BinaryOperator::Multiply => Operation::Multiply,
            BinaryOperator::Divide => Operation::Divide,
            BinaryOperator::Modulo => Operation::Remainder,
            BinaryOperator::StringConcat => Operation::Concatenate,
            other => return Err(self.compiler.refuse(&format!("the operator `{other}`"), expr)),
        })
    }

    fn between(
        &mut self,
        expr: &Expr,
        negated: bool,
        (low, high): (&Expr, &Expr),
        grouped: bool,
    ) -> Compiled {
        let value = self.compile(expr, grouped)?;
        let (low, high) = (self.compared(low, grouped)?, self.compared(high, grouped)?);
        let above = Expression::Binary(Operation::GreaterOrEqual, Box::new(value.clone()), Box::new(low));
        let below = Expression::Binary(Operation::LessOrEqual, Box::new(value), Box::new(high));
        let between = Expression::Binary(Operation::And, Box::new(above), Box::new(below));
        Ok(if negated { Expression::Not(Box::new(between)) } else { between })
    }

    fn in_list(&mut self, expr: &Expr, list: &[Expr], negated: bool, grouped: bool) -> Compiled {
        let value = self.compile(expr, grouped)?;
        let mut any = Expression::Literal(Value::Boolean(false));
        for item in list {
            let item = self.compared(item, grouped)?;
            let same = Expression::Binary(Operation::Equal, Box::new(value.clone()), Box::new(item));
            any = Expression::Binary(Operation::Or, Box::new(any), Box::new(same));
        }
        Ok(if negated { Expression::Not(Box::new(any)) } else { any })
    }

    fn function(&mut self, expr: &Expr, function: &SqlFunction, grouped: bool) -> Compiled {
        let name = function.name.to_string().to_uppercase();
        let aggregate = match name.as_str() {
            "COUNT" => Some(Function::Count),
            "SUM" => Some(Function::Sum),
            "MIN" => Some(Function::Min),
            "MAX" => Some(Function::Max),
            "AVG" => Some(Function::Avg),
            _ => None,
        };
        if function.over.is_some() || !function.within_group.is_empty() || function.null_treatment.is_some() {
            return Err(self.compiler.refuse("`OVER`", expr));
        }
        if let Some(aggregate) = aggregate {
            if !grouped {
                let help =
                    "group a window: `FROM TABLE(TUMBLE(…)) GROUP BY window_start, window_end`".to_owned();
                return Err(self.compiler.wrong(format!("`{name}` needs a window"), expr, Some(help)));
            }
            return self.aggregate(expr, function, aggregate);
        }
        let arguments = self.arguments(expr, function)?;
        let mut compiled = Vec::new();
        for argument in arguments {
            compiled.push(self.compile(argument, grouped)?);
        }
        match (name.as_str(), compiled.as_slice()) {
            ("COALESCE", [_, ..]) => Ok(Expression::Coalesce(compiled)),
            ("CONCAT", [first, rest @ ..]) => Ok(rest.iter().fold(first.clone(), |left, right| {
                Expression::Binary(Operation::Concatenate, Box::new(left), Box::new(right.clone()))
            })),
            ("UPPER", [_]) => Ok(Expression::Scalar(Scalar::Upper, compiled)),
            ("LOWER", [_]) => Ok(Expression::Scalar(Scalar::Lower, compiled)),
            ("CHAR_LENGTH" | "CHARACTER_LENGTH", [_]) => Ok(Expression::Scalar(Scalar::Length, compiled)),
            ("ABS", [_]) => Ok(Expression::Scalar(Scalar::Absolute, compiled)),
            ("MOD", [left, right]) => {
                Ok(Expression::Binary(Operation::Remainder, Box::new(left.clone()), Box::new(right.clone())))
            }
            _ => Err(self.compiler.refuse(&format!("the function `{name}`"), expr)),
        }
    }

    fn arguments<'e>(&self, expr: &Expr, function: &'e SqlFunction) -> Result<Vec<&'e Expr>, SqlError> {
        let FunctionArguments::List(list) = &function.args else {
            return Err(self.compiler.refuse("this call", expr));
        };
        if function.filter.is_some() || list.duplicate_treatment.is_some() || !list.clauses.is_empty() {
            return Err(self.compiler.refuse("this call", expr));
        }
        list.args
            .iter()
            .map(|argument| match argument {
                FunctionArg::Unnamed(FunctionArgExpr::Expr(argument)) => Ok(argument),
                other => Err(self.compiler.refuse("this argument", other)),
            })
            .collect()
    }

    fn aggregate(&mut self, expr: &Expr, sql: &SqlFunction, function: Function) -> Compiled {
        let FunctionArguments::List(list) = &sql.args else {
            return Err(self.compiler.refuse("this call", expr));
        };
        if !list.clauses.is_empty() {
            return Err(self.compiler.refuse("this call", expr));
        }
        let distinct = list.duplicate_treatment == Some(DuplicateTreatment::Distinct);
        let argument = match list.args.as_slice() {
            [FunctionArg::Unnamed(FunctionArgExpr::Wildcard)] if function == Function::Count => None,
            [FunctionArg::Unnamed(FunctionArgExpr::Expr(argument))] => Some(self.over_records(argument)?),
            _ => return Err(self.compiler.wrong("an aggregate takes one argument", expr, None)),
        };
        let filter =
            sql.filter.as_ref().map(|filter| self.condition(filter, false, "`FILTER`")).transpose()?;
        let aggregate = Aggregate { function, argument, distinct, filter };
        let slot = self.aggregates.iter().position(|known| *known == aggregate).unwrap_or_else(|| {
            self.aggregates.push(aggregate);
            self.aggregates.len() - 1
        });
        Ok(Expression::Aggregate(slot))
    }
}
