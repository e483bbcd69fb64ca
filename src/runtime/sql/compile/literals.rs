//! Literals, and times that are written down.

use sqlparser::ast::{Expr, TypedString, Value as SqlValue};

use crate::runtime::sql::cast::cast;
use crate::runtime::sql::compile::relation::Typed;
use crate::runtime::sql::compile::{Compiled, Compiler};
use crate::runtime::sql::decimal::Decimal;
use crate::runtime::sql::expression::Expression;
use crate::runtime::sql::{DataType, Value};

impl Compiler<'_> {
    pub(super) fn literal(&self, expr: &Expr, value: &SqlValue) -> Compiled<Typed> {
        let (value, kind) = match value {
            SqlValue::Null => (Value::Null, None),
            SqlValue::Boolean(flag) => (Value::Boolean(*flag), Some(DataType::Boolean)),
            SqlValue::SingleQuotedString(text) => (Value::Text(text.as_str().into()), Some(DataType::Text)),
            SqlValue::Number(text, _) => self.number(expr, text)?,
            _ => return Err(self.refuse("this literal", expr)),
        };
        Ok(Typed { expression: Expression::Literal(value), kind })
    }

    /// A whole number is an INT or what holds it, one with a point a DECIMAL, one with an exponent a DOUBLE.
    fn number(&self, expr: &Expr, text: &str) -> Compiled<(Value, Option<DataType>)> {
        if let Ok(number) = text.parse::<i64>() {
            let kind = if i32::try_from(number).is_ok() { DataType::Int } else { DataType::BigInt };
            return Ok((Value::Integer(number), Some(kind)));
        }
        if text.contains(['e', 'E']) {
            let number = text.parse::<f64>().ok().filter(|number| number.is_finite());
            let number = number.ok_or_else(|| self.wrong("this number is too large", expr, None))?;
            return Ok((Value::Double(number), Some(DataType::Double)));
        }
        let digits = text.trim_start_matches('0').bytes().filter(u8::is_ascii_digit).count();
        match (Decimal::parse(text), u8::try_from(digits)) {
            (Some(number), Ok(digits @ 0..=38)) => {
                let precision = digits.max(number.scale()).max(1);
                Ok((Value::Decimal(number), Some(DataType::Decimal(precision, number.scale()))))
            }
            _ => Err(self.wrong("a number has 38 digits at the most", expr, None)),
        }
    }

    /// `DATE '2026-01-01'` and `TIMESTAMP '2026-01-01 00:00:00'`.
    pub(super) fn typed_string(&self, expr: &Expr, typed: &TypedString) -> Compiled<Typed> {
        let kind = match typed.data_type.to_string().to_uppercase().as_str() {
            "DATE" => DataType::Date,
            "TIMESTAMP" | "TIMESTAMP(3)" => DataType::Timestamp,
            _ => return Err(self.refuse("this literal", expr)),
        };
        let SqlValue::SingleQuotedString(text) = &typed.value.value else {
            return Err(self.refuse("this literal", expr));
        };
        match cast(kind, Value::Text(text.as_str().into()), &self.zone) {
            Some(value) => Ok(Typed { expression: Expression::Literal(value), kind: Some(kind) }),
            None => Err(self.wrong(format!("`{text}` is no {kind}"), expr, None)),
        }
    }
}
