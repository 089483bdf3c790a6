//! Targeted construction: move a network until its projection on a basis is that of a target.

use crate::basis::{Basis, Projection};
use crate::error::{ConstructError, check_finite};
use crate::jacobian::Linearisation;
use crate::singular::{Conditioning, SingularValues};
use relulab_net::Network;

/// Whether a step that does not help is shortened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Damping {
    /// Every step is taken in full, as in the anatomy paper.
    None,
    /// A step is halved, up to this many times, until the coefficient error falls.
    Backtracking {
        /// Most halvings per step.
        halvings: usize,
    },
}

/// How long and how carefully a construction goes on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// The largest coefficient error at which the construction has converged.
    pub tolerance: f64,
    /// Most iterations.
    pub max_iterations: usize,
    /// What happens to steps that do not help.
    pub damping: Damping,
}

impl Default for Settings {
    /// Coefficients to 10⁻¹⁰ within 50 iterations, at most 30 halvings each.
    fn default() -> Self {
        Self { tolerance: 1e-10, max_iterations: 50, damping: Damping::Backtracking { halvings: 30 } }
    }
}

/// How a construction ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// All coefficients are within the tolerance.
    Converged {
        /// Iterations that it took.
        iterations: usize,
    },
    /// The iterations are used up.
    OutOfIterations,
    /// No shortened step reduces the coefficient error.
    Stalled {
        /// Iterations before.
        iterations: usize,
    },
    /// The projected Jacobian lost rank: no small step controls all coefficients, as when all units are dead.
    Singular {
        /// Iterations before.
        iterations: usize,
        /// Rank that is left.
        rank: usize,
    },
    /// Parameters or outputs left the range of f64.
    Diverged {
        /// Iterations before.
        iterations: usize,
    },
}

/// One step of a construction.
#[derive(Clone, Debug, PartialEq)]
pub struct Iteration {
    /// Condition of the full Jacobian J (points × parameters) before the step.
    pub jacobian: Conditioning,
    /// Condition of the projected Jacobian A = P J before the step.
    pub projected: Conditioning,
    /// Length of the step in parameter space, as taken.
    pub step_length: f64,
    /// Share of the full step that was taken: 1 without damping.
    pub damping: f64,
    /// Units and points whose on/off state the step changed.
    pub flips: usize,
    /// Coefficient of the network minus that of the target after the step, per basis function.
    pub coefficient_errors: Vec<f64>,
    /// Root mean square of network minus target over the points after the step.
    pub function_error: f64,
}

impl Iteration {
    /// Condition number of AAᵀ, which is that of A squared.
    pub fn gram_condition(&self) -> f64 {
        self.projected.full().powi(2)
    }
}

/// Root mean squares over the points of what separates a network from its target.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FunctionError {
    /// Of the whole difference.
    pub total: f64,
    /// Of its part in the basis, which the construction controls.
    pub in_basis: f64,
    /// Of the rest, which it does not fix.
    pub outside_basis: f64,
}

/// What a construction did.
#[derive(Clone, Debug, PartialEq)]
pub struct Construction {
    /// The network at the end.
    pub network: Network,
    /// How it ended.
    pub outcome: Outcome,
    /// Coefficients of the target's projection.
    pub target_coefficients: Vec<f64>,
    /// Coefficient errors of the network that it started from.
    pub initial_errors: Vec<f64>,
    /// All steps.
    pub iterations: Vec<Iteration>,
    /// The remaining error.
    pub function_error: FunctionError,
    /// Root mean square of the part of the target that the basis cannot represent.
    pub unrepresented: f64,
}

