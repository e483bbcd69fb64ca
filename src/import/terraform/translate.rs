//! Writes what a resource of Terraform sets as the properties of the type of CloudFormation that says the same.
//!
//! The table of types does the work; from there on settings and flows of both languages are found by one mechanism.

use crate::import::terraform::arguments::{Arguments, GivenValue};
use crate::import::value::{Member, Value, What};
use crate::knowledge::terraform::{Rule, Step, Table, Type, capital};
use crate::source::Span;

/// What a resource becomes: its own properties, and resources that stand in blocks of it.
#[derive(Debug, Default)]
pub(super) struct Translated {
    pub(super) properties: Vec<Member>,
    pub(super) inner: Vec<Inner>,
}

/// A block that is a resource of its own in CloudFormation.
#[derive(Debug)]
pub(super) struct Inner {
    pub(super) kind: String,
    /// The property that names the resource around it.
    pub(super) link: String,
    pub(super) properties: Vec<Member>,
    pub(super) span: Span,
    /// What the block is called.
    pub(super) name: String,
}

/// What an argument or block is called, and where that stands.
type Name<'n> = (&'n str, Span);

/// The table and the type that is translated.
struct Translator<'t> {
    table: &'t Table,
    kind: &'t Type,
    inner: Vec<Inner>,
    /// Properties that are switched off.
    off: Vec<String>,
}

/// Translates all arguments of a resource.
pub(super) fn translated(table: &Table, kind: &Type, arguments: &Arguments) -> Translated {
    let mut translator = Translator { table, kind, inner: Vec::new(), off: Vec::new() };
    let mut properties = Vec::new();
    let place = slot(&mut properties, &kind.at, arguments.span, arguments.span);
    let into = kind.into.as_deref();
    translator.all(arguments, &kind.arguments, into, place);
    for (path, value) in &kind.sets {
        let value = Value::new(arguments.span, What::Text(value.clone()));
        set(&mut properties, path, arguments.span, value);
    }
    properties.retain(|member| !translator.off.contains(&member.key));
    Translated { properties, inner: translator.inner }
}

impl Translator<'_> {
    fn all(
        &mut self,
        arguments: &Arguments,
        rules: &std::collections::BTreeMap<String, Rule>,
        without: Option<&str>,
        place: &mut Vec<Member>,
    ) {
        let nothing = Rule::default();
        for given in &arguments.given {
            let rule = rules.get(&given.key);
            if rule.is_none() && without == Some(given.key.as_str()) {
                continue;
            }
            let rule = rule.unwrap_or(&nothing);
            if rule.dropped {
                continue;
            }
            match &given.value {
                GivenValue::Value(value) => self.value((&given.key, given.key_span), value, rule, place),
                GivenValue::Block(block) if self.table.maps.contains(&given.key) => {
                    self.value((&given.key, given.key_span), &verbatim(block), rule, place);
                }
                GivenValue::Block(block) => {
                    let holder = rule.inside.iter().find(|name| arguments.of(name).next().is_some());
                    match holder {
                        Some(holder) => {
                            let around = rules.get(holder).unwrap_or(&nothing);
                            let place = slot(place, &self.path(holder, around), given.key_span, block.span);
                            let rule = around.arguments.get(&given.key).unwrap_or(&nothing);
                            self.block((&given.key, given.key_span), block, rule, place);
                        }
                        None => self.block((&given.key, given.key_span), block, rule, place),
                    }
                }
            }
        }
    }

    fn value(&mut self, (key, key_span): Name<'_>, value: &Value, rule: &Rule, place: &mut Vec<Member>) {
        if value.is_absent() {
            return;
        }
        if let Some(property) = &rule.switches {
            if value.text() == Some("false") {
                self.off.push(property.clone());
            }
            return;
        }
        let mut value = value.clone();
        if let Some(word) = value.text().and_then(|text| rule.words.get(text)) {
            value.what = What::Text(word.clone());
        }
        if rule.capitals {
            value = capitals(value);
        }
        if let (What::Map(members), false) = (&value.what, rule.arguments.is_empty()) {
            value.what = What::Map(self.members(members, rule));
        }
        set(place, &self.path(key, rule), key_span, value);
    }

    /// The members of a map that is written as an argument and is a block all the same.
    fn members(&mut self, members: &[Member], rule: &Rule) -> Vec<Member> {
        let mut renamed = Vec::new();
        let nothing = Rule::default();
        for member in members {
            let rule = rule.arguments.get(&member.key).unwrap_or(&nothing);
            self.value((&member.key, member.key_span), &member.value, rule, &mut renamed);
        }
        renamed
    }

    fn block(&mut self, (key, key_span): Name<'_>, block: &Arguments, rule: &Rule, place: &mut Vec<Member>) {
        let path = self.path(key, rule);
        match &rule.resource {
            Some((kind, link)) => {
                let mut properties = Vec::new();
                let within = slot(&mut properties, &path, key_span, block.span);
                self.all(block, &rule.arguments, None, within);
                self.inner.push(Inner {
                    kind: kind.clone(),
                    link: link.clone(),
                    properties,
                    span: block.span,
                    name: key.to_owned(),
                });
            }
            None => {
                let within = slot(place, &path, key_span, block.span);
                self.all(block, &rule.arguments, None, within);
            }
        }
    }

    fn path(&self, key: &str, rule: &Rule) -> Vec<Step> {
        rule.path
            .clone()
            .unwrap_or_else(|| vec![Step { name: self.kind.by_rule(key), is_list: false, with: None }])
    }
}

