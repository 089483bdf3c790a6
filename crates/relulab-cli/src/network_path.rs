//! Network files by their paths.

use crate::failure::Failure;
use relulab_io::{npz, safetensors};
use relulab_net::{Activation, Network};
use std::path::Path;

/// What an archive, and so an npz file, begins with.
const ARCHIVE_MARK: &[u8] = b"PK";

/// The network in a file: safetensors of relulab, or npz, whose activation is ReLU.
///
/// # Errors
/// When the file cannot be read, is damaged, or holds no finite network; the message names it.
pub fn read(path: &Path) -> Result<Network, Failure> {
    let wrong = |error: &dyn std::fmt::Display| Failure::at(&path.display().to_string(), error);
    let bytes = std::fs::read(path).map_err(|error| wrong(&error))?;
    if bytes.starts_with(ARCHIVE_MARK) {
        return npz::read_network(&bytes, Activation::Relu).map_err(|error| wrong(&error));
    }
    safetensors::read(&bytes).map(|file| file.network).map_err(|error| wrong(&error))
}
