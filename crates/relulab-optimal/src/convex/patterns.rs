//! Patterns: on which points a unit is on.

use super::error::ConvexError;
use super::plan::Patterns;
use super::problem::Problem;
use relulab_net::{Purpose, RandomStream};
use relulab_regions::dichotomies::{PointSet, dichotomies};
use relulab_regions::space::MAX_SPACE_DIM;
use std::collections::BTreeSet;

/// Most patterns that are enumerated.
pub const MAX_PATTERNS: u128 = 200_000;

/// For every point, whether the unit is on.
pub(crate) type Pattern = Vec<bool>;

/// The patterns that take part, without the one that is off everywhere, in a fixed order.
pub(crate) fn patterns(problem: &Problem, which: Patterns, seed: u64) -> Result<Vec<Pattern>, ConvexError> {
    let mut all: BTreeSet<Pattern> = match which {
        Patterns::All => enumerate(problem)?,
        Patterns::Sampled(0) => return Err(ConvexError::NoPatterns),
        Patterns::Sampled(count) => sample(problem, count, seed),
    };
    all.remove(&vec![false; problem.n_points()]);
    Ok(all.into_iter().collect())
}

/// The patterns of the full-dimensional cells into which the hyperplanes xⱼ·u = 0 cut the space of u: the strict
/// dichotomies of the rows xⱼ.
fn enumerate(problem: &Problem) -> Result<BTreeSet<Pattern>, ConvexError> {
    let (n, dim) = (problem.n_points(), problem.dim);
    if dim > MAX_SPACE_DIM {
        return Err(ConvexError::Dimension(dim));
    }
    let bound = most_patterns(n, dim);
    if bound > MAX_PATTERNS {
        return Err(ConvexError::TooMany { n_points: n, dim, bound });
    }
    let points = PointSet::new(&problem.rows, dim, false)?;
    let all = dichotomies(&points, rayon::current_num_threads())?;
    Ok(all.into_iter().map(|one| one.positive).collect())
}

/// 2 Σ_{k < dim} C(n − 1, k), the number of cells in general position.
fn most_patterns(n: usize, dim: usize) -> u128 {
    let (mut sum, mut term) = (0_u128, 1_u128);
    for k in 0..dim.min(n) as u128 {
        sum = sum.saturating_add(term);
        term = term.saturating_mul((n as u128 - 1).saturating_sub(k)) / (k + 1);
    }
    sum.saturating_mul(2)
}

fn sample(problem: &Problem, count: usize, seed: u64) -> BTreeSet<Pattern> {
    let mut stream = RandomStream::new(seed, Purpose::Memorisation);
    let one = |_| {
        let unit: Vec<f64> = (0..problem.dim).map(|_| stream.normal()).collect();
        problem.points().map(|x| x.iter().zip(&unit).map(|(x, u)| x * u).sum::<f64>() > 0.0).collect()
    };
    (0..count).map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use relulab_net::Dataset;

    fn count(inputs: Vec<f64>, dim: usize, biases: bool) -> usize {
        let labels = vec![0.0; inputs.len() / dim];
        let problem = Problem::new(&Dataset::new(inputs, dim, labels, 1).unwrap(), 1.0, biases).unwrap();
        enumerate(&problem).unwrap().len()
    }

    #[test]
    fn numbers_are_those_of_the_theory() {
        // Points on the line with biases: 2n; with copies, as many as different ones.
        assert_eq!(count(vec![0.0, 1.0, 2.0, 5.0, 7.0], 1, true), 10);
        assert_eq!(count(vec![0.0, 1.0, 1.0, 5.0, 0.0], 1, true), 6);
        assert_eq!(count(vec![3.0, -1.0, 2.0], 1, false), 2);
        // In the plane with biases, general position: 2 (1 + (n−1) + C(n−1, 2)).
        let parabola: Vec<f64> = (0..7).flat_map(|i| [f64::from(i), f64::from(i * i)]).collect();
        assert_eq!(count(parabola, 2, true), 2 * (1 + 6 + 15));
        // On a line in the plane it is the line's count.
        let line: Vec<f64> = (0..7).flat_map(|i| [f64::from(i), f64::from(2 * i)]).collect();
        assert_eq!(count(line, 2, true), 14);
        // The unit vectors: every subset.
        let unit: Vec<f64> = (0..25).map(|at| f64::from(u8::from(at % 6 == 0))).collect();
        assert_eq!(count(unit, 5, false), 32);
    }

    #[test]
    fn bounds_are_those_of_cover() {
        assert_eq!(
            [most_patterns(5, 2), most_patterns(7, 3), most_patterns(3, 9), most_patterns(1, 4)],
            [10, 44, 8, 2]
        );
        assert_eq!(most_patterns(usize::MAX, 12), u128::MAX);
    }
}
