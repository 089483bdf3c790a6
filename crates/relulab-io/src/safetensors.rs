//! The network file: safetensors with `W0, b0, W1, …` and the shape, activation and provenance in its metadata.
//!
//! | Metadata | Value |
//! |---|---|
//! | `format` | `relulab-network` |
//! | `version` | `1` |
//! | `shape` | all widths with commas, input and output included: `1,5,7,4,1` |
//! | `activation` | as relulab writes it: `relu`, `leaky_relu:0.01`, … |
//! | `provenance.KEY` | any number of free entries |

use crate::network_file::{NetworkFile, NetworkFileError, Precision, assemble, tensors};
use crate::tensor::Tensor;
use relulab_net::{Activation, Network};
use safetensors::SafeTensors;
use safetensors::tensor::{Dtype, TensorView};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The value of the metadata entry `format`.
pub const FORMAT: &str = "relulab-network";

/// The value of the metadata entry `version`.
pub const VERSION: &str = "1";

const PROVENANCE_PREFIX: &str = "provenance.";

/// The tensors' bytes start at a multiple of this, so that the file can be mapped into memory.
const ALIGNMENT: usize = 8;

/// The bytes of a network file; the same network and provenance always give the same bytes.
///
/// # Errors
/// When a parameter does not fit into 32 bits and these were asked for.
pub fn write(
    network: &Network,
    provenance: &BTreeMap<String, String>,
    precision: Precision,
) -> Result<Vec<u8>, NetworkFileError> {
    let mut metadata = Map::new();
    let widths: Vec<String> = network.shape().widths().map(|width| width.to_string()).collect();
    let mut entry = |key: String, value: String| metadata.insert(key, Value::String(value));
    entry("format".to_owned(), FORMAT.to_owned());
    entry("version".to_owned(), VERSION.to_owned());
    entry("shape".to_owned(), widths.join(","));
    entry("activation".to_owned(), network.activation().to_string());
    for (key, value) in provenance {
        entry(format!("{PROVENANCE_PREFIX}{key}"), value.clone());
    }

    // The header is written here, not by the safetensors crate, whose metadata come in a different order every time.
    let mut header = Map::new();
    let mut body = Vec::new();
    header.insert("__metadata__".to_owned(), Value::Object(metadata));
    for (name, tensor) in tensors(network) {
        let start = body.len();
        let dtype = match precision {
            Precision::F64 => {
                tensor.values.iter().for_each(|value| body.extend(value.to_le_bytes()));
                "F64"
            }
            Precision::F32 => {
                for (index, &value) in tensor.values.iter().enumerate() {
                    let rounded = value as f32;
                    if !rounded.is_finite() {
                        return Err(NetworkFileError::Range { name, index, value });
                    }
                    body.extend(rounded.to_le_bytes());
                }
                "F32"
            }
        };
        let offsets = [start, body.len()];
        header.insert(name, json!({ "dtype": dtype, "shape": tensor.shape, "data_offsets": offsets }));
    }
    let mut header = Value::Object(header).to_string().into_bytes();
    header.resize(header.len().next_multiple_of(ALIGNMENT), b' ');
    let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
    bytes.append(&mut header);
    bytes.append(&mut body);
    Ok(bytes)
}

/// Reads a network file.
///
/// # Errors
/// When the bytes are damaged, are no relulab network, have another version, or their tensors do not make the
/// network that the metadata announce.
pub fn read(bytes: &[u8]) -> Result<NetworkFile, NetworkFileError> {
    let damaged = |error: safetensors::SafeTensorError| NetworkFileError::Container {
        format: "safetensors",
        reason: error.to_string(),
    };
    let (_, header) = SafeTensors::read_metadata(bytes).map_err(damaged)?;
    let file = SafeTensors::deserialize(bytes).map_err(damaged)?;
    let metadata = header.metadata().clone().unwrap_or_default();
    let entry = |key: &'static str| {
        let missing = || NetworkFileError::Metadata { key, reason: "it is missing".to_owned() };
        metadata.get(key).map(String::as_str).ok_or_else(missing)
    };
    if metadata.get("format").map(String::as_str) != Some(FORMAT) {
        return Err(NetworkFileError::NotNetwork { expected: FORMAT });
    }
    let version = entry("version")?;
    if version != VERSION {
        return Err(NetworkFileError::Version { found: version.to_owned(), expected: VERSION });
    }
    let activation: Activation = entry("activation")?.parse().map_err(|error: relulab_net::ParseActivationError| {
        NetworkFileError::Metadata { key: "activation", reason: error.to_string() }
    })?;
    let tensors = file.iter().map(|(name, view)| Ok((name.to_owned(), numbers(name, &view)?)));
    let tensors: BTreeMap<_, _> = tensors.collect::<Result<_, NetworkFileError>>()?;
    let network = assemble(tensors, activation)?;
    let widths: Vec<String> = network.shape().widths().map(|width| width.to_string()).collect();
    let announced = entry("shape")?;
    if announced != widths.join(",") {
        let reason = format!("{announced} is announced, but the tensors have {}", widths.join(","));
        return Err(NetworkFileError::Metadata { key: "shape", reason });
    }
    let free =
        |(key, value): (&String, &String)| Some((key.strip_prefix(PROVENANCE_PREFIX)?.to_owned(), value.clone()));
    Ok(NetworkFile { network, provenance: metadata.iter().filter_map(free).collect() })
}

