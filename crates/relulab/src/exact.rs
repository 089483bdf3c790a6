//! Numbers whose sign can be trusted: a three-valued sign, f64 with an error bound, and exact rationals.
//!
//! Compute in [`Bounded`]; a sign that is certain there is right; at the first one that is not, do the whole
//! computation again in [`Rational`].
//!
//! ```
//! use relulab::exact::{Bounded, Number, Rational, Sign};
//!
//! // (10¹⁶ + 1) − 10¹⁶: f64 loses the 1, and knows that it may have.
//! fn difference<N: Number>() -> Option<N> {
//!     let large = N::from_f64(1e16)?;
//!     Some(large.clone() + &N::from_f64(1.0)? - &large)
//! }
//! assert_eq!(difference::<Bounded>().and_then(|value| value.sign()), None);
//! assert_eq!(difference::<Rational>().and_then(|value| value.sign()), Some(Sign::Positive));
//! ```

pub use relulab_exact::{Bounded, BoundedVector, Number, NumberVector, Rational, Sign};
