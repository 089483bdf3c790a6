//! All real roots of a polynomial in an interval, each in a bracket that is proved to hold it.

use relulab_exact::{Bounded, Number, Rational, Sign};

/// Largest degree whose roots are sought; a polynomial of a higher degree would have none found.
const MAX_DEGREE: usize = 50;

/// Bisections after which a bracket of the rational fallback is narrow enough.
const RATIONAL_BISECTIONS: usize = 64;

/// An interval that holds exactly one root; a single point when the root is known exactly.
///
/// Roots closer than two neighbouring `f64` share a bracket.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct RootBracket {
    /// Lower end.
    pub lower: f64,
    /// Upper end.
    pub upper: f64,
}

impl RootBracket {
    /// The middle of the bracket.
    pub fn middle(self) -> f64 {
        midpoint(self.lower, self.upper)
    }
}

/// A sign was not certain in bounded f64.
struct Uncertain;

/// Brackets of the distinct real roots of a polynomial in the open interval from `lower` to `upper`, in order.
///
/// Coefficients go from the constant term up and are taken as the exact numbers that they are. The zero polynomial
/// has no isolated root, and a polynomial or interval that is not finite has none that can be bracketed.
///
/// The degree is at most [`MAX_DEGREE`], up to which all binomial coefficients are exact in f64.
///
/// *Algorithm*: Descartes' rule of signs on the Bernstein coefficients of subintervals, halved until the rule leaves
/// no doubt, then bisection by certain signs. First in error-bounded f64; at the first sign that is not certain, on
/// the square-free part in rationals.
///
/// *Reference*: Lane and Riesenfeld 1981, *Bounds on a polynomial*; Mourrain, Rouillier and Roy 2005, *The Bernstein
/// basis and real root isolation*.
pub(crate) fn real_roots(polynomial: &[f64], lower: f64, upper: f64) -> Vec<RootBracket> {
    let degree = polynomial.iter().rposition(|coefficient| *coefficient != 0.0).unwrap_or(0);
    let polynomial = &polynomial[..polynomial.len().min(degree + 1)];
    let is_finite = lower.is_finite() && upper.is_finite() && polynomial.iter().all(|c| c.is_finite());
    if degree == 0 || degree > MAX_DEGREE || !is_finite || lower >= upper {
        return Vec::new();
    }
    if degree == 1 {
        return linear_root(polynomial[0], polynomial[1], lower, upper).into_iter().collect();
    }
    let bounded: Vec<Bounded> = polynomial.iter().filter_map(|c| Bounded::from_f64(*c)).collect();
    let mut brackets = Vec::new();
    if isolate(&bounded, lower, upper, &mut brackets).is_ok() {
        brackets.iter_mut().for_each(|bracket| narrow(&bounded, bracket, usize::MAX));
        return brackets;
    }
    brackets.clear();
    let exact = square_free(polynomial.iter().filter_map(|c| Rational::from_f64(*c)).collect());
    // Rationals always know their sign.
    let _certain = isolate(&exact, lower, upper, &mut brackets);
    brackets.iter_mut().for_each(|bracket| narrow(&exact, bracket, RATIONAL_BISECTIONS));
    brackets
}

/// The root of c₀ + c₁t: one correctly rounded division, so it lies between the neighbours of the quotient.
fn linear_root(constant: f64, slope: f64, lower: f64, upper: f64) -> Option<RootBracket> {
    let root = -constant / slope;
    if !root.is_finite() {
        return None;
    }
    let bracket = RootBracket { lower: root.next_down().max(lower), upper: root.next_up().min(upper) };
    (lower < root && root < upper).then_some(bracket)
}

fn midpoint(lower: f64, upper: f64) -> f64 {
    0.5 * lower + 0.5 * upper
}

/// Appends an interval for every root between `lower` and `upper`.
fn isolate<N: Number>(polynomial: &[N], lower: f64, upper: f64, found: &mut Vec<RootBracket>) -> Result<(), Uncertain> {
    let signs = bernstein(polynomial, lower, upper)
        .ok_or(Uncertain)?
        .iter()
        .map(|coefficient| coefficient.sign().ok_or(Uncertain))
        .collect::<Result<Vec<Sign>, Uncertain>>()?;
    let mut nonzero = signs.iter().filter(|sign| **sign != Sign::Zero);
    let mut last = nonzero.next();
    let mut variations = 0;
    for sign in nonzero {
        variations += usize::from(last != Some(sign));
        last = Some(sign);
    }
    let middle = midpoint(lower, upper);
    match variations {
        0 => Ok(()),
        1 => {
            found.push(RootBracket { lower, upper });
            Ok(())
        }
        // Neighbouring numbers: the roots between them are not told apart.
        _ if middle <= lower || middle >= upper => {
            found.push(RootBracket { lower, upper });
            Ok(())
        }
        _ => {
            isolate(polynomial, lower, middle, found)?;
            if sign_at(polynomial, middle).ok_or(Uncertain)? == Sign::Zero {
                found.push(RootBracket { lower: middle, upper: middle });
            }
            isolate(polynomial, middle, upper, found)
        }
    }
}

