//! The certificate of what units do over a box, and its check.
//!
//! The check calls no solver and no search. A claim about the whole box is evaluated in exact numbers. Where the box is
//! cut into parts, the ranges of the parts are found by one fixed rule in f64 with every rounding charged, and the
//! claim itself in exact numbers wherever these roundings leave its sign open.

use super::Ranges;
use super::lagrangian::Goal;
use super::part::Part;
use super::witness;
use crate::relaxation::dense::Dense;
use crate::relaxation::{InputBox, ProvedStatus, Side, UnitError};
use relulab_exact::{Dyadic, Sign};
use relulab_net::Network;

/// A proved bound of one pre-activation over the whole box.
#[derive(Clone, Debug, PartialEq)]
pub struct Lemma {
    /// Affine layer from 0; the last is the output layer.
    pub layer: usize,
    /// Unit of the layer, from 0.
    pub unit: usize,
    /// Whether `bound` is an upper bound of the maximum or a lower bound of the minimum.
    pub side: Side,
    /// The bound.
    pub bound: f64,
    /// Why it holds.
    pub proof: LemmaProof,
}

/// Why a bound holds, given the lemmas about earlier layers.
#[derive(Clone, Debug, PartialEq)]
pub enum LemmaProof {
    /// One multiplier per unit of the layers before; any numbers prove something.
    Multipliers(Vec<Vec<f64>>),
    /// The box in parts, in depth-first order, left part first; on each the fixed rule proves the bound.
    Parts(Vec<PartNode>),
}

/// A node of the tree of parts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum PartNode {
    /// The part is cut across an input; the left part and everything below it follow, then the right part.
    Cut {
        /// The input, from 0.
        input: usize,
        /// Where.
        at: f64,
    },
    /// The part is bounded as it is.
    Leaf,
}

/// A point that shows a sign: the pre-activation there is > 0 for a maximum, < 0 for a minimum.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    /// Affine layer from 0.
    pub layer: usize,
    /// Unit of the layer, from 0.
    pub unit: usize,
    /// Which sign is shown.
    pub side: Side,
    /// The point.
    pub at: Vec<f64>,
}

/// All that is claimed of a network over a box.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Certificate {
    /// Bounds; each may use those about earlier layers that come before it.
    pub lemmas: Vec<Lemma>,
    /// Points.
    pub shown: Vec<Shown>,
}

/// Why a certificate is not valid. Lemmas and points count from 0.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum CertificateFault {
    /// It does not fit the network or the box.
    #[error(transparent)]
    Unit(#[from] UnitError),
    /// There are not as many multipliers as units, or the parts are no tree.
    #[error("lemma {0}: its proof does not fit the network or the box")]
    Form(usize),
    /// A lemma claims more than its proof proves.
    #[error("lemma {lemma}: the bound {claimed} is not proved")]
    Bound {
        /// The lemma.
        lemma: usize,
        /// The bound of the claim.
        claimed: f64,
    },
    /// A point outside the box, or where the pre-activation has another sign.
    #[error("point {0} does not show what it is said to show")]
    Point(usize),
}

