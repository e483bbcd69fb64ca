//! Reads the JSON of a plan or state (`terraform show -json`) as resources.
//!
//! What is known stands in `planned_values`; what is computed is left out there, and only `configuration` says by its
//! references what it leads to. Which of several references of one argument counts how is not said, so that actions in a
//! policy of computed parts stay unknown. Places are those of the plan's own text.

mod tree;

use std::collections::BTreeMap;

use crate::import::terraform::arguments::{Arguments, Given, GivenValue};
use crate::import::terraform::data;
use crate::import::terraform::evaluate::{either, unknown};
use crate::import::terraform::operators::joined;
use crate::import::terraform::plan::tree::{Expressions, Module, Planned, planned};
use crate::import::terraform::resources::Found;
use crate::import::terraform::translate::translated;
use crate::import::value::{Member, Value, What};
use crate::knowledge::terraform::Table;
use crate::source::{self, Node, Span};

/// How many references may lead to others in a row.
const MOST_STEPS: usize = 40;

/// Whether a document is a plan or a state.
pub(super) fn is_plan(root: &Node) -> bool {
    let has = |key: &str| root.get(key).is_some_and(|node| node.as_mapping().is_some());
    root.get("format_version").is_some() && (has("planned_values") || has("values"))
}

/// All resources of a plan whose spans begin at `start`.
pub(super) fn found(root: &Node, start: u32, table: &Table) -> Vec<Found> {
    let values = root.get("planned_values").or_else(|| root.get("values"));
    let modules = values.and_then(|values| values.get("root_module"));
    let configuration = root.get("configuration").and_then(|node| node.get("root_module"));
    let resources = planned(modules);
    let reader =
        Reader { start, table, root: configuration.map(Module::of), addresses: addresses(&resources) };
    resources.iter().filter_map(|resource| reader.resource(resource)).collect()
}

/// The addresses of resources by what configurations call them: without the keys of repetitions.
fn addresses(resources: &[Planned<'_>]) -> BTreeMap<String, Vec<String>> {
    let mut addresses: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for resource in resources {
        addresses.entry(plain(resource.address)).or_default().push(resource.address.to_owned());
    }
    addresses
}

/// An address without the keys of repetitions: `module.m["a"].aws_x.y[0]` is `module.m.aws_x.y`.
fn plain(address: &str) -> String {
    let mut plain = String::with_capacity(address.len());
    let (mut depth, mut in_quotes) = (0_usize, false);
    for letter in address.chars() {
        match letter {
            '"' if depth > 0 => in_quotes = !in_quotes,
            '[' if !in_quotes => depth += 1,
            ']' if !in_quotes => depth = depth.saturating_sub(1),
            letter if depth == 0 => plain.push(letter),
            _ => {}
        }
    }
    plain
}

struct Reader<'p> {
    start: u32,
    table: &'p Table,
    root: Option<Module<'p>>,
    addresses: BTreeMap<String, Vec<String>>,
}

/// Where an expression stands: the modules from the root on, with their names, and the address of the resource.
struct Place<'s, 'p> {
    modules: Vec<(&'p str, Module<'p>)>,
    address: &'s str,
}

impl<'p> Reader<'p> {
    fn moved(&self, span: Span) -> Span {
        Span::new(span.start + self.start, span.end + self.start)
    }

    fn resource(&self, resource: &Planned<'p>) -> Option<Found> {
        let kind = self.table.types.get(resource.kind)?;
        let place = Place { modules: self.modules(resource.address), address: resource.address };
        let module = place.modules.last().map(|(_, module)| module);
        let expressions = module.and_then(|module| module.resource(resource.kind, resource.name));
        let span = self.moved(resource.node.span);
        let arguments = self.arguments(resource.values, expressions, &place, span);
        let into = kind
            .into
            .as_ref()
            .map(|argument| arguments.value(argument).cloned().unwrap_or_else(|| unknown(span, argument)));
        Some(Found {
            address: resource.address.to_owned(),
            id_span: self.moved(resource.address_span),
            kind: resource.kind.to_owned(),
            kind_span: self.moved(resource.kind_span),
            span,
            into,
            translated: translated(self.table, kind, &arguments),
            is_elsewhere: resource.is_data,
        })
    }

