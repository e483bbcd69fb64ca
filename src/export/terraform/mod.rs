//! Turns a design into a configuration of Terraform for the provider `hashicorp/aws`.
//!
//! Its resources are those of the CloudFormation template of the same design, cut as Terraform has them and written by
//! the table of `rules/terraform.yaml` read the other way round: roles, encryption, alarms and logs come from one place.

mod hcl;
mod names;
mod properties;
mod shapes;

use std::sync::Arc;

use serde_json::Value;

use crate::design::{Design, Node};
use crate::diagnostic::{Diagnostic, Label};
use crate::export::cloudformation;
use crate::export::intent;
use crate::export::template::{Parameter, Resource, Template, reference};
use crate::export::terraform::hcl::{Block, Expression, Item, quoted};
use crate::export::terraform::names::{Names, snake_case};
use crate::export::terraform::properties::{Writer, taken};
use crate::export::yaml;
use crate::import::{self, Surroundings, build};
use crate::knowledge::Knowledge;
use crate::knowledge::terraform::{Table, Type};
use crate::source::{Span, Text};

/// The provider in whose names everything is written.
const PROVIDER: &str = ">= 6.0, < 7.0";
/// The version of Terraform that knows all that is written.
const TERRAFORM: &str = ">= 1.5";

/// A configuration, and what only the design says.
#[derive(Debug, Clone)]
pub struct Configuration {
    /// The text of the one file.
    pub main: String,
    /// What is said of it in a file beside it: loads, promises, the names of nodes.
    pub intent: Option<Value>,
}

impl Configuration {
    /// The text of the file beside the configuration, which is called `main`.
    #[must_use]
    pub fn beside(&self, main: &str) -> Option<String> {
        self.intent.as_ref().map(|intent| said(intent, main))
    }
}

/// The configuration that deploys a design.
///
/// # Errors
/// Every node and flow that is not known to exports, at its place in the design.
pub fn configuration(design: &Design, knowledge: &Knowledge) -> Result<Configuration, Vec<Diagnostic>> {
    let (template, ids) = cloudformation::resources(design, knowledge)?;
    let template = shapes::cut(&template);
    let table = Table::embedded();
    let names = Names::new(&template, table);
    let (blocks, unknown) = blocks(&template, &names, table);
    if !unknown.is_empty() {
        let node = |id: &str| ids.iter().position(|known| known == id).map(|node| &design.nodes[node]);
        return Err(unknown.iter().map(|(id, property)| cannot_set(node(id), property)).collect());
    }
    let main = hcl::render(&blocks);
    // What gets no resource is called as in the design.
    let named = |(id, node): (&String, &Node)| match names.address(id) {
        Some(_) => names.path(id),
        None => node.id.clone(),
    };
    let ids: Vec<String> = ids.iter().zip(&design.nodes).map(named).collect();
    let read_back = |intent: &Value| read_back(&main, intent, knowledge);
    let intent = intent::kept(design, &ids, knowledge, &read_back);
    Ok(Configuration { main, intent })
}

fn cannot_set(node: Option<&Node>, property: &str) -> Diagnostic {
    let label = Label::new(node.map_or(Span::at(0), |node| node.id_span), "not as it is set up here");
    let message = format!("the design sets {property}, and the provider of Terraform cannot set it");
    let diagnostic = Diagnostic::new(cloudformation::NOT_EXPORTED, label, message);
    match node {
        Some(node) => diagnostic.node(&node.id),
        None => diagnostic,
    }
}

fn said(intent: &Value, main: &str) -> String {
    format!("for: {main}\n{}", yaml::mapping(intent))
}

/// The design that a configuration is read as, with what is said of it.
fn read_back(main: &str, intent: &Value, knowledge: &Knowledge) -> Option<Design> {
    let text = Arc::new(Text::new("main.tf", main));
    let mut reading = import::read(&text, Surroundings::alone(knowledge))?;
    reading.add_said(&Arc::new(Text::new("main.thalweg.yaml", said(intent, "main.tf"))));
    build::lowered(&reading, knowledge).design
}

