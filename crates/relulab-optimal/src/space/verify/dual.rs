//! From a hint to a proven lower bound.
//!
//! **Weak duality.** Let a network of the part have values v at the points, and let p be any numbers, one per datum. Since
//! ℓ(v; y) ≥ D(p) − p v (see [`Loss`]),
//!
//! > Σ ℓ(v; y) ≥ Σ D(p) − Σ q v, where q sums p over the data at a point.
//!
//! If Σ q g ≤ 0 for every signed ray g of the part, and Σ q = 0 where there is an output bias, then Σ q v ≤ 0, since v is a
//! non-negative combination of such rays. So Σ D(p) is a lower bound.
//!
//! **Repair.** The pulls of a fit, computed in floating point, satisfy nothing exactly. The multipliers meant here are
//! their orthogonal projection away from the hint's rays (see [`super::projection`]): they are known to exist within a
//! small distance, which is charged to every sign and to the bound. Signs of rays outside of the hint must be certain under it,
//! or exactly zero because the ray is a combination of others (see [`super::span`]); what is left in doubt is decided in
//! rationals.

use super::super::certificate::Hint;
use super::super::ground::Ground;
use super::super::loss::Loss;
use super::super::part::Part;
use super::projection::{Freedom, Projection, outward};
use super::span::Span;
use crate::elementary::entropy;
use relulab_exact::{Bounded, Rational, Sign};

/// What became of a hint.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Bound {
    /// No network of the part has a smaller mean loss.
    Proven(f64),
    /// The multipliers are correlated with these rays in the wrong way, or perhaps are.
    Violated(Vec<usize>),
    /// The rays are not in order, there are no such rays, or numbers are missing or not finite.
    Malformed,
}

/// What to do with signs that floating point leaves open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Doubts {
    /// Count them as wrong.
    Reject,
    /// Decide them in rationals.
    Decide,
}

/// The pull of every datum at a hint's fit, by point.
pub(super) fn pulls(ground: &Ground, hint: &Hint) -> Option<Vec<Vec<f64>>> {
    let Hint { rays, coefficients, smoothing, .. } = hint;
    let is_in_order = rays.is_sorted_by(|a, b| a < b) && rays.last().is_none_or(|ray| *ray < ground.rays.len());
    let is_there = hint.open.iter().all(|(ray, _)| *ray < ground.rays.len());
    if !is_in_order || !is_there || rays.len() != coefficients.len() {
        return None;
    }
    let values = fit(ground, hint);
    let pull = |value: f64, label: &Bounded| ground.loss.smooth_pull(value, label.value(), *smoothing);
    let of_point = |(&value, labels): (&f64, &Vec<Bounded>)| labels.iter().map(|label| pull(value, label)).collect();
    let pulls: Vec<Vec<f64>> = values.iter().zip(&ground.labels).map(of_point).collect();
    pulls.iter().flatten().all(|pull| pull.is_finite()).then_some(pulls)
}

/// The values of a hint's fit, in floating point.
fn fit(ground: &Ground, hint: &Hint) -> Vec<f64> {
    let mut values = vec![hint.bias; ground.n_points()];
    let open = hint.open.iter().map(|(ray, coefficient)| (ray, coefficient));
    for (&ray, coefficient) in hint.rays.iter().zip(&hint.coefficients).chain(open) {
        for (value, entry) in values.iter_mut().zip(ground.column(ray)) {
            *value += coefficient * entry;
        }
    }
    values
}

/// The mean loss that a hint proves for a part.
///
/// Where pulls are limited, those at the limit are held fixed first, so that none leaves the limit; if that proves nothing, all
/// move, and are drawn in afterwards.
pub(crate) fn bound(ground: &Ground, part: &Part, hint: &Hint, doubts: Doubts) -> Bound {
    let Some(pulls) = pulls(ground, hint) else { return Bound::Malformed };
    let signs = part.signs(ground.rays.len());
    let with = |fixed| match Projection::new(ground, &hint.rays, &pulls, Freedom::of(ground.loss, &pulls, fixed)) {
        Some(projection) => project(ground, &signs, (hint, &pulls), &projection, doubts),
        None => Bound::Malformed,
    };
    match (ground.loss.largest_pull(), with(ground.loss.largest_pull())) {
        (Some(_), Bound::Violated(_) | Bound::Malformed) => with(None),
        (_, bound) => bound,
    }
}

/// The bound that projected pulls prove, if all signs are right.
fn project(
    ground: &Ground,
    signs: &[[bool; 2]],
    (hint, pulls): (&Hint, &[Vec<f64>]),
    projection: &Projection,
    doubts: Doubts,
) -> Bound {
    let mut span = None;
    let (mut violated, mut open) = (Vec::new(), Vec::new());
    for (ray, &[plus, minus]) in signs.iter().enumerate() {
        if (!plus && !minus) || projection.rays().binary_search(&ray).is_ok() {
            continue;
        }
        match projection.sign(ground.column(ray)) {
            Some(Sign::Negative) if !minus => {}
            Some(Sign::Positive) if !plus => {}
            Some(_) => violated.push(ray),
            None => {
                let span = span.get_or_insert_with(|| Span::new(ground, projection));
                if !span.has(ground, ray) {
                    open.push(ray);
                }
            }
        }
    }
    if violated.is_empty() && doubts == Doubts::Decide && !open.is_empty() {
        let charges = projection.exact_charges(ground, pulls);
        open.retain(|&ray| match exact_sign(ground, ray, &charges) {
            Sign::Positive => signs[ray][0],
            Sign::Negative => signs[ray][1],
            Sign::Zero => false,
        });
    }
    violated.extend(open);
    if violated.is_empty() {
        Bound::Proven(mean_loss(ground, hint, pulls, projection))
    } else {
        Bound::Violated(violated)
    }
}

