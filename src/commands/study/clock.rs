//! The time of day, which nothing below the commands may ask for.

use std::time::{SystemTime, UNIX_EPOCH};

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::study::state::Moment;
use crate::units::Date;

/// A learner's day ends at this hour, so that an evening after midnight still counts.
const DAY_ENDS_AT_HOUR: i64 = 4;
/// Seconds of a day.
const DAY_S: i64 = 86_400;

/// Now.
#[expect(
    clippy::disallowed_methods,
    reason = "a learner's answers happen at a time of day; no run depends on it"
)]
pub(super) fn now() -> Moment {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let seconds = since.as_secs().cast_signed();
    let here = Timestamp::from_second(seconds)
        .map_or(0, |now| i64::from(TimeZone::system().to_offset(now).seconds()));
    let day = (seconds + here - DAY_ENDS_AT_HOUR * 3600).div_euclid(DAY_S);
    Moment { ms: since.as_millis() as u64, day: u32::try_from(day).unwrap_or(0) }
}

/// The number of a day since 1970-01-01; 0 for days before.
pub(super) fn day(date: Date) -> u32 {
    let first = Date::new(1970, 1, 1).expect("the calendar has this day");
    u32::try_from(date.days_since(first)).unwrap_or(0)
}
