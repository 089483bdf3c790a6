//! What a certificate in several dimensions says.

use super::loss::Loss;
use crate::branch::Step;
use crate::sealed_document::{self, CertificateError};
use relulab_net::{Activation, Network, Shape};
use serde::{Deserialize, Serialize};

/// What sort of certificate this is, and the version of its format.
pub const KIND: &str = "optimal-space-1";
/// A claim about the best network with one hidden layer for some data, with everything that proves it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Certificate {
    /// [`KIND`].
    pub kind: String,
    /// What is minimised, as a mean over the data.
    pub loss: Loss,
    /// Number of hidden units.
    pub width: usize,
    /// Whether the networks have an output bias.
    pub output_bias: bool,
    /// The data.
    pub data: Data,
    /// A network that attains `objective`.
    pub network: Units,
    /// The smallest f64 that is not below the network's loss.
    pub objective: f64,
    /// No network of this form has a smaller loss.
    pub lower_bound: f64,
    /// For each number of units with a positive output weight, from all to none, its tree in depth-first order.
    pub proof: Vec<Vec<Step<Hint>>>,
    /// SHA-256 of the document with this field empty.
    pub seal: String,
}

/// Inputs and labels, in the order of the file that they came from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Data {
    /// Inputs per row.
    pub dim: usize,
    /// Inputs, row by row.
    pub x: Vec<f64>,
    /// Labels.
    pub y: Vec<f64>,
}

/// From what the checker builds a dual point: a fit and its contacts. Nothing in it has to be believed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hint {
    /// Rays to which the multipliers are to be orthogonal, by their number in the order of the arrangement, ascending.
    #[serde(rename = "r")]
    pub rays: Vec<usize>,
    /// Their coefficients in a fit.
    #[serde(rename = "c")]
    pub coefficients: Vec<f64>,
    /// Its constant, less the centre of the labels.
    #[serde(rename = "b")]
    pub bias: f64,
    /// For the absolute loss: the distance to a label below which the pull is less than 1. For the logistic loss: the
    /// magnitude below which pulls are dropped.
    #[serde(rename = "m", default, skip_serializing_if = "is_zero")]
    pub smoothing: f64,
    /// For the logistic loss: rays and coefficients that belong to the fit too, but to which multipliers need not be orthogonal.
    #[serde(rename = "o", default, skip_serializing_if = "Vec::is_empty")]
    pub open: Vec<(usize, f64)>,
}

/// Whether there is no need to write a number.
fn is_zero(number: &f64) -> bool {
    *number == 0.0
}

/// A network Σ output · relu(weights · x + bias) + output bias.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Units {
    /// Weights of the inputs, unit by unit.
    pub weights: Vec<Vec<f64>>,
    /// Biases of the hidden units.
    pub biases: Vec<f64>,
    /// Weights of the output.
    pub outputs: Vec<f64>,
    /// Bias of the output; 0 where there is none.
    pub output_bias: f64,
}

impl Units {
    /// A network with one hidden layer of ReLU units and one output; `None` for any other.
    pub fn of(network: &Network) -> Option<Self> {
        let shape = network.shape();
        let [width] = shape.hidden() else { return None };
        if shape.output_dim() != 1 || network.activation() != Activation::Relu {
            return None;
        }
        let (weights, rest) = network.parameters().split_at(width * shape.input_dim());
        let (biases, rest) = rest.split_at(*width);
        let (outputs, output_bias) = rest.split_at(*width);
        Some(Self {
            weights: weights.chunks(shape.input_dim()).map(<[f64]>::to_vec).collect(),
            biases: biases.to_vec(),
            outputs: outputs.to_vec(),
            output_bias: *output_bias.first()?,
        })
    }

    /// The same as a [`Network`]; `None` where the lists differ in length, are empty or not finite.
    pub fn network(&self) -> Option<Network> {
        let dim = self.weights.first()?.len();
        let shape = Shape::new(dim, vec![self.weights.len()], 1).ok()?;
        let parameters = [&self.weights.concat()[..], &self.biases, &self.outputs, &[self.output_bias]].concat();
        let fits = self.biases.len() == self.weights.len() && self.weights.iter().all(|row| row.len() == dim);
        fits.then(|| Network::new(shape, Activation::Relu, parameters).ok())?
    }
}

impl Certificate {
    /// Reads a certificate; whether it proves anything is for [`super::verify()`] to say.
    ///
    /// # Errors
    /// When the bytes are not JSON, or a field is missing, unknown or of another type.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CertificateError> {
        sealed_document::read(bytes)
    }

    /// The certificate as JSON; the same certificate always gives the same bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        sealed_document::write(self)
    }

    /// What it claims, in words.
    pub fn statement(&self) -> String {
        let Self { width, objective, lower_bound, .. } = self;
        let (dim, n) = (self.data.dim, self.data.y.len());
        let inputs = if dim == 1 { "one input".to_owned() } else { format!("{dim} inputs") };
        let units = if *width == 1 { "unit" } else { "units" };
        let bias = if self.output_bias { "an output bias" } else { "no output bias" };
        format!(
            "no network with {inputs}, one hidden layer of {width} ReLU {units}, one output and {bias} has a \
             mean {} below {lower_bound:?} on these {n} data; the network of the certificate has {objective:?}, \
             rounded up",
            self.loss.words()
        )
    }

    /// The seal that the content calls for.
    pub fn seal(&self) -> String {
        sealed_document::seal(&Self { seal: String::new(), ..self.clone() })
    }

    /// The same certificate, sealed.
    #[must_use]
    pub fn sealed(mut self) -> Self {
        self.seal = self.seal();
        self
    }
}
