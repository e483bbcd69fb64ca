//! What differs between two designs: nodes, flows and their settings, by their names and not by their places in a file.

use std::collections::{BTreeMap, BTreeSet};

use crate::design::settings::{RateProfile, SettingValue, Settings};
use crate::design::{Design, Flow};
use crate::source::{self, Span};

/// Everything that differs, in alphabetical order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Difference {
    /// Nodes, by their ids.
    pub nodes: Vec<Changed>,
    /// Flows, as `a -> b`.
    pub flows: Vec<Changed>,
}

/// A node or flow that is not as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// The id of the node; of a flow both ends, with its role or its `via` where several could be meant.
    pub name: String,
    /// What became of it.
    pub change: Change,
    /// What differs of its settings; of a node also its `service`.
    pub settings: Vec<SettingChange>,
}

/// What became of a node or flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It has other settings.
    Changed,
}

impl Change {
    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Changed => "changed",
        }
    }
}

/// A setting with its values; nothing where it is not set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingChange {
    /// Its dotted path.
    pub path: String,
    /// What it was.
    pub before: Option<String>,
    /// What it is.
    pub after: Option<String>,
}

/// Settings by their dotted paths, as they are shown.
type Shown = BTreeMap<String, String>;

impl Difference {
    /// Compares two designs; one that could not be read has no nodes and no flows.
    #[must_use]
    pub fn between(before: Option<&Design>, after: Option<&Design>) -> Self {
        let of = |design: Option<&Design>, all: fn(&Design) -> BTreeMap<String, Shown>| {
            design.map(all).unwrap_or_default()
        };
        Self {
            nodes: changes(&of(before, nodes), &of(after, nodes)),
            flows: changes(&of(before, flows), &of(after, flows)),
        }
    }

    /// Whether nothing differs.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty() && self.flows.is_empty()
    }
}

fn changes(before: &BTreeMap<String, Shown>, after: &BTreeMap<String, Shown>) -> Vec<Changed> {
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let none = Shown::new();
    let change = |name: &String| {
        let (was, is) = (before.get(name), after.get(name));
        let settings = settings(was.unwrap_or(&none), is.unwrap_or(&none));
        let change = match (was, is) {
            (None, _) => Change::Added,
            (_, None) => Change::Removed,
            _ if settings.is_empty() => return None,
            _ => Change::Changed,
        };
        Some(Changed { name: name.clone(), change, settings })
    };
    names.into_iter().filter_map(change).collect()
}

fn settings(before: &Shown, after: &Shown) -> Vec<SettingChange> {
    let paths: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let differ = paths.into_iter().filter(|path| before.get(*path) != after.get(*path));
    differ
        .map(|path| SettingChange {
            path: path.clone(),
            before: before.get(path).cloned(),
            after: after.get(path).cloned(),
        })
        .collect()
}

fn nodes(design: &Design) -> BTreeMap<String, Shown> {
    let of_node = |node: &crate::design::Node| {
        let mut shown = Shown::new();
        let service = if node.service.is_empty() { &node.service_written } else { &node.service };
        shown.insert("service".to_owned(), service.clone());
        flatten(design, &node.settings, "", &mut shown);
        (node.id.clone(), shown)
    };
    design.nodes.iter().map(of_node).collect()
}

/// Flows that follow from settings of nodes are told as those settings.
fn flows(design: &Design) -> BTreeMap<String, Shown> {
    let of_flow = |flow: &Flow| {
        let id = |node: usize| design.nodes[node].id.as_str();
        let via = flow.settings.text("via").map(|via| format!(" via {via}")).unwrap_or_default();
        let mut shown = Shown::new();
        flatten(design, &flow.settings, "", &mut shown);
        (format!("{} -> {}{via}", id(flow.from), id(flow.to)), shown)
    };
    design.flows.iter().filter(|flow| flow.role.as_str() == "flow").map(of_flow).collect()
}

/// Settings by their dotted paths, as they are shown.
#[must_use]
pub fn by_path(design: &Design, settings: &Settings) -> BTreeMap<String, String> {
    let mut shown = Shown::new();
    flatten(design, settings, "", &mut shown);
    shown
}

fn flatten(design: &Design, settings: &Settings, below: &str, shown: &mut Shown) {
    for (name, setting) in &settings.0 {
        let path = if below.is_empty() { name.clone() } else { format!("{below}.{name}") };
        match &setting.value {
            SettingValue::Mapping(inner) => flatten(design, inner, &path, shown),
            _ => _ = shown.insert(path, self::shown(design, &setting.value, setting.span)),
        }
    }
}

/// A value as it is shown: it counts by what it is, and only what has no form of its own by what is written.
#[must_use]
pub fn shown(design: &Design, value: &SettingValue, span: Span) -> String {
    match value {
        SettingValue::Quantity(quantity) => quantity.to_string(),
        SettingValue::Text(text) => text.to_string(),
        SettingValue::Flag(flag) => flag.to_string(),
        SettingValue::Date(date) => date.to_string(),
        SettingValue::Node(node) => design.nodes[*node].id.clone(),
        SettingValue::Expression(expression) => expression.text().to_owned(),
        SettingValue::List(items) => {
            let items: Vec<String> = items.iter().map(|item| shown(design, &item.value, item.span)).collect();
            format!("[{}]", items.join(", "))
        }
        SettingValue::Sql(node) => one_line(node.as_text().unwrap_or_default()),
        SettingValue::Any(node) => tree(node),
        SettingValue::Profile(RateProfile::Steady(rate)) => rate.to_string(),
        SettingValue::Profile(RateProfile::Periodic { base, peak, period }) => {
            format!("{{base: {base}, peak: {peak}, period: {period}}}")
        }
        _ => one_line(design.text.slice(span)),
    }
}

/// A tree in one line, however it is written.
fn tree(node: &source::Node) -> String {
    match &node.value {
        source::Value::Scalar(scalar) => scalar.text.clone(),
        source::Value::Sequence(items) => {
            let items: Vec<String> = items.iter().map(|item| tree(item)).collect();
            format!("[{}]", items.join(", "))
        }
        source::Value::Mapping(mapping) => {
            let entries = mapping.iter().map(|(key, entry)| format!("{key}: {}", tree(&entry.value)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
        }
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
