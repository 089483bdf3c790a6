//! The probability that a unit is dead before training, by formula and by integration.
//!
//! Weights and biases of a unit with fan-in k are U(±1/√k), as PyTorch draws them. In units of 1/√k a unit of the first
//! layer is u·x + β with u uniform in the cube [−1,1]^d and β uniform on [−1,1]: given u, it is dead on samples S with
//! probability max(0, 1 − h(u))/2, where h(u) = max over S of u·x.

use crate::statistics::CounterRng;
use std::f64::consts::{PI, SQRT_2};

/// Directions over which the given samples of two dimensions are integrated.
const DIRECTIONS: usize = 4096;
/// Panels of Simpson's rule over the largest of n normal numbers.
const PANELS: usize = 4000;
/// Where that integral ends: beyond it lies less than 1e-25 of the normal distribution, even of a thousand numbers.
const FARTHEST: f64 = 12.0;

/// The expected probability over samples of n points of N(0,1)^d, and a bound on its error.
///
/// *Algorithm*: along any direction the largest of n samples M is distributed as the largest of n normal numbers, so
/// only |u| matters. Where M ≥ 1, the ball |u| < 1/M lies inside the cube, and ½ ∫ (1 − |u| M)₊ du / 2^d =
/// V_d / (2^{d+1} (d+1) M^d), V_d being the volume of the unit ball. The expectation of M^{−d} is taken by Simpson's
/// rule. M < 1 has probability Φ(1)ⁿ, and adds at most all of it.
pub fn first_layer_expected(n: usize, d: usize) -> (f64, f64) {
    let density = |x: f64| {
        let tail = libm::log1p(-upper_tail(x));
        n as f64 * libm::exp(-0.5 * x * x + (n as f64 - 1.0) * tail) / (2.0 * PI).sqrt()
    };
    let d = d as f64;
    let step = (FARTHEST - 1.0) / PANELS as f64;
    let value = |place: usize| {
        let x = 1.0 + step * place as f64;
        density(x) * libm::pow(x, -d)
    };
    let sum: f64 = (0..PANELS / 2).map(|pair| value(2 * pair) + 4.0 * value(2 * pair + 1) + value(2 * pair + 2)).sum();
    let volume = libm::pow(PI, d / 2.0) / libm::tgamma(d / 2.0 + 1.0);
    let moment = sum * step / 3.0;
    (volume / (libm::exp2(d + 1.0) * (d + 1.0)) * moment, libm::pow(1.0 - upper_tail(1.0), n as f64))
}

/// The probability on given samples, in one or two dimensions; `None` in more.
///
/// *Algorithm*: along each direction of unit vectors e the radius integrates in closed form up to the cube's side or
/// 1/h(e), where the unit comes alive whatever its bias; in two dimensions the directions are summed by the
/// trapezoidal rule.
///
/// *Shapes*: `samples` is n × d.
pub fn first_layer_given(samples: &[f64], d: usize) -> Option<f64> {
    let support = |e: &[f64]| {
        let products = samples.chunks_exact(d).map(|x| x.iter().zip(e).map(|(x, e)| x * e).sum::<f64>());
        products.fold(f64::NEG_INFINITY, f64::max)
    };
    let radius = |h: f64, side: f64| if h > 0.0 { side.min(1.0 / h) } else { side };
    match d {
        1 => Some(
            [1.0, -1.0]
                .map(|e| {
                    let h = support(&[e]);
                    let r = radius(h, 1.0);
                    (r - h * r * r / 2.0) / 4.0
                })
                .iter()
                .sum(),
        ),
        2 => {
            let one = |k: usize| {
                let (sine, cosine) = libm::sincos(2.0 * PI * k as f64 / DIRECTIONS as f64);
                let h = support(&[cosine, sine]);
                let r = radius(h, 1.0 / sine.abs().max(cosine.abs()));
                (r * r / 2.0 - h * r * r * r / 3.0) / 8.0
            };
            Some((0..DIRECTIONS).map(one).sum::<f64>() * 2.0 * PI / DIRECTIONS as f64)
        }
        _ => None,
    }
}

/// Upper bound on the probability that a unit of the second layer is dead on the whole space, above k ReLU units: ¼ +
/// 2^{−k−1}.
///
/// *Derivation*: along a line x = s e the units of the first layer grow like (w·e)₊ s as s → ∞ and like (−w·e)₊ |s| as
/// s → −∞. A dead unit needs v·(w·e)₊ ≤ 0 and v·(−w·e)₊ ≤ 0. These read different entries of v, each sum is symmetric
/// about 0, so they hold with probability ½ each, independently, unless all w·e have one sign (probability 2^{1−k}):
/// then one of them is void.
pub fn second_layer_bound(k: usize) -> f64 {
    0.25 + libm::exp2(-(k as f64) - 1.0)
}

/// Where a unit is to be dead.
#[derive(Clone, Copy, Debug)]
pub enum Where<'a> {
    /// Everywhere on the line.
    Line,
    /// On these points, ascending.
    Points(&'a [f64]),
}

/// Mean probability, over `n_draws` draws from a stream, that a unit of the second layer is dead above k ReLU units with
/// one input: the bias of the unit is integrated in closed form, all weights and the biases below are drawn.
pub fn second_layer(k: usize, places: Where<'_>, n_draws: usize, rng: &mut CounterRng) -> f64 {
    let mut units = vec![[0.0; 3]; k];
    let mut total = 0.0;
    for _ in 0..n_draws {
        units.iter_mut().for_each(|unit| *unit = [(); 3].map(|()| 2.0 * uniform(rng) - 1.0));
        // In units of 1/√k, the bias c is U(±1): dead with probability (1 − largest)/2.
        let largest = largest_sum(&units, places);
        total += (0.5 * (1.0 - largest)).clamp(0.0, 1.0);
    }
    total / n_draws as f64
}

