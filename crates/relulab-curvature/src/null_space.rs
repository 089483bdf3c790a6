//! Why directions are flat: the null space of Gauss-Newton, split into known causes.
//!
//! For ReLU and LeakyReLU four kinds of directions leave all outputs on the data unchanged to first order:
//!
//! 1. *scaling*: t = (w, b, −v) of each unit, with w, b its input weights and bias, v its output weights;
//! 2. *dead*: every parameter of a dead unit, output weights included;
//! 3. *linear*: for the linear units of a layer, exchanges w ← w + A w, b ← b + A b, v ← v − v A for any matrix A, and
//!    shifts of a bias against the biases of the next layer;
//! 4. *duplicate*: the same exchanges among units that are on at exactly the same points.
//!
//! The spans overlap. They are orthogonalised in this order, so that a direction belongs to the first cause that
//! explains it, and the shares of every direction (squared projections), with the remainder, sum to 1.

use crate::error::CurvatureError;
use crate::hessian::MatrixKind;
use crate::matrix::{dot, norm};
use crate::objective::Objective;
use crate::operator::{CurvatureOperator, SymmetricOperator, loss_and_gradient};
use crate::orthogonal::orthogonalise;
use crate::spectrum::Spectrum;
use crate::units::{ObservedUnits, UnitStatus};
use relulab_net::{Activation, Layer};

/// A generator that keeps less than this share of its length lies in the span of those before it.
const DEPENDENT: f64 = 1e-9;

/// The scaling symmetry of one unit: its tangent and what the matrices do to it.
#[derive(Clone, Debug, PartialEq)]
pub struct ScalingTangent {
    /// Hidden layer, from 0.
    pub layer: usize,
    /// Unit in the layer.
    pub unit: usize,
    /// t = (w, b, −v) in the flat parameter vector.
    pub tangent: Vec<f64>,
    /// ‖Ht‖ for the pattern Hessian: null only where the gradient is.
    pub hessian_norm: f64,
    /// ‖Gt‖ for Gauss-Newton: 0 up to rounding, everywhere.
    pub gauss_newton_norm: f64,
    /// ‖Ht − (−∂_w L, −∂_b L, +∂_v L)‖: 0 up to rounding, everywhere.
    pub identity_error: f64,
}

/// Shares of the causes in one direction or, as a mean, in many; they sum to 1.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct NullShares {
    /// Scaling symmetries.
    pub scaling: f64,
    /// Parameters of dead units.
    pub dead: f64,
    /// Exchanges and shifts of linear units.
    pub linear: f64,
    /// Exchanges between units with one pattern.
    pub duplicate: f64,
    /// None of them.
    pub remainder: f64,
}

/// The null space of Gauss-Newton and its causes.
#[derive(Clone, Debug, PartialEq)]
pub struct NullSpace {
    /// Eigenvalues up to this size were called zero.
    pub threshold: f64,
    /// The eigenvalues called zero.
    pub eigenvalues: Vec<f64>,
    /// Shares in each of their eigenvectors.
    pub shares: Vec<NullShares>,
    /// Mean shares; all 0 when there is no null space. Unlike single shares, they do not depend on the choice of
    /// eigenvectors.
    pub mean: NullShares,
    /// Dimensions that each cause adds: scaling, dead, linear, duplicate.
    pub dimensions: [usize; 4],
}

/// The scaling tangents of all hidden units; none for smooth activations.
///
/// # Errors
/// When the parameters do not fit the objective.
pub fn scaling_tangents(objective: &Objective<'_>, parameters: &[f64]) -> Result<Vec<ScalingTangent>, CurvatureError> {
    let (_, gradient) = loss_and_gradient(objective, parameters)?;
    let hessian = CurvatureOperator::new(MatrixKind::PatternHessian, *objective, parameters)?;
    let gauss_newton = CurvatureOperator::new(MatrixKind::GaussNewton, *objective, parameters)?;
    let layers: Vec<Layer> = objective.shape().layers().collect();
    let mut image = vec![0.0; parameters.len()];
    let mut tangents = Vec::new();
    if !objective.activation().is_piecewise_linear() {
        return Ok(tangents);
    }
    for layer in 0..objective.shape().depth() {
        for unit in 0..layers[layer].n_out {
            let tangent = scaling_tangent(&layers, layer, unit, parameters);
            gauss_newton.apply(&tangent, &mut image)?;
            let gauss_newton_norm = norm(&image);
            hessian.apply(&tangent, &mut image)?;
            let hessian_norm = norm(&image);
            // The same signs on the gradient, all reversed.
            for (image, predicted) in image.iter_mut().zip(scaling_tangent(&layers, layer, unit, &gradient)) {
                *image += predicted;
            }
            let identity_error = norm(&image);
            tangents.push(ScalingTangent { layer, unit, tangent, hessian_norm, gauss_newton_norm, identity_error });
        }
    }
    Ok(tangents)
}

