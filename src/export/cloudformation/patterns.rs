//! Filters as AWS writes them: event patterns, where an expression is nothing but comparisons.

use serde_json::{Map, Value as Json, json};

use crate::design::Flow;
use crate::design::settings::{SettingValue, Settings};
use crate::export::cloudformation::settings::number;
use crate::export::cloudformation::stack::Stack;
use crate::expression::{Comparison, Expression, Value};

/// The filter that settings hold.
pub(super) fn filter(settings: &Settings) -> Option<&Expression> {
    match &settings.get("filter")?.value {
        SettingValue::Expression(expression) => Some(expression),
        _ => None,
    }
}

/// The pattern of the filter of a flow, its fields below `root`; nothing without a filter, and a refusal where the
/// filter is more than comparisons.
pub(super) fn of_flow(stack: &mut Stack<'_>, flow: usize, root: &str) -> Option<Json> {
    let this: &Flow = &stack.design.flows[flow];
    let expression = filter(&this.settings)?;
    let found = pattern(expression, root);
    if found.is_none() {
        stack.refuse_flow(
            flow,
            "this filter cannot be exported: AWS's patterns know comparisons of fields with values, joined by `&&`",
        );
    }
    found
}

/// The event pattern of an expression over `record`; nothing where no pattern says the same.
pub(super) fn pattern(expression: &Expression, root: &str) -> Option<Json> {
    let mut fields = Map::new();
    for comparison in expression.comparisons()? {
        let (first, path) = comparison.path.split_first()?;
        if first != "record" || path.is_empty() {
            return None;
        }
        let mut place = &mut fields;
        let (last, folders) = path.split_last()?;
        for folder in folders {
            let next = place.entry(folder.as_str()).or_insert_with(|| json!({}));
            place = next.as_object_mut()?;
        }
        // Two conditions on one field would have to hold both, and a list of matchers is one of them.
        if place.insert(last.clone(), matchers(&comparison)?).is_some() {
            return None;
        }
    }
    Some(if root.is_empty() { Json::Object(fields) } else { json!({root: fields}) })
}

fn matchers(comparison: &Comparison) -> Option<Json> {
    let value = scalar(&comparison.value);
    Some(match comparison.operator {
        "==" => json!([value?]),
        "!=" => json!([{"anything-but": value?}]),
        "in" => match &comparison.value {
            Value::List(items) => Json::Array(items.iter().map(scalar).collect::<Option<_>>()?),
            _ => return None,
        },
        operator => {
            let amount = comparison.value.quantity()?.amount;
            json!([{"numeric": [operator, number(amount)]}])
        }
    })
}

fn scalar(value: &Value) -> Option<Json> {
    match value {
        Value::Null => Some(Json::Null),
        Value::Flag(flag) => Some(Json::Bool(*flag)),
        Value::Text(text) => Some(text.as_ref().into()),
        Value::Quantity(quantity) => Some(number(quantity.amount)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::pattern;
    use crate::expression::Expression;

    #[test]
    fn comparisons_become_patterns_and_the_rest_does_not() {
        let of = |text: &str| pattern(&Expression::parse(text).unwrap(), "data");
        assert_eq!(
            of("record.status < 500 && record.page.kind in ['a', 'b'] && record.test != true"),
            Some(json!({"data": {
                "status": [{"numeric": ["<", 500]}],
                "page": {"kind": ["a", "b"]},
                "test": [{"anything-but": true}],
            }}))
        );
        assert_eq!(of("record.status < 500 || record.status > 600"), None);
        assert_eq!(of("record.status > 500 && record.status < 600"), None);
        assert_eq!(of("record.a + 1 > 2"), None);
    }
}
