//! Facts and literals of a card.

use std::collections::BTreeMap;

use crate::diagnostic::{Diagnostic, Label};
use crate::expression::Expression;
use crate::fields::{Fields, WRONG_TYPE, text, wrong_type};
use crate::knowledge::fact::{Fact, FactValue, Literal};
use crate::knowledge::read::Context;
use crate::source::{Node, Style, Value};
use crate::units::Quantity;

impl Context {
    /// A limit, guarantee, parameter or price, written short (one value) or as a list of values.
    pub(super) fn fact(&mut self, node: &Node) -> Option<Fact> {
        let mut fields = Fields::of(node, "a fact", &mut self.mistakes)?;
        let about = self.required_text(&mut fields, "about");
        let note = fields.text("note", &mut self.mistakes);
        let adjustable = fields.flag("adjustable", &mut self.mistakes);
        let quota_code = fields.text("quota_code", &mut self.mistakes);
        let per = fields.text("per", &mut self.mistakes);
        let amount = fields.value("amount").and_then(|node| self.expression(node));
        let values = match fields.value("values") {
            Some(node) => self.fact_values(node),
            None => self.fact_value(&mut fields).into_iter().collect(),
        };
        fields.finish(&mut self.mistakes);
        if values.is_empty() {
            self.mistakes.push(wrong_type(node, "a fact has a `value`, or `values`"));
        }
        Some(Fact { about: about?, note, adjustable, quota_code, per, amount, values })
    }

    fn fact_values(&mut self, node: &Node) -> Vec<FactValue> {
        let Value::Sequence(items) = &node.value else {
            self.mistakes.push(wrong_type(node, "`values` is a list of values with their sources"));
            return Vec::new();
        };
        items.iter().filter_map(|item| self.listed_value(item)).collect()
    }

    fn listed_value(&mut self, node: &Node) -> Option<FactValue> {
        let mut fields = Fields::of(node, "a value", &mut self.mistakes)?;
        let value = self.fact_value(&mut fields);
        fields.text("note", &mut self.mistakes);
        fields.finish(&mut self.mistakes);
        value
    }

    fn fact_value(&mut self, fields: &mut Fields<'_>) -> Option<FactValue> {
        let validity = self.validity(fields, true);
        let node = fields.require("value", &mut self.mistakes)?;
        Some(FactValue { value: self.literal(node)?, validity })
    }

    /// `latency: {typical, worst, ...}` as the facts `latency-typical` and `latency-worst`.
    pub(super) fn latency(&mut self, node: &Node, facts: &mut BTreeMap<String, Fact>) {
        let Some(mut fields) = Fields::of(node, "`latency`", &mut self.mistakes) else { return };
        let about = self.required_text(&mut fields, "about").unwrap_or_default();
        let note = fields.text("note", &mut self.mistakes);
        let validity = self.validity(&mut fields, true);
        for name in ["typical", "worst"] {
            let Some(value) = fields.value(name).and_then(|node| self.literal(node)) else { continue };
            let values = vec![FactValue { value, validity: validity.clone() }];
            let (about, note) = (about.clone(), note.clone());
            let fact =
                Fact { about, note, adjustable: false, quota_code: None, per: None, amount: None, values };
            facts.insert(format!("latency-{name}"), fact);
        }
        fields.finish(&mut self.mistakes);
    }

    /// A value whose type its writing tells: a quantity where it reads as one and is not quoted, a flag, a list, or text.
    pub(super) fn literal(&mut self, node: &Node) -> Option<Literal> {
        match &node.value {
            Value::Sequence(items) => {
                items.iter().map(|item| self.literal(item)).collect::<Option<_>>().map(Literal::List)
            }
            Value::Mapping(_) => {
                self.mistakes.push(wrong_type(node, "a value, or a list of values, is expected here"));
                None
            }
            Value::Scalar(scalar) => {
                let written = text(node, &mut self.mistakes)?;
                Some(match (&scalar.style, written) {
                    (Style::Plain, "true") => Literal::Flag(true),
                    (Style::Plain, "false") => Literal::Flag(false),
                    (Style::Plain, _) => Quantity::parse(written)
                        .map_or_else(|_| Literal::Text(written.into()), Literal::Quantity),
                    _ => Literal::Text(written.into()),
                })
            }
        }
    }

    pub(super) fn expression(&mut self, node: &Node) -> Option<Expression> {
        match Expression::parse(text(node, &mut self.mistakes)?) {
            Ok(expression) => Some(expression),
            Err(error) => {
                let label = Label::new(node.span, "this condition");
                let mut mistake = Diagnostic::new(WRONG_TYPE, label, error.message);
                mistake.help.extend(error.help);
                self.mistakes.push(mistake);
                None
            }
        }
    }
}