/// Bernstein coefficients of a polynomial on an interval.
///
/// *Algorithm*: with p(lower + (upper − lower)u) = Σ aₖuᵏ, bⱼ = Σ_{k≤j} C(j,k)/C(d,k) aₖ.
fn bernstein<N: Number>(polynomial: &[N], lower: f64, upper: f64) -> Option<Vec<N>> {
    let start = N::from_f64(lower)?;
    let width = N::from_f64(upper)? - &start;
    let mut shifted = polynomial.to_vec();
    let degree = shifted.len() - 1;
    for pass in 0..degree {
        for power in (pass..degree).rev() {
            shifted[power] = shifted[power].clone() + &(shifted[power + 1].clone() * &start);
        }
    }
    let mut factor = N::from_f64(1.0)?;
    for (power, coefficient) in shifted.iter_mut().enumerate() {
        *coefficient = coefficient.clone() * &factor / &N::from_f64(binomial(degree, power))?;
        factor = factor * &width;
    }
    // The sums over k as a triangle of additions: Pascal's rule, once per row.
    (0..=degree)
        .map(|j| {
            (0..=j).try_fold(N::zero(), |sum, k| Some(sum + &(shifted[k].clone() * &N::from_f64(binomial(j, k))?)))
        })
        .collect()
}

/// C(n, k) for small n, exactly.
fn binomial(n: usize, k: usize) -> f64 {
    (0..k).fold(1.0, |product, i| product * (n - i) as f64 / (i + 1) as f64)
}

fn sign_at<N: Number>(polynomial: &[N], at: f64) -> Option<Sign> {
    let at = N::from_f64(at)?;
    let mut coefficients = polynomial.iter().rev();
    let top = coefficients.next()?.clone();
    coefficients.fold(top, |value, coefficient| value * &at + coefficient).sign()
}

/// Halves a bracket while the sign in its middle is certain, then brings either end to where signs become uncertain.
fn narrow<N: Number>(polynomial: &[N], bracket: &mut RootBracket, bisections: usize) {
    let Some(sign_above) = sign_just_above(polynomial, bracket.lower) else { return };
    let mut doubtful = None;
    for _ in 0..bisections {
        // While nothing is doubtful the middle is probed; then the gaps on both sides of what is, left before right.
        let is_between = |probe: &f64| bracket.lower < *probe && *probe < bracket.upper;
        let probe = match doubtful {
            None => Some(bracket.middle()).filter(is_between),
            Some((from, to)) => [(bracket.lower, from), (to, bracket.upper)].into_iter().find_map(|(a, b)| {
                let probe = midpoint(a, b);
                (a < probe && probe < b).then_some(probe)
            }),
        };
        let Some(probe) = probe else { return };
        match sign_at(polynomial, probe) {
            Some(Sign::Zero) => *bracket = RootBracket { lower: probe, upper: probe },
            Some(sign) if sign == sign_above => bracket.lower = probe,
            Some(_) => bracket.upper = probe,
            None => {
                let (from, to) = doubtful.unwrap_or((probe, probe));
                doubtful = Some((probe.min(from), probe.max(to)));
            }
        }
        // A doubtful place that is now outside says nothing any more.
        doubtful = doubtful.filter(|(from, to)| bracket.lower < *from && *to < bracket.upper);
    }
}

/// The sign just above a point: that of the first Taylor coefficient there that is not zero.
fn sign_just_above<N: Number>(polynomial: &[N], at: f64) -> Option<Sign> {
    let taylor = {
        let start = N::from_f64(at)?;
        let mut shifted = polynomial.to_vec();
        for pass in 0..shifted.len() {
            for power in (pass..shifted.len() - 1).rev() {
                shifted[power] = shifted[power].clone() + &(shifted[power + 1].clone() * &start);
            }
        }
        shifted
    };
    taylor.iter().map(Number::sign).find(|sign| *sign != Some(Sign::Zero)).flatten()
}

