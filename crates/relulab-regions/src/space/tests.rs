//! Bounds hold: whatever f64 says of a generator, its rationals are within the error stated.

use super::bits::Bits;
use super::ceiling::Ceiling;
use super::path::Path;
use super::programs::Search;
use super::root::{self, Places};
use super::walk::{Cell, Visit};
use super::{Budget, SpaceDomain, count, search};
use crate::layers::AffineLayers;
use proptest::prelude::*;
use relulab_exact::{Number, Rational};
use relulab_net::{Activation, Network, Shape};

/// Compares every generator of every region with its rationals.
#[derive(Debug, Default)]
struct Check {
    n_checked: usize,
    worst_error: f64,
}

impl<const W: usize> Visit<W> for Check {
    const WANTS_LEAVES: bool = true;

    fn layer(&mut self, _: &mut Path<'_, W>, _: usize, _: &Cell<W>, _: &[u32]) {}

    fn leaf(&mut self, path: &mut Path<'_, W>, _: &Cell<W>, generators: &[u32]) {
        for id in generators.iter().filter(|id| path.arena.exact(**id).is_none()).copied().collect::<Vec<_>>() {
            let found = path.arena.coordinates(id).to_vec();
            let generator = *path.arena.get(id);
            let is_finite = path.arena.is_finite(id);
            let exact = path.exact_point(id).to_vec();
            // A direction may have another length: compare where its largest coordinate is the same.
            let largest = (0..found.len()).max_by(|a, b| found[*a].abs().total_cmp(&found[*b].abs())).unwrap();
            let as_found = Rational::from_f64(found[largest]).unwrap();
            let scale = if is_finite { Rational::from(1) } else { as_found / &exact[largest] };
            assert!(scale > Rational::zero());
            let allowed = if is_finite { generator.error } else { 4.0 * generator.error };
            for (found, exact) in found.iter().zip(&exact) {
                let distance = Rational::from_f64(*found).unwrap() - exact.clone() * &scale;
                let distance = distance.clone().max(-distance);
                assert!(distance <= Rational::from_f64(allowed).unwrap(), "{found} for {exact}, {generator:?}");
                assert!(found.abs() <= generator.size);
            }
            self.worst_error = self.worst_error.max(generator.error / generator.size);
            self.n_checked += 1;
        }
    }
}

/// Checks a network with the search in `W` words.
fn check<const W: usize>(network: &Network, domain: &SpaceDomain) -> (usize, f64) {
    let mut layers = AffineLayers::default();
    assert!(layers.load(network));
    let places = Places::new(&layers, domain);
    let roots = root::roots::<W>(&layers, domain, &places, network.shape().input_dim());
    let ceiling = Ceiling::new(network.shape().input_dim(), network.shape().hidden(), true);
    let found = search::search(&roots, &ceiling, None, 1, Check::default);
    found.visits.iter().fold((0, 0.0), |(n, worst), visit| (n + visit.n_checked, visit.worst_error.max(worst)))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn generators_stay_within_their_bounds(
        (dim, hidden) in prop_oneof![Just((2, vec![6, 6])), Just((3, vec![5, 4])), Just((4, vec![5, 2]))],
        seed in any::<u64>(),
        is_whole in any::<bool>(),
        tilt in prop_oneof![Just(1.0), Just(1e-3), Just(1e-7)],
    ) {
        let shape = Shape::new(dim, hidden, 1).unwrap();
        let mut state = seed | 1;
        let parameters = (0..shape.n_params()).map(|index| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            let value = (state >> 11) as f64 / (1_u64 << 52) as f64 - 1.0;
            // Nearly parallel units where the tilt is small.
            if index % 3 == 0 { 1.0 + tilt * value } else { value }
        });
        let network = Network::new(shape.clone(), Activation::Relu, parameters.collect()).unwrap();
        let domain = if is_whole { SpaceDomain::whole() } else { SpaceDomain::cube(dim, -1.0, 1.0).unwrap() };
        let (n_checked, worst) = check::<1>(&network, &domain);
        prop_assert!(n_checked > 0 || count(&network, &domain, Budget::UNLIMITED, 1).unwrap().activation_regions.lower < 3);
        prop_assert!(worst < 1e-3, "{}", worst);
    }
}

#[test]
fn parameters_out_of_range_are_decided_in_rationals() {
    let parameters = vec![1e-200, 0.0, 0.0, 1e-300, 1e300, 1e300, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 0.0];
    let network = Network::new(Shape::new(2, vec![3], 1).unwrap(), Activation::Relu, parameters).unwrap();
    for domain in [SpaceDomain::whole(), SpaceDomain::cube(2, -1e300, 1e300).unwrap()] {
        let counts = count(&network, &domain, Budget::UNLIMITED, 1).unwrap();
        assert_eq!(counts.activation_regions.exact(), Some(6));
        assert!(counts.exact_fallbacks > 0 && counts.min_margin <= 1.0);
    }
    assert!(Bits::<1>::EMPTY.is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Cells by linear programs are the cells by vertices, degenerate networks included.
    #[test]
    fn linear_programs_find_the_same_cells(
        (dim, hidden) in prop_oneof![Just((1, vec![4, 3])), Just((2, vec![4, 4])), Just((3, vec![4, 3]))],
        seed in any::<u64>(),
        step in prop_oneof![Just(1.0), Just(0.25), Just(1.0 / 1024.0)],
        slope in prop_oneof![Just(0.0), Just(0.25)],
    ) {
        let shape = Shape::new(dim, hidden, 1).unwrap();
        let mut state = seed | 1;
        let parameters = (0..shape.n_params()).map(|_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (((state >> 11) as f64 / (1_u64 << 51) as f64 - 2.0) / step).round() * step
        });
        let activation = if slope == 0.0 { Activation::Relu } else { Activation::LeakyRelu { slope } };
        let network = Network::new(shape.clone(), activation, parameters.collect()).unwrap();
        let domain = SpaceDomain::cube(dim, -1.0, 1.0).unwrap();
        let expected = count(&network, &domain, Budget::UNLIMITED, 1).unwrap();
        let mut layers = AffineLayers::default();
        assert!(layers.load(&network));
        let ceiling = Ceiling::new(dim, shape.hidden(), slope == 0.0);
        let found = Search::new(&layers, &ceiling, dim, None).count(domain.sides().unwrap());
        prop_assert_eq!(found.activation_regions, expected.activation_regions);
        prop_assert_eq!(found.per_layer, expected.per_layer);
        prop_assert_eq!(found.units, expected.units);
        let bounded = Search::new(&layers, &ceiling, dim, Some(2)).count(domain.sides().unwrap()).activation_regions;
        let regions = expected.activation_regions.lower;
        prop_assert!(bounded.lower <= regions && regions <= bounded.upper);
    }
}
