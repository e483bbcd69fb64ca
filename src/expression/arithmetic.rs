//! What comes of adding, multiplying and dividing quantities of several dimensions.

use crate::expression::ast::Operator;
use crate::units::{Dimension, Quantity};

const MICROS: f64 = 1e6;

/// The dimension of the result and the factor that turns the plain result into its base unit, or nothing where the
/// two do not go together.
pub(super) fn dimension(operator: Operator, left: Dimension, right: Dimension) -> Option<(Dimension, f64)> {
    use Dimension::{ByteRate, Bytes, Count, Duration, Rate};
    match operator {
        Operator::Add | Operator::Subtract | Operator::Remainder => (left == right).then_some((left, 1.0)),
        Operator::Multiply => match (left, right) {
            (Count, other) | (other, Count) => Some((other, 1.0)),
            (Rate, Bytes) | (Bytes, Rate) => Some((ByteRate, 1.0)),
            (Rate, Duration) | (Duration, Rate) => Some((Count, 1.0 / MICROS)),
            (ByteRate, Duration) | (Duration, ByteRate) => Some((Bytes, 1.0 / MICROS)),
            _ => None,
        },
        Operator::Divide => match (left, right) {
            (left, Count) => Some((left, 1.0)),
            (left, right) if left == right => Some((Count, 1.0)),
            (Count, Duration) => Some((Rate, MICROS)),
            (Bytes, Duration) => Some((ByteRate, MICROS)),
            (ByteRate, Rate) => Some((Bytes, 1.0)),
            (ByteRate, Bytes) => Some((Rate, 1.0)),
            (Bytes, ByteRate) | (Count, Rate) => Some((Duration, MICROS)),
            _ => None,
        },
        _ => None,
    }
}

/// The result, or nothing where the two do not go together or the divisor is nothing.
pub(super) fn apply(operator: Operator, left: Quantity, right: Quantity) -> Option<Quantity> {
    let (dimension, factor) = dimension(operator, left.dimension, right.dimension)?;
    let amount = match operator {
        Operator::Add => left.amount + right.amount,
        Operator::Subtract => left.amount - right.amount,
        Operator::Multiply => left.amount * right.amount,
        Operator::Divide => left.amount / right.amount,
        _ => left.amount % right.amount,
    } * factor;
    amount.is_finite().then(|| Quantity::new(dimension, amount))
}
