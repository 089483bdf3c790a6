//! The `relulab` binary.
fn main() {}
