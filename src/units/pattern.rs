//! The grammar of quantities as regular expressions, for JSON Schema.

use crate::units::{Dimension, PERIODS, SIZES, TIMES};

/// Digits, perhaps grouped and with a fraction.
const NUMBER: &str = r"[0-9]+(_[0-9]+)*(\.[0-9]+(_[0-9]+)*)?";

impl Dimension {
    /// The regular expression, in the common subset of ECMA 262 and others, of the texts that name such a quantity. It
    /// says nothing of how large one may be, and lets through a fraction of a unit that has none.
    ///
    /// ```
    /// use thalweg::units::Dimension;
    /// assert_eq!(Dimension::Money.pattern(), r"^[0-9]+(_[0-9]+)*(\.[0-9]+(_[0-9]+)*)? ?USD$");
    /// ```
    #[must_use]
    pub fn pattern(self) -> String {
        match self {
            Self::Count => format!("^{NUMBER}$"),
            Self::Money => format!("^{NUMBER} ?USD$"),
            Self::Bytes => format!("^{NUMBER} ?({})$", either(SIZES.iter().map(|(unit, _)| *unit))),
            Self::Rate => format!("^{NUMBER}/({})$", either(PERIODS.iter().map(|(unit, _)| *unit))),
            Self::ByteRate => {
                let (sizes, periods) = (
                    either(SIZES.iter().map(|(unit, _)| *unit)),
                    either(PERIODS.iter().map(|(unit, _)| *unit)),
                );
                format!("^{NUMBER} ?({sizes})/({periods})$")
            }
            Self::Duration => {
                let units = either(TIMES.iter().map(|(unit, _)| *unit));
                format!("^({NUMBER} ?({units})|([0-9]+(_[0-9]+)*({units}))+)$")
            }
        }
    }
}

fn either<'u>(units: impl Iterator<Item = &'u str>) -> String {
    units.collect::<Vec<_>>().join("|")
}
