//! The certificate: data, network and the constants of the proof, as one JSON document.

use super::points::Points;
use super::proof::{Proof, RECORDED_SLACK};
use crate::above::Above;
use relulab_net::{Activation, Dataset, Network, Shape};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// What the field `kind` of these certificates says.
pub const KIND: &str = "memorize";
/// The version of the document that this code writes and reads.
const VERSION: u32 = 1;

/// A claim with its proof: near the weights of `network` there are weights that fit `data` exactly.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Certificate {
    /// [`KIND`], so that a reader knows what this is.
    pub kind: String,
    /// Version of the document.
    pub version: u32,
    /// The points.
    pub data: CertificateData,
    /// The network as printed; unit k and unit k + m/2 are a pair.
    pub network: CertificateNetwork,
    /// Whether the exact weights may differ in the biases too.
    pub biases: bool,
    /// The constants of the proof.
    pub bounds: Bounds,
    /// SHA-256 of everything above, against damage; it proves nothing.
    pub seal: String,
}

/// The points of a certificate, so that it can be checked without another file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CertificateData {
    /// SHA-256 of dimension, inputs and labels, as little-endian bytes.
    pub sha256: String,
    /// Inputs per point.
    pub input_dim: usize,
    /// All inputs, point by point.
    pub inputs: Vec<f64>,
    /// One label per point.
    pub labels: Vec<f64>,
}

/// A network with one hidden layer and one output.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CertificateNetwork {
    /// Activation of the hidden units.
    pub activation: Activation,
    /// Input weights, unit by unit.
    pub hidden_weights: Vec<f64>,
    /// One per unit.
    pub hidden_biases: Vec<f64>,
    /// One per unit.
    pub output_weights: Vec<f64>,
    /// Bias of the output.
    pub output_bias: f64,
}

/// The constants of the proof, with the letters of the [module's page](super); each is an upper bound.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bounds {
    /// η: length of the preconditioned residual.
    pub newton_step: f64,
    /// δ: how far X J Jᵀ Xᵀ is from the identity.
    pub defect: f64,
    /// K: how fast the Jacobian changes; 0 for piecewise linear activations.
    pub curvature: f64,
    /// ρ: radius in which there is an exact zero; no pre-activation of a piecewise linear unit vanishes within it.
    pub radius: f64,
    /// No weight or bias of the exact network differs from the printed one by more than this.
    pub distance: f64,
    /// Mean squared error of the network as printed.
    pub loss: f64,
}

/// A document that is no certificate.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a certificate of kind \"{KIND}\" that this version reads: {0}")]
pub struct CertificateError(String);

impl Certificate {
    /// A certificate of this network for these data, or `None` when there is no proof.
    pub(super) fn prove(data: &Dataset, network: CertificateNetwork, biases: bool) -> Option<Self> {
        let data = CertificateData::of(data);
        let points = Points::of(&data.dataset()?).ok()?;
        let bounds = Proof::of(&points, &network, biases).ok()?.bounds(RECORDED_SLACK)?;
        let seal = String::new();
        let mut certificate = Self { kind: KIND.to_owned(), version: VERSION, data, network, biases, bounds, seal };
        certificate.seal = certificate.content_hash();
        Some(certificate)
    }

    /// The document, one line of JSON.
    pub fn to_json(&self) -> Vec<u8> {
        // A structure of numbers, texts and lists always has a JSON form.
        let mut bytes = serde_json::to_vec(self).unwrap_or_default();
        bytes.push(b'\n');
        bytes
    }

    /// Reads a document; whether it proves anything is for [`verify`](super::verify) to say.
    ///
    /// # Errors
    /// When it is not JSON, not of this kind and version, or a field is missing, unknown or of another type.
    pub fn from_json(bytes: &[u8]) -> Result<Self, CertificateError> {
        let certificate: Self = serde_json::from_slice(bytes).map_err(|error| CertificateError(error.to_string()))?;
        if certificate.kind != KIND {
            return Err(CertificateError(format!("its kind is \"{}\"", certificate.kind)));
        }
        if certificate.version != VERSION {
            return Err(CertificateError(format!("its version is {}, expected {VERSION}", certificate.version)));
        }
        Ok(certificate)
    }