/// Moves a network with one output, without loss or optimiser, until its projection on `basis` over the points is
/// that of the target.
///
/// ```
/// use relulab_construct::{Basis, Outcome, Settings, construct};
/// use relulab_net::{Activation, Network, Shape};
/// let network = Network::new(Shape::new(1, vec![2], 1)?, Activation::Relu, vec![1.0, -1.0, 0.1, 0.2, 0.5, 0.5, 0.0])?;
/// let (basis, x) = (Basis::affine(1)?, [-2.0, -1.0, 0.0, 1.0, 2.0]);
/// let line = basis.combine(&[2.0, 1.0], &x);
/// let made = construct(&network, &basis, &x, &line, &Settings::default())?;
/// assert!(matches!(made.outcome, Outcome::Converged { .. }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// *Shapes*: `inputs` is n × input dimension, `target` has n values.
///
/// *Algorithm*: with B the basis on the points and P = (BᵀB)⁻¹Bᵀ, the projected Jacobian is A = P J. The shortest step
/// that reaches the target to first order is Aᵀ(AAᵀ)⁻¹(P y − P f), computed from the singular values of A, which does
/// not square its condition. Then everything is linearised anew.
///
/// *Reference*: the anatomy paper, *iterative targeted construction*; the projection is made explicit here, and
/// backtracking is ours.
///
/// # Errors
/// When network, basis, points and target do not fit together, a number is not finite, or the basis functions are
/// dependent on the points.
pub fn construct(
    network: &Network,
    basis: &Basis,
    inputs: &[f64],
    target: &[f64],
    settings: &Settings,
) -> Result<Construction, ConstructError> {
    check_problem(network, basis, inputs, target)?;
    check_threshold("the tolerance", settings.tolerance)?;
    let projection = Projection::new(basis, inputs)?;
    let target_coefficients = projection.coefficients(target);
    let errors = |outputs: &[f64]| subtract(&projection.coefficients(outputs), &target_coefficients);
    let mut network = network.clone();
    let mut here = Linearisation::<f64>::new(&network, inputs);
    let mut error = errors(&here.outputs);
    let initial_errors = error.clone();
    let mut iterations = Vec::new();
    let outcome = loop {
        let done = iterations.len();
        if largest(&error) <= settings.tolerance {
            break Outcome::Converged { iterations: done };
        }
        if here.jacobian.iter().any(|value| !value.is_finite()) || error.iter().any(|value| !value.is_finite()) {
            break Outcome::Diverged { iterations: done };
        }
        if done >= settings.max_iterations {
            break Outcome::OutOfIterations;
        }
        let n_parameters = network.parameters().len();
        let projected_jacobian = projection.times(&here.jacobian, n_parameters);
        if projected_jacobian.iter().any(|value| !value.is_finite()) {
            break Outcome::Diverged { iterations: done };
        }
        let jacobian = Conditioning::of_matrix(&here.jacobian, here.outputs.len(), n_parameters)?;
        let singular = SingularValues::new(&projected_jacobian, error.len(), n_parameters)?;
        let projected = singular.conditioning();
        if projected.rank < error.len() {
            break Outcome::Singular { iterations: done, rank: projected.rank };
        }
        let full_step: Vec<f64> = singular.solve(&error, 0.0).into_iter().map(|part| -part).collect();
        let Some(taken) = take_step(&network, &full_step, inputs, settings.damping, |outputs| {
            let after = errors(outputs);
            norm(&after) < norm(&error)
        }) else {
            break match settings.damping {
                Damping::None => Outcome::Diverged { iterations: done },
                Damping::Backtracking { .. } => Outcome::Stalled { iterations: done },
            };
        };
        let flips = here.flips(&taken.linearisation);
        here = taken.linearisation;
        network = taken.network;
        error = errors(&here.outputs);
        iterations.push(Iteration {
            jacobian,
            projected,
            step_length: taken.damping * norm(&full_step),
            damping: taken.damping,
            flips,
            coefficient_errors: error.clone(),
            function_error: root_mean_square(&subtract(&here.outputs, target)),
        });
    };
    let function_error = function_error(&projection, &here.outputs, target);
    let unrepresented = root_mean_square(&subtract(target, &projection.combine(&target_coefficients)));
    Ok(Construction {
        network,
        outcome,
        target_coefficients,
        initial_errors,
        iterations,
        function_error,
        unrepresented,
    })
}

