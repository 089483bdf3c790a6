//! Training with proof: networks that come with a certificate of what they are, checked by code that did not make them.
//!
//! | To get | Call | Proof |
//! |---|---|---|
//! | the best network of one hidden layer for points on a line | [`line::Search`] | [`line::Certificate`], checked by [`line::verify()`] |
//!
//! The crate knows nothing of files or populations.

pub mod line;
