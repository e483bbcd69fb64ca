//! Quantities with units: one grammar for designs, cards, rules and messages.
//!
//! A quantity is a number, one optional space and a unit: `90s`, `5 MiB`, `5000/s`, `2 MB/s`, `2500 USD`;
//! without a unit it is a count. Digits may be grouped by `_`; there is no sign and no exponent.
//!
//! | dimension | units |
//! |---|---|
//! | duration | `us`, `ms`, `s`, `m` or `min`, `h`, `d`, `w`; joined from large to small: `1h30m` |
//! | size | `B`; `KB`, `MB`, `GB`, `TB` (powers of 1000); `KiB`, `MiB`, `GiB`, `TiB` (powers of 1024) |
//! | rate | a count or a size per `s`, `min`, `h`, `d` |
//! | money | `USD` |
//!
//! What is displayed parses back to the same value. Left out: bits, months and years, and every
//! currency but the one of AWS's price lists.

use std::fmt;

mod amounts;
mod date;
mod display;
mod hints;
mod parse;
mod pattern;

pub use crate::units::amounts::{ByteRate, Bytes, Duration, Money, Rate};
pub use crate::units::date::Date;

/// The largest amount that is read, 2^53: up to here whole numbers pass through `f64` unharmed.
///
/// It is 285 years in microseconds and 9 petabytes in bytes.
pub const MAX_AMOUNT: f64 = 9_007_199_254_740_992.0;

/// What a quantity measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dimension {
    /// A plain number.
    Count,
    /// Time, in microseconds.
    Duration,
    /// Size, in bytes.
    Bytes,
    /// Records, requests and the like per second.
    Rate,
    /// Bytes per second.
    ByteRate,
    /// US dollars.
    Money,
}

/// An amount in the base unit of its dimension.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quantity {
    /// What is measured.
    pub dimension: Dimension,
    /// How much; finite and not negative where it was parsed.
    pub amount: f64,
}

/// Why a text is no quantity, or not the one that is wanted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct UnitError {
    /// The fact, lower case, without a full stop.
    pub message: String,
    /// What to write instead.
    pub help: String,
}

impl Quantity {
    /// An amount that is given in the base unit of `dimension`.
    ///
    /// ```
    /// use thalweg::units::{Dimension, Quantity};
    ///
    /// let hour = Quantity::parse("1h").unwrap();
    /// assert_eq!(hour, Quantity::new(Dimension::Duration, 3_600_000_000.0));
    /// assert_eq!(Quantity::parse("120/min").unwrap().to_string(), "2/s");
    /// assert_eq!(Quantity::parse_as("7", Dimension::Duration).unwrap_err().help, "write `7s`, say");
    /// let error = Quantity::parse("5 Mib").unwrap_err();
    /// assert_eq!(error.to_string(), "`Mib` is no unit");
    /// assert_eq!(error.help, "write `5 MB` (1000² bytes) or `5 MiB` (1024² bytes)");
    /// assert_eq!(Quantity::new(Dimension::ByteRate, 1_532_111.0).approximate(), "1.53 MB/s");
    /// ```
    #[must_use]
    pub fn new(dimension: Dimension, amount: f64) -> Self {
        Self { dimension, amount }
    }

    /// Reads a quantity of any dimension.
    ///
    /// # Errors
    /// Anything outside the grammar of this module, amounts above [`MAX_AMOUNT`], and parts of a byte or
    /// of a microsecond.
    pub fn parse(text: &str) -> Result<Self, UnitError> {
        parse::quantity(text)
    }

    /// Reads a quantity of one dimension.
    ///
    /// # Errors
    /// As [`Quantity::parse`], and a quantity of another dimension, with a unit that would do as help.
    pub fn parse_as(text: &str, dimension: Dimension) -> Result<Self, UnitError> {
        let quantity = parse::quantity(text)?;
        if quantity.dimension == dimension {
            return Ok(quantity);
        }
        Err(hints::other_dimension(text, quantity.dimension, dimension))
    }

    /// Three significant digits in a unit that suits the size, for measured values: `12.4s`, `1.53 MB/s`.
    #[must_use]
    pub fn approximate(self) -> String {
        display::approximate(self)
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&display::exact(*self))
    }
}

impl Dimension {
    /// The dimension with an example, as in "… is expected here".
    #[must_use]
    pub fn described(self) -> &'static str {
        match self {
            Self::Count => "a number such as `4`",
            Self::Duration => "a time such as `300s`",
            Self::Bytes => "an amount of data such as `5 MiB`",
            Self::Rate => "a rate such as `2000/s`",
            Self::ByteRate => "a data rate such as `2 MB/s`",
            Self::Money => "an amount of money such as `2500 USD`",
        }
    }
}

