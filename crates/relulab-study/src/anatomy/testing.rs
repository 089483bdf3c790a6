//! What the tests of experiments share.

use crate::check::{Context, Scale};
use relulab_train::VectorUnit;
use std::sync::atomic::AtomicBool;

/// Calls a function with a context that nobody cancels.
pub fn context_of<T>(scale: Scale, call: impl FnOnce(&Context<'_>) -> T) -> T {
    let cancel = AtomicBool::new(false);
    call(&Context { scale, study_seed: 0, unit: VectorUnit::widest(), cancel: &cancel })
}
