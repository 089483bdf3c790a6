//! Points that show a sign: samples first, then steps uphill.

use super::Ranges;
use super::lagrangian::{Goal, activated};
use crate::relaxation::InputBox;
use crate::relaxation::dense::{Dense, DenseLayer};
use crate::relaxation::pass::Pass;
use relulab_exact::{Dyadic, Sign};
use relulab_net::{Purpose, RandomStream};

/// Random points of the box that are tried.
const N_TRIED: usize = 512;

/// Boxes of up to this dimension have all their corners tried.
const MOST_CORNER_DIMS: usize = 8;

/// First step uphill, as a share of the box.
const FIRST_STEP: f64 = 0.25;

/// Steps uphill from one point.
const MOST_STEPS: usize = 60;

/// All pre-activations at a point, each between two bounds.
pub(super) fn values_at(network: &Dense, point: &[f64]) -> Ranges {
    match InputBox::new(point.to_vec(), point.to_vec()) {
        Ok(place) => Pass::intervals(network, &place, network.layers.len()),
        // What overflowed on its way up shows nothing.
        Err(_) => network.layers.iter().map(|layer| vec![(f64::NEG_INFINITY, f64::INFINITY); layer.n_out]).collect(),
    }
}

/// The middle, the corners where they are few, and random points.
pub(super) fn trial_points(domain: &InputBox) -> Vec<Vec<f64>> {
    let mut points = vec![domain.middle()];
    if domain.dim() <= MOST_CORNER_DIMS {
        let end = |corner: usize, axis: usize| {
            if corner >> axis & 1 == 1 { domain.upper()[axis] } else { domain.lower()[axis] }
        };
        points.extend((0..1 << domain.dim()).map(|corner| (0..domain.dim()).map(|axis| end(corner, axis)).collect()));
    }
    let mut stream = RandomStream::new(0, Purpose::Observation);
    points.extend((0..N_TRIED).map(|_| {
        let between = |(lower, upper): (&f64, &f64)| {
            let share = stream.uniform();
            (lower * (1.0 - share) + upper * share).clamp(*lower, *upper)
        };
        domain.lower().iter().zip(domain.upper()).map(between).collect()
    }));
    points
}

/// The goal's pre-activation, signed, and its gradient, in plain f64.
fn value_and_gradient(network: &Dense, goal: Goal, point: &[f64]) -> (f64, Vec<f64>) {
    let mut values: Vec<Vec<f64>> = Vec::with_capacity(goal.layer);
    let mut inputs = point.to_vec();
    for layer in &network.layers[..goal.layer] {
        let z: Vec<f64> = (0..layer.n_out).map(|unit| layer.biases[unit] + dot(layer.row(unit), &inputs)).collect();
        inputs = z.iter().map(|z| activated(*z, network.leak)).collect();
        values.push(z);
    }
    let last = &network.layers[goal.layer];
    let value = goal.sign() * (last.biases[goal.unit] + dot(last.row(goal.unit), &inputs));
    let mut gradient: Vec<f64> = last.row(goal.unit).iter().map(|weight| goal.sign() * weight).collect();
    for (layer, z) in network.layers[..goal.layer].iter().zip(&values).rev() {
        let mut below = vec![0.0; layer.n_in];
        for (unit, (slope, z)) in gradient.iter().zip(z).enumerate() {
            let slope = if *z > 0.0 { *slope } else { network.leak * slope };
            if slope != 0.0 {
                below.iter_mut().zip(layer.row(unit)).for_each(|(below, weight)| *below += slope * weight);
            }
        }
        gradient = below;
    }
    (value, gradient)
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Climbs from a point, first brought into the box, and returns where it ends.
///
/// *Algorithm*: projected gradient, in coordinates in which the box is a cube; a step that does not climb is halved.
pub(super) fn climb(network: &Dense, domain: &InputBox, goal: Goal, start: &[f64]) -> Vec<f64> {
    let widths: Vec<f64> = domain.lower().iter().zip(domain.upper()).map(|(lower, upper)| upper - lower).collect();
    let ends = domain.lower().iter().zip(domain.upper());
    let mut point: Vec<f64> = start.iter().zip(ends).map(|(x, (lower, upper))| x.clamp(*lower, *upper)).collect();
    let (mut value, mut gradient) = value_and_gradient(network, goal, &point);
    let mut step = FIRST_STEP;
    for _ in 0..MOST_STEPS {
        let steepest =
            gradient.iter().zip(&widths).fold(0.0_f64, |most, (slope, width)| most.max((slope * width).abs()));
        if steepest == 0.0 || !steepest.is_finite() {
            break;
        }
        let next: Vec<f64> = (0..point.len())
            .map(|axis| {
                let share = gradient[axis] * widths[axis] / steepest;
                (point[axis] + step * share * widths[axis]).clamp(domain.lower()[axis], domain.upper()[axis])
            })
            .collect();
        let (reached, slopes) = value_and_gradient(network, goal, &next);
        if reached > value {
            (point, value, gradient, step) = (next, reached, slopes, (2.0 * step).min(1.0));
        } else {
            step *= 0.5;
        }
    }
    point
}

/// The pre-activation at a point, exactly; `None` where a coordinate is not finite.
pub(super) fn exact_value(network: &Dense, layer: usize, unit: usize, point: &[f64]) -> Option<Dyadic> {
    let leak = Dyadic::from_f64(network.leak)?;
    let mut inputs = point.iter().map(|x| Dyadic::from_f64(*x)).collect::<Option<Vec<_>>>()?;
    let value = |layer: &DenseLayer, unit: usize, inputs: &[Dyadic]| {
        layer.row(unit).iter().zip(inputs).try_fold(Dyadic::from_f64(layer.biases[unit])?, |sum, (weight, input)| {
            Some(sum + &Dyadic::from_f64(*weight)? * input)
        })
    };
    for layer in &network.layers[..layer] {
        let activated = |z: Dyadic| if z.sign() == Sign::Positive { z } else { &z * &leak };
        inputs = (0..layer.n_out).map(|unit| value(layer, unit, &inputs).map(activated)).collect::<Option<Vec<_>>>()?;
    }
    value(&network.layers[layer], unit, &inputs)
}
