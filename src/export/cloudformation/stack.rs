//! The template while it is being built, and what is asked of the design on the way.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::design::Design;
use crate::design::effective;
use crate::design::settings::SettingValue;
use crate::diagnostic::{Diagnostic, Label};
use crate::export::cloudformation::access::Grant;
use crate::export::cloudformation::{NOT_EXPORTED, settings};
use crate::export::template::{Parameter, Resource, Template, attribute, reference};
use crate::knowledge::Knowledge;
use crate::knowledge::deployment::Deployment;

pub(super) struct Stack<'a> {
    pub(super) design: &'a Design,
    pub(super) knowledge: &'a Knowledge,
    pub(super) deployment: &'static Deployment,
    pub(super) template: Template,
    /// What the role of a node may do.
    pub(super) grants: BTreeMap<usize, Vec<Grant>>,
    ids: Vec<String>,
    mistakes: Vec<Diagnostic>,
}

impl<'a> Stack<'a> {
    pub(super) fn new(design: &'a Design, knowledge: &'a Knowledge) -> Self {
        let about = design.about.clone().or_else(|| design.name.clone());
        let template = Template {
            about: about.unwrap_or_else(|| "A streaming pipeline.".to_owned()),
            ..Template::default()
        };
        Self {
            design,
            knowledge,
            deployment: Deployment::embedded(),
            template,
            grants: BTreeMap::new(),
            ids: logical_ids(design),
            mistakes: Vec::new(),
        }
    }

    /// The template, or why there is none.
    pub(super) fn finish(self) -> Result<Template, Vec<Diagnostic>> {
        if self.mistakes.is_empty() { Ok(self.template) } else { Err(self.mistakes) }
    }

    /// The logical id of a node.
    pub(super) fn id(&self, node: usize) -> &str {
        &self.ids[node]
    }

    /// The id of the service of a node.
    pub(super) fn service(&self, node: usize) -> &'a str {
        let design: &'a Design = self.design;
        &design.nodes[node].service
    }

    /// A resource for a node with the settings that its card translates; nothing where none stands for it.
    pub(super) fn fresh(&self, node: usize) -> Option<Resource> {
        let this = &self.design.nodes[node];
        let kind = &self.deployment.services.get(&this.service)?.resource;
        let card = self.knowledge.card(&this.service)?;
        let mut resource = Resource::new(kind, json!({})).comment(format!("{}: {}", this.id, card.name));
        settings::write(&mut resource, &this.settings, &card.settings);
        Some(resource)
    }

    pub(super) fn add(&mut self, id: &str, resource: Resource) {
        self.template.resources.insert(id.to_owned(), resource);
    }

    /// The resource of a node; nothing for what gets none.
    pub(super) fn resource(&mut self, node: usize) -> Option<&mut Resource> {
        self.template.resources.get_mut(&self.ids[node])
    }

    /// What holds for a setting of a node.
    pub(super) fn setting(&self, node: usize, path: &str) -> Option<SettingValue> {
        effective::setting(self.design, self.knowledge, node, path).map(|found| found.value)
    }

    /// The word or text of a setting.
    pub(super) fn word(&self, node: usize, path: &str) -> Option<String> {
        self.setting(node, path)?.text().map(str::to_owned)
    }

    /// The number of a setting, in the base unit of its dimension.
    pub(super) fn amount(&self, node: usize, path: &str) -> Option<f64> {
        Some(self.setting(node, path)?.quantity()?.amount)
    }

    /// What a design says of a setting, as AWS writes it; nothing where it says nothing, since defaults are AWS's own.
    pub(super) fn declared(&self, node: usize, path: &str) -> Option<Value> {
        let said = self.design.nodes[node].settings.get(path)?;
        let spec = self.knowledge.card(self.service(node))?.settings.at(path)?;
        settings::encoded(spec, &said.value)
    }

    /// Whether a flag is set.
    pub(super) fn flag(&self, node: usize, path: &str) -> bool {
        self.setting(node, path).and_then(|value| value.flag()).unwrap_or(false)
    }

    /// The ARN of a node's resource.
    pub(super) fn arn(&self, node: usize) -> Option<Value> {
        let address = self.deployment.services.get(self.service(node))?.arn.as_deref()?;
        Some(attribute(self.id(node), address))
    }

    /// Asks whoever deploys for a text, and refers to it.
    pub(super) fn ask(&mut self, name: &str, about: &str) -> Value {
        self.ask_for(name, Parameter { about: about.to_owned(), ..Parameter::default() })
    }

    /// Asks whoever deploys for one of several words, and refers to it.
    pub(super) fn ask_one_of(&mut self, name: &str, about: &str, words: &[&str]) -> Value {
        let allowed = words.iter().map(|word| (*word).to_owned()).collect();
        self.ask_for(name, Parameter { about: about.to_owned(), allowed, ..Parameter::default() })
    }

    /// Asks whoever deploys for a number, and refers to it.
    pub(super) fn ask_number(&mut self, name: &str, about: &str) -> Value {
        let parameter = Parameter { about: about.to_owned(), is_number: true, ..Parameter::default() };
        self.ask_for(name, parameter)
    }

    pub(super) fn ask_for(&mut self, name: &str, parameter: Parameter) -> Value {
        self.template.parameters.entry(name.to_owned()).or_insert(parameter);
        reference(name)
    }

    /// The key of a node that is encrypted with one of the customer's own.
    pub(super) fn key(&mut self, node: usize) -> Option<Value> {
        if self.word(node, "encryption").as_deref() != Some("customer-key") {
            return None;
        }
        let name = format!("{}KeyArn", self.id(node));
        let about = format!("ARN of the KMS key that encrypts {}.", self.design.nodes[node].id);
        Some(self.ask(&name, &about))
    }

    /// A log group of a node's own, whose keeping whoever deploys decides.
    pub(super) fn logs(&mut self, node: usize) -> String {
        let id = format!("{}Logs", self.id(node));
        if !self.template.resources.contains_key(&id) {
            let days = self.ask_number("LogRetentionDays", "How many days logs are kept.");
            self.add(&id, Resource::new("AWS::Logs::LogGroup", json!({"RetentionInDays": days})));
        }
        id
    }

    pub(super) fn refuse_node(&mut self, node: usize, message: &str) {
        let label = Label::new(self.design.nodes[node].service_span, "here");
        self.mistakes.push(Diagnostic::new(NOT_EXPORTED, label, message));
    }

    pub(super) fn refuse_flow(&mut self, flow: usize, message: &str) {
        let label = Label::new(self.design.flows[flow].span, "here");
        self.mistakes.push(Diagnostic::new(NOT_EXPORTED, label, message));
    }
}

/// Ids of nodes as CloudFormation takes them: letters and digits, each once, and none that another one's parts take.
fn logical_ids(design: &Design) -> Vec<String> {
    let mut taken = BTreeSet::new();
    let mut ids = Vec::with_capacity(design.nodes.len());
    for node in &design.nodes {
        let plain = camel_case(&node.id);
        let mut id = plain.clone();
        let mut number = 2;
        while !taken.insert(id.clone()) {
            id = format!("{plain}{number}");
            number += 1;
        }
        ids.push(id);
    }
    ids
}

pub(super) fn camel_case(text: &str) -> String {
    let words = text.split(|char: char| !char.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let capitalised = words.map(|word| {
        let (first, rest) = word.split_at(1);
        [&first.to_ascii_uppercase(), rest].concat()
    });
    let joined = capitalised.collect::<Vec<_>>().concat();
    match joined.chars().next() {
        Some(first) if first.is_ascii_alphabetic() => joined,
        _ => format!("Node{joined}"),
    }
}
