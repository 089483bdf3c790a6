//! How many regions there may be, from a few random descents, before all are looked for.

use super::bits::with_enough_words;
use super::ceiling::Ceiling;
use super::programs::Search;
use super::root::{self, Places, Root};
use super::walk::Walk;
use super::{SpaceDomain, SpaceError, WideBox, ceiling, prepare, wide_box};
use crate::layers::AffineLayers;
use relulab_net::{Network, Purpose, RandomStream};

/// An estimate of the number of activation regions.
///
/// The estimate has no bias, but where the search tree is uneven it scatters far more than its standard error says,
/// and mostly to the low side.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RegionEstimate {
    /// Mean over the descents.
    pub mean: f64,
    /// Standard error of that mean.
    pub standard_error: f64,
    /// Number of descents.
    pub n_descents: u32,
    /// No network of this shape has more; `u128::MAX` also stands for more.
    pub upper: u128,
}

impl RegionEstimate {
    /// The summary of what the descents found.
    pub(crate) fn of(weights: &[f64], upper: u128) -> Self {
        let n = weights.len().max(1) as f64;
        let mean = weights.iter().sum::<f64>() / n;
        let variance = weights.iter().map(|weight| (weight - mean).powi(2)).sum::<f64>() / (n - 1.0).max(1.0);
        Self { mean, standard_error: (variance / n).sqrt(), n_descents: weights.len() as u32, upper }
    }
}

/// Estimates the number of activation regions by random descents, without finding them all.
///
/// The result depends on `seed` alone. A descent costs about as much as the path to one region.
///
/// # Errors
/// As for [`count`](super::count()).
///
/// *Algorithm*: Knuth's estimator of the size of a search tree; see [`RegionEstimate`].
pub fn estimate(
    network: &Network,
    domain: &SpaceDomain,
    n_descents: u32,
    seed: u64,
) -> Result<RegionEstimate, SpaceError> {
    if let Some(WideBox { layers, sides }) = wide_box(network, domain)? {
        let ceiling = ceiling(&layers, sides.len());
        let mut coins = RandomStream::new(seed, Purpose::Bootstrap);
        let mut descend = |_| Search::new(&layers, &ceiling, sides.len(), None).descend(sides, &mut coins);
        let weights: Vec<f64> = (0..n_descents).map(&mut descend).collect();
        return Ok(RegionEstimate::of(&weights, ceiling.all()));
    }
    let (layers, places) = prepare(network, domain)?;
    Ok(with_enough_words!(places.n_bits, estimate_with(&layers, &places, network, domain, n_descents, seed)))
}

/// [`estimate`] with sets of `W` words.
fn estimate_with<const W: usize>(
    layers: &AffineLayers,
    places: &Places,
    network: &Network,
    domain: &SpaceDomain,
    n_descents: u32,
    seed: u64,
) -> RegionEstimate {
    let n_inputs = network.shape().input_dim();
    let roots = root::roots::<W>(layers, domain, places, n_inputs);
    let ceiling = ceiling(layers, n_inputs);
    let weights = descents(&roots, &ceiling, layers.n_units, n_descents, seed);
    RegionEstimate::of(&weights, ceiling.all())
}

/// One number per descent, whose expectation is the number of regions.
///
/// *Algorithm*: at every split a coin decides the side. A leaf below s splits is met with probability 2⁻ˢ, so it stands
/// for 2ˢ leaves.
///
/// *Reference*: Knuth, *Estimating the efficiency of backtrack programs* (1975).
fn descents<const W: usize>(
    roots: &[Root<'_, W>],
    ceiling: &Ceiling,
    n_units: usize,
    n_descents: u32,
    seed: u64,
) -> Vec<f64> {
    let mut stream = RandomStream::new(seed, Purpose::Bootstrap);
    let descend = |_| {
        let root = &roots[stream.below(roots.len() as u64) as usize];
        // There is at most one split per unit: one coin more than that is never used up, so that nothing is recorded.
        let coins = (0..=n_units).map(|_| stream.bits() & 1 == 1).collect();
        let mut walk = Walk::new(root.path.clone(), (), ceiling, u64::MAX, coins);
        walk.lists.extend_from_slice(&root.list);
        walk.run(root.cell);
        // The walk takes the last split of the last layer for granted, and counts both sides at once.
        let leaves = walk.tally.per_layer.last().map_or(1, |counted| (*counted).max(1));
        roots.len() as f64 * (walk.deepest as f64).exp2() * leaves as f64
    };
    (0..n_descents).map(descend).collect()
}
