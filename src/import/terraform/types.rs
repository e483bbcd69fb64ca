//! What the type of a variable adds to its value: the defaults of optional attributes of objects.

use crate::import::terraform::evaluate::{Evaluator, Scope};
use crate::import::terraform::syntax::{Expression, Key, Kind};
use crate::import::value::{Member, Value, What};

/// The value with the defaults that its type gives, at every depth; types change nothing else.
pub(super) fn conform(evaluator: &mut Evaluator<'_>, value: Value, kind: &Expression) -> Value {
    let Kind::Call(call) = &kind.kind else { return value };
    let Some(inner) = call.arguments.first() else { return value };
    let what = match (call.name.as_str(), value.what) {
        ("list" | "set", What::List(items)) => {
            What::List(items.into_iter().map(|item| conform(evaluator, item, inner)).collect())
        }
        ("map", What::Map(members)) => What::Map(
            members
                .into_iter()
                .map(|member| Member { value: conform(evaluator, member.value, inner), ..member })
                .collect(),
        ),
        ("object", What::Map(members)) => What::Map(object(evaluator, members, inner)),
        (_, what) => what,
    };
    Value { span: value.span, what }
}

fn object(evaluator: &mut Evaluator<'_>, mut members: Vec<Member>, kind: &Expression) -> Vec<Member> {
    let Kind::Object(attributes) = &kind.kind else { return members };
    for (key, kind) in attributes {
        let Key::Name(name, span) = key else { continue };
        let (kind, default) = match &kind.kind {
            Kind::Call(call) if call.name == "optional" => match call.arguments.as_slice() {
                [kind, default, ..] => (kind, Some(default)),
                [kind] => (kind, None),
                [] => continue,
            },
            _ => (kind, None),
        };
        let at = members.iter().position(|member| member.key == *name && !member.value.is_absent());
        let value = match (at, default) {
            (Some(at), _) => members.remove(at).value,
            (None, Some(default)) => evaluator.evaluate(default, &mut Scope::new(0)),
            (None, None) => Value::new(*span, What::Absent),
        };
        let value = conform(evaluator, value, kind);
        members.retain(|member| member.key != *name);
        members.push(Member { key: name.clone(), key_span: *span, value });
    }
    members
}
