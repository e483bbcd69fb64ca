//! Works out expressions as far as they can be known before anything is deployed.
//!
//! Values are those of [`value`](crate::import::value): what is not known stays in them as such. Work is bounded: by the
//! depth of expressions that lead to others, and by the number of values that are made in all; what lies beyond is
//! unknown, too.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use crate::diagnostic::Diagnostic;
use crate::import::files::Files;
use crate::import::local::Local;
use crate::import::terraform::functions;
use crate::import::terraform::instances::{Instance, Memo};
use crate::import::terraform::operators::{self, Truth};
use crate::import::terraform::syntax::{Conditional, Expression, For, Key, Kind, Part};
use crate::import::value::{Member, Value, What};
use crate::source::Span;

/// How deep expressions may lead to others; far more than people write.
const DEEPEST: usize = 120;
/// How many values are made before the rest is unknown.
const MOST_VALUES: usize = 1_000_000;

/// Everything that is read, and what was worked out of it so far.
pub(super) struct Evaluator<'l> {
    pub(super) local: &'l dyn Local,
    pub(super) files: Files,
    pub(super) mistakes: Vec<Diagnostic>,
    /// Modules as they are called, the root first.
    pub(super) instances: Vec<Instance>,
    pub(super) memo: BTreeMap<(usize, &'static str, String), Memo>,
    /// Resources by address: the instance of the module that declares each, and its place among its resources.
    pub(super) addresses: BTreeMap<String, Address>,
    depth: usize,
    made: usize,
}

/// Where a resource is declared, and as what its repetition names it.
#[derive(Debug, Clone)]
pub(super) struct Address {
    pub(super) instance: usize,
    pub(super) index: usize,
    pub(super) is_data: bool,
    pub(super) names: Vec<(String, Value)>,
}

/// What names mean at a place: the module, and the names of repetitions, the innermost last.
#[derive(Debug, Clone)]
pub(super) struct Scope {
    pub(super) instance: usize,
    pub(super) names: Vec<(String, Value)>,
}

impl Scope {
    pub(super) fn new(instance: usize) -> Self {
        Self { instance, names: Vec::new() }
    }

    pub(super) fn name(&self, name: &str) -> Option<&Value> {
        self.names.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value)
    }
}

impl<'l> Evaluator<'l> {
    pub(super) fn new(local: &'l dyn Local) -> Self {
        Self {
            local,
            files: Files::default(),
            mistakes: Vec::new(),
            instances: Vec::new(),
            memo: BTreeMap::new(),
            addresses: BTreeMap::new(),
            depth: 0,
            made: 0,
        }
    }

    /// The value of an expression, at the place of the expression.
    pub(super) fn evaluate(&mut self, expression: &Expression, scope: &mut Scope) -> Value {
        let span = expression.span;
        if self.depth >= DEEPEST || self.made >= MOST_VALUES {
            return unknown(span, "what takes too long to work out");
        }
        self.depth += 1;
        let value = self.value(expression, scope);
        self.depth -= 1;
        self.made += size(&value);
        value
    }

    fn value(&mut self, expression: &Expression, scope: &mut Scope) -> Value {
        let span = expression.span;
        match &expression.kind {
            Kind::Null => Value::new(span, What::Absent),
            Kind::Literal(text) => Value::new(span, What::Text(text.clone())),
            Kind::Template(parts) => self.template(span, parts, scope),
            Kind::List(items) => {
                Value::new(span, What::List(items.iter().map(|item| self.evaluate(item, scope)).collect()))
            }
            Kind::Object(members) => self.object(span, members, scope),
            Kind::Variable(_) | Kind::Attribute(..) | Kind::Index(..) | Kind::Splat(..) => {
                self.reference(expression, scope)
            }
            Kind::Call(call) => functions::call(self, call, span, scope),
            Kind::Conditional(conditional) => self.conditional(span, conditional, scope),
            Kind::Not(operand) => operators::not(span, &self.evaluate(operand, scope)),
            Kind::Negative(operand) => operators::negative(span, &self.evaluate(operand, scope)),
            Kind::Binary(operator, operands) => {
                let left = self.evaluate(&operands.0, scope);
                if let Some(decided) = operators::decided(*operator, &left) {
                    return operators::flag(span, decided);
                }
                let right = self.evaluate(&operands.1, scope);
                operators::binary(span, *operator, &left, &right)
            }
            Kind::For(found) => self.for_each(span, found, scope),
        }
    }

