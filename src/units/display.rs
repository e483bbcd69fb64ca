//! Quantities as text: exactly, or to three digits.

use crate::units::{Dimension, MAX_AMOUNT, PERIODS, Quantity, SIZES, TIMES};

/// The shortest way that parses back to the same value.
pub(super) fn exact(quantity: Quantity) -> String {
    let amount = quantity.amount;
    match quantity.dimension {
        Dimension::Count => amount.to_string(),
        Dimension::Duration if is_whole(amount) => duration(amount as u64),
        Dimension::Duration => format!("{amount}us"),
        Dimension::Bytes if is_whole(amount) => bytes(amount as u64),
        Dimension::Bytes => format!("{amount} B"),
        Dimension::Rate => rate(amount),
        Dimension::ByteRate => byte_rate(amount),
        Dimension::Money => format!("{amount} USD"),
    }
}

/// In the largest unit that divides it; days only from two on, so that a day is `24h`, and no weeks.
pub(super) fn duration(micros: u64) -> String {
    let fits = |(unit, scale): &&(&str, u64)| match *unit {
        "w" => false,
        "d" => micros.is_multiple_of(*scale) && micros / scale > 1,
        _ => micros.is_multiple_of(*scale),
    };
    match TIMES.iter().find(fits) {
        Some((unit, scale)) if micros > 0 => format!("{}{unit}", micros / scale),
        _ => "0s".to_owned(),
    }
}

/// In the largest unit that divides it, 1000-based or 1024-based.
pub(super) fn bytes(bytes: u64) -> String {
    match SIZES.iter().find(|(_, scale)| bytes.is_multiple_of(*scale)) {
        Some((unit, scale)) if bytes > 0 => format!("{} {unit}", bytes / scale),
        _ => "0 B".to_owned(),
    }
}

/// Per second, unless only a longer period makes it whole.
pub(super) fn rate(per_second: f64) -> String {
    match whole_period(per_second) {
        Some((count, period)) => format!("{count}/{period}"),
        None => format!("{per_second}/s"),
    }
}

pub(super) fn byte_rate(per_second: f64) -> String {
    match whole_period(per_second) {
        Some((count, period)) => format!("{}/{period}", bytes(count)),
        None => format!("{per_second} B/s"),
    }
}

/// The shortest period in which `per_second` makes a whole number, which divided again gives `per_second`.
fn whole_period(per_second: f64) -> Option<(u64, &'static str)> {
    PERIODS.iter().find_map(|(period, seconds)| {
        let count = (per_second * seconds).round();
        let same = (count / seconds).to_bits() == per_second.to_bits();
        (same && is_whole(count)).then_some((count as u64, *period))
    })
}

fn is_whole(amount: f64) -> bool {
    (0.0..=MAX_AMOUNT).contains(&amount) && amount.fract() == 0.0
}

/// To three significant digits.
pub(super) fn approximate(quantity: Quantity) -> String {
    let amount = round_to_three(quantity.amount);
    match quantity.dimension {
        Dimension::Count => number(amount),
        Dimension::Money => format!("{} USD", number(amount)),
        Dimension::Bytes => approximate_bytes(amount),
        Dimension::ByteRate => format!("{}/s", approximate_bytes(amount)),
        Dimension::Duration => approximate_duration(amount),
        Dimension::Rate => {
            let period = PERIODS.iter().find(|(_, seconds)| amount == 0.0 || amount * seconds >= 1.0);
            let (period, seconds) = period.unwrap_or(&PERIODS[3]);
            format!("{}/{period}", number(amount * seconds))
        }
    }
}

fn approximate_bytes(amount: f64) -> String {
    let decimal = SIZES.iter().filter(|(unit, _)| !unit.ends_with("iB"));
    let (unit, scale) = decimal.into_iter().find(|(_, scale)| amount >= *scale as f64).unwrap_or(&SIZES[8]);
    format!("{} {unit}", number(amount / *scale as f64))
}

/// Days from two on, like the exact form.
fn approximate_duration(amount: f64) -> String {
    let fits = |(unit, scale): &&(&str, u64)| match *unit {
        "w" => false,
        "d" => amount >= 2.0 * *scale as f64,
        _ => amount >= *scale as f64,
    };
    match TIMES.iter().find(fits) {
        Some((unit, scale)) => format!("{}{unit}", number(amount / *scale as f64)),
        None if amount == 0.0 => "0s".to_owned(),
        None => format!("{}us", number(amount)),
    }
}

/// Without zeros at the end; rounds again, because a division may have brought digits back.
fn number(amount: f64) -> String {
    round_to_three(amount).to_string()
}

fn round_to_three(amount: f64) -> f64 {
    // The decimal notation rounds correctly where arithmetic by powers of ten would not.
    format!("{amount:.2e}").parse().unwrap_or(amount)
}
