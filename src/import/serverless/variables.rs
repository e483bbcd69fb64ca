//! Variables of the Serverless Framework: `${self:custom.x}`, `${opt:stage, 'dev'}`, `${file(a.yml):key}`, ...
//!
//! What only the deployment knows (`cf`, `ssm`, `s3`, `env` and options that are not given) becomes a reference to a
//! parameter of that name, which the reader of templates takes for unknown.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::import::files::Files;
use crate::import::serverless::write::{list, map, moved, reference, text};
use crate::source::{self, Entry, Mapping, Node, Span, Text, Value};

/// Sources that only the deployment knows.
const DEPLOYED: [&str; 3] = ["cf", "ssm", "s3"];
/// How many variables may lead to others in a row.
const MOST_STEPS: usize = 24;
/// How many nodes are made before variables stay as they are.
const MOST_NODES: usize = 200_000;

/// What variables are looked up in.
pub(super) struct Variables<'a> {
    pub(super) root: Arc<Node>,
    pub(super) name: String,
    pub(super) given: &'a BTreeMap<String, String>,
    pub(super) load: &'a dyn Fn(&str, &str) -> Option<Arc<Text>>,
    pub(super) files: RefCell<Files>,
    /// Files by their path, so that each is read once.
    pub(super) read: RefCell<BTreeMap<String, Option<Arc<Node>>>>,
    pub(super) made: Cell<usize>,
}

impl Variables<'_> {
    /// A tree with its variables filled in.
    pub(super) fn resolved(&self, node: &Arc<Node>) -> Arc<Node> {
        self.resolve(node, 0, false)
    }

    fn resolve(&self, node: &Arc<Node>, steps: usize, in_sub: bool) -> Arc<Node> {
        self.made.set(self.made.get() + 1);
        if self.made.get() > MOST_NODES || steps > MOST_STEPS {
            return Arc::clone(node);
        }
        let in_sub = in_sub || node.tag.as_ref().is_some_and(|tag| tag.text == "!Sub");
        let value = match &node.value {
            Value::Scalar(scalar) if scalar.text.contains("${") || scalar.text.contains("#{") => {
                let filled = self.filled(&scalar.text, node.span, steps, in_sub);
                let is_text = matches!(filled.value, Value::Scalar(_));
                return match &node.tag {
                    Some(_) if is_text => Arc::new(Node { tag: node.tag.clone(), ..Node::clone(&filled) }),
                    Some(_) => Arc::clone(node),
                    None => filled,
                };
            }
            Value::Scalar(_) => return Arc::clone(node),
            Value::Sequence(items) => {
                Value::Sequence(items.iter().map(|item| self.resolve(item, steps, in_sub)).collect())
            }
            Value::Mapping(mapping) => {
                let entries = mapping.entries.iter().map(|entry| Entry {
                    key: Arc::clone(&entry.key),
                    value: self.resolve(&entry.value, steps, entry.key.as_text() == Some("Fn::Sub")),
                    merged: entry.merged,
                });
                Value::Mapping(Mapping { entries: entries.collect() })
            }
        };
        Arc::new(Node { span: node.span, tag: node.tag.clone(), value })
    }

    /// A text with its variables filled in; one that is nothing but a variable is what that stands for.
    fn filled(&self, written: &str, span: Span, steps: usize, in_sub: bool) -> Arc<Node> {
        let mut parts: Vec<Arc<Node>> = Vec::new();
        let mut rest = written;
        while let Some(open) = rest.find(['$', '#']).filter(|_| rest.contains("${") || rest.contains("#{")) {
            let (before, from) = rest.split_at(open);
            let Some(inner) = from.strip_prefix("${").or_else(|| from.strip_prefix("#{")) else {
                parts.push(text(span, &rest[..=open]));
                rest = &rest[open + 1..];
                continue;
            };
            let Some(close) = closing(inner) else { break };
            parts.push(text(span, before));
            parts.push(self.variable(&inner[..close], span, steps, in_sub));
            rest = &inner[close + 1..];
        }
        parts.push(text(span, rest));
        parts.retain(|part| part.as_text() != Some(""));
        joined(span, parts)
    }

    /// What one variable stands for: the first of its sources that is known, or a parameter of its name.
    fn variable(&self, inner: &str, span: Span, steps: usize, in_sub: bool) -> Arc<Node> {
        let unresolved = |name: &str| {
            if in_sub { text(span, &format!("${{{name}}}")) } else { reference(span, name) }
        };
        if inner.starts_with("AWS::") || steps >= MOST_STEPS {
            return unresolved(inner);
        }
        let inner = if inner.contains("${") {
            let filled = self.filled(inner, span, steps + 1, true);
            filled.as_text().unwrap_or(inner).to_owned()
        } else {
            inner.to_owned()
        };
        let sources = sources(&inner);
        if in_sub && sources.len() == 1 && !inner.contains(':') {
            // A name of the template itself.
            return unresolved(&inner);
        }
        for source in &sources {
            // What the deployment knows comes before a default, which only stands in for it.
            if source.split_once(':').is_some_and(|(kind, _)| DEPLOYED.contains(&kind)) {
                return unresolved(source);
            }
            if let Some(found) = self.source(source, span, steps + 1) {
                return found;
            }
        }
        unresolved(sources.first().copied().unwrap_or(&inner))
    }

    fn source(&self, source: &str, span: Span, steps: usize) -> Option<Arc<Node>> {
        let source = source.trim();
        if let Some(quoted) = unquoted(source) {
            return Some(text(span, quoted));
        }
        let Some((kind, name)) = source.split_once(':') else {
            if source.starts_with("file(") {
                return self.of_file(source, span, steps);
            }
            let is_plain = source.parse::<f64>().is_ok() || matches!(source, "true" | "false" | "null");
            return is_plain.then(|| Arc::new(Node { value: plain(source), ..Node::clone(&text(span, "")) }));
        };
        match kind {
            "self" => self.at(&self.root, name, steps),
            "opt" | "env" | "param" => {
                let given = self.given.get(name).map(|value| text(span, value));
                given.or_else(|| self.parameter(kind, name, steps))
            }
            "sls" if name == "stage" => Some(self.stage(span, steps)),
            _ if kind.starts_with("file(") => self.of_file(source, span, steps),
            _ => None,
        }
    }

    /// The stage: as given, else as the provider says, else the framework's own.
    fn stage(&self, span: Span, steps: usize) -> Arc<Node> {
        let given = self.given.get("stage").map(|stage| text(span, stage));
        let of_provider = || self.at(&self.root, "provider.stage", steps);
        given.or_else(of_provider).unwrap_or_else(|| text(span, "dev"))
    }

    fn parameter(&self, kind: &str, name: &str, steps: usize) -> Option<Arc<Node>> {
        if kind != "param" {
            return None;
        }
        let stage = self.stage(Span::at(0), steps);
        let of_stage = self.at(&self.root, &format!("params.{}.{name}", stage.as_text()?), steps);
        of_stage.or_else(|| self.at(&self.root, &format!("params.default.{name}"), steps))
    }

    /// What stands at a dotted way, with its own variables filled in on the way.
    fn at(&self, root: &Arc<Node>, path: &str, steps: usize) -> Option<Arc<Node>> {
        if steps > MOST_STEPS {
            return None;
        }
        let mut node = Arc::clone(root);
        for step in path.split('.').filter(|step| !step.is_empty()) {
            if node.as_text().is_some_and(|text| text.contains("${")) {
                node = self.resolve(&node, steps + 1, false);
            }
            node = match (&node.value, step.parse::<usize>()) {
                (Value::Mapping(_), _) => Arc::clone(&node.entry(step)?.value),
                (Value::Sequence(items), Ok(index)) => Arc::clone(items.get(index)?),
                _ => return None,
            };
        }
        if node.is_null() { None } else { Some(self.resolve(&node, steps + 1, false)) }
    }

    /// What a file beside the service holds, or a part of it.
    fn of_file(&self, source: &str, span: Span, steps: usize) -> Option<Arc<Node>> {
        let (path, key) = source.strip_prefix("file(")?.split_once(')')?;
        let root = self.file(path.trim())?;
        let _ = span;
        self.at(&root, key.strip_prefix(':').unwrap_or_default(), steps)
    }

    fn file(&self, path: &str) -> Option<Arc<Node>> {
        if let Some(known) = self.read.borrow().get(path) {
            return known.clone();
        }
        let is_data = [".yml", ".yaml", ".json"].iter().any(|ending| path.ends_with(ending));
        let file = is_data.then(|| (self.load)(&self.name, path)).flatten();
        let root = file.and_then(|file| {
            let reading = source::read(&file);
            let start = self.files.borrow_mut().add(file);
            reading.root.map(|root| moved(&root, start))
        });
        self.read.borrow_mut().insert(path.to_owned(), root.clone());
        root
    }
}