    fn object(&mut self, span: Span, members: &[(Key, Expression)], scope: &mut Scope) -> Value {
        let mut found: Vec<Member> = Vec::with_capacity(members.len());
        for (key, value) in members {
            let (key, key_span) = match key {
                Key::Name(name, at) => (name.clone(), *at),
                Key::Computed(key) => (self.evaluate(key, scope).shown(), key.span),
            };
            let value = self.evaluate(value, scope);
            put(&mut found, Member { key, key_span, value });
        }
        Value::new(span, What::Map(found))
    }

    fn conditional(&mut self, span: Span, conditional: &Conditional, scope: &mut Scope) -> Value {
        match operators::truth(&self.evaluate(&conditional.condition, scope)) {
            Truth::Yes => self.evaluate(&conditional.yes, scope),
            Truth::No => self.evaluate(&conditional.no, scope),
            Truth::Open => {
                let branches =
                    vec![self.evaluate(&conditional.yes, scope), self.evaluate(&conditional.no, scope)];
                either(span, branches)
            }
        }
    }

    fn for_each(&mut self, span: Span, found: &For, scope: &mut Scope) -> Value {
        let collection = self.evaluate(&found.collection, scope);
        let Some(items) = items_with_keys(&collection) else {
            return unknown(span, &collection.shown());
        };
        let (mut list, mut map) = (Vec::new(), Vec::new());
        for (key, item) in items {
            let depth = scope.names.len();
            if let Some(name) = &found.key_name {
                scope.names.push((name.clone(), key));
            }
            scope.names.push((found.value_name.clone(), item));
            let keeps = found
                .condition
                .as_ref()
                .is_none_or(|condition| operators::truth(&self.evaluate(condition, scope)) != Truth::No);
            if keeps {
                let value = self.evaluate(&found.value, scope);
                match &found.key {
                    Some(key) => {
                        let key =
                            Member { key: self.evaluate(key, scope).shown(), key_span: key.span, value };
                        if found.groups { group(&mut map, key) } else { put(&mut map, key) }
                    }
                    None => list.push(value),
                }
            }
            scope.names.truncate(depth);
        }
        Value::new(span, if found.key.is_some() { What::Map(map) } else { What::List(list) })
    }

    /// The text of a template; one with a single part is that part.
    pub(super) fn template(&mut self, span: Span, parts: &[Part], scope: &mut Scope) -> Value {
        if let [Part::Value(only)] = parts {
            return Value { span, ..self.evaluate(only, scope) };
        }
        let mut joined = Vec::new();
        self.parts(parts, scope, &mut joined);
        operators::joined(span, joined)
    }

    fn parts(&mut self, parts: &[Part], scope: &mut Scope, joined: &mut Vec<Value>) {
        for part in parts {
            match part {
                Part::Literal(text, span) => joined.push(Value::new(*span, What::Text(text.clone()))),
                Part::Value(expression) => joined.push(self.evaluate(expression, scope)),
                Part::If(condition, yes, no) => {
                    let truth = operators::truth(&self.evaluate(condition, scope));
                    self.parts(if truth == Truth::No { no } else { yes }, scope, joined);
                }
                Part::For(key_name, value_name, collection, parts) => {
                    let collection = self.evaluate(collection, scope);
                    for (key, item) in items_with_keys(&collection).unwrap_or_default() {
                        let depth = scope.names.len();
                        scope.names.extend(key_name.iter().map(|name| (name.clone(), key.clone())));
                        scope.names.push((value_name.clone(), item));
                        self.parts(parts, scope, joined);
                        scope.names.truncate(depth);
                        if self.made >= MOST_VALUES {
                            return;
                        }
                    }
                }
            }
        }
    }

