//! Numbers and widths as people read them, and numbers as compact JSON.

/// Significant digits of the numbers embedded in a page.
pub const DATA_DIGITS: usize = 5;
/// Significant digits of the numbers that are shown only on hovering: quartiles and minima.
pub const HOVER_DIGITS: usize = 3;
/// Significant digits in tables.
const TABLE_DIGITS: usize = 3;
/// Significant digits of ratios in sentences.
const RATIO_DIGITS: usize = 2;
/// Ratios that are written with two decimals.
const NEAR_ONE: std::ops::Range<f64> = 0.1..2.0;
/// Magnitudes in this half-open range of powers of ten are written without an exponent.
const PLAIN_EXPONENTS: std::ops::Range<i32> = -3..5;
/// Whole numbers below this are written out.
const LARGEST_WHOLE: f64 = 1e6;
/// What stands for a number that does not exist.
pub const ABSENT: &str = "–";

/// `value` rounded to `digits` significant digits.
pub fn round_significant(value: f64, digits: usize) -> f64 {
    format!("{:.*e}", digits.saturating_sub(1), value).parse().unwrap_or(value)
}

/// A number for a reader, to three significant digits: `0.0123`, `12.3`, `1.23×10⁻⁵`.
pub fn human(value: f64) -> String {
    significant(value, TABLE_DIGITS)
}

/// The same, but whole numbers stay whole and infinity has its sign: `4`, `0.0123`, `∞`.
pub fn tidy(value: f64) -> String {
    if value.is_infinite() {
        if value > 0.0 { "∞".to_owned() } else { "−∞".to_owned() }
    } else if value.fract() == 0.0 && value.abs() < LARGEST_WHOLE {
        let text = count(value.abs() as usize);
        if value < 0.0 { format!("−{text}") } else { text }
    } else {
        human(value)
    }
}

/// The same for a number that may be absent.
pub fn human_or_absent(value: Option<f64>) -> String {
    value.map_or_else(|| ABSENT.to_owned(), human)
}

/// A ratio for a reader: `0.93`, `1.14`, `2.1`, `148`; near 1, where the second decimal matters, it is shown.
pub fn ratio(value: f64) -> String {
    if (10.0..1e5).contains(&value) {
        count(value.round() as usize)
    } else if NEAR_ONE.contains(&value) {
        format!("{value:.2}")
    } else {
        significant(value, RATIO_DIGITS)
    }
}

/// A fraction as a percentage: `0 %`, `0.4 %`, `37 %`, with a no-break space.
pub fn percent(fraction: f64) -> String {
    if !fraction.is_finite() {
        return ABSENT.to_owned();
    }
    let percent = 100.0 * fraction;
    // Whole percents read better, except where rounding would claim none or all.
    if percent == 0.0 || percent == 100.0 {
        format!("{percent:.0}\u{a0}%")
    } else if percent < 0.05 {
        "< 0.1\u{a0}%".to_owned()
    } else if percent > 99.95 {
        "> 99.9\u{a0}%".to_owned()
    } else if !(9.95..=99.0).contains(&percent) {
        format!("{percent:.1}\u{a0}%")
    } else {
        format!("{percent:.0}\u{a0}%")
    }
}

/// A median of counts: `7`, `6.5`.
pub fn median_count(value: f64) -> String {
    if !value.is_finite() || value < 0.0 {
        ABSENT.to_owned()
    } else if value.fract() == 0.0 {
        count(value as usize)
    } else {
        format!("{value:.1}")
    }
}

/// A correlation coefficient: always a sign and two decimals.
pub fn coefficient(value: f64) -> String {
    if !value.is_finite() {
        return ABSENT.to_owned();
    }
    let text = format!("{:.2}", value.abs());
    if text == "0.00" {
        text
    } else if value < 0.0 {
        format!("−{text}")
    } else {
        format!("+{text}")
    }
}

