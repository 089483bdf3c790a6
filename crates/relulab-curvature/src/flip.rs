//! How far the activation pattern holds: the next flip along a direction, and a radius without any.
//!
//! The pattern Hessian and Gauss-Newton of a ReLU network are exact while no unit changes its side of the kink on
//! any point. Until the first flip, the pre-activations of hidden layer l are polynomials of degree l + 1 in the
//! distance along a direction.

use crate::error::CurvatureError;
use crate::objective::Objective;
use relulab_net::{Layer, reference};

/// Flips of deep networks are found to this share of the range searched; never later than they are.
const FLIP_TOLERANCE: f64 = 1e-12;

/// Halvings of the radius of deep networks.
const RADIUS_STEPS: usize = 50;

/// A unit changes sides at a point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Flip {
    /// Distance along the direction, in units of its length as given.
    pub at: f64,
    /// Hidden layer, from 0.
    pub layer: usize,
    /// Unit in the layer.
    pub unit: usize,
    /// Point of the data.
    pub point: usize,
}

/// A distance in the space of parameters within which no unit flips on any point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FlipRadius {
    /// The Euclidean distance; infinite without hidden units.
    pub radius: f64,
    /// Whether a flip lies at exactly this distance: so for one hidden layer. For more, it is a lower bound.
    pub exact: bool,
}

/// The first flip at θ + t d for 0 ≤ t ≤ `limit`, if there is one.
///
/// *Algorithm*: for the first hidden layer t is the root of a linear function. For deeper ones the polynomials of
/// all pre-activations are multiplied out; the first root is isolated by subdivision in Bernstein form, down to
/// 1e-12 of the range. Where a polynomial touches 0 without crossing, that is called a flip.
///
/// # Errors
/// When the activation is smooth, a vector does not fit, or the limit is not positive and finite.
pub fn first_flip(
    objective: &Objective<'_>,
    parameters: &[f64],
    direction: &[f64],
    limit: f64,
) -> Result<Option<Flip>, CurvatureError> {
    check(objective, parameters)?;
    objective.check(direction)?;
    if !(limit > 0.0 && limit.is_finite()) {
        return Err(CurvatureError::Argument { name: "limit", value: limit, expected: "a positive finite number" });
    }
    let layers: Vec<Layer> = objective.shape().layers().collect();
    let depth = objective.shape().depth();
    let mut first: Option<Flip> = None;
    for (point, input) in objective.inputs().chunks_exact(objective.shape().input_dim()).enumerate() {
        // Row i holds the coefficients of the value of unit i, constant term first.
        let mut values: Vec<Vec<f64>> = input.iter().map(|x| vec![*x]).collect();
        for (l, layer) in layers[..depth].iter().enumerate() {
            let mut next = Vec::with_capacity(layer.n_out);
            for unit in 0..layer.n_out {
                let mut z = vec![0.0; l + 2];
                z[0] = parameters[layer.biases.start + unit];
                z[1] = direction[layer.biases.start + unit];
                for (i, value) in values.iter().enumerate() {
                    let place = layer.weights.start + unit * layer.n_in + i;
                    for (power, coefficient) in value.iter().enumerate() {
                        z[power] += parameters[place] * coefficient;
                        z[power + 1] += direction[place] * coefficient;
                    }
                }
                let on = z[0] > 0.0;
                if let Some(at) = first_crossing(&z, on, first.map_or(limit, |flip| flip.at))
                    && first.is_none_or(|flip| at < flip.at)
                {
                    first = Some(Flip { at, layer: l, unit, point });
                }
                let slope = objective.activation().derivative(z[0]);
                z.iter_mut().for_each(|coefficient| *coefficient *= slope);
                next.push(z);
            }
            values = next;
        }
    }
    Ok(first)
}

/// The smallest t in [0, limit] where a polynomial leaves its side: > 0 when on, ≤ 0 when off.
fn first_crossing(coefficients: &[f64], on: bool, limit: f64) -> Option<f64> {
    // From here on the polynomial is ≤ 0 at 0, and crosses when it becomes positive (or 0, when on).
    let sign = if on { -1.0 } else { 1.0 };
    let degree = coefficients.iter().rposition(|coefficient| *coefficient != 0.0)?;
    let mut power = 1.0;
    let mut scaled = Vec::with_capacity(degree + 1);
    for coefficient in &coefficients[..=degree] {
        scaled.push(sign * coefficient * power);
        power *= limit;
    }
    if scaled[0] + scaled[1..].iter().map(|c| c.max(0.0)).sum::<f64>() < 0.0 {
        return None;
    }
    if degree == 0 {
        return None;
    }
    if degree == 1 {
        let at = -coefficients[0] / coefficients[1];
        return (scaled[1] > 0.0 && at <= limit).then_some(at.max(0.0));
    }
    // Bernstein coefficients on [0, 1]: bᵢ = Σ_j C(i, j) / C(n, j) aⱼ.
    let bernstein: Vec<f64> = (0..=degree)
        .map(|i| {
            let mut ratio = 1.0;
            let mut sum = 0.0;
            for (j, coefficient) in scaled[..=i].iter().enumerate() {
                sum += ratio * coefficient;
                ratio *= (i - j) as f64 / (degree - j).max(1) as f64;
            }
            sum
        })
        .collect();
    first_positive(bernstein, 0.0, 1.0, on).map(|share| share * limit)
}

