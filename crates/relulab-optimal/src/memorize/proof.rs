//! The bounds of the proof, with every rounding accounted for.
//!
//! This file trusts nothing that the search has done. It takes the network as exactly the numbers printed, encloses its
//! values and slopes at the points, and bounds the constants of the [module's page](super). Two matrices come from
//! plain floating-point arithmetic, T and X; the proof holds for whatever they are.

use super::certificate::{Bounds, CertificateNetwork};
use super::dense::Factor;
use super::enclosure::{enclose, most_bending};
use super::frame::Frame;
use super::points::Points;
use super::product::{Left, Wanted, product};
use crate::above::{Above, roundings};
use rayon::prelude::*;
use relulab_exact::Bounded;

/// Recorded constants are so many times the measured ones, so that another processor's roundings do not matter.
pub(super) const RECORDED_SLACK: f64 = 2.0;
/// Added to a radius, so that a residual of exactly 0 has one: 2⁻¹⁰⁰⁰.
const SMALLEST_RADIUS: f64 = f64::from_bits(23 << 52);

/// What was measured; every number is an upper bound unless said otherwise.
#[derive(Clone, Copy, Debug)]
pub(super) struct Proof {
    /// η.
    pub(super) newton_step: Above,
    /// δ.
    pub(super) defect: Above,
    /// K.
    pub(super) curvature: Above,
    /// Largest change of a weight or bias per unit of ρ.
    pub(super) spread: Above,
    /// Mean squared error of the network as printed.
    pub(super) loss: Above,
    /// A lower bound of the ρ at which a piecewise linear unit may reach its kink; infinite for smooth activations.
    pub(super) pattern_radius: f64,
}

/// Why there are no bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum ProofFault {
    /// A value or slope is not known at a point.
    #[error("a unit's value or slope at a point cannot be bounded: it is at its kink, or beyond the range of f64")]
    Unbounded,
    /// The Jacobian does not have full rank, up to rounding.
    #[error("the Jacobian does not have full rank, up to rounding")]
    Singular,
}

/// The network at one point.
struct AtPoint {
    residual: Bounded,
    /// Middles of the slopes by pair.
    slopes: Vec<f64>,
    /// ‖middles‖.
    slope_size: Above,
    /// ‖radii‖.
    slope_rounding: Above,
    /// ‖x̃‖.
    input_size: Above,
    /// Distance of the exact x̃ from the computed one.
    input_rounding: Above,
    /// Lower bound of the smallest |pre-activation|.
    smallest: f64,
}

