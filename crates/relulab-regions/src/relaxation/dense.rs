//! The affine layers of a network, rows together, and the slope of its activation below zero.

use super::UnitError;
use relulab_net::{Activation, Network};

/// One affine layer.
#[derive(Clone, Debug)]
pub(crate) struct DenseLayer {
    pub n_in: usize,
    pub n_out: usize,
    weights: Vec<f64>,
    pub biases: Vec<f64>,
}

impl DenseLayer {
    /// The weights into one unit.
    pub fn row(&self, unit: usize) -> &[f64] {
        &self.weights[unit * self.n_in..][..self.n_in]
    }
}

/// All affine layers, the output layer last.
#[derive(Clone, Debug)]
pub(crate) struct Dense {
    pub layers: Vec<DenseLayer>,
    pub leak: f64,
}

impl Dense {
    /// The layers of a network whose activation is piecewise linear.
    pub fn of(network: &Network) -> Result<Self, UnitError> {
        let leak = match network.activation() {
            Activation::Relu => 0.0,
            Activation::LeakyRelu { slope } => slope,
            other => return Err(UnitError::Activation(other)),
        };
        let layer = |layer: relulab_net::Layer| DenseLayer {
            n_in: layer.n_in,
            n_out: layer.n_out,
            weights: network.parameters()[layer.weights].to_vec(),
            biases: network.parameters()[layer.biases].to_vec(),
        };
        Ok(Self { layers: network.shape().layers().map(layer).collect(), leak })
    }
}
