//! How many activation regions a network of a given shape can have: bounds from below and above, and expectations.
//!
//! All take the input dimension and the hidden widths; the number of outputs plays no part. Upper bounds hold for
//! every network of the shape. Lower bounds say that some network of the shape has at least so many. Counts are
//! [`Natural`] numbers, which cannot overflow; [`Natural::to_u128`] and [`Natural::to_f64`] bring them down.
//!
//! ```
//! use relulab_regions::bounds;
//! assert_eq!(bounds::serra_upper(2, &[3, 3, 3, 3, 3]).to_u128(), Some(4_864));
//! assert_eq!(bounds::montufar_2017_upper(2, &[3, 3, 3, 3, 3]).to_u128(), Some(16_807));
//! ```

mod arrangement;
mod expected;
mod lower;
mod upper;
mod zonotope;

pub use arrangement::max_arrangement_regions;
pub use expected::expected_breakpoints_gaussian;
pub use lower::{montufar_2014_lower, serra_lower};
pub use upper::{max_regions_on_the_line, montufar_2017_upper, raghu_upper, serra_upper};
pub use zonotope::{zonotope_cones, zonotope_pieces};

#[cfg(doc)]
use relulab_exact::Natural;

#[cfg(test)]
mod tests;
