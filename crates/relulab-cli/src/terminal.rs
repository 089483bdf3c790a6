//! Text for people, without the panic of `println!` where nobody reads any more.

use crate::failure::Failure;
use std::fmt::Display;
use std::io::{ErrorKind, Write};

/// Prints a line on stderr; when that fails there is nobody to tell.
pub fn say(line: impl Display) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// Prints bytes on stdout; a reader that went away is no error.
///
/// # Errors
/// When stdout cannot be written for another reason, such as a full disk.
pub fn print(bytes: &[u8]) -> Result<(), Failure> {
    let mut stdout = std::io::stdout();
    match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(Failure::at("stdout", error)),
        _ => Ok(()),
    }
}
