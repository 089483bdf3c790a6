//! The functions that constructions aim at: lines at given distances from 2x + 1, reversals, parabolas.

use relulab_construct::{Basis, ConstructError};

/// Slope and intercept of what the starting networks have learned.
const LEARNED: [f64; 2] = [2.0, 1.0];
/// Directions of change: name, of slope, of intercept. Each has length 1.
pub const DIRECTIONS: [(&str, [f64; 2]); 4] =
    [("slope+", [1.0, 0.0]), ("slope-", [-1.0, 0.0]), ("intercept+", [0.0, 1.0]), ("both-", [-0.8, -0.6])];
/// Distances in coefficients.
pub const DISTANCES: [f64; 5] = [0.1, 1.0, 3.0, 10.0, 30.0];
/// Largest distance that belongs to the group `near`.
const NEAR: f64 = 1.0;
/// The paper's small change: 2x + 1 to 2.1x + 1.05.
pub const PAPER: &str = "paper";

/// A function to aim at.
#[derive(Clone, Debug, PartialEq)]
pub struct Aim {
    /// `paper`, a direction with a distance as in `slope+3`, or a formula.
    pub name: String,
    /// Coefficients of the powers of x, the highest first, the constant last.
    pub coefficients: Vec<f64>,
}

impl Aim {
    /// Powers of x up to the degree of the function, at least 1.
    ///
    /// # Errors
    /// None for the aims of this module.
    pub fn basis(&self) -> Result<Basis, ConstructError> {
        Basis::polynomial(1, self.coefficients.len() as u32 - 1)
    }

    /// Whether the naive step is taken beside it: for the paper's change and the shortest of ours.
    pub(super) fn is_near(&self) -> bool {
        self.name == PAPER || self.name.ends_with(&DISTANCES[0].to_string())
    }
}

/// The name of a line at a distance.
pub fn line_name(direction: &str, distance: f64) -> String {
    format!("{direction}{distance}")
}

/// The aims of one group: `near`, `far` or `other`.
pub fn aims(group: &str) -> Vec<Aim> {
    let aim = |name: &str, coefficients: &[f64]| Aim { name: name.to_owned(), coefficients: coefficients.to_vec() };
    if group == "other" {
        return vec![
            aim("-2*x-1", &[-2.0, -1.0]),
            aim("-2*x+1", &[-2.0, 1.0]),
            aim("2*x-1", &[2.0, -1.0]),
            aim("0", &[0.0, 0.0]),
            aim("x^2", &[1.0, 0.0, 0.0]),
            aim("x^2-x", &[1.0, -1.0, 0.0]),
            aim("-0.5*x^2+2*x+1", &[-0.5, 2.0, 1.0]),
        ];
    }
    let is_near = group == "near";
    let distances = DISTANCES.into_iter().filter(|distance| (*distance <= NEAR) == is_near);
    let lines = distances.flat_map(|distance| {
        DIRECTIONS.map(|(direction, [slope, intercept])| {
            let ends = [LEARNED[0] + distance * slope, LEARNED[1] + distance * intercept];
            aim(&line_name(direction, distance), &ends)
        })
    });
    let paper = is_near.then(|| aim(PAPER, &[2.1, 1.05]));
    paper.into_iter().chain(lines).collect()
}
