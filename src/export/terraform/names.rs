//! What resources, attributes and parameters of a template are called in Terraform, and expressions over them.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::export::template::Template;
use crate::export::terraform::hcl::{Expression, escaped, quoted};
use crate::knowledge::terraform::{Table, Type};

/// The names, and what of them is used.
pub(super) struct Names<'a> {
    template: &'a Template,
    /// The type and label of the resource by its logical id.
    addresses: BTreeMap<String, (String, String)>,
    table: &'a Table,
    pub(super) used: RefCell<BTreeSet<String>>,
}

impl<'a> Names<'a> {
    pub(super) fn new(template: &'a Template, table: &'a Table) -> Self {
        let mut taken = BTreeSet::new();
        let addresses = template.resources.iter().map(|(id, resource)| {
            let kind = kind_of(table, &resource.kind);
            let plain = snake_case(id);
            let mut label = plain.clone();
            let mut number = 2;
            while !taken.insert((kind.clone(), label.clone())) {
                label = format!("{plain}_{number}");
                number += 1;
            }
            (id.clone(), (kind, label))
        });
        Self { template, addresses: addresses.collect(), table, used: RefCell::default() }
    }

    /// The type and label of a resource.
    pub(super) fn address(&self, id: &str) -> Option<(&str, &str)> {
        self.addresses.get(id).map(|(kind, label)| (kind.as_str(), label.as_str()))
    }

    /// The type and label as references name them.
    pub(super) fn path(&self, id: &str) -> String {
        self.address(id).map(|(kind, label)| format!("{kind}.{label}")).unwrap_or_default()
    }

    /// The expression that says the same as a value of a template.
    pub(super) fn expression(&self, value: &Value) -> Expression {
        match value {
            Value::String(text) => Expression::Plain(quoted(text)),
            Value::Array(items) => Expression::List(items.iter().map(|item| self.expression(item)).collect()),
            Value::Object(fields) => match self.function(value) {
                Some(text) => Expression::Plain(text),
                None => Expression::Object(
                    fields.iter().map(|(key, value)| (key.clone(), self.expression(value))).collect(),
                ),
            },
            scalar => Expression::Plain(scalar.to_string()),
        }
    }

    /// A value on one line.
    fn plain(&self, value: &Value) -> String {
        match self.expression(value) {
            Expression::Plain(text) => text,
            Expression::List(items) => {
                let items = items.into_iter().map(|item| match item {
                    Expression::Plain(text) => text,
                    _ => String::new(),
                });
                format!("[{}]", items.collect::<Vec<_>>().join(", "))
            }
            _ => "{}".to_owned(),
        }
    }

    fn function(&self, value: &Value) -> Option<String> {
        let (name, of) = function(value)?;
        Some(match (name, of) {
            ("Ref", Value::String(id)) => self.referred(id, "Ref"),
            ("Fn::GetAtt", Value::Array(parts)) => {
                self.referred(parts.first()?.as_str()?, parts.get(1)?.as_str()?)
            }
            ("Fn::Sub", Value::String(text)) => self.composed(text),
            ("Fn::If", Value::Array(parts)) => {
                let condition = self.template.conditions.get(parts.first()?.as_str()?)?;
                let (yes, no) = (self.plain(parts.get(1)?), self.plain(parts.get(2)?));
                format!("{} ? {yes} : {no}", self.plain(condition))
            }
            ("Fn::Not", Value::Array(parts)) => match function(parts.first()?) {
                Some(("Fn::Equals", Value::Array(sides))) => self.compared(sides, "!="),
                _ => format!("!({})", self.plain(parts.first()?)),
            },
            ("Fn::Equals", Value::Array(sides)) => self.compared(sides, "=="),
            _ => return None,
        })
    }

    fn compared(&self, sides: &[Value], operator: &str) -> String {
        let sides: Vec<String> = sides.iter().map(|side| self.plain(side)).collect();
        sides.join(&format!(" {operator} "))
    }

    /// `!Ref id` and `!GetAtt id.attribute`.
    fn referred(&self, id: &str, attribute: &str) -> String {
        match id {
            "AWS::Region" => self.looked_up("data.aws_region.current", "region"),
            "AWS::AccountId" => self.looked_up("data.aws_caller_identity.current", "account_id"),
            "AWS::Partition" => self.looked_up("data.aws_partition.current", "partition"),
            "AWS::StackName" => "var.name".to_owned(),
            "AWS::NoValue" => "null".to_owned(),
            _ => match self.address(id) {
                Some((kind, label)) => format!("{kind}.{label}.{}", self.attribute(kind, attribute)),
                None => {
                    self.used.borrow_mut().insert(id.to_owned());
                    format!("var.{}", snake_case(id))
                }
            },
        }
    }

    fn looked_up(&self, source: &str, attribute: &str) -> String {
        self.used.borrow_mut().insert(source.to_owned());
        format!("{source}.{attribute}")
    }

    /// What an attribute of CloudFormation is called.
    fn attribute(&self, kind: &str, attribute: &str) -> String {
        let nothing = Type::default();
        let of = self.table.types.get(kind).unwrap_or(&nothing);
        if attribute == "Ref" {
            return of.refers.clone().unwrap_or_else(|| "id".to_owned());
        }
        let known = of.attributes.iter().find(|(_, means)| *means == attribute);
        known.map_or_else(|| of.name_of(attribute), |(name, _)| name.clone())
    }

    /// `!Sub text`.
    fn composed(&self, text: &str) -> String {
        let mut out = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            let Some((inner, behind)) = after.split_once('}') else { break };
            out.push_str(&escaped(before));
            match inner.strip_prefix('!') {
                Some(literal) => out.push_str(&escaped(&format!("${{{literal}}}"))),
                None => {
                    let (id, attribute) = inner.split_once('.').unwrap_or((inner, "Ref"));
                    out.extend(["${", &self.referred(id, attribute), "}"]);
                }
            }
            rest = behind;
        }
        out.push_str(&escaped(rest));
        format!("\"{out}\"")
    }
}

/// The name and argument of a function of templates; nothing for other values.
pub(super) fn function(value: &Value) -> Option<(&str, &Value)> {
    let fields = value.as_object().filter(|fields| fields.len() == 1)?;
    let (name, of) = fields.iter().next()?;
    (name == "Ref" || name.starts_with("Fn::")).then_some((name.as_str(), of))
}

/// The type of Terraform that stands for one of CloudFormation; types that are Terraform's already stay.
pub(super) fn kind_of(table: &Table, kind: &str) -> String {
    let mut same = table.types.iter().filter(|(_, of)| of.is == kind && of.into.is_none());
    same.next().map_or_else(|| kind.to_owned(), |(name, _)| name.clone())
}

/// `OrdersToBook` as `orders_to_book`.
pub(super) fn snake_case(id: &str) -> String {
    let mut out = String::with_capacity(id.len() + 4);
    let mut last = '_';
    for letter in id.chars() {
        if letter.is_ascii_uppercase() && (last.is_ascii_lowercase() || last.is_ascii_digit()) {
            out.push('_');
        }
        out.push(letter.to_ascii_lowercase());
        last = letter;
    }
    out
}
