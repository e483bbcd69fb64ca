//! What references lead to: names of the module, resources and their attributes, outputs of other modules.

use std::sync::Arc;

use crate::import::terraform::data;
use crate::import::terraform::evaluate::{Evaluator, Scope, either, items_with_keys, unknown};
use crate::import::terraform::functions::MISSING;
use crate::import::terraform::instances::Repeated;
use crate::import::terraform::operators::as_number;
use crate::import::terraform::syntax::{Access, Expression, Kind};
use crate::import::value::{Member, Value, What};
use crate::source::Span;

/// A step of a reference.
enum Step<'e> {
    Name(&'e str),
    Index(&'e Expression),
    Splat(&'e [Access]),
}

/// A step whose index is worked out.
#[derive(Clone)]
pub(super) enum Into {
    Name(String),
    Item(Value),
}

impl Evaluator<'_> {
    /// The value of a reference: from the first name along all steps.
    pub(super) fn reference(&mut self, expression: &Expression, scope: &mut Scope) -> Value {
        let span = expression.span;
        let (base, steps) = unrolled(expression);
        let (mut value, mut rest) = match &base.kind {
            Kind::Variable(name) => match scope.name(name) {
                Some(value) => (value.clone(), steps.as_slice()),
                None => self.root(name, &steps, span, scope),
            },
            _ => (self.evaluate(base, scope), steps.as_slice()),
        };
        while let Some((step, after)) = rest.split_first() {
            value = match step {
                Step::Name(name) => self.look(&value, &Into::Name((*name).to_owned()), span),
                Step::Index(index) => {
                    let index = self.evaluate(index, scope);
                    self.look(&value, &Into::Item(index), span)
                }
                Step::Splat(accesses) => self.splat(&value, accesses, span, scope),
            };
            rest = after;
        }
        Value { span, ..value }
    }

    /// What the first names of a reference stand for, and the steps after them.
    fn root<'s, 'e>(
        &mut self,
        name: &str,
        steps: &'s [Step<'e>],
        span: Span,
        scope: &Scope,
    ) -> (Value, &'s [Step<'e>]) {
        let shown = || unknown(span, &shown(name, steps));
        match (name, steps) {
            ("var", [Step::Name(name), rest @ ..]) => (self.variable(scope.instance, name, span), rest),
            ("local", [Step::Name(name), rest @ ..]) => (self.local_value(scope.instance, name, span), rest),
            ("path", [Step::Name("module" | "root" | "cwd"), rest @ ..]) => {
                let folder = self.folder(scope).display().to_string();
                (Value::new(span, What::Text(folder)), rest)
            }
            ("module", [Step::Name(name), rest @ ..]) => match self.module(scope.instance, name, span) {
                Some(value) => (value, rest),
                None => (shown(), &[]),
            },
            ("data", [Step::Name(kind), Step::Name(name), rest @ ..]) => {
                match self.declared(scope.instance, kind, name, true) {
                    Some(value) => (Value { span, ..value }, rest),
                    None => (shown(), &[]),
                }
            }
            (kind, [Step::Name(name), rest @ ..]) if kind.contains('_') => {
                match self.declared(scope.instance, kind, name, false) {
                    Some(value) => (Value { span, ..value }, rest),
                    None => (shown(), &[]),
                }
            }
            _ => (shown(), &[]),
        }
    }

    /// A resource or data source of a module.
    fn declared(&mut self, instance: usize, kind: &str, name: &str, is_data: bool) -> Option<Value> {
        let module = Arc::clone(&self.instances[instance].module);
        let blocks = if is_data { &module.data } else { &module.resources };
        let index =
            blocks.iter().position(|block| block.labels[0].text == kind && block.labels[1].text == name)?;
        let span = blocks[index].span;
        let reference =
            |address: String| Value::new(span, What::Reference { resource: address, attribute: None });
        Some(repeated(span, self.resources(instance, index, is_data), reference))
    }

    /// A called module: a map of its outputs is too much to work out, so that it is a reference to the module.
    fn module(&mut self, instance: usize, name: &str, span: Span) -> Option<Value> {
        let module = Arc::clone(&self.instances[instance].module);
        let index = module.calls.iter().position(|block| block.labels[0].text == name)?;
        let reference = |instance: usize| {
            Value::new(span, What::Reference { resource: format!("{MODULE}{instance}"), attribute: None })
        };
        Some(repeated(span, self.calls(instance, index), reference))
    }

    /// One step into a value.
    pub(super) fn look(&mut self, value: &Value, step: &Into, span: Span) -> Value {
        match (&value.what, step) {
            (What::Reference { resource, attribute: None }, Into::Name(name)) => {
                match resource.strip_prefix(MODULE).and_then(|instance| instance.parse().ok()) {
                    Some(instance) => self.output(instance, name, span),
                    None => self.attribute(resource, name, span),
                }
            }
            (What::Reference { resource, attribute: Some(attribute) }, Into::Name(name)) => {
                let attribute = Some(format!("{attribute}.{name}"));
                Value::new(span, What::Reference { resource: resource.clone(), attribute })
            }
            (What::Reference { .. }, Into::Item(_)) => value.clone(),
            (What::Map(_), Into::Name(name)) => {
                value.get(name).cloned().unwrap_or_else(|| unknown(span, MISSING))
            }
            (What::Map(members), Into::Item(key)) => match key.text() {
                Some(key) => value.get(key).cloned().unwrap_or_else(|| unknown(span, MISSING)),
                None => either_of(span, members.iter().map(|member| member.value.clone()).collect()),
            },
            (What::List(items), Into::Item(index)) => match as_number(index) {
                Some(index) => {
                    let found = items.get(index as usize).filter(|_| index >= 0.0);
                    found.cloned().unwrap_or_else(|| unknown(span, MISSING))
                }
                None => either_of(span, items.clone()),
            },
            // A block that stands once is written without an index as often as with one.
            (What::List(items), Into::Name(_)) => match items.first() {
                Some(first) => self.look(&first.clone(), step, span),
                None => unknown(span, MISSING),
            },
            (What::Either(branches), step) => {
                let branches = branches.iter().map(|branch| self.look(branch, step, span)).collect();
                either(span, branches)
            }
            (What::Unknown(on), _) if on == MISSING => unknown(span, MISSING),
            (What::Unknown(on), Into::Name(name)) => unknown(span, &format!("{on}.{name}")),
            (_, _) => unknown(span, &value.shown()),
        }
    }

    fn splat(&mut self, value: &Value, accesses: &[Access], span: Span, scope: &mut Scope) -> Value {
        let items: Vec<Value> = match &value.what {
            What::Unknown(_) => return unknown(span, &value.shown()),
            What::Map(_) | What::Reference { .. } | What::Text(_) | What::Joined(_) => vec![value.clone()],
            _ => items_with_keys(value).unwrap_or_default().into_iter().map(|(_, item)| item).collect(),
        };
        let mut found = Vec::with_capacity(items.len());
        for item in items {
            let mut value = item;
            for access in accesses {
                let step = match access {
                    Access::Attribute(name) => Into::Name(name.clone()),
                    Access::Index(index) => Into::Item(self.evaluate(index, scope)),
                };
                value = self.look(&value, &step, span);
            }
            found.push(value);
        }
        Value::new(span, What::List(found))
    }

    /// An attribute of a resource: a number or flag that is written down is that, all else is a reference.
    fn attribute(&mut self, resource: &str, name: &str, span: Span) -> Value {
        let reference = Value::new(
            span,
            What::Reference { resource: resource.to_owned(), attribute: Some(name.to_owned()) },
        );
        let Some(address) = self.addresses.get(resource).cloned() else { return reference };
        let module = Arc::clone(&self.instances[address.instance].module);
        let blocks = if address.is_data { &module.data } else { &module.resources };
        let block = &blocks[address.index];
        if let Some(known) = data::known(self, block, name, &address, span) {
            return known;
        }
        let Some(argument) = block.body.argument(name) else { return reference };
        let mut scope = Scope { instance: address.instance, names: address.names };
        let value = self.evaluate(&argument.value, &mut scope);
        let is_plain =
            value.text().is_some_and(|text| text.parse::<f64>().is_ok() || matches!(text, "true" | "false"));
        if is_plain { Value { span, ..value } } else { reference }
    }
}

