//! The four tiers of eigenvalues as figures show them, the same in every figure.

use crate::check::curves::Curve;
use crate::check::seed_summary::SeedSummary;
use crate::panel::{Line, Marker};

/// Names of the tiers, steepest first.
pub const TIERS: [&str; 4] = ["steep", "moderate", "weak", "zero"];
/// The paper's cuts between them, on |λ|.
pub const CUTS: [f64; 3] = [1e-1, 1e-3, 1e-6];
/// Their places in the palette.
pub const COLOURS: [usize; 4] = [1, 4, 0, 5];
const MARKERS: [Marker; 4] = [Marker::Disc, Marker::Square, Marker::Triangle, Marker::Ring];

/// The tier of an eigenvalue's size.
pub fn tier_of(size: f64) -> usize {
    CUTS.iter().take_while(|cut| size <= **cut).count()
}

/// The curve of a tier.
pub fn curve(tier: usize, points: Vec<(f64, SeedSummary)>) -> Curve {
    let line = if tier.is_multiple_of(2) { Line::Solid } else { Line::Dashed };
    Curve { name: TIERS[tier].to_owned(), colour: COLOURS[tier], marker: MARKERS[tier], line, points }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_fall_into_their_tiers() {
        assert_eq!([2.0, 0.1, 0.01, 1e-5, 1e-6, 0.0].map(tier_of), [0, 1, 1, 2, 3, 3]);
    }
}
