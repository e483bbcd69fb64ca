//! What to say about a text that is no quantity.

use crate::units::{Dimension, UnitError};

/// Spellings that people use, and the unit that they mean; compared without regard to case.
const SPELLINGS: [(&[&str], &str); 9] = [
    (&["sec", "secs", "second", "seconds"], "s"),
    (&["mins", "minute", "minutes"], "m"),
    (&["hr", "hrs", "hour", "hours"], "h"),
    (&["day", "days"], "d"),
    (&["week", "weeks"], "w"),
    (&["msec", "msecs", "millis", "millisecond", "milliseconds"], "ms"),
    (&["µs", "μs", "usec", "micros", "microsecond", "microseconds"], "us"),
    (&["byte", "bytes"], "B"),
    (&["$", "dollar", "dollars", "us$"], "USD"),
];

fn error(message: String, help: impl Into<String>) -> UnitError {
    UnitError { message, help: help.into() }
}

pub(super) fn too_large() -> UnitError {
    error("the amount is too large".to_owned(), "stay below 285 years, 9000 TB or 9 quadrillion")
}

pub(super) fn fraction(number: &str, smallest: &str) -> UnitError {
    let message = format!("`{number}` of this unit is not a whole number of {smallest}s");
    error(message, "write a whole number of a smaller unit")
}

pub(super) fn joined(text: &str) -> UnitError {
    let message = format!("`{text}` does not join durations from large to small");
    error(message, "write whole numbers, each unit once, such as `1h30m`")
}

pub(super) fn no_number(text: &str) -> UnitError {
    let first = text.split(|c: char| c.is_whitespace()).next().unwrap_or_default();
    let help = match text.chars().next() {
        None => "write a number with a unit, such as `90s` or `5 MiB`".to_owned(),
        Some('-') => "leave the sign away: no quantity is negative".to_owned(),
        Some('+') => "leave the sign away".to_owned(),
        Some('.') => format!("write `0{text}`"),
        Some('$') => format!("write `{} USD`", text.trim_start_matches('$').trim_start()),
        Some(digit) if !digit.is_ascii_digit() => {
            "start with the number, such as in `90s` or `5 MiB`".to_owned()
        }
        _ if text.contains(',') => {
            format!("write `{}`, with `_` or nothing between the digits", first.replace(',', "_"))
        }
        _ if text.contains(['e', 'E']) => "write all digits, such as `1_000_000`".to_owned(),
        _ => "write digits such as `1500`, `1_500` or `1.5`".to_owned(),
    };
    error(format!("`{text}` does not start with a number"), help)
}

pub(super) fn unknown_unit(number: &str, unit: &str) -> UnitError {
    if unit.is_empty() {
        return error(format!("`{number}` has no unit"), "give every part its unit, such as in `1h30m`");
    }
    error(format!("`{unit}` is no unit"), unit_help(number, unit))
}

fn unit_help(number: &str, unit: &str) -> String {
    if unit.starts_with(' ') || unit.contains(char::is_whitespace) {
        return "leave at most one space, between the number and its unit".to_owned();
    }
    if let Some(meant) = meant(unit) {
        return format!("write `{}`", joined_to(number, meant));
    }
    let lower = unit.to_lowercase();
    if let Some(prefix) = size_prefix(&lower) {
        let minutes = if lower == "m" { format!(", or `{number}m` for minutes") } else { String::new() };
        let power = ["", "²", "³", "⁴"]["KMGT".find(prefix).unwrap_or_default()];
        return format!(
            "write `{number} {prefix}B` (1000{power} bytes) or `{number} {prefix}iB` (1024{power} bytes){minutes}"
        );
    }
    match lower.as_str() {
        "ns" | "nanoseconds" => "microseconds, `us`, are the finest".to_owned(),
        "mo" | "month" | "months" | "y" | "yr" | "year" | "years" => "write days, such as `30d` or `365d`".to_owned(),
        "rps" | "tps" | "qps" | "wps" | "iops" => format!("write `{number}/s`"),
        "rpm" | "tpm" => format!("write `{number}/min`"),
        "eur" | "gbp" | "usd" | "€" | "£" | "cent" | "cents" => "write US dollars, such as `2500 USD`".to_owned(),
        _ if lower.ends_with("bps") || lower.contains("bit") => {
            "write bytes per second, such as `2 MB/s`; 8 bits are 1 byte".to_owned()
        }
        _ => "use us, ms, s, m, h, d, w, B, KB, MB, GB, TB, KiB, MiB, GiB, TiB, USD, or a rate per s, min, h, d".to_owned(),
    }
}

