//! Quantities of one dimension each.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::units::{Dimension, MAX_AMOUNT, Quantity, UnitError, display};

/// A stretch of time in whole microseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Duration(pub u64);

/// A size in whole bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Bytes(pub u64);

/// Records, requests and the like per second.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd, Serialize, Deserialize)]
pub struct Rate(pub f64);

/// Bytes per second.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd, Serialize, Deserialize)]
pub struct ByteRate(pub f64);

/// US dollars.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd, Serialize, Deserialize)]
pub struct Money(pub f64);

impl Duration {
    /// So many seconds; the longest duration where they do not fit.
    ///
    /// ```
    /// use thalweg::units::{Bytes, Duration, Money, Quantity, Rate};
    ///
    /// let day: Duration = "1d".parse().unwrap();
    /// assert_eq!((day, day.to_string()), (Duration::from_secs(86_400), "24h".to_owned()));
    /// assert_eq!(Duration::from_millis(1_500).as_secs_f64(), 1.5);
    /// assert_eq!("5 MiB".parse(), Ok(Bytes(5_242_880)));
    /// assert_eq!("90".parse::<Rate>().unwrap_err().to_string(), "expected a rate, but `90` has no unit");
    /// assert_eq!(Money::of(Quantity::parse("2500 USD").unwrap()), Some(Money(2500.0)));
    /// assert_eq!(Duration(12_412_345).approximate(), "12.4s");
    /// ```
    #[must_use]
    pub const fn from_secs(seconds: u64) -> Self {
        Self(seconds.saturating_mul(1_000_000))
    }

    /// So many milliseconds; the longest duration where they do not fit.
    #[must_use]
    pub const fn from_millis(millis: u64) -> Self {
        Self(millis.saturating_mul(1_000))
    }

    /// The duration in seconds.
    #[must_use]
    pub fn as_secs_f64(self) -> f64 {
        self.0 as f64 / 1e6
    }
}

/// Rounds to a whole number of base units, as far as they are exact.
fn whole(amount: f64) -> Option<u64> {
    let amount = amount.round();
    (0.0..=MAX_AMOUNT).contains(&amount).then_some(amount as u64)
}

fn real(amount: f64) -> Option<f64> {
    (amount.is_finite() && amount >= 0.0).then_some(amount)
}

/// What the five types share: each is a [`Quantity`] whose dimension the compiler knows.
macro_rules! amount {
    ($name:ident, $check:ident, $exact:path) => {
        impl $name {
            /// The same as a quantity of any dimension.
            #[must_use]
            pub fn quantity(self) -> Quantity {
                Quantity::new(Dimension::$name, self.0 as f64)
            }

            /// The same, if the quantity measures this and is finite and not negative; whole amounts are rounded.
            #[must_use]
            pub fn of(quantity: Quantity) -> Option<Self> {
                (quantity.dimension == Dimension::$name).then(|| $check(quantity.amount)).flatten().map(Self)
            }

            /// Three significant digits in a unit that suits the size.
            #[must_use]
            pub fn approximate(self) -> String {
                self.quantity().approximate()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&$exact(self.0))
            }
        }

        impl FromStr for $name {
            type Err = UnitError;

            fn from_str(text: &str) -> Result<Self, UnitError> {
                let quantity = Quantity::parse_as(text, Dimension::$name)?;
                Ok(Self::of(quantity).expect("what is parsed is finite and not negative"))
            }
        }

        impl From<$name> for Quantity {
            fn from(amount: $name) -> Self {
                amount.quantity()
            }
        }
    };
}

amount!(Duration, whole, display::duration);
amount!(Bytes, whole, display::bytes);
amount!(Rate, real, display::rate);
amount!(ByteRate, real, display::byte_rate);
amount!(Money, real, money);

fn money(dollars: f64) -> String {
    display::exact(Quantity::new(Dimension::Money, dollars))
}
