//! Reads a template with all that it brings in: nested stacks and included files in the same tree.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use crate::diagnostic::Diagnostic;
use crate::import::cloudformation::foreach;
use crate::import::cloudformation::intrinsics::{Resolver, unknown};
use crate::import::cloudformation::serverless;
use crate::import::cloudformation::template::{self, Template};
use crate::import::files::Files;
use crate::import::intent::{self, Said};
use crate::import::value::{Member, Resource, Value, What};
use crate::import::{Exports, Load};
use crate::source::{self, Node, Span, Text};

/// How deep stacks may nest.
const MOST_STACKS: usize = 8;
/// How many stacks one template may bring in.
const MOST_NESTED: usize = 200;

/// What is gathered while a template and what belongs to it is read.
pub(super) struct Reader<'a> {
    pub(super) load: Load<'a>,
    pub(super) exports: &'a Exports,
    pub(super) gathered: RefCell<Gathered>,
}

#[derive(Default)]
pub(super) struct Gathered {
    pub(super) files: Files,
    pub(super) resources: Vec<Resource>,
    pub(super) comments: Vec<Span>,
    pub(super) mistakes: Vec<Diagnostic>,
    pub(super) said: Vec<Said>,
    /// What is exported, by names as they would be written.
    pub(super) exports: Vec<(String, Value)>,
    /// The stacks that are being read, so that none contains itself.
    open: Vec<String>,
    stacks: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(load: Load<'a>, exports: &'a Exports) -> Self {
        Self { load, exports, gathered: RefCell::default() }
    }

    /// Reads a text as a template; nothing where it holds no document.
    pub(super) fn template(&self, text: Arc<Text>) -> Option<Template> {
        let reading = source::read(&text);
        let mut gathered = self.gathered.borrow_mut();
        let start = gathered.files.add(Arc::clone(&text));
        let moved = |span: Span| Span::new(span.start + start, span.end + start);
        gathered.comments.extend(reading.comments.iter().map(|span| moved(*span)));
        for fault in &reading.faults {
            // CloudFormation takes the last of two equal keys and says nothing.
            if fault.kind != source::FaultKind::DuplicateKey {
                let mut mistake = Diagnostic::from(fault);
                mistake.primary.span = moved(mistake.primary.span);
                mistake.related.iter_mut().for_each(|label| label.span = moved(label.span));
                gathered.mistakes.push(mistake);
            }
        }
        Some(Template::new(text, reading.root?, start))
    }

    /// A file that a template includes.
    pub(super) fn included(&self, from: &Text, location: &str) -> Option<Template> {
        let text = (self.load)(from.name(), location)?;
        self.template(text)
    }

    /// A resolver for a file in which no parameters and resources are named.
    pub(super) fn plain<'t>(&'t self, template: &'t Template) -> Resolver<'t> {
        Resolver {
            template,
            reader: self,
            prefix: String::new(),
            parameters: BTreeMap::new(),
            conditions: RefCell::default(),
            nested: RefCell::default(),
            functions: Vec::new(),
            bound: RefCell::default(),
        }
    }

    /// What another stack exports under a name.
    pub(super) fn imported(&self, name: &str, span: Span) -> Value {
        match self.exports.0.get(name) {
            Some(export) => Value::new(span, What::Unknown(format!("import:{name}={export}"))),
            None => unknown(span, &format!("import:{name}")),
        }
    }

    /// Reads all resources of a template; gives its outputs.
    pub(super) fn stack(
        &self,
        template: &Template,
        prefix: &str,
        given: BTreeMap<String, Value>,
    ) -> BTreeMap<String, Value> {
        let is_serverless = template.is_serverless();
        let resolver = Resolver {
            template,
            reader: self,
            prefix: prefix.to_owned(),
            parameters: BTreeMap::new(),
            conditions: RefCell::default(),
            nested: RefCell::default(),
            functions: if is_serverless { serverless::function_ids(template) } else { Vec::new() },
            bound: RefCell::default(),
        };
        let parameters = resolver.parameters(given);
        let resolver = Resolver { parameters, ..resolver };
        let mut resources = resolver.resources();
        if is_serverless {
            let globals = template.root.get("Globals").map(|globals| resolver.value(globals));
            resources = serverless::expanded(resources, globals.as_ref(), prefix, self, template);
        }
        let mut outputs = BTreeMap::new();
        let mut exports = Vec::new();
        for (name, _, output) in template.section("Outputs") {
            let value = output.get("Value").map(|value| resolver.value(value));
            let value = value.unwrap_or_else(|| unknown(resolver.span(output.span), name));
            if let Some(export) = output.get("Export").and_then(|export| export.get("Name")) {
                exports.push((resolver.value(export).shown(), value.clone()));
            }
            outputs.insert(name.to_owned(), value);
        }
        let said = template.in_section("Metadata", "Thalweg");
        let said = said.map(|said| Said::new(intent::moved(said, template.start)));
        let mut gathered = self.gathered.borrow_mut();
        gathered.resources.extend(resources);
        gathered.exports.extend(exports);
        gathered.said.extend(said);
        outputs
    }
}