/// A count with thousands separated: `32,768`.
pub fn count(n: usize) -> String {
    let digits = n.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// The hidden widths as text, `5,7,4`.
pub fn hidden_text(widths: &[usize]) -> String {
    if widths.is_empty() {
        return "linear".to_owned();
    }
    widths.iter().map(usize::to_string).collect::<Vec<_>>().join(",")
}

/// A power of ten as a tick label: `0.01`, `1`, `1000`, `10⁻⁵`.
pub fn power_of_ten(exponent: i32) -> String {
    match exponent {
        -3..0 => format!("{:.*}", exponent.unsigned_abs() as usize, 10f64.powi(exponent)),
        0..=3 => format!("{}", 10f64.powi(exponent)),
        _ => format!("10{}", superscript(exponent)),
    }
}

/// A JSON number with at most `digits` significant digits, or `null`.
pub fn json(value: Option<f64>, digits: usize) -> String {
    match value.filter(|value| value.is_finite()) {
        None => "null".to_owned(),
        Some(0.0) => "0".to_owned(),
        Some(value) => {
            let rounded = round_significant(value, digits);
            // The shorter of Rust's two shortest forms; both are valid JSON.
            let (plain, scientific) = (format!("{rounded}"), format!("{rounded:e}"));
            if scientific.len() < plain.len() { scientific } else { plain }
        }
    }
}

fn significant(value: f64, digits: usize) -> String {
    if !value.is_finite() {
        return ABSENT.to_owned();
    }
    if value == 0.0 {
        return "0".to_owned();
    }
    let scientific = format!("{:.*e}", digits - 1, value);
    let Some((mantissa, exponent)) = scientific.split_once('e') else { return scientific };
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let text = if PLAIN_EXPONENTS.contains(&exponent) {
        let decimals = (digits as i32 - 1 - exponent).max(0) as usize;
        format!("{:.*}", decimals, round_significant(value, digits))
    } else {
        format!("{mantissa}×10{}", superscript(exponent))
    };
    text.replace('-', "−")
}

fn superscript(exponent: i32) -> String {
    exponent
        .to_string()
        .chars()
        .map(|character| match character {
            '-' => '⁻',
            '1' => '¹',
            '2' => '²',
            '3' => '³',
            digit => char::from_u32('⁰' as u32 + digit.to_digit(10).unwrap_or(0)).unwrap_or(digit),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_read_well() {
        let cases = [
            (0.0, "0"),
            (0.012345, "0.0123"),
            (1.0, "1.00"),
            (99.96, "100"),
            (12345.0, "12300"),
            (-2.5, "−2.50"),
            (1.234e-5, "1.23×10⁻⁵"),
            (7e12, "7.00×10¹²"),
            (f64::INFINITY, ABSENT),
        ];
        for (value, text) in cases {
            assert_eq!(human(value), text);
        }
        assert_eq!([ratio(1.14), ratio(0.934), ratio(148.2), ratio(12345.0)], ["1.14", "0.93", "148", "12,345"]);
        let percents =
            [0.0, 0.0001, 0.004, 0.374, 0.999, 0.99999, 1.0].map(|share| percent(share).replace('\u{a0}', " "));
        assert_eq!([median_count(7.0), median_count(6.5), median_count(f64::NAN)], ["7", "6.5", ABSENT]);
        assert_eq!(percents, ["0 %", "< 0.1 %", "0.4 %", "37 %", "99.9 %", "> 99.9 %", "100 %"]);
        assert_eq!([coefficient(-0.714), coefficient(0.5), coefficient(-0.001)], ["−0.71", "+0.50", "0.00"]);
        assert_eq!([count(0), count(999), count(32768), count(1_000_000)], ["0", "999", "32,768", "1,000,000"]);
        assert_eq!([-4, -3, -1, 0, 3, 4].map(power_of_ten), ["10⁻⁴", "0.001", "0.1", "1", "1000", "10⁴"]);
        let tidied = [4.0, -12.0, 0.01234, 1e7, f64::INFINITY, f64::NAN, 20_000.0].map(tidy);
        assert_eq!(tidied, ["4", "−12", "0.0123", "1.00×10⁷", "∞", ABSENT, "20,000"]);
        assert_eq!(json(Some(f64::NAN), 5), "null");
        assert_eq!(json(Some(16.0), 5), "16");
        assert_eq!(json(Some(0.0000123456), 5), "1.2346e-5");
    }

    proptest! {
        #[test]
        fn json_numbers_are_valid_short_and_close(value in -1e30..1e30f64, digits in 1usize..8) {
            let text = json(Some(value), digits);
            let back: f64 = serde_json::from_str(&text).unwrap();
            prop_assert!((back - value).abs() <= 0.5000001 * value.abs() * 10f64.powi(1 - digits as i32));
            prop_assert!(text.len() <= digits + 7);
        }

        #[test]
        fn every_float_has_a_text(value in any::<f64>()) {
            prop_assert!(!human(value).is_empty() && !percent(value).is_empty() && !ratio(value).is_empty());
        }
    }
}