/// The sign of Σ q g.
fn exact_sign(ground: &Ground, ray: usize, charges: &[Rational]) -> Sign {
    let terms = charges.iter().enumerate().filter(|(at, _)| ground.rays[ray].positive.has(*at));
    let sum =
        terms.fold(Rational::zero(), |sum, (at, q)| sum + ground.rays[ray].exact_activation(&ground.points, at) * q);
    sum.exact_sign()
}

/// The mean of D at the projected pulls, rounded down.
///
/// Since they are orthogonal to combinations of the projection's rays, those may be subtracted from the labels first: D(p) for
/// the label y is p y plus what does not depend on y. Less the hint's fit, labels are small, and little is charged to them.
///
/// Losses of residuals: the pulls are p + η with Σ η² ≤ r² for the radius r of the projection. D is at least its tangent at p less half its largest
/// curvature times η², so what is lost is at most r (Σ D′²)^½ and that. If some may lie beyond a limit, all are multiplied by a
/// number t ≤ 1 that brings them within: the signs stay, and D(t p) ≥ t D(p), because D is concave with D(0) = 0.
///
/// The logistic loss: each pull is known to lie in an interval, and the concave D(p) − p f is least at one of its ends.
fn mean_loss(ground: &Ground, hint: &Hint, pulls: &[Vec<f64>], projection: &Projection) -> f64 {
    let least = match ground.loss {
        Loss::Logistic => {
            let values: Vec<f64> = fit(ground, hint);
            let nearest = projection.nearest(&values);
            least_entropy(pulls, &combination(ground, &nearest), projection)
        }
        _ => {
            let constant = if projection.has_constant() { hint.bias } else { 0.0 };
            let terms = hint.rays.iter().zip(&hint.coefficients);
            let known = terms.filter(|(ray, _)| projection.rays().binary_search(ray).is_ok());
            let terms: Vec<_> =
                known.map(|(ray, coefficient)| (Some(*ray), *coefficient)).chain([(None, constant)]).collect();
            least_of_residuals(ground, pulls, &combination(ground, &terms), projection)
        }
    };
    let mean = least / Bounded::exact(ground.points.n_data as f64);
    (mean.value() - mean.error()).next_down().max(0.0)
}

/// The sum of D at the projected pulls of the logistic loss, where D(p) is the entropy of |p|.
fn least_entropy(pulls: &[Vec<f64>], fitted: &[Bounded], projection: &Projection) -> Bounded {
    let mut sum = Bounded::ZERO;
    for (at, (pulls, fit)) in pulls.iter().zip(fitted).enumerate() {
        let distance = projection.distance(at, pulls.len());
        for &pull in pulls {
            let size = pull.abs();
            let ends =
                if distance > 0.0 { [(size - distance).next_down(), (size + distance).next_up()] } else { [size; 2] };
            // Beyond 0 and 1 nothing is proved.
            if !(0.0..=1.0).contains(&ends[0]) || !(0.0..=1.0).contains(&ends[1]) {
                return Bounded::ZERO;
            }
            let worth = ends.map(|end| entropy(end) - Bounded::exact(end.copysign(pull)) * *fit);
            let [low, high] = worth.map(|worth| worth.value() - worth.error());
            sum = sum + Bounded::exact(low.min(high).next_down());
        }
    }
    sum
}

fn least_of_residuals(ground: &Ground, pulls: &[Vec<f64>], fitted: &[Bounded], projection: &Projection) -> Bounded {
    let mut sum = Bounded::ZERO;
    let mut slopes = 0.0;
    let labels =
        ground.labels.iter().zip(fitted).flat_map(|(labels, fit)| labels.iter().map(move |label| *label - *fit));
    for (&pull, y) in pulls.iter().flatten().zip(labels) {
        let p = Bounded::exact(pull);
        let (worth, slope) = match ground.loss {
            Loss::Squared => (p * (y - p * Bounded::exact(0.25)), y - p * Bounded::exact(0.5)),
            Loss::Absolute => (p * y, y),
            Loss::Huber(_) => (p * (y - p * Bounded::exact(0.5)), y - p),
            Loss::Logistic => return Bounded::ZERO,
        };
        sum = sum + worth;
        if projection.is_free(pull) {
            let size = slope.value().abs() + slope.error();
            slopes += size * size;
        }
    }
    let half_curvature = match ground.loss {
        Loss::Squared => 0.25,
        Loss::Absolute => 0.0,
        Loss::Huber(_) | Loss::Logistic => 0.5,
    };
    let radius = projection.radius();
    let lost = outward(radius * outward(slopes).sqrt() + half_curvature * radius * radius);
    let mut least = sum - Bounded::new(0.0, lost);
    if let Some(limit) = ground.loss.largest_pull() {
        let free = pulls.iter().flatten().filter(|pull| projection.is_free(**pull));
        let largest = free.fold(0.0, |most: f64, pull| most.max(pull.abs()));
        let reached = outward(largest + radius);
        if reached > limit {
            least = least * Bounded::exact(limit) / Bounded::exact(reached);
        }
    }
    least
}

/// The values of a combination of rays and the constant, with bounds of their rounding.
fn combination(ground: &Ground, terms: &[(Option<usize>, f64)]) -> Vec<Bounded> {
    let mut values = vec![Bounded::ZERO; ground.n_points()];
    for &(ray, coefficient) in terms {
        for (at, value) in values.iter_mut().enumerate() {
            let entry = ray.map_or(Bounded::exact(1.0), |ray| ground.activation(ray, at));
            *value = *value + Bounded::exact(coefficient) * entry;
        }
    }
    values
}