/// A step that was taken.
struct Taken {
    network: Network,
    linearisation: Linearisation<f64>,
    damping: f64,
}

/// The network after the longest admissible part of a step that helps; `None` when there is none.
fn take_step(
    network: &Network,
    full_step: &[f64],
    inputs: &[f64],
    damping: Damping,
    helps: impl Fn(&[f64]) -> bool,
) -> Option<Taken> {
    let halvings = match damping {
        Damping::None => 0,
        Damping::Backtracking { halvings } => halvings,
    };
    let mut share = 1.0;
    for _ in 0..=halvings {
        // A step out of the range of f64 does not help either.
        if let Ok(moved) = step_from(network, full_step, share) {
            let linearisation = Linearisation::new(&moved, inputs);
            if damping == Damping::None || helps(&linearisation.outputs) {
                return Some(Taken { network: moved, linearisation, damping: share });
            }
        }
        share *= 0.5;
    }
    None
}

/// The network with `share · step` added to its parameters.
pub(crate) fn step_from(network: &Network, step: &[f64], share: f64) -> Result<Network, ConstructError> {
    let parameters = network.parameters().iter().zip(step).map(|(value, part)| value + share * part).collect();
    Ok(Network::new(network.shape().clone(), network.activation(), parameters)?)
}

/// Splits the difference of outputs and target over the basis.
pub(crate) fn function_error(projection: &Projection, outputs: &[f64], target: &[f64]) -> FunctionError {
    let difference = subtract(outputs, target);
    let inside = projection.combine(&projection.coefficients(&difference));
    FunctionError {
        total: root_mean_square(&difference),
        in_basis: root_mean_square(&inside),
        outside_basis: root_mean_square(&subtract(&difference, &inside)),
    }
}

/// Refuses arguments that do not fit together.
pub(crate) fn check_problem(
    network: &Network,
    basis: &Basis,
    inputs: &[f64],
    target: &[f64],
) -> Result<(), ConstructError> {
    let (input_dim, outputs) = (network.shape().input_dim(), network.shape().output_dim());
    if outputs != 1 {
        return Err(ConstructError::Outputs(outputs));
    }
    if basis.input_dim() != input_dim {
        return Err(ConstructError::BasisInputs { basis: basis.input_dim(), network: input_dim });
    }
    if inputs.is_empty() || !inputs.len().is_multiple_of(input_dim) {
        return Err(ConstructError::Points { numbers: inputs.len(), input_dim });
    }
    let points = inputs.len() / input_dim;
    if target.len() != points {
        return Err(ConstructError::TargetValues { values: target.len(), points });
    }
    check_finite("input", inputs)?;
    check_finite("target value", target)
}

/// Refuses a threshold that is negative or not finite.
pub(crate) fn check_threshold(what: &'static str, value: f64) -> Result<(), ConstructError> {
    if value >= 0.0 && value.is_finite() { Ok(()) } else { Err(ConstructError::Threshold { what, value }) }
}

pub(crate) fn subtract(a: &[f64], b: &[f64]) -> Vec<f64> {
    a.iter().zip(b).map(|(a, b)| a - b).collect()
}

pub(crate) fn norm(vector: &[f64]) -> f64 {
    vector.iter().map(|value| value * value).sum::<f64>().sqrt()
}

pub(crate) fn root_mean_square(values: &[f64]) -> f64 {
    norm(values) / (values.len().max(1) as f64).sqrt()
}

fn largest(vector: &[f64]) -> f64 {
    // A maximum that keeps NaN, so that nothing undefined counts as converged.
    vector.iter().fold(0.0, |largest: f64, value| if value.abs() <= largest { largest } else { value.abs() })
}

#[cfg(test)]
mod tests;
