//! The affine layers of a network as the splitting algorithms read them.

use relulab_net::{Activation, Network};

/// One affine layer with its weights stored by input: row i holds what leaves input i.
#[derive(Clone, Debug, Default)]
pub(crate) struct AffineLayer {
    /// in × out, the transpose of the network's matrix.
    pub weights_by_input: Vec<f64>,
    /// One number per output.
    pub biases: Vec<f64>,
}

/// All affine layers of a network, the slope of its activation below zero, and reused memory.
#[derive(Clone, Debug, Default)]
pub(crate) struct AffineLayers {
    layers: Vec<AffineLayer>,
    n_layers: usize,
    /// Slope of the activation on the negative side; 0 for ReLU.
    pub leak: f64,
    /// Number of hidden units in all layers.
    pub n_units: usize,
}

impl AffineLayers {
    /// Takes over a network's parameters; `false` when its activation is not piecewise linear.
    pub fn load(&mut self, network: &Network) -> bool {
        self.leak = match network.activation() {
            Activation::Relu => 0.0,
            Activation::LeakyRelu { slope } => slope,
            _ => return false,
        };
        self.n_units = network.shape().n_units();
        self.n_layers = network.shape().depth() + 1;
        if self.layers.len() < self.n_layers {
            self.layers.resize_with(self.n_layers, AffineLayer::default);
        }
        for (target, layer) in self.layers.iter_mut().zip(network.shape().layers()) {
            let weights = &network.parameters()[layer.weights];
            target.weights_by_input.clear();
            if layer.n_in == 1 || layer.n_out == 1 {
                target.weights_by_input.extend_from_slice(weights);
            } else {
                target.weights_by_input.resize(weights.len(), 0.0);
                for (input, row) in target.weights_by_input.chunks_exact_mut(layer.n_out).enumerate() {
                    for (entry, of_unit) in row.iter_mut().zip(weights.chunks_exact(layer.n_in)) {
                        *entry = of_unit[input];
                    }
                }
            }
            target.biases.clear();
            target.biases.extend_from_slice(&network.parameters()[layer.biases]);
        }
        true
    }

    /// The hidden layers in order.
    pub fn hidden(&self) -> &[AffineLayer] {
        &self.layers[..self.n_layers.saturating_sub(1)]
    }

    /// All layers, the output layer last.
    pub fn all(&self) -> &[AffineLayer] {
        &self.layers[..self.n_layers]
    }

    /// Number of outputs.
    pub fn output_dim(&self) -> usize {
        self.all().last().map_or(0, |layer| layer.biases.len())
    }
}
