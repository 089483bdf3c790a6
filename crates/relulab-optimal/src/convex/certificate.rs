//! The certificate of a ridge-regularised optimum: data, network and a dual point, as one JSON document.

use super::problem::{Problem, Unit};
use crate::sealed_data::{CertificateData, Fingerprint};
use relulab_net::Dataset;
use serde::{Deserialize, Serialize};

/// What the field `kind` of these certificates says.
pub const KIND: &str = "ridge";
/// The version of the document that this code writes and reads.
const VERSION: u32 = 1;

/// A claim with its proof: `units` have at most `objective`, and no network of any width has less than `lower_bound`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Certificate {
    /// [`KIND`], so that a reader knows what this is.
    pub kind: String,
    /// Version of the document.
    pub version: u32,
    /// The points.
    pub data: CertificateData,
    /// β.
    pub ridge: f64,
    /// Whether units have biases.
    pub biases: bool,
    /// The units of the network.
    pub units: Vec<CertificateUnit>,
    /// The dual point ν before it is scaled, one number per row of the data.
    pub dual: Vec<f64>,
    /// Upper bound of the network's ½ Σ (f − y)² + (β/2) Σ (‖u‖² + α²).
    pub objective: f64,
    /// Lower bound of the same for all networks.
    pub lower_bound: f64,
    /// SHA-256 of everything above, against damage; it proves nothing.
    pub seal: String,
}

/// One hidden unit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CertificateUnit {
    /// Input weights u; where units have biases, the bias comes last.
    pub weights: Vec<f64>,
    /// Output weight α.
    pub output: f64,
}

/// A document that is no certificate.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a certificate of kind \"{KIND}\" that this version reads: {0}")]
pub struct CertificateError(String);

impl Certificate {
    /// What a search has found, sealed.
    pub(super) fn new(
        data: &Dataset,
        problem: &Problem,
        units: &[Unit],
        dual: Vec<f64>,
        [lower_bound, objective]: [f64; 2],
    ) -> Self {
        let units = units.iter().map(|unit| CertificateUnit { weights: unit.weights.clone(), output: unit.output });
        let mut certificate = Self {
            kind: KIND.to_owned(),
            version: VERSION,
            data: CertificateData::of(data),
            ridge: problem.ridge,
            biases: problem.biases,
            units: units.collect(),
            dual,
            objective,
            lower_bound,
            seal: String::new(),
        };
        certificate.seal = certificate.content_hash();
        certificate
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
        let start = format!("{KIND} {VERSION} {} {} ", self.data.sha256, self.biases);
        let units = self.units.iter().fold(Fingerprint::of(&start).numbers(&[self.ridge]), |hash, unit| {
            hash.numbers(&unit.weights).numbers(&[unit.output])
        });
        units.numbers(&self.dual).numbers(&[self.objective, self.lower_bound]).hexadecimal()
    }
}