impl Resolver<'_> {
    /// The parameters: as given, else their defaults, else unknown.
    fn parameters(&self, mut given: BTreeMap<String, Value>) -> BTreeMap<String, Value> {
        let mut parameters = BTreeMap::new();
        for (name, key, declared) in self.template.section("Parameters") {
            let kind = declared.get("Type").and_then(Node::as_text).unwrap_or("String");
            let default = declared.get("Default").and_then(Node::as_text);
            let value = match (given.remove(name), default) {
                (Some(value), _) => value,
                (None, Some(default)) if !kind.starts_with("AWS::SSM::") => {
                    Value::new(self.span(key.span), What::Text(default.to_owned()))
                }
                _ => unknown(self.span(key.span), name),
            };
            parameters.insert(name.to_owned(), listed(value, kind));
        }
        parameters
    }

    /// The resources that exist, or may: those whose condition does not fail.
    fn resources(&self) -> Vec<Resource> {
        let mut found = Vec::new();
        for (id, key, node) in self.template.section("Resources") {
            if foreach::is_loop(id) {
                foreach::each(self, node, &mut |id, node| found.extend(self.resource(id, key, node)));
            } else {
                found.extend(self.resource(id, key, node));
            }
        }
        // Stacks that nothing refers to are read all the same.
        for (id, _, _) in self.template.section("Resources") {
            self.outputs(id);
        }
        found
    }

    fn resource(&self, id: &str, key: &Node, node: &Node) -> Option<Resource> {
        let kind = template::kind(node)?;
        let condition = node.get("Condition").and_then(Node::as_text);
        if condition.is_some_and(|name| self.condition(name, 0) == Some(false)) {
            return None;
        }
        let span = self.span(node.span);
        let empty = || Value::new(span, What::Map(Vec::new()));
        let mut properties = node.get("Properties").map_or_else(empty, |properties| self.value(properties));
        if let (What::Map(members), Some(connectors)) = (&mut properties.what, node.entry("Connectors")) {
            // Connectors of SAM stand beside the properties.
            let value = self.value(&connectors.value);
            members.push(Member {
                key: "Connectors".to_owned(),
                key_span: self.span(connectors.key.span),
                value,
            });
        }
        let kind_node = node.get("Type")?;
        Some(Resource {
            id: format!("{}{id}", self.prefix),
            id_span: self.span(key.span),
            kind: kind.to_owned(),
            kind_span: self.span(kind_node.span),
            properties,
            span,
        })
    }

    /// The outputs of a nested stack that lies in the same tree; it is read when it is first asked for.
    pub(super) fn outputs(&self, id: &str) -> Option<Rc<BTreeMap<String, Value>>> {
        if let Some(known) = self.nested.borrow().get(id) {
            return Some(Rc::clone(known));
        }
        let node = self.template.in_section("Resources", id)?;
        let (property, asset) = match template::kind(node)? {
            "AWS::CloudFormation::Stack" => {
                ("TemplateURL", node.get("Metadata").and_then(|data| data.get("aws:asset:path")))
            }
            "AWS::Serverless::Application" => ("Location", None),
            _ => return None,
        };
        let properties = node.get("Properties")?;
        let location = match asset.and_then(Node::as_text) {
            Some(path) => path.to_owned(),
            None => self.value(properties.get(property)?).text()?.to_owned(),
        };
        let outputs = Rc::new(self.nested_stack(id, &location, properties.get("Parameters"))?);
        self.nested.borrow_mut().insert(id.to_owned(), Rc::clone(&outputs));
        Some(outputs)
    }

    fn nested_stack(
        &self,
        id: &str,
        location: &str,
        parameters: Option<&Node>,
    ) -> Option<BTreeMap<String, Value>> {
        let prefix = format!("{}{id}/", self.prefix);
        {
            let mut gathered = self.reader.gathered.borrow_mut();
            if gathered.open.len() >= MOST_STACKS
                || gathered.stacks >= MOST_NESTED
                || gathered.open.contains(&prefix)
            {
                return None;
            }
            gathered.open.push(prefix.clone());
            gathered.stacks += 1;
        }
        let text = (self.reader.load)(self.template.text.name(), location);
        let is_template = |template: &Template| template::is_template(&template.root);
        let nested = text.and_then(|text| self.reader.template(text)).filter(is_template);
        let outputs = nested.map(|nested| {
            let given = parameters.map(|node| self.value(node));
            let given = given.iter().flat_map(Value::members);
            let given = given.map(|member| (member.key.clone(), member.value.clone())).collect();
            self.reader.stack(&nested, &prefix, given)
        });
        self.reader.gathered.borrow_mut().open.pop();
        outputs
    }
}

/// The value of a parameter that is a list.
fn listed(value: Value, kind: &str) -> Value {
    let is_list = kind == "CommaDelimitedList" || kind.starts_with("List<");
    match &value.what {
        What::Text(text) if is_list => {
            let items =
                text.split(',').map(|item| Value::new(value.span, What::Text(item.trim().to_owned())));
            Value::new(value.span, What::List(items.collect()))
        }
        _ => value,
    }
}
