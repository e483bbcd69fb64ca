//! Reading and writing times, and what time it is on the walls of a zone.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

/// The milliseconds of a day.
pub(super) const DAY_MS: i64 = 86_400_000;

/// The zone in which instants are shown and days begin; UTC costs nothing.
#[derive(Debug, Clone, Default)]
pub(super) struct Zone(Option<TimeZone>);

impl Zone {
    /// A zone by its IANA name or as an offset, `+02:00`; nothing for other names.
    pub(super) fn named(name: &str) -> Option<Self> {
        if matches!(name, "UTC" | "Z" | "GMT" | "Etc/UTC") {
            return Some(Self(None));
        }
        if let Some(offset) =
            name.strip_prefix("GMT").or(Some(name)).filter(|rest| rest.starts_with(['+', '-']))
        {
            let (hours, minutes) = offset[1..].split_once(':')?;
            let seconds = hours.parse::<i32>().ok()? * 3600 + minutes.parse::<i32>().ok()? * 60;
            let seconds = if offset.starts_with('-') { -seconds } else { seconds };
            return Some(Self(Some(TimeZone::fixed(jiff::tz::Offset::from_seconds(seconds).ok()?))));
        }
        jiff::tz::TimeZoneDatabase::bundled().get(name).ok().map(|zone| Self(Some(zone)))
    }

    /// What the walls of the zone show at an instant.
    pub(super) fn wall(&self, instant_ms: i64) -> i64 {
        let Some(zone) = &self.0 else { return instant_ms };
        match jiff::Timestamp::from_millisecond(instant_ms) {
            Ok(instant) => instant_ms + i64::from(zone.to_offset(instant).seconds()) * 1000,
            Err(_) => instant_ms,
        }
    }

    /// The instant at which the walls show a time: the earlier one where they show it twice; where they never do, it is
    /// moved on by the gap, as Java does.
    pub(super) fn instant(&self, wall_ms: i64) -> i64 {
        let Some(zone) = &self.0 else { return wall_ms };
        let found = civil(wall_ms).and_then(|wall| zone.to_ambiguous_timestamp(wall).compatible().ok());
        found.map_or(wall_ms, jiff::Timestamp::as_millisecond)
    }

    /// The instant at which a window ends whose last millisecond the walls show: the later one where they show it
    /// twice, and the end of the gap where they never do.
    pub(super) fn end(&self, wall_ms: i64) -> i64 {
        let Some(zone) = &self.0 else { return wall_ms };
        let Some(wall) = civil(wall_ms) else { return wall_ms };
        let found = zone.to_ambiguous_timestamp(wall);
        let is_gap = matches!(found.offset(), jiff::tz::AmbiguousOffset::Gap { .. });
        if !is_gap {
            return found.later().map_or(wall_ms, jiff::Timestamp::as_millisecond);
        }
        // Inside the gap every wall time stands for the instant of the change.
        let before = found.compatible().map_or(wall_ms, jiff::Timestamp::as_millisecond);
        let change = jiff::Timestamp::from_millisecond(before).ok().and_then(|at| {
            zone.preceding(at + jiff::SignedDuration::from_secs(1)).next().map(|change| change.timestamp())
        });
        change.map_or(before, jiff::Timestamp::as_millisecond)
    }
}

/// The civil time of milliseconds on a wall.
pub(super) fn civil(wall_ms: i64) -> Option<DateTime> {
    let instant = jiff::Timestamp::from_millisecond(wall_ms).ok()?;
    Some(TimeZone::UTC.to_datetime(instant))
}

/// The milliseconds of a civil time.
pub(super) fn of_civil(civil: DateTime) -> Option<i64> {
    TimeZone::UTC.to_timestamp(civil).ok().map(jiff::Timestamp::as_millisecond)
}

/// The days since 1970 of a date.
pub(super) fn day_of(date: Date) -> Option<i32> {
    i32::try_from(of_civil(date.to_datetime(jiff::civil::Time::midnight()))?.div_euclid(DAY_MS)).ok()
}

