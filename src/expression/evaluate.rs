//! Works out values, with unknown as the third outcome.

use crate::expression::arithmetic;
use crate::expression::ast::{Ast, Kind, Operator};
use crate::expression::{Environment, Value};
use crate::units::Quantity;

pub(super) fn evaluate(ast: &Ast, environment: &dyn Environment) -> Value {
    match &ast.kind {
        Kind::Literal(value) => value.clone(),
        Kind::Path(path, slot) => environment.slot(*slot, path),
        Kind::Not(operand) => match evaluate(operand, environment) {
            Value::Flag(flag) => Value::Flag(!flag),
            _ => Value::Unknown,
        },
        Kind::Negate(operand) => match evaluate(operand, environment) {
            Value::Quantity(quantity) => Value::Quantity(Quantity::new(quantity.dimension, -quantity.amount)),
            _ => Value::Unknown,
        },
        Kind::Binary(Operator::And, left, right) => both(left, right, environment, false),
        Kind::Binary(Operator::Or, left, right) => both(left, right, environment, true),
        Kind::Binary(operator, left, right) => {
            binary(*operator, &evaluate(left, environment), &evaluate(right, environment))
        }
        Kind::Conditional(condition, yes, no) => match evaluate(condition, environment) {
            Value::Flag(true) => evaluate(yes, environment),
            Value::Flag(false) => evaluate(no, environment),
            _ => Value::Unknown,
        },
        Kind::List(items) => Value::List(items.iter().map(|item| evaluate(item, environment)).collect()),
        Kind::Object(entries) => Value::Object(
            entries.iter().map(|(key, value)| (key.clone(), evaluate(value, environment))).collect(),
        ),
        Kind::Call(name, arguments) => call(name, arguments, environment),
    }
}

/// `&&` and `||`: `deciding` on either side decides, whatever the other side is.
fn both(left: &Ast, right: &Ast, environment: &dyn Environment, deciding: bool) -> Value {
    let left = evaluate(left, environment).flag();
    if left == Some(deciding) {
        return Value::Flag(deciding);
    }
    match (left, evaluate(right, environment).flag()) {
        (_, Some(right)) if right == deciding => Value::Flag(deciding),
        (Some(_), Some(_)) => Value::Flag(!deciding),
        _ => Value::Unknown,
    }
}

fn binary(operator: Operator, left: &Value, right: &Value) -> Value {
    if left.is_unknown() || right.is_unknown() {
        return Value::Unknown;
    }
    match operator {
        Operator::Equal => equal(left, right).map_or(Value::Unknown, Value::Flag),
        Operator::NotEqual => equal(left, right).map_or(Value::Unknown, |same| Value::Flag(!same)),
        Operator::In => contained(left, right),
        Operator::Add => match (left, right) {
            (Value::Text(left), Value::Text(right)) => Value::Text(format!("{left}{right}").into()),
            _ => arithmetic(operator, left, right),
        },
        Operator::Subtract | Operator::Multiply | Operator::Divide | Operator::Remainder => {
            arithmetic(operator, left, right)
        }
        _ => ordered(operator, left, right),
    }
}

fn arithmetic(operator: Operator, left: &Value, right: &Value) -> Value {
    let (Some(left), Some(right)) = (left.quantity(), right.quantity()) else { return Value::Unknown };
    arithmetic::apply(operator, left, right).map_or(Value::Unknown, Value::Quantity)
}

/// Whether two values are the same; nothing where one of them hides something unknown.
fn equal(left: &Value, right: &Value) -> Option<bool> {
    match (left, right) {
        (left, right) if left.is_unknown() || right.is_unknown() => None,
        (Value::List(left), Value::List(right)) => {
            if left.len() != right.len() {
                return Some(false);
            }
            let each: Vec<Option<bool>> =
                left.iter().zip(right.iter()).map(|(left, right)| equal(left, right)).collect();
            if each.contains(&Some(false)) {
                Some(false)
            } else {
                each.into_iter().collect::<Option<Vec<_>>>().map(|_| true)
            }
        }
        _ => Some(left == right),
    }
}

fn contained(item: &Value, list: &Value) -> Value {
    let Value::List(items) = list else { return Value::Unknown };
    let each: Vec<Option<bool>> = items.iter().map(|other| equal(item, other)).collect();
    if each.contains(&Some(true)) {
        Value::Flag(true)
    } else if each.contains(&None) {
        Value::Unknown
    } else {
        Value::Flag(false)
    }
}

/// Quantities of one dimension and texts have an order; anything else has none that anybody knows.
fn ordered(operator: Operator, left: &Value, right: &Value) -> Value {
    let order = match (left, right) {
        (Value::Quantity(left), Value::Quantity(right)) if left.dimension == right.dimension => {
            left.amount.partial_cmp(&right.amount)
        }
        (Value::Text(left), Value::Text(right)) => Some(left.cmp(right)),
        _ => None,
    };
    order.map_or(Value::Unknown, |order| {
        Value::Flag(match operator {
            Operator::Less => order.is_lt(),
            Operator::LessOrEqual => order.is_le(),
            Operator::Greater => order.is_gt(),
            _ => order.is_ge(),
        })
    })
}

fn call(name: &str, arguments: &[Ast], environment: &dyn Environment) -> Value {
    let values: Vec<Value> = arguments.iter().map(|argument| evaluate(argument, environment)).collect();
    match (name, values.as_slice()) {
        ("has" | "known", [Value::Undetermined, ..]) => Value::Unknown,
        ("has", [value]) => Value::Flag(!matches!(value, Value::Unknown | Value::Null)),
        ("known", [Value::Unknown, otherwise]) => otherwise.clone(),
        ("known", [value, _]) => value.clone(),
        ("size", [Value::List(items)]) => Value::number(items.len() as f64),
        ("size", [Value::Text(text)]) => Value::number(text.chars().count() as f64),
        ("startsWith", [Value::Text(text), Value::Text(start)]) => Value::Flag(text.starts_with(&**start)),
        ("endsWith", [Value::Text(text), Value::Text(end)]) => Value::Flag(text.ends_with(&**end)),
        ("contains", [Value::Text(text), Value::Text(part)]) => Value::Flag(text.contains(&**part)),
        ("lower", [Value::Text(text)]) => Value::Text(text.to_lowercase().into()),
        ("upper", [Value::Text(text)]) => Value::Text(text.to_uppercase().into()),
        ("ceil", [Value::Quantity(number)]) => rounded(*number, f64::ceil),
        ("floor", [Value::Quantity(number)]) => rounded(*number, f64::floor),
        ("min", [first, second]) => chosen(first, second, Operator::LessOrEqual),
        ("max", [first, second]) => chosen(first, second, Operator::GreaterOrEqual),
        ("least", values) => of_known(values, Operator::LessOrEqual),
        ("most", values) => of_known(values, Operator::GreaterOrEqual),
        _ => environment.call(name, &values),
    }
}

/// The least or most of the values that are known; unknown where none is.
fn of_known(values: &[Value], operator: Operator) -> Value {
    let known = values.iter().filter(|value| !value.is_unknown()).cloned();
    known.reduce(|best, value| chosen(&best, &value, operator)).unwrap_or(Value::Unknown)
}

fn rounded(number: Quantity, round: impl Fn(f64) -> f64) -> Value {
    Value::Quantity(Quantity::new(number.dimension, round(number.amount)))
}

fn chosen(first: &Value, second: &Value, operator: Operator) -> Value {
    match ordered(operator, first, second) {
        Value::Flag(true) => first.clone(),
        Value::Flag(false) => second.clone(),
        _ => Value::Unknown,
    }
}
