//! What expressions work on.

use std::fmt;
use std::sync::Arc;

use crate::expression::Path;
use crate::units::{Dimension, Quantity};

/// A value, or that nobody knows it.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Nobody knows.
    Unknown,
    /// It is set, or may be, and nobody can say to what: unknown everywhere, and also to whoever asks whether it is set.
    Undetermined,
    /// Known to be nothing.
    Null,
    /// Yes or no.
    Flag(bool),
    /// A number with its unit.
    Quantity(Quantity),
    /// Text.
    Text(Arc<str>),
    /// Several values.
    List(Arc<[Value]>),
    /// Named values, in the order in which they were written.
    Object(Arc<[(String, Value)]>),
}

impl Value {
    /// A plain number.
    #[must_use]
    pub fn number(number: f64) -> Self {
        Self::Quantity(Quantity::new(Dimension::Count, number))
    }

    /// The flag, if it is one.
    #[must_use]
    pub fn flag(&self) -> Option<bool> {
        match self {
            Self::Flag(flag) => Some(*flag),
            _ => None,
        }
    }

    /// The quantity, if it is one.
    #[must_use]
    pub fn quantity(&self) -> Option<Quantity> {
        match self {
            Self::Quantity(quantity) => Some(*quantity),
            _ => None,
        }
    }

    /// Whether nobody knows it.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown | Self::Undetermined)
    }
}

impl fmt::Display for Value {
    /// As a message shows it: quantities with their unit, texts bare.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown | Self::Undetermined => formatter.write_str("unknown"),
            Self::Null => formatter.write_str("null"),
            Self::Flag(flag) => flag.fmt(formatter),
            Self::Quantity(quantity) => quantity.fmt(formatter),
            Self::Text(text) => formatter.write_str(text),
            Self::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    formatter.write_str(if index == 0 { "" } else { ", " })?;
                    item.fmt(formatter)?;
                }
                Ok(())
            }
            Self::Object(entries) => {
                for (index, (key, value)) in entries.iter().enumerate() {
                    write!(formatter, "{}{key}: {value}", if index == 0 { "" } else { ", " })?;
                }
                Ok(())
            }
        }
    }
}

/// What an expression sees.
pub trait Environment {
    /// The value at a path; unknown where there is none.
    fn get(&self, path: &Path) -> Value;

    /// The value of the path with this index among [`Expression::paths`](super::Expression::paths); for surroundings
    /// that look values up by index.
    fn slot(&self, index: usize, path: &Path) -> Value {
        let _ = index;
        self.get(path)
    }

    /// The value of a function that the language itself does not have; unknown where there is none.
    fn call(&self, name: &str, arguments: &[Value]) -> Value {
        let _ = (name, arguments);
        Value::Unknown
    }
}