    /// SHA-256 of everything but the seal.
    pub(super) fn content_hash(&self) -> String {
        let network = &self.network;
        let mut hash = Sha256::new();
        hash.update(format!("{KIND} {VERSION} {} {} ", self.data.sha256, self.biases));
        hash.update(format!("{} ", network.activation));
        update(&mut hash, &network.hidden_weights);
        update(&mut hash, &network.hidden_biases);
        update(&mut hash, &network.output_weights);
        update(&mut hash, &[network.output_bias]);
        let Bounds { newton_step, defect, curvature, radius, distance, loss } = self.bounds;
        update(&mut hash, &[newton_step, defect, curvature, radius, distance, loss]);
        hexadecimal(hash)
    }
}

impl CertificateData {
    /// The numbers of a data set with one label per point.
    fn of(data: &Dataset) -> Self {
        let mut content = Self {
            sha256: String::new(),
            input_dim: data.input_dim(),
            inputs: data.inputs().to_vec(),
            labels: data.labels().to_vec(),
        };
        content.sha256 = content.hash();
        content
    }

    /// SHA-256 of the numbers.
    pub(super) fn hash(&self) -> String {
        let mut hash = Sha256::new();
        hash.update((self.input_dim as u64).to_le_bytes());
        update(&mut hash, &self.inputs);
        update(&mut hash, &self.labels);
        hexadecimal(hash)
    }

    /// The data set, if the numbers make one.
    pub(super) fn dataset(&self) -> Option<Dataset> {
        Dataset::new(self.inputs.clone(), self.input_dim, self.labels.clone(), 1).ok()
    }
}

impl CertificateNetwork {
    /// Whether the lists have the lengths of a network with pairs of units, and all numbers are finite.
    pub(super) fn fits(&self, input_dim: usize) -> bool {
        let width = self.output_weights.len();
        let all = [&self.hidden_weights, &self.hidden_biases, &self.output_weights];
        width > 0
            && width.is_multiple_of(2)
            && self.hidden_biases.len() == width
            && self.hidden_weights.len() == width * input_dim
            && self.output_bias.is_finite()
            && all.into_iter().flatten().all(|value| value.is_finite())
    }

    /// The same as a network of the library.
    pub(super) fn network(&self) -> Option<Network> {
        let width = self.output_weights.len();
        let input_dim = self.hidden_weights.len() / width.max(1);
        let shape = Shape::new(input_dim, vec![width], 1).ok()?;
        let parts = [&self.hidden_weights, &self.hidden_biases, &self.output_weights];
        let parameters = parts.into_iter().flatten().copied().chain([self.output_bias]).collect();
        Network::new(shape, self.activation, parameters).ok()
    }
}

impl Bounds {
    /// Whether the constants alone prove a zero: η + δρ + ½Kρ² ≤ ρ with δ < 1, rounded upwards.
    pub(super) fn prove_a_zero(&self) -> bool {
        let all = [self.newton_step, self.defect, self.curvature, self.radius, self.distance, self.loss];
        if !all.iter().all(|value| value.is_finite() && *value >= 0.0) || self.defect >= 1.0 {
            return false;
        }
        let [step, defect, curvature, radius] =
            [self.newton_step, self.defect, self.curvature, self.radius].map(Above::of);
        let image = step + defect * radius + Above::of(0.5) * curvature * radius * radius;
        image.get() <= self.radius
    }
}

fn update(hash: &mut Sha256, numbers: &[f64]) {
    hash.update((numbers.len() as u64).to_le_bytes());
    numbers.iter().for_each(|number| hash.update(number.to_le_bytes()));
}

fn hexadecimal(hash: Sha256) -> String {
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