    /// The folder of the module of a scope.
    pub(super) fn folder(&self, scope: &Scope) -> Arc<Path> {
        Arc::from(self.instances[scope.instance].module.folder.as_path())
    }
}

/// A value of which only what it hangs on is known.
pub(super) fn unknown(span: Span, on: &str) -> Value {
    Value::new(span, What::Unknown(on.trim_start_matches("${").trim_end_matches('}').to_owned()))
}

/// One of these; a single one where they are the same.
pub(super) fn either(span: Span, mut branches: Vec<Value>) -> Value {
    let mut known: Vec<Value> = Vec::with_capacity(branches.len());
    for branch in branches.drain(..) {
        if !known.iter().any(|other| same(other, &branch)) {
            known.push(branch);
        }
    }
    if known.len() == 1 { known.remove(0) } else { Value::new(span, What::Either(known)) }
}

/// Whether two values are written the same way, wherever.
fn same(left: &Value, right: &Value) -> bool {
    match (&left.what, &right.what) {
        (What::List(left), What::List(right))
        | (What::Joined(left), What::Joined(right))
        | (What::Either(left), What::Either(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| same(left, right))
        }
        (What::Map(left), What::Map(right)) => {
            left.len() == right.len()
                && left
                    .iter()
                    .zip(right)
                    .all(|(left, right)| left.key == right.key && same(&left.value, &right.value))
        }
        (left, right) => left == right,
    }
}

/// The items of a list or the members of a map with their keys, as repetitions name them; nothing where it is unknown.
pub(super) fn items_with_keys(collection: &Value) -> Option<Vec<(Value, Value)>> {
    match &collection.what {
        What::List(items) => Some(
            items
                .iter()
                .enumerate()
                .map(|(index, item)| (Value::new(item.span, What::Text(index.to_string())), item.clone()))
                .collect(),
        ),
        What::Map(members) => Some(
            members
                .iter()
                .map(|member| {
                    (Value::new(member.key_span, What::Text(member.key.clone())), member.value.clone())
                })
                .collect(),
        ),
        What::Absent => Some(Vec::new()),
        What::Either(branches) => {
            let found: Vec<_> = branches.iter().filter_map(items_with_keys).flatten().collect();
            (!found.is_empty()).then_some(found)
        }
        What::Text(_) | What::Reference { .. } | What::Joined(_) | What::Unknown(_) => None,
    }
}

/// Puts a member into a map, in the place of the one with its key.
pub(super) fn put(members: &mut Vec<Member>, member: Member) {
    match members.iter_mut().find(|known| known.key == member.key) {
        Some(known) => *known = member,
        None => members.push(member),
    }
}

/// Adds a member to the list of those with its key.
fn group(members: &mut Vec<Member>, member: Member) {
    let Member { key, key_span, value } = member;
    let known = members.iter_mut().find(|known| known.key == key).map(|known| &mut known.value.what);
    if let Some(What::List(items)) = known {
        items.push(value);
    } else {
        let value = Value::new(value.span, What::List(vec![value]));
        members.push(Member { key, key_span, value });
    }
}

/// How many values a value is made of.
fn size(value: &Value) -> usize {
    match &value.what {
        What::Joined(parts) | What::Either(parts) | What::List(parts) => {
            1 + parts.iter().map(size).sum::<usize>()
        }
        What::Map(members) => 1 + members.iter().map(|member| size(&member.value)).sum::<usize>(),
        What::Text(text) => 1 + text.len() / 1000,
        What::Reference { .. } | What::Unknown(_) | What::Absent => 1,
    }
}
