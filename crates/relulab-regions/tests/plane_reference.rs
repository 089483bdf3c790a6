//! The reference networks with two inputs, to the last count; skipped, with a message, where they are absent.

mod reference;

use relulab_exact::Rational;
use relulab_net::Network;
use relulab_regions::plane::{self, Extent, InputNorm, PlaneComplex, PlaneDomain, PlaneMonomial, UnitStatus};
use serde_json::Value;
use sha2::{Digest, Sha256};

#[test]
fn reference_networks_match_to_the_last_count() {
    let Some(entries) = reference::entries() else { return };
    let mut n_checked = 0;
    for (entry, network) in entries.iter().filter(|(entry, _)| entry["d"] == 2) {
        check(network, entry);
        n_checked += 1;
    }
    assert!(n_checked >= 15, "only {n_checked} reference entries with two inputs");
}

/// Compares one network on one domain with its entry.
fn check(network: &Network, entry: &Value) {
    let name = entry["file"].as_str().unwrap();
    let domain = match entry["box"].as_array() {
        Some(ends) => {
            let [lower, upper] = [0, 1].map(|end| ends[end].as_str().unwrap().parse().unwrap());
            PlaneDomain::square(lower, upper).unwrap()
        }
        None => PlaneDomain::WHOLE,
    };
    let context = format!("{name} on {domain:?}");
    let counts = plane::count(network, domain, 1).unwrap();
    assert_eq!(entry["activation_regions"], counts.activation_regions, "{context}");
    assert_eq!(entry["per_layer"], Value::from(counts.per_layer.clone()), "{context}");
    let vertices = if domain.ends().is_some() { "vertices" } else { "finite_vertices" };
    assert_eq!(entry[vertices], counts.vertices, "{context}");
    assert_eq!(entry["interior_facets"], counts.interior_edges, "{context}");
    if domain.ends().is_some() {
        assert_eq!(entry["facets"], counts.edges, "{context}");
    }
    for n_threads in [2, 3] {
        assert_eq!(plane::count(network, domain, n_threads).unwrap(), counts, "{context}");
    }
    check_complex(&PlaneComplex::new(network, domain).unwrap(), entry, &context);
}

/// Compares everything that is known of the complex.
fn check_complex(complex: &PlaneComplex, entry: &Value, context: &str) {
    let is_box = complex.domain().ends().is_some();
    assert_eq!(entry["activation_regions"], complex.n_cells(), "{context}");
    let n_finite = (0..complex.n_vertices()).filter(|vertex| complex.is_finite(*vertex)).count();
    assert_eq!(n_finite as u64, complex.counts().vertices, "{context}");
    assert_eq!(
        complex.edges().iter().filter(|edge| edge.unit.is_some()).count() as u64,
        complex.counts().interior_edges
    );
    let n_units = complex.hidden().sum();
    let pattern = |cell| (0..n_units).map(|unit| if complex.is_on(cell, unit) { '1' } else { '0' }).collect();
    let mut patterns: Vec<String> = (0..complex.n_cells()).map(pattern).collect();
    patterns.sort();
    let digest: String =
        Sha256::digest(patterns.join("\n").as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(entry["pattern_sha256"], digest, "{context}");

    let pieces = complex.pieces();
    assert_eq!(entry["open_connected_pieces"], pieces.open_connected_pieces, "{context}");
    assert_eq!(entry["closed_connected_pieces"], pieces.closed_connected_pieces, "{context}");
    assert_eq!(entry["distinct_affine_functions"], pieces.distinct_affine_functions, "{context}");
    assert_eq!(entry["f0_lip_l2_sq"], complex.lipschitz_constant(0, InputNorm::Two).to_string(), "{context}");
    let [one, infinity] = [InputNorm::One, InputNorm::Infinity].map(|norm| complex.lipschitz_constant(0, norm));
    assert_near(&entry["f0_grad_max_linf_f"], one.to_f64(), context);
    assert_near(&entry["f0_grad_max_l1_f"], infinity.to_f64(), context);
    // The reference counts cells on whose interior the output vanishes somewhere.
    let n_zero_cells = entry["f0_zero_cells"].as_u64().unwrap() as usize;
    let zeros = complex.level_set(0, 0.0);
    if !context.contains("deg_") {
        assert_eq!(zeros.segments.len(), n_zero_cells, "{context}");
    }

    let extents = complex.extents();
    for (layer, extents) in extents.units.iter().enumerate() {
        let status: String = extents.iter().map(|extent| letter(extent.status())).collect();
        assert_eq!(entry["unit_status"][layer], status, "{context}");
    }
    if is_box {
        for (layer, extents) in extents.units.iter().enumerate() {
            for (unit, Extent { min, max }) in extents.iter().enumerate() {
                assert_near(&entry["preact_min"][layer][unit], min.as_ref().unwrap().to_f64(), context);
                assert_near(&entry["preact_max"][layer][unit], max.as_ref().unwrap().to_f64(), context);
            }
        }
        let Extent { min, max } = &extents.outputs[0];
        assert_eq!(entry["f0_min"], min.as_ref().unwrap().to_string(), "{context}");
        assert_eq!(entry["f0_max"], max.as_ref().unwrap().to_string(), "{context}");
        check_integrals(complex, entry, context);
    } else {
        assert_eq!(complex.exact_areas(), None);
        assert!(complex.integral(0).is_none());
        let n_bounded = (0..complex.n_cells()).filter(|cell| complex.area(*cell).is_finite()).count();
        assert_eq!(entry["bounded_regions"], n_bounded, "{context}");
    }
}

/// Areas and integrals in rationals and in f64.
fn check_integrals(complex: &PlaneComplex, entry: &Value, context: &str) {
    let areas = complex.exact_areas().unwrap();
    let total = areas.iter().fold(Rational::zero(), |sum, area| sum + area);
    assert_eq!(entry["total_volume"], total.to_string(), "{context}");
    assert_near(&entry["min_volume"], areas.iter().min().unwrap().to_f64(), context);
    for (cell, area) in areas.iter().enumerate() {
        assert!((complex.area(cell) / area.to_f64() - 1.0).abs() < 1e-6, "{context}");
    }
    let integral = complex.exact_integral(0).unwrap();
    assert_eq!(entry["int_f0"], integral.to_string(), "{context}");
    let bounded = complex.integral(0).unwrap();
    assert!((bounded.value() - integral.to_f64()).abs() <= bounded.error() + 1e-12, "{context}: {bounded:?}");
    let target = [(1.0, [2, 0]), (-0.5, [1, 1]), (0.25, [0, 0])];
    let target = target.map(|(coefficient, powers)| PlaneMonomial { coefficient, powers });
    let error = complex.exact_squared_error(0, &target).unwrap().to_f64();
    assert_near(&entry["int_sq_err_f"], error, context);
    let bounded = complex.squared_error(0, &target).unwrap();
    assert!((bounded.value() - error).abs() <= bounded.error() + 1e-10, "{context}: {bounded:?}");
}

/// Equal up to the last places that a printed number loses.
#[track_caller]
fn assert_near(expected: &Value, value: f64, context: &str) {
    let expected = expected.as_f64().unwrap();
    assert!((expected - value).abs() <= 1e-14 * value.abs(), "{context}: {expected} against {value}");
}

/// The reference's letter for a status.
fn letter(status: UnitStatus) -> char {
    match status {
        UnitStatus::Active => 'A',
        UnitStatus::Inactive => 'D',
        UnitStatus::Zero => 'Z',
        UnitStatus::Unstable => 'U',
    }
}
