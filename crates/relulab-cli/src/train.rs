//! `relulab train`.

use crate::failure::Failure;
use crate::globals::Globals;
use clap::Args;

/// What `relulab train` is asked.
#[derive(Args, Debug)]
pub struct Arguments {}

/// Runs the command.
pub fn run(_arguments: &Arguments, _globals: &Globals) -> Result<(), Failure> {
    Err(Failure::input("not built yet"))
}
