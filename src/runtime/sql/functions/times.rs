//! Functions of times. A unit is a text in capitals, which the compiler has checked.

use std::fmt::Write as _;

use jiff::civil::DateTime;

use crate::runtime::sql::expression::{Evaluated, TYPES, World, arithmetic, later_by_months};
use crate::runtime::sql::functions::{Function, Gives, strict};
use crate::runtime::sql::time::{self, DAY_MS};
use crate::runtime::sql::{DataType, Value};

const TEXT: Gives = Gives::Is(DataType::Text);
const BIGINT: Gives = Gives::Is(DataType::BigInt);
const WALL: Gives = Gives::Is(DataType::Timestamp);

/// The units that can be taken out of a time.
pub(in crate::runtime::sql) const UNITS: [&str; 13] = [
    "YEAR",
    "QUARTER",
    "MONTH",
    "WEEK",
    "DAY",
    "DOY",
    "DOW",
    "HOUR",
    "MINUTE",
    "SECOND",
    "MILLISECOND",
    "EPOCH",
    "ISODOW",
];

pub(super) static FUNCTIONS: [Function; 27] = [
    strict("EXTRACT", "TW", BIGINT, |operands, world| extract(unit(&operands[0])?, &operands[1], world)),
    strict("YEAR", "W", BIGINT, |operands, world| extract("YEAR", &operands[0], world)),
    strict("QUARTER", "W", BIGINT, |operands, world| extract("QUARTER", &operands[0], world)),
    strict("MONTH", "W", BIGINT, |operands, world| extract("MONTH", &operands[0], world)),
    strict("WEEK", "W", BIGINT, |operands, world| extract("WEEK", &operands[0], world)),
    strict("DAYOFMONTH", "W", BIGINT, |operands, world| extract("DAY", &operands[0], world)),
    strict("DAYOFYEAR", "W", BIGINT, |operands, world| extract("DOY", &operands[0], world)),
    strict("DAYOFWEEK", "W", BIGINT, |operands, world| extract("DOW", &operands[0], world)),
    strict("HOUR", "W", BIGINT, |operands, world| extract("HOUR", &operands[0], world)),
    strict("MINUTE", "W", BIGINT, |operands, world| extract("MINUTE", &operands[0], world)),
    strict("SECOND", "W", BIGINT, |operands, world| extract("SECOND", &operands[0], world)),
    strict("FLOOR TO", "WT", Gives::Like(0), |operands, world| on_unit(operands, false, world)),
    strict("CEIL TO", "WT", Gives::Like(0), |operands, world| on_unit(operands, true, world)),
    strict("TIMESTAMPADD", "TIW", Gives::Like(2), |operands, _| add(operands)),
    strict("TIMESTAMPDIFF", "TWW", Gives::Is(DataType::Int), difference),
    strict("DATE_FORMAT", "ST", TEXT, format),
    strict("TO_TIMESTAMP", "T?T", WALL, |operands, _| {
        Ok(read(operands)?.map_or(Value::Null, Value::Timestamp))
    }),
    strict("TO_DATE", "T?T", Gives::Is(DataType::Date), |operands, _| {
        let day = read(operands)?.and_then(|wall| i32::try_from(wall.div_euclid(DAY_MS)).ok());
        Ok(day.map_or(Value::Null, Value::Date))
    }),
    strict("TO_TIMESTAMP_LTZ", "I?I", Gives::Is(DataType::Instant), |operands, _| instant_of(operands)),
    strict("UNIX_TIMESTAMP", "T?T", BIGINT, |operands, world| {
        let wall = read(operands)?;
        Ok(wall.map_or(Value::Integer(i64::MIN), |wall| {
            Value::Integer(world.zone.instant(wall).div_euclid(1000))
        }))
    }),
    strict("FROM_UNIXTIME", "I?T", TEXT, |operands, world| {
        let Value::Integer(seconds) = &operands[0] else { return Err(TYPES) };
        let pattern = operands.get(1).cloned().unwrap_or_else(|| Value::Text(USUAL.into()));
        let wall = world.zone.wall(seconds.saturating_mul(1000));
        format(&[Value::Timestamp(wall), pattern], world)
    }),
    strict("CURRENT_TIMESTAMP", "", Gives::Is(DataType::Instant), |_, world| {
        Ok(Value::Instant(world.now_ms))
    }),
    strict("CURRENT_ROW_TIMESTAMP", "", Gives::Is(DataType::Instant), |_, world| {
        Ok(Value::Instant(world.now_ms))
    }),
    strict("NOW", "", Gives::Is(DataType::Instant), |_, world| Ok(Value::Instant(world.now_ms))),
    strict("PROCTIME", "", Gives::Is(DataType::Instant), |_, world| Ok(Value::Instant(world.now_ms))),
    strict("LOCALTIMESTAMP", "", WALL, |_, world| Ok(Value::Timestamp(world.zone.wall(world.now_ms)))),
    strict("CURRENT_DATE", "", Gives::Is(DataType::Date), |_, world| {
        let day = world.zone.wall(world.now_ms).div_euclid(DAY_MS);
        Ok(i32::try_from(day).map_or(Value::Null, Value::Date))
    }),
];

