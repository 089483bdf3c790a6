//! Bytes ↔ nouns: network files (safetensors, npz, ONNX) and data files (CSV, npz, IDX).
//!
//! Every function here takes bytes or produces bytes: this crate knows nothing of paths, of engines or of the
//! terminal. What comes from outside is checked completely, and refused with one line that names the place.

pub mod csv;
pub mod idx;
pub mod network_file;
mod npy;
pub mod npz;
pub mod onnx;
pub mod safetensors;
mod tensor;

pub use csv::{CsvData, CsvError};
pub use idx::{IdxError, ImagesError};
pub use network_file::{NetworkFile, NetworkFileError, Precision};
pub use npz::NpzError;
pub use onnx::OnnxError;
