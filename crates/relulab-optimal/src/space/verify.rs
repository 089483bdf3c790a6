//! The check of a certificate, without the code that found it.
//!
//! In this order: the seal; that the network has the form and, in exact numbers, the loss that is claimed; that the trees
//! cover every part; and that each hint proves the lower bound for its part, in numbers with error bounds or in rationals.
//! The rays are made anew from the data.

mod dual;
mod objective;
mod projection;
mod span;

pub use objective::mean_loss;

pub(crate) use dual::{Bound, Doubts, bound};

use super::certificate::{Certificate, Data, KIND, Units};
use super::ground::Ground;
use super::loss::Loss;
use super::part::Part;
use super::points::Points;
use super::problem::{MAX_DIM, is_in_range};
use crate::branch::{Claimed, ProofFault};

/// Why a certificate proves nothing.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Fault {
    /// It has been changed since it was written.
    #[error("seal: the content has been changed")]
    Seal,
    /// The kind or its version is another.
    #[error("kind: \"{0}\", expected \"{KIND}\"")]
    Kind(String),
    /// The loss has no meaning.
    #[error("loss: a Huber loss with threshold {0:?}, expected a number above 0")]
    Loss(f64),
    /// The width is zero.
    #[error("width: 0, expected at least 1")]
    Width,
    /// The data are not points with labels, or too few or too many of them.
    #[error("data: expected as many points as labels, at least two of them distinct, within the range of the problem")]
    Data,
    /// A label is no class.
    #[error("data: a label {0:?}, expected 0 or 1 for the logistic loss")]
    Label(f64),
    /// The network is not of the form that the claim is about.
    #[error("network: expected {0}")]
    Network(String),
    /// The claim does not follow.
    #[error(transparent)]
    Proof(#[from] ProofFault),
}

/// Checks a certificate; the number is that of its leaves.
///
/// # Errors
/// With the first part that does not hold.
pub fn verify(certificate: &Certificate) -> Result<usize, Fault> {
    let Certificate { loss, width, output_bias, objective, lower_bound, ref data, .. } = *certificate;
    if certificate.seal != certificate.seal() {
        return Err(Fault::Seal);
    }
    if certificate.kind != KIND {
        return Err(Fault::Kind(certificate.kind.clone()));
    }
    check_form(loss, width, output_bias, data, &certificate.network)?;
    let points = Points::new(&data.x, data.dim, &data.y).ok_or(Fault::Data)?;
    let claimed = Claimed { objective, lower_bound, width, proof: &certificate.proof };
    claimed.check_numbers(mean_loss(loss, &certificate.network, data))?;
    // The network has as many units, so the width is not absurd.
    claimed.check_count(Some(width + 1))?;
    let ground = Ground::new(points, loss, output_bias).ok_or(Fault::Data)?;
    let proven = |part: &Part, hint: &_| match bound(&ground, part, hint, Doubts::Decide) {
        Bound::Proven(mean) => mean,
        Bound::Violated(_) | Bound::Malformed => 0.0,
    };
    let cut = |part: &Part, unit, at| part.cut(&ground.rays, unit, at);
    Ok(claimed.check_trees(Part::roots(width, ground.rays.len()), cut, proven)?)
}

/// Whether loss, width, data and network are what a claim can be about.
pub(crate) fn check_form(
    loss: Loss,
    width: usize,
    output_bias: bool,
    data: &Data,
    network: &Units,
) -> Result<(), Fault> {
    if let Loss::Huber(threshold) = loss
        && !(threshold > 0.0 && is_in_range(threshold))
    {
        return Err(Fault::Loss(threshold));
    }
    if width == 0 {
        return Err(Fault::Width);
    }
    if data.dim > MAX_DIM || !data.x.iter().chain(&data.y).all(|value| is_in_range(*value)) {
        return Err(Fault::Data);
    }
    if let Some(&label) = data.y.iter().find(|label| !loss.allows(**label)) {
        return Err(Fault::Label(label));
    }
    let Some(first) = data.x.chunks(data.dim.max(1)).next() else { return Err(Fault::Data) };
    if data.dim == 0 || data.x.len() != data.y.len() * data.dim || data.x.chunks(data.dim).all(|x| x == first) {
        return Err(Fault::Data);
    }
    let is_finite = |list: &[f64]| list.iter().all(|value| value.is_finite());
    let fits = network.weights.len() == width
        && network.weights.iter().all(|row| row.len() == data.dim && is_finite(row))
        && [&network.biases, &network.outputs].into_iter().all(|list| list.len() == width && is_finite(list))
        && network.output_bias.is_finite();
    if !fits {
        return Err(Fault::Network(format!("{width} units with {} finite weights each and finite biases", data.dim)));
    }
    if !output_bias && network.output_bias != 0.0 {
        return Err(Fault::Network("no output bias".to_owned()));
    }
    Ok(())
}
