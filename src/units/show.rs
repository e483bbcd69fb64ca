//! Shows quantities: exactly, as files write them, and roughly, as measurements are read.

use crate::units::{Dimension, Quantity};

const TIMES: [(&str, f64); 6] =
    [("d", 86_400e6), ("h", 3600e6), ("m", 60e6), ("s", 1e6), ("ms", 1e3), ("us", 1.0)];

const SIZES: [(&str, f64); 8] = [
    ("TiB", 1_099_511_627_776.0),
    ("TB", 1e12),
    ("GiB", 1_073_741_824.0),
    ("GB", 1e9),
    ("MiB", 1_048_576.0),
    ("MB", 1e6),
    ("KiB", 1024.0),
    ("KB", 1e3),
];

/// The largest unit that divides the amount; days count from two of them on, hours and minutes likewise,
/// since people say 24h and 90s.
pub(super) fn exact(quantity: Quantity) -> String {
    let amount = quantity.amount;
    match quantity.dimension {
        Dimension::Count => format!("{amount}"),
        Dimension::Duration => {
            let fits = |(_, scale): &&(&str, f64)| {
                amount % scale == 0.0 && amount >= scale * if *scale > 1e6 { 2.0 } else { 1.0 }
            };
            match TIMES.iter().find(fits) {
                Some((unit, scale)) => format!("{}{unit}", amount / scale),
                None if amount == 0.0 => "0s".to_owned(),
                None => format!("{amount}us"),
            }
        }
        Dimension::Bytes => bytes(amount),
        Dimension::Rate => format!("{amount}/s"),
        Dimension::ByteRate => format!("{}/s", bytes(amount)),
        Dimension::Money => format!("{amount} USD"),
    }
}

fn bytes(amount: f64) -> String {
    match SIZES.iter().find(|(_, scale)| amount > 0.0 && amount % scale == 0.0) {
        Some((unit, scale)) => format!("{} {unit}", amount / scale),
        None => format!("{amount} B"),
    }
}

/// Three significant digits in the unit that suits the size.
pub(super) fn approximate(quantity: Quantity) -> String {
    let amount = quantity.amount;
    match quantity.dimension {
        Dimension::Count => digits(amount),
        Dimension::Duration => time(amount),
        Dimension::Bytes => size(amount),
        Dimension::Rate => format!("{}/s", digits(amount)),
        Dimension::ByteRate => format!("{}/s", size(amount)),
        Dimension::Money => format!("{amount:.2} USD"),
    }
}

/// Up to a minute in seconds with a fraction, beyond that in two whole units (`1h 5m`).
fn time(micros: f64) -> String {
    match micros {
        0.0 => "0s".to_owned(),
        _ if micros < 1e3 => format!("{}us", digits(micros)),
        _ if micros < 1e6 => format!("{}ms", digits(micros / 1e3)),
        _ if micros < 60e6 => format!("{}s", digits(micros / 1e6)),
        _ => {
            let seconds = (micros / 1e6).round() as u64;
            let (large, small) = match seconds {
                0..3600 => ((60, "m"), (1, "s")),
                3600..86_400 => ((3600, "h"), (60, "m")),
                _ => ((86_400, "d"), (3600, "h")),
            };
            let rest = seconds % large.0 / small.0;
            let rest = if rest == 0 { String::new() } else { format!(" {rest}{}", small.1) };
            format!("{}{}{rest}", seconds / large.0, large.1)
        }
    }
}

fn size(bytes: f64) -> String {
    let units = [("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("KB", 1e3)];
    match units.iter().find(|(_, scale)| bytes >= *scale) {
        Some((unit, scale)) => format!("{} {unit}", digits(bytes / scale)),
        None => format!("{} B", digits(bytes)),
    }
}

fn digits(amount: f64) -> String {
    let text = match amount {
        _ if amount.fract() == 0.0 || amount >= 100.0 => format!("{amount:.0}"),
        _ if amount >= 10.0 => format!("{amount:.1}"),
        _ => format!("{amount:.2}"),
    };
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}