/// `2013-01-01 05:00:00.000`.
pub(super) fn wall_text(wall_ms: i64) -> String {
    civil(wall_ms).map_or_else(
        || wall_ms.to_string(),
        |wall| {
            let (date, time) = (wall.date(), wall.time());
            let mut text = String::with_capacity(24);
            if date.year() < 0 {
                text.push('-');
            }
            let mut push = |number: i64, digits: u32, after: &str| {
                let digit = |place: u32| char::from(b'0' + (number / 10i64.pow(place) % 10) as u8);
                text.extend((0..digits).rev().map(digit));
                text.push_str(after);
            };
            let year = i64::from(date.year());
            push(year.abs(), if (-999..0).contains(&year) { 3 } else { 4 }, "-");
            push(i64::from(date.month()), 2, "-");
            push(i64::from(date.day()), 2, " ");
            push(i64::from(time.hour()), 2, ":");
            push(i64::from(time.minute()), 2, ":");
            push(i64::from(time.second()), 2, ".");
            push(i64::from(time.millisecond()), 3, "");
            text
        },
    )
}

/// `2013-01-01`.
pub(super) fn day_text(day: i32) -> String {
    wall_text(i64::from(day) * DAY_MS)[..10].to_owned()
}

/// Reads `2013-01-01`.
pub(super) fn parse_day(text: &str) -> Option<i32> {
    let shaped = text.len() == 10 && text.as_bytes()[4] == b'-';
    shaped.then(|| text.parse::<Date>().ok()).flatten().and_then(day_of)
}

/// Reads a time on the wall: a day, or a day and a time up to seconds with a fraction; without a zone.
pub(super) fn parse_wall(text: &str) -> Option<i64> {
    if text.ends_with('Z') {
        return None;
    }
    if let Some(wall) = usual_timestamp_ms(text.as_bytes()) {
        return Some(wall);
    }
    if let Some(day) = parse_day(text) {
        return Some(i64::from(day) * DAY_MS);
    }
    text.parse::<DateTime>().ok().filter(|_| !text.contains('+')).and_then(of_civil)
}

/// The usual form in UTC, `2026-01-01T00:00:00`, with a fraction and a `Z` or without; nothing for others.
fn usual_timestamp_ms(text: &[u8]) -> Option<i64> {
    let (minute, rest) = text.split_first_chunk()?;
    Some(minute_ms(minute)? + second_ms(rest)?)
}

/// The usual form up to its seconds.
type Minute = [u8; 17];

/// The number that so many digits make.
fn digits(text: &[u8]) -> Option<i64> {
    text.iter()
        .try_fold(0i64, |number, digit| digit.is_ascii_digit().then(|| number * 10 + i64::from(digit - b'0')))
}

/// The milliseconds of `2026-01-01T00:00:`; leap seconds, days before 1970 and what is no day are left to the full
/// reader.
fn minute_ms(text: &Minute) -> Option<i64> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2, b'T' | b' ', h1, h2, b':', n1, n2, b':'] = *text else {
        return None;
    };
    let (year, month, day) = (digits(&[y1, y2, y3, y4])?, digits(&[m1, m2])?, digits(&[d1, d2])?);
    let (hour, minute) = (digits(&[h1, h2])?, digits(&[n1, n2])?);
    let is_plain = year >= 1970 && hour < 24 && minute < 60;
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let before = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365];
    let month = usize::try_from(month).ok().filter(|month| (1..=12).contains(month) && is_plain)?;
    let length = before[month] - before[month - 1] + i64::from(month == 2 && is_leap);
    if !(1..=length).contains(&day) {
        return None;
    }
    let past = year - 1;
    let days = past * 365 + past / 4 - past / 100 + past / 400 - 719_162;
    let days = days + before[month - 1] + i64::from(month > 2 && is_leap) + day - 1;
    Some(((days * 24 + hour) * 60 + minute) * 60_000)
}

/// The milliseconds of `00.000Z`.
fn second_ms(text: &[u8]) -> Option<i64> {
    let (second, rest) = text.split_first_chunk::<2>()?;
    let second = digits(second).filter(|second| *second < 60)?;
    let millisecond = match rest.strip_suffix(b"Z").unwrap_or(rest) {
        [] => 0,
        [b'.', first, second, third] => digits(&[*first, *second, *third])?,
        [b'.', rest @ ..] if (1..=9).contains(&rest.len()) && rest.iter().all(u8::is_ascii_digit) => {
            let leading = rest.iter().chain(&[b'0'; 2]).take(3);
            leading.fold(0, |number, digit| number * 10 + i64::from(digit - b'0'))
        }
        _ => return None,
    };
    Some(second * 1000 + millisecond)
}

