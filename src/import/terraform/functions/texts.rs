//! Functions of texts.
//!
//! What only trims a text or changes its letters leaves a reference what it is: a bucket's name in lower case still
//! names the bucket.

use crate::import::terraform::functions::text_value;
use crate::import::terraform::operators::{as_number, joined};
use crate::import::value::{Value, What};
use crate::source::Span;

/// The longest text that is made.
const LONGEST: usize = 1_000_000;

/// The value of a function of texts; nothing where the name is another's or something is not known.
pub(super) fn apply(name: &str, values: &[Value], span: Span) -> Option<Value> {
    match (name, values) {
        ("format", [pattern, values @ ..]) => format(span, pattern.text()?, values),
        ("formatlist", [pattern, values @ ..]) => format_list(span, pattern.text()?, values),
        ("join", [separator, lists @ ..]) => join(span, separator.text()?, lists),
        ("split", [separator, value]) => split(span, separator.text()?, value.text()?),
        ("replace", [value, old, new]) => replace(span, value, old.text()?, new.text()?),
        ("substr", [value, start, length]) => substring(span, value.text()?, start, length),
        ("startswith", [value, other]) => {
            Some(text_value(span, value.text()?.starts_with(other.text()?).to_string()))
        }
        ("endswith", [value, other]) => {
            Some(text_value(span, value.text()?.ends_with(other.text()?).to_string()))
        }
        ("strcontains", [value, other]) => {
            Some(text_value(span, value.text()?.contains(other.text()?).to_string()))
        }
        ("lower", [value]) => changed(span, value, str::to_lowercase),
        ("upper", [value]) => changed(span, value, str::to_uppercase),
        ("title", [value]) => changed(span, value, title),
        ("trimspace", [value]) => changed(span, value, |text| text.trim().to_owned()),
        ("chomp", [value]) => changed(span, value, |text| text.trim_end_matches(['\r', '\n']).to_owned()),
        ("trim", [value, set]) => {
            let set: Vec<char> = set.text()?.chars().collect();
            changed(span, value, |text| text.trim_matches(set.as_slice()).to_owned())
        }
        ("trimprefix", [value, prefix]) => {
            let prefix = prefix.text()?;
            changed(span, value, |text| text.strip_prefix(prefix).unwrap_or(text).to_owned())
        }
        ("trimsuffix", [value, suffix]) => {
            let suffix = suffix.text()?;
            changed(span, value, |text| text.strip_suffix(suffix).unwrap_or(text).to_owned())
        }
        ("basename", [value]) => {
            changed(span, value, |text| text.rsplit('/').next().unwrap_or(text).to_owned())
        }
        ("dirname", [value]) => {
            changed(span, value, |text| text.rsplit_once('/').map_or(".", |(folder, _)| folder).to_owned())
        }
        ("abspath" | "pathexpand", [value]) | ("indent", [_, value]) => changed(span, value, str::to_owned),
        _ => None,
    }
}

fn changed(span: Span, value: &Value, change: impl Fn(&str) -> String) -> Option<Value> {
    match &value.what {
        What::Text(text) => Some(text_value(span, change(text))),
        What::Reference { .. } | What::Joined(_) => Some(Value { span, ..value.clone() }),
        _ => None,
    }
}

fn title(text: &str) -> String {
    let mut is_first = true;
    text.chars()
        .flat_map(|letter| {
            let upper = is_first;
            is_first = !letter.is_alphanumeric();
            if upper { letter.to_uppercase().collect::<Vec<char>>() } else { vec![letter] }
        })
        .collect()
}

/// `%s`, `%d`, `%v` and `%q` stand for the values, whatever these are; a width counts where the value is a number.
fn format(span: Span, pattern: &str, values: &[Value]) -> Option<Value> {
    let (mut parts, mut values) = (Vec::new(), values.iter());
    let mut rest = pattern;
    while let Some(at) = rest.find('%') {
        parts.push(text_value(span, &rest[..at]));
        rest = &rest[at + 1..];
        let end = rest.find(|letter: char| letter.is_ascii_alphabetic() || letter == '%')?;
        let (flags, verb) = (&rest[..end], rest[end..].chars().next()?);
        rest = &rest[end + verb.len_utf8()..];
        parts.push(match verb {
            '%' => text_value(span, "%"),
            'd' => padded(span, flags, values.next()?),
            'q' => {
                let value = values.next()?;
                joined(span, vec![text_value(span, "\""), value.clone(), text_value(span, "\"")])
            }
            _ => values.next()?.clone(),
        });
    }
    parts.push(text_value(span, rest));
    Some(joined(span, parts))
}

fn padded(span: Span, flags: &str, value: &Value) -> Value {
    let width: usize = flags.trim_start_matches('0').parse().unwrap_or(0);
    match as_number(value) {
        Some(number) if flags.starts_with('0') && width < 100 => {
            text_value(span, format!("{number:0>width$}"))
        }
        _ => value.clone(),
    }
}

/// The pattern for each item of the lists among the values.
fn format_list(span: Span, pattern: &str, values: &[Value]) -> Option<Value> {
    let length = values.iter().find_map(|value| match &value.what {
        What::List(items) => Some(items.len()),
        _ => None,
    })?;
    let items = (0..length).map(|index| {
        let values: Option<Vec<Value>> = values
            .iter()
            .map(|value| match &value.what {
                What::List(items) => items.get(index).cloned(),
                _ => Some(value.clone()),
            })
            .collect();
        format(span, pattern, &values?)
    });
    Some(Value::new(span, What::List(items.collect::<Option<_>>()?)))
}

fn join(span: Span, separator: &str, lists: &[Value]) -> Option<Value> {
    let mut parts = Vec::new();
    for list in lists {
        let What::List(items) = &list.what else { return None };
        for item in items.iter().flat_map(Value::items) {
            if !parts.is_empty() {
                parts.push(text_value(span, separator));
            }
            parts.push(item.clone());
        }
    }
    Some(joined(span, parts))
}

fn split(span: Span, separator: &str, text: &str) -> Option<Value> {
    let items: Vec<Value> = if separator.is_empty() {
        return None;
    } else if text.is_empty() {
        Vec::new()
    } else {
        text.split(separator).map(|item| text_value(span, item)).collect()
    };
    Some(Value::new(span, What::List(items)))
}

/// A pattern between slashes is a regular expression, which is not followed.
fn replace(span: Span, value: &Value, old: &str, new: &str) -> Option<Value> {
    if old.len() > 1 && old.starts_with('/') && old.ends_with('/') {
        return None;
    }
    let text = value.text()?;
    let grows = text.len().saturating_mul(new.len().max(1));
    (grows <= LONGEST).then(|| text_value(span, text.replace(old, new)))
}

fn substring(span: Span, text: &str, start: &Value, length: &Value) -> Option<Value> {
    let count = text.chars().count() as f64;
    let start = as_number(start)?;
    let start = if start < 0.0 { (count + start).max(0.0) } else { start };
    let length = Some(as_number(length)?).filter(|length| *length >= 0.0).unwrap_or(count);
    let part: String = text.chars().skip(start as usize).take(length as usize).collect();
    Some(text_value(span, part))
}
