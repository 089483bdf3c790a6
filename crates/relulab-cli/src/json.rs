//! The one JSON document that `--json` prints.

use crate::failure::Failure;
use crate::terminal;

/// Prints a document on stdout; a reader that went away is no error.
///
/// # Errors
/// When the document cannot be made, or stdout cannot be written.
pub fn print(document: &impl serde::Serialize) -> Result<(), Failure> {
    let mut bytes = serde_json::to_vec(document).map_err(Failure::input)?;
    bytes.push(b'\n');
    terminal::print(&bytes)
}
