//! Terraform's functions, as far as designs need them; the result of any other is unknown.
//!
//! Functions get their values worked out; the few that look at expressions (`try`, `can`, `templatefile`) come first.

mod collections;
mod encoding;
mod numbers;
mod texts;

use crate::import::terraform::evaluate::{Evaluator, Scope, either, unknown};
use crate::import::terraform::syntax::{Call, Expression};
use crate::import::value::{Value, What};
use crate::source::Span;

/// What a look at something that is not there hangs on; `try` goes on to its next argument there.
pub(super) const MISSING: &str = "something that is not there";
/// How many combinations of open choices are followed in one call.
const MOST_BRANCHES: usize = 16;

/// The value of a call.
pub(super) fn call(evaluator: &mut Evaluator<'_>, call: &Call, span: Span, scope: &mut Scope) -> Value {
    match call.name.as_str() {
        "try" => return first_there(evaluator, &call.arguments, span, scope),
        "can" => {
            let found = first_there(evaluator, &call.arguments, span, scope);
            let text = if is_missing(&found) { "false" } else { "true" };
            let is_open = matches!(&found.what, What::Unknown(on) if on != MISSING);
            return if is_open { found } else { Value::new(span, What::Text(text.to_owned())) };
        }
        _ => {}
    }
    let mut values: Vec<Value> =
        call.arguments.iter().map(|argument| evaluator.evaluate(argument, scope)).collect();
    if call.expands {
        match values.pop().map(|last| last.what) {
            Some(What::List(items)) => values.extend(items),
            Some(What::Unknown(on)) => return unknown(span, &on),
            _ => return unknown(span, &format!("{}(...)", call.name)),
        }
    }
    match call.name.as_str() {
        "file" => encoding::file(evaluator, &values, span),
        "fileexists" => encoding::exists(evaluator, &values, span),
        "templatefile" => encoding::template_file(evaluator, &values, span, scope.instance),
        name => over_branches(name, &values, span, MOST_BRANCHES),
    }
}

/// The first argument that leads to something.
fn first_there(
    evaluator: &mut Evaluator<'_>,
    arguments: &[Expression],
    span: Span,
    scope: &mut Scope,
) -> Value {
    for argument in arguments {
        let value = evaluator.evaluate(argument, scope);
        if !is_missing(&value) {
            return value;
        }
    }
    unknown(span, MISSING)
}

fn is_missing(value: &Value) -> bool {
    matches!(&value.what, What::Unknown(on) if on == MISSING)
}

/// Follows each branch of an argument that is an open choice; those of lists and maps within stay as they are.
fn over_branches(name: &str, values: &[Value], span: Span, most: usize) -> Value {
    let open = values.iter().position(|value| matches!(value.what, What::Either(_)));
    let keeps_choices = matches!(name, "coalesce" | "jsonencode" | "yamlencode" | "concat" | "flatten");
    let (Some(open), false) = (open, keeps_choices) else { return apply(name, values, span) };
    let branches = values[open].branches();
    if most < branches.len() {
        return unknown(span, &values[open].shown());
    }
    let results = branches.iter().map(|branch| {
        let mut values = values.to_vec();
        values[open] = (*branch).clone();
        over_branches(name, &values, span, most / branches.len())
    });
    let results: Vec<Value> = results.collect();
    if results.is_empty() { unknown(span, name) } else { either(span, results) }
}

/// The value of a function, or what it hangs on.
fn apply(name: &str, values: &[Value], span: Span) -> Value {
    let found = collections::apply(name, values, span)
        .or_else(|| texts::apply(name, values, span))
        .or_else(|| numbers::apply(name, values, span))
        .or_else(|| encoding::apply(name, values, span));
    found.unwrap_or_else(|| {
        let hanging = values.iter().find_map(hanging_on);
        unknown(span, &hanging.unwrap_or_else(|| format!("{name}(...)")))
    })
}

/// What a value that is not known hangs on.
fn hanging_on(value: &Value) -> Option<String> {
    match &value.what {
        What::Unknown(on) => Some(on.clone()),
        What::Joined(parts) | What::List(parts) => parts.iter().find_map(hanging_on),
        _ => None,
    }
}

fn text_value(span: Span, text: impl Into<String>) -> Value {
    Value::new(span, What::Text(text.into()))
}
