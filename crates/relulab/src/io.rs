//! Bytes to nouns and back; opening files is the caller's business.
//!
//! ```
//! use relulab::io::{NetworkPrecision, safetensors};
//! use relulab::{Activation, Network, Shape};
//! use std::collections::BTreeMap;
//!
//! let shape = Shape::parse_hidden("2", 1, 1)?;
//! let absolute = Network::new(shape, Activation::Relu, vec![1.0, -1.0, 0.0, 0.0, 1.0, 1.0, 0.0])?;
//! let origin = BTreeMap::from([("seed".to_owned(), "7".to_owned())]);
//! let bytes = safetensors::write(&absolute, &origin, NetworkPrecision::F64)?;
//! let back = safetensors::read(&bytes)?;
//! assert_eq!(back.network, absolute);
//! assert_eq!(back.provenance, origin);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub use relulab_io::{CsvData, CsvError, NetworkFile, NetworkFileError, NpzError, csv, npz, safetensors};

/// How a network file stores its numbers.
pub use relulab_io::Precision as NetworkPrecision;
