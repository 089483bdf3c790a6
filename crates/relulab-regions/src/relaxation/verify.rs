//! The check of a bound's certificate, in exact arithmetic and without the code that found it.
//!
//! A certificate is a tree of cuts of the box and, for each part, two choices for every unit: whether its range is
//! relaxed, and which of two lower lines it takes. That is all: any such choices give a valid bound, so nothing in a certificate has to be believed. The checker cuts the box,
//! bounds each part by linear relaxation in [`Dyadic`] numbers, and compares.

use super::dense::Dense;
use super::{InputBox, Side, UnitError};
use relulab_exact::{Dyadic, Sign};
use relulab_net::Network;
use std::collections::HashMap;

/// A claim with its proof: over a box, a pre-activation is never beyond `bound` on one side.
#[derive(Clone, Debug, PartialEq)]
pub struct BoundProof {
    /// Affine layer from 0; the last is the output layer.
    pub layer: usize,
    /// Unit of the layer, from 0.
    pub unit: usize,
    /// Whether `bound` is an upper bound of the maximum or a lower bound of the minimum.
    pub side: Side,
    /// The bound.
    pub bound: f64,
    /// The cuts in depth-first order, left part first.
    pub tree: Vec<ProofNode>,
}

/// A node of the tree of cuts.
#[derive(Clone, Debug, PartialEq)]
pub enum ProofNode {
    /// The part is cut across an input; the left part and everything below it follow, then the right part.
    Cut {
        /// The input, from 0.
        input: usize,
        /// Where.
        at: f64,
    },
    /// The part is bounded as it is.
    Leaf {
        /// For the hidden units of the layers before the claim's, in order.
        choices: Vec<Choice>,
    },
}

/// How a unit is bounded in a part of the box; every choice is valid, and some lead further.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Choice {
    /// Whether its range comes from linear relaxation too, beside plain intervals.
    pub relaxed: bool,
    /// Whether its lower line is steep (slope 1) or flat (the slope of the activation below zero).
    pub steep: bool,
}

/// Why a certificate does not prove its claim.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ProofFault {
    /// The claim does not fit the network or the box.
    #[error(transparent)]
    Unit(#[from] UnitError),
    /// The tree ends too early, goes on after its end, or cuts outside a part.
    #[error("node {0} of the proof does not fit its tree")]
    Tree(usize),
    /// A part of the box on which the bound is not proved.
    #[error("at node {node} of the proof the bound {proved} is reached, beyond the claimed {claimed}")]
    Bound {
        /// The leaf.
        node: usize,
        /// The bound that holds there.
        proved: f64,
        /// The bound of the claim.
        claimed: f64,
    },
}

/// Checks a proof.
///
/// # Errors
/// When the claim does not fit the network, the tree is no tree, or a part is not bounded as claimed.
pub fn verify(network: &Network, domain: &InputBox, proof: &BoundProof) -> Result<(), ProofFault> {
    verify_all(network, domain, std::slice::from_ref(proof)).map_err(|(_, fault)| fault)
}

/// Checks many proofs over one box, which is faster than one by one: what they share is computed once.
///
/// # Errors
/// The place of a proof that fails, with what [`verify`] says of it; place 0 when nothing can be checked.
pub fn verify_all(network: &Network, domain: &InputBox, proofs: &[BoundProof]) -> Result<(), (usize, ProofFault)> {
    let dense = Dense::of(network).map_err(|error| (0, error.into()))?;
    super::check_dim(network, domain).map_err(|error| (0, error.into()))?;
    let mut passes = Passes { dense: &dense, kept: HashMap::new(), n_kept: 0 };
    // Deepest first: the relaxation of a part serves all layers before its last.
    let mut order: Vec<usize> = (0..proofs.len()).collect();
    order.sort_by_key(|place| std::cmp::Reverse(proofs[*place].layer));
    for place in order {
        let proof = &proofs[place];
        let fits = super::check_unit(network, proof.layer, proof.unit).map_err(ProofFault::from);
        fits.and_then(|()| check(&mut passes, domain, proof)).map_err(|fault| (place, fault))?;
    }
    Ok(())
}

/// Relaxations kept at a time.
const MOST_PASSES: usize = 512;

/// Relaxations of parts of the box, for proofs that share them.
struct Passes<'a> {
    dense: &'a Dense,
    /// By the bits of a part's ends, each with its choices.
    kept: HashMap<Vec<u64>, Vec<(&'a [Choice], ExactPass<'a>)>>,
    n_kept: usize,
}