    /// The modules that lead to a resource, the root first.
    fn modules(&self, address: &str) -> Vec<(&'p str, Module<'p>)> {
        let Some(root) = self.root else { return Vec::new() };
        let mut modules = vec![("", root)];
        let plain = plain(address);
        let mut steps = plain.split('.');
        while steps.next() == Some("module") {
            let Some(name) = steps.next() else { break };
            let called = modules.last().and_then(|(_, module)| module.call(name));
            let Some(called) = called else { break };
            modules.push((called.name, called.module));
        }
        modules
    }

    /// What values and expressions say together: what is known as a value counts, what is not by its references.
    fn arguments(
        &self,
        values: Option<&'p Node>,
        expressions: Option<Expressions<'p>>,
        place: &Place<'_, 'p>,
        span: Span,
    ) -> Arguments {
        let mut given = Vec::new();
        let members = values.and_then(Node::as_mapping).map(source::Mapping::iter);
        for (key, entry) in members.into_iter().flatten() {
            let expression = expressions.and_then(|all| all.get(key));
            let key_span = self.moved(entry.key.span);
            match self.blocks(key, &entry.value) {
                Some(blocks) => {
                    for (index, block) in blocks.into_iter().enumerate() {
                        let inner = expression.and_then(|expression| expression.block(index));
                        let block = self.arguments(Some(block), inner, place, self.moved(block.span));
                        given.push(argument(key, key_span, GivenValue::Block(block)));
                    }
                }
                None if entry.value.is_null() => {}
                None => {
                    let value = GivenValue::Value(self.value(&entry.value));
                    given.push(argument(key, key_span, value));
                }
            }
        }
        for (key, key_span, expression) in expressions.into_iter().flat_map(Expressions::entries) {
            if given.iter().any(|known: &Given| known.key == key) {
                continue;
            }
            // Computed parts are placed at the resource, which is what people look at in a plan.
            let key_span = if values.is_some() { span } else { self.moved(key_span) };
            let blocks = expression.blocks();
            if blocks.is_empty() {
                let value = self.computed(expression, place, span);
                given.extend(value.map(|value| argument(key, key_span, GivenValue::Value(value))));
            }
            for block in blocks {
                let block = self.arguments(None, Some(block), place, span);
                given.push(argument(key, key_span, GivenValue::Block(block)));
            }
        }
        Arguments { span, given }
    }

