//! DECIMAL: whole multiples of a power of ten, with Flink's rounding (half up) and its nothing where digits run out.

use num_bigint::BigInt;

/// A number: `unscaled` divided by ten to the power of `scale`. Not reduced: 1.50 and 1.5 differ in form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decimal {
    unscaled: Unscaled,
    scale: u8,
}

/// Packed, so that a value of a row stays at three words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(Rust, packed(4))]
struct Unscaled(i128);

/// The most digits that are held.
const MOST: i32 = 38;

impl Decimal {
    /// A number by its digits and how many of them stand behind the point.
    #[must_use]
    pub fn new(unscaled: i128, scale: u8) -> Self {
        Self { unscaled: Unscaled(unscaled), scale }
    }

    pub(super) fn unscaled(self) -> i128 {
        self.unscaled.0
    }

    pub(super) fn scale(self) -> u8 {
        self.scale
    }

    /// Reads `-12.340` or `1e-3`; nothing for other text, or more digits than are held.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
            None => (text, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = whole.strip_prefix(['-', '+']).unwrap_or(whole);
        let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if digits.len() + fraction.len() == 0 || !all_digits(digits) || !all_digits(fraction) {
            return None;
        }
        let scale = i32::try_from(fraction.len()).ok()?.checked_sub(exponent)?;
        let (digits, scale) = if scale > MOST {
            // Digits far behind the point only matter for rounding, and no column keeps so many.
            let most = digits.len() + fraction.len();
            let kept = most.saturating_sub((scale - MOST) as usize);
            (format!("0{digits}{fraction}")[..=kept].to_owned(), MOST)
        } else {
            (format!("0{digits}{fraction}"), scale)
        };
        let unscaled: i128 = digits.parse().ok()?;
        let unscaled = if whole.starts_with('-') { -unscaled } else { unscaled };
        match u8::try_from(scale) {
            Ok(scale) => Some(Self::new(unscaled, scale)),
            Err(_) => {
                let factor = 10_i128.checked_pow(u32::try_from(-scale).ok()?)?;
                Some(Self::new(unscaled.checked_mul(factor)?, 0))
            }
        }
    }

    /// The double's shortest digits, as a DECIMAL.
    pub(super) fn of_double(number: f64) -> Option<Self> {
        number.is_finite().then(|| Self::parse(&format!("{number:e}"))).flatten()
    }

    /// The nearest double.
    #[must_use]
    pub fn to_double(self) -> f64 {
        self.to_string().parse().unwrap_or(f64::NAN)
    }

    /// The same number with so many digits in all and behind the point, rounded half up; nothing where it has more.
    pub(super) fn fitted(self, precision: u8, scale: u8) -> Option<Self> {
        fitted(&BigInt::from(self.unscaled()), i32::from(self.scale), (precision, scale))
    }

    /// Both with the same scale.
    fn aligned(self, other: Self) -> (BigInt, BigInt, i32) {
        let scale = self.scale.max(other.scale);
        let raised = |number: Self| BigInt::from(number.unscaled()) * power(u32::from(scale - number.scale));
        (raised(self), raised(other), i32::from(scale))
    }

    pub(super) fn order(self, other: Self) -> std::cmp::Ordering {
        if self.scale == other.scale {
            return self.unscaled().cmp(&other.unscaled());
        }
        let (left, right, _) = self.aligned(other);
        left.cmp(&right)
    }

