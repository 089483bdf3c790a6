//! The check of a certificate. It never calls the search: every constant is measured anew from data and network.

use super::certificate::Certificate;
use super::points::Points;
use super::proof::Proof;

/// What a check found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The claim, in words.
    pub claim: String,
    /// The first thing that does not hold; absent when the claim is proved.
    pub failed_at: Option<String>,
}

/// Checks a certificate.
///
/// *Algorithm*: data and seal must have their hashes, all measured constants must be at most the recorded ones, and the
/// recorded ones must satisfy the condition of the [module's page](super).
pub fn verify(certificate: &Certificate) -> Verdict {
    let network = &certificate.network;
    let claim = format!(
        "weights within {:.1e} of those given make this {} network of {} neurons fit all {} points exactly; as given, its \
         mean squared error is at most {:.1e}",
        certificate.bounds.distance,
        network.activation,
        network.output_weights.len(),
        certificate.data.labels.len(),
        certificate.bounds.loss
    );
    Verdict { claim, failed_at: check(certificate).err() }
}

fn check(certificate: &Certificate) -> Result<(), String> {
    let fail = |place: &str, reason: &dyn std::fmt::Display| Err(format!("{place}: {reason}"));
    if certificate.data.hash() != certificate.data.sha256 {
        return fail("data", &"not the data of the hash");
    }
    if certificate.content_hash() != certificate.seal {
        return fail("seal", &"not the content that was sealed");
    }
    let Some(data) = certificate.data.dataset() else {
        return fail("data", &"the numbers make no data set");
    };
    let points = match Points::of(&data) {
        Ok(points) => points,
        Err(error) => return fail("data", &error),
    };
    if !certificate.network.fits(points.input_dim) {
        return fail("network", &"the lists do not make a network of pairs for these data");
    }
    let bounds = &certificate.bounds;
    if !bounds.prove_a_zero() {
        return fail("bounds", &"newton_step + defect · radius + ½ curvature · radius² exceeds radius");
    }
    let proof = match Proof::of(&points, &certificate.network, certificate.biases) {
        Ok(proof) => proof,
        Err(fault) => return fail("network", &fault),
    };
    let distance = proof.spread * crate::above::Above::of(bounds.radius);
    for (name, measured, recorded) in [
        ("newton_step", proof.newton_step, bounds.newton_step),
        ("defect", proof.defect, bounds.defect),
        ("curvature", proof.curvature, bounds.curvature),
        ("distance", distance, bounds.distance),
        ("loss", proof.loss, bounds.loss),
    ] {
        // Written so that a NaN fails.
        if !(measured.get() <= recorded) {
            return fail(
                &format!("bounds.{name}"),
                &format!("{recorded:e} is below the measured {:e}", measured.get()),
            );
        }
    }
    if !(bounds.radius < proof.pattern_radius) {
        return fail("bounds.radius", &format!("a unit may reach its kink within {:e}", proof.pattern_radius));
    }
    Ok(())
}