/// A property that nothing is known for, with the logical id of its resource.
type Unknown = (String, String);

/// All blocks, and the properties that nothing is known for.
fn blocks(template: &Template, names: &Names<'_>, table: &Table) -> (Vec<Block>, Vec<Unknown>) {
    let (mut resources, mut unknown) = (Vec::new(), Vec::new());
    for (id, resource) in &template.resources {
        resources.extend(of_resource(names, table, (id, resource), &mut unknown));
    }
    let outputs: Vec<Block> = template
        .outputs
        .iter()
        .map(|(name, (value, about))| {
            let items = vec![
                Item::argument("description", quoted(about)),
                Item::Argument("value".to_owned(), names.expression(value)),
            ];
            Block { comment: None, head: format!("output \"{}\"", snake_case(name)), items }
        })
        .collect();
    let mut blocks = vec![Block { comment: Some(template.about.clone()), ..versions() }, prefix()];
    let used = names.used.borrow();
    let asked = template.parameters.iter().filter(|(name, _)| used.contains(*name));
    blocks.extend(asked.map(|(name, parameter)| variable(name, parameter)));
    let sources = used.iter().filter_map(|source| source.strip_prefix("data."));
    blocks.extend(sources.map(|source| {
        let (kind, label) = source.split_once('.').unwrap_or((source, "current"));
        Block { head: format!("data \"{kind}\" \"{label}\""), ..Block::default() }
    }));
    blocks.extend(resources);
    blocks.extend(outputs);
    (blocks, unknown)
}

fn versions() -> Block {
    let aws = Expression::Object(vec![
        ("source".to_owned(), Expression::Plain(quoted("hashicorp/aws"))),
        ("version".to_owned(), Expression::Plain(quoted(PROVIDER))),
    ]);
    let providers = Item::block("required_providers", vec![Item::Argument("aws".to_owned(), aws)]);
    let items = vec![Item::argument("required_version", quoted(TERRAFORM)), providers];
    Block { comment: None, head: "terraform".to_owned(), items }
}

fn prefix() -> Block {
    let about = "What the names of all that is made begin with.";
    variable("name", &Parameter { about: about.to_owned(), ..Parameter::default() })
}

fn variable(name: &str, parameter: &Parameter) -> Block {
    let name = snake_case(name);
    let kind = if parameter.is_number { "number" } else { "string" };
    let mut items =
        vec![Item::argument("description", quoted(&parameter.about)), Item::argument("type", kind)];
    items.extend(parameter.default.iter().map(|default| Item::argument("default", quoted(default))));
    if parameter.is_secret {
        items.push(Item::argument("sensitive", "true"));
    }
    if !parameter.allowed.is_empty() {
        let words: Vec<String> = parameter.allowed.iter().map(|word| quoted(word)).collect();
        let condition = format!("contains([{}], var.{name})", words.join(", "));
        let message = format!("One of {}.", parameter.allowed.join(", "));
        let rule =
            vec![Item::argument("condition", condition), Item::argument("error_message", quoted(&message))];
        items.push(Item::block("validation", rule));
    }
    Block { comment: None, head: format!("variable \"{name}\""), items }
}