fn numbers(name: &str, view: &TensorView<'_>) -> Result<Tensor, NetworkFileError> {
    let values = match view.dtype() {
        Dtype::F64 => view.data().as_chunks().0.iter().map(|bytes| f64::from_le_bytes(*bytes)).collect(),
        Dtype::F32 => view.data().as_chunks().0.iter().map(|bytes| f64::from(f32::from_le_bytes(*bytes))).collect(),
        other => {
            return Err(NetworkFileError::NumberType {
                name: name.to_owned(),
                found: format!("{other:?}"),
                expected: "F64 or F32",
            });
        }
    };
    Ok(Tensor { shape: view.shape().to_vec(), values })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network_file::tests::networks;
    use proptest::prelude::*;
    use relulab_net::Shape;

    fn small() -> Vec<u8> {
        let shape = Shape::new(1, vec![2], 1).unwrap();
        let network = Network::new(shape, Activation::Relu, (0..7).map(f64::from).collect()).unwrap();
        write(&network, &BTreeMap::from([("seed".to_owned(), "7".to_owned())]), Precision::F64).unwrap()
    }

    /// The small file with a piece of its header replaced by one of the same length.
    fn edited(from: &str, to: &str) -> String {
        assert_eq!(from.len(), to.len());
        let mut bytes = small();
        let at = bytes.windows(from.len()).position(|window| window == from.as_bytes()).unwrap();
        bytes[at..at + to.len()].copy_from_slice(to.as_bytes());
        read(&bytes).unwrap_err().to_string()
    }

    #[test]
    fn wrong_metadata_is_named() {
        assert!(edited("relulab-network", "somelab-network").contains("do not say that it is a relulab network"));
        assert!(
            edited("\"version\":\"1\"", "\"version\":\"2\"").contains("has version 2; this program reads version 1")
        );
        assert!(edited("\"activation\"", "\"actavition\"").contains("\"activation\": it is missing"));
        assert!(edited("\"relu\"", "\"rely\"").contains("expected relu"));
        assert!(edited("1,2,1", "1,3,1").contains("1,3,1 is announced, but the tensors have 1,2,1"));
        assert!(edited("F64", "I64").contains("numbers of type I64"));
    }

    #[test]
    fn non_finite_numbers_are_refused() {
        let mut bytes = small();
        let last = bytes.len() - 8;
        bytes[last..].copy_from_slice(&f64::INFINITY.to_le_bytes());
        assert_eq!(read(&bytes).unwrap_err().to_string(), "tensor b1, element 0: inf is not a finite number");
    }

    #[test]
    fn every_cut_is_refused() {
        let bytes = small();
        assert!((0..bytes.len()).all(|end| read(&bytes[..end]).is_err()));
        assert!(read(&[bytes.as_slice(), &[0]].concat()).is_err());
    }

    #[test]
    fn numbers_beyond_32_bits_are_refused_in_32_bits() {
        let shape = Shape::new(1, vec![], 1).unwrap();
        let network = Network::new(shape, Activation::Relu, vec![1.0, 1e300]).unwrap();
        let error = write(&network, &BTreeMap::new(), Precision::F32).unwrap_err();
        assert!(error.to_string().contains("tensor b0, element 0"));
    }

    proptest! {
        #[test]
        fn networks_read_back(network in networks(), provenance in prop::collection::btree_map(".{0,8}", ".{0,8}", 0..4)) {
            let bytes = write(&network, &provenance, Precision::F64).unwrap();
            prop_assert_eq!(&bytes, &write(&network, &provenance, Precision::F64).unwrap());
            let file = read(&bytes).unwrap();
            prop_assert_eq!(file, NetworkFile { network: network.clone(), provenance: provenance.clone() });
            if let Ok(bytes) = write(&network, &provenance, Precision::F32) {
                let file = read(&bytes).unwrap();
                let pairs = network.parameters().iter().zip(file.network.parameters());
                prop_assert!(pairs.into_iter().all(|(wide, narrow)| f64::from(*wide as f32) == *narrow));
            }
        }

        #[test]
        fn damage_never_panics(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
            let mut bytes = small();
            let at = at.index(bytes.len());
            bytes[at] = byte;
            let _ = read(&bytes);
        }
    }
}
