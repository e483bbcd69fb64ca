//! Finds the type of an expression before it is ever worked out, and every mistake in it.

use std::fmt;

use crate::expression::ExpressionError;
use crate::expression::Value;
use crate::expression::arithmetic;
use crate::expression::ast::{Ast, Kind, Operator};
use crate::units::Dimension;

/// The type of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// It is known only when it is there.
    Any,
    /// `null`.
    Null,
    /// Yes or no.
    Flag,
    /// A number with a unit.
    Quantity(Dimension),
    /// Text.
    Text,
    /// Several values.
    List,
    /// Named values.
    Object,
}

impl fmt::Display for Type {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Any => "a value",
            Self::Null => "null",
            Self::Flag => "yes or no",
            Self::Quantity(dimension) => dimension.described(),
            Self::Text => "text",
            Self::List => "a list",
            Self::Object => "named values",
        })
    }
}

/// The names that an expression may use, and their types.
pub trait Scope {
    /// The type at a path.
    ///
    /// # Errors
    /// What is wrong with the path, and the nearest right one.
    fn path(&self, path: &[String]) -> Result<Type, (String, Option<String>)>;

    /// The type of a function that the language itself does not have. `texts` holds the arguments that are written as
    /// texts, such as the name in `limit('record-size')`.
    ///
    /// # Errors
    /// What is wrong with the call, and what would be right.
    fn call(&self, name: &str, texts: &[Option<&str>]) -> Result<Type, (String, Option<String>)>;
}

/// The type, or every mistake.
pub(super) fn check(ast: &Ast, scope: &dyn Scope) -> Result<Type, Vec<ExpressionError>> {
    let mut checker = Checker { scope, errors: Vec::new() };
    let found = checker.check(ast);
    if checker.errors.is_empty() { Ok(found) } else { Err(checker.errors) }
}

struct Checker<'a> {
    scope: &'a dyn Scope,
    errors: Vec<ExpressionError>,
}

