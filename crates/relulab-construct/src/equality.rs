//! Whether a network is a piecewise linear function: proved on every region, or compared at sampled points.

use crate::affine::AffineForm;
use crate::error::ConstructError;
use crate::exact_network::ExactNetwork;
use crate::pieces::{MAX_COUNTED_REGIONS, patterns};
use crate::piecewise::Piecewise;
use relulab_exact::{Number, Rational, Sign};
use relulab_net::{Network, Purpose, RandomStream};

/// Comparisons of two pieces up to which their arrangement is laid over the network.
const MOST_COMPARISONS: usize = 500;
/// Points compared where there is no proof.
const SAMPLED_POINTS: usize = 500;
/// Sizes of the sampled points, in turn.
const SPREADS: [f64; 4] = [0.125, 1.0, 8.0, 64.0];

/// How a network is known to be a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// Both are the same affine map on each of so many regions, which cover the space.
    Proved {
        /// Regions on which neither the network nor the order of the pieces changes.
        regions: usize,
    },
    /// Both have the same exact value at so many points: too many regions for a proof.
    Sampled {
        /// The points.
        points: usize,
    },
}

/// Compares `scale` times a function with a network.
///
/// *Algorithm*: the differences of all pairs of pieces join the network's first layer as units that nothing reads. On an
/// activation region of both together the order of the pieces is known from those units, so the function is one known
/// affine map there; the network's map follows from its own units. Both are compared in rationals.
///
/// # Errors
/// When they differ, which would be an error of this crate, or an engine refuses.
pub(crate) fn equality(function: &Piecewise, network: &Network, scale: &Rational) -> Result<Evidence, ConstructError> {
    let exact = ExactNetwork::of(network).ok_or(ConstructError::Differs)?;
    match proof(function, &exact, scale)? {
        Some(evidence) => Ok(evidence),
        None => sample(function, &exact, scale),
    }
}

fn proof(function: &Piecewise, exact: &ExactNetwork, scale: &Rational) -> Result<Option<Evidence>, ConstructError> {
    let pieces = function.pieces();
    let pairs = || (0..pieces.len()).flat_map(|one| (one + 1..pieces.len()).map(move |two| (one, two)));
    // For every pair the unit that compares it, or the sign of a constant difference.
    let mut comparisons = Vec::new();
    let mut order = vec![vec![Order::Constant(false); pieces.len()]; pieces.len()];
    for (one, two) in pairs() {
        let difference = pieces[one].minus(&pieces[two]);
        if difference.is_constant() {
            let sign = difference.constant.exact_sign();
            order[one][two] = Order::Constant(sign == Sign::Positive);
            order[two][one] = Order::Constant(sign == Sign::Negative);
        } else {
            order[one][two] = Order::On(comparisons.len());
            order[two][one] = Order::Off(comparisons.len());
            comparisons.push(difference);
        }
    }
    if comparisons.len() > MOST_COMPARISONS {
        return Ok(None);
    }
    let (together, first) = exact.beside(&comparisons);
    let patterns = match together {
        Some(together) => patterns(&together.to_network()?.network, MAX_COUNTED_REGIONS)?,
        None => Some(vec![Vec::new()]),
    };
    let Some(patterns) = patterns else { return Ok(None) };
    for pattern in &patterns {
        let compared = &pattern[first..first + comparisons.len()];
        let own: Vec<bool> = [&pattern[..first], &pattern[first + comparisons.len()..]].concat();
        let expected = function.map_where(|one, two| match order[one][two] {
            Order::Constant(is_above) => is_above,
            Order::On(unit) => compared[unit],
            Order::Off(unit) => !compared[unit],
        });
        if exact.maps(&own).first() != Some(&expected.scaled(scale)) {
            return Err(ConstructError::Differs);
        }
    }
    Ok(Some(Evidence::Proved { regions: patterns.len() }))
}

/// How it is known whether one piece is above another.
#[derive(Clone, Copy)]
enum Order {
    /// Everywhere the same.
    Constant(bool),
    /// Where this comparison is on.
    On(usize),
    /// Where it is off.
    Off(usize),
}

fn sample(function: &Piecewise, exact: &ExactNetwork, scale: &Rational) -> Result<Evidence, ConstructError> {
    let mut stream = RandomStream::new(0, Purpose::Observation);
    for point in 0..SAMPLED_POINTS {
        let spread = SPREADS[point % SPREADS.len()];
        let x: Option<Vec<Rational>> =
            (0..function.input_dim()).map(|_| Rational::from_f64(spread * stream.normal())).collect();
        let x = x.unwrap_or_default();
        if exact.eval(&x).first() != Some(&(function.eval(&x) * scale)) {
            return Err(ConstructError::Differs);
        }
    }
    Ok(Evidence::Sampled { points: SAMPLED_POINTS })
}

impl ExactNetwork {
    /// This network with more units in its first layer that nothing reads, and the place of the first of them; `None`
    /// where there is no unit at all.
    fn beside(&self, units: &[AffineForm]) -> (Option<Self>, usize) {
        let n_outputs = 1;
        let Some((first, deeper)) = self.layers().split_first().filter(|(_, deeper)| !deeper.is_empty()) else {
            let output = vec![AffineForm::constant(units.len(), Rational::zero()); n_outputs];
            let layers = vec![units.to_vec(), output];
            return ((!units.is_empty()).then(|| Self::new(self.input_dim(), layers)), 0);
        };
        let mut layers = vec![first.iter().chain(units).cloned().collect::<Vec<_>>()];
        layers.extend(deeper.iter().cloned());
        for form in &mut layers[1] {
            form.slopes.extend(units.iter().map(|_| Rational::zero()));
        }
        (Some(Self::new(self.input_dim(), layers)), first.len())
    }
}
