//! The reference networks in one, two and three dimensions; skipped, with a message, where they are absent.

mod reference;

use relulab_exact::Rational;
use relulab_regions::space::{self, Budget, SpaceDomain, UnitStatus};
use serde_json::Value;
use sha2::{Digest, Sha256};

/// The domain of a reference entry.
fn domain(entry: &Value) -> SpaceDomain {
    match entry["box"].as_array() {
        Some(ends) => {
            let [lower, upper] = [0, 1].map(|end| ends[end].as_str().unwrap().parse().unwrap());
            SpaceDomain::cube(entry["d"].as_u64().unwrap() as usize, lower, upper).unwrap()
        }
        None => SpaceDomain::whole(),
    }
}

#[test]
fn counts_match_to_the_last_region() {
    let Some(entries) = reference::entries() else { return };
    for (entry, network) in &entries {
        let name = entry["file"].as_str().unwrap();
        let domain = domain(entry);
        let counts = space::count(network, &domain, Budget::UNLIMITED, 2).unwrap();
        let context = format!("{name} on {domain:?}: {counts:?}");
        let per_layer: Vec<Value> = counts.per_layer.iter().map(|count| (*count).into()).collect();
        assert_eq!(entry["per_layer"], Value::from(per_layer), "{context}");
        let regions = u64::try_from(counts.activation_regions.exact().unwrap()).unwrap();
        assert_eq!(entry["activation_regions"], regions, "{context}");
        assert!(counts.complete && counts.min_margin > 0.0 || counts.exact_fallbacks > 0, "{context}");
        assert_eq!(space::count(network, &domain, Budget::UNLIMITED, 1).unwrap(), counts);
        let status = |unit: &UnitStatus| match unit {
            UnitStatus::StablyActive => 'A',
            UnitStatus::StablyInactive => 'D',
            UnitStatus::IdenticallyZero => 'Z',
            UnitStatus::Unstable => 'U',
        };
        if let Some(expected) = entry["unit_status"].as_array() {
            let units = counts.units.as_ref().unwrap().iter();
            let found: Vec<String> = units.map(|layer| layer.iter().map(status).collect()).collect();
            assert_eq!(*expected, found, "{context}");
        }
    }
}

#[test]
fn complexes_match_to_the_last_face() {
    let Some(entries) = reference::entries() else { return };
    for (entry, network) in &entries {
        let name = entry["file"].as_str().unwrap();
        let domain = domain(entry);
        let complex = space::enumerate(network, &domain, true, 2).unwrap();
        let context = format!("{name} on {domain:?}");
        assert_eq!(entry["activation_regions"], complex.regions.len(), "{context}");
        let mut patterns: Vec<String> = complex
            .regions
            .iter()
            .map(|region| region.pattern.iter().map(|on| if *on { '1' } else { '0' }).collect())
            .collect();
        patterns.sort();
        let digest = Sha256::digest(patterns.join("\n").as_bytes());
        let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(entry["pattern_sha256"], digest, "{context}");
        let count = |key: &str, value: usize| {
            if !entry[key].is_null() {
                assert_eq!(entry[key], value, "{key} of {context}");
            }
        };
        count("distinct_affine_functions", complex.distinct_affine_functions);
        count("open_connected_pieces", complex.open_connected_pieces);
        count("closed_connected_pieces", complex.closed_connected_pieces);
        count("interior_facets", complex.n_interior_facets());
        if domain.sides().is_some() {
            count("vertices", complex.n_vertices());
            count("facets", complex.facets.len());
            let volume: f64 = entry["total_volume"].as_str().unwrap().parse().unwrap();
            let (total, error) = complex.total_volume();
            assert!((total - volume).abs() <= error && error < 1e-7 * volume, "{context}: {total} ± {error}");
            let smallest = entry["min_volume"].as_f64().unwrap();
            assert!((complex.min_volume() / smallest - 1.0).abs() < 1e-8, "{context}: {}", complex.min_volume());
        } else {
            count("finite_vertices", complex.n_vertices());
            count("bounded_regions", complex.n_bounded());
        }
        assert_eq!(space::enumerate(network, &domain, true, 1).unwrap(), complex);
    }
}

#[test]
fn extremes_are_exact() {
    let Some(entries) = reference::entries() else { return };
    for (entry, network) in entries.iter().filter(|(entry, _)| !entry["box"].is_null()) {
        let name = entry["file"].as_str().unwrap();
        let ranges = space::ranges(network, &domain(entry), 2).unwrap();
        let context = format!("{name} on {}", entry["domain"]);
        let text = |value: &Option<Rational>| value.as_ref().map(ToString::to_string);
        assert_eq!(entry["f0_min"].as_str(), text(&ranges.outputs[0].min).as_deref(), "{context}");
        assert_eq!(entry["f0_max"].as_str(), text(&ranges.outputs[0].max).as_deref(), "{context}");
        assert_eq!(entry["f0_lip_l2_sq"], ranges.gradients[0].square.to_string(), "{context}");
        let near = |key: &str, value: &Rational| {
            let expected = entry[key].as_f64().unwrap();
            assert!((value.to_f64() - expected).abs() <= 1e-12 * expected.abs(), "{key} of {context}");
        };
        near("f0_grad_max_l1_f", &ranges.gradients[0].sum);
        near("f0_grad_max_linf_f", &ranges.gradients[0].largest);
        for (key, end) in [("preact_min", 0), ("preact_max", 1)] {
            for (layer, units) in entry[key].as_array().unwrap().iter().zip(&ranges.units) {
                for (expected, unit) in layer.as_array().unwrap().iter().zip(units) {
                    let value = [&unit.min, &unit.max][end].as_ref().unwrap().to_f64();
                    let expected = expected.as_f64().unwrap();
                    assert!((value - expected).abs() <= 1e-15 * expected.abs(), "{key} of {context}");
                }
            }
        }
    }
}