/// The left end of the first short interval in which a polynomial in Bernstein form may be positive (0, if `closed`).
fn first_positive(bernstein: Vec<f64>, from: f64, width: f64, closed: bool) -> Option<f64> {
    let mut pending = vec![(bernstein, from, width)];
    while let Some((values, from, width)) = pending.pop() {
        let may_cross = |value: &f64| *value > 0.0 || closed && *value == 0.0;
        if !values.iter().any(may_cross) {
            continue;
        }
        if width <= FLIP_TOLERANCE || may_cross(&values[0]) {
            return Some(from);
        }
        // De Casteljau's halves: the left one from the first of each round, the right one from the last.
        let (mut left, mut right) = (Vec::with_capacity(values.len()), Vec::with_capacity(values.len()));
        let mut round = values;
        while let (Some(first), Some(last)) = (round.first(), round.last()) {
            left.push(*first);
            right.push(*last);
            round = round.windows(2).map(|pair| 0.5 * (pair[0] + pair[1])).collect();
        }
        right.reverse();
        pending.push((right, from + 0.5 * width, 0.5 * width));
        pending.push((left, from, 0.5 * width));
    }
    None
}

/// A distance within which no parameter vector has another pattern.
///
/// *Algorithm*: for one hidden layer the distance to a flip of a unit at x is |z| / ‖(x, 1)‖, and the least of them is
/// exact. For more layers, a change of the parameters of length ρ moves the values of layer l by at most
/// e_l = ρ (‖(h, 1)‖ + e_{l−1}) + ‖W_l‖ e_{l−1}, and a pre-activation by the same with its own row of W_l; the largest
/// ρ for which no bound reaches its |z| is found by halving. ‖W‖ is the Frobenius norm.
///
/// # Errors
/// When the activation is smooth or the parameters do not fit.
pub fn flip_radius(objective: &Objective<'_>, parameters: &[f64]) -> Result<FlipRadius, CurvatureError> {
    check(objective, parameters)?;
    let shape = objective.shape();
    let depth = shape.depth();
    // Per hidden layer: norm of each row of W, and of all of it.
    let norms: Vec<(Vec<f64>, f64)> = shape
        .layers()
        .take(depth)
        .map(|layer| {
            let weights = &parameters[layer.weights.clone()];
            (weights.chunks_exact(layer.n_in).map(crate::matrix::norm).collect(), crate::matrix::norm(weights))
        })
        .collect();
    let mut radius = f64::INFINITY;
    for input in objective.inputs().chunks_exact(shape.input_dim()) {
        let z = reference::pre_activations(shape, objective.activation(), parameters, input);
        // Norm of (h, 1) below each hidden layer.
        let mut lengths = vec![(1.0 + crate::matrix::dot(input, input)).sqrt()];
        lengths.extend(
            z[..depth]
                .iter()
                .map(|z| (1.0 + z.iter().map(|z| objective.activation().value(*z).powi(2)).sum::<f64>()).sqrt()),
        );
        if depth > 0 {
            let least = z[0].iter().fold(f64::INFINITY, |least, z| least.min(z.abs()));
            radius = radius.min(least / lengths[0]);
        }
        let is_safe = |radius: f64| {
            let mut moved = 0.0;
            norms.iter().zip(&z).zip(&lengths).all(|(((rows, all), z), length)| {
                let own = radius * (length + moved);
                let holds = rows.iter().zip(z).all(|(row, z)| own + row * moved <= z.abs());
                moved = own + all * moved;
                holds
            })
        };
        if depth > 1 && !is_safe(radius) {
            let (mut low, mut high) = (0.0, radius);
            for _ in 0..RADIUS_STEPS {
                let middle = 0.5 * (low + high);
                if is_safe(middle) { low = middle } else { high = middle }
            }
            radius = low;
        }
    }
    Ok(FlipRadius { radius, exact: depth <= 1 })
}

fn check(objective: &Objective<'_>, parameters: &[f64]) -> Result<(), CurvatureError> {
    objective.check(parameters)?;
    if objective.activation().is_piecewise_linear() {
        Ok(())
    } else {
        Err(CurvatureError::Unsupported { method: "the distance to the next flip", needs: "ReLU or LeakyReLU" })
    }
}
