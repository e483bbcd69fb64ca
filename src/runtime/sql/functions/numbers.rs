//! Functions of numbers.

use crate::runtime::sql::decimal::Decimal;
use crate::runtime::sql::expression::{Evaluated, TYPES, arithmetic};
use crate::runtime::sql::functions::{Function, Gives, strict};
use crate::runtime::sql::{DataType, Value};

const DOUBLE: Gives = Gives::Is(DataType::Double);

pub(super) static FUNCTIONS: [Function; 24] = [
    strict("ABS", "N", Gives::Like(0), |operands, _| absolute(&operands[0])),
    strict("FLOOR", "N", Gives::From(without_fraction), |operands, _| whole(&operands[0], f64::floor, -1)),
    strict("CEIL", "N", Gives::From(without_fraction), |operands, _| whole(&operands[0], f64::ceil, 1)),
    strict("CEILING", "N", Gives::From(without_fraction), |operands, _| whole(&operands[0], f64::ceil, 1)),
    strict("ROUND", "N?I", Gives::Rounded, |operands, _| rounded(operands, true)),
    strict("TRUNCATE", "N?I", Gives::Rounded, |operands, _| rounded(operands, false)),
    strict("SIGN", "N", Gives::Like(0), |operands, _| sign(&operands[0])),
    strict("POWER", "NN", DOUBLE, |operands, _| {
        Ok(Value::Double(number(&operands[0])?.powf(number(&operands[1])?)))
    }),
    strict("SQRT", "N", DOUBLE, |operands, _| double(operands, f64::sqrt)),
    strict("EXP", "N", DOUBLE, |operands, _| double(operands, f64::exp)),
    strict("LN", "N", DOUBLE, |operands, _| double(operands, f64::ln)),
    strict("LOG10", "N", DOUBLE, |operands, _| double(operands, f64::log10)),
    strict("LOG2", "N", DOUBLE, |operands, _| double(operands, |number| number.ln() / 2_f64.ln())),
    strict("SIN", "N", DOUBLE, |operands, _| double(operands, f64::sin)),
    strict("COS", "N", DOUBLE, |operands, _| double(operands, f64::cos)),
    strict("TAN", "N", DOUBLE, |operands, _| double(operands, f64::tan)),
    strict("ASIN", "N", DOUBLE, |operands, _| double(operands, f64::asin)),
    strict("ACOS", "N", DOUBLE, |operands, _| double(operands, f64::acos)),
    strict("ATAN", "N", DOUBLE, |operands, _| double(operands, f64::atan)),
    strict("ATAN2", "NN", DOUBLE, |operands, _| {
        Ok(Value::Double(number(&operands[0])?.atan2(number(&operands[1])?)))
    }),
    strict("RADIANS", "N", DOUBLE, |operands, _| {
        double(operands, |number| number / 180.0 * std::f64::consts::PI)
    }),
    strict("DEGREES", "N", DOUBLE, |operands, _| {
        double(operands, |number| number * 180.0 / std::f64::consts::PI)
    }),
    strict("PI", "", DOUBLE, |_, _| Ok(Value::Double(std::f64::consts::PI))),
    strict("MOD", "NN", Gives::Like(1), |operands, _| arithmetic('%', &operands[0], &operands[1], None)),
];

fn number(value: &Value) -> Result<f64, &'static str> {
    value.number().ok_or(TYPES)
}

fn double(operands: &[Value], of: fn(f64) -> f64) -> Evaluated {
    Ok(Value::Double(of(number(&operands[0])?)))
}

fn without_fraction(kind: DataType) -> DataType {
    match kind {
        DataType::Decimal(precision, _) => DataType::Decimal(precision, 0),
        other => other,
    }
}

fn absolute(value: &Value) -> Evaluated {
    Ok(match value {
        Value::Integer(number) => Value::Integer(number.wrapping_abs()),
        Value::Double(number) => Value::Double(number.abs()),
        Value::Decimal(number) => Value::Decimal(Decimal::new(number.unscaled().abs(), number.scale())),
        _ => return Err(TYPES),
    })
}

/// The whole number on one side.
fn whole(value: &Value, of: fn(f64) -> f64, side: i128) -> Evaluated {
    Ok(match value {
        Value::Integer(_) => value.clone(),
        Value::Double(number) => Value::Double(of(*number)),
        Value::Decimal(number) => {
            let unit = 10_i128.pow(u32::from(number.scale()));
            let floor = number.unscaled().div_euclid(unit);
            let is_whole = number.unscaled().rem_euclid(unit) == 0;
            Value::Decimal(Decimal::new(if side > 0 && !is_whole { floor + 1 } else { floor }, 0))
        }
        _ => return Err(TYPES),
    })
}

fn sign(value: &Value) -> Evaluated {
    Ok(match value {
        Value::Integer(number) => Value::Integer(number.signum()),
        Value::Double(number) if *number == 0.0 || number.is_nan() => Value::Double(*number),
        Value::Double(number) => Value::Double(number.signum()),
        Value::Decimal(number) => {
            let unit = 10_i128.pow(u32::from(number.scale()));
            Value::Decimal(Decimal::new(number.unscaled().signum() * unit, number.scale()))
        }
        _ => return Err(TYPES),
    })
}

/// To so many digits behind the point, half up or cut off; of a DOUBLE by its shortest digits.
fn rounded(operands: &[Value], half_up: bool) -> Evaluated {
    let places = match operands.get(1) {
        None => 0,
        Some(Value::Integer(places)) => *places,
        Some(_) => return Err(TYPES),
    };
    let places = i32::try_from(places.clamp(-400, 400)).unwrap_or_default();
    let cut = |number: Decimal| {
        let exact = i128::from(places.clamp(-38, 38));
        let scale = i128::from(number.scale());
        if exact >= scale {
            return Some(number);
        }
        let unit = 10_i128.checked_pow((scale - exact) as u32)?;
        let half = if half_up { unit / 2 * number.unscaled().signum() } else { 0 };
        let units = (number.unscaled() + half) / unit;
        if exact < 0 {
            return Some(Decimal::new(units.checked_mul(10_i128.checked_pow((-exact) as u32)?)?, 0));
        }
        Some(Decimal::new(units, exact as u8))
    };
    Ok(match &operands[0] {
        Value::Integer(number) => {
            let cut = cut(Decimal::new(i128::from(*number), 0));
            cut.map_or(Value::Null, |number| Value::Integer(number.unscaled() as i64))
        }
        Value::Double(number) => match Decimal::of_double(*number).and_then(cut) {
            Some(cut) => Value::Double(cut.to_double()),
            None => Value::Double(*number),
        },
        Value::Decimal(number) => cut(*number).map_or(Value::Null, Value::Decimal),
        _ => return Err(TYPES),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_rounded_by_their_digits() {
        let round = |value: Value, places: i64| rounded(&[value, Value::Integer(places)], true).unwrap();
        assert_eq!(round(Value::Double(2.675), 2), Value::Double(2.68));
        assert_eq!(round(Value::Double(-2.5), 0), Value::Double(-3.0));
        assert_eq!(round(Value::Integer(1250), -2), Value::Integer(1300));
    }
}
