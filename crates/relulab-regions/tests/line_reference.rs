//! The reference networks with one input, to the last count; skipped, with a message, where they are absent.

use relulab_net::{Activation, Network, Shape};
use relulab_regions::line::{LineDomain, Workspace};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::path::{Path, PathBuf};

#[test]
fn reference_networks_match_to_the_last_count() {
    let folder: PathBuf =
        [env!("CARGO_MANIFEST_DIR"), "..", "..", "..", "shared", "reference", "geometry"].iter().collect();
    let Ok(text) = std::fs::read_to_string(folder.join("reference.json")) else {
        println!("skipped: no reference networks beside the repository");
        return;
    };
    let entries: Value = serde_json::from_str(&text).unwrap();
    let mut n_checked = 0;
    for entry in entries.as_array().unwrap().iter().filter(|entry| entry["d"] == 1) {
        check(&folder, entry);
        n_checked += 1;
    }
    assert!(n_checked >= 9, "only {n_checked} reference entries with one input");
}

/// Compares one network on one domain with its entry.
fn check(folder: &Path, entry: &Value) {
    let name = entry["file"].as_str().unwrap();
    let network = read_network(&folder.join(name), entry);
    let domain = match entry["box"].as_array() {
        Some(ends) => {
            let [lower, upper] = [0, 1].map(|end| ends[end].as_str().unwrap().parse().unwrap());
            LineDomain::interval(lower, upper).unwrap()
        }
        None => LineDomain::WHOLE,
    };
    let mut workspace = Workspace::new();
    let counts = workspace.count(&network, domain).unwrap();
    let per_layer: Vec<Value> = workspace.regions_per_layer().iter().map(|count| (*count).into()).collect();
    let context = format!("{name} on {domain:?}");
    assert_eq!(entry["activation_regions"], counts.activation_regions, "{context}");
    assert_eq!(entry["per_layer"], Value::from(per_layer), "{context}");
    assert_eq!(entry["distinct_affine_functions"], counts.distinct_affine_functions, "{context}");
    assert_eq!(entry["open_connected_pieces"], counts.connected_pieces, "{context}");
    assert_eq!(entry["closed_connected_pieces"], counts.connected_pieces, "{context}");
    assert!(!counts.fell_back && counts.margin > 1.0, "{context}: {counts:?}");

    let regions = workspace.regions_exact(&network, domain).unwrap();
    let mut patterns: Vec<String> =
        regions.iter().map(|region| region.pattern.iter().map(|on| if *on { '1' } else { '0' }).collect()).collect();
    patterns.sort();
    let digest = Sha256::digest(patterns.join("\n").as_bytes());
    let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(entry["pattern_sha256"], digest, "{context}");
    assert_eq!(regions.len(), counts.activation_regions, "{context}");

    let exact = workspace.trace_exact(&network, domain).unwrap();
    if let Some(squared) = entry["f0_lip_l2_sq"].as_str() {
        let steepest = exact.slopes().iter().map(|slope| slope.clone() * slope).max().unwrap();
        assert_eq!(squared, steepest.to_string(), "{context}");
    }
}

/// Reads a network from an npz file whose entries are stored without compression, as the references are.
fn read_network(path: &Path, entry: &Value) -> Network {
    let arrays = read_npz(&std::fs::read(path).unwrap());
    let widths: Vec<usize> =
        entry["widths"].as_array().unwrap().iter().map(|width| width.as_u64().unwrap() as usize).collect();
    let (input, hidden, output) = (widths[0], &widths[1..widths.len() - 1], widths[widths.len() - 1]);
    let parameters = (0..=hidden.len()).flat_map(|layer| {
        [&arrays[&format!("W{layer}.npy")], &arrays[&format!("b{layer}.npy")]].into_iter().flatten().copied()
    });
    Network::new(Shape::new(input, hidden.to_vec(), output).unwrap(), Activation::Relu, parameters.collect()).unwrap()
}

/// The f64 and f32 arrays of a stored zip archive of npy files, by name.
fn read_npz(bytes: &[u8]) -> HashMap<String, Vec<f64>> {
    let short = |at: usize| usize::from(u16::from_le_bytes([bytes[at], bytes[at + 1]]));
    let long = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap()) as usize;
    let mut arrays = HashMap::new();
    let end = bytes.windows(4).rposition(|window| window == b"PK\x05\x06").unwrap();
    let mut record = long(end + 16);
    for _ in 0..short(end + 10) {
        assert_eq!(short(record + 10), 0, "a compressed entry");
        let (size, name_len, local) = (long(record + 20), short(record + 28), long(record + 42));
        let name = String::from_utf8(bytes[record + 46..record + 46 + name_len].to_vec()).unwrap();
        let data = local + 30 + short(local + 26) + short(local + 28);
        let array = &bytes[data..data + size];
        let header_len = usize::from(u16::from_le_bytes([array[8], array[9]]));
        let (header, body) = array[10..].split_at(header_len);
        let header = String::from_utf8_lossy(header);
        assert!(header.contains("'fortran_order': False") || !name.starts_with('W'), "{header}");
        let values = if header.contains("<f8") {
            body.chunks_exact(8).map(|chunk| f64::from_le_bytes(chunk.try_into().unwrap())).collect()
        } else if header.contains("<f4") {
            body.chunks_exact(4).map(|chunk| f32::from_le_bytes(chunk.try_into().unwrap()).into()).collect()
        } else {
            Vec::new()
        };
        arrays.insert(name, values);
        record += 46 + name_len + short(record + 30) + short(record + 32);
    }
    arrays
}
