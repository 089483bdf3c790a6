//! ∫ p² φ by composite Gauss-Legendre quadrature: slower than moments, but no term cancels another.

use super::moments::density;

/// Positive nodes and weights of the 16-point Gauss-Legendre rule on [−1, 1].
const NODES: [(f64, f64); 8] = [
    (0.09501250983763744, 0.1894506104550685),
    (0.2816035507792589, 0.18260341504492358),
    (0.45801677765722737, 0.16915651939500254),
    (0.6178762444026438, 0.14959598881657674),
    (0.755404408355003, 0.12462897125553388),
    (0.8656312023878318, 0.09515851168249279),
    (0.9445750230732326, 0.062253523938647894),
    (0.9894009349916499, 0.027152459411754096),
];

/// Width times distance from 0 of a panel: inside one, φ changes by at most a factor of about e⁴, for which sixteen
/// nodes are exact to the last digit.
const PANEL_DECAY: f64 = 4.0;

/// Distance from 0 below which panels get no wider.
const PANEL_CORE: f64 = 2.0;

/// φ vanishes in f64 beyond this distance from 0.
const SUPPORT: f64 = 39.0;

/// Panels far out that add less than this share end the sum; φ falls faster than any power grows there.
const LAST_SHARE: f64 = f64::EPSILON / 16.0;

/// ∫ p(x)² φ(x) dx from `left` to `right`, either of which may be infinite; `polynomial` has ascending powers.
pub(super) fn integrate_square(polynomial: &[f64], left: f64, right: f64) -> f64 {
    outwards(polynomial, left.max(0.0), right, 1.0) + outwards(polynomial, (-right).max(0.0), -left, -1.0)
}

/// The part on one side of 0, from `near` out to `far`, where x = `side` · distance.
fn outwards(polynomial: &[f64], near: f64, far: f64, side: f64) -> f64 {
    let far = far.min(SUPPORT);
    // Beyond the root of twice the degree of p², x to that power times φ decreases.
    let turning = 2.0 * (polynomial.len() as f64).sqrt();
    let mut start = near;
    let mut sum = 0.0;
    while start < far {
        let end = far.min(start + PANEL_DECAY / start.max(PANEL_CORE));
        let (middle, half) = (0.5 * (start + end), 0.5 * (end - start));
        let integrand = |distance: f64| {
            let value = polynomial.iter().rev().fold(0.0, |value, c| value * (side * distance) + c);
            value * value * density(distance)
        };
        let pairs = NODES
            .iter()
            .map(|(node, weight)| weight * (integrand(middle - half * node) + integrand(middle + half * node)));
        let panel = half * pairs.sum::<f64>();
        sum += panel;
        if start > turning && panel <= LAST_SHARE * sum {
            break;
        }
        start = end;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rule_is_exact_to_degree_31() {
        for power in 0..32_i32 {
            let sum: f64 = NODES.iter().map(|(node, weight)| weight * (node.powi(power) + (-node).powi(power))).sum();
            let exact = if power % 2 == 0 { 2.0 / f64::from(power + 1) } else { 0.0 };
            assert!((sum - exact).abs() < 8.0 * f64::EPSILON, "power {power}");
        }
    }

    #[test]
    fn full_moments_are_double_factorials() {
        let mut exact = 1.0;
        for power in 0..7 {
            let mut polynomial = vec![0.0; power + 1];
            polynomial[power] = 1.0;
            let sum = integrate_square(&polynomial, f64::NEG_INFINITY, f64::INFINITY);
            assert!((sum / exact - 1.0).abs() < 1e-14, "power {power}: {sum}");
            exact *= (2 * power + 1) as f64;
        }
    }
}
