//! The reference networks outside the repository, and their entries with exact answers.

use relulab_net::{Activation, Network, Shape};
use serde_json::Value;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// Where the references are.
fn folder() -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "..", "..", "..", "shared", "reference", "geometry"].iter().collect()
}

/// All entries, each with its network; `None`, with a message, where the references are absent.
pub fn entries() -> Option<Vec<(Value, Network)>> {
    let Ok(text) = std::fs::read_to_string(folder().join("reference.json")) else {
        println!("skipped: no reference networks beside the repository");
        return None;
    };
    let entries: Value = serde_json::from_str(&text).unwrap();
    let entries = entries.as_array().unwrap().iter();
    Some(entries.map(|entry| (entry.clone(), network(entry["file"].as_str().unwrap()).unwrap())).collect())
}

/// A reference network by the name of its file; `None` where it is absent.
pub fn network(file: &str) -> Option<Network> {
    Some(read_network(&std::fs::read(folder().join(Path::new(file))).ok()?))
}

/// Reads a network from an npz file whose entries are stored without compression, as the references are.
fn read_network(bytes: &[u8]) -> Network {
    let arrays = read_npz(bytes);
    let (mut widths, mut parameters) = (Vec::new(), Vec::new());
    for layer in 0.. {
        let Some(weights) = arrays.get(&format!("W{layer}.npy")) else { break };
        let biases = &arrays[&format!("b{layer}.npy")];
        if layer == 0 {
            widths.push(weights.len() / biases.len());
        }
        widths.push(biases.len());
        parameters.extend(weights.iter().chain(biases));
    }
    let output = widths.pop().unwrap();
    let input = widths.remove(0);
    Network::new(Shape::new(input, widths, output).unwrap(), Activation::Relu, parameters).unwrap()
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
