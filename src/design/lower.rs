//! Lowers the tree of a design file to a design, noting every mistake of the file itself in one pass.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::design::adjacency::Adjacency;
use crate::design::allowances;
use crate::design::faults;
use crate::design::flows;
use crate::design::ranges;
use crate::design::requirements;
use crate::design::settings::Settings;
use crate::design::values::{self, Reference};
use crate::design::vocabulary;
use crate::design::{Design, Node};
use crate::diagnostic::{Diagnostic, Fix, Label, Severity};
use crate::fields::{self, Fields, MISSING_SETTING, text, wrong_type};
use crate::knowledge::Knowledge;
use crate::knowledge::schema::Schema;
use crate::source::{self, Span, Text, Value, is_own};
use crate::units::Date;

/// A design and the mistakes of its file.
#[derive(Debug, Clone)]
pub struct Lowered {
    /// What was understood; nothing where the file is no design at all.
    pub design: Option<Design>,
    /// The mistakes, in the order in which they were found.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads a design file. Never gives up at the first mistake; cannot fail.
///
/// ```
/// use std::sync::Arc;
/// use thalweg::{design, knowledge::Knowledge, source::Text};
/// let text = "nodes:\n  in: {service: kds, shards: 2}\n  out: {service: lambda}\nflows: [in -> out]\n";
/// let lowered = design::lower(Arc::new(Text::new("d.yaml", text)), &Knowledge::embedded());
/// assert!(lowered.diagnostics.is_empty());
/// assert_eq!(lowered.design.unwrap().nodes[0].service, "kinesis-data-streams");
/// ```
#[must_use]
pub fn lower(text: Arc<Text>, knowledge: &Knowledge) -> Lowered {
    let reading = source::read(&text);
    let mut diagnostics: Vec<Diagnostic> = reading.faults.iter().map(Diagnostic::from).collect();
    let (root, left_out) = (reading.root.filter(|root| !root.is_null()), joined(reading.left_out));
    let comments = allowances::of_comments(&text, &reading.comments, &mut diagnostics);
    let certain = diagnostics.len();
    let Some(root) = root else {
        if diagnostics.is_empty() {
            diagnostics.push(empty());
        }
        return Lowered { design: None, diagnostics };
    };
    let mut context = Context::new(text, knowledge, diagnostics);
    let mut design = context.design(&root);
    if let Some(design) = &mut design {
        design.comments = comments;
    }
    if let Some(design) = &design {
        ranges::check(design, knowledge, &mut context.diagnostics);
    }
    let mut diagnostics = context.diagnostics;
    let found = diagnostics.split_off(certain);
    diagnostics.extend(found.into_iter().filter(|diagnostic| !is_guess(diagnostic, &left_out)));
    Lowered { design, diagnostics }
}

/// Lowers the tree of a design that was made of a file of another kind: spans point into `text`, where nothing may be
/// edited, and a node without flows is no mistake. `comments` are those of the file. Cannot fail.
#[must_use]
pub fn lower_made(text: Arc<Text>, root: &source::Node, comments: &[Span], knowledge: &Knowledge) -> Lowered {
    let mut diagnostics = Vec::new();
    let comments = allowances::of_comments(&text, comments, &mut diagnostics);
    let mut context = Context { is_made: true, ..Context::new(text, knowledge, diagnostics) };
    let mut design = context.design(root);
    if let Some(design) = &mut design {
        design.comments = comments;
        ranges::check(design, knowledge, &mut context.diagnostics);
    }
    context.diagnostics.iter_mut().for_each(|diagnostic| diagnostic.fix = None);
    Lowered { design, diagnostics: context.diagnostics }
}

/// The spans in the order of the file, with those that touch made one.
fn joined(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_unstable();
    spans.dedup_by(|next, last| {
        let touches = next.start <= last.end;
        if touches {
            *last = last.to(*next);
        }
        touches
    });
    spans
}

/// Whether a mistake may only be one because a part of the file could not be read; those parts are in order, and apart.
fn is_guess(diagnostic: &Diagnostic, left_out: &[Span]) -> bool {
    let place = diagnostic.primary.span;
    match diagnostic.rule.as_str() {
        "unknown-node" => !left_out.is_empty(),
        MISSING_SETTING => {
            let next = left_out.partition_point(|lost| lost.end < place.start);
            left_out.get(next).is_some_and(|lost| lost.start <= place.end)
        }
        _ => {
            let next = left_out.partition_point(|lost| lost.end <= place.start);
            left_out.get(next).is_some_and(|lost| lost.start <= place.start)
        }
    }
}

/// What lowering needs everywhere: the file, the base, the nodes by id and the mistakes so far.
pub(super) struct Context<'k> {
    pub(super) text: Arc<Text>,
    pub(super) knowledge: &'k Knowledge,
    pub(super) day: Date,
    pub(super) ids: BTreeMap<String, usize>,
    pub(super) diagnostics: Vec<Diagnostic>,
    pub(super) references: Vec<Reference>,
    /// The nodes that something names so far, or seems to mean.
    named: BTreeSet<usize>,
    /// Whether the tree was made of a file of another kind.
    pub(super) is_made: bool,
}