impl Proof {
    /// Measures everything.
    ///
    /// *Shapes*: `network` must [fit](CertificateNetwork::fits) the points.
    pub(super) fn of(points: &Points, network: &CertificateNetwork, biases: bool) -> Result<Self, ProofFault> {
        let n = points.len();
        let n_pairs = network.output_weights.len() / 2;
        let frame = Frame::of(points, biases);
        let at: Vec<AtPoint> = (0..n)
            .into_par_iter()
            .map(|i| AtPoint::of(network, points, &frame, i))
            .collect::<Option<_>>()
            .ok_or(ProofFault::Unbounded)?;

        // The middle of J Jᵀ, and a bound of its distance from all that it stands for.
        let slopes: Vec<f64> = at.iter().flat_map(|point| &point.slopes).copied().collect();
        let mut middle = product(Left::Full(&slopes, n_pairs), &slopes, Wanted::All);
        let white = product(Left::Full(&frame.white, frame.rank()), &frame.white, Wanted::All);
        middle.iter_mut().zip(white).for_each(|(entry, white)| *entry *= white);
        let middle_error = distance_from_middle(&at, n_pairs, frame.rank());

        let inverse = Factor::of(&middle, n).ok_or(ProofFault::Singular)?.inverse();
        let inverse_size = Above::norm(inverse.iter().copied());
        let defect = defect(&middle, &inverse, inverse_size, middle_error);

        let residuals: Vec<Above> = at.iter().map(|point| size(point.residual)).collect();
        let weighted =
            |row: &[f64]| -> f64 { row.iter().zip(&residuals).map(|(x, r)| Above::of(*x) * *r).sum::<Above>().get() };
        let newton_step = Above::norm(inverse.chunks_exact(n).map(weighted));

        // ‖a‖² ≤ (1 + δ)‖u‖² for the move a = Jᵀ Xᵀ u in white coordinates.
        let stretch = (Above::of(1.0) + defect).sqrt();
        let input_sizes = || at.iter().map(|point| point.input_size + point.input_rounding);
        let squares = Above::norm(input_sizes().map(|size| (size * size).get()));
        let (one, other) = network.output_weights.split_at(n_pairs);
        let heaviest = one.iter().zip(other).map(|(a, b)| Above::of(*a) + Above::of(*b)).fold(Above::ZERO, Above::max);
        let bending = Above::of(most_bending(network.activation));
        let curvature = if network.activation.is_piecewise_linear() {
            Above::ZERO
        } else {
            inverse_size * stretch * stretch * bending * heaviest * squares
        };
        let reach = |(point, size): (&AtPoint, Above)| point.smallest / (size * stretch).get();
        let nearest = at.iter().zip(input_sizes()).map(reach).fold(f64::INFINITY, f64::min);
        let pattern_radius = if network.activation.is_piecewise_linear() { nearest.next_down() } else { f64::INFINITY };

        let losses = residuals.iter().zip(&points.copies).map(|(r, copies)| *r * *r * Above::count(*copies));
        let loss = losses.sum::<Above>().over(points.n_rows() as f64);
        Ok(Self { newton_step, defect, curvature, spread: frame.largest_row() * stretch, loss, pattern_radius })
    }

    /// Constants that prove a zero, if they do, each so many times what was measured.
    pub(super) fn bounds(&self, slack: f64) -> Option<Bounds> {
        let slack = Above::of(slack);
        let defect = (self.defect * slack).get();
        let newton_step = self.newton_step * slack;
        let radius = (Above::of(2.0) * newton_step).over((1.0 - defect).next_down()) + Above::of(SMALLEST_RADIUS);
        let bounds = Bounds {
            newton_step: newton_step.get(),
            defect,
            curvature: (self.curvature * slack).get(),
            radius: radius.get(),
            distance: (self.spread * slack * radius).get(),
            loss: (self.loss * slack).get(),
        };
        (bounds.prove_a_zero() && bounds.radius < self.pattern_radius).then_some(bounds)
    }
}

impl AtPoint {
    fn of(network: &CertificateNetwork, points: &Points, frame: &Frame, i: usize) -> Option<Self> {
        let input = points.input(i);
        let width = network.output_weights.len();
        let n_pairs = width / 2;
        let mut output = Bounded::exact(network.output_bias);
        let mut slopes = vec![Bounded::ZERO; n_pairs];
        let mut smallest = f64::INFINITY;
        for (unit, weights) in network.hidden_weights.chunks_exact(input.len()).enumerate() {
            let start = Bounded::exact(network.hidden_biases[unit]);
            let products = weights.iter().zip(input);
            let z = products.fold(start, |sum, (w, x)| sum + Bounded::exact(*w) * Bounded::exact(*x));
            let v = Bounded::exact(network.output_weights[unit]);
            let enclosure = enclose(network.activation, z);
            output = output + v * enclosure.value;
            let slope = v * enclosure.slope;
            // The second unit of a pair moves the other way.
            slopes[unit % n_pairs] = if unit < n_pairs { slope } else { slopes[unit % n_pairs] - slope };
            smallest = smallest.min((z.value().abs() - z.error()).next_down());
        }
        let residual = output - Bounded::exact(points.labels[i]);
        let slope_rounding = Above::norm(slopes.iter().map(|slope| slope.error()));
        let middles: Vec<f64> = slopes.iter().map(|slope| slope.value()).collect();
        let is_known = residual.error().is_finite() && slope_rounding.get().is_finite();
        is_known.then(|| Self {
            residual,
            slope_size: Above::norm(middles.iter().copied()),
            slopes: middles,
            slope_rounding,
            input_size: Above::norm(frame.row(i).iter().copied()),
            input_rounding: frame.rounding(input),
            smallest,
        })
    }
}

