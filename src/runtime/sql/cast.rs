//! Casts, as Flink does them.

use crate::runtime::sql::decimal::Decimal;
use crate::runtime::sql::time::{self, DAY_MS, Zone};
use crate::runtime::sql::{DataType, Value};

/// The casts that Flink knows and that run here.
pub(super) fn is_castable(from: DataType, to: DataType) -> bool {
    use DataType::{Boolean, Date, Instant, Text, Timestamp};
    let is_length = |kind| matches!(kind, DataType::Milliseconds | DataType::Months);
    from == to
        || (from.is_number() && to.is_number())
        || (from == Boolean && (to.is_number() || to == Text))
        || (to == Boolean && (from.is_whole() || from == Text))
        || (from == Text && !is_length(to))
        || (to == Text && !is_length(from))
        || matches!(
            (from, to),
            (Date | Instant, Timestamp) | (Timestamp, Date | Instant) | (Date, Instant) | (Instant, Date)
        )
}

/// A value as another type; nothing where that cannot be.
pub(super) fn cast(target: DataType, value: Value, zone: &Zone) -> Option<Value> {
    if value.is_null() {
        return Some(value);
    }
    match target {
        DataType::Boolean => to_boolean(&value).map(Value::Boolean),
        DataType::Int => to_whole(&value, true).map(Value::Integer),
        DataType::BigInt => to_whole(&value, false).map(Value::Integer),
        DataType::Double => to_double(&value).map(Value::Double),
        DataType::Decimal(precision, scale) => {
            let fits = to_decimal(&value)?.and_then(|number| number.fitted(precision, scale));
            Some(fits.map_or(Value::Null, Value::Decimal))
        }
        DataType::Text => Some(Value::Text(to_text(&value, zone).into())),
        DataType::Date => Some(Value::Date(match value {
            Value::Date(day) => day,
            Value::Text(text) => time::parse_day(text.trim())?,
            other => i32::try_from(to_wall(&other, zone)?.div_euclid(DAY_MS)).ok()?,
        })),
        DataType::Timestamp => to_wall(&value, zone).map(Value::Timestamp),
        DataType::Instant => Some(Value::Instant(match value {
            Value::Instant(instant) => instant,
            other => zone.instant(to_wall(&other, zone)?),
        })),
        DataType::Milliseconds | DataType::Months => (value.kind() == Some(target)).then_some(value),
    }
}

fn to_boolean(value: &Value) -> Option<bool> {
    match value {
        Value::Boolean(flag) => Some(*flag),
        Value::Integer(number) => Some(*number != 0),
        Value::Text(text) => match text.trim().to_ascii_lowercase().as_str() {
            "t" | "true" | "y" | "yes" | "1" => Some(true),
            "f" | "false" | "n" | "no" | "0" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

/// A fraction is cut off; what is too large wraps around, or stops at the end where it came from a DOUBLE.
fn to_whole(value: &Value, is_int: bool) -> Option<i64> {
    let wrapped = |number: i64| if is_int { i64::from(number as i32) } else { number };
    match value {
        Value::Boolean(flag) => Some(i64::from(*flag)),
        Value::Integer(number) => Some(wrapped(*number)),
        Value::Double(number) if is_int => Some(i64::from(*number as i32)),
        Value::Double(number) => Some(*number as i64),
        Value::Decimal(number) => {
            let whole = number.unscaled() / 10_i128.checked_pow(u32::from(number.scale()))?;
            Some(wrapped(whole as i64))
        }
        Value::Text(text) => {
            let text = text.trim();
            let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
            let is_plain = fraction.bytes().all(|byte| byte.is_ascii_digit());
            let number: i64 = whole.parse().ok().filter(|_| is_plain)?;
            (!is_int || i32::try_from(number).is_ok()).then_some(number)
        }
        _ => None,
    }
}

fn to_double(value: &Value) -> Option<f64> {
    match value {
        Value::Boolean(flag) => Some(f64::from(u8::from(*flag))),
        Value::Text(text) => match text.trim() {
            "NaN" => Some(f64::NAN),
            "Infinity" | "+Infinity" => Some(f64::INFINITY),
            "-Infinity" => Some(f64::NEG_INFINITY),
            text if text.bytes().any(|byte| byte.is_ascii_digit()) => text.parse().ok(),
            _ => None,
        },
        other => other.number(),
    }
}

/// Nothing inside where the number has more digits than a DECIMAL.
#[allow(clippy::option_option, reason = "a value that cannot be cast and one without room are two things")]
fn to_decimal(value: &Value) -> Option<Option<Decimal>> {
    match value {
        Value::Boolean(flag) => Some(Some(Decimal::new(i128::from(*flag), 0))),
        Value::Double(number) => number.is_finite().then(|| Decimal::of_double(*number)),
        Value::Text(text) => Decimal::parse(text.trim()).map(Some),
        other => other.decimal().map(Some),
    }
}

fn to_wall(value: &Value, zone: &Zone) -> Option<i64> {
    match value {
        Value::Timestamp(wall) => Some(*wall),
        Value::Instant(instant) => Some(zone.wall(*instant)),
        Value::Date(day) => Some(i64::from(*day) * DAY_MS),
        Value::Text(text) => time::parse_wall(text.trim()),
        _ => None,
    }
}

fn to_text(value: &Value, zone: &Zone) -> String {
    match value {
        Value::Boolean(flag) => if *flag { "TRUE" } else { "FALSE" }.to_owned(),
        Value::Double(number) => double_text(*number),
        Value::Instant(instant) => time::wall_text(zone.wall(*instant)),
        other => other.to_string(),
    }
}

/// A double as Java writes it: `1.0`, `1.0E10`, `1.5E-7`, with as few digits as tell it apart.
pub(super) fn double_text(number: f64) -> String {
    if !number.is_finite() || number == 0.0 {
        return if number == 0.0 { format!("{number:.1}") } else { Value::Double(number).to_string() };
    }
    let size = number.abs();
    if (1e-3..1e7).contains(&size) {
        let text = number.to_string();
        return if text.contains('.') { text } else { format!("{text}.0") };
    }
    let text = format!("{number:E}");
    let (digits, exponent) = text.split_once('E').unwrap_or((&text, "0"));
    let point = if digits.contains('.') { "" } else { ".0" };
    format!("{digits}{point}E{exponent}")
}

#[cfg(test)]
mod tests {
    use super::double_text;

    #[test]
    fn doubles_are_written_as_java_does() {
        for (number, text) in [
            (1.0, "1.0"),
            (0.1, "0.1"),
            (1e7, "1.0E7"),
            (1.5e-7, "1.5E-7"),
            (-0.0, "-0.0"),
            (9_999_999.5, "9999999.5"),
        ] {
            assert_eq!(double_text(number), text);
        }
    }
}