    /// Works out `+`, `-`, `*`, `/` or `%` to a type. Nothing where the digits run out; an error for a division by zero.
    pub(super) fn combined(
        self,
        operator: char,
        other: Self,
        (precision, scale): (u8, u8),
    ) -> Result<Option<Self>, &'static str> {
        let target = (precision, scale);
        if matches!(operator, '/' | '%') && other.unscaled() == 0 {
            return Err("a number is divided by zero");
        }
        if operator == '/' {
            return Ok(self.divided(other, target));
        }
        if operator == '*' {
            let product = BigInt::from(self.unscaled()) * BigInt::from(other.unscaled());
            return Ok(fitted(&product, i32::from(self.scale) + i32::from(other.scale), target));
        }
        let (left, right, common) = self.aligned(other);
        let result = match operator {
            '+' => left + right,
            '-' => left - right,
            _ => left % right,
        };
        Ok(fitted(&result, common, target))
    }

    /// The quotient has 38 digits, rounded half up, before it is brought to its type, as Flink does.
    fn divided(self, other: Self, target: (u8, u8)) -> Option<Self> {
        // 80 more digits than the divisor has: enough for 38 that count, wherever the first one stands.
        let extra: u8 = 80;
        let left = BigInt::from(self.unscaled()) * power(u32::from(extra));
        let right = BigInt::from(other.unscaled());
        let quotient = &left / &right;
        let exact = (&quotient * &right) == left;
        let scale = i32::from(self.scale) - i32::from(other.scale) + i32::from(extra);
        let digits = i32::try_from(quotient.magnitude().to_string().len()).unwrap_or(i32::MAX);
        let cut = digits - MOST;
        if cut <= 0 {
            return fitted(&quotient, scale, target);
        }
        // A rest beyond the digits at hand never makes a half, but it can lie just above one.
        let sticky =
            if exact { quotient * 10 } else { quotient * 10 + if self.is_like(other) { 1 } else { -1 } };
        let rounded = rounded(&sticky, cut as u32 + 1);
        fitted(&rounded, scale - cut, target)
    }

    fn is_like(self, other: Self) -> bool {
        (self.unscaled() < 0) == (other.unscaled() < 0)
    }
}

impl std::fmt::Display for Decimal {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (unscaled, scale) = (self.unscaled(), usize::from(self.scale));
        let sign = if unscaled < 0 { "-" } else { "" };
        let digits = format!("{:0>width$}", unscaled.unsigned_abs(), width = scale + 1);
        let (whole, fraction) = digits.split_at(digits.len() - scale);
        let point = if scale == 0 { "" } else { "." };
        write!(formatter, "{sign}{whole}{point}{fraction}")
    }
}

fn power(exponent: u32) -> BigInt {
    BigInt::from(10).pow(exponent)
}

/// Takes so many digits away, rounding half up (away from zero).
fn rounded(number: &BigInt, digits: u32) -> BigInt {
    let unit = power(digits);
    let half: BigInt = &unit / 2;
    let shifted = if number.sign() == num_bigint::Sign::Minus { number - half } else { number + half };
    shifted / unit
}

fn fitted(number: &BigInt, scale: i32, (precision, wanted): (u8, u8)) -> Option<Decimal> {
    let more = i32::from(wanted) - scale;
    let number =
        if more >= 0 { number * power(more.unsigned_abs()) } else { rounded(number, more.unsigned_abs()) };
    let unscaled = i128::try_from(number).ok()?;
    let most = 10_u128.pow(u32::from(precision).min(MOST.unsigned_abs()));
    (unscaled.unsigned_abs() < most).then(|| Decimal::new(unscaled, wanted))
}

#[cfg(test)]
mod tests {
    use super::Decimal;

    fn decimal(text: &str) -> Decimal {
        Decimal::parse(text).unwrap()
    }

    #[test]
    fn numbers_are_read_and_written() {
        for (text, shown) in
            [("1.50", "1.50"), ("-0.05", "-0.05"), ("12", "12"), ("1e3", "1000"), ("2.5e-3", "0.0025")]
        {
            assert_eq!(decimal(text).to_string(), shown);
        }
        assert_eq!(["", ".", "1.2.3", "x", "--1"].map(Decimal::parse), [None; 5]);
    }

    #[test]
    fn results_are_rounded_half_up_and_nothing_where_digits_run_out() {
        let two = |text: &str| decimal(text).fitted(4, 2).map(|number| number.to_string());
        assert_eq!(two("1.005").as_deref(), Some("1.01"));
        assert_eq!(two("-1.005").as_deref(), Some("-1.01"));
        assert_eq!(two("99.995"), None);
        let third = decimal("1").combined('/', decimal("3"), (38, 6)).unwrap().unwrap();
        assert_eq!(third.to_string(), "0.333333");
        assert!(decimal("1").combined('%', decimal("0.0"), (38, 6)).is_err());
    }
}
