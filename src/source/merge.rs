//! Closes a mapping: every key once, and what `<<` brings in.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::source::builder::Item;
use crate::source::fault::{Fault, FaultKind};
use crate::source::scalar::Style;
use crate::source::span::Span;
use crate::source::tree::{Entry, Mapping, Node, Value};

/// Whether `key` is a plain `<<`; a quoted one is an ordinary key.
pub(crate) fn is_merge(key: &Node) -> bool {
    key.as_scalar().is_some_and(|scalar| scalar.style == Style::Plain && scalar.text == "<<")
}

/// What speaks against `key` as the key of an entry.
pub(crate) fn bad_key(key: &Item, text: &str) -> Option<Fault> {
    if key.node.as_scalar().is_none() {
        let message = format!("a key must be text, but this is {}", key.node.kind());
        let fault = Fault::new(FaultKind::BadKey, key.place, message);
        let template =
            text[..key.place.end as usize].ends_with('}') && text[..key.place.start as usize].ends_with('{');
        return Some(if template { fault.help("put quotes around the whole template") } else { fault });
    }
    let missing = key.node.is_null() && key.place.is_empty();
    missing.then(|| {
        let colon = u32::from(text[key.place.range().start..].starts_with(':'));
        let place = Span::new(key.place.start, key.place.start + colon);
        Fault::new(FaultKind::BadKey, place, "expected a key before the `:`")
    })
}

/// The mapping of `entries`, completed from the values of its `<<` keys; earlier ones win.
pub(crate) fn mapping(entries: Vec<Entry>, merges: &[(Span, Item)], faults: &mut Vec<Fault>) -> Mapping {
    let keep = firsts(&entries, faults);
    let mut keep = keep.into_iter();
    let mut entries = entries;
    entries.retain(|_| keep.next().unwrap_or(true));
    if !merges.is_empty() {
        let added = brought_in(&entries, &sources(merges, faults));
        entries.extend(added);
    }
    Mapping { entries }
}

/// How many keys of one mapping are reported apart before the rest is only counted.
const MOST_TWICE: usize = 10_000;

/// For each entry whether it is the first of its key; reports the others.
fn firsts(entries: &[Entry], faults: &mut Vec<Fault>) -> Vec<bool> {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    let mut keep = Vec::with_capacity(entries.len());
    let (mut reported, mut beyond) = (0, None);
    for (nth, entry) in entries.iter().enumerate() {
        let text = entry.key.as_text().unwrap_or_default();
        let first = *seen.entry(text).or_insert(nth);
        keep.push(first == nth);
        if first != nth && reported == MOST_TWICE {
            let (_, more) = beyond.get_or_insert((entry.key.span, 0));
            *more += 1;
        } else if first != nth {
            reported += 1;
            faults.push(twice(text, entry.key.span, entries[first].key.span));
        }
    }
    if let Some((span, more)) = beyond {
        let message = format!("from here on {more} more keys are set twice; the first ones count");
        faults.push(Fault::new(FaultKind::DuplicateKey, span, message));
    }
    keep
}

fn twice(key: &str, second: Span, first: Span) -> Fault {
    Fault::new(FaultKind::DuplicateKey, second, format!("the key `{key}` is set twice; the first one counts"))
        .related(first, "set here first")
        .help("remove one of the two")
}

/// The mappings that the first `<<` names; reports what is no mapping, and every further `<<`.
fn sources<'m>(merges: &'m [(Span, Item)], faults: &mut Vec<Fault>) -> Vec<&'m Arc<Node>> {
    for (second, _) in &merges[1..] {
        let help = "give one `<<` a list of the mappings, `<<: [*a, *b]`";
        let fault = twice("<<", *second, merges[0].0);
        faults.push(fault.help(help));
    }
    let item = &merges[0].1;
    let listed = match &item.node.value {
        Value::Sequence(items) => items.as_slice(),
        _ => std::slice::from_ref(&item.node),
    };
    let (good, bad): (Vec<_>, Vec<_>) = listed.iter().partition(|node| node.as_mapping().is_some());
    if let Some(node) = bad.iter().find(|node| !node.is_stand_in()) {
        let message = format!("`<<` takes a mapping or a list of mappings, but found {}", node.kind());
        faults.push(Fault::new(FaultKind::BadMerge, item.place, message));
    }
    good
}

/// The entries of `sources` whose keys are new; an earlier source wins.
fn brought_in(own: &[Entry], sources: &[&Arc<Node>]) -> Vec<Entry> {
    let mut seen: BTreeSet<&str> = own.iter().filter_map(|entry| entry.key.as_text()).collect();
    let all = sources.iter().filter_map(|node| node.as_mapping()).flat_map(Mapping::iter);
    let new = all.filter(|(key, _)| seen.insert(key));
    new.map(|(_, entry)| Entry { merged: true, ..entry.clone() }).collect()
}
