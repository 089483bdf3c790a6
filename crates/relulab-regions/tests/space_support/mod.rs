//! Reading the reference networks; they may be absent.

use relulab_net::{Activation, Network, Shape};
use serde_json::Value;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// The entries of the reference and their folder; `None`, with a message, where they are absent.
pub fn reference() -> Option<(PathBuf, Vec<Value>)> {
    let folder: PathBuf =
        [env!("CARGO_MANIFEST_DIR"), "..", "..", "..", "shared", "reference", "geometry"].iter().collect();
    let Ok(text) = std::fs::read_to_string(folder.join("reference.json")) else {
        println!("skipped: no reference networks beside the repository");
        return None;
    };
    let entries: Value = serde_json::from_str(&text).unwrap();
    Some((folder, entries.as_array().unwrap().clone()))
}

/// Reads a network from an npz file whose entries are stored without compression, as the references are.
pub fn read_network(path: &Path, entry: &Value) -> Network {
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