/// Largest value of Σ v (w x + b)₊ over the places, of units [w, b, v].
fn largest_sum(units: &[[f64; 3]], places: Where<'_>) -> f64 {
    let sum = |x: f64| units.iter().map(|[w, b, v]| v * (w * x + b).max(0.0)).sum::<f64>();
    // A piecewise linear function is largest at a kink or at an end.
    let kinks = units.iter().filter(|[w, ..]| *w != 0.0).map(|[w, b, _]| -b / w);
    match places {
        Where::Line => {
            let slope = |sign: f64| units.iter().map(|[w, _, v]| v * (sign * w).max(0.0)).sum::<f64>();
            if slope(1.0) > 0.0 || slope(-1.0) > 0.0 {
                return f64::INFINITY;
            }
            kinks.map(sum).fold(f64::NEG_INFINITY, f64::max)
        }
        Where::Points(points) => {
            // Among ordered points, it is largest next to a kink or at an end.
            let last = points.len().saturating_sub(1);
            let beside = kinks.flat_map(|kink| {
                let above = points.partition_point(|x| *x < kink);
                [above.saturating_sub(1), above.min(last)]
            });
            beside.chain([0, last]).map(|place| sum(points[place])).fold(f64::NEG_INFINITY, f64::max)
        }
    }
}

/// A uniform number in [0, 1).
pub fn uniform(rng: &mut CounterRng) -> f64 {
    (rng.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
}

/// 1 − Φ(x).
fn upper_tail(x: f64) -> f64 {
    0.5 * libm::erfc(x / SQRT_2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use relulab_net::{Purpose, RandomStream};

    /// Draws units and samples and counts.
    fn by_counting(n: usize, d: usize, n_draws: usize) -> f64 {
        let mut normal = RandomStream::new(3, Purpose::Bootstrap);
        let mut rng = CounterRng::new(&[1, d as u64]);
        let mut n_dead = 0;
        for _ in 0..n_draws {
            let w: Vec<f64> = (0..d).map(|_| 2.0 * uniform(&mut rng) - 1.0).collect();
            let b = 2.0 * uniform(&mut rng) - 1.0;
            let on = (0..n).any(|_| b + w.iter().map(|w| w * normal.normal()).sum::<f64>() > 0.0);
            n_dead += usize::from(!on);
        }
        n_dead as f64 / n_draws as f64
    }

    #[test]
    fn the_formula_agrees_with_counting() {
        for (n, d) in [(64, 1), (64, 2), (64, 3), (1000, 1)] {
            let (expected, bound) = first_layer_expected(n, d);
            let n_draws = 40_000;
            let deviation = (expected / n_draws as f64).sqrt();
            let counted = by_counting(n, d, n_draws);
            assert!((counted - expected).abs() < 4.0 * deviation + bound, "{n} {d}: {counted} {expected}");
        }
    }

    #[test]
    fn given_samples_average_to_the_expectation() {
        let mut normal = RandomStream::new(4, Purpose::Bootstrap);
        for d in [1, 2] {
            let values: Vec<f64> = (0..200)
                .map(|_| {
                    let samples: Vec<f64> = (0..64 * d).map(|_| normal.normal()).collect();
                    first_layer_given(&samples, d).unwrap()
                })
                .collect();
            let mean = values.iter().sum::<f64>() / 200.0;
            let deviation = (values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / 200.0 / 200.0).sqrt();
            assert!((mean - first_layer_expected(64, d).0).abs() < 4.0 * deviation, "{d}");
        }
        // The unit square as samples: h(e) = max(|cos|, |sin|)-like cases have closed forms; on ±1 in 1-D, F = 1/4.
        assert!((first_layer_given(&[-1.0, 1.0], 1).unwrap() - 0.25).abs() < 1e-15);
        assert!((first_layer_given(&[-0.5, 0.5], 1).unwrap() - 0.375).abs() < 1e-15);
        // One sample at 0: dead with probability ½.
        assert!((first_layer_given(&[0.0, 0.0], 2).unwrap() - 0.5).abs() < 1e-6);
        assert_eq!(first_layer_given(&[0.0; 3], 3), None);
    }

    #[test]
    fn second_layers_stay_below_the_bound_and_agree_with_brute_force() {
        let points: Vec<f64> = (-40..=40).map(|i| 0.1 * f64::from(i)).collect();
        for k in [1, 3, 8] {
            let line = second_layer(k, Where::Line, 20_000, &mut CounterRng::new(&[k as u64]));
            let near = second_layer(k, Where::Points(&points), 20_000, &mut CounterRng::new(&[k as u64]));
            assert!(line > 0.0 && line < near && line < second_layer_bound(k), "{k}: {line} {near}");
            let mut rng = CounterRng::new(&[k as u64]);
            for _ in 0..50 {
                let units: Vec<[f64; 3]> = (0..k).map(|_| [0; 3].map(|_| 2.0 * uniform(&mut rng) - 1.0)).collect();
                let sum = |x: f64| units.iter().map(|[w, b, v]| v * (w * x + b).max(0.0)).sum::<f64>();
                let brute = points.iter().map(|&x| sum(x)).fold(f64::NEG_INFINITY, f64::max);
                assert_eq!(largest_sum(&units, Where::Points(&points)), brute);
                assert!(largest_sum(&units, Where::Line) >= brute - 1e-12);
            }
        }
        // One unit below: dead on the line exactly if v ≤ 0 and c ≤ 0.
        let one = second_layer(1, Where::Line, 40_000, &mut CounterRng::new(&[9]));
        assert!((one - 0.25).abs() < 0.01, "{one}");
    }
}
