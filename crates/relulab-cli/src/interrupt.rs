//! Ctrl-C: while networks train, the first asks the run to stop in order and the second stops at once; afterwards, when
//! every record is on disk, the first stops at once.

use crate::failure::Failure;
use crate::terminal::say;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

/// Exit code of an interrupted process.
const INTERRUPTED: i32 = 130;

static STOP: AtomicBool = AtomicBool::new(false);
static TRAINED: AtomicBool = AtomicBool::new(false);
static INSTALLED: OnceLock<Result<(), String>> = OnceLock::new();

/// The flag that Ctrl-C raises.
///
/// # Errors
/// When the handler cannot be installed.
pub fn flag() -> Result<&'static AtomicBool, Failure> {
    let installed = INSTALLED.get_or_init(|| {
        let handler = || {
            if STOP.swap(true, Ordering::Relaxed) || TRAINED.load(Ordering::Relaxed) {
                std::process::exit(INTERRUPTED);
            }
            say("stopping in order; Ctrl-C again stops at once");
        };
        ctrlc::set_handler(handler).map_err(|error| error.to_string())
    });
    installed.clone().map(|()| &STOP).map_err(Failure::Input)
}

/// From now on nothing is worth waiting for.
pub fn after_training() {
    TRAINED.store(true, Ordering::Relaxed);
}
