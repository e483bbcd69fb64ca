//! Writes a template as YAML with CloudFormation's short tags.
//!
//! An own writer, since what people read here has comments and tags, which no writer of plain data knows. What it
//! writes is read back by the tests.

use std::fmt::Write as _;

use serde_json::{Map, Value};

use crate::export::template::{Parameter, Resource, Template};

/// Functions with a short tag of another name.
const FUNCTIONS: [(&str, &str); 7] = [
    ("Fn::Sub", "!Sub"),
    ("Fn::If", "!If"),
    ("Fn::Not", "!Not"),
    ("Fn::Equals", "!Equals"),
    ("Fn::Join", "!Join"),
    ("Fn::Select", "!Select"),
    ("Fn::Split", "!Split"),
];

/// How wide a list may be that stands on one line.
const LINE: usize = 100;

/// The template as YAML.
#[must_use]
pub fn render(template: &Template) -> String {
    let mut out = String::from("AWSTemplateFormatVersion: '2010-09-09'\n");
    let _ = writeln!(out, "Description: {}", text(&template.about));
    if let Some(metadata) = &template.metadata {
        out.push_str("\nMetadata:\n");
        block(&mut out, metadata, 2);
    }
    if !template.parameters.is_empty() {
        out.push_str("\nParameters:\n");
    }
    for (name, parameter) in &template.parameters {
        let _ = writeln!(out, "  {name}:");
        block(&mut out, &of_parameter(parameter), 4);
    }
    if !template.conditions.is_empty() {
        out.push_str("\nConditions:\n");
    }
    for (name, condition) in &template.conditions {
        entry(&mut out, name, condition, 2);
    }
    out.push_str("\nResources:\n");
    for (index, (name, resource)) in template.resources.iter().enumerate() {
        if index > 0 {
            out.push('\n');
        }
        of_resource(&mut out, name, resource);
    }
    if !template.outputs.is_empty() {
        out.push_str("\nOutputs:\n");
    }
    for (name, (value, about)) in &template.outputs {
        let _ = writeln!(out, "  {name}:\n    Description: {}", text(about));
        entry(&mut out, "Value", value, 4);
    }
    out
}

/// An object as a mapping over several lines.
pub(super) fn mapping(object: &Value) -> String {
    let mut out = String::new();
    block(&mut out, object, 0);
    out
}

fn of_parameter(parameter: &Parameter) -> Value {
    let mut fields = Map::new();
    fields.insert("Type".into(), if parameter.is_number { "Number" } else { "String" }.into());
    fields.insert("Description".into(), parameter.about.as_str().into());
    if let Some(default) = &parameter.default {
        fields.insert("Default".into(), default.as_str().into());
    }
    if !parameter.allowed.is_empty() {
        fields.insert("AllowedValues".into(), parameter.allowed.clone().into());
    }
    if parameter.is_secret {
        fields.insert("NoEcho".into(), true.into());
    }
    Value::Object(fields)
}

fn of_resource(out: &mut String, name: &str, resource: &Resource) {
    for line in resource.comment.iter().flat_map(|comment| comment.lines()) {
        let _ = writeln!(out, "  # {line}");
    }
    let _ = writeln!(out, "  {name}:\n    Type: {}", resource.kind);
    if let Some(condition) = &resource.condition {
        let _ = writeln!(out, "    Condition: {condition}");
    }
    match resource.depends_on.as_slice() {
        [] => {}
        [one] => _ = writeln!(out, "    DependsOn: {one}"),
        several => _ = writeln!(out, "    DependsOn: [{}]", several.join(", ")),
    }
    if resource.is_kept {
        out.push_str("    DeletionPolicy: Retain\n    UpdateReplacePolicy: Retain\n");
    }
    if resource.properties.as_object().is_some_and(|properties| !properties.is_empty()) {
        out.push_str("    Properties:\n");
        block(out, &resource.properties, 6);
    }
}

/// A mapping or list over several lines.
fn block(out: &mut String, value: &Value, indent: usize) {
    match value {
        Value::Object(fields) => fields.iter().for_each(|(key, value)| entry(out, key, value, indent)),
        Value::Array(items) => items.iter().for_each(|item| self::item(out, item, indent)),
        scalar => _ = writeln!(out, "{:indent$}{}", "", inline(scalar)),
    }
}

fn entry(out: &mut String, key: &str, value: &Value, indent: usize) {
    let key = text(key);
    if let Some(head) = literal_head(value) {
        let _ = writeln!(out, "{:indent$}{key}: {head}", "");
        lines(out, value, indent + 2);
    } else if let Some(line) = on_one_line(value, indent + key.len() + 2) {
        let _ = writeln!(out, "{:indent$}{key}: {line}", "");
    } else if let Some((tag, inner)) = tagged(value) {
        let _ = writeln!(out, "{:indent$}{key}: {tag}", "");
        block(out, inner, indent + 2);
    } else {
        let _ = writeln!(out, "{:indent$}{key}:", "");
        block(out, value, indent + 2);
    }
}