/// What the reference to a module begins with; no address of a resource does.
const MODULE: &str = "#";

fn repeated<T>(span: Span, found: Repeated<T>, reference: impl Fn(T) -> Value) -> Value {
    match found {
        Repeated::One(one) => reference(one),
        Repeated::Counted(all) => Value::new(span, What::List(all.into_iter().map(reference).collect())),
        Repeated::Keyed(all) => {
            let members =
                all.into_iter().map(|(key, one)| Member { key, key_span: span, value: reference(one) });
            Value::new(span, What::Map(members.collect()))
        }
        Repeated::Unread(on) => unknown(span, &on),
    }
}

/// One of many; nothing known where there is none.
fn either_of(span: Span, items: Vec<Value>) -> Value {
    if items.is_empty() { unknown(span, MISSING) } else { either(span, items) }
}

/// The expression at the root of a reference, and the steps from it.
fn unrolled(expression: &Expression) -> (&Expression, Vec<Step<'_>>) {
    let mut steps = Vec::new();
    let mut base = expression;
    loop {
        base = match &base.kind {
            Kind::Attribute(of, name) => {
                steps.push(Step::Name(name));
                of
            }
            Kind::Index(of, index) => {
                steps.push(Step::Index(index));
                of
            }
            Kind::Splat(of, accesses) => {
                steps.push(Step::Splat(accesses));
                of
            }
            _ => break,
        };
    }
    steps.reverse();
    (base, steps)
}

/// A reference as it is written, as far as it has names.
fn shown(name: &str, steps: &[Step<'_>]) -> String {
    let mut shown = name.to_owned();
    for step in steps {
        if let Step::Name(name) = step {
            shown.push('.');
            shown.push_str(name);
        }
    }
    shown
}