const USUAL: &str = "yyyy-MM-dd HH:mm:ss";

fn unit(value: &Value) -> Result<&str, &'static str> {
    match value {
        Value::Text(unit) => Ok(unit),
        _ => Err(TYPES),
    }
}

/// What the walls show.
fn wall(value: &Value, world: &World) -> Result<i64, &'static str> {
    match value {
        Value::Timestamp(wall) => Ok(*wall),
        Value::Instant(instant) => Ok(world.zone.wall(*instant)),
        Value::Date(day) => Ok(i64::from(*day) * DAY_MS),
        Value::Text(text) => time::parse_wall(text.trim()).ok_or("a text tells no time"),
        _ => Err(TYPES),
    }
}

/// The same kind of time, with another wall time. An instant keeps its distance from the wall, as Flink has it.
fn like(value: &Value, wall: i64, world: &World) -> Evaluated {
    Ok(match value {
        Value::Instant(instant) => Value::Instant(wall - world.zone.wall(*instant) + instant),
        Value::Date(_) => Value::Date(i32::try_from(wall.div_euclid(DAY_MS)).map_err(|_| TYPES)?),
        _ => Value::Timestamp(wall),
    })
}

fn civil(wall: i64) -> Result<DateTime, &'static str> {
    time::civil(wall).ok_or("a time is too far away")
}

fn extract(unit: &str, value: &Value, world: &World) -> Evaluated {
    let wall = wall(value, world)?;
    let civil = civil(wall)?;
    Ok(Value::Integer(match unit {
        "YEAR" => i64::from(civil.year()),
        "QUARTER" => i64::from((civil.month() + 2) / 3),
        "MONTH" => i64::from(civil.month()),
        "WEEK" => i64::from(civil.date().iso_week_date().week()),
        "DAY" => i64::from(civil.day()),
        "DOY" => i64::from(civil.day_of_year()),
        "DOW" => i64::from(civil.weekday().to_sunday_one_offset()),
        "ISODOW" => i64::from(civil.weekday().to_monday_one_offset()),
        "HOUR" => i64::from(civil.hour()),
        "MINUTE" => i64::from(civil.minute()),
        "SECOND" => i64::from(civil.second()),
        "MILLISECOND" => i64::from(civil.millisecond()),
        "EPOCH" => match value {
            Value::Instant(instant) => instant.div_euclid(1000),
            _ => wall.div_euclid(1000),
        },
        _ => return Err("a unit is not known"),
    }))
}

fn length_of(unit: &str) -> Option<i64> {
    Some(match unit {
        "MILLISECOND" => 1,
        "SECOND" => 1000,
        "MINUTE" => 60_000,
        "HOUR" => 3_600_000,
        "DAY" => DAY_MS,
        "WEEK" => 7 * DAY_MS,
        _ => return None,
    })
}

fn months_of(unit: &str) -> Option<i64> {
    Some(match unit {
        "MONTH" => 1,
        "QUARTER" => 3,
        "YEAR" => 12,
        _ => return None,
    })
}

