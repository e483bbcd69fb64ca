//! The grammar of quantities.

use crate::units::hints;
use crate::units::{Dimension, MAX_AMOUNT, PERIODS, Quantity, SIZES, TIMES, UnitError};

pub(super) fn quantity(text: &str) -> Result<Quantity, UnitError> {
    let (number, rest) = number(text)?;
    let unit = rest.strip_prefix(' ').filter(|unit| !unit.is_empty()).unwrap_or(rest);
    if let Some((measured, period)) = unit.split_once('/') {
        return rate(&number, measured, period, rest);
    }
    if unit.is_empty() {
        return bounded(Dimension::Count, number.value);
    }
    if unit == "USD" {
        return bounded(Dimension::Money, number.value);
    }
    if let Some(size) = scale(&SIZES, unit) {
        return bounded(Dimension::Bytes, number.whole(size, "byte")?);
    }
    if let Some(time) = scale(&TIMES, unit) {
        return bounded(Dimension::Duration, number.whole(time, "microsecond")?);
    }
    if unit.contains(|character: char| character.is_ascii_digit()) && !rest.contains(' ') {
        return joined_duration(text);
    }
    Err(hints::unknown_unit(&number.written, unit))
}

/// A number as written, and as a value.
struct Number {
    written: String,
    /// The digits before and after the point.
    parts: (String, String),
    value: f64,
}

impl Number {
    /// How many of the smallest unit there are in this many of a unit that holds `scale` of them.
    fn whole(&self, scale: u64, smallest: &str) -> Result<f64, UnitError> {
        let (before, after) = (&self.parts.0, self.parts.1.trim_end_matches('0'));
        if self.value * scale as f64 > MAX_AMOUNT {
            return Err(hints::too_large());
        }
        // At most 2^53 now, so only digits behind the point can be too many; such a number is not whole.
        let digits = format!("{}{after}", before.trim_start_matches('0'));
        let divisor = 10_u128.checked_pow(after.len() as u32);
        let product =
            format!("0{digits}").parse::<u128>().ok().and_then(|number| number.checked_mul(scale.into()));
        match product.zip(divisor) {
            Some((product, divisor)) if product % divisor == 0 => Ok((product / divisor) as f64),
            _ => Err(hints::fraction(&self.written, smallest)),
        }
    }
}

/// Digits, perhaps grouped and with a fraction, at the start of `text`; and what follows them.
fn number(text: &str) -> Result<(Number, &str), UnitError> {
    let length = text.find(|c: char| !(c.is_ascii_digit() || matches!(c, '_' | '.'))).unwrap_or(text.len());
    let (written, rest) = text.split_at(length);
    let (before, after) = written.split_once('.').unwrap_or((written, "0"));
    let good = |digits: &str| {
        let ends = [digits.as_bytes().first(), digits.as_bytes().last()];
        ends.iter().all(|end| end.is_some_and(u8::is_ascii_digit))
            && !digits.contains("__")
            && !digits.contains('.')
    };
    let exponent = rest
        .strip_prefix(['e', 'E'])
        .is_some_and(|behind| behind.starts_with(|c: char| "+-0123456789".contains(c)));
    if !good(before) || !good(after) || exponent || rest.starts_with([',', '\'']) {
        return Err(hints::no_number(text));
    }
    let parts = (before.replace('_', ""), after.replace('_', ""));
    let value = format!("{}.{}", parts.0, parts.1).parse().map_err(|_| hints::no_number(text))?;
    Ok((Number { written: written.to_owned(), parts, value }, rest))
}

fn rate(number: &Number, measured: &str, period: &str, rest: &str) -> Result<Quantity, UnitError> {
    let seconds =
        scale(&PERIODS, period).ok_or_else(|| hints::unknown_period(&number.written, measured, period))?;
    if measured.is_empty() && !rest.starts_with(' ') {
        return bounded(Dimension::Rate, number.value / seconds);
    }
    let size =
        scale(&SIZES, measured).ok_or_else(|| hints::unknown_rate(&number.written, measured, period))?;
    // Parts of a byte are fine in a rate; whole ones are kept exact.
    let bytes = number.whole(size, "byte").unwrap_or(number.value * size as f64);
    bounded(Dimension::ByteRate, bytes / seconds)
}

/// `1h30m`: whole numbers, each unit once, from large to small.
fn joined_duration(text: &str) -> Result<Quantity, UnitError> {
    let mut rest = text;
    let mut total = 0.0;
    let mut above = u64::MAX;
    while !rest.is_empty() {
        let (number, behind) = number(rest)?;
        let length = behind.find(|c: char| !c.is_alphabetic()).unwrap_or(behind.len());
        let (unit, next) = behind.split_at(length);
        let time = scale(&TIMES, unit).ok_or_else(|| hints::unknown_unit(&number.written, unit))?;
        if time >= above || number.written.contains('.') {
            return Err(hints::joined(text));
        }
        total += number.whole(time, "microsecond")?;
        (above, rest) = (time, next);
    }
    bounded(Dimension::Duration, total)
}

fn scale<N: Copy>(units: &[(&str, N)], wanted: &str) -> Option<N> {
    units.iter().find_map(|(unit, scale)| (*unit == wanted).then_some(*scale))
}

fn bounded(dimension: Dimension, amount: f64) -> Result<Quantity, UnitError> {
    if amount <= MAX_AMOUNT { Ok(Quantity::new(dimension, amount)) } else { Err(hints::too_large()) }
}