/// The members of what stands at a path; what is not there yet is made, and a list gets another item.
fn slot<'m>(place: &'m mut Vec<Member>, path: &[Step], key_span: Span, span: Span) -> &'m mut Vec<Member> {
    let mut place = place;
    for step in path {
        let at = position(place, step, key_span, span);
        let what = if step.is_list {
            let What::List(items) = &mut place[at].value.what else { unreachable_list() };
            let with = step.with.iter().map(|(key, value)| Member {
                key: key.clone(),
                key_span,
                value: Value::new(span, What::Text(value.clone())),
            });
            items.push(Value::new(span, What::Map(with.collect())));
            &mut items.last_mut().expect("an item was just added").what
        } else {
            &mut place[at].value.what
        };
        if !matches!(what, What::Map(_)) {
            *what = What::Map(Vec::new());
        }
        let What::Map(members) = what else { unreachable_list() };
        place = members;
    }
    place
}

/// The index of the member that a step names, which holds a list where the step is one.
fn position(place: &mut Vec<Member>, step: &Step, key_span: Span, span: Span) -> usize {
    let at = place.iter().position(|member| member.key == step.name).unwrap_or_else(|| {
        let value = Value::new(span, What::Map(Vec::new()));
        place.push(Member { key: step.name.clone(), key_span, value });
        place.len() - 1
    });
    if step.is_list && !matches!(place[at].value.what, What::List(_)) {
        place[at].value.what = What::List(Vec::new());
    }
    at
}

fn unreachable_list() -> ! {
    panic!("a value was just made a list or a map")
}

/// Sets a value at a path; the items of a list are added to the list that is there.
fn set(place: &mut Vec<Member>, path: &[Step], key_span: Span, value: Value) {
    let Some((last, way)) = path.split_last() else { return };
    let place = slot(place, way, key_span, value.span);
    if last.is_list {
        let at = position(place, last, key_span, value.span);
        let What::List(items) = &mut place[at].value.what else { unreachable_list() };
        match value.what {
            What::List(new) => items.extend(new),
            _ => items.push(value),
        }
        return;
    }
    match place.iter_mut().find(|member| member.key == last.name) {
        Some(known) => known.value = value,
        None => place.push(Member { key: last.name.clone(), key_span, value }),
    }
}

/// A block whose keys are data, as the map that it means.
fn verbatim(block: &Arguments) -> Value {
    let members = block.given.iter().map(|given| Member {
        key: given.key.clone(),
        key_span: given.key_span,
        value: match &given.value {
            GivenValue::Value(value) => value.clone(),
            GivenValue::Block(block) => verbatim(block),
        },
    });
    Value::new(block.span, What::Map(members.collect()))
}

/// A value whose keys, at every depth, begin with a capital.
fn capitals(value: Value) -> Value {
    let what = match value.what {
        What::List(items) => What::List(items.into_iter().map(capitals).collect()),
        What::Map(members) => What::Map(
            members
                .into_iter()
                .map(|member| Member { key: capital(&member.key), value: capitals(member.value), ..member })
                .collect(),
        ),
        What::Either(branches) => What::Either(branches.into_iter().map(capitals).collect()),
        other => other,
    };
    Value { span: value.span, what }
}