impl<'a> Passes<'a> {
    /// The bound that a proof's choices give on a part.
    fn bound(&mut self, part: &InputBox, proof: &'a BoundProof, choices: &'a [Choice]) -> Dyadic {
        if self.n_kept >= MOST_PASSES {
            self.kept.clear();
            self.n_kept = 0;
        }
        let key = part.lower().iter().chain(part.upper()).map(|end| end.to_bits()).collect();
        let of_part = self.kept.entry(key).or_default();
        let place = of_part.iter().position(|(others, _)| others.starts_with(choices)).unwrap_or_else(|| {
            of_part.push((choices, ExactPass::over(self.dense, part, proof.layer, choices)));
            self.n_kept += 1;
            of_part.len() - 1
        });
        of_part[place].1.bound(proof.layer, proof.unit, proof.side)
    }
}

/// Checks one proof.
fn check<'a>(passes: &mut Passes<'a>, domain: &InputBox, proof: &'a BoundProof) -> Result<(), ProofFault> {
    let Some(claimed) = Dyadic::from_f64(proof.bound) else {
        // An infinite bound on the far side claims nothing.
        let vacuous = proof.bound == if proof.side == Side::Maximum { f64::INFINITY } else { f64::NEG_INFINITY };
        return if vacuous { Ok(()) } else { Err(ProofFault::Tree(0)) };
    };
    let claimed = if proof.side == Side::Maximum { claimed } else { -claimed };
    let n_before = passes.dense.layers[..proof.layer].iter().map(|layer| layer.n_out).sum::<usize>();
    let mut open = vec![domain.clone()];
    for (node, content) in proof.tree.iter().enumerate() {
        let part = open.pop().ok_or(ProofFault::Tree(node))?;
        match content {
            ProofNode::Cut { input, at } => {
                let [left, right] = part.split(*input, *at).ok_or(ProofFault::Tree(node))?;
                open.extend([right, left]);
            }
            ProofNode::Leaf { choices } => {
                if choices.len() != n_before {
                    return Err(ProofFault::Tree(node));
                }
                let reached = passes.bound(&part, proof, choices);
                if reached > claimed {
                    let proved = if proof.side == Side::Maximum { reached } else { -reached };
                    return Err(ProofFault::Bound { node, proved: proved.to_f64_above(), claimed: proof.bound });
                }
            }
        }
    }
    if open.is_empty() { Ok(()) } else { Err(ProofFault::Tree(proof.tree.len())) }
}

/// A parameter, an end of a box or a slope, exactly; all but slopes have been checked to be finite, and any slope is
/// as valid as another.
fn exact(value: f64) -> Dyadic {
    Dyadic::from_f64(value).unwrap_or_default()
}

/// The nearest f64 not above, to keep numbers short; beyond the range of f64 the number itself.
fn rounded_down(value: Dyadic) -> Dyadic {
    Dyadic::from_f64(value.to_f64_below()).unwrap_or(value)
}

/// The same from above.
fn rounded_up(value: Dyadic) -> Dyadic {
    -rounded_down(-value)
}

/// Lines of one unit, exactly.
#[derive(Clone, Debug)]
struct ExactLines {
    upper_slope: Dyadic,
    upper_intercept: Dyadic,
    lower_slope: Dyadic,
}

/// The relaxation in exact numbers; ranges are rounded outwards to f64 between layers.
pub(super) struct ExactPass<'a> {
    network: &'a Dense,
    domain: InputBox,
    lines: Vec<Vec<ExactLines>>,
    ranges: Vec<Vec<(Dyadic, Dyadic)>>,
}

impl<'a> ExactPass<'a> {
    /// The relaxation of the first `n_layers` layers; there is a choice for each of their units.
    pub fn over(network: &'a Dense, domain: &InputBox, n_layers: usize, choices: &[Choice]) -> Self {
        let mut pass = Self { network, domain: domain.clone(), lines: Vec::new(), ranges: Vec::new() };
        let mut choices = choices.iter();
        for layer in 0..n_layers {
            let below = pass.inputs_of(layer);
            let mut ranges: Vec<_> =
                (0..network.layers[layer].n_out).map(|unit| pass.interval(layer, unit, &below)).collect();
            let choices: Vec<Choice> = choices.by_ref().take(ranges.len()).copied().collect();
            for (unit, range) in ranges.iter_mut().enumerate().filter(|(unit, _)| choices[*unit].relaxed) {
                let upper = rounded_up(pass.upper(layer, unit, Side::Maximum));
                let lower = rounded_down(-pass.upper(layer, unit, Side::Minimum));
                *range = (range.0.clone().max(lower), range.1.clone().min(upper));
            }
            let lines = ranges.iter().zip(&choices).map(|(range, how)| lines(range, network.leak, how.steep));
            pass.lines.push(lines.collect());
            pass.ranges.push(ranges);
        }
        pass
    }