/// A resource, and what of it is one of its own in Terraform.
fn of_resource(
    names: &Names<'_>,
    table: &Table,
    (id, resource): (&str, &Resource),
    unknown: &mut Vec<Unknown>,
) -> Vec<Block> {
    let Some((name, label)) = names.address(id) else { return Vec::new() };
    let nothing = Type::default();
    let kind = table.types.get(name).unwrap_or(&nothing);
    let mut left = resource.properties.clone();
    let parts = parts(names, table, (id, resource), &mut left);
    let mut writer = Writer { names, table, kind, properties: &resource.properties, unknown: Vec::new() };
    let mut items = writer.all(&left, &kind.arguments);
    let of = |property| (id.to_owned(), format!("{}.{property}", resource.kind));
    unknown.extend(writer.unknown.into_iter().map(of));
    add_name(kind, label, &mut items);
    add_destination(kind, &mut items);
    let is_of_part = parts.iter().any(|part| part.head.contains("aws_s3_bucket_notification"));
    if !is_of_part {
        add_order(names, resource, &mut items);
    }
    if resource.is_kept {
        items.push(Item::block("lifecycle", vec![Item::argument("prevent_destroy", "true")]));
    }
    let head = format!("resource \"{name}\" \"{label}\"");
    let mut blocks = vec![Block { comment: resource.comment.clone(), head, items }];
    blocks.extend(parts);
    blocks
}

fn add_name(kind: &Type, label: &str, items: &mut Vec<Item>) {
    let Some(argument) = kind.named.as_deref() else { return };
    if items.iter().any(|item| item.name() == argument) {
        return;
    }
    let name = match kind.is.as_str() {
        // Names of rules have no hyphens.
        "AWS::IoT::TopicRule" => format!("replace(\"${{var.name}}_{label}\", \"-\", \"_\")"),
        _ => format!("\"${{var.name}}-{}\"", label.replace('_', "-")),
    };
    items.insert(0, Item::argument(argument, name));
}

/// Terraform wants the kind of destination by name, beside the block that says the same.
fn add_destination(kind: &Type, items: &mut Vec<Item>) {
    if !kind.arguments.get("destination").is_some_and(|rule| rule.dropped) {
        return;
    }
    let destination = items.iter().find_map(|item| match item {
        Item::Block(block) if !block.head.contains("source") => block.head.strip_suffix("_configuration"),
        _ => None,
    });
    if let Some(destination) = destination {
        let argument = Item::argument("destination", quoted(destination));
        items.insert(1, argument);
    }
}

fn add_order(names: &Names<'_>, resource: &Resource, items: &mut Vec<Item>) {
    if !resource.depends_on.is_empty() {
        let before = resource.depends_on.iter().map(|id| Expression::Plain(names.path(id)));
        items.push(Item::Argument("depends_on".to_owned(), Expression::List(before.collect())));
    }
}

/// What stands within a resource of CloudFormation and is one of its own in Terraform; it is taken out of the properties.
fn parts(
    names: &Names<'_>,
    table: &Table,
    (id, resource): (&str, &Resource),
    left: &mut Value,
) -> Vec<Block> {
    let mut parts = Vec::new();
    let label = names.address(id).map(|(_, label)| label).unwrap_or_default();
    let whole = names.expression(&reference(id));
    let own = table.types.iter().filter(|(_, kind)| kind.is == resource.kind);
    for (name, kind) in own {
        let Some(into) = &kind.into else { continue };
        let mut writer = Writer { names, table, kind, properties: &resource.properties, unknown: Vec::new() };
        let mut found: Vec<Vec<Item>> = Vec::new();
        if kind.at.is_empty() {
            let items = writer.by_rules(left, &kind.arguments).into_iter().flat_map(|(_, items)| items);
            let items: Vec<Item> = items.collect();
            if !items.is_empty() {
                found.push(items);
            }
        } else {
            found.extend(taken(left, &kind.at).iter().map(|part| writer.all(part, &kind.arguments)));
        }
        let several = found.len() > 1;
        for (index, mut items) in found.into_iter().enumerate() {
            items.insert(0, Item::Argument(into.clone(), whole.clone()));
            if name == "aws_s3_bucket_notification" {
                add_order(names, resource, &mut items);
            }
            let number = if several { format!("_{}", index + 1) } else { String::new() };
            let head = format!("resource \"{name}\" \"{label}{number}\"");
            parts.push(Block { comment: None, head, items });
        }
    }
    parts
}
