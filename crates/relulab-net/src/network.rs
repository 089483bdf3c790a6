//! A network: shape, activation and one flat parameter vector.

use crate::{Activation, Shape};

/// Shape, activation and parameters; the parameter order is that of [`crate::conventions`].
#[derive(Clone, Debug, PartialEq)]
pub struct Network {
    shape: Shape,
    activation: Activation,
    parameters: Vec<f64>,
}

/// Why parameters do not make a network.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum NetworkError {
    /// The number of parameters does not fit the shape.
    #[error("{got} parameters for the shape {shape}: expected {expected}")]
    WrongCount {
        /// The shape.
        shape: Shape,
        /// What the shape needs.
        expected: usize,
        /// What came.
        got: usize,
    },
    /// A parameter is NaN or infinite.
    #[error("parameter {index} is {value}: expected a finite number")]
    NotFinite {
        /// Its place in the flat vector.
        index: usize,
        /// Its value.
        value: f64,
    },
}

impl Network {
    /// A network from its parts.
    ///
    /// # Errors
    /// When the count of parameters is wrong or one is not finite.
    pub fn new(shape: Shape, activation: Activation, parameters: Vec<f64>) -> Result<Self, NetworkError> {
        let expected = shape.n_params();
        if parameters.len() != expected {
            return Err(NetworkError::WrongCount { shape, expected, got: parameters.len() });
        }
        if let Some(index) = parameters.iter().position(|value| !value.is_finite()) {
            return Err(NetworkError::NotFinite { index, value: parameters[index] });
        }
        Ok(Self { shape, activation, parameters })
    }

    /// The shape.
    pub fn shape(&self) -> &Shape {
        &self.shape
    }

    /// The activation of the hidden units.
    pub fn activation(&self) -> Activation {
        self.activation
    }

    /// The flat parameter vector.
    pub fn parameters(&self) -> &[f64] {
        &self.parameters
    }
}
