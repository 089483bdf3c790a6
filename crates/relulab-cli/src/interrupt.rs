//! Ctrl-C: the first asks the run to stop in order, the second stops at once.

use crate::failure::Failure;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

static STOP: AtomicBool = AtomicBool::new(false);
static INSTALLED: OnceLock<Result<(), String>> = OnceLock::new();

/// The flag that Ctrl-C raises.
///
/// # Errors
/// When the handler cannot be installed.
pub fn flag() -> Result<&'static AtomicBool, Failure> {
    let installed = INSTALLED.get_or_init(|| {
        let handler = || {
            if STOP.swap(true, Ordering::Relaxed) {
                std::process::exit(130);
            }
        };
        ctrlc::set_handler(handler).map_err(|error| error.to_string())
    });
    installed.clone().map(|()| &STOP).map_err(Failure::Input)
}