impl fmt::Display for Dimension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Count => "a number",
            Self::Duration => "a time",
            Self::Bytes => "an amount of data",
            Self::Rate => "a rate",
            Self::ByteRate => "a data rate",
            Self::Money => "an amount of money",
        })
    }
}

/// Microseconds of each unit of time; the first of two names is the one that is displayed.
const TIMES: [(&str, u64); 8] = [
    ("w", 604_800_000_000),
    ("d", 86_400_000_000),
    ("h", 3_600_000_000),
    ("m", 60_000_000),
    ("min", 60_000_000),
    ("s", 1_000_000),
    ("ms", 1_000),
    ("us", 1),
];

/// Bytes of each unit of size.
const SIZES: [(&str, u64); 9] = [
    ("TiB", 1 << 40),
    ("TB", 1_000_000_000_000),
    ("GiB", 1 << 30),
    ("GB", 1_000_000_000),
    ("MiB", 1 << 20),
    ("MB", 1_000_000),
    ("KiB", 1 << 10),
    ("KB", 1_000),
    ("B", 1),
];

/// Seconds of each unit that a rate can be given per.
const PERIODS: [(&str, f64); 4] = [("s", 1.0), ("min", 60.0), ("h", 3_600.0), ("d", 86_400.0)];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn reads(text: &str, dimension: Dimension, amount: f64) {
        assert_eq!(Quantity::parse(text), Ok(Quantity::new(dimension, amount)), "{text}");
    }

    #[track_caller]
    fn refuses(text: &str, message: &str, help: &str) {
        let error = Quantity::parse(text).expect_err(text);
        assert_eq!((error.message.as_str(), error.help.as_str()), (message, help), "{text}");
    }

    #[test]
    fn every_dimension_is_read() {
        use Dimension as D;
        reads("10_000", D::Count, 10_000.0);
        reads("0.5", D::Count, 0.5);
        reads("5MiB", D::Bytes, 5_242_880.0);
        reads("5 MiB", D::Bytes, 5_242_880.0);
        reads("1.5 KiB", D::Bytes, 1_536.0);
        reads("1 MB", D::Bytes, 1e6);
        reads("0 B", D::Bytes, 0.0);
        reads("9007 TB", D::Bytes, 9.007e15);
        reads("7d", D::Duration, 604_800e6);
        reads("1w", D::Duration, 604_800e6);
        reads("90 s", D::Duration, 90e6);
        reads("15m", D::Duration, 900e6);
        reads("15min", D::Duration, 900e6);
        reads("250ms", D::Duration, 250e3);
        reads("1h30m", D::Duration, 5_400e6);
        reads("1w2d3h4min5s6ms7us", D::Duration, 788_645_006_007.0);
        reads("1.5h", D::Duration, 5_400e6);
        reads("0.000001s", D::Duration, 1.0);
        reads("5000/s", D::Rate, 5_000.0);
        reads("120/min", D::Rate, 2.0);
        reads("86_400/d", D::Rate, 1.0);
        reads("2 MB/s", D::ByteRate, 2e6);
        reads("1.1MB/s", D::ByteRate, 1.1e6);
        reads("0.5 B/s", D::ByteRate, 0.5);
        reads("36 GB/h", D::ByteRate, 1e7);
        reads("2500 USD", D::Money, 2_500.0);
        reads("0.029USD", D::Money, 0.029);
    }

    #[test]
    fn other_spellings_are_refused_with_the_right_one() {
        let mega = "write `5 MB` (1000² bytes) or `5 MiB` (1024² bytes)";
        let kilo = "write `5 KB` (1000 bytes) or `5 KiB` (1024 bytes)";
        refuses("5 Mib", "`Mib` is no unit", mega);
        refuses("5kb", "`kb` is no unit", kilo);
        refuses("5 kB", "`kB` is no unit", kilo);
        refuses("1G", "`G` is no unit", "write `1 GB` (1000³ bytes) or `1 GiB` (1024³ bytes)");
        refuses("5M", "`M` is no unit", &format!("{mega}, or `5m` for minutes"));
        refuses("5 min.", "`min.` is no unit", &unit_list());
        refuses("5 minutes", "`minutes` is no unit", "write `5m`");
        refuses("5 Seconds", "`Seconds` is no unit", "write `5s`");
        refuses("5 bytes", "`bytes` is no unit", "write `5 B`");
        refuses("5H", "`H` is no unit", "write `5h`");
        refuses("5 month", "`month` is no unit", "write days, such as `30d` or `365d`");
        refuses("5ns", "`ns` is no unit", "microseconds, `us`, are the finest");
        refuses("100rps", "`rps` is no unit", "write `100/s`");
        refuses("5 Mbps", "`Mbps` is no unit", "write bytes per second, such as `2 MB/s`; 8 bits are 1 byte");
        refuses("5EUR", "`EUR` is no unit", "write US dollars, such as `2500 USD`");
        refuses("5 EUR", "`EUR` is no unit", "write US dollars, such as `2500 USD`");
        refuses("$2500", "`$2500` does not start with a number", "write `2500 USD`");
        refuses("5/sec", "`sec` is no period of a rate", "write `5/s`");
        refuses("5/m", "`m` is no period of a rate", "write `5/min`");
        refuses("5 MB/minute", "`minute` is no period of a rate", "write `5 MB/min`");
        refuses("5/week", "`week` is no period of a rate", "use `/s`, `/min`, `/h` or `/d`");
        refuses(
            "5 records/s",
            "`records/s` is no unit",
            "write `5/s`; what is counted is not part of the rate",
        );
        refuses("2 mb/s", "`mb/s` is no unit", "write `2 MB/s`; rates are in bytes, not in bits");
    }

    fn unit_list() -> String {
        Quantity::parse("1 furlong").unwrap_err().help
    }

    #[test]
    fn numbers_are_plain() {
        let start =
            |text: &str, help: &str| refuses(text, &format!("`{text}` does not start with a number"), help);
        start("", "write a number with a unit, such as `90s` or `5 MiB`");
        start("-5s", "leave the sign away: no quantity is negative");
        start("+5s", "leave the sign away");
        start(".5s", "write `0.5s`");
        start("5.s", "write digits such as `1500`, `1_500` or `1.5`");
        start("10,000/s", "write `10_000/s`, with `_` or nothing between the digits");
        start("1e6", "write all digits, such as `1_000_000`");
        start("1__0", "write digits such as `1500`, `1_500` or `1.5`");
        start("1_", "write digits such as `1500`, `1_500` or `1.5`");
        start("1.2.3", "write digits such as `1500`, `1_500` or `1.5`");
        for text in ["inf", "NaN", "MiB", " 5s", "_1"] {
            start(text, "start with the number, such as in `90s` or `5 MiB`");
        }
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let large = "the amount is too large";
        for text in [
            "18446744073709551615 TiB",
            "9008 TB",
            "1000000d",
            "9007199254740993000",
            "99999999999999999 USD",
        ] {
            assert_eq!(Quantity::parse(text).unwrap_err().message, large, "{text}");
        }
        assert_eq!(Quantity::parse(&format!("{}s", "9".repeat(500))).unwrap_err().message, large);
        let fine = "`0.3` of this unit is not a whole number of bytes";
        refuses("0.3 KiB", fine, "write a whole number of a smaller unit");
        let fraction = Quantity::parse(&format!("0.{}1s", "0".repeat(300))).unwrap_err();
        assert!(fraction.message.ends_with("is not a whole number of microseconds"));
        reads(&format!("1.{}s", "0".repeat(300)), Dimension::Duration, 1e6);
    }

    #[test]
    fn joined_durations_fall_and_stay_whole() {
        for text in ["30m1h", "1h1h", "1.5h30m", "1m1min"] {
            let message = format!("`{text}` does not join durations from large to small");
            refuses(text, &message, "write whole numbers, each unit once, such as `1h30m`");
        }
        refuses("1h 30m", "`h 30m` is no unit", "leave at most one space, between the number and its unit");
        refuses("5  s", "` s` is no unit", "leave at most one space, between the number and its unit");
        refuses("5s ", "`s ` is no unit", "leave at most one space, between the number and its unit");
        refuses("1h30", "`30` has no unit", "give every part its unit, such as in `1h30m`");
        refuses("5 KB1h", "`KB1h` is no unit", &unit_list());
    }

    #[test]
    fn a_wanted_dimension_is_named() {
        let wants = |text: &str, dimension| {
            let error = Quantity::parse_as(text, dimension).unwrap_err();
            format!("{error}; {}", error.help)
        };
        assert_eq!(
            wants("90", Dimension::Duration),
            "expected a time, but `90` has no unit; write `90s`, say"
        );
        assert_eq!(
            wants("90s", Dimension::Bytes),
            "expected an amount of data, but `90s` is a time; write a quantity such as `10 KiB`"
        );
        assert_eq!(
            wants("90s", Dimension::Count),
            "expected a number, but `90s` is a time; write the number alone"
        );
        assert_eq!(
            wants("2 MB", Dimension::ByteRate),
            "expected a data rate, but `2 MB` is an amount of data; write a quantity such as `10 KB/s`"
        );
    }

    #[test]
    fn displays_are_canonical() {
        let same = [
            "5m",
            "90s",
            "24h",
            "2d",
            "7d",
            "36h",
            "0s",
            "1us",
            "1500ms",
            "5 MiB",
            "1 MB",
            "1500 KB",
            "1000 KiB",
            "0 B",
            "5000/s",
            "1/min",
            "7/d",
            "0.123456/s",
            "2 MB/s",
            "1 B/min",
            "2500 USD",
            "0.029 USD",
            "12",
            "0.5",
            "0/s",
        ];
        for text in same {
            assert_eq!(Quantity::parse(text).unwrap().to_string(), text);
        }
        let other = [
            ("300s", "5m"),
            ("1d", "24h"),
            ("48h", "2d"),
            ("1w", "7d"),
            ("1024 B", "1 KiB"),
            ("60/min", "1/s"),
        ];
        for (text, canonical) in other {
            assert_eq!(Quantity::parse(text).unwrap().to_string(), canonical);
        }
        assert_eq!(format!("[{:>6}]", Duration::from_secs(90)), "[   90s]");
        assert_eq!(Duration(u64::MAX).to_string(), "18446744073709551615us");
    }

    #[test]
    fn approximations_have_three_digits() {
        let cases = [
            (Dimension::Duration, 12_412_345.0, "12.4s"),
            (Dimension::Duration, 532_123.0, "532ms"),
            (Dimension::Duration, 999_600.0, "1s"),
            (Dimension::Duration, 0.4, "0.4us"),
            (Dimension::Duration, 0.0, "0s"),
            (Dimension::Duration, 5_400e6, "1.5h"),
            (Dimension::Duration, 86_400e6, "24h"),
            (Dimension::Duration, 1e13, "116d"),
            (Dimension::Bytes, 1_532_111.0, "1.53 MB"),
            (Dimension::Bytes, 999.9, "1 KB"),
            (Dimension::Bytes, 0.0, "0 B"),
            (Dimension::ByteRate, 2e6, "2 MB/s"),
            (Dimension::Rate, 12_345.0, "12300/s"),
            (Dimension::Rate, 0.02, "1.2/min"),
            (Dimension::Rate, 0.0, "0/s"),
            (Dimension::Rate, 1e-9, "0.0000864/d"),
            (Dimension::Money, 2_512.345, "2510 USD"),
            (Dimension::Count, 0.123_456, "0.123"),
        ];
        for (dimension, amount, text) in cases {
            assert_eq!(Quantity::new(dimension, amount).approximate(), text);
        }
    }

    fn parsed_quantities() -> impl Strategy<Value = Quantity> {
        let unit = prop::sample::select(vec![
            "", "s", "us", "h", "w", "B", "KiB", "TB", "/s", "/min", "/d", " MB/s", "B/h", " USD",
        ]);
        let number = prop_oneof!["[0-9]{1,6}", "[0-9]{1,4}\\.[0-9]{1,9}", "[0-9]{10,15}"];
        (number, unit)
            .prop_filter_map("refused", |(number, unit)| Quantity::parse(&format!("{number}{unit}")).ok())
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

        #[test]
        fn what_is_displayed_parses_back(quantity in parsed_quantities()) {
            prop_assert_eq!(Quantity::parse(&quantity.to_string()), Ok(quantity), "{}", quantity);
            prop_assert!(Quantity::parse(&quantity.approximate()).is_ok_and(|other| other.dimension == quantity.dimension)
                || quantity.amount < 1.0
                // Rounding to three digits may pass the largest amount that is kept exactly.
                || quantity.amount > MAX_AMOUNT * 0.99);
        }

        #[test]
        fn types_display_as_their_quantities(micros in 0..(1_u64 << 53), per_second in 0.0..1e12) {
            prop_assert_eq!(Duration(micros).to_string().parse(), Ok(Duration(micros)));
            prop_assert_eq!(Bytes(micros).to_string().parse(), Ok(Bytes(micros)));
            prop_assert_eq!(Rate(per_second).to_string().parse(), Ok(Rate(per_second)));
            prop_assert_eq!(ByteRate(per_second).to_string().parse(), Ok(ByteRate(per_second)));
            prop_assert_eq!(Money(per_second).to_string().parse(), Ok(Money(per_second)));
            prop_assert_eq!(Duration::of(Duration(micros).quantity()), Some(Duration(micros)));
        }

        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,20}|[0-9._ ,/a-zA-Z$µ]{0,16}") {
            let _ = Quantity::parse(&text);
            let _ = text.parse::<Date>();
        }
    }
}
