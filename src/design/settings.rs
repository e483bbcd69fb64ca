//! Settings as a design gives them: typed values with their places.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::expression::{Expression, Value};
use crate::source::{self, Span};
use crate::units::{Date, Duration, Quantity, Rate};

/// Settings by name, in alphabetical order.
#[derive(Debug, Clone, Default)]
pub struct Settings(pub BTreeMap<String, Setting>);

impl Settings {
    /// The setting at a dotted path (`buffer.size`), through nested mappings.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<&Setting> {
        match path.split_once('.') {
            None => self.0.get(path),
            Some((first, rest)) => match &self.0.get(first)?.value {
                SettingValue::Mapping(inner) => inner.get(rest),
                SettingValue::Undetermined => self.0.get(first),
                _ => None,
            },
        }
    }

    /// The text at a dotted path, if it is text.
    #[must_use]
    pub fn text(&self, path: &str) -> Option<&str> {
        self.get(path)?.value.text()
    }
}

/// One setting.
#[derive(Debug, Clone)]
pub struct Setting {
    /// What it is set to.
    pub value: SettingValue,
    /// Where its key stands; for the item of a list, where the item stands.
    pub key_span: Span,
    /// Where its value stands.
    pub span: Span,
}

/// The value of a setting, of the type that its card declares.
#[derive(Debug, Clone)]
pub enum SettingValue {
    /// A number with its unit.
    Quantity(Quantity),
    /// Text, a choice or a path.
    Text(Arc<str>),
    /// `true` or `false`.
    Flag(bool),
    /// A day.
    Date(Date),
    /// Index of another node.
    Node(usize),
    /// Several values.
    List(Vec<Setting>),
    /// Settings within the setting.
    Mapping(Settings),
    /// A condition or mapping over `record`.
    Expression(Expression),
    /// Flink SQL; the place of any part of it is found with [`source::locate`] from the node of the tree.
    Sql(Arc<source::Node>),
    /// Rates over time.
    Profile(RateProfile),
    /// Anything, as it stands in the tree.
    Any(Arc<source::Node>),
    /// Set to what nobody can say before it is deployed, or perhaps not at all.
    Undetermined,
}

impl SettingValue {
    /// The quantity, if it is one.
    #[must_use]
    pub fn quantity(&self) -> Option<Quantity> {
        match self {
            Self::Quantity(quantity) => Some(*quantity),
            _ => None,
        }
    }

    /// The text, if it is text or SQL.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Sql(node) => node.as_text(),
            _ => None,
        }
    }

    /// The flag, if it is one.
    #[must_use]
    pub fn flag(&self) -> Option<bool> {
        match self {
            Self::Flag(flag) => Some(*flag),
            _ => None,
        }
    }

    /// The same value for an expression; a profile of rates stands for its average, what has no value there is unknown.
    #[must_use]
    pub fn to_value(&self) -> Value {
        match self {
            Self::Quantity(quantity) => Value::Quantity(*quantity),
            Self::Text(text) => Value::Text(Arc::clone(text)),
            Self::Flag(flag) => Value::Flag(*flag),
            Self::List(items) => Value::List(items.iter().map(|item| item.value.to_value()).collect()),
            Self::Profile(profile) => Value::Quantity(profile.average().into()),
            Self::Date(date) => Value::Text(date.to_string().into()),
            Self::Expression(expression) => Value::Text(expression.text().into()),
            Self::Sql(_) => self.text().map_or(Value::Unknown, |text| Value::Text(text.into())),
            Self::Mapping(settings) => Value::Object(
                settings.0.iter().map(|(name, setting)| (name.clone(), setting.value.to_value())).collect(),
            ),
            Self::Node(_) | Self::Any(_) => Value::Unknown,
            Self::Undetermined => Value::Undetermined,
        }
    }
}

/// How many records a producer sends, over time.
#[derive(Debug, Clone, PartialEq)]
pub enum RateProfile {
    /// Always the same.
    Steady(Rate),
    /// Swings between a base and a peak, as a sine, starting at the base.
    Periodic {
        /// The least.
        base: Rate,
        /// The most.
        peak: Rate,
        /// From one base to the next.
        period: Duration,
    },
    /// One rate after the other; the last goes on for ever.
    Steps(Vec<Step>),
}

/// One step of a profile.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Step {
    /// The rate.
    pub rate: Rate,
    /// For how long; the last step may leave it out.
    pub lasting: Option<Duration>,
}

impl RateProfile {
    /// The average rate: over a period, or over the steps weighed by how long they last.
    #[must_use]
    pub fn average(&self) -> Rate {
        match self {
            Self::Steady(rate) => *rate,
            Self::Periodic { base, peak, .. } => Rate(f64::midpoint(base.0, peak.0)),
            Self::Steps(steps) => average_of(steps),
        }
    }

    /// The highest rate.
    #[must_use]
    pub fn peak(&self) -> Rate {
        match self {
            Self::Steady(rate) => *rate,
            Self::Periodic { peak, .. } => *peak,
            Self::Steps(steps) => Rate(steps.iter().map(|step| step.rate.0).fold(0.0, f64::max)),
        }
    }
}

/// Where the last step goes on for ever its rate is the average in the long run.
fn average_of(steps: &[Step]) -> Rate {
    match steps.last() {
        Some(Step { rate, lasting: None }) => *rate,
        _ => {
            let lasting = |step: &Step| step.lasting.map_or(0.0, |lasting| lasting.0 as f64);
            let records: f64 = steps.iter().map(|step| step.rate.0 * lasting(step)).sum();
            let time: f64 = steps.iter().map(lasting).sum();
            Rate(if time > 0.0 { records / time } else { 0.0 })
        }
    }
}
