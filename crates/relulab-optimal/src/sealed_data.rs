//! The data of a certificate, and the hash that notices damage.

use relulab_net::Dataset;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The points of a certificate, so that it can be checked without another file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CertificateData {
    /// SHA-256 of dimension, inputs and labels.
    pub sha256: String,
    /// Inputs per point.
    pub input_dim: usize,
    /// All inputs, point by point.
    pub inputs: Vec<f64>,
    /// One label per point.
    pub labels: Vec<f64>,
}

impl CertificateData {
    /// The numbers of a data set with one label per point.
    pub(crate) fn of(data: &Dataset) -> Self {
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
    pub(crate) fn hash(&self) -> String {
        Fingerprint::of(&format!("{} ", self.input_dim)).numbers(&self.inputs).numbers(&self.labels).hexadecimal()
    }

    /// The data set, if the numbers make one.
    pub(crate) fn dataset(&self) -> Option<Dataset> {
        Dataset::new(self.inputs.clone(), self.input_dim, self.labels.clone(), 1).ok()
    }
}

/// A hash of text and numbers; it proves nothing.
pub(crate) struct Fingerprint(Sha256);

impl Fingerprint {
    /// Begins with a text.
    pub(crate) fn of(text: &str) -> Self {
        Self(Sha256::new_with_prefix(text))
    }

    /// Adds a list of numbers: how many there are, then each, as little-endian bytes.
    pub(crate) fn numbers(mut self, numbers: &[f64]) -> Self {
        self.0.update((numbers.len() as u64).to_le_bytes());
        numbers.iter().for_each(|number| self.0.update(number.to_le_bytes()));
        self
    }

    /// The hash.
    pub(crate) fn hexadecimal(self) -> String {
        self.0.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}
