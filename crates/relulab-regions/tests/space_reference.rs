//! The reference networks in one, two and three dimensions; skipped, with a message, where they are absent.

mod space_support;

use relulab_regions::space::{self, Budget, SpaceDomain, UnitStatus};
use serde_json::Value;
use space_support::{read_network, reference};

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
    let Some((folder, entries)) = reference() else { return };
    for entry in &entries {
        let name = entry["file"].as_str().unwrap();
        let network = read_network(&folder.join(name), entry);
        let domain = domain(entry);
        let counts = space::count(&network, &domain, Budget::UNLIMITED, 2).unwrap();
        let context = format!("{name} on {domain:?}: {counts:?}");
        let per_layer: Vec<Value> = counts.per_layer.iter().map(|count| (*count).into()).collect();
        assert_eq!(entry["per_layer"], Value::from(per_layer), "{context}");
        let regions = u64::try_from(counts.activation_regions.exact().unwrap()).unwrap();
        assert_eq!(entry["activation_regions"], regions, "{context}");
        assert!(counts.complete && counts.min_margin > 0.0 || counts.exact_fallbacks > 0, "{context}");
        assert_eq!(space::count(&network, &domain, Budget::UNLIMITED, 1).unwrap(), counts);
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
