//! Walks from a network along a given direction in parameter space.

use crate::alignment::check_data;
use crate::barrier::mean_loss;
use crate::{LandscapeError, activations};
use relulab_net::{Dataset, Loss, Network};

/// The steps of the anatomy paper, and ten units beyond.
pub const DEFAULT_STEPS: [f64; 6] = [-10.0, -3.0, -1.0, 1.0, 3.0, 10.0];

/// What a walk of one length has changed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WalkStep {
    /// Signed length of the step in parameter space.
    pub step: f64,
    /// Loss there.
    pub loss: f64,
    /// Root mean square over points and outputs of the change of the function.
    pub function_change: f64,
}

/// Loss and function at `network + step · direction` for each of `steps`.
///
/// The direction is brought to length 1, so that steps are distances of parameters.
///
/// *Shapes*: `direction` has one entry per parameter; the result one entry per step.
///
/// # Errors
/// When data or direction do not fit the network, the direction is zero or not finite, or a step is not finite.
pub fn walk(
    network: &Network,
    direction: &[f64],
    steps: &[f64],
    data: &Dataset,
    loss: Loss,
) -> Result<Vec<WalkStep>, LandscapeError> {
    check_data(network, data)?;
    let direction = unit_direction(network, direction)?;
    let start = activations::outputs(network, data.inputs());
    let take = |&step: &f64| {
        let parameters = network.parameters().iter().zip(&direction).map(|(value, part)| value + step * part).collect();
        let there = Network::new(network.shape().clone(), network.activation(), parameters)?;
        let outputs = activations::outputs(&there, data.inputs());
        let squares = outputs.iter().zip(&start).map(|(a, b)| (a - b) * (a - b));
        let function_change = (squares.sum::<f64>() / start.len() as f64).sqrt();
        Ok(WalkStep { step, loss: mean_loss(&there, data, loss), function_change })
    };
    steps.iter().map(take).collect()
}

/// The direction at length 1.
fn unit_direction(network: &Network, direction: &[f64]) -> Result<Vec<f64>, LandscapeError> {
    let expected = network.parameters().len();
    if direction.len() != expected {
        return Err(LandscapeError::Length { what: "the direction", got: direction.len(), expected });
    }
    if let Some(&value) = direction.iter().find(|value| !value.is_finite()) {
        return Err(LandscapeError::NotFinite { what: "the direction", value });
    }
    let largest = direction.iter().fold(0.0, |largest: f64, value| largest.max(value.abs()));
    if largest == 0.0 {
        return Err(LandscapeError::ZeroDirection);
    }
    // Divided by the largest entry first, so that no square leaves the range.
    let norm = direction.iter().map(|value| (value / largest).powi(2)).sum::<f64>().sqrt();
    Ok(direction.iter().map(|value| value / largest / norm).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use relulab_net::{Activation, Shape};

    fn line() -> (Network, Dataset) {
        let network = Network::new(Shape::new(1, vec![], 1).unwrap(), Activation::Relu, vec![2.0, 1.0]).unwrap();
        (network, Dataset::new(vec![-1.0, 1.0], 1, vec![-1.0, 3.0], 1).unwrap())
    }

    #[test]
    fn a_linear_model_changes_as_the_formula_says() {
        let (network, data) = line();
        let steps = walk(&network, &[0.0, 5.0], &[-3.0, 0.0, 2.0], &data, Loss::Mse).unwrap();
        let expected = [(-3.0, 9.0, 3.0), (0.0, 0.0, 0.0), (2.0, 4.0, 2.0)];
        assert!(
            steps
                .iter()
                .zip(expected)
                .all(|(ours, (step, loss, function_change))| *ours == WalkStep { step, loss, function_change })
        );
    }

    #[test]
    fn bad_directions_are_refused() {
        let (network, data) = line();
        let fail = |direction: &[f64]| walk(&network, direction, &[1.0], &data, Loss::Mse).unwrap_err();
        assert!(matches!(fail(&[1.0]), LandscapeError::Length { got: 1, expected: 2, .. }));
        assert!(matches!(fail(&[1.0, f64::NAN]), LandscapeError::NotFinite { .. }));
        assert_eq!(fail(&[0.0, 0.0]), LandscapeError::ZeroDirection);
        assert!(matches!(
            walk(&network, &[1e-300, 0.0], &[f64::INFINITY], &data, Loss::Mse),
            Err(LandscapeError::Network(_))
        ));
    }
}
