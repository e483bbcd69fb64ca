//! Functions of numbers, and changes of type.

use crate::import::terraform::operators::{as_number, number};
use crate::import::value::{Value, What};
use crate::source::Span;

/// The value of a function of numbers; nothing where the name is another's or something is not known.
pub(super) fn apply(name: &str, values: &[Value], span: Span) -> Option<Value> {
    match (name, values) {
        ("abs", [value]) => Some(number(span, as_number(value)?.abs())),
        ("ceil", [value]) => Some(number(span, as_number(value)?.ceil())),
        ("floor", [value]) => Some(number(span, as_number(value)?.floor())),
        ("max", values) => most(values, f64::max).map(|most| number(span, most)),
        ("min", values) => most(values, f64::min).map(|most| number(span, most)),
        ("sum", [value]) => {
            let sum = value.items().into_iter().map(as_number).sum::<Option<f64>>()?;
            Some(number(span, sum))
        }
        ("pow", [base, exponent]) => {
            let power = as_number(base)?.powf(as_number(exponent)?);
            power.is_finite().then(|| number(span, power))
        }
        ("tonumber", [value]) => as_number(value).map(|value| number(span, value)),
        ("parseint", [value, base]) => {
            let base = as_number(base).filter(|base| (2.0..=36.0).contains(base))?;
            Some(number(span, i64::from_str_radix(value.text()?, base as u32).ok()? as f64))
        }
        ("tobool", [value]) => {
            value.text().filter(|text| matches!(*text, "true" | "false")).map(|_| value.clone())
        }
        ("tostring" | "sensitive" | "nonsensitive" | "ephemeralasnull", [value]) => {
            (!matches!(value.what, What::Unknown(_))).then(|| value.clone())
        }
        _ => None,
    }
}

fn most(values: &[Value], pick: impl Fn(f64, f64) -> f64) -> Option<f64> {
    let numbers = values.iter().map(as_number).collect::<Option<Vec<f64>>>()?;
    numbers.into_iter().reduce(pick)
}
