//! Functions of lists, sets and maps. A set is a list without repetitions.
//!
//! A list of which a part is not known keeps the rest: what is known of it still leads somewhere.

use crate::import::terraform::evaluate::{either, put, unknown};
use crate::import::terraform::functions::{MISSING, text_value};
use crate::import::terraform::operators::{as_number, equal, number};
use crate::import::value::{Member, Value, What};
use crate::source::Span;

/// The longest list that `range` and `setproduct` make.
const LONGEST: usize = 10_000;

/// The value of a function of collections; nothing where the name is another's or something is not known.
pub(super) fn apply(name: &str, values: &[Value], span: Span) -> Option<Value> {
    let list = |items: Vec<Value>| Some(Value::new(span, What::List(items)));
    match (name, values) {
        ("concat" | "setunion", lists) => {
            let all = lists.iter().flat_map(parts).cloned().collect();
            list(if name == "concat" { all } else { distinct(all) })
        }
        ("flatten", [value]) => list(flat(value)),
        ("compact", [value]) => list(items(value)?.iter().filter(|item| !is_empty(item)).cloned().collect()),
        ("toset" | "distinct", [value]) => list(distinct(items(value)?.to_vec())),
        ("tolist", [value]) => list(items(value)?.to_vec()),
        ("reverse", [value]) => list(items(value)?.iter().rev().cloned().collect()),
        ("sort", [value]) => {
            let mut sorted = items(value)?.to_vec();
            sorted.sort_by_key(Value::shown);
            list(sorted)
        }
        ("slice", [value, start, end]) => {
            let (start, end) = (as_number(start)? as usize, as_number(end)? as usize);
            list(items(value)?.get(start..end)?.to_vec())
        }
        ("chunklist", [value, size]) => {
            let size = as_number(size).filter(|size| *size >= 1.0)? as usize;
            list(
                items(value)?
                    .chunks(size)
                    .map(|chunk| Value::new(span, What::List(chunk.to_vec())))
                    .collect(),
            )
        }
        ("range", bounds) => range(span, bounds),
        ("setintersection", [first, others @ ..]) => {
            let others = others.iter().map(items).collect::<Option<Vec<_>>>()?;
            let keeps = |item: &&Value| others.iter().all(|other| holds(other, item));
            list(items(first)?.iter().filter(keeps).cloned().collect())
        }
        ("setsubtract", [first, other]) => {
            let other = items(other)?;
            list(items(first)?.iter().filter(|item| !holds(other, item)).cloned().collect())
        }
        ("setproduct", lists) => product(span, lists),
        ("keys", [value]) => list(
            members(value)?.iter().map(|member| text_value(member.key_span, member.key.clone())).collect(),
        ),
        ("values", [value]) => list(members(value)?.iter().map(|member| member.value.clone()).collect()),
        ("zipmap", [keys, values]) => zipped(span, items(keys)?, items(values)?),
        ("merge", maps) => Some(merged(span, maps)),
        ("tomap", [value]) => members(value).map(|_| value.clone()),
        _ => of_one(name, values, span),
    }
}

/// Functions that look for one thing in collections.
fn of_one(name: &str, values: &[Value], span: Span) -> Option<Value> {
    match (name, values) {
        ("length", [value]) => length(value).map(|length| number(span, length as f64)),
        ("element", [value, index]) => {
            let items = items(value)?;
            match as_number(index) {
                _ if items.is_empty() => Some(unknown(span, MISSING)),
                Some(index) => items.get(index.rem_euclid(items.len() as f64) as usize).cloned(),
                None => Some(either(span, items.to_vec())),
            }
        }
        ("lookup", [value, key, otherwise @ ..]) => {
            let found = members(value).map(|_| value.get(key.text()?).cloned())?;
            Some(found.or_else(|| otherwise.first().cloned()).unwrap_or_else(|| unknown(span, MISSING)))
        }
        ("contains", [value, item]) => {
            let found: Vec<Option<bool>> = items(value)?.iter().map(|other| equal(other, item)).collect();
            let known = found.contains(&Some(true)) || found.iter().all(Option::is_some);
            known.then(|| text_value(span, found.contains(&Some(true)).to_string()))
        }
        ("index", [value, item]) => {
            let at = items(value)?.iter().position(|other| equal(other, item) == Some(true))?;
            Some(number(span, at as f64))
        }
        ("one", [value]) => match &value.what {
            What::List(items) if items.len() <= 1 => {
                Some(items.first().cloned().unwrap_or(Value::new(span, What::Absent)))
            }
            What::Reference { .. } => Some(value.clone()),
            _ => None,
        },
        ("coalesce", values) => Some(coalesce(span, values)),
        ("coalescelist", values) => {
            values.iter().find(|value| length(value).is_none_or(|length| length > 0)).cloned()
        }
        ("alltrue" | "anytrue", [value]) => {
            let flags: Vec<&str> = items(value)?.iter().map(Value::text).collect::<Option<_>>()?;
            let holds = if name == "alltrue" {
                flags.iter().all(|flag| *flag == "true")
            } else {
                flags.contains(&"true")
            };
            Some(text_value(span, holds.to_string()))
        }
        _ => None,
    }
}

