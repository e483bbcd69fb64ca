//! Settings and facts in words, as pages, editors and schemas show them.

use std::fmt::Write as _;

use crate::knowledge::fact::{FactValue, Validity};
use crate::knowledge::schema::{Range, SettingSpec};

impl SettingSpec {
    /// Type, meaning, defaults and ranges in a few sentences.
    ///
    /// # Panics
    /// Never: text is written to memory.
    #[must_use]
    pub fn described(&self) -> String {
        let mut text = format!("{}. {}", self.kind.described(), self.about);
        let defaults = self.defaults_in_words();
        if !defaults.is_empty() {
            write!(text, " Default {}.", defaults.join(", or ")).expect("memory");
        }
        let ranges = self.ranges_in_words();
        if !ranges.is_empty() {
            write!(text, " Range {}.", ranges.join(", or ")).expect("memory");
        }
        if self.required {
            text.push_str(" Required.");
        }
        text
    }

    /// Every default with the condition and the time in which it holds.
    #[must_use]
    pub fn defaults_in_words(&self) -> Vec<String> {
        self.defaults
            .iter()
            .map(|default| conditioned(&default.value.to_string(), &default.validity))
            .collect()
    }

    /// Every range with the condition and the time in which it holds.
    #[must_use]
    pub fn ranges_in_words(&self) -> Vec<String> {
        self.ranges.iter().map(|range| conditioned(&bounds(range), &range.validity)).collect()
    }
}

fn bounds(range: &Range) -> String {
    match (range.min, range.max) {
        (Some(min), Some(max)) => format!("{min} to {max}"),
        (Some(min), None) => format!("from {min}"),
        (None, Some(max)) => format!("up to {max}"),
        (None, None) => "any".to_owned(),
    }
}

/// The value of a fact, what it is for, and when it holds.
#[must_use]
pub fn valued(value: &FactValue, per: Option<&str>) -> String {
    let per = per.map(|per| format!(" per {per}")).unwrap_or_default();
    conditioned(&format!("{}{per}", value.value), &value.validity)
}

fn conditioned(text: &str, validity: &Validity) -> String {
    let when = validity.when.as_ref().map(|when| format!(" when {}", when.text())).unwrap_or_default();
    format!("{text}{when}{}", days(validity))
}

/// `, since DAY, until DAY`, or nothing.
#[must_use]
pub fn days(validity: &Validity) -> String {
    match (validity.since, validity.until) {
        (None, None) => String::new(),
        (Some(since), None) => format!(", since {since}"),
        (None, Some(until)) => format!(", until {until}"),
        (Some(since), Some(until)) => format!(", since {since}, until {until}"),
    }
}
