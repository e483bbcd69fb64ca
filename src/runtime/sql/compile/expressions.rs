//! Compiles expressions, over the columns of records or over the keys and aggregates of groups.

use sqlparser::ast::{
    BinaryOperator, DuplicateTreatment, Expr, Function as SqlFunction, FunctionArg, FunctionArgExpr,
    FunctionArguments, UnaryOperator, Value as SqlValue,
};

use crate::fields::nearest;
use crate::runtime::sql::compile::Compiler;
use crate::runtime::sql::plan::{Aggregate, Expression, Function, Operation, Scalar};
use crate::runtime::sql::{SqlError, Value};

type Compiled = Result<Expression, SqlError>;

/// The names that a query uses so far: columns, keys and aggregates, each with its slot.
pub(super) struct Names<'c, 'a> {
    compiler: &'c Compiler<'a>,
    fields: Option<&'c [String]>,
    windowed: bool,
    columns: Vec<String>,
    keys: Vec<Expr>,
    aggregates: Vec<Aggregate>,
}

impl<'c, 'a> Names<'c, 'a> {
    pub(super) fn new(compiler: &'c Compiler<'a>, fields: Option<&'c [String]>, windowed: bool) -> Self {
        Self { compiler, fields, windowed, columns: Vec::new(), keys: Vec::new(), aggregates: Vec::new() }
    }

    pub(super) fn columns(self) -> Vec<String> {
        self.columns
    }

    pub(super) fn aggregates(&self) -> Vec<Aggregate> {
        self.aggregates.clone()
    }

    /// The slot of a column.
    pub(super) fn column(&mut self, name: &str) -> usize {
        self.columns.iter().position(|known| known == name).unwrap_or_else(|| {
            self.columns.push(name.to_owned());
            self.columns.len() - 1
        })
    }

    /// A key of the groups.
    pub(super) fn key(&mut self, expr: &Expr) -> Compiled {
        let compiled = self.over_records(expr)?;
        self.keys.push(expr.clone());
        Ok(compiled)
    }

    /// An expression over a record.
    pub(super) fn over_records(&mut self, expr: &Expr) -> Compiled {
        self.compile(expr, false)
    }

    /// An expression over a row of the result: a group where the query groups, a record elsewhere.
    pub(super) fn over_rows(&mut self, expr: &Expr) -> Compiled {
        self.compile(expr, self.windowed)
    }

