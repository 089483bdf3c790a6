//! Whether the regions fill their box: an independent look at what the search has found.

use super::bits::{Bits, with_enough_words};
use super::collect::FaceKey;
use super::faces::{self, Facet};
use super::path::Path;
use super::root::{self, Places};
use super::search;
use super::volume::Volumes;
use super::walk::{Cell, Visit};
use super::{SpaceDomain, SpaceError, ceiling, prepare};
use crate::layers::AffineLayers;
use crate::summation::sum_in_pairs;
use relulab_exact::{Number, Rational};
use relulab_net::Network;
use std::collections::HashMap;

/// What a check of all regions over a box has found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completeness {
    /// Regions looked at.
    pub regions: usize,
    /// The sum of their volumes, in rationals.
    pub volume: Rational,
    /// The volume of the box.
    pub box_volume: Rational,
    /// Facets inside the box.
    pub interior_facets: usize,
    /// Those of them that do not belong to exactly two regions.
    pub unshared_facets: usize,
}

impl Completeness {
    /// Whether the volumes sum to that of the box and every interior facet has a region on both sides.
    pub fn holds(&self) -> bool {
        self.volume == self.box_volume && self.unshared_facets == 0
    }

    /// Puts together what several searches have found.
    pub(crate) fn of<const W: usize>(visits: Vec<CompletenessVisit<W>>, sides: &[(f64, f64)]) -> Self {
        let exact = |value: f64| Rational::from_f64(value).unwrap_or_else(Rational::zero);
        let box_volume =
            sides.iter().fold(Rational::from(1), |product, (lower, upper)| product * (exact(*upper) - exact(*lower)));
        let mut owners: HashMap<FaceKey<W>, usize> = HashMap::new();
        let mut volumes = Vec::new();
        for visit in visits {
            volumes.extend(visit.volumes);
            for key in visit.interior {
                *owners.entry(key).or_default() += 1;
            }
        }
        Self {
            regions: volumes.len(),
            volume: sum_in_pairs(volumes),
            box_volume,
            interior_facets: owners.len(),
            unshared_facets: owners.values().filter(|owners| **owners != 2).count(),
        }
    }
}

/// Checks in rationals that the regions fill a box: their volumes sum to its volume, and every facet inside it belongs
/// to two of them.
///
/// # Errors
/// As for [`enumerate`](super::enumerate()), and on the whole space.
pub fn completeness(network: &Network, domain: &SpaceDomain, n_threads: usize) -> Result<Completeness, SpaceError> {
    let (layers, places) = prepare(network, domain)?;
    let sides = domain.sides().ok_or(SpaceError::Unbounded)?;
    Ok(with_enough_words!(places.n_bits, completeness_with(&layers, &places, domain, sides, n_threads)))
}

/// [`completeness`] with sets of `W` words.
fn completeness_with<const W: usize>(
    layers: &AffineLayers,
    places: &Places,
    domain: &SpaceDomain,
    sides: &[(f64, f64)],
    n_threads: usize,
) -> Completeness {
    let roots = root::roots::<W>(layers, domain, places, sides.len());
    let new_visit = || CompletenessVisit::<W>::new(Bits::range(places.domain_bit, places.n_bits));
    let found = search::search(&roots, &ceiling(layers, sides.len()), None, n_threads, new_visit);
    Completeness::of(found.visits, sides)
}

/// Collects volumes and interior facets of the regions of one search.
#[derive(Clone, Debug, Default)]
pub(crate) struct CompletenessVisit<const W: usize> {
    volumes: Vec<Rational>,
    interior: Vec<FaceKey<W>>,
    sides: Bits<W>,
    calculator: Volumes,
    tight: Vec<Bits<W>>,
    facets: Vec<Facet<W>>,
}

impl<const W: usize> CompletenessVisit<W> {
    /// A visitor; `sides` are the places of the sides of the box.
    pub fn new(sides: Bits<W>) -> Self {
        Self { sides, ..Self::default() }
    }
}

impl<const W: usize> Visit<W> for CompletenessVisit<W> {
    const WANTS_LEAVES: bool = true;

    fn layer(&mut self, _: &mut Path<'_, W>, _: usize, _: &Cell<W>, _: &[u32]) {}

    fn leaf(&mut self, path: &mut Path<'_, W>, cell: &Cell<W>, generators: &[u32]) {
        self.tight.clear();
        self.tight.extend(generators.iter().map(|id| path.arena.get(*id).zero & cell.valid));
        let all: Vec<u32> = (0..generators.len() as u32).collect();
        faces::facets(&self.tight, &all, Bits::EMPTY, &mut self.facets);
        for facet in &self.facets {
            let mut key = FaceKey { zero: !Bits::EMPTY, positive: Bits::EMPTY };
            for (id, _) in generators.iter().zip(&self.tight).filter(|(_, tight)| tight.has(facet.bit)) {
                let generator = path.arena.get(*id);
                key.zero = key.zero & generator.zero;
                key.positive |= generator.positive;
            }
            if (key.zero & self.sides).is_empty() {
                self.interior.push(key);
            }
        }
        self.volumes.push(self.calculator.exact_volume(path, generators, &self.tight));
    }
}
