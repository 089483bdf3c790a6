//! The naive alternative: one step with the pseudo-inverse of the whole Jacobian.

use crate::basis::{Basis, Projection};
use crate::error::ConstructError;
use crate::jacobian::Linearisation;
use crate::scalar::Scalar;
use crate::singular::{Conditioning, SingularValues};
use crate::targeted::{
    FunctionError, check_problem, check_threshold, function_error, norm, root_mean_square, step_from, subtract,
};
use relulab_net::Network;

/// Singular values up to this share of the largest are dropped by default: so few that in f32 rounding itself is
/// inverted.
pub const DEFAULT_NAIVE_THRESHOLD: f64 = 1e-15;

/// The precision of a computation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Precision {
    /// f32: parameters and points are rounded, and everything is computed in f32.
    Single,
    /// f64.
    Double,
}

/// What one naive step did.
#[derive(Clone, Debug, PartialEq)]
pub struct NaiveStep {
    /// The precision of the step; the errors below are measured in f64.
    pub precision: Precision,
    /// The network after the step; `None` when parameters left the range of f64.
    pub network: Option<Network>,
    /// Condition of the Jacobian (points × parameters).
    pub jacobian: Conditioning,
    /// Singular values that were inverted.
    pub kept: usize,
    /// Largest factor from the function to the parameters: the inverse of the smallest singular value inverted.
    pub amplification: f64,
    /// Length of the step.
    pub step_length: f64,
    /// Length of the parameters before.
    pub parameter_length: f64,
    /// Root mean square over the points of the error that the linear model expects after the step.
    pub predicted_error: f64,
    /// The actual error before.
    pub before: FunctionError,
    /// The actual error after; `None` without a network.
    pub after: Option<FunctionError>,
    /// Coefficient of the network minus that of the target after the step.
    pub coefficient_errors: Option<Vec<f64>>,
    /// Units and points whose on/off state the step changed.
    pub flips: Option<usize>,
}

/// Adds J⁺(y − f) to the parameters of a network with one output, once.
///
/// *Shapes*: `inputs` is n × input dimension, `target` has n values. The basis only measures the result.
///
/// *Algorithm*: thin singular value decomposition; singular values ≤ `threshold` · largest count as 0.
///
/// # Errors
/// As for [`construct`](crate::construct()); also when the threshold is negative, or the Jacobian is not finite.
pub fn naive_step(
    network: &Network,
    basis: &Basis,
    inputs: &[f64],
    target: &[f64],
    precision: Precision,
    threshold: f64,
) -> Result<NaiveStep, ConstructError> {
    check_problem(network, basis, inputs, target)?;
    check_threshold("the threshold", threshold)?;
    match precision {
        Precision::Single => step::<f32>(network, basis, inputs, target, precision, threshold),
        Precision::Double => step::<f64>(network, basis, inputs, target, precision, threshold),
    }
}

fn step<T: Scalar>(
    network: &Network,
    basis: &Basis,
    inputs: &[f64],
    target: &[f64],
    precision: Precision,
    threshold: f64,
) -> Result<NaiveStep, ConstructError> {
    let projection = Projection::new(basis, inputs)?;
    let parameters = network.parameters();
    let linear = Linearisation::<T>::new(network, inputs);
    let residual: Vec<T> = target.iter().zip(&linear.outputs).map(|(y, f)| T::round(*y) - *f).collect();
    let singular = SingularValues::new(&linear.jacobian, target.len(), parameters.len())?;
    let conditioning = singular.conditioning();
    let least = threshold * conditioning.largest;
    let smallest_kept = singular.values().filter(|value| *value > least).fold(f64::INFINITY, f64::min);
    let full_step: Vec<f64> = singular.solve(&residual, threshold).iter().map(|part| part.widen()).collect();
    let rows = linear.jacobian.chunks_exact(parameters.len()).zip(&residual);
    let predicted: Vec<f64> = rows
        .map(|(row, residual)| {
            row.iter().zip(&full_step).map(|(j, step)| j.widen() * step).sum::<f64>() - residual.widen()
        })
        .collect();
    let start = Linearisation::<f64>::new(network, inputs);
    let moved = step_from(network, &full_step, 1.0).ok();
    let end = moved.as_ref().map(|moved| Linearisation::<f64>::new(moved, inputs));
    let outputs = end.as_ref().map(|end| &end.outputs);
    Ok(NaiveStep {
        precision,
        jacobian: conditioning,
        kept: singular.values().filter(|value| *value > least).count(),
        amplification: 1.0 / smallest_kept,
        step_length: norm(&full_step),
        parameter_length: norm(parameters),
        predicted_error: root_mean_square(&predicted),
        before: function_error(&projection, &start.outputs, target),
        after: outputs.map(|outputs| function_error(&projection, outputs, target)),
        coefficient_errors: outputs.map(|outputs| projection.coefficients(&subtract(outputs, target))),
        flips: end.as_ref().map(|end| start.flips(end)),
        network: moved,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use relulab_net::{Activation, Purpose, RandomStream, Shape};

    fn problem(hidden: Vec<usize>) -> (Network, Vec<f64>, Vec<f64>) {
        let shape = Shape::new(1, hidden, 1).unwrap();
        let mut stream = RandomStream::new(2, Purpose::Bootstrap);
        let parameters = (0..shape.n_params()).map(|_| stream.normal()).collect();
        let network = Network::new(shape, Activation::Relu, parameters).unwrap();
        let inputs: Vec<f64> = (0..100).map(|_| stream.normal()).collect();
        let target = inputs.iter().map(|x| 2.1 * x + 1.05).collect();
        (network, inputs, target)
    }

    #[test]
    fn a_linear_model_is_solved_in_one_step() {
        let (network, inputs, target) = problem(vec![]);
        let basis = Basis::affine(1).unwrap();
        let made =
            |precision| naive_step(&network, &basis, &inputs, &target, precision, DEFAULT_NAIVE_THRESHOLD).unwrap();
        let (double, single) = (made(Precision::Double), made(Precision::Single));
        assert!(double.after.unwrap().total < 1e-13 && double.predicted_error < 1e-13);
        let rounded = single.after.unwrap().total;
        assert!(rounded < 1e-5 && rounded > 1e-9, "{rounded}");
        assert_eq!((double.kept, double.flips), (2, Some(0)));
    }

    #[test]
    fn single_precision_inverts_rounding() {
        // The scaling symmetries make J rank-deficient: without a threshold the smallest singular values are rounding.
        let (network, inputs, target) = problem(vec![16]);
        let basis = Basis::affine(1).unwrap();
        let made = |precision, threshold| naive_step(&network, &basis, &inputs, &target, precision, threshold).unwrap();
        let naive = made(Precision::Single, DEFAULT_NAIVE_THRESHOLD);
        assert!(naive.jacobian.rank < network.parameters().len());
        assert!(naive.jacobian.full() > 1e6 && naive.amplification > 1e4);
        let cautious = made(Precision::Double, 1e-10);
        assert!(cautious.kept <= 33 && cautious.step_length < naive.step_length);
        assert!(naive_step(&network, &basis, &inputs, &target, Precision::Double, -1.0).is_err());
    }
}
