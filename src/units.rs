//! Quantities with units: one spelling for designs, cards, rules and reports.
//!
//! SI prefixes mean powers of 1000 (`MB`), IEC prefixes powers of 1024 (`MiB`). Parsing is strict: a unit that
//! could mean two things is refused with a hint.

mod date;
mod parse;
mod show;

use std::fmt;
use std::str::FromStr;

pub use crate::units::date::Date;

/// What a quantity measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dimension {
    /// A plain number.
    Count,
    /// A time span, in microseconds.
    Duration,
    /// An amount of data, in bytes.
    Bytes,
    /// Records per second.
    Rate,
    /// Bytes per second.
    ByteRate,
    /// US dollars.
    Money,
}

impl Dimension {
    /// The dimension as a sentence names it, with an example.
    #[must_use]
    pub fn described(self) -> &'static str {
        match self {
            Self::Count => "a number such as `4`",
            Self::Duration => "a time such as `300s`",
            Self::Bytes => "an amount of data such as `5 MiB`",
            Self::Rate => "a rate such as `2000/s`",
            Self::ByteRate => "a data rate such as `2 MB/s`",
            Self::Money => "an amount of money such as `2500 USD`",
        }
    }
}

/// A number and what it measures, in the dimension's base unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quantity {
    /// What it measures.
    pub dimension: Dimension,
    /// How much, in microseconds, bytes, records per second, bytes per second or US dollars; finite and not negative
    /// where it was parsed.
    pub amount: f64,
}

/// Why a text is no quantity.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct UnitError {
    /// What was found and what was expected.
    pub message: String,
    /// What to write instead.
    pub help: String,
}

impl Quantity {
    /// A quantity of `amount` base units.
    #[must_use]
    pub fn new(dimension: Dimension, amount: f64) -> Self {
        Self { dimension, amount }
    }

    /// Reads a quantity whose unit tells what it measures.
    ///
    /// # Errors
    /// If the text is not a number with a known unit, or is too large.
    ///
    /// ```
    /// use thalweg::units::{Dimension, Quantity};
    /// assert_eq!(Quantity::parse("5 MiB").unwrap(), Quantity::new(Dimension::Bytes, 5_242_880.0));
    /// assert_eq!(Quantity::parse("1h30m").unwrap().to_string(), "90m");
    /// assert!(Quantity::parse("5 Mib").unwrap_err().help.contains("MiB"));
    /// ```
    pub fn parse(text: &str) -> Result<Self, UnitError> {
        parse::quantity(text)
    }

    /// Reads a quantity that must measure this.
    ///
    /// # Errors
    /// As [`Quantity::parse`], and if the text measures something else or has no unit.
    ///
    /// ```
    /// use thalweg::units::{Dimension, Quantity};
    /// assert!(Quantity::parse_as("300", Dimension::Duration).unwrap_err().help.contains("300s"));
    /// ```
    pub fn parse_as(text: &str, dimension: Dimension) -> Result<Self, UnitError> {
        let found = parse::quantity(text).map_err(|error| UnitError {
            help: if error.help.is_empty() { format!("write {}", dimension.described()) } else { error.help },
            ..error
        })?;
        if found.dimension == dimension {
            return Ok(found);
        }
        Err(parse::other_dimension(text, found, dimension))
    }

    /// The quantity as a measurement is shown: three significant digits, the unit that suits its size.
    ///
    /// ```
    /// use thalweg::units::{Bytes, Duration};
    /// assert_eq!(Duration::from_millis(12_417).quantity().approximate(), "12.4s");
    /// assert_eq!(Bytes(1_534_000).quantity().approximate(), "1.53 MB");
    /// ```
    #[must_use]
    pub fn approximate(self) -> String {
        show::approximate(self)
    }
}

impl fmt::Display for Quantity {
    /// Canonical and exact: what is shown reads back as the same quantity.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&show::exact(*self))
    }
}

/// A time span in whole microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Duration(pub u64);

impl Duration {
    /// So many seconds.
    #[must_use]
    pub const fn from_secs(seconds: u64) -> Self {
        Self(seconds * 1_000_000)
    }

    /// So many milliseconds.
    #[must_use]
    pub const fn from_millis(milliseconds: u64) -> Self {
        Self(milliseconds * 1000)
    }

    /// The span in seconds.
    #[must_use]
    pub fn as_secs_f64(self) -> f64 {
        self.0 as f64 / 1e6
    }
}

/// An amount of data in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Bytes(pub u64);

/// Records per second.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Default)]
pub struct Rate(pub f64);

/// US dollars.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Default)]
pub struct Money(pub f64);

/// What the typed quantities share: conversion, parsing and display by way of [`Quantity`].
macro_rules! typed {
    ($type:ident, $dimension:ident, |$inner:ident| $to:expr, |$amount:ident| $from:expr) => {
        impl $type {
            /// The same as a quantity of any dimension.
            #[must_use]
            pub fn quantity(self) -> Quantity {
                let $inner = self.0;
                Quantity::new(Dimension::$dimension, $to)
            }

            /// The same, if the quantity measures this; a fraction of the base unit is cut off.
            #[must_use]
            pub fn of(quantity: Quantity) -> Option<Self> {
                let $amount = quantity.amount;
                (quantity.dimension == Dimension::$dimension).then(|| Self($from))
            }
        }

        impl From<$type> for Quantity {
            fn from(value: $type) -> Self {
                value.quantity()
            }
        }

        impl FromStr for $type {
            type Err = UnitError;

            fn from_str(text: &str) -> Result<Self, UnitError> {
                let $amount = Quantity::parse_as(text, Dimension::$dimension)?.amount;
                Ok(Self($from))
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.quantity().fmt(formatter)
            }
        }
    };
}

typed!(Duration, Duration, |inner| inner as f64, |amount| amount as u64);
typed!(Bytes, Bytes, |inner| inner as f64, |amount| amount as u64);
typed!(Rate, Rate, |inner| inner, |amount| amount);
typed!(Money, Money, |inner| inner, |amount| amount);
