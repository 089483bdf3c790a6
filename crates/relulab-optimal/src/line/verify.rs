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

use crate::branch::{Bounded, Step, cover};
use crate::line::certificate::{Certificate, Configuration, Hint, KIND, Knots, SQUARED};
use rayon::prelude::*;
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
    /// The network has another loss.
    #[error("objective: {claimed}, but the network's is {exact}")]
    Objective {
        /// The claim.
        claimed: f64,
        /// The loss, rounded up.
        exact: f64,
    },
    /// The lower bound is not a number from 0 to the objective.
    #[error("lower_bound: {0}, expected a number from 0 to the objective")]
    LowerBound(f64),
    /// The number of trees is not that of the configurations.
    #[error("proof: {found} trees, which is not the number of ways to give {width} units four kinds")]
    Trees {
        /// Trees that are there.
        found: usize,
        /// Number of hidden units.
        width: usize,
    },
    /// A tree is no tree, or cuts outside a block.
    #[error("proof, tree {tree}, step {step}: it does not fit its tree")]
    Tree {
        /// The tree, from 0.
        tree: usize,
        /// The step in it, from 0.
        step: usize,
    },
    /// A part whose dual point is not feasible, or proves less than the claim.
    #[error("proof, tree {tree}, step {step}: its bound is {proven}, less than claimed")]
    Leaf {
        /// The tree, from 0.
        tree: usize,
        /// The step in it, from 0.
        step: usize,
        /// The mean squared error that it proves: 0 where the dual point is not feasible.
        proven: f64,
    },
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
    let exact = mean_squared_error(&certificate.network, x, y);
    // A comparison that is false for NaN.
    if !(exact == objective) {
        return Err(Fault::Objective { claimed: objective, exact });
    }
    if !(0.0..=objective).contains(&lower_bound) {
        return Err(Fault::LowerBound(lower_bound));
    }
    let knots = Knots { n_points: points.len(), output_bias };
    let (found, expected) = (certificate.proof.len(), Configuration::n_roots(width));
    if expected != Some(found) {
        return Err(Fault::Trees { found, width });
    }
    let mut n_leaves = 0;
    for (tree, (root, steps)) in Configuration::roots(width, knots).into_iter().zip(&certificate.proof).enumerate() {
        n_leaves += check_tree(&points, knots, root, steps, tree, lower_bound)?;
    }
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

/// Checks that a tree is whole and that each hint proves the claim; returns the number of leaves.
fn check_tree(
    points: &Points,
    knots: Knots,
    root: Configuration,
    steps: &[Step<Hint>],
    tree: usize,
    lower_bound: f64,
) -> Result<usize, Fault> {
    let covered = cover(root, steps, Configuration::cut).map_err(|step| Fault::Tree { tree, step })?;
    let wanting = |Bounded { step, part, hint }: &Bounded<'_, Configuration, Hint>| {
        let proven = match bound(points, knots, part, hint) {
            Bound::Proven(sum) => mean_below(sum, points.n_data),
            Bound::Violated(_) | Bound::Malformed => 0.0,
        };
        (proven < lower_bound).then_some(Fault::Leaf { tree, step: *step, proven })
    };
    match covered.bounded.par_iter().find_map_first(wanting) {
        Some(fault) => Err(fault),
        None => Ok(covered.n_leaves),
    }
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
