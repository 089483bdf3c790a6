//! The check of a certificate, in exact or bounded arithmetic, by code that the solver calls and that never calls the solver.

use super::bound::{Terms, bound};
use super::certificate::{Certificate, Hint, KIND};
use super::part::Part;
use super::problem::{Ground, rows};
use crate::above::Above;
use crate::branch::{Bounded, cover};
use crate::convex::verify::proved_patterns;
use crate::space::{self, Data, Loss, Units};
use rayon::prelude::*;

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
    /// The network has another objective.
    #[error("objective: {claimed}, but the network's is {exact}")]
    Objective {
        /// The claim.
        claimed: f64,
        /// Mean loss and decay, rounded up.
        exact: f64,
    },
    /// The lower bound is not a number from 0 to the objective.
    #[error("lower_bound: {0}, expected a number from 0 to the objective")]
    LowerBound(f64),
    /// The number of trees is not that of the numbers of positive units.
    #[error("proof: {found} trees, expected one more than {width} units")]
    Trees {
        /// Trees that are there.
        found: usize,
        /// Number of hidden units.
        width: usize,
    },
    /// A tree is no tree, or cuts what cannot be cut.
    #[error("proof, tree {tree}, step {step}: it does not fit its tree")]
    Tree {
        /// The tree, from 0.
        tree: usize,
        /// The step in it, from 0.
        step: usize,
    },
    /// A part whose multipliers prove less than the claim.
    #[error("proof, tree {tree}, step {step}: its bound is {proven}, less than claimed")]
    Leaf {
        /// The tree, from 0.
        tree: usize,
        /// The step in it, from 0.
        step: usize,
        /// What they prove.
        proven: f64,
    },
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
    let exact = objective(loss, decay, network, data);
    if exact.total_cmp(&certificate.objective).is_ne() {
        return Err(Fault::Objective { claimed: certificate.objective, exact });
    }
    if !(0.0..=exact).contains(&lower_bound) {
        return Err(Fault::LowerBound(lower_bound));
    }
    // The network has as many units, so the width is not absurd.
    if certificate.proof.len() != width + 1 {
        return Err(Fault::Trees { found: certificate.proof.len(), width });
    }
    let rows = rows(data).ok_or(Fault::Form(space::Fault::Data))?;
    let mut patterns = proved_patterns(&rows).map_err(Fault::Patterns)?;
    patterns.sort();
    patterns.retain(|pattern| pattern.iter().any(|on| *on));
    let ground = Ground { rows, patterns };
    let terms = Terms { loss, decay, output_bias };
    let mut n_leaves = 0;
    for (tree, (root, steps)) in
        Part::roots(width, ground.patterns.len()).into_iter().zip(&certificate.proof).enumerate()
    {
        let cut = |part: &Part, unit, at| part.cut(&ground.patterns, unit, at);
        let covered = cover(root, steps, cut).map_err(|step| Fault::Tree { tree, step })?;
        n_leaves += covered.n_leaves;
        let wanting = |Bounded { step, part, hint }: &Bounded<'_, Part, Hint>| {
            let proven = bound(&terms, &ground, part, &hint.multipliers);
            (proven < lower_bound).then_some(Fault::Leaf { tree, step: *step, proven })
        };
        if let Some(fault) = covered.bounded.par_iter().find_map_first(wanting) {
            return Err(fault);
        }
    }
    Ok(n_leaves)
}
