//! The check of a certificate, in exact or bounded arithmetic, by code that the solver calls and that never calls the solver.

use super::bound::{Terms, bound};
use super::certificate::{Certificate, Hint, KIND};
use super::part::Part;
use super::problem::{Ground, rows};
use crate::above::Above;
use crate::branch::{Claimed, ProofFault};
use crate::convex::verify::proved_patterns;
use crate::space::{self, Data, Loss, Units};

/// Why a certificate proves nothing.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Fault {
    /// It has been changed since it was written.
    #[error("seal: the content has been changed")]
    Seal,
    /// The kind or its version is another.
    #[error("kind: \"{0}\", expected \"{KIND}\"")]
    Kind(String),
    /// The decay is no positive number.
    #[error("decay: {0:?}, expected a positive number")]
    Decay(f64),
    /// Data, loss, width or network are wrong in themselves.
    #[error(transparent)]
    Form(space::Fault),
    /// The patterns cannot be proved to be all.
    #[error("{0}")]
    Patterns(String),
    /// The claim does not follow.
    #[error(transparent)]
    Proof(#[from] ProofFault),
}

/// Mean loss and decay (β/2) Σ (‖(a, b)‖² + α²) of a network, rounded up; infinite where lists do not fit each other.
pub fn objective(loss: Loss, decay: f64, network: &Units, data: &Data) -> f64 {
    let weights = network.weights.iter().flatten().chain(&network.biases).chain(&network.outputs);
    let squares: Above = weights.map(|weight| Above::of(*weight) * Above::of(*weight)).sum();
    let mean = Above::of(space::mean_loss(loss, network, data));
    (mean + Above::of(0.5) * Above::of(decay) * squares).get()
}

/// Checks a certificate; the number is that of its leaves.
///
/// # Errors
/// With the first part that does not hold.
pub fn verify(certificate: &Certificate) -> Result<usize, Fault> {
    let Certificate { loss, decay, width, output_bias, lower_bound, ref data, ref network, .. } = *certificate;
    if certificate.seal != certificate.seal() {
        return Err(Fault::Seal);
    }
    if certificate.kind != KIND {
        return Err(Fault::Kind(certificate.kind.clone()));
    }
    if !(decay > 0.0 && decay.is_finite()) {
        return Err(Fault::Decay(decay));
    }
    space::check_form(loss, width, output_bias, data, network).map_err(Fault::Form)?;
    let claimed = Claimed { objective: certificate.objective, lower_bound, width, proof: &certificate.proof };
    claimed.check_numbers(objective(loss, decay, network, data))?;
    // The network has as many units, so the width is not absurd.
    claimed.check_count(Some(width + 1))?;
    let rows = rows(data).ok_or(Fault::Form(space::Fault::Data))?;
    let mut patterns = proved_patterns(&rows).map_err(Fault::Patterns)?;
    patterns.sort();
    patterns.retain(|pattern| pattern.iter().any(|on| *on));
    let ground = Ground { rows, patterns };
    let terms = Terms { loss, decay, output_bias };
    let roots = Part::roots(width, ground.patterns.len());
    let cut = |part: &Part, unit, at| part.cut(&ground.patterns, unit, at);
    Ok(claimed.check_trees(roots, cut, |part, hint: &Hint| bound(&terms, &ground, part, &hint.multipliers))?)
}