/// The start of the unit that a time lies in, or the start of the next one.
fn on_unit(operands: &[Value], up: bool, world: &World) -> Evaluated {
    let (unit, wall) = (unit(&operands[1])?, wall(&operands[0], world)?);
    let (floor, next) = if let Some(months) = months_of(unit) {
        let civil = civil(wall)?;
        let month = i64::from(civil.year()) * 12 + i64::from(civil.month()) - 1;
        let first = month - month.rem_euclid(months);
        let year = i16::try_from(first.div_euclid(12)).map_err(|_| TYPES)?;
        let date = jiff::civil::Date::new(year, (first.rem_euclid(12) + 1) as i8, 1).map_err(|_| TYPES)?;
        let floor = i64::from(time::day_of(date).ok_or(TYPES)?) * DAY_MS;
        (floor, later_by_months(floor, months).ok_or(TYPES)?)
    } else {
        let length = length_of(unit).ok_or("a unit is not known")?;
        // Weeks begin on Sundays, and 1970 on a Thursday.
        let origin = if unit == "WEEK" { 3 * DAY_MS } else { 0 };
        let floor = wall - (wall - origin).rem_euclid(length);
        (floor, floor + length)
    };
    like(&operands[0], if up && floor != wall { next } else { floor }, world)
}

fn add(operands: &[Value]) -> Evaluated {
    let Value::Integer(count) = &operands[1] else { return Err(TYPES) };
    let unit = unit(&operands[0])?;
    let length = match (length_of(unit), months_of(unit)) {
        (Some(length), _) => Value::Milliseconds(length.wrapping_mul(*count)),
        (_, Some(months)) => Value::Months((months.wrapping_mul(*count)) as i32),
        _ => return Err("a unit is not known"),
    };
    arithmetic('+', &operands[2], &length, None)
}

/// Whole units from the first time to the second.
fn difference(operands: &[Value], world: &World) -> Evaluated {
    let unit = unit(&operands[0])?;
    let (from, to) = match (&operands[1], &operands[2]) {
        (Value::Instant(from), Value::Instant(to)) => (*from, *to),
        (from, to) => (wall(from, world)?, wall(to, world)?),
    };
    let count = if let Some(length) = length_of(unit) {
        (to - from) / length
    } else {
        whole_months(from, to)? / months_of(unit).ok_or("a unit is not known")?
    };
    Ok(Value::Integer(i64::from(count as i32)))
}

/// The whole months from one time to another.
fn whole_months(from: i64, to: i64) -> Result<i64, &'static str> {
    let (start, end) = (civil(from)?, civil(to)?);
    let between = i64::from(end.year() - start.year()) * 12 + i64::from(end.month() - start.month());
    let reached = later_by_months(from, between).ok_or(TYPES)?;
    Ok(match between.signum() {
        1 if reached > to => between - 1,
        -1 if reached < to => between + 1,
        _ => between,
    })
}

/// Writes a time by a pattern of Java's.
fn format(operands: &[Value], world: &World) -> Evaluated {
    let civil = civil(wall(&operands[0], world)?)?;
    let mut out = String::new();
    for (letter, count) in runs(unit(&operands[1])?) {
        let number = match letter {
            Ok('y' | 'u' | 'Y') if count == 2 => i64::from(civil.year() % 100),
            Ok('y' | 'u') => i64::from(civil.year()),
            Ok('M') if count <= 2 => i64::from(civil.month()),
            Ok('d') => i64::from(civil.day()),
            Ok('H') => i64::from(civil.hour()),
            Ok('h') => i64::from((civil.hour() + 11) % 12 + 1),
            Ok('m') => i64::from(civil.minute()),
            Ok('s') => i64::from(civil.second()),
            Ok('D') => i64::from(civil.day_of_year()),
            Ok('S') => {
                let digits = format!("{:09}", civil.subsec_nanosecond());
                out.push_str(&digits[..count.min(9)]);
                continue;
            }
            Ok('a') => {
                out.push_str(if civil.hour() < 12 { "AM" } else { "PM" });
                continue;
            }
            Ok('E') => {
                let name = civil.strftime(if count > 3 { "%A" } else { "%a" }).to_string();
                out.push_str(&name);
                continue;
            }
            Ok('M') => {
                out.push_str(&civil.strftime(if count > 3 { "%B" } else { "%b" }).to_string());
                continue;
            }
            Ok(_) => return Err("a pattern of a time has a letter that does not run here"),
            Err(text) => {
                out.push_str(&text);
                continue;
            }
        };
        write!(out, "{number:0count$}").map_err(|_| TYPES)?;
    }
    Ok(Value::Text(out.into()))
}

