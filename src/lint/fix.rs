//! The change of the file that a rule proposes: settings to set, whether they are declared yet or not, and to take out.

use std::sync::Arc;

use crate::design::Design;
use crate::diagnostic::Fix;
use crate::expression::Value;
use crate::lint::find::Match;
use crate::lint::rule::{Part, SettingFix, SettingPlace};
use crate::lint::surroundings::Surroundings;
use crate::source::{Edit, Node, remove_entry, set_entries, written_like};

/// The fix of a match. Nothing where a new value cannot be worked out, and where the change would reach further than the
/// node or flow: a chain has no settings, and what an anchor shares is shared.
pub(super) fn of(fix: &SettingFix, surroundings: &Surroundings<'_>) -> Option<Fix> {
    let (design, matched) = (surroundings.design, surroundings.matched);
    let mut bodies = Vec::new();
    let mut changes = Vec::new();
    for (place, expression) in &fix.set {
        let (body, name) = body(design, matched, place.part)?;
        let value = written(&body, &expression.evaluate(surroundings))?;
        changes.push(format!("set `{}: {value}` at `{name}`", place.path));
        add_setting(&mut bodies, body, (steps(place), value));
    }
    let mut edits = Vec::new();
    for (body, settings) in &bodies {
        let settings: Vec<_> = settings.iter().map(|(path, value)| (&path[..], &value[..])).collect();
        edits.extend(set_entries(&design.text, body, &settings)?);
    }
    for place in &fix.remove {
        let (body, name) = body(design, matched, place.part)?;
        edits.push(remove_entry(&design.text, &body, &steps(place))?);
        changes.push(format!("remove `{}` from `{name}`", place.path));
    }
    let edits = apart(joined(edits))?;
    Some(Fix { title: changes.join(" and "), safe: fix.safe, edits })
}

/// Settings with their new values, by the mapping that they belong to.
type Bodies<'a> = Vec<(Arc<Node>, Vec<(Vec<&'a str>, String)>)>;

/// Settings of one mapping are set together, since some may have to share what is added for them.
fn add_setting<'a>(bodies: &mut Bodies<'a>, body: Arc<Node>, setting: (Vec<&'a str>, String)) {
    match bodies.iter_mut().find(|(known, _)| Arc::ptr_eq(known, &body)) {
        Some((_, settings)) => settings.push(setting),
        None => bodies.push((body, vec![setting])),
    }
}

fn steps(place: &SettingPlace) -> Vec<&str> {
    place.path.split('.').collect()
}

/// The mapping that holds the settings of a part, and what the part is called.
fn body(design: &Design, matched: &Match, part: Part) -> Option<(Arc<Node>, String)> {
    let of_node = |node: usize| {
        let node = &design.nodes[node];
        Some((Arc::clone(node.body.as_ref()?), node.id.clone()))
    };
    match (part, matched) {
        (Part::Itself, Match::Node(node)) => of_node(*node),
        (Part::Itself, Match::Flow(flow)) => {
            let flow = &design.flows[*flow];
            let name = format!("{} -> {}", design.nodes[flow.from].id, design.nodes[flow.to].id);
            Some((Arc::clone(flow.body.as_ref()?), name))
        }
        (Part::From, Match::Flow(flow)) => of_node(design.flows[*flow].from),
        (Part::To, Match::Flow(flow)) => of_node(design.flows[*flow].to),
        (Part::From, Match::Path { from, .. }) => of_node(*from),
        (Part::To, Match::Path { to, .. }) => of_node(*to),
        _ => None,
    }
}

/// A value as a design writes it.
fn written(body: &Node, value: &Value) -> Option<String> {
    match value {
        Value::Unknown | Value::Undetermined | Value::Null | Value::Object(_) => None,
        Value::List(items) => {
            let items: Option<Vec<String>> = items.iter().map(|item| written(body, item)).collect();
            Some(format!("[{}]", items?.join(", ")))
        }
        Value::Text(text) => Some(written_like(body, text)),
        Value::Flag(_) | Value::Quantity(_) => Some(value.to_string()),
    }
}

/// Several entries that are added at one place are one edit.
fn joined(edits: Vec<Edit>) -> Vec<Edit> {
    let mut joined: Vec<Edit> = Vec::with_capacity(edits.len());
    for (span, new) in edits {
        match joined.iter_mut().find(|(known, _)| *known == span) {
            Some((_, known)) => known.push_str(&new),
            None => joined.push((span, new)),
        }
    }
    joined
}

/// The edits, unless one lies within another: a setting that is added at the end of an entry that is taken out, say.
fn apart(edits: Vec<Edit>) -> Option<Vec<Edit>> {
    let mut spans: Vec<_> = edits.iter().map(|(span, _)| *span).collect();
    spans.sort_unstable();
    spans.windows(2).all(|pair| pair[0].end <= pair[1].start).then_some(edits)
}