    /// Ranges of what enters a layer.
    fn inputs_of(&self, layer: usize) -> Vec<(Dyadic, Dyadic)> {
        let leak = exact(self.network.leak);
        let activated = |z: &Dyadic| if z.sign() == Sign::Positive { z.clone() } else { z * &leak };
        match layer.checked_sub(1) {
            None => (0..self.domain.dim())
                .map(|input| (exact(self.domain.lower()[input]), exact(self.domain.upper()[input])))
                .collect(),
            Some(before) => self.ranges[before].iter().map(|(l, u)| (activated(l), activated(u))).collect(),
        }
    }

    /// Range of one unit by interval arithmetic from the ranges of what enters its layer.
    fn interval(&self, layer: usize, unit: usize, below: &[(Dyadic, Dyadic)]) -> (Dyadic, Dyadic) {
        let this = &self.network.layers[layer];
        let (mut lower, mut upper) = (exact(this.biases[unit]), exact(this.biases[unit]));
        for (weight, (l, u)) in this.row(unit).iter().zip(below).filter(|(weight, _)| **weight != 0.0) {
            let (weight, rises) = (exact(*weight), *weight > 0.0);
            lower = lower + &weight * if rises { l } else { u };
            upper = upper + &weight * if rises { u } else { l };
        }
        (rounded_down(lower), rounded_up(upper))
    }

    /// The better of relaxation and intervals, as [`upper`](Self::upper).
    pub fn bound(&self, layer: usize, unit: usize, side: Side) -> Dyadic {
        let (lower, upper) = self.interval(layer, unit, &self.inputs_of(layer));
        self.upper(layer, unit, side).min(if side == Side::Maximum { upper } else { -lower })
    }

    /// An upper bound of a pre-activation (`Maximum`), or of its negative (`Minimum`).
    pub fn upper(&self, layer: usize, unit: usize, side: Side) -> Dyadic {
        let this = &self.network.layers[layer];
        let signed = |value: f64| if side == Side::Maximum { exact(value) } else { exact(-value) };
        let mut coefficients: Vec<Dyadic> = this.row(unit).iter().map(|weight| signed(*weight)).collect();
        let mut constant = signed(this.biases[unit]);
        for (inner, lines) in self.network.layers[..layer].iter().zip(&self.lines).rev() {
            let mut next = vec![Dyadic::zero(); inner.n_in];
            for (unit, (coefficient, lines)) in coefficients.iter().zip(lines).enumerate() {
                let rises = coefficient.sign() == Sign::Positive;
                if rises {
                    constant = constant + coefficient * &lines.upper_intercept;
                }
                let factor = coefficient * if rises { &lines.upper_slope } else { &lines.lower_slope };
                if factor.is_zero() {
                    continue;
                }
                constant = constant + &factor * &exact(inner.biases[unit]);
                for (next, weight) in next.iter_mut().zip(inner.row(unit)).filter(|(_, weight)| **weight != 0.0) {
                    *next = std::mem::take(next) + &factor * &exact(*weight);
                }
            }
            coefficients = next;
        }
        for (input, coefficient) in coefficients.iter().enumerate() {
            let rises = coefficient.sign() == Sign::Positive;
            constant = constant
                + coefficient * &exact(if rises { self.domain.upper()[input] } else { self.domain.lower()[input] });
        }
        constant
    }
}

/// The lines of a unit over its range, for a choice of the lower one.
fn lines((lower, upper): &(Dyadic, Dyadic), leak: f64, steep: bool) -> ExactLines {
    let (one, leak_exact) = (exact(1.0), exact(leak));
    let straight =
        |slope: Dyadic| ExactLines { upper_slope: slope.clone(), upper_intercept: Dyadic::zero(), lower_slope: slope };
    if lower.sign() != Sign::Negative {
        return straight(one);
    }
    if upper.sign() != Sign::Positive {
        return straight(leak_exact);
    }
    // Any slope in [leak, 1] will do; the intercept is what makes the line a bound at both ends of the range.
    let (l, u) = (lower.to_f64_below(), upper.to_f64_above());
    let slope = exact(((u - leak * l) / (u - l)).clamp(leak, 1.0));
    let at_lower = &(slope.clone() - leak_exact.clone()) * &-lower.clone();
    let at_upper = &(one.clone() - slope.clone()) * upper;
    ExactLines {
        upper_slope: slope,
        upper_intercept: at_lower.max(at_upper),
        lower_slope: if steep { one } else { leak_exact },
    }
}