impl<'k> Context<'k> {
    pub(super) fn new(text: Arc<Text>, knowledge: &'k Knowledge, diagnostics: Vec<Diagnostic>) -> Self {
        let (ids, references, named) = (BTreeMap::new(), Vec::new(), BTreeSet::new());
        Self { text, knowledge, day: knowledge.as_of(), ids, diagnostics, references, named, is_made: false }
    }
}

impl Context<'_> {
    fn design(&mut self, root: &source::Node) -> Option<Design> {
        if !matches!(root.value, Value::Mapping(_)) {
            self.diagnostics.push(not_a_design(root));
            return None;
        }
        let mut fields = Fields::of(root, "a design", &mut self.diagnostics)?;
        let name = fields.text("name", &mut self.diagnostics);
        let about = fields.text("about", &mut self.diagnostics);
        if let Some(day) = fields.value("as_of").and_then(|node| values::date(node, &mut self.diagnostics)) {
            self.day = day;
        }
        let mut nodes =
            fields.require("nodes", &mut self.diagnostics).map(|node| self.nodes(node)).unwrap_or_default();
        self.node_settings(&mut nodes, fields.value("nodes"));
        let flows = fields.value("flows").map(|node| flows::of_list(self, node, &nodes)).unwrap_or_default();
        let flows = flows::with_references(self, flows, &nodes);
        let named = std::mem::take(&mut self.named);
        let requirements =
            fields.value("require").map(|node| requirements::of_list(self, node)).unwrap_or_default();
        let faults = fields
            .value("faults")
            .map(|node| faults::of_list(self, node, (&nodes, &flows)))
            .unwrap_or_default();
        let allow = fields.take("allow");
        let allowances = allow.map(|entry| self.allowances(&entry.value)).unwrap_or_default();
        let allow_span = allow.filter(|_| !self.is_made).and_then(Self::allow_span);
        fields.finish(&mut self.diagnostics);
        let adjacency = Adjacency::new(nodes.len(), &flows);
        if !self.is_made {
            self.unused_nodes(&nodes, &adjacency, &named);
        }
        let (text, as_of) = (Arc::clone(&self.text), self.day);
        let comments = Vec::new();
        Some(Design {
            text,
            name,
            about,
            as_of,
            nodes,
            flows,
            requirements,
            faults,
            allowances,
            allow_span,
            comments,
            adjacency,
        })
    }

    /// The nodes with their services; their settings come after, since they may name nodes further down.
    fn nodes(&mut self, node: &source::Node) -> Vec<Node> {
        let Value::Mapping(mapping) = &node.value else {
            self.diagnostics.push(wrong_type(node, "`nodes` is a mapping of ids to nodes"));
            return Vec::new();
        };
        let mut nodes = Vec::with_capacity(mapping.entries.len());
        for (id, entry) in mapping.iter() {
            self.ids.entry(id.to_owned()).or_insert(nodes.len());
            let (service, service_written, service_span) = self.service(id, &entry.value);
            nodes.push(Node {
                id: id.to_owned(),
                id_span: entry.key.span,
                card: self.knowledge.place(&service),
                service,
                service_span,
                service_written,
                settings: Settings::default(),
                span: Span::new(entry.key.span.start, entry.value.span.end.max(entry.key.span.end)),
                body: (!self.is_made && is_own(&self.text, entry)).then(|| Arc::clone(&entry.value)),
                is_elsewhere: false,
            });
        }
        nodes
    }

    /// The service of a node: id, name as written, place. The id is empty where there is no such service.
    fn service(&mut self, id: &str, node: &source::Node) -> (String, String, Span) {
        let unknown = |span| (String::new(), String::new(), span);
        let Value::Mapping(mapping) = &node.value else {
            let expected = format!("the node `{id}` is a mapping with a `service`");
            let mistake = wrong_type(node, &expected);
            let help = node.as_text().and_then(|name| self.knowledge.resolve(name)).map(|found| found.id);
            self.diagnostics.push(match help {
                Some(service) => {
                    let (title, new) =
                        (format!("make `{id}` a node of {service}"), format!("{{service: {service}}}"));
                    let mistake = mistake.node(id).help(format!("write `{id}: {new}`"));
                    mistake.fix(Fix::unsafe_edit(title, node.span, new))
                }
                None => mistake.node(id),
            });
            return unknown(node.span);
        };
        let Some((_, entry)) = mapping.iter().find(|(key, _)| *key == "service") else {
            let label = Label::new(node.span, "has no `service`");
            let message = format!("the node `{id}` does not say which service it is");
            let mistake = Diagnostic::new(fields::MISSING_SETTING, label, message);
            self.diagnostics.push(mistake.node(id).help("add `service:` with the name of a service"));
            return unknown(node.span);
        };
        let Some(written) = text(&entry.value, &mut self.diagnostics) else {
            return unknown(entry.value.span);
        };
        match self.knowledge.resolve(written) {
            Some(found) => (found.id.to_owned(), written.to_owned(), entry.value.span),
            None => {
                self.diagnostics.push(self.unknown_service(id, written, &entry.value));
                (String::new(), written.to_owned(), entry.value.span)
            }
        }
    }

    fn unknown_service(&self, id: &str, written: &str, node: &source::Node) -> Diagnostic {
        let label = Label::new(node.span, "no service has this name");
        let message = format!("the node `{id}` is `{written}`, which is no service known here");
        let diagnostic = Diagnostic::new("unknown-service", label, message).node(id);
        match self.knowledge.nearest(written) {
            Some(near) => fields::instead(diagnostic, node, near),
            None => diagnostic.help("run `thalweg explain` for the list of services"),
        }
    }

    fn node_settings(&mut self, nodes: &mut [Node], source: Option<&source::Node>) {
        let Some(Value::Mapping(mapping)) = source.map(|node| &node.value) else { return };
        for (index, (id, entry)) in mapping.iter().enumerate() {
            let Some(card) = self.knowledge.card(&nodes[index].service) else { continue };
            let what = format!("the node `{id}` ({})", card.id);
            let first_new = self.diagnostics.len();
            let Some(mut fields) = Fields::of(&entry.value, what, &mut self.diagnostics) else { continue };
            fields.take("service");
            fields.take("about");
            nodes[index].is_elsewhere = fields.flag(vocabulary::ELSEWHERE, &mut self.diagnostics);
            nodes[index].settings = self.settings(&mut fields, &card.settings, index);
            fields.finish(&mut self.diagnostics);
            self.said_of_node(first_new, id);
        }
    }

    /// Notes of every diagnostic since `first` that it is about the node.
    fn said_of_node(&mut self, first: usize, id: &str) {
        for diagnostic in &mut self.diagnostics[first..] {
            diagnostic.node.get_or_insert_with(|| id.to_owned());
        }
    }

    /// The settings of `schema` among `fields`; `holder` is the node from which references leave.
    pub(super) fn settings(&mut self, fields: &mut Fields<'_>, schema: &Schema, holder: usize) -> Settings {
        let mut settings = BTreeMap::new();
        for spec in schema.settings.values() {
            let entry = if spec.required {
                if fields.require(&spec.name, &mut self.diagnostics).is_none() {
                    continue;
                }
                fields.take(&spec.name)
            } else {
                fields.take(&spec.name)
            };
            let Some(entry) = entry else { continue };
            let first_reference = self.references.len();
            if let Some(setting) = self.setting(&spec.name, entry, &spec.kind, holder) {
                settings.insert(spec.name.clone(), setting);
            }
            if let Some(rule) = &spec.rule {
                self.references[first_reference..]
                    .iter_mut()
                    .for_each(|reference| reference.rule.clone_from(rule));
            }
        }
        Settings(settings)
    }

    /// The index of the node that is named, or a diagnostic with the nearest name.
    pub(super) fn node_named(&mut self, id: &str, span: Span) -> Option<usize> {
        let found = self.ids.get(id).copied();
        self.named.extend(found);
        if found.is_none() {
            let label = Label::new(span, "not declared under `nodes`");
            let diagnostic = Diagnostic::new("unknown-node", label, format!("there is no node `{id}`"));
            let near = fields::nearest(id, self.ids.keys().map(String::as_str));
            self.diagnostics.push(match near {
                Some(near) => {
                    self.named.extend(self.ids.get(near));
                    let mut diagnostic = diagnostic.help(format!("write `{near}`"));
                    diagnostic.fix = renamed(&self.text, span, id, near);
                    diagnostic
                }
                None => diagnostic.help(format!("declare `{id}` under `nodes`")),
            });
        }
        found
    }

    /// The index of the node that a scalar names.
    pub(super) fn node_of(&mut self, node: &source::Node) -> Option<usize> {
        let id = text(node, &mut self.diagnostics)?;
        self.node_named(id, node.span)
    }

    /// A node that only a flow with a mistake names is one mistake, and told there.
    fn unused_nodes(&mut self, nodes: &[Node], adjacency: &Adjacency, named: &BTreeSet<usize>) {
        let joined = |index| !adjacency.incoming(index).is_empty() || !adjacency.outgoing(index).is_empty();
        for (_, node) in
            nodes.iter().enumerate().filter(|(index, _)| !joined(*index) && !named.contains(index))
        {
            let label = Label::new(node.id_span, "in no flow");
            let message = format!("no flow or setting uses the node `{}`", node.id);
            let diagnostic = Diagnostic::new("unused-node", label, message).severity(Severity::Warning);
            self.diagnostics.push(diagnostic.node(&node.id).help("add a flow from or to it, or remove it"));
        }
    }
}

/// Another id in the place of one; nothing where quotes or escapes around it make it longer than it is.
fn renamed(text: &Text, span: Span, id: &str, near: &str) -> Option<Fix> {
    let written = text.slice(span);
    let plain =
        near.chars().all(|character| character.is_alphanumeric() || matches!(character, '_' | '-' | '.'));
    let quote = written.chars().next().filter(|first| matches!(first, '"' | '\''));
    let new = match quote {
        _ if !plain => return None,
        None if written == id => near.to_owned(),
        Some(quote) if written.trim_matches(quote) == id => format!("{quote}{near}{quote}"),
        _ => return None,
    };
    Some(Fix::unsafe_edit(format!("write `{near}`"), span, new))
}

fn empty() -> Diagnostic {
    let label = Label::new(Span::new(0, 0), "nothing here");
    Diagnostic::new("syntax", label, "the file is empty").help("declare `nodes` and `flows`")
}

fn not_a_design(root: &source::Node) -> Diagnostic {
    let label = Label::new(root.span, format!("this is {}", root.kind()));
    Diagnostic::new("syntax", label, "a design is a mapping with `nodes` and `flows`")
        .help("start with `nodes:` and one entry for each service")
}