    /// The blocks that a value stands for: objects in a list, under a name whose keys are not data.
    fn blocks(&self, key: &str, value: &'p Node) -> Option<Vec<&'p Node>> {
        let items = value.as_sequence().filter(|items| !items.is_empty())?;
        let is_block = !self.table.maps.contains(key) && items.iter().all(|item| item.as_mapping().is_some());
        is_block.then(|| items.iter().map(AsRef::as_ref).collect())
    }

    fn value(&self, node: &Node) -> Value {
        let what = match &node.value {
            source::Value::Scalar(_) if node.is_null() => What::Absent,
            source::Value::Scalar(scalar) => What::Text(scalar.text.clone()),
            source::Value::Sequence(items) => What::List(items.iter().map(|item| self.value(item)).collect()),
            source::Value::Mapping(mapping) => What::Map(
                mapping
                    .iter()
                    .map(|(key, entry)| Member {
                        key: key.to_owned(),
                        key_span: self.moved(entry.key.span),
                        value: self.value(&entry.value),
                    })
                    .collect(),
            ),
        };
        Value::new(self.moved(node.span), what)
    }

    /// The value of an expression: a constant, or what its references lead to.
    fn computed(&self, expression: Expressions<'p>, place: &Place<'_, 'p>, span: Span) -> Option<Value> {
        if let Some(constant) = expression.constant() {
            return Some(self.value(constant));
        }
        let references = expression.references();
        let nearest = nearest(&references);
        let mut found: Vec<Value> = Vec::new();
        for reference in &nearest {
            let value = self.reference(reference, &place.modules, place.address, (span, 0));
            if !found.contains(&value) {
                found.push(value);
            }
        }
        match found.len() {
            0 => None,
            1 => found.pop(),
            _ => {
                found.insert(0, unknown(span, "a computed text"));
                Some(joined(span, found))
            }
        }
    }

    /// What a reference means in a module, the last of `modules`.
    fn reference(
        &self,
        reference: &str,
        modules: &[(&'p str, Module<'p>)],
        address: &str,
        (span, steps): (Span, usize),
    ) -> Value {
        let open = || unknown(span, reference);
        let Some((_, module)) = modules.last().filter(|_| steps < MOST_STEPS) else { return open() };
        let plain = plain(reference);
        let parts: Vec<&str> = plain.split('.').collect();
        match parts.as_slice() {
            ["var", name, ..] => {
                let (Some((called, _)), Some(above)) = (modules.last(), modules.len().checked_sub(1)) else {
                    return open();
                };
                let above = &modules[..above];
                let call = above.last().and_then(|(_, module)| module.call(called));
                let expression = call.and_then(|call| call.expressions.get(name));
                expression.map_or_else(open, |found| self.followed(found, above, address, (span, steps + 1)))
            }
            ["module", name, output, ..] => {
                let Some(call) = module.call(name) else { return open() };
                let inner: Vec<_> = modules.iter().copied().chain([(call.name, call.module)]).collect();
                match call.module.output(output) {
                    Some(found) => self.followed(found, &inner, address, (span, steps + 1)),
                    None => open(),
                }
            }
            ["data", "aws_iam_policy_document", name, "json"] => {
                let Some(found) = module.data("aws_iam_policy_document", name) else { return open() };
                let place = Place { modules: modules.to_vec(), address };
                data::policy(&self.arguments(None, Some(found), &place, span))
            }
            ["data", "aws_region", ..] => unknown(span, "AWS::Region"),
            ["data", "aws_caller_identity", ..] => unknown(span, "AWS::AccountId"),
            ["data", "aws_partition", ..] => unknown(span, "AWS::Partition"),
            ["data", kind, name, rest @ ..] => {
                self.of_resource((&format!("data.{kind}.{name}"), rest), modules, address, span)
            }
            [kind, name, rest @ ..] if kind.contains('_') => {
                self.of_resource((&format!("{kind}.{name}"), rest), modules, address, span)
            }
            _ => open(),
        }
    }

    fn followed(
        &self,
        expression: Expressions<'p>,
        modules: &[(&'p str, Module<'p>)],
        address: &str,
        (span, steps): (Span, usize),
    ) -> Value {
        if let Some(constant) = expression.constant() {
            return self.value(constant);
        }
        let references = expression.references();
        let values = nearest(&references)
            .into_iter()
            .map(|reference| self.reference(reference, modules, address, (span, steps)))
            .collect::<Vec<Value>>();
        if values.is_empty() { unknown(span, "a computed value") } else { either(span, values) }
    }

    /// The resource of an address in a module; of several repetitions the one with the key of the resource that refers.
    fn of_resource(
        &self,
        (name, attribute): (&str, &[&str]),
        modules: &[(&'p str, Module<'p>)],
        address: &str,
        span: Span,
    ) -> Value {
        let called = modules.iter().skip(1).flat_map(|(name, _)| ["module.", name, "."]);
        let wanted: String = called.chain([name]).collect();
        let attribute = (!attribute.is_empty()).then(|| attribute.join("."));
        let reference = |resource: &String| {
            Value::new(span, What::Reference { resource: resource.clone(), attribute: attribute.clone() })
        };
        let known = self.addresses.get(&wanted).map(Vec::as_slice).unwrap_or_default();
        let own = keys(address);
        let of_key = known.iter().find(|known| keys(known).iter().any(|key| own.contains(key)));
        match (of_key, known) {
            (Some(one), _) => reference(one),
            (None, []) => reference(&wanted),
            (None, all) => either(span, all.iter().map(reference).collect()),
        }
    }
}

/// The keys of repetitions in an address.
fn keys(address: &str) -> Vec<&str> {
    let parts = address.split('[').skip(1);
    parts.filter_map(|part| part.split_once(']').map(|(key, _)| key)).collect()
}

fn argument(key: &str, key_span: Span, value: GivenValue) -> Given {
    Given { key: key.to_owned(), key_span, value }
}

/// What only says which repetition is meant, or where files lie.
const NAMES: [&str; 4] = ["each.", "count.", "path.", "terraform."];

/// The references that others of the list do not only shorten: `a.b.arn` and not also `a.b`; and that lead somewhere.
fn nearest<'r>(references: &[&'r str]) -> Vec<&'r str> {
    let shortens =
        |short: &str, long: &str| long.strip_prefix(short).is_some_and(|rest| rest.starts_with(['.', '[']));
    let names = |short: &str| NAMES.iter().any(|name| short.starts_with(name));
    let keeps = |short: &str| !names(short) && !references.iter().any(|long| shortens(short, long));
    references.iter().copied().filter(|short| keeps(short)).collect()
}
