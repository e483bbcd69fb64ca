//! The parts of a plan's JSON: planned resources, and the modules and expressions of the configuration.

use crate::source::{Mapping, Node, Span};

/// How deep modules may nest.
const MOST_MODULES: usize = 32;

/// A resource as it is planned.
pub(super) struct Planned<'p> {
    pub(super) address: &'p str,
    pub(super) address_span: Span,
    pub(super) kind: &'p str,
    pub(super) kind_span: Span,
    pub(super) name: &'p str,
    pub(super) is_data: bool,
    pub(super) values: Option<&'p Node>,
    pub(super) node: &'p Node,
}

/// All planned resources of a module and of those below it, in the order of the file.
pub(super) fn planned(module: Option<&Node>) -> Vec<Planned<'_>> {
    let mut found = Vec::new();
    let mut open: Vec<(&Node, usize)> = module.into_iter().map(|module| (module, 0)).collect();
    while let Some((module, depth)) = open.pop() {
        for node in list(module, "resources") {
            found.extend(resource(node));
        }
        let children = list(module, "child_modules").filter(|_| depth < MOST_MODULES);
        open.extend(children.map(|child| (child, depth + 1)));
    }
    found.sort_by_key(|resource| resource.node.span.start);
    found
}

fn resource(node: &Node) -> Option<Planned<'_>> {
    let (address, kind) = (node.get("address")?, node.get("type")?);
    Some(Planned {
        address: address.as_text()?,
        address_span: address.span,
        kind: kind.as_text()?,
        kind_span: kind.span,
        name: node.get("name")?.as_text()?,
        is_data: node.get("mode").and_then(Node::as_text) == Some("data"),
        values: node.get("values"),
        node,
    })
}

fn list<'p>(node: &'p Node, key: &str) -> impl Iterator<Item = &'p Node> {
    let items = node.get(key).and_then(Node::as_sequence).unwrap_or_default();
    items.iter().map(AsRef::as_ref)
}

/// A module of the configuration.
#[derive(Debug, Clone, Copy)]
pub(super) struct Module<'p>(&'p Node);

/// A call of a module.
#[derive(Debug, Clone, Copy)]
pub(super) struct Call<'p> {
    pub(super) name: &'p str,
    pub(super) module: Module<'p>,
    pub(super) expressions: Expressions<'p>,
}

/// An expression of the configuration, or a block of them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Expressions<'p>(&'p Node);

impl<'p> Module<'p> {
    pub(super) fn of(node: &'p Node) -> Self {
        Self(node)
    }

    /// The expressions of a resource or data source.
    pub(super) fn resource(self, kind: &str, name: &str) -> Option<Expressions<'p>> {
        self.declared(kind, name, "managed").or_else(|| self.data(kind, name))
    }

    pub(super) fn data(self, kind: &str, name: &str) -> Option<Expressions<'p>> {
        self.declared(kind, name, "data")
    }

    fn declared(self, kind: &str, name: &str, mode: &str) -> Option<Expressions<'p>> {
        let is = |node: &Node, key: &str, wanted: &str| node.get(key).and_then(Node::as_text) == Some(wanted);
        list(self.0, "resources")
            .find(|node| is(node, "type", kind) && is(node, "name", name) && is(node, "mode", mode))
            .and_then(|node| node.get("expressions"))
            .map(Expressions)
    }

    pub(super) fn call(self, name: &str) -> Option<Call<'p>> {
        let entry = self.0.get("module_calls")?.entry(name)?;
        Some(Call {
            name: entry.key.as_text()?,
            module: Self(entry.value.get("module")?),
            expressions: Expressions(entry.value.get("expressions").unwrap_or(&entry.value)),
        })
    }

    pub(super) fn output(self, name: &str) -> Option<Expressions<'p>> {
        self.0.get("outputs")?.get(name)?.get("expression").map(Expressions)
    }
}

impl<'p> Expressions<'p> {
    pub(super) fn get(self, key: &str) -> Option<Self> {
        self.0.get(key).map(Self)
    }

    pub(super) fn entries(self) -> impl Iterator<Item = (&'p str, Span, Self)> {
        let mapping = self.0.as_mapping().map(Mapping::iter);
        let members = mapping.into_iter().flatten();
        members.map(|(key, entry)| (key, entry.key.span, Self(&entry.value)))
    }

    pub(super) fn constant(self) -> Option<&'p Node> {
        self.0.get("constant_value")
    }

    pub(super) fn references(self) -> Vec<&'p str> {
        list(self.0, "references").filter_map(Node::as_text).collect()
    }

    /// The blocks that it holds: a list of them, or the only one; an expression holds none.
    pub(super) fn blocks(self) -> Vec<Self> {
        match self.0.as_sequence() {
            Some(items) => items.iter().map(|item| Self(item)).collect(),
            None if self.is_expression() => Vec::new(),
            None => vec![self],
        }
    }

    pub(super) fn block(self, index: usize) -> Option<Self> {
        let blocks = self.blocks();
        // A repeated block is written once.
        blocks.get(index).or_else(|| blocks.first()).copied()
    }

    fn is_expression(self) -> bool {
        let members = self.0.as_mapping().map(|mapping| mapping.entries.len()).unwrap_or_default();
        members == 0 || self.constant().is_some() || self.0.get("references").is_some()
    }
}