/// A bound of |x|.
fn size(x: Bounded) -> Above {
    Above::of(x.value()) + Above::of(x.error())
}

/// A bound of ‖J Bᵀ − middle‖, where J is the exact Jacobian and B has the middles of the slopes and the exact x̃.
///
/// *Algorithm*: an entry is (S Sᵀ)_il (X̃ X̃ᵀ)_il. With σ and a the lengths of the rows of S and X̃, and the largest relative
/// errors of those rows, each factor is off by a share of σᵢσₗ and aᵢaₗ. So the whole is off by at most ω qᵢqₗ with
/// q = σa, a matrix of norm ω Σq².
fn distance_from_middle(at: &[AtPoint], n_pairs: usize, rank: usize) -> Above {
    let one = Above::of(1.0);
    let most = |share: fn(&AtPoint) -> Above| at.iter().map(share).fold(Above::ZERO, Above::max);
    let input = most(|point| point.input_rounding.over(point.input_size.get()));
    let slope = most(|point| point.slope_rounding.over(point.slope_size.get()));
    let (by_input, by_slope) = (roundings(rank), roundings(n_pairs));
    let input_share = (input + input) + input * input + by_input;
    let slope_share = slope + by_slope;
    let omega = input_share * (one + by_slope)
        + slope_share * (one + by_input)
        + input_share * slope_share
        + roundings(1) * (one + by_input) * (one + by_slope);
    let squares = at.iter().map(|point| {
        let q = point.slope_size * point.input_size;
        q * q
    });
    // Underflows: one per product, and each meets the other factor.
    let widest = most(|point| point.input_size * point.input_size + point.slope_size * point.slope_size);
    let underflow = Above::of(f64::MIN_POSITIVE) * Above::count(n_pairs + rank + 1) * (one + widest);
    omega * squares.sum::<Above>() + underflow * Above::count(at.len())
}

/// A bound of ‖I − X M Xᵀ‖ for every M within `middle_error` of the middle.
///
/// The middle is symmetric to the last bit. So one half of the product stands for both, and its errors count twice in
/// the square of the norm, for which there is room in [`roundings`].
fn defect(middle: &[f64], inverse: &[f64], inverse_size: Above, middle_error: Above) -> Above {
    let n = inverse.len().isqrt();
    let half = product(Left::Lower(inverse, n), middle, Wanted::All);
    let whole = product(Left::Lower(inverse, n), &half, Wanted::Upper);
    let mut squares = Above::ZERO;
    for i in 0..n {
        let row = &whole[i * n..(i + 1) * n];
        let off: Above = row[i + 1..].iter().map(|x| Above::of(*x) * Above::of(*x)).sum();
        // What is left of the diagonal is the same again, by symmetry of X M Xᵀ.
        let diagonal = Above::of(row[i] - 1.0) + roundings(1);
        squares = squares + off + off + diagonal * diagonal;
    }
    let share = roundings(n);
    let norm = |matrix: &[f64]| Above::norm(matrix.iter().copied());
    let rounding = share * inverse_size * (norm(&half) + inverse_size * norm(middle));
    let underflow = Above::of(f64::MIN_POSITIVE) * Above::count(n) * Above::count(n) * Above::count(n);
    squares.sqrt() + rounding + inverse_size * inverse_size * middle_error + underflow * (Above::of(1.0) + inverse_size)
}
