//! Days of the calendar.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::units::UnitError;

/// A day of the Gregorian calendar, from year 1 to 9999; ordered as days follow each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// The day, `None` where the calendar has no such day.
    ///
    /// ```
    /// use thalweg::units::Date;
    ///
    /// let day: Date = "2024-02-29".parse().unwrap();
    /// assert_eq!(Date::new(2024, 2, 29), Some(day));
    /// assert_eq!((day.year(), day.month(), day.day()), (2024, 2, 29));
    /// assert_eq!(day.to_string(), "2024-02-29");
    /// assert_eq!(day.days_since("2024-02-27".parse().unwrap()), 2);
    /// assert!("2023-02-29".parse::<Date>().is_err());
    /// ```
    #[must_use]
    pub fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        let valid = (1..=9999).contains(&year) && (1..=12).contains(&month);
        (valid && (1..=days_in(year, month)).contains(&day)).then_some(Self { year, month, day })
    }

    /// The year.
    #[must_use]
    pub fn year(self) -> u16 {
        self.year
    }

    /// The month, from 1.
    #[must_use]
    pub fn month(self) -> u8 {
        self.month
    }

    /// The day of the month, from 1.
    #[must_use]
    pub fn day(self) -> u8 {
        self.day
    }

    /// The days from `earlier` to this one; negative if it comes later.
    #[must_use]
    pub fn days_since(self, earlier: Self) -> i64 {
        self.ordinal() - earlier.ordinal()
    }

    /// The number of the day since the start of year 1.
    fn ordinal(self) -> i64 {
        let years = i64::from(self.year) - 1;
        let leap_days = years / 4 - years / 100 + years / 400;
        let months: i64 = (1..self.month).map(|month| i64::from(days_in(self.year, month))).sum();
        years * 365 + leap_days + months + i64::from(self.day)
    }
}

fn days_in(year: u16, month: u8) -> u8 {
    let leap = year.is_multiple_of(4) && !year.is_multiple_of(100) || year.is_multiple_of(400);
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{:04}-{:02}-{:02}", self.year, self.month, self.day))
    }
}

impl FromStr for Date {
    type Err = UnitError;

    fn from_str(text: &str) -> Result<Self, UnitError> {
        let error = |message: String| UnitError { message, help: "write a day as `2026-11-01`".to_owned() };
        let Some((year, month, day)) = numbers(text) else {
            return Err(error(format!("`{text}` is no date")));
        };
        Self::new(year, month, day).ok_or_else(|| error(format!("the calendar has no day `{text}`")))
    }
}

fn numbers(text: &str) -> Option<(u16, u8, u8)> {
    let shape =
        |(at, byte): (usize, u8)| if matches!(at, 4 | 7) { byte == b'-' } else { byte.is_ascii_digit() };
    if text.len() != 10 || !text.bytes().enumerate().all(shape) {
        return None;
    }
    Some((text[..4].parse().ok()?, text[5..7].parse().ok()?, text[8..].parse().ok()?))
}

impl From<Date> for String {
    fn from(date: Date) -> Self {
        date.to_string()
    }
}

impl TryFrom<String> for Date {
    type Error = UnitError;

    fn try_from(text: String) -> Result<Self, UnitError> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_days_of_the_calendar() {
        for text in
            ["2023-02-29", "1900-02-29", "2024-04-31", "2024-13-01", "2024-00-10", "2024-01-00", "0000-01-01"]
        {
            let error = text.parse::<Date>().unwrap_err();
            assert_eq!(error.to_string(), format!("the calendar has no day `{text}`"));
        }
        for text in ["2024-1-01", "2024/01/01", "24-01-01", "2024-01-01 ", "", "2024-01-0é", "+024-01-01"] {
            assert_eq!(text.parse::<Date>().unwrap_err().to_string(), format!("`{text}` is no date"));
        }
        assert!("2000-02-29".parse::<Date>().is_ok());
    }

    #[test]
    fn days_are_counted_over_leap_years() {
        let day = |text: &str| text.parse::<Date>().unwrap();
        assert_eq!(day("2026-11-22").days_since(day("1970-01-01")), 20_779);
        assert_eq!(day("2000-02-28").days_since(day("2000-03-01")), -2);
    }

    proptest! {
        #[test]
        fn order_text_and_count_agree(a in (1_u16..3000, 1_u8..=12, 1_u8..=31), b in (1_u16..3000, 1_u8..=12, 1_u8..=31)) {
            let dates = Date::new(a.0, a.1, a.2).zip(Date::new(b.0, b.1, b.2));
            if let Some((a, b)) = dates {
                prop_assert_eq!(a.to_string().parse(), Ok(a));
                prop_assert_eq!(a.cmp(&b), a.days_since(b).cmp(&0));
                prop_assert_eq!(a.cmp(&b), a.to_string().cmp(&b.to_string()));
            }
        }
    }
}
