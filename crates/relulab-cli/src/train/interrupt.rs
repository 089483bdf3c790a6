//! Ctrl-C: the first asks the work to stop where nothing is lost, the second ends the process.

use crate::failure::Failure;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether Ctrl-C was pressed.
static RAISED: AtomicBool = AtomicBool::new(false);

/// Exit code of an interrupted process.
const INTERRUPTED: i32 = 130;

/// Starts to watch for Ctrl-C; once per process.
///
/// # Errors
/// When the system does not let us.
pub fn watch() -> Result<&'static AtomicBool, Failure> {
    ctrlc::set_handler(|| {
        if RAISED.swap(true, Ordering::Relaxed) {
            std::process::exit(INTERRUPTED);
        }
    })
    .map_err(|error| Failure::input(format!("cannot watch for Ctrl-C: {error}")))?;
    Ok(&RAISED)
}
