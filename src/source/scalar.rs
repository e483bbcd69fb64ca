//! Scalars, and what a plain one means under YAML 1.2's core schema.
//!
//! `no` and `on` are text, `0o17` is a number, quotes make anything text. `.inf` and `.nan` are
//! read as text, because nothing in a design is infinite.

use serde::{Deserialize, Serialize};

/// A value without parts, after folding and unescaping.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scalar {
    /// The value; empty for a value that is left out, as in `key:`.
    pub text: String,
    /// How it is written in the file.
    pub style: Style,
}

/// The five ways to write a scalar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Style {
    /// `text`
    Plain,
    /// `'text'`
    SingleQuoted,
    /// `"text"`
    DoubleQuoted,
    /// `|`, line by line.
    Literal,
    /// `>`, lines joined.
    Folded,
}

impl Scalar {
    /// Whether it stands for no value: plain, and nothing, `~` or `null`.
    ///
    /// ```
    /// use thalweg::source::{Scalar, Style};
    ///
    /// let plain = |text: &str| Scalar { text: text.to_owned(), style: Style::Plain };
    /// assert!(plain("~").is_null() && !plain("nil").is_null());
    /// assert_eq!((plain("true").as_bool(), plain("no").as_bool()), (Some(true), None));
    /// assert_eq!((plain("0x1F").as_integer(), plain("1.5").as_integer()), (Some(31), None));
    /// assert_eq!((plain("1e3").as_number(), plain("1_000").as_number()), (Some(1000.0), None));
    /// ```
    #[must_use]
    pub fn is_null(&self) -> bool {
        self.style == Style::Plain && matches!(self.text.as_str(), "" | "~" | "null" | "Null" | "NULL")
    }

    /// The truth value of a plain `true` or `false` (also `True`, `TRUE` and so on).
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        match self.plain()? {
            "true" | "True" | "TRUE" => Some(true),
            "false" | "False" | "FALSE" => Some(false),
            _ => None,
        }
    }

    /// A plain whole number in decimal, octal (`0o`) or hexadecimal (`0x`) that fits 64 bits.
    #[must_use]
    pub fn as_integer(&self) -> Option<i64> {
        let text = self.plain()?;
        if let Some(digits) = text.strip_prefix("0o") {
            return unsigned(digits, 8);
        }
        if let Some(digits) = text.strip_prefix("0x") {
            return unsigned(digits, 16);
        }
        text.parse().ok()
    }

    /// A plain finite number; whole ones above 2^53 lose their last digits.
    #[must_use]
    pub fn as_number(&self) -> Option<f64> {
        if let Some(whole) = self.as_integer() {
            return Some(whole as f64);
        }
        let text = self.plain()?;
        let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
        // The standard parser also takes `inf`, `nan` and `infinity`, which YAML reads as text.
        let looks_numeric = digits.starts_with(|c: char| c.is_ascii_digit() || c == '.')
            && digits.contains(|c: char| c.is_ascii_digit());
        text.parse().ok().filter(|number: &f64| looks_numeric && number.is_finite())
    }

    fn plain(&self) -> Option<&str> {
        (self.style == Style::Plain).then_some(self.text.as_str())
    }
}

/// Digits only: the standard parser alone would also take a sign.
fn unsigned(digits: &str, radix: u32) -> Option<i64> {
    let clean = digits.chars().all(|digit| digit.is_digit(radix));
    clean.then(|| i64::from_str_radix(digits, radix).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> Scalar {
        Scalar { text: text.to_owned(), style: Style::Plain }
    }

    #[test]
    fn the_core_schema_decides() {
        let whole = [("12", 12), ("-3", -3), ("+3", 3), ("017", 17), ("0o17", 15), ("0xff", 255)];
        for (text, value) in whole {
            assert_eq!(plain(text).as_integer(), Some(value), "{text}");
        }
        for text in ["0o8", "0x", "0x-1", "1.0", "", "1_0", "12:30:45", "99999999999999999999"] {
            assert_eq!(plain(text).as_integer(), None, "{text}");
        }
        for (text, value) in [("1.5", 1.5), (".5", 0.5), ("1.", 1.0), ("-1e-3", -0.001), ("+.5E1", 5.0)] {
            assert_eq!(plain(text).as_number(), Some(value), "{text}");
        }
        for text in ["inf", ".inf", "nan", ".nan", "infinity", "e3", ".", "1e999", "5 MiB", "--1"] {
            assert_eq!(plain(text).as_number(), None, "{text}");
        }
    }

    #[test]
    fn quotes_make_text() {
        for style in [Style::SingleQuoted, Style::DoubleQuoted, Style::Literal, Style::Folded] {
            let scalar = |text: &str| Scalar { text: text.to_owned(), style };
            assert!(!scalar("").is_null());
            assert_eq!(scalar("true").as_bool(), None);
            assert_eq!(scalar("1").as_integer(), None);
            assert_eq!(scalar("1").as_number(), None);
        }
    }
}