fn plain(text: &str) -> Value {
    Value::Scalar(source::Scalar { text: text.to_owned(), style: source::Style::Plain })
}

/// Parts as one: texts make one text, and what is not known makes it a text that is put together.
fn joined(span: Span, mut parts: Vec<Arc<Node>>) -> Arc<Node> {
    if parts.len() == 1 {
        return parts.remove(0);
    }
    if parts.iter().all(|part| part.as_scalar().is_some()) {
        let whole: String = parts.iter().filter_map(|part| part.as_text()).collect();
        return text(span, &whole);
    }
    map(span, vec![("Fn::Join", list(span, vec![text(span, ""), list(span, parts)]))])
}

/// Where the brace closes that was opened before.
fn closing(inner: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, letter) in inner.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 0 => return Some(at),
            '}' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// The sources of a variable, which commas separate outside of quotes and parentheses.
fn sources(inner: &str) -> Vec<&str> {
    let (mut sources, mut start, mut depth, mut quote) = (Vec::new(), 0, 0_i32, None);
    for (at, letter) in inner.char_indices() {
        match (quote, letter) {
            (Some(open), _) if open == letter => quote = None,
            (None, '"' | '\'') => quote = Some(letter),
            (None, '(' | '{') => depth += 1,
            (None, ')' | '}') => depth -= 1,
            (None, ',') if depth == 0 => {
                sources.push(inner[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    sources.push(inner[start..].trim());
    sources
}

fn unquoted(source: &str) -> Option<&str> {
    ['"', '\''].iter().find_map(|quote| source.strip_prefix(*quote)?.strip_suffix(*quote))
}
