//! Sums of many rationals.

use relulab_exact::Rational;

/// Adds neighbours until one number is left, which keeps the denominators small for long.
pub(crate) fn sum_in_pairs(mut numbers: Vec<Rational>) -> Rational {
    while numbers.len() > 1 {
        let mut rest = numbers.into_iter();
        let mut sums = Vec::new();
        while let Some(first) = rest.next() {
            sums.push(match rest.next() {
                Some(second) => first + second,
                None => first,
            });
        }
        numbers = sums;
    }
    numbers.pop().unwrap_or_else(Rational::zero)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_of_any_length() {
        for n in 0..9_i64 {
            assert_eq!(sum_in_pairs((0..n).map(Rational::from).collect()), Rational::from(n * (n - 1) / 2));
        }
    }
}
