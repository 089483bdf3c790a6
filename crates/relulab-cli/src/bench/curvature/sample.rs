//! The data and networks that everyone gets: x² on points of N(0,1), PyTorch's initial distribution.

use super::row::Row;
use crate::failure::Failure;
use relulab_curvature::Objective;
use relulab_net::{Activation, Loss, Purpose, RandomStream, Shape};

/// Points of the data.
pub const N_POINTS: usize = 1000;

/// Data and networks of one row.
pub struct Sample {
    /// Their shape.
    pub shape: Shape,
    /// Inputs, one a point.
    pub inputs: Vec<f64>,
    /// Labels, one a point.
    pub labels: Vec<f64>,
    /// Parameters, one network after the other.
    pub networks: Vec<f64>,
}

impl Sample {
    /// The sample of a row.
    ///
    /// # Errors
    /// Never: all shapes are valid.
    pub fn new(row: Row, seed: u64) -> Result<Self, Failure> {
        let shape = row.shape().map_err(Failure::input)?;
        let mut stream = RandomStream::new(seed, Purpose::Observation);
        let inputs: Vec<f64> = (0..N_POINTS * shape.input_dim()).map(|_| stream.normal()).collect();
        let labels = inputs.iter().map(|x| x * x).collect();
        let mut networks = Vec::with_capacity(row.n_networks() * shape.n_params());
        for _ in 0..row.n_networks() {
            for layer in shape.layers() {
                let bound = 1.0 / (layer.n_in as f64).sqrt();
                let count = layer.biases.end - layer.weights.start;
                networks.extend((0..count).map(|_| bound * (2.0 * stream.uniform() - 1.0)));
            }
        }
        Ok(Self { shape, inputs, labels, networks })
    }

    /// The loss of these networks.
    ///
    /// # Errors
    /// Never: the data fit.
    pub fn objective(&self) -> Result<Objective<'_>, Failure> {
        let made = Objective::new(&self.shape, Activation::Relu, Loss::Mse, &self.inputs, &self.labels);
        made.map_err(Failure::input)
    }

    /// The first network.
    pub fn first(&self) -> &[f64] {
        &self.networks[..self.shape.n_params()]
    }
}
