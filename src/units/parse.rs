//! Reads numbers with units.

use crate::units::{Dimension, Quantity, UnitError};

/// Beyond this a count of base units is not exact any more.
const LARGEST: f64 = 9_007_199_254_740_992.0;

const TIMES: [(&str, f64); 9] = [
    ("us", 1.0),
    ("ms", 1e3),
    ("s", 1e6),
    ("min", 60e6),
    ("m", 60e6),
    ("h", 3600e6),
    ("d", 86_400e6),
    ("w", 604_800e6),
    ("sec", 1e6),
];

const SIZES: [(&str, f64); 9] = [
    ("B", 1.0),
    ("KB", 1e3),
    ("MB", 1e6),
    ("GB", 1e9),
    ("TB", 1e12),
    ("KiB", 1024.0),
    ("MiB", 1_048_576.0),
    ("GiB", 1_073_741_824.0),
    ("TiB", 1_099_511_627_776.0),
];

/// A number with its unit; a plain number is a count.
pub(super) fn quantity(text: &str) -> Result<Quantity, UnitError> {
    let text = text.trim();
    let (number, rest) = number(text)?;
    let unit = rest.trim_start();
    let found = match unit.split_once('/') {
        _ if unit.is_empty() => Quantity::new(Dimension::Count, number),
        Some((amount, per)) => per_time(text, number, amount.trim(), per.trim())?,
        None if unit == "USD" => Quantity::new(Dimension::Money, number),
        None => match size(unit) {
            Some(scale) => Quantity::new(Dimension::Bytes, number * scale),
            None => Quantity::new(Dimension::Duration, duration(text)?),
        },
    };
    let whole = !matches!(found.dimension, Dimension::Rate | Dimension::ByteRate | Dimension::Money);
    if found.amount > LARGEST || (whole && found.dimension != Dimension::Count && found.amount.fract() != 0.0)
    {
        let help = "write a smaller number, or a smaller unit".to_owned();
        return Err(UnitError {
            message: format!("`{text}` is too large or too fine to be kept exactly"),
            help,
        });
    }
    Ok(found)
}

/// The number at the start and what follows it.
fn number(text: &str) -> Result<(f64, &str), UnitError> {
    let end = text.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '_'))).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    let plain: String = digits.chars().filter(|c| *c != '_').collect();
    let sound = digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.ends_with(|c: char| c.is_ascii_digit())
        && !digits.contains("__");
    match plain.parse::<f64>() {
        Ok(number) if sound && number.is_finite() => Ok((number, rest)),
        _ => Err(no_number(text)),
    }
}

fn no_number(text: &str) -> UnitError {
    let help = match text.chars().next() {
        Some('$') => format!("write `{} USD`", text.trim_start_matches('$')),
        Some('-') => "write a number that is not negative".to_owned(),
        _ => String::new(),
    };
    UnitError { message: format!("`{text}` is not a number with a unit"), help }
}

/// `N/s`, `N/min`, ... or `N MB/s`.
fn per_time(text: &str, number: f64, amount: &str, per: &str) -> Result<Quantity, UnitError> {
    let Some(time) = time(per) else {
        return Err(unknown_unit(text, per, "use `/s`, `/min`, `/h` or `/d`"));
    };
    let seconds = time / 1e6;
    if amount.is_empty() {
        return Ok(Quantity::new(Dimension::Rate, number / seconds));
    }
    match size(amount) {
        Some(scale) => Ok(Quantity::new(Dimension::ByteRate, number * scale / seconds)),
        None => Err(unknown_unit(text, amount, hint(amount))),
    }
}

/// One or several numbers with units of time, such as `1h30m`; larger units come first.
fn duration(text: &str) -> Result<f64, UnitError> {
    let mut rest = text;
    let (mut total, mut last) = (0.0, f64::INFINITY);
    while !rest.is_empty() {
        let (number, after) = number(rest)?;
        let after = after.trim_start();
        let end = after.find(|c: char| !c.is_alphabetic()).unwrap_or(after.len());
        let (unit, next) = after.split_at(end);
        let Some(scale) = time(unit).filter(|scale| *scale < last) else {
            return Err(unknown_unit(text, if unit.is_empty() { after } else { unit }, hint(unit)));
        };
        total += number * scale;
        last = scale;
        rest = next.trim_start();
    }
    Ok(total)
}

fn time(unit: &str) -> Option<f64> {
    TIMES.iter().find(|(name, _)| *name == unit).map(|(_, scale)| *scale)
}

fn size(unit: &str) -> Option<f64> {
    SIZES.iter().find(|(name, _)| *name == unit).map(|(_, scale)| *scale)
}

fn unknown_unit(text: &str, unit: &str, help: &str) -> UnitError {
    UnitError { message: format!("`{text}` has the unknown unit `{unit}`"), help: help.to_owned() }
}

fn hint(unit: &str) -> &'static str {
    match unit {
        "k" | "K" | "kb" | "Kb" | "kB" => "write `KB` (1000 bytes) or `KiB` (1024 bytes)",
        "M" | "mb" | "Mb" | "Mib" | "mB" => "write `MB` (1000² bytes) or `MiB` (1024² bytes); `m` is minutes",
        "G" | "gb" | "Gb" | "Gib" => "write `GB` (1000³ bytes) or `GiB` (1024³ bytes)",
        "T" | "tb" | "Tb" | "Tib" => "write `TB` (1000⁴ bytes) or `TiB` (1024⁴ bytes)",
        "b" | "bytes" | "byte" => "write `B`",
        "S" | "seconds" | "second" | "secs" => "write `s`",
        "minutes" | "minute" | "mins" => "write `m`",
        "H" | "hours" | "hour" | "hr" | "hrs" => "write `h`",
        "D" | "days" | "day" => "write `d`",
        "weeks" | "week" => "write `w`",
        "rps" | "tps" => "write `/s`",
        "$" | "dollars" | "usd" | "EUR" => "write `USD`",
        _ => "",
    }
}

/// The error for a quantity that measures something else than was asked for.
pub(super) fn other_dimension(text: &str, found: Quantity, wanted: Dimension) -> UnitError {
    let text = text.trim();
    if found.dimension == Dimension::Count {
        let unit = match wanted {
            Dimension::Duration => "s",
            Dimension::Bytes => " MiB",
            Dimension::Rate => "/s",
            Dimension::ByteRate => " MB/s",
            Dimension::Money | Dimension::Count => " USD",
        };
        return UnitError {
            message: format!("`{text}` has no unit"),
            help: format!("write the unit, such as `{text}{unit}`"),
        };
    }
    UnitError {
        message: format!("`{text}` is not {}", wanted.described()),
        help: format!("write {}", wanted.described()),
    }
}
