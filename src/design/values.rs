//! Lowers the values of settings by the types that their cards declare.

use std::sync::Arc;

use crate::design::lower::Context;
use crate::design::settings::{RateProfile, Setting, SettingValue, Step};
use crate::design::vocabulary;
use crate::diagnostic::{Diagnostic, Label};
use crate::expression::Expression;
use crate::fields::{self, Fields, WRONG_TYPE, flag, nearest, quantity, text, wrong_type};
use crate::knowledge::schema::Kind;
use crate::source::{Entry, Node, Span, Value, locate};
use crate::units::{Date, Dimension, Duration, Rate};

/// A setting that names another node; a flow follows from it.
#[derive(Debug, Clone)]
pub(super) struct Reference {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) role: String,
    pub(super) setting: String,
    pub(super) accepts: Vec<String>,
    /// The rule that tells where another service is named.
    pub(super) rule: String,
    /// The ends of the flow that sets it, where it is no setting of a node.
    pub(super) flow: Option<(String, String)>,
    pub(super) span: Span,
}

impl Context<'_> {
    /// The setting of an entry; `holder` is the node from which references leave.
    pub(super) fn setting(
        &mut self,
        name: &str,
        entry: &Entry,
        kind: &Kind,
        holder: usize,
    ) -> Option<Setting> {
        let value = self.value(name, &entry.value, kind, holder)?;
        Some(Setting { value, key_span: entry.key.span, span: entry.value.span })
    }

    fn value(&mut self, name: &str, node: &Arc<Node>, kind: &Kind, holder: usize) -> Option<SettingValue> {
        if is_undetermined(node) {
            return Some(SettingValue::Undetermined);
        }
        if let Some(dimension) = kind.dimension() {
            let found = quantity(node, dimension, &mut self.diagnostics)?;
            if matches!(kind, Kind::Count) && found.amount.fract() != 0.0 {
                self.diagnostics.push(wrong_type(node, &format!("`{name}` is a whole number")));
                return None;
            }
            return Some(SettingValue::Quantity(found));
        }
        match kind {
            Kind::Flag => flag(node, &mut self.diagnostics).map(SettingValue::Flag),
            Kind::Date => date(node, &mut self.diagnostics).map(SettingValue::Date),
            Kind::Choice(choices) => self.choice(name, node, choices),
            Kind::Node { role, accepts } => self.reference(name, node, (role, accepts), holder),
            Kind::List(item) => self.list(name, node, item, holder),
            Kind::Mapping(schema) => {
                let mut fields = Fields::of(node, format!("`{name}`"), &mut self.diagnostics)?;
                let settings = self.settings(&mut fields, schema, holder);
                fields.finish(&mut self.diagnostics);
                Some(SettingValue::Mapping(settings))
            }
            Kind::Expression => self.expression(node),
            Kind::Sql => text(node, &mut self.diagnostics).map(|_| SettingValue::Sql(Arc::clone(node))),
            Kind::RateProfile => self.profile(node).map(SettingValue::Profile),
            Kind::Any => Some(SettingValue::Any(Arc::clone(node))),
            _ => text(node, &mut self.diagnostics).map(|text| SettingValue::Text(text.into())),
        }
    }

    fn choice(&mut self, name: &str, node: &Node, choices: &[String]) -> Option<SettingValue> {
        let written = text(node, &mut self.diagnostics)?;
        if let Some(choice) = choices.iter().find(|choice| choice.eq_ignore_ascii_case(written)) {
            return Some(SettingValue::Text(choice.as_str().into()));
        }
        let names = || choices.iter().map(String::as_str);
        let label = Label::new(node.span, format!("one of {}", fields::listed(names())));
        let mistake = Diagnostic::new(WRONG_TYPE, label, format!("`{name}` cannot be `{written}`"));
        self.diagnostics.push(match nearest(written, names()) {
            Some(near) => fields::instead(mistake, node, near),
            None => mistake.help(format!("write {}", fields::listed(names()))),
        });
        None
    }

    fn reference(
        &mut self,
        name: &str,
        node: &Node,
        (role, accepts): (&str, &[String]),
        holder: usize,
    ) -> Option<SettingValue> {
        let to = self.node_of(node)?;
        self.references.push(Reference {
            from: holder,
            to,
            role: role.to_owned(),
            setting: name.to_owned(),
            accepts: accepts.to_vec(),
            rule: WRONG_TYPE.to_owned(),
            flow: None,
            span: node.span,
        });
        Some(SettingValue::Node(to))
    }

    /// A list, or a single value that stands for a list of one.
    fn list(&mut self, name: &str, node: &Arc<Node>, kind: &Kind, holder: usize) -> Option<SettingValue> {
        let items = match &node.value {
            Value::Sequence(items) => items.clone(),
            Value::Scalar(_) if !node.is_null() => vec![Arc::clone(node)],
            _ => {
                self.diagnostics.push(wrong_type(node, &format!("`{name}` is a list")));
                return None;
            }
        };
        let lowered = items.iter().filter_map(|item| {
            let value = self.value(name, item, kind, holder)?;
            Some(Setting { value, key_span: item.span, span: item.span })
        });
        Some(SettingValue::List(lowered.collect()))
    }

    fn expression(&mut self, node: &Node) -> Option<SettingValue> {
        self.condition(node).map(SettingValue::Expression)
    }

    pub(super) fn condition(&mut self, node: &Node) -> Option<Expression> {
        match Expression::parse(text(node, &mut self.diagnostics)?) {
            Ok(expression) => Some(expression),
            Err(error) => {
                let span = locate(&self.text, node, error.range);
                let mut mistake = Diagnostic::new("syntax", Label::new(span, "here"), error.message);
                mistake.help.extend(error.help);
                self.diagnostics.push(mistake);
                None
            }
        }
    }

    fn profile(&mut self, node: &Node) -> Option<RateProfile> {
        match &node.value {
            Value::Scalar(_) => self.rate(node).map(RateProfile::Steady),
            Value::Mapping(_) => self.periodic(node),
            Value::Sequence(items) => {
                let steps: Vec<Step> = items.iter().filter_map(|item| self.step(item)).collect();
                (steps.len() == items.len() && !steps.is_empty()).then_some(RateProfile::Steps(steps))
            }
        }
    }

    fn periodic(&mut self, node: &Node) -> Option<RateProfile> {
        let mut fields = Fields::of(node, "`rate`", &mut self.diagnostics)?;
        let base = fields.require("base", &mut self.diagnostics).and_then(|node| self.rate(node));
        let peak = fields.require("peak", &mut self.diagnostics).and_then(|node| self.rate(node));
        let period = fields.require("period", &mut self.diagnostics).and_then(|node| self.duration(node));
        fields.finish(&mut self.diagnostics);
        let (base, peak, period) = (base?, peak?, period?);
        if period.0 == 0 {
            self.diagnostics.push(wrong_type(node, "a profile has a period longer than nothing"));
            return None;
        }
        Some(RateProfile::Periodic { base, peak, period })
    }

    fn step(&mut self, node: &Node) -> Option<Step> {
        let mut fields = Fields::of(node, "a step of `rate`", &mut self.diagnostics)?;
        let rate = fields.require("rate", &mut self.diagnostics).and_then(|node| self.rate(node));
        let lasting = fields.value("for").and_then(|node| self.duration(node));
        fields.finish(&mut self.diagnostics);
        Some(Step { rate: rate?, lasting })
    }

    fn rate(&mut self, node: &Node) -> Option<Rate> {
        quantity(node, Dimension::Rate, &mut self.diagnostics).map(|found| Rate(found.amount))
    }

    pub(super) fn duration(&mut self, node: &Node) -> Option<Duration> {
        quantity(node, Dimension::Duration, &mut self.diagnostics).map(|found| Duration(found.amount as u64))
    }
}

/// Whether a value says that nobody knows it yet: `!unknown`, with what it hangs on.
fn is_undetermined(node: &Node) -> bool {
    node.tag.as_ref().is_some_and(|tag| tag.text == vocabulary::UNDETERMINED)
}

/// A day, or a diagnostic.
pub(super) fn date(node: &Node, diagnostics: &mut Vec<Diagnostic>) -> Option<Date> {
    let date = text(node, diagnostics)?.parse().ok();
    if date.is_none() {
        diagnostics.push(wrong_type(node, "a day such as `2026-11-01` is expected here"));
    }
    date
}
