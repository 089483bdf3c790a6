//! The loss of networks of one shape on fixed data, as a function of the parameters.

use crate::error::CurvatureError;
use relulab_net::{Activation, Loss, Network, Shape};

/// A shape, an activation, a loss and data: everything but the parameters.
///
/// The loss is the mean over points (and outputs), without ½, as in [`relulab_net::conventions`].
#[derive(Clone, Copy, Debug)]
pub struct Objective<'a> {
    shape: &'a Shape,
    activation: Activation,
    loss: Loss,
    inputs: &'a [f64],
    labels: &'a [f64],
    n_points: usize,
}

impl<'a> Objective<'a> {
    /// An objective from its parts.
    ///
    /// *Shapes*: `inputs` n × input dimension and `labels` n × output dimension, row-major; labels one-hot for
    /// softmax cross-entropy.
    ///
    /// # Errors
    /// When there are no points, the sizes do not fit the shape, a number is not finite, or a label of a
    /// classification loss is negative (for binary cross-entropy, outside [0, 1]).
    pub fn new(
        shape: &'a Shape,
        activation: Activation,
        loss: Loss,
        inputs: &'a [f64],
        labels: &'a [f64],
    ) -> Result<Self, CurvatureError> {
        let n_points = inputs.len() / shape.input_dim();
        let columns = [("inputs", inputs, shape.input_dim()), ("labels", labels, shape.output_dim())];
        for (name, values, dim) in columns {
            if values.len() != n_points * dim {
                return Err(CurvatureError::DataSize { name, got: values.len(), n_points, dim });
            }
            if let Some(index) = values.iter().position(|value| !value.is_finite()) {
                return Err(CurvatureError::DataNotFinite { name, index, value: values[index] });
            }
        }
        if n_points == 0 {
            return Err(CurvatureError::NoData);
        }
        if loss.is_classification() {
            let (top, expected) = match loss {
                Loss::BinaryCrossEntropy => (1.0, "labels of binary cross-entropy in [0, 1]"),
                _ => (f64::INFINITY, "labels of softmax cross-entropy ≥ 0"),
            };
            if let Some(&value) = labels.iter().find(|label| !(0.0..=top).contains(*label)) {
                return Err(CurvatureError::Argument { name: "label", value, expected });
            }
        }
        Ok(Self { shape, activation, loss, inputs, labels, n_points })
    }

    /// The objective of a network's shape and activation.
    ///
    /// # Errors
    /// As for [`Self::new`].
    pub fn of(network: &'a Network, loss: Loss, inputs: &'a [f64], labels: &'a [f64]) -> Result<Self, CurvatureError> {
        Self::new(network.shape(), network.activation(), loss, inputs, labels)
    }

    /// The shape.
    pub fn shape(&self) -> &'a Shape {
        self.shape
    }

    /// The activation of the hidden units.
    pub fn activation(&self) -> Activation {
        self.activation
    }

    /// The loss.
    pub fn loss_function(&self) -> Loss {
        self.loss
    }

    /// The inputs, n × input dimension.
    pub fn inputs(&self) -> &'a [f64] {
        self.inputs
    }

    /// The labels, n × output dimension.
    pub fn labels(&self) -> &'a [f64] {
        self.labels
    }

    /// Number of points.
    pub fn n_points(&self) -> usize {
        self.n_points
    }

    /// Number of parameters.
    pub fn n_params(&self) -> usize {
        self.shape.n_params()
    }

    /// Checks a parameter vector.
    ///
    /// # Errors
    /// When its length does not fit the shape, or a number is not finite.
    pub fn check(&self, parameters: &[f64]) -> Result<(), CurvatureError> {
        let expected = self.n_params();
        if parameters.len() != expected {
            return Err(CurvatureError::ParameterCount { expected, got: parameters.len() });
        }
        match parameters.iter().position(|value| !value.is_finite()) {
            Some(index) => Err(CurvatureError::ParameterNotFinite { index, value: parameters[index] }),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_data_is_refused() {
        let shape = Shape::new(2, vec![3], 1).unwrap();
        let objective = |loss, inputs: &[f64], labels: &[f64]| {
            Objective::new(&shape, Activation::Relu, loss, inputs, labels).map(|objective| objective.n_points())
        };
        assert_eq!(objective(Loss::Mse, &[1.0; 6], &[0.0; 3]), Ok(3));
        assert_eq!(objective(Loss::Mse, &[], &[]), Err(CurvatureError::NoData));
        for (inputs, labels) in [(&[1.0; 5][..], &[0.0; 2][..]), (&[1.0; 6], &[0.0; 2]), (&[f64::NAN; 2], &[0.0])] {
            assert!(objective(Loss::Mse, inputs, labels).is_err());
        }
        assert!(objective(Loss::BinaryCrossEntropy, &[1.0; 2], &[1.5]).is_err());
        let inputs = [1.0, 2.0];
        let objective = Objective::new(&shape, Activation::Relu, Loss::Mse, &inputs, &[0.0]).unwrap();
        assert!(objective.check(&[0.0; 12]).is_err());
        assert!(objective.check(&[f64::INFINITY; 13]).is_err());
        assert!(objective.check(&[0.0; 13]).is_ok());
    }
}
