//! Numbers whose sign can be trusted: a three-valued [`Sign`], f64 with a forward error bound ([`Bounded`]), exact
//! [`Rational`]s, and the trait [`Number`] that lets one algorithm run in both.
//!
//! The policy is the same everywhere in relulab: compute in [`Bounded`]; a sign that is certain there is right; at
//! the first sign that is not, do the whole computation again in [`Rational`]. Nothing is perturbed, no tolerance
//! decides. This crate knows nothing of networks.
//!
//! # Why dashu
//! The example `rational_choice` (feature `comparison`) does the work of the exact fallback in three libraries:
//! affine maps through layers of 8 units with dyadic parameters, then the signs of all 64 forms at roots. On two
//! shared cores, microseconds for forms + signs:
//!
//! | depth | dashu-ratio 0.6 | malachite-q 0.14 | num-rational 0.4 |
//! |---|---|---|---|
//! | 1 | 0.8 + 17 | 0.3 + 11 | 5 + 134 |
//! | 4 | 105 + 39 | 135 + 86 | 1044 + 522 |
//! | 16 | 2171 + 326 | 2076 + 332 | 13008 + 2161 |
//!
//! dashu and malachite are equally fast, num-rational six to ten times slower. dashu builds in a few seconds
//! against malachite's minute, and its licence (MIT or Apache-2.0) is ours.

mod bounded;
mod bounded_vector;
mod dyadic;
mod natural;
mod number;
mod rational;
mod sign;
mod sums;
mod vector;

#[cfg(test)]
mod containment;

pub use bounded::Bounded;
pub use bounded_vector::BoundedVector;
pub use dyadic::Dyadic;
pub use natural::Natural;
pub use number::Number;
pub use rational::Rational;
pub use sign::Sign;
pub use vector::NumberVector;