/// Splits the eigenvectors of Gauss-Newton with |λ| ≤ `threshold` into causes.
///
/// # Errors
/// When the spectrum is not that of Gauss-Newton, or its size or the parameters do not fit the objective.
pub fn attribute_null_space(
    objective: &Objective<'_>,
    parameters: &[f64],
    spectrum: &Spectrum,
    threshold: f64,
) -> Result<NullSpace, CurvatureError> {
    if spectrum.kind() != MatrixKind::GaussNewton {
        return Err(CurvatureError::Unsupported {
            method: "null-space attribution",
            needs: "the Gauss-Newton spectrum",
        });
    }
    if spectrum.dim() != objective.n_params() {
        return Err(CurvatureError::ParameterCount { expected: objective.n_params(), got: spectrum.dim() });
    }
    let causes = causes(objective, parameters)?;
    let mut basis: Vec<Vec<f64>> = Vec::new();
    let mut ends = [0; 4];
    for (generators, end) in causes.into_iter().zip(&mut ends) {
        for mut generator in generators {
            let length = norm(&generator);
            orthogonalise(&mut generator, &basis);
            let rest = norm(&generator);
            if rest > DEPENDENT * length {
                generator.iter_mut().for_each(|x| *x /= rest);
                basis.push(generator);
            }
        }
        *end = basis.len();
    }
    let null: Vec<usize> = (0..spectrum.dim()).filter(|&i| spectrum.values()[i].abs() <= threshold).collect();
    let mut mean = NullShares::default();
    let mut shares = Vec::with_capacity(null.len());
    for &index in &null {
        let squares: Vec<f64> = basis.iter().map(|vector| dot(vector, spectrum.vector(index)).powi(2)).collect();
        let part = |from: usize, to: usize| squares[from..to].iter().sum::<f64>();
        let [scaling, dead, linear, duplicate] =
            [part(0, ends[0]), part(ends[0], ends[1]), part(ends[1], ends[2]), part(ends[2], ends[3])];
        let remainder = (1.0 - scaling - dead - linear - duplicate).max(0.0);
        shares.push(NullShares { scaling, dead, linear, duplicate, remainder });
        let n = null.len() as f64;
        mean.scaling += scaling / n;
        mean.dead += dead / n;
        mean.linear += linear / n;
        mean.duplicate += duplicate / n;
        mean.remainder += remainder / n;
    }
    Ok(NullSpace {
        threshold,
        eigenvalues: null.iter().map(|&index| spectrum.values()[index]).collect(),
        shares,
        mean,
        dimensions: [ends[0], ends[1] - ends[0], ends[2] - ends[1], ends[3] - ends[2]],
    })
}

/// Generators of the four causes, in order.
fn causes(objective: &Objective<'_>, parameters: &[f64]) -> Result<[Vec<Vec<f64>>; 4], CurvatureError> {
    let units = ObservedUnits::of(objective, parameters)?;
    let layers: Vec<Layer> = objective.shape().layers().collect();
    let mut causes = [const { Vec::new() }; 4];
    let negative_slope = match objective.activation() {
        Activation::Relu => 0.0,
        Activation::LeakyRelu { slope } => slope,
        _ => return Ok(causes),
    };
    let [scaling, dead, linear, duplicate] = &mut causes;
    for l in 0..objective.shape().depth() {
        scaling.extend((0..layers[l].n_out).map(|unit| scaling_tangent(&layers, l, unit, parameters)));
        for unit in units.with_status(l, UnitStatus::Dead) {
            let mut places: Vec<usize> = incoming(&layers[l], unit).collect();
            places.push(layers[l].biases.start + unit);
            places.extend(outgoing(&layers[l + 1], unit));
            dead.extend(places.into_iter().map(|place| {
                let mut direction = vec![0.0; parameters.len()];
                direction[place] = 1.0;
                direction
            }));
        }
        let slope = |unit: usize| if units.pattern(l, unit)[0] { 1.0 } else { negative_slope };
        let straight = units.with_status(l, UnitStatus::Linear);
        for &unit in &straight {
            let mut shift = vec![0.0; parameters.len()];
            shift[layers[l].biases.start + unit] = 1.0;
            for (k, place) in outgoing(&layers[l + 1], unit).enumerate() {
                shift[layers[l + 1].biases.start + k] = -slope(unit) * parameters[place];
            }
            linear.push(shift);
        }
        exchanges(&layers, l, &straight, slope, parameters, linear);
        for group in units.duplicates(l) {
            exchanges(&layers, l, &group, |_| 1.0, parameters, duplicate);
        }
    }
    Ok(causes)
}

/// For each pair (to, from) of units that are the same multiple of their pre-activations everywhere: unit `to` takes
/// over a little of unit `from`, and the output weights of `from` give it back.
fn exchanges(
    layers: &[Layer],
    l: usize,
    group: &[usize],
    slope: impl Fn(usize) -> f64,
    parameters: &[f64],
    out: &mut Vec<Vec<f64>>,
) {
    for &to in group {
        for &from in group.iter().filter(|from| **from != to) {
            let mut direction = vec![0.0; parameters.len()];
            for (place, source) in incoming(&layers[l], to).zip(incoming(&layers[l], from)) {
                direction[place] = parameters[source];
            }
            direction[layers[l].biases.start + to] = parameters[layers[l].biases.start + from];
            let ratio = slope(to) / slope(from);
            for (place, source) in outgoing(&layers[l + 1], from).zip(outgoing(&layers[l + 1], to)) {
                direction[place] = -ratio * parameters[source];
            }
            out.push(direction);
        }
    }
}

/// (w, b, −v) of one unit out of a vector in the order of the parameters; 0 elsewhere.
fn scaling_tangent(layers: &[Layer], l: usize, unit: usize, from: &[f64]) -> Vec<f64> {
    let mut tangent = vec![0.0; from.len()];
    for place in incoming(&layers[l], unit).chain([layers[l].biases.start + unit]) {
        tangent[place] = from[place];
    }
    for place in outgoing(&layers[l + 1], unit) {
        tangent[place] = -from[place];
    }
    tangent
}

/// Places of the input weights of a unit.
fn incoming(layer: &Layer, unit: usize) -> impl Iterator<Item = usize> {
    let start = layer.weights.start + unit * layer.n_in;
    start..start + layer.n_in
}

/// Places of the output weights of a unit: a column of the next layer.
fn outgoing(next: &Layer, unit: usize) -> impl Iterator<Item = usize> {
    (next.weights.start + unit..next.weights.end).step_by(next.n_in)
}