    fn compile(&mut self, expr: &Expr, grouped: bool) -> Compiled {
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
                let (left, right) = (self.compile(left, grouped)?, self.compile(right, grouped)?);
                Ok(Expression::Binary(operation, boxed(left), boxed(right)))
            }
            Expr::Between { expr, negated, low, high } => self.between(expr, *negated, (low, high), grouped),
            Expr::InList { expr, list, negated } => self.in_list(expr, list, *negated, grouped),
            Expr::Case { operand: None, conditions, else_result, .. } => {
                let mut branches = Vec::new();
                for branch in conditions {
                    branches.push((
                        self.compile(&branch.condition, grouped)?,
                        self.compile(&branch.result, grouped)?,
                    ));
                }
                let otherwise = match else_result {
                    Some(expr) => self.compile(expr, grouped)?,
                    None => Expression::Literal(Value::Null),
                };
                Ok(Expression::Case(branches, boxed(otherwise)))
            }
            Expr::Like { negated, any: false, expr: text, pattern, escape_char: None } => {
                self.like(expr, (text, pattern), *negated, grouped)
            }
            Expr::Substring { expr: text, substring_from: Some(from), substring_for, .. } => {
                let start = self.count(from)?.max(1);
                let length = substring_for.as_ref().map(|length| self.count(length)).transpose()?;
                Ok(Expression::Substring(boxed(self.compile(text, grouped)?), start, length))
            }
            Expr::Function(function) => self.function(expr, function, grouped),
            other => Err(self.compiler.refuse("this expression", other)),
        }
    }

    fn literal(&self, expr: &Expr, value: &SqlValue) -> Compiled {
        let value = match value {
            SqlValue::Null => Value::Null,
            SqlValue::Boolean(flag) => Value::Boolean(*flag),
            SqlValue::SingleQuotedString(text) => Value::Text(text.as_str().into()),
            SqlValue::Number(text, _) => match (text.parse::<i64>(), text.parse::<f64>()) {
                (Ok(number), _) => Value::Integer(number),
                (_, Ok(number)) if number.is_finite() => Value::Double(number),
                _ => return Err(self.compiler.refuse("this number", expr)),
            },
            _ => return Err(self.compiler.refuse("this literal", expr)),
        };
        Ok(Expression::Literal(value))
    }

    fn name(&mut self, expr: &Expr, name: &str, grouped: bool) -> Compiled {
        if self.windowed {
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
        if self.fields.is_some_and(|fields| !fields.iter().any(|field| field == name)) {
            let near = nearest(name, self.fields.unwrap_or_default().iter().map(String::as_str));
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
        let (low, high) = (self.compile(low, grouped)?, self.compile(high, grouped)?);
        let above = Expression::Binary(Operation::GreaterOrEqual, Box::new(value.clone()), Box::new(low));
        let below = Expression::Binary(Operation::LessOrEqual, Box::new(value), Box::new(high));
        let between = Expression::Binary(Operation::And, Box::new(above), Box::new(below));
        Ok(if negated { Expression::Not(Box::new(between)) } else { between })
    }

    /// A pattern is written out, so that it can be read once.
    fn like(
        &mut self,
        whole: &Expr,
        (text, pattern): (&Expr, &Expr),
        negated: bool,
        grouped: bool,
    ) -> Compiled {
        let pattern = match pattern {
            Expr::Value(value) => match &value.value {
                SqlValue::SingleQuotedString(pattern) => pattern.chars().collect(),
                _ => return Err(self.compiler.refuse("this pattern", whole)),
            },
            _ => return Err(self.compiler.refuse("a pattern that is worked out", whole)),
        };
        let like = Expression::Like(Box::new(self.compile(text, grouped)?), pattern);
        Ok(if negated { Expression::Not(Box::new(like)) } else { like })
    }

    /// A whole number that is written out.
    fn count(&self, expr: &Expr) -> Result<usize, SqlError> {
        let written = match expr {
            Expr::Value(value) => match &value.value {
                SqlValue::Number(number, _) => number.parse().ok(),
                _ => None,
            },
            _ => None,
        };
        written.ok_or_else(|| self.compiler.refuse("a position that is worked out", expr))
    }

    fn in_list(&mut self, expr: &Expr, list: &[Expr], negated: bool, grouped: bool) -> Compiled {
        let value = self.compile(expr, grouped)?;
        let mut any = Expression::Literal(Value::Boolean(false));
        for item in list {
            let item = self.compile(item, grouped)?;
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
        if function.over.is_some() || !function.within_group.is_empty() {
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
            ("UPPER", [operand]) => Ok(Expression::Scalar(Scalar::Upper, Box::new(operand.clone()))),
            ("LOWER", [operand]) => Ok(Expression::Scalar(Scalar::Lower, Box::new(operand.clone()))),
            ("CHAR_LENGTH" | "CHARACTER_LENGTH", [operand]) => {
                Ok(Expression::Scalar(Scalar::Length, Box::new(operand.clone())))
            }
            ("MOD", [left, right]) => {
                let (left, right) = (Box::new(left.clone()), Box::new(right.clone()));
                Ok(Expression::Binary(Operation::Remainder, left, right))
            }
            ("ABS", [operand]) => Ok(Expression::Scalar(Scalar::Absolute, Box::new(operand.clone()))),
            _ => Err(self.compiler.refuse(&format!("the function `{name}`"), expr)),
        }
    }

    fn arguments<'e>(&self, expr: &Expr, function: &'e SqlFunction) -> Result<Vec<&'e Expr>, SqlError> {
        let FunctionArguments::List(list) = &function.args else {
            return Err(self.compiler.refuse("this call", expr));
        };
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
        let distinct = list.duplicate_treatment == Some(DuplicateTreatment::Distinct);
        let argument = match list.args.as_slice() {
            [FunctionArg::Unnamed(FunctionArgExpr::Wildcard)] if function == Function::Count => None,
            [FunctionArg::Unnamed(FunctionArgExpr::Expr(argument))] => Some(self.over_records(argument)?),
            _ => return Err(self.compiler.wrong("an aggregate takes one argument", expr, None)),
        };
        let filter = sql.filter.as_ref().map(|filter| self.over_records(filter)).transpose()?;
        let aggregate = Aggregate { function, argument, distinct, filter };
        let slot = self.aggregates.iter().position(|known| *known == aggregate).unwrap_or_else(|| {
            self.aggregates.push(aggregate);
            self.aggregates.len() - 1
        });
        Ok(Expression::Aggregate(slot))
    }
}
