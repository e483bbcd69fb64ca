//! Resolves the values of a template: functions, parameters, mappings and conditions.
//!
//! What can be said is said, references to resources stay references, and the rest is unknown with what it hangs on.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use crate::import::cloudformation::pieces;
use crate::import::cloudformation::stacks::Reader;
use crate::import::cloudformation::template::Template;
use crate::import::value::{Member, Value, What};
use crate::source::{Node, Span, Value as Tree};

/// How deep functions may nest.
const MOST_DEPTH: usize = 100;
/// Of how many entries of a mapping all are taken for possible where its key is open.
const MOST_BRANCHES: usize = 8;

/// Resolves the values of one template.
pub(super) struct Resolver<'a> {
    pub(super) template: &'a Template,
    pub(super) reader: &'a Reader<'a>,
    /// What stands in front of the ids of resources, for a nested stack.
    pub(super) prefix: String,
    pub(super) parameters: BTreeMap<String, Value>,
    pub(super) conditions: RefCell<BTreeMap<String, Option<bool>>>,
    /// The outputs of nested stacks that were read.
    pub(super) nested: RefCell<BTreeMap<String, Rc<BTreeMap<String, Value>>>>,
    /// The ids of functions, from which SAM makes those of further resources.
    pub(super) functions: Vec<String>,
    /// What `Fn::ForEach` stands at.
    pub(super) bound: RefCell<Vec<(String, String)>>,
}

/// The function that a node calls, with its argument: `!Ref x`, `{Ref: x}`, `{Fn::Sub: …}`.
pub(super) fn function(node: &Node) -> Option<(&str, Cow<'_, Node>)> {
    if let Some(tag) = &node.tag {
        let name = tag.text.strip_prefix('!')?;
        let argument = Node { tag: None, ..node.clone() };
        return Some((full_name(name)?, Cow::Owned(argument)));
    }
    let [entry] = node.as_mapping()?.entries.as_slice() else { return None };
    let name = entry.key.as_text()?;
    let is_function = name == "Ref" || name == "Condition" || name.starts_with("Fn::");
    is_function.then(|| (name, Cow::Borrowed(entry.value.as_ref())))
}

/// The names of functions that have a tag.
const TAGS: [&str; 20] = [
    "Fn::GetAtt",
    "Fn::Sub",
    "Fn::Join",
    "Fn::Select",
    "Fn::Split",
    "Fn::FindInMap",
    "Fn::If",
    "Fn::Equals",
    "Fn::And",
    "Fn::Or",
    "Fn::Not",
    "Fn::ImportValue",
    "Fn::Base64",
    "Fn::Cidr",
    "Fn::GetAZs",
    "Fn::Transform",
    "Fn::ToJsonString",
    "Fn::Length",
    "Ref",
    "Condition",
];

fn full_name(tag: &str) -> Option<&'static str> {
    TAGS.into_iter().find(|name| name.strip_prefix("Fn::").unwrap_or(name) == tag)
}

