//! Facts: values with their source, their day and the condition under which they hold.

use std::fmt;
use std::sync::Arc;

use crate::expression::{Environment, Expression, Value};
use crate::units::{Date, Quantity};

/// Where a fact was read, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// The page's address.
    pub url: String,
    /// The exact text that was read, where it was not the page itself.
    pub read: Option<String>,
    /// The day of the last check.
    pub checked: Date,
}

/// How sure a fact is. Only confirmed facts may make a design wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Confidence {
    /// From memory, or disputed.
    Unconfirmed,
    /// It follows from a text of AWS, and was not read word for word.
    Likely,
    /// A text, model or schema of AWS says so.
    Confirmed,
}

impl Confidence {
    /// All of them, the surest first.
    pub const ALL: [Self; 3] = [Self::Confirmed, Self::Likely, Self::Unconfirmed];

    /// The word that cards use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unconfirmed => "unconfirmed",
            Self::Likely => "likely",
            Self::Confirmed => "confirmed",
        }
    }
}

/// A value that stands in a card.
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    /// A number with its unit.
    Quantity(Quantity),
    /// A word or a sentence.
    Text(Arc<str>),
    /// Yes or no.
    Flag(bool),
    /// Several values, in the card's order.
    List(Vec<Literal>),
}

impl Literal {
    /// The quantity, if it is one.
    #[must_use]
    pub fn quantity(&self) -> Option<Quantity> {
        match self {
            Self::Quantity(quantity) => Some(*quantity),
            _ => None,
        }
    }

    /// The text, if it is one.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The same value for an expression.
    #[must_use]
    pub fn to_value(&self) -> Value {
        match self {
            Self::Quantity(quantity) => Value::Quantity(*quantity),
            Self::Text(text) => Value::Text(Arc::clone(text)),
            Self::Flag(flag) => Value::Flag(*flag),
            Self::List(items) => Value::List(items.iter().map(Self::to_value).collect()),
        }
    }
}

impl fmt::Display for Literal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Quantity(quantity) => quantity.fmt(formatter),
            Self::Text(text) => formatter.write_str(text),
            Self::Flag(flag) => flag.fmt(formatter),
            Self::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    formatter.write_str(if index == 0 { "" } else { ", " })?;
                    item.fmt(formatter)?;
                }
                Ok(())
            }
        }
    }
}

/// When and where a value holds, and who says so.
#[derive(Debug, Clone)]
pub struct Validity {
    /// A condition over the settings of the node (or the two ends of the flow); absent means always.
    pub when: Option<Expression>,
    /// The first day on which it held.
    pub since: Option<Date>,
    /// The first day on which it no longer held.
    pub until: Option<Date>,
    /// Who says so; absent for what is ours and not AWS's.
    pub source: Option<Arc<Reference>>,
    /// How sure it is.
    pub confidence: Confidence,
}

impl Validity {
    /// Whether it holds on that day, whatever its condition says.
    #[must_use]
    pub fn on(&self, day: Date) -> bool {
        self.since.is_none_or(|since| since <= day) && self.until.is_none_or(|until| day < until)
    }

    /// Whether it holds on that day in those surroundings; a condition that cannot be decided does not hold.
    #[must_use]
    pub fn holds(&self, day: Date, surroundings: &dyn Environment) -> bool {
        self.on(day)
            && self.when.as_ref().is_none_or(|when| matches!(when.evaluate(surroundings), Value::Flag(true)))
    }
}

/// One value of a fact.
#[derive(Debug, Clone)]
pub struct FactValue {
    /// The value, with its unit.
    pub value: Literal,
    /// When it holds.
    pub validity: Validity,
}

/// A limit, guarantee or parameter of a service: its values, the first that holds counts.
#[derive(Debug, Clone)]
pub struct Fact {
    /// What the value means, in a sentence.
    pub about: String,
    /// What else is worth knowing: where sources disagree, say.
    pub note: Option<String>,
    /// Whether AWS raises it on request.
    pub adjustable: bool,
    /// AWS's code of the quota, where it has one.
    pub quota_code: Option<String>,
    /// What a price is for (`GB`, `shard hour`); absent for what is not a price.
    pub per: Option<String>,
    /// How many of those a month makes, over the settings and the traffic of a node; absent where nobody can say.
    pub amount: Option<Expression>,
    /// The values, in the card's order.
    pub values: Vec<FactValue>,
}

impl Fact {
    /// The value that holds on that day in those surroundings.
    #[must_use]
    pub fn at(&self, day: Date, surroundings: &dyn Environment) -> Option<&FactValue> {
        self.values.iter().find(|value| value.validity.holds(day, surroundings))
    }
}
