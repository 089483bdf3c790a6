//! A constructed network as a file.

use crate::failure::Failure;
use relulab_construct::Scaled;
use relulab_io::{Precision, safetensors};
use relulab_study::write_atomically;
use std::collections::BTreeMap;
use std::path::Path;

/// Writes a network with the name of its construction and its scale.
///
/// # Errors
/// When the file cannot be written.
pub fn write(out: &Path, scaled: &Scaled, construction: &str) -> Result<(), Failure> {
    let wrong = |error: &dyn std::fmt::Display| Failure::at("--out", format!("{}: {error}", out.display()));
    let Some(name) = out.file_name().and_then(|name| name.to_str()) else {
        return Err(wrong(&"expected a file's name"));
    };
    let entry = |key: &str, value: String| (key.to_owned(), value);
    let provenance = BTreeMap::from([
        entry("relulab", env!("CARGO_PKG_VERSION").to_owned()),
        entry("construction", construction.to_owned()),
        entry("scale", scaled.scale.to_string()),
    ]);
    let bytes = safetensors::write(&scaled.network, &provenance, Precision::F64).map_err(|error| wrong(&error))?;
    let folder = out.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    write_atomically(folder, name, &bytes).map_err(|error| Failure::at("--out", error))
}