impl Resolver<'_> {
    /// The value of a node.
    pub(super) fn value(&self, node: &Node) -> Value {
        self.deep(node, 0)
    }

    /// The place of a node among all files.
    pub(super) fn span(&self, span: Span) -> Span {
        Span::new(span.start + self.template.start, span.end + self.template.start)
    }

    fn deep(&self, node: &Node, depth: usize) -> Value {
        let span = self.span(node.span);
        if depth > MOST_DEPTH {
            return unknown(span, "what is nested too deeply");
        }
        if let Some((name, argument)) = function(node) {
            return Value { span, ..self.called(name, &argument, span, depth + 1) };
        }
        match &node.value {
            Tree::Scalar(_) if node.is_null() => Value::new(span, What::Absent),
            Tree::Scalar(scalar) if scalar.text.contains("{{resolve:") => unknown(span, scalar.text.trim()),
            Tree::Scalar(scalar) => Value::new(span, What::Text(self.filled(&scalar.text))),
            Tree::Sequence(items) => {
                let items = items.iter().map(|item| self.deep(item, depth + 1));
                Value::new(span, What::List(items.filter(|item| !item.is_absent()).collect()))
            }
            Tree::Mapping(mapping) => {
                let mut members = Vec::with_capacity(mapping.entries.len());
                for (key, entry) in mapping.iter() {
                    if key == "Fn::Transform" {
                        members.extend(
                            self.transform(&entry.value, depth + 1)
                                .map(|value| match value.what {
                                    What::Map(members) => members,
                                    _ => Vec::new(),
                                })
                                .unwrap_or_default(),
                        );
                        continue;
                    }
                    let value = self.deep(&entry.value, depth + 1);
                    if !value.is_absent() {
                        members.push(Member {
                            key: self.filled(key),
                            key_span: self.span(entry.key.span),
                            value,
                        });
                    }
                }
                Value::new(span, What::Map(members))
            }
        }
    }

    /// A text in which the names of `Fn::ForEach` are replaced.
    pub(super) fn filled(&self, text: &str) -> String {
        let bound = self.bound.borrow();
        if bound.is_empty() || !text.contains(['$', '&']) {
            return text.to_owned();
        }
        bound.iter().fold(text.to_owned(), |text, (name, value)| {
            text.replace(&format!("${{{name}}}"), value).replace(&format!("&{{{name}}}"), value)
        })
    }

    fn called(&self, name: &str, argument: &Node, span: Span, depth: usize) -> Value {
        let items = || -> Vec<&Node> { crate::fields::items(argument) };
        let known = match name {
            "Ref" => argument.as_text().map(|name| self.referred(&self.filled(name), span)),
            "Fn::GetAtt" => self.attribute(argument, span, depth),
            "Fn::Sub" => self.substituted(argument, span, depth),
            "Fn::Join" => match items().as_slice() {
                [with, list] => {
                    let with = self.deep(with, depth).text().unwrap_or_default().to_owned();
                    Some(pieces::joined(span, &with, self.deep(list, depth)))
                }
                _ => None,
            },
            "Fn::Split" => match items().as_slice() {
                [at, text] => {
                    let at = self.deep(at, depth);
                    at.text().map(|at| pieces::split(span, at, &self.deep(text, depth)))
                }
                _ => None,
            },
            "Fn::Select" => match items().as_slice() {
                [index, list] => {
                    let index = self.deep(index, depth).text().and_then(|index| index.parse::<usize>().ok());
                    index.and_then(|index| pieces::selected(index, &self.deep(list, depth)))
                }
                _ => None,
            },
            "Fn::FindInMap" => self.found_in_map(&items(), span, depth),
            "Fn::If" => match items().as_slice() {
                [condition, yes, no, ..] => {
                    let condition = condition.as_text().unwrap_or_default();
                    Some(match self.condition(condition, 0) {
                        Some(true) => self.deep(yes, depth),
                        Some(false) => self.deep(no, depth),
                        None => pieces::either(span, vec![self.deep(yes, depth), self.deep(no, depth)]),
                    })
                }
                _ => None,
            },
            "Fn::ImportValue" => {
                let name = self.deep(argument, depth);
                Some(self.reader.imported(&name.shown(), span))
            }
            "Fn::Base64" | "Fn::ToJsonString" => Some(self.deep(argument, depth)),
            "Fn::Transform" => self.transform(argument, depth),
            _ => None,
        };
        known.unwrap_or_else(|| unknown(span, name))
    }

    /// What `Ref` gives: a parameter, a pseudo parameter, or a resource.
    pub(super) fn referred(&self, name: &str, span: Span) -> Value {
        if let Some(value) = self.parameters.get(name) {
            return Value { span, ..value.clone() };
        }
        if let Some((_, value)) = self.bound.borrow().iter().find(|(bound, _)| bound == name) {
            return Value::new(span, What::Text(value.clone()));
        }
        match name {
            "AWS::NoValue" => Value::new(span, What::Absent),
            _ if self.is_resource(name) => self.reference(name, None, span),
            _ => unknown(span, name),
        }
    }

    fn is_resource(&self, name: &str) -> bool {
        self.template.in_section("Resources", name).is_some() || self.is_made(name)
    }

    /// Whether SAM makes a resource of this name.
    fn is_made(&self, name: &str) -> bool {
        matches!(name, "ServerlessRestApi" | "ServerlessHttpApi" if !self.functions.is_empty())
            || self
                .functions
                .iter()
                .any(|function| name.len() > function.len() && name.starts_with(function.as_str()))
    }

    fn reference(&self, name: &str, attribute: Option<&str>, span: Span) -> Value {
        let (resource, attribute) = (format!("{}{name}", self.prefix), attribute.map(str::to_owned));
        Value::new(span, What::Reference { resource, attribute })
    }

    fn attribute(&self, argument: &Node, span: Span, depth: usize) -> Option<Value> {
        let (name, attribute) = match &argument.value {
            Tree::Scalar(scalar) => {
                let (name, attribute) = scalar.text.split_once('.')?;
                (self.filled(name), attribute.to_owned())
            }
            Tree::Sequence(items) => {
                let parts: Vec<Value> = items.iter().map(|item| self.deep(item, depth)).collect();
                let (first, rest) = parts.split_first()?;
                let rest: Vec<&str> = rest.iter().filter_map(Value::text).collect();
                (first.text()?.to_owned(), rest.join("."))
            }
            Tree::Mapping(_) => return None,
        };
        Some(self.attribute_of(&name, &attribute, span))
    }

    pub(super) fn attribute_of(&self, name: &str, attribute: &str, span: Span) -> Value {
        if let Some(output) = attribute.strip_prefix("Outputs.")
            && let Some(found) = self.outputs(name).and_then(|outputs| outputs.get(output).cloned())
        {
            return Value { span, ..found };
        }
        if self.is_resource(name) {
            return self.reference(name, Some(attribute), span);
        }
        unknown(span, &format!("{name}.{attribute}"))
    }

    fn substituted(&self, argument: &Node, span: Span, depth: usize) -> Option<Value> {
        let (text, names) = match &argument.value {
            Tree::Scalar(scalar) => (scalar.text.as_str(), None),
            Tree::Sequence(items) => (items.first()?.as_text()?, items.get(1)),
            Tree::Mapping(_) => return None,
        };
        let own: BTreeMap<String, Value> = names
            .and_then(|names| names.as_mapping())
            .into_iter()
            .flat_map(crate::source::Mapping::iter)
            .map(|(key, entry)| (key.to_owned(), self.deep(&entry.value, depth)))
            .collect();
        let text = self.filled(text);
        let look_up = |name: &str| match own.get(name) {
            Some(value) => value.clone(),
            None => match name.split_once('.') {
                Some((resource, attribute)) => self.attribute_of(resource, attribute, span),
                None => self.referred(name, span),
            },
        };
        Some(pieces::filled(span, &text, &look_up))
    }

    fn found_in_map(&self, items: &[&Node], span: Span, depth: usize) -> Option<Value> {
        let [map, first, second, ..] = items else { return None };
        let map = self.deep(map, depth);
        let map = self.template.in_section("Mappings", map.text()?)?;
        let (first, second) = (self.deep(first, depth), self.deep(second, depth));
        let tops: Vec<&Node> = match first.text() {
            Some(key) => map.get(key).into_iter().collect(),
            None => map.as_mapping()?.iter().map(|(_, entry)| entry.value.as_ref()).collect(),
        };
        let key = second.text()?;
        let mut found: Vec<Value> = Vec::new();
        for top in tops {
            let value = self.deep(top.get(key)?, depth);
            if !found.iter().any(|known| known.what == value.what) {
                found.push(value);
            }
        }
        (!found.is_empty() && found.len() <= MOST_BRANCHES).then(|| pieces::either(span, found))
    }

    /// A file that `AWS::Include` brings in, where it lies beside the template.
    fn transform(&self, argument: &Node, depth: usize) -> Option<Value> {
        let argument = crate::fields::items(argument).into_iter().next()?;
        if argument.get("Name")?.as_text()? != "AWS::Include" {
            return None;
        }
        let location = self.deep(argument.get("Parameters")?.get("Location")?, depth);
        let included = self.reader.included(&self.template.text, location.text()?)?;
        let resolver = Resolver {
            template: &included,
            reader: self.reader,
            prefix: self.prefix.clone(),
            parameters: self.parameters.clone(),
            conditions: RefCell::new(self.conditions.borrow().clone()),
            nested: RefCell::new(self.nested.borrow().clone()),
            functions: self.ids(),
            bound: RefCell::default(),
        };
        Some(resolver.deep(&included.root, depth))
    }

    /// The ids of all resources, so that an included file can refer to them.
    fn ids(&self) -> Vec<String> {
        let own = self.template.section("Resources").map(|(id, _, _)| id.to_owned());
        own.chain(self.functions.iter().cloned()).collect()
    }
}

/// What nobody knows, and what it hangs on.
pub(super) fn unknown(span: Span, on: &str) -> Value {
    Value::new(span, What::Unknown(on.to_owned()))
}