/// Checks a certificate and says what it proves of every unit, outputs last.
///
/// # Errors
/// At the first claim that is not proved.
pub fn verify(
    network: &Network,
    domain: &InputBox,
    certificate: &Certificate,
) -> Result<Vec<Vec<ProvedStatus>>, CertificateFault> {
    let dense = Dense::of(network)?;
    crate::relaxation::check_dim(network, domain)?;
    let mut known: Ranges = vec![Vec::new(); dense.layers.len()];
    for (ranges, layer) in known.iter_mut().zip(&dense.layers) {
        *ranges = vec![(f64::NEG_INFINITY, f64::INFINITY); layer.n_out];
    }
    for (place, lemma) in certificate.lemmas.iter().enumerate() {
        crate::relaxation::check_unit(network, lemma.layer, lemma.unit)?;
        check_lemma(&dense, domain, &known, place, lemma)?;
        let (lower, upper) = &mut known[lemma.layer][lemma.unit];
        match lemma.side {
            Side::Maximum => *upper = upper.min(lemma.bound),
            Side::Minimum => *lower = lower.max(lemma.bound),
        }
    }
    let mut shown: Vec<Vec<[bool; 2]>> = dense.layers.iter().map(|layer| vec![[false; 2]; layer.n_out]).collect();
    for (place, point) in certificate.shown.iter().enumerate() {
        crate::relaxation::check_unit(network, point.layer, point.unit)?;
        if !shows(&dense, domain, point) {
            return Err(CertificateFault::Point(place));
        }
        shown[point.layer][point.unit][usize::from(point.side == Side::Maximum)] = true;
    }
    let status = |((lower, upper), shown): (&(f64, f64), &[bool; 2])| match (*upper <= 0.0, *lower >= 0.0) {
        (true, true) => ProvedStatus::Zero,
        (true, false) => ProvedStatus::Dead,
        (false, true) => ProvedStatus::Linear,
        (false, false) if *shown == [true; 2] => ProvedStatus::Unstable,
        (false, false) => ProvedStatus::Unknown,
    };
    Ok(known.iter().zip(&shown).map(|(known, shown)| known.iter().zip(shown).map(status).collect()).collect())
}

fn check_lemma(
    network: &Dense,
    domain: &InputBox,
    known: &Ranges,
    place: usize,
    lemma: &Lemma,
) -> Result<(), CertificateFault> {
    let goal = Goal { layer: lemma.layer, unit: lemma.unit, side: lemma.side };
    let unproved = CertificateFault::Bound { lemma: place, claimed: lemma.bound };
    let Some(claimed) = Dyadic::from_f64(goal.sign() * lemma.bound) else {
        // An infinite bound on the far side claims nothing.
        return if goal.sign() * lemma.bound == f64::INFINITY { Ok(()) } else { Err(unproved) };
    };
    let whole = Part::new(domain.clone(), known[..lemma.layer].to_vec());
    let is_proved = |part: &Part, multipliers: &[Vec<f64>]| {
        part.evaluate_exactly(network, goal, multipliers).is_some_and(|bound| bound <= claimed)
    };
    match &lemma.proof {
        LemmaProof::Multipliers(multipliers) => {
            let widths = network.layers[..lemma.layer].iter().map(|layer| layer.n_out);
            if !multipliers.iter().map(Vec::len).eq(widths) {
                return Err(CertificateFault::Form(place));
            }
            if is_proved(&whole, multipliers) { Ok(()) } else { Err(unproved) }
        }
        LemmaProof::Parts(nodes) => {
            let is_cut = nodes.len() > 1;
            let mut open = vec![whole];
            for node in nodes {
                let part = open.pop().ok_or(CertificateFault::Form(place))?;
                match node {
                    PartNode::Cut { input, at } => {
                        let [left, right] = part.cut(network, *input, *at).ok_or(CertificateFault::Form(place))?;
                        open.extend([right, left]);
                    }
                    PartNode::Leaf => {
                        let found = part.bound(network, goal);
                        let is_bounded = is_cut && found.bound <= goal.sign() * lemma.bound;
                        if !is_bounded && !is_proved(&part, &found.multipliers) {
                            return Err(unproved);
                        }
                    }
                }
            }
            if open.is_empty() { Ok(()) } else { Err(CertificateFault::Form(place)) }
        }
    }
}

/// Whether a point lies in the box and the pre-activation there has the sign, exactly.
fn shows(network: &Dense, domain: &InputBox, shown: &Shown) -> bool {
    let wanted = if shown.side == Side::Maximum { Sign::Positive } else { Sign::Negative };
    domain.contains(&shown.at)
        && witness::exact_value(network, shown.layer, shown.unit, &shown.at).is_some_and(|value| value.sign() == wanted)
}
