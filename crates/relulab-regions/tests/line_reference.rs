//! The reference networks with one input, to the last count; skipped, with a message, where they are absent.

mod reference;

use relulab_net::Network;
use relulab_regions::line::{LineDomain, Workspace};
use serde_json::Value;
use sha2::{Digest, Sha256};

#[test]
fn reference_networks_match_to_the_last_count() {
    let Some(entries) = reference::entries() else { return };
    let mut n_checked = 0;
    for (entry, network) in entries.iter().filter(|(entry, _)| entry["d"] == 1) {
        check(network, entry);
        n_checked += 1;
    }
    assert!(n_checked >= 9, "only {n_checked} reference entries with one input");
}

/// Compares one network on one domain with its entry.
fn check(network: &Network, entry: &Value) {
    let name = entry["file"].as_str().unwrap();
    let domain = match entry["box"].as_array() {
        Some(ends) => {
            let [lower, upper] = [0, 1].map(|end| ends[end].as_str().unwrap().parse().unwrap());
            LineDomain::interval(lower, upper).unwrap()
        }
        None => LineDomain::WHOLE,
    };
    let mut workspace = Workspace::new();
    let counts = workspace.count(network, domain).unwrap();
    let per_layer: Vec<Value> = workspace.regions_per_layer().iter().map(|count| (*count).into()).collect();
    let context = format!("{name} on {domain:?}");
    assert_eq!(entry["activation_regions"], counts.activation_regions, "{context}");
    assert_eq!(entry["per_layer"], Value::from(per_layer), "{context}");
    assert_eq!(entry["distinct_affine_functions"], counts.distinct_affine_functions, "{context}");
    assert_eq!(entry["open_connected_pieces"], counts.connected_pieces, "{context}");
    assert_eq!(entry["closed_connected_pieces"], counts.connected_pieces, "{context}");
    assert!(!counts.fell_back && counts.margin > 1.0, "{context}: {counts:?}");

    let regions = workspace.regions_exact(network, domain).unwrap();
    let mut patterns: Vec<String> =
        regions.iter().map(|region| region.pattern.iter().map(|on| if *on { '1' } else { '0' }).collect()).collect();
    patterns.sort();
    let digest = Sha256::digest(patterns.join("\n").as_bytes());
    let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(entry["pattern_sha256"], digest, "{context}");
    assert_eq!(regions.len(), counts.activation_regions, "{context}");

    let exact = workspace.trace_exact(network, domain).unwrap();
    if let Some(squared) = entry["f0_lip_l2_sq"].as_str() {
        let steepest = exact.slopes().iter().map(|slope| slope.clone() * slope).max().unwrap();
        assert_eq!(squared, steepest.to_string(), "{context}");
    }
}