fn items(value: &Value) -> Option<&[Value]> {
    if let What::List(items) = &value.what { Some(items) } else { None }
}

fn members(value: &Value) -> Option<&[Member]> {
    if let What::Map(members) = &value.what { Some(members) } else { None }
}

/// The items of a list; what is not known stands for some of them.
fn parts(value: &Value) -> Vec<&Value> {
    match &value.what {
        What::List(items) => items.iter().collect(),
        What::Either(branches) => branches.iter().flat_map(parts).collect(),
        What::Absent => Vec::new(),
        _ => vec![value],
    }
}

fn flat(value: &Value) -> Vec<Value> {
    match &value.what {
        What::List(items) => items.iter().flat_map(flat).collect(),
        What::Either(branches) => branches.iter().flat_map(flat).collect(),
        What::Absent => Vec::new(),
        _ => vec![value.clone()],
    }
}

fn is_empty(value: &Value) -> bool {
    matches!(&value.what, What::Absent) || value.text() == Some("")
}

fn holds(items: &[Value], item: &Value) -> bool {
    items.iter().any(|other| equal(other, item) == Some(true))
}

fn distinct(items: Vec<Value>) -> Vec<Value> {
    let mut kept: Vec<Value> = Vec::with_capacity(items.len());
    for item in items {
        if !holds(&kept, &item) {
            kept.push(item);
        }
    }
    kept
}

fn length(value: &Value) -> Option<usize> {
    match &value.what {
        What::List(items) if !items.iter().any(|item| matches!(item.what, What::Unknown(_))) => {
            Some(items.len())
        }
        What::Map(members) => Some(members.len()),
        What::Text(text) => Some(text.chars().count()),
        What::Absent => Some(0),
        _ => None,
    }
}

fn range(span: Span, bounds: &[Value]) -> Option<Value> {
    let bounds = bounds.iter().map(as_number).collect::<Option<Vec<f64>>>()?;
    let (start, end, step) = match bounds.as_slice() {
        [end] => (0.0, *end, 1.0),
        [start, end] => (*start, *end, 1.0),
        [start, end, step] => (*start, *end, *step),
        _ => return None,
    };
    let count = ((end - start) / step).ceil();
    if !(0.0..=LONGEST as f64).contains(&count) {
        return None;
    }
    let items = (0..count as usize).map(|index| number(span, start + step * index as f64)).collect();
    Some(Value::new(span, What::List(items)))
}

fn product(span: Span, lists: &[Value]) -> Option<Value> {
    let mut all: Vec<Vec<Value>> = vec![Vec::new()];
    for list in lists {
        let items = items(list)?;
        if all.len().saturating_mul(items.len()) > LONGEST {
            return None;
        }
        all = all
            .iter()
            .flat_map(|known| items.iter().map(|item| known.iter().cloned().chain([item.clone()]).collect()))
            .collect();
    }
    let rows = all.into_iter().map(|row| Value::new(span, What::List(row))).collect();
    Some(Value::new(span, What::List(rows)))
}

fn zipped(span: Span, keys: &[Value], values: &[Value]) -> Option<Value> {
    let mut found = Vec::new();
    for (key, value) in keys.iter().zip(values) {
        put(&mut found, Member { key: key.text()?.to_owned(), key_span: key.span, value: value.clone() });
    }
    Some(Value::new(span, What::Map(found)))
}

/// The members of all maps, the last of a key counts; a map that is not known adds nothing that could be named.
fn merged(span: Span, maps: &[Value]) -> Value {
    let mut found = Vec::new();
    for map in maps {
        match &map.what {
            What::List(items) => {
                for member in items.iter().flat_map(|item| members(item).unwrap_or_default()) {
                    put(&mut found, member.clone());
                }
            }
            _ => map.members().into_iter().for_each(|member| put(&mut found, member.clone())),
        }
    }
    let open = maps.iter().find(|map| matches!(map.what, What::Unknown(_)));
    match open {
        Some(open) if found.is_empty() => unknown(span, &open.shown()),
        _ => Value::new(span, What::Map(found)),
    }
}

/// The first value that is something. One that is not known may be nothing, so that the next ones stay possible.
fn coalesce(span: Span, values: &[Value]) -> Value {
    let mut possible = Vec::new();
    for value in values.iter().filter(|value| !is_empty(value)) {
        possible.push(value.clone());
        if !matches!(value.what, What::Unknown(_) | What::Either(_)) {
            break;
        }
    }
    if possible.is_empty() { Value::new(span, What::Absent) } else { either(span, possible) }
}
