//! The one JSON document that `--json` prints.

use crate::failure::Failure;
use std::io::Write;

/// Prints a document on stdout; a reader that went away is no error.
///
/// # Errors
/// When the document cannot be made.
pub fn print(document: &impl serde::Serialize) -> Result<(), Failure> {
    let mut bytes = serde_json::to_vec(document).map_err(Failure::input)?;
    bytes.push(b'\n');
    match std::io::stdout().write_all(&bytes) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(Failure::at("stdout", error)),
        _ => Ok(()),
    }
}
