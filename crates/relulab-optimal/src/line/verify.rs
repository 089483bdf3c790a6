//! The check of a certificate, without the code that found it.
//!
//! What has to be true is checked in this order: the seal; that the network has the form and, evaluated in exact
//! dyadic numbers, the loss that is claimed; that the trees cover every configuration of units; and that each leaf's
//! hint, repaired by [`dual`] with all rounding charged to the bound, proves the lower bound. Nothing here calls the
//! solver, and a leaf costs one pass over the data.

mod dual;
mod objective;
mod points;

pub use objective::mean_squared_error;
pub use points::LARGEST_NUMBER;

pub(crate) use dual::{Bound, bound};
pub(crate) use points::Points;

use crate::branch::{Claimed, ProofFault};
use crate::line::certificate::{Certificate, Configuration, Hint, KIND, Knots, SQUARED};
use relulab_exact::{Dyadic, Rational};
use serde::Serialize;

/// What a valid certificate proves.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Claim {
    /// Which networks and which loss, in words.
    pub statement: String,
    /// Number of hidden units.
    pub width: usize,
    /// Whether the networks have an output bias.
    pub output_bias: bool,
    /// Number of data.
    pub n_data: usize,
    /// The network of the certificate has this loss, rounded up.
    pub objective: f64,
    /// No network of this form has a smaller one.
    pub lower_bound: f64,
    /// Leaves of the proof.
    pub n_leaves: usize,
}

/// Why a certificate proves nothing.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Fault {
    /// It has been changed since it was written.
    #[error("seal: the content has been changed")]
    Seal,
    /// The kind or its version is another.
    #[error("kind: \"{0}\", expected \"{KIND}\"")]
    Kind(String),
    /// The loss is another.
    #[error("loss: \"{0}\", expected \"{SQUARED}\"")]
    Loss(String),
    /// The width is zero.
    #[error("width: 0, expected at least 1")]
    Width,
    /// The data are not points with labels, or too few of them.
    #[error("data: expected as many inputs as labels, at least two of them distinct, within 1e±100")]
    Data,
    /// The network is not of the form that the claim is about.
    #[error("network: expected {0}")]
    Network(String),
    /// The claim does not follow.
    #[error(transparent)]
    Proof(#[from] ProofFault),
}

/// Checks a certificate.
///
/// # Errors
/// With the first part that does not hold.
pub fn verify(certificate: &Certificate) -> Result<Claim, Fault> {
    if certificate.seal != certificate.seal() {
        return Err(Fault::Seal);
    }
    verify_content(certificate)
}

/// Checks everything but the seal.
pub(crate) fn verify_content(certificate: &Certificate) -> Result<Claim, Fault> {
    let Certificate { width, output_bias, objective, lower_bound, .. } = *certificate;
    if certificate.kind != KIND {
        return Err(Fault::Kind(certificate.kind.clone()));
    }
    if certificate.loss != SQUARED {
        return Err(Fault::Loss(certificate.loss.clone()));
    }
    if width == 0 {
        return Err(Fault::Width);
    }
    let (x, y) = (&certificate.data.x, &certificate.data.y);
    let points = Points::new(x, y, output_bias).ok_or(Fault::Data)?;
    check_network(certificate)?;
    let claimed = Claimed { objective, lower_bound, width, proof: &certificate.proof };
    claimed.check_numbers(mean_squared_error(&certificate.network, x, y))?;
    claimed.check_count(Configuration::n_roots(width))?;
    let knots = Knots { n_points: points.len(), output_bias };
    let proven = |part: &Configuration, hint: &Hint| match bound(&points, knots, part, hint) {
        Bound::Proven(sum) => mean_below(sum, points.n_data),
        Bound::Violated(_) | Bound::Malformed => 0.0,
    };
    let n_leaves = claimed.check_trees(Configuration::roots(width, knots), Configuration::cut, proven)?;
    Ok(Claim {
        statement: certificate.statement(),
        width,
        output_bias,
        n_data: x.len(),
        objective,
        lower_bound,
        n_leaves,
    })
}

fn check_network(certificate: &Certificate) -> Result<(), Fault> {
    let Certificate { width, output_bias, ref network, .. } = *certificate;
    let lists = [&network.weights, &network.biases, &network.outputs];
    let is_finite = |list: &Vec<f64>| list.iter().all(|value| value.is_finite());
    if lists.iter().any(|list| list.len() != width || !is_finite(list)) || !network.output_bias.is_finite() {
        return Err(Fault::Network(format!("three lists of {width} finite numbers and a finite output bias")));
    }
    if !output_bias && network.output_bias != 0.0 {
        return Err(Fault::Network("no output bias".to_owned()));
    }
    Ok(())
}

/// The largest f64 that is not above sum / n.
pub(crate) fn mean_below(sum: f64, n: usize) -> f64 {
    let Some(sum) = Dyadic::from_f64(sum) else { return 0.0 };
    let mean = sum.to_rational() / &Rational::from(n as i64);
    let nearest = mean.to_f64();
    let exceeds = Dyadic::from_f64(nearest).is_none_or(|nearest| nearest.to_rational() > mean);
    if exceeds { nearest.next_down() } else { nearest }
}

#[cfg(test)]
mod tests;