fn item(out: &mut String, value: &Value, indent: usize) {
    if let Some(head) = literal_head(value) {
        let _ = writeln!(out, "{:indent$}- {head}", "");
        lines(out, value, indent + 2);
        return;
    }
    if let Some(line) = on_one_line(value, indent + 2) {
        let _ = writeln!(out, "{:indent$}- {line}", "");
        return;
    }
    if let Some((tag, inner)) = tagged(value) {
        let _ = writeln!(out, "{:indent$}- {tag}", "");
        block(out, inner, indent + 2);
        return;
    }
    let mut inner = String::new();
    block(&mut inner, value, indent + 2);
    // The dash takes the place of the first two blanks.
    let _ = write!(out, "{:indent$}- {}", "", &inner[indent + 2..]);
}

/// The value where it fits on the rest of a line: scalars, references, and short lists of them.
fn on_one_line(value: &Value, column: usize) -> Option<String> {
    match value {
        Value::Object(fields) if fields.is_empty() => Some("{}".to_owned()),
        Value::Object(_) => {
            if let Some(address) = address(value) {
                return Some(address);
            }
            let (tag, inner) = tagged(value)?;
            Some(format!("{tag} {}", on_one_line(inner, column + tag.len() + 1)?))
        }
        Value::Array(items) => {
            let inner: Option<Vec<String>> = items
                .iter()
                .map(|item| match item {
                    Value::Object(_) => address(item).filter(|address| !address.contains('\n')),
                    Value::Array(_) => None,
                    scalar => Some(inline(scalar)).filter(|line| !line.contains('\n')),
                })
                .collect();
            let line = format!("[{}]", inner?.join(", "));
            (column + line.len() <= LINE).then_some(line)
        }
        scalar => Some(inline(scalar)),
    }
}

/// `!Ref x` and `!GetAtt x.y`.
fn address(value: &Value) -> Option<String> {
    let (key, inner) = only_entry(value)?;
    match key.as_str() {
        "Ref" => Some(format!("!Ref {}", inner.as_str()?)),
        "Fn::GetAtt" => {
            let parts: Option<Vec<&str>> = inner.as_array()?.iter().map(Value::as_str).collect();
            Some(format!("!GetAtt {}", parts?.join(".")))
        }
        _ => None,
    }
}

fn tagged(value: &Value) -> Option<(&'static str, &Value)> {
    let (key, inner) = only_entry(value)?;
    let (_, tag) = FUNCTIONS.iter().find(|(name, _)| name == key)?;
    Some((tag, inner))
}

fn only_entry(value: &Value) -> Option<(&String, &Value)> {
    let fields = value.as_object()?;
    fields.iter().next().filter(|_| fields.len() == 1)
}

/// The text of several lines that a value is, by itself or under `!Sub`.
fn several_lines(value: &Value) -> Option<&str> {
    let inner = tagged(value).filter(|(tag, _)| *tag == "!Sub").map_or(value, |(_, inner)| inner);
    let content = inner.as_str().filter(|content| content.contains('\n'))?;
    let is_plain = |char: char| char == '\n' || char == '\t' || !char.is_control();
    let fits = content.chars().all(is_plain)
        && !content.starts_with([' ', '\n', '\t'])
        && !content.ends_with("\n\n");
    fits.then_some(content)
}

/// What stands behind the key of a text of several lines.
fn literal_head(value: &Value) -> Option<&'static str> {
    let content = several_lines(value)?;
    Some(match (value.is_string(), content.ends_with('\n')) {
        (true, true) => "|",
        (true, false) => "|-",
        (false, true) => "!Sub |",
        (false, false) => "!Sub |-",
    })
}

fn lines(out: &mut String, value: &Value, indent: usize) {
    for line in several_lines(value).unwrap_or_default().lines() {
        let _ = writeln!(out, "{:indent$}{line}", "", indent = if line.is_empty() { 0 } else { indent });
    }
}

fn inline(value: &Value) -> String {
    match value {
        Value::String(content) => text(content),
        other => other.to_string(),
    }
}

/// A text as a scalar: bare where every reader of YAML takes it for the same text, quoted otherwise.
fn text(content: &str) -> String {
    if content.chars().any(char::is_control) {
        return serde_json::to_string(content).expect("a text can be written");
    }
    if is_bare(content) { content.to_owned() } else { format!("'{}'", content.replace('\'', "''")) }
}

fn is_bare(content: &str) -> bool {
    let first = |char: char| char.is_ascii_alphabetic() || char == '/';
    let rest = |char: char| char.is_ascii_alphanumeric() || " /_.,()+*$;-".contains(char);
    let words = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"];
    content.starts_with(first)
        && content.chars().all(|char| rest(char) || char == ':')
        && !content.contains(": ")
        && !content.ends_with([' ', ':'])
        && !words.contains(&content.to_ascii_lowercase().as_str())
        && !content.contains([',', '[', ']'])
}
