//! Rationals as people write them.

use crate::error::ConstructError;
use relulab_exact::Rational;

/// Largest decimal exponent: numbers beyond would not fit f64.
const MOST_ZEROS: i32 = 400;

/// Reads an integer, a decimal with or without an exponent, or a fraction, as the number that is written: `0.1` is
/// a tenth, not the nearest f64.
///
/// ```
/// use relulab_construct::parse_rational;
/// assert_eq!(parse_rational("-0.25")?, parse_rational("-2/8")?);
/// assert_eq!(parse_rational("1e-1")?, parse_rational("1/10")?);
/// # Ok::<(), relulab_construct::ConstructError>(())
/// ```
///
/// # Errors
/// When the text is no such number, or a denominator is zero.
pub fn parse_rational(text: &str) -> Result<Rational, ConstructError> {
    let wrong = || ConstructError::NotANumber(text.to_owned());
    let number = match text.split_once('/') {
        Some((numerator, denominator)) => {
            let denominator = decimal(denominator.trim()).filter(|number| !number.is_zero()).ok_or_else(wrong)?;
            decimal(numerator.trim()).map(|numerator| numerator / denominator)
        }
        None => decimal(text.trim()),
    };
    number.ok_or_else(wrong)
}

/// A decimal number with an optional sign, point and exponent.
fn decimal(text: &str) -> Option<Rational> {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (text, 0),
    };
    let (is_negative, digits) = match mantissa.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, mantissa.strip_prefix('+').unwrap_or(mantissa)),
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.len() + part.len() == 0 || exponent.abs() > MOST_ZEROS {
        return None;
    }
    let ten = Rational::from(10);
    let mut number = Rational::zero();
    for digit in whole.chars().chain(part.chars()) {
        number = number * &ten + Rational::from(i64::from(digit.to_digit(10)?));
    }
    let zeros = exponent - i32::try_from(part.len()).ok()?;
    for _ in 0..zeros.unsigned_abs() {
        number = if zeros > 0 { number * &ten } else { number / &ten };
    }
    Some(if is_negative { -number } else { number })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use relulab_exact::Number;

    #[test]
    fn numbers_are_read_as_written() {
        let of = |text: &str| parse_rational(text).map(|number| number.to_string());
        for (text, expected) in [("3", "3"), ("-1.50", "-3/2"), (" 2 / 6", "1/3"), (".5", "1/2"), ("+2e3", "2000")] {
            assert_eq!(of(text), Ok(expected.to_owned()));
        }
        for wrong in ["", "x", "1/0", "1/", "--1", "1.2.3", "nan", "inf", "1e999", "."] {
            assert_eq!(of(wrong), Err(ConstructError::NotANumber(wrong.to_owned())));
        }
    }

    proptest! {
        #[test]
        fn the_shortest_decimal_of_an_f64_rounds_to_it(value in -1e6..1e6_f64) {
            prop_assert_eq!(parse_rational(&value.to_string()).unwrap().to_f64(), value);
            prop_assert_eq!(parse_rational(&format!("{value:e}")).unwrap().to_f64(), value);
            prop_assert!(Rational::from_f64(value).is_some());
        }
    }
}
