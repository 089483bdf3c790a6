//! What a certificate about networks with decay says.

use crate::branch::Step;
use crate::sealed_document::{self, CertificateError};
use crate::space::{Data, Loss, Units};
use serde::{Deserialize, Serialize};

/// What sort of certificate this is, and the version of its format.
pub const KIND: &str = "optimal-decay-1";

/// A claim about the best network with one hidden layer and decay for some data, with everything that proves it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Certificate {
    /// [`KIND`].
    pub kind: String,
    /// What is minimised, as a mean over the data.
    pub loss: Loss,
    /// β: (β/2) Σ (‖(a, b)‖² + α²) is added.
    pub decay: f64,
    /// Number of hidden units.
    pub width: usize,
    /// Whether the networks have an output bias.
    pub output_bias: bool,
    /// The data.
    pub data: Data,
    /// A network that has at most `objective`.
    pub network: Units,
    /// The network's mean loss and decay, rounded up.
    pub objective: f64,
    /// No network of this form has less.
    pub lower_bound: f64,
    /// For each number of units with a positive output weight, from all to none, its tree in depth-first order.
    pub proof: Vec<Vec<Step<Hint>>>,
    /// SHA-256 of the document with this field empty.
    pub seal: String,
}

/// Multipliers, one per datum. Nothing about them has to be believed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hint {
    /// The multipliers.
    #[serde(rename = "p")]
    pub multipliers: Vec<f64>,
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
        let Self { width, decay, objective, lower_bound, .. } = self;
        let (dim, n) = (self.data.dim, self.data.y.len());
        let inputs = if dim == 1 { "one input".to_owned() } else { format!("{dim} inputs") };
        let units = if *width == 1 { "unit" } else { "units" };
        let bias = if self.output_bias { "an output bias" } else { "no output bias" };
        format!(
            "no network with {inputs}, one hidden layer of {width} ReLU {units}, one output and {bias} has a mean {} \
             and decay {decay:?} together below {lower_bound:?} on these {n} data; the network of the certificate has \
             {objective:?}, rounded up",
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
