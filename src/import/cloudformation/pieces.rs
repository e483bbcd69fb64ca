//! Puts values together and takes them apart: joined and split texts, open choices, filled-in names.

use crate::import::value::{Value, What};
use crate::source::Span;

/// One of several values; those that are the same are one.
pub(super) fn either(span: Span, branches: Vec<Value>) -> Value {
    let mut distinct: Vec<Value> = Vec::new();
    for branch in branches {
        if !distinct.iter().any(|known| known.what == branch.what) {
            distinct.push(branch);
        }
    }
    if distinct.len() == 1 {
        return Value { span, ..distinct.remove(0) };
    }
    Value::new(span, What::Either(distinct))
}

/// The items of a list as one text.
pub(super) fn joined(span: Span, with: &str, list: Value) -> Value {
    let items = match list.what {
        What::List(items) => items,
        // A list that nobody knows yet.
        _ => vec![list],
    };
    let mut parts = Vec::new();
    for (index, item) in items.into_iter().enumerate() {
        if index > 0 && !with.is_empty() {
            parts.push(Value::new(span, What::Text(with.to_owned())));
        }
        parts.push(item);
    }
    whole(span, parts)
}

/// Parts as one value: texts side by side are one, and a single part is the value itself.
pub(super) fn whole(span: Span, parts: Vec<Value>) -> Value {
    let mut all: Vec<Value> = Vec::new();
    for part in parts.into_iter().flat_map(flat) {
        match (all.last_mut().map(|last| &mut last.what), &part.what) {
            (Some(What::Text(last)), What::Text(next)) => last.push_str(next),
            (_, What::Text(text)) if text.is_empty() => {}
            _ => all.push(part),
        }
    }
    match all.len() {
        0 => Value::new(span, What::Text(String::new())),
        1 => Value { span, ..all.remove(0) },
        _ => Value::new(span, What::Joined(all)),
    }
}

fn flat(value: Value) -> Vec<Value> {
    match value.what {
        What::Joined(parts) => parts,
        What::Absent => Vec::new(),
        _ => vec![value],
    }
}

/// A text cut at a mark, also where parts of it are unknown.
pub(super) fn split(span: Span, at: &str, text: &Value) -> Value {
    let parts = match &text.what {
        What::Text(_) => std::slice::from_ref(text),
        What::Joined(parts) => parts.as_slice(),
        _ => return Value { span, ..text.clone() },
    };
    if at.is_empty() {
        return text.clone();
    }
    let mut items: Vec<Vec<Value>> = vec![Vec::new()];
    for part in parts {
        let What::Text(text) = &part.what else {
            items.last_mut().expect("one item at the least").push(part.clone());
            continue;
        };
        for (index, piece) in text.split(at).enumerate() {
            if index > 0 {
                items.push(Vec::new());
            }
            let piece = Value::new(part.span, What::Text(piece.to_owned()));
            items.last_mut().expect("one item at the least").push(piece);
        }
    }
    Value::new(span, What::List(items.into_iter().map(|parts| whole(span, parts)).collect()))
}

/// The item of a list.
pub(super) fn selected(index: usize, list: &Value) -> Option<Value> {
    match &list.what {
        What::List(items) => items.get(index).cloned(),
        What::Either(branches) => {
            let found: Vec<Value> = branches.iter().filter_map(|branch| selected(index, branch)).collect();
            (!found.is_empty()).then(|| either(list.span, found))
        }
        _ => None,
    }
}

/// A text in which every `${NAME}` is replaced; `${!NAME}` stands for `${NAME}` itself.
pub(super) fn filled(span: Span, text: &str, look_up: &dyn Fn(&str) -> Value) -> Value {
    let mut parts = Vec::new();
    let mut rest = text;
    let literal = |text: &str| Value::new(span, What::Text(text.to_owned()));
    while let Some(open) = rest.find("${") {
        let Some(close) = rest[open..].find('}').map(|close| open + close) else { break };
        parts.push(literal(&rest[..open]));
        let name = rest[open + 2..close].trim();
        parts.push(match name.strip_prefix('!') {
            Some(kept) => literal(&format!("${{{kept}}}")),
            None => look_up(name),
        });
        rest = &rest[close + 1..];
    }
    parts.push(literal(rest));
    whole(span, parts)
}

#[cfg(test)]
mod tests {
    use super::{filled, joined, selected, split};
    use crate::import::value::{Value, What};
    use crate::source::Span;

    const NOWHERE: Span = Span { start: 0, end: 0 };

    fn reference(name: &str) -> Value {
        Value::new(NOWHERE, What::Reference { resource: name.to_owned(), attribute: None })
    }

    #[test]
    fn names_are_filled_in_and_literals_kept() {
        let value = filled(NOWHERE, "a-${X}-${!Y}-${Z", &reference);
        assert_eq!(value.shown(), "a-${X}-${Y}-${Z");
        assert_eq!(filled(NOWHERE, "${X}", &reference), reference("X"));
    }

    #[test]
    fn what_is_joined_can_be_split_again() {
        let list = Value::new(NOWHERE, What::List(vec![reference("A"), reference("B")]));
        let both = joined(NOWHERE, "/", list);
        assert_eq!(both.shown(), "${A}/${B}");
        assert_eq!(selected(1, &split(NOWHERE, "/", &both)), Some(reference("B")));
        assert_eq!(selected(2, &split(NOWHERE, "/", &both)), None);
    }
}
