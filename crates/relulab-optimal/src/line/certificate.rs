//! What a certificate says: a network, a lower bound, and a tree of cuts with a dual point for every leaf.

mod block;

pub use block::{Block, Configuration, Facing, Kind, Knots};

use crate::branch::Step;
use crate::sealed_document::{self, CertificateError};
use relulab_net::{Activation, Network, Shape};
use serde::{Deserialize, Serialize};

/// What sort of certificate this is, and the version of its format.
pub const KIND: &str = "optimal-line-1";
/// Name of the only loss so far.
pub const SQUARED: &str = "squared";

/// A claim about the best network with one hidden layer for some data, with everything that proves it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Certificate {
    /// [`KIND`].
    pub kind: String,
    /// [`SQUARED`]: the mean of the squared errors, without ½.
    pub loss: String,
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
    /// For each configuration of [`Configuration::roots`], its tree in depth-first order, left part first.
    pub proof: Vec<Vec<Step<Hint>>>,
    /// SHA-256 of the document with this field empty.
    pub seal: String,
}

/// Inputs and labels, in the order of the file that they came from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Data {
    /// Inputs.
    pub x: Vec<f64>,
    /// Labels.
    pub y: Vec<f64>,
}

/// A network Σ output · relu(weight · x + bias) + output bias.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Units {
    /// Weights of the input.
    pub weights: Vec<f64>,
    /// Biases of the hidden units.
    pub biases: Vec<f64>,
    /// Weights of the output.
    pub outputs: Vec<f64>,
    /// Bias of the output; 0 where there is none.
    pub output_bias: f64,
}

impl Units {
    /// A network with one input, one hidden layer of ReLU units and one output; `None` for any other.
    pub fn of(network: &Network) -> Option<Self> {
        let shape = network.shape();
        let [width] = shape.hidden() else { return None };
        if shape.input_dim() != 1 || shape.output_dim() != 1 || network.activation() != Activation::Relu {
            return None;
        }
        let (weights, rest) = network.parameters().split_at(*width);
        let (biases, rest) = rest.split_at(*width);
        let (outputs, output_bias) = rest.split_at(*width);
        let output_bias = *output_bias.first()?;
        Some(Self { weights: weights.to_vec(), biases: biases.to_vec(), outputs: outputs.to_vec(), output_bias })
    }

    /// The same as a [`Network`]; `None` where the lists differ in length, are empty or not finite.
    pub fn network(&self) -> Option<Network> {
        let shape = Shape::new(1, vec![self.weights.len()], 1).ok()?;
        let parameters = [&self.weights[..], &self.biases, &self.outputs, &[self.output_bias]].concat();
        (self.biases.len() == self.weights.len()).then(|| Network::new(shape, Activation::Relu, parameters).ok())?
    }
}

/// From what the checker builds a dual point: a polyline and its contacts. Nothing in it has to be believed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hint {
    /// Contacts facing right, ascending.
    #[serde(rename = "r")]
    pub right: Vec<usize>,
    /// Contacts facing left, ascending.
    #[serde(rename = "l")]
    pub left: Vec<usize>,
    /// Values of the polyline at the first and the last knot and at the contacts, from left to right.
    #[serde(rename = "v")]
    pub values: Vec<f64>,
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
        let units = if *width == 1 { "unit" } else { "units" };
        let bias = if self.output_bias { "an output bias" } else { "no output bias" };
        format!(
            "no network with one input, one hidden layer of {width} ReLU {units}, one output and {bias} has a mean \
             squared error below {lower_bound:?} on these {} data; the network of the certificate has {objective:?}, \
             rounded up",
            self.data.x.len()
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