fn meant(unit: &str) -> Option<&'static str> {
    let lower = unit.to_lowercase();
    if matches!(unit, "S" | "H" | "D" | "W" | "MS" | "Ms" | "US" | "b") {
        return Some(match lower.as_str() {
            "s" => "s",
            "h" => "h",
            "d" => "d",
            "w" => "w",
            "ms" => "ms",
            "us" => "us",
            _ => "B",
        });
    }
    SPELLINGS.iter().find_map(|(spellings, unit)| spellings.contains(&lower.as_str()).then_some(*unit))
}

/// The letter of `kb`, `MIB`, `g` and the like.
fn size_prefix(lower: &str) -> Option<char> {
    let mut letters = lower.chars();
    let prefix = letters.next().filter(|letter| matches!(letter, 'k' | 'm' | 'g' | 't'))?;
    matches!(letters.as_str(), "" | "b" | "ib" | "i").then_some(prefix.to_ascii_uppercase())
}

pub(super) fn unknown_period(number: &str, measured: &str, period: &str) -> UnitError {
    let meant = match period.to_lowercase().as_str() {
        "m" | "mins" | "minute" => "min",
        "hr" | "hour" | "h" => "h",
        "day" | "d" => "d",
        "" => "s",
        other if other.starts_with('s') => "s",
        _ => return error(format!("`{period}` is no period of a rate"), "use `/s`, `/min`, `/h` or `/d`"),
    };
    let gap = if measured.is_empty() { "" } else { " " };
    error(format!("`{period}` is no period of a rate"), format!("write `{number}{gap}{measured}/{meant}`"))
}

pub(super) fn unknown_rate(number: &str, measured: &str, period: &str) -> UnitError {
    let lower = measured.trim_end().to_lowercase();
    let help = match size_prefix(&lower) {
        Some(prefix) => format!("write `{number} {prefix}B/{period}`; rates are in bytes, not in bits"),
        None if lower == "byte" || lower == "bytes" || lower == "b" => format!("write `{number} B/{period}`"),
        None => format!("write `{number}/{period}`; what is counted is not part of the rate"),
    };
    error(format!("`{measured}/{period}` is no unit"), help)
}

pub(super) fn other_dimension(text: &str, found: Dimension, wanted: Dimension) -> UnitError {
    let bare = found == Dimension::Count;
    let example = |number: &str| match wanted {
        Dimension::Count => "12".to_owned(),
        Dimension::Duration => format!("{number}s"),
        Dimension::Bytes => format!("{number} KiB"),
        Dimension::Rate => format!("{number}/s"),
        Dimension::ByteRate => format!("{number} KB/s"),
        Dimension::Money => format!("{number} USD"),
    };
    if bare {
        return error(
            format!("expected {wanted}, but `{text}` has no unit"),
            format!("write `{}`, say", example(text)),
        );
    }
    let help = match wanted {
        Dimension::Count => "write the number alone".to_owned(),
        _ => format!("write a quantity such as `{}`", example("10")),
    };
    error(format!("expected {wanted}, but `{text}` is {found}"), help)
}

/// Times stand close to their number, other units behind a space.
fn joined_to(number: &str, unit: &str) -> String {
    let gap = if matches!(unit, "B" | "USD") { " " } else { "" };
    format!("{number}{gap}{unit}")
}