/// The polynomial with the same roots, each of them once: p / gcd(p, p′).
fn square_free(polynomial: Vec<Rational>) -> Vec<Rational> {
    let derivative =
        (1..polynomial.len()).map(|power| polynomial[power].clone() * &Rational::from(power as i64)).collect();
    let (mut a, mut b): (Vec<Rational>, Vec<Rational>) = (polynomial.clone(), derivative);
    while !b.is_empty() {
        let (_, remainder) = divide(a, &b);
        a = b;
        b = remainder;
    }
    if a.len() <= 1 { polynomial } else { divide(polynomial, &a).0 }
}

/// Quotient and remainder; the divisor's top coefficient is not zero, nor is the remainder's.
fn divide(mut dividend: Vec<Rational>, divisor: &[Rational]) -> (Vec<Rational>, Vec<Rational>) {
    let mut quotient = vec![Rational::zero(); (dividend.len() + 1).saturating_sub(divisor.len())];
    let Some(top) = divisor.last() else { return (quotient, dividend) };
    for shift in (0..quotient.len()).rev() {
        let factor = dividend[shift + divisor.len() - 1].clone() / top;
        for (power, coefficient) in divisor.iter().enumerate() {
            let product = coefficient.clone() * &factor;
            dividend[shift + power] = dividend[shift + power].clone() - &product;
        }
        quotient[shift] = factor;
    }
    let n_left = dividend.iter().rposition(|c| !c.is_zero()).map_or(0, |top| top + 1);
    dividend.truncate(n_left);
    (quotient, dividend)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The polynomial with the given roots, whose coefficients are exact when the roots have few bits.
    fn with_roots(roots: &[f64]) -> Vec<f64> {
        roots.iter().fold(vec![1.0], |product, root| {
            let mut next = vec![0.0; product.len() + 1];
            for (power, coefficient) in product.iter().enumerate() {
                next[power + 1] += coefficient;
                next[power] -= root * coefficient;
            }
            next
        })
    }

    #[test]
    fn multiple_roots_and_roots_at_the_ends_are_told_apart() {
        let polynomial = with_roots(&[0.0, 0.5, 0.5, 0.5, 0.75, 0.75, 1.0]);
        let roots = real_roots(&polynomial, 0.0, 1.0);
        assert_eq!(roots.len(), 2);
        assert!(roots.iter().zip([0.5, 0.75]).all(|(found, root)| found.lower <= root && root <= found.upper));
        assert!(real_roots(&[0.0, 0.0, 0.0], 0.0, 1.0).is_empty());
        assert!(real_roots(&[1.0, 0.0, 1.0], -5.0, 5.0).is_empty());
        assert!(real_roots(&[], -5.0, 5.0).is_empty());
        assert!(real_roots(&[f64::NAN, 1.0], -5.0, 5.0).is_empty());
    }

    proptest! {
        #[test]
        fn planted_roots_are_found_and_no_others(places in prop::collection::btree_set(-16..16_i32, 1..6)) {
            let planted: Vec<f64> = places.iter().map(|k| f64::from(*k) / 8.0).collect();
            let found = real_roots(&with_roots(&planted), -3.0, 3.0);
            prop_assert_eq!(found.len(), planted.len());
            for (bracket, root) in found.iter().zip(planted) {
                prop_assert!(bracket.lower <= root && root <= bracket.upper);
                prop_assert!(bracket.upper - bracket.lower < 1e-6);
            }
        }

        #[test]
        fn sign_changes_on_a_grid_are_all_bracketed(polynomial in prop::collection::vec(-1.0..1.0_f64, 2..8)) {
            let found = real_roots(&polynomial, -1.0, 1.0);
            let at = |k: i32| crate::polynomial::value(&polynomial, f64::from(k) / 50.0);
            for k in -50..50 {
                if at(k) * at(k + 1) < 0.0 {
                    let cell = f64::from(k) / 50.0..=f64::from(k + 1) / 50.0;
                    prop_assert!(found.iter().any(|bracket| cell.contains(&bracket.middle())));
                }
            }
            for bracket in &found {
                let size: f64 = polynomial.iter().map(|c| c.abs()).sum();
                prop_assert!(crate::polynomial::value(&polynomial, bracket.middle()).abs() < 1e-10 * size);
            }
        }
    }
}