impl Checker<'_> {
    fn check(&mut self, ast: &Ast) -> Type {
        match &ast.kind {
            Kind::Literal(value) => of_literal(value),
            Kind::Path(path, _) => {
                let found = self.scope.path(path);
                self.known(ast, found)
            }
            Kind::Not(operand) => {
                self.expect(operand, Type::Flag);
                Type::Flag
            }
            Kind::Negate(operand) => self.check(operand),
            Kind::Binary(operator, left, right) => self.binary(ast, *operator, left, right),
            Kind::Conditional(condition, yes, no) => {
                self.expect(condition, Type::Flag);
                let (yes, no) = (self.check(yes), self.check(no));
                if yes == no { yes } else { Type::Any }
            }
            Kind::List(items) => {
                for item in items {
                    self.check(item);
                }
                Type::List
            }
            Kind::Object(entries) => {
                for (_, value) in entries {
                    self.check(value);
                }
                Type::Object
            }
            Kind::Call(name, arguments) => self.call(ast, name, arguments),
        }
    }

    fn known(&mut self, ast: &Ast, found: Result<Type, (String, Option<String>)>) -> Type {
        found.unwrap_or_else(|(message, help)| {
            self.errors.push(ExpressionError { message, range: ast.range.clone(), help });
            Type::Any
        })
    }

    fn expect(&mut self, ast: &Ast, expected: Type) {
        let found = self.check(ast);
        if found != expected && found != Type::Any {
            let message = format!("{expected} is expected here, and not {found}");
            self.errors.push(ExpressionError::new(message, ast.range.clone()));
        }
    }

    fn binary(&mut self, ast: &Ast, operator: Operator, left: &Ast, right: &Ast) -> Type {
        match operator {
            Operator::And | Operator::Or => {
                self.expect(left, Type::Flag);
                self.expect(right, Type::Flag);
                Type::Flag
            }
            Operator::In => {
                self.check(left);
                self.expect(right, Type::List);
                Type::Flag
            }
            Operator::Add
            | Operator::Subtract
            | Operator::Multiply
            | Operator::Divide
            | Operator::Remainder => self.arithmetic(ast, operator, left, right),
            _ => {
                let (left_type, right_type) = (self.check(left), self.check(right));
                let comparable = left_type == right_type
                    || [left_type, right_type].into_iter().any(|side| matches!(side, Type::Any | Type::Null));
                if !comparable {
                    self.errors.push(not_comparable(ast, (left, left_type), (right, right_type)));
                }
                Type::Flag
            }
        }
    }

    fn arithmetic(&mut self, ast: &Ast, operator: Operator, left: &Ast, right: &Ast) -> Type {
        match (self.check(left), self.check(right)) {
            (Type::Any, _) | (_, Type::Any) => Type::Any,
            (Type::Text, Type::Text) if operator == Operator::Add => Type::Text,
            (Type::Quantity(left), Type::Quantity(right)) => {
                match arithmetic::dimension(operator, left, right) {
                    Some((dimension, _)) => Type::Quantity(dimension),
                    None => {
                        let (left, right) = (left.described(), right.described());
                        self.wrong(ast, format!("`{}` does not join {left} and {right}", operator.as_str()))
                    }
                }
            }
            (left, right) => {
                self.wrong(ast, format!("`{}` does not join {left} and {right}", operator.as_str()))
            }
        }
    }

    fn wrong(&mut self, ast: &Ast, message: String) -> Type {
        self.errors.push(ExpressionError::new(message, ast.range.clone()));
        Type::Any
    }

    fn call(&mut self, ast: &Ast, name: &str, arguments: &[Ast]) -> Type {
        let types: Vec<Type> = arguments.iter().map(|argument| self.check(argument)).collect();
        match (name, types.as_slice()) {
            ("has", [_]) | ("startsWith" | "endsWith" | "contains", [_, _]) => Type::Flag,
            ("size", [_]) => Type::Quantity(Dimension::Count),
            ("lower" | "upper", [_]) => Type::Text,
            ("ceil" | "floor", [operand]) => *operand,
            ("min" | "max" | "known", [first, second]) if first == second => *first,
            ("min" | "max" | "known", [Type::Any, other] | [other, Type::Any]) => *other,
            ("least" | "most", [first, rest @ ..])
                if !rest.is_empty() && rest.iter().all(|other| other == first) =>
            {
                *first
            }
            _ => {
                let texts: Vec<Option<&str>> = arguments.iter().map(written_text).collect();
                let found = self.scope.call(name, &texts);
                self.known(ast, found)
            }
        }
    }
}

fn of_literal(value: &Value) -> Type {
    match value {
        Value::Unknown | Value::Undetermined => Type::Any,
        Value::Null => Type::Null,
        Value::Flag(_) => Type::Flag,
        Value::Quantity(quantity) => Type::Quantity(quantity.dimension),
        Value::Text(_) => Type::Text,
        Value::List(_) => Type::List,
        Value::Object(_) => Type::Object,
    }
}

fn written_text(ast: &Ast) -> Option<&str> {
    match &ast.kind {
        Kind::Literal(Value::Text(text)) => Some(text),
        _ => None,
    }
}

/// A bare number beside a quantity wants a unit; the help says which.
fn not_comparable(
    ast: &Ast,
    (left, left_type): (&Ast, Type),
    (right, right_type): (&Ast, Type),
) -> ExpressionError {
    let count = Type::Quantity(Dimension::Count);
    let bare = [(left, left_type, right_type), (right, right_type, left_type)]
        .into_iter()
        .find(|(side, found, _)| *found == count && matches!(side.kind, Kind::Literal(_)));
    match bare {
        Some((side, _, Type::Quantity(wanted))) => {
            let message = "this number has no unit, and what it is compared with has".to_owned();
            ExpressionError::new(message, side.range.clone()).help(format!("write {}", wanted.described()))
        }
        _ => ExpressionError::new(
            format!("{left_type} and {right_type} cannot be compared"),
            ast.range.clone(),
        ),
    }
}