/// Reads one instant after the other as [`timestamp_ms`] does, and knows the minute of the last one.
#[derive(Debug, Clone, Default, PartialEq)]
pub(in crate::runtime) struct InstantReader {
    minute: Minute,
    minute_ms: i64,
}

impl InstantReader {
    /// The instant that a text names.
    pub(in crate::runtime) fn read(&mut self, text: &str) -> Option<i64> {
        let Some((minute, rest)) = text.as_bytes().split_first_chunk() else { return timestamp_ms(text) };
        if *minute != self.minute {
            let Some(found) = minute_ms(minute) else { return timestamp_ms(text) };
            (self.minute, self.minute_ms) = (*minute, found);
        }
        second_ms(rest).map_or_else(|| timestamp_ms(text), |second| Some(self.minute_ms + second))
    }
}

/// The instant that an ISO 8601 text names, in milliseconds since 1970; a text without a zone counts as UTC.
///
/// ```
/// use thalweg::runtime::sql::timestamp_ms;
/// assert_eq!(timestamp_ms("1970-01-01T00:00:01Z"), Some(1000));
/// assert_eq!(timestamp_ms("soon"), None);
/// ```
#[must_use]
pub fn timestamp_ms(text: &str) -> Option<i64> {
    if let Some(instant) = usual_timestamp_ms(text.as_bytes()) {
        return Some(instant);
    }
    if let Ok(instant) = text.parse::<jiff::Timestamp>() {
        return Some(instant.as_millisecond());
    }
    text.parse().ok().and_then(of_civil)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Zone, usual_timestamp_ms};

    #[test]
    fn a_zone_knows_its_hours_that_are_missing_and_those_that_come_twice() {
        let berlin = Zone::named("Europe/Berlin").unwrap();
        let hour = 3_600_000;
        let change = super::timestamp_ms("2026-03-29T01:00:00Z").unwrap();
        assert_eq!(berlin.wall(change - 1) + 1, change + hour);
        assert_eq!(berlin.wall(change), change + 2 * hour);
        assert_eq!(
            berlin.instant(change + hour),
            change,
            "half past two does not exist and is half past three"
        );
        let back = super::timestamp_ms("2026-10-25T01:00:00Z").unwrap();
        assert_eq!(berlin.instant(back + hour), back - hour, "the earlier of the two");
        assert_eq!(berlin.end(back + hour), back, "the later of the two");
        assert!(Zone::named("Europe/Nowhere").is_none());
    }

    proptest! {
        /// The short way gives what the full reader gives, or leaves it to that.
        #[test]
        fn the_usual_form_is_read_as_the_full_reader_does(
            year in 1960i64..2110, month in 0u8..14, day in 0u8..33, hour in 0u8..25, minute in 0u8..61,
            second in 0u8..62, fraction in prop_oneof![Just(String::new()), "\\.[0-9]{0,10}"],
            zone in prop_oneof![Just("Z"), Just(""), Just("+01:00")], between in prop_oneof![Just('T'), Just(' ')],
        ) {
            let text = format!("{year:04}-{month:02}-{day:02}{between}{hour:02}:{minute:02}:{second:02}{fraction}{zone}");
            let zoned = if zone.is_empty() { format!("{text}Z") } else { text.clone() };
            let mut reader = super::InstantReader::default();
            prop_assert_eq!(reader.read(&text), super::timestamp_ms(&text));
            prop_assert_eq!(reader.read(&text), super::timestamp_ms(&text), "once more, in the same minute");
            if let Some(found) = usual_timestamp_ms(text.as_bytes()) {
                let wanted: jiff::Timestamp = zoned.parse().unwrap();
                prop_assert_eq!(found, wanted.as_millisecond(), "{}", text);
            } else {
                let is_usual = year >= 1970 && zone != "+01:00" && second < 60 && !fraction.ends_with('.') && fraction.len() < 11;
                prop_assert!(!is_usual || zoned.parse::<jiff::Timestamp>().is_err(), "{}", text);
            }
        }
    }
}