/// Whether all letters of a pattern of a time are known.
pub(in crate::runtime::sql) fn is_readable(pattern: &str) -> bool {
    runs(pattern).iter().all(|(letter, _)| match letter {
        Ok(letter) => "yuMdHhmsDSaE".contains(*letter),
        Err(_) => true,
    })
}

/// The runs of equal letters of a pattern, and what stands for itself.
fn runs(pattern: &str) -> Vec<(Result<char, String>, usize)> {
    let mut found: Vec<(Result<char, String>, usize)> = Vec::new();
    let mut characters = pattern.chars().peekable();
    while let Some(character) = characters.next() {
        if character == '\'' {
            let mut text: String = String::new();
            for inner in characters.by_ref() {
                if inner == '\'' {
                    break;
                }
                text.push(inner);
            }
            found.push((Err(if text.is_empty() { "'".to_owned() } else { text }), 1));
        } else if character.is_ascii_alphabetic() {
            match found.last_mut() {
                Some((Ok(last), count)) if *last == character => *count += 1,
                _ => found.push((Ok(character), 1)),
            }
        } else {
            found.push((Err(character.to_string()), 1));
        }
    }
    found
}

/// Reads a time by a pattern; nothing where the text does not fit it.
fn read(operands: &[Value]) -> Result<Option<i64>, &'static str> {
    let text = unit(&operands[0])?;
    let Some(pattern) = operands.get(1) else { return Ok(time::parse_wall(text)) };
    let mut rest = text;
    let mut parts = [1970, 1, 1, 0, 0, 0, 0];
    for (letter, count) in runs(unit(pattern)?) {
        let place = match letter {
            Ok('y' | 'u') if count == 4 => 0,
            Ok('M') if count <= 2 => 1,
            Ok('d') => 2,
            Ok('H') => 3,
            Ok('m') => 4,
            Ok('s') => 5,
            Ok('S') if count <= 9 => 6,
            Ok(_) => return Err("a pattern of a time has a letter that does not run here"),
            Err(wanted) => match rest.strip_prefix(wanted.as_str()) {
                Some(after) => {
                    rest = after;
                    continue;
                }
                None => return Ok(None),
            },
        };
        let most = if count == 1 { 2 } else { count };
        let digits = rest.bytes().take(most).take_while(u8::is_ascii_digit).count();
        if digits == 0 || (count > 1 && digits < count) {
            return Ok(None);
        }
        let number: i32 = rest[..digits].parse().map_err(|_| TYPES)?;
        parts[place] = if place == 6 { number * 10_i32.pow(9 - digits as u32) } else { number };
        rest = &rest[digits..];
    }
    if !rest.is_empty() {
        return Ok(None);
    }
    let [year, month, day, hour, minute, second, nano] = parts;
    let civil =
        DateTime::new(year as i16, month as i8, day as i8, hour as i8, minute as i8, second as i8, nano);
    Ok(civil.ok().and_then(time::of_civil))
}

fn instant_of(operands: &[Value]) -> Evaluated {
    let Value::Integer(number) = &operands[0] else { return Err(TYPES) };
    Ok(match operands.get(1) {
        Some(Value::Integer(0)) => Value::Instant(number.saturating_mul(1000)),
        None | Some(Value::Integer(3)) => Value::Instant(*number),
        _ => return Err("`TO_TIMESTAMP_LTZ` takes seconds (0) or milliseconds (3)"),
    })
}
