//! The L1 distance of two piecewise linear functions of one variable, exactly.

use relulab_exact::{Rational, Sign};
use relulab_regions::line::LineFunction;

/// ∫ |f − g| over [lower, upper], for functions with one output each.
///
/// *Algorithm*: between neighbouring breakpoints of both the difference is affine; where its ends have different signs
/// it is two triangles.
pub fn l1_distance(
    f: &LineFunction<Rational>,
    g: &LineFunction<Rational>,
    lower: &Rational,
    upper: &Rational,
) -> Rational {
    let mut ends: Vec<&Rational> = f.breakpoints().iter().chain(g.breakpoints()).collect();
    ends.retain(|end| *end > lower && *end < upper);
    ends.extend([lower, upper]);
    ends.sort_unstable();
    ends.dedup();
    let difference = |x: &Rational| value(f, x) - value(g, x);
    let mut before = difference(lower);
    let mut sum = Rational::zero();
    for pair in ends.windows(2) {
        let after = difference(pair[1]);
        let width = pair[1].clone() - pair[0];
        let (size_before, size_after) = (size(&before), size(&after));
        let total = size_before.clone() + &size_after;
        let is_crossed = before.exact_sign() != after.exact_sign()
            && before.exact_sign() != Sign::Zero
            && after.exact_sign() != Sign::Zero;
        // Twice the mean height: of a trapezium, or of two triangles that share the width as their heights are.
        let height = if is_crossed {
            (size_before.clone() * &size_before + size_after.clone() * &size_after) / &total
        } else {
            total
        };
        sum = sum + height * &width;
        before = after;
    }
    sum / Rational::from(2)
}

fn size(number: &Rational) -> Rational {
    number.clone().max(-number.clone())
}

/// The value of the first output at a point.
fn value(function: &LineFunction<Rational>, x: &Rational) -> Rational {
    let piece = function.breakpoints().partition_point(|breakpoint| breakpoint <= x) * function.output_dim();
    function.slopes()[piece].clone() * x + &function.intercepts()[piece]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(breakpoints: &[i64], slopes: &[i64], intercepts: &[i64]) -> LineFunction<Rational> {
        let exact = |numbers: &[i64]| numbers.iter().map(|number| Rational::from(*number)).collect();
        LineFunction::from_parts(1, exact(breakpoints), exact(slopes), exact(intercepts)).unwrap()
    }

    #[test]
    fn areas_by_hand() {
        let (absolute, line) = (of(&[0], &[-1, 1], &[0, 0]), of(&[], &[1], &[0]));
        let zero = of(&[], &[0], &[0]);
        let between = |f: &LineFunction<Rational>, g: &LineFunction<Rational>, a: i64, b: i64| {
            l1_distance(f, g, &Rational::from(a), &Rational::from(b)).to_string()
        };
        assert_eq!(between(&absolute, &zero, -1, 2), "5/2");
        assert_eq!(between(&line, &zero, -1, 2), "5/2");
        assert_eq!(between(&absolute, &line, -1, 2), "1");
        assert_eq!(between(&absolute, &of(&[], &[0], &[1]), -3, 1), "3");
        assert_eq!(between(&absolute, &absolute, -1, 2), "0");
    }
}
