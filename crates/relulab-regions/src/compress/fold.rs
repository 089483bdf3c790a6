//! Linear units replaced by fewer: exact linear algebra.

use super::work::{fits, power_of_two_above};
use crate::canonical::exact_network::add_product;
use relulab_exact::{Rational, Sign};

/// The effect of linear units on the next layer: x ↦ `matrix` x + `constant`.
pub(super) struct Linear {
    /// Next layer's units × inputs.
    pub matrix: Vec<Vec<Rational>>,
    /// One number per unit of the next layer.
    pub constant: Vec<Rational>,
}

/// Units that have the same effect.
pub(super) struct Replacement {
    /// Their weights.
    pub rows: Vec<Vec<Rational>>,
    /// Their biases, with which they are active over the box.
    pub biases: Vec<Rational>,
    /// The ranges of their pre-activations.
    pub ranges: Vec<(Rational, Rational)>,
    /// For each unit of the next layer, its weights on them.
    pub outgoing: Vec<Vec<Rational>>,
    /// The biases of the next layer.
    pub next_biases: Vec<Rational>,
}

/// As many units as the rank of an effect, with parameters that f64 holds; `None` when no way tried leads to such.
///
/// *Algorithm*: with M the effect's matrix of rank r, any r rows R that span the row space of M will do as weights,
/// since then M = C R for exactly one C. Tried in order: rows of the units themselves, rows of M, and the reduced
/// echelon form of M, which is the identity where M has full rank. A bias β, a power of two or 0, keeps each new unit
/// active over the box, and C β is taken from the next biases.
pub(super) fn replace(
    effect: &Linear,
    units: &[Vec<Rational>],
    inputs: &[(Rational, Rational)],
    next_biases: &[Rational],
) -> Option<Replacement> {
    let spanning = rank(&effect.matrix);
    let own = independent(units);
    let candidates =
        [(own.len() == spanning).then_some(own), Some(independent(&effect.matrix)), Some(echelon(&effect.matrix).0)];
    candidates.into_iter().flatten().find_map(|rows| {
        let outgoing = effect.matrix.iter().map(|row| coefficients(row, &rows)).collect::<Option<Vec<_>>>()?;
        let (mut biases, mut ranges) = (Vec::new(), Vec::new());
        for row in &rows {
            let (lower, upper) = range(row, inputs);
            let bias = power_of_two_above(&-lower.clone());
            ranges.push((lower + &bias, upper + &bias));
            biases.push(bias);
        }
        let mut sums: Vec<Rational> = next_biases.iter().zip(&effect.constant).map(|(b, c)| b.clone() + c).collect();
        for (sum, outgoing) in sums.iter_mut().zip(&outgoing) {
            for (weight, bias) in outgoing.iter().zip(&biases) {
                add_product(sum, &-weight.clone(), bias);
            }
        }
        let numbers = rows.iter().chain(&outgoing).flatten().chain(&biases).chain(&sums);
        numbers.into_iter().all(fits).then_some(())?;
        Some(Replacement { rows, biases, ranges, outgoing, next_biases: sums })
    })
}

/// The range of a linear form over ranges of its inputs.
fn range(row: &[Rational], inputs: &[(Rational, Rational)]) -> (Rational, Rational) {
    let (mut lowest, mut highest) = (Rational::zero(), Rational::zero());
    for (weight, (lower, upper)) in row.iter().zip(inputs) {
        let rises = weight.exact_sign() == Sign::Positive;
        add_product(&mut lowest, weight, if rises { lower } else { upper });
        add_product(&mut highest, weight, if rises { upper } else { lower });
    }
    (lowest, highest)
}

/// The rank of a matrix.
pub(super) fn rank(matrix: &[Vec<Rational>]) -> usize {
    echelon(matrix).1.len()
}

/// The non-zero rows of the reduced echelon form, and the columns of their leading ones.
fn echelon(matrix: &[Vec<Rational>]) -> (Vec<Vec<Rational>>, Vec<usize>) {
    let (mut rows, mut pivots) = (matrix.to_vec(), Vec::new());
    for column in 0..rows.first().map_or(0, Vec::len) {
        let done = pivots.len();
        let Some(found) = (done..rows.len()).find(|row| !rows[*row][column].is_zero()) else { continue };
        rows.swap(done, found);
        let lead = rows[done][column].clone();
        rows[done].iter_mut().for_each(|entry| *entry = std::mem::take(entry) / &lead);
        let pivot_row = rows[done].clone();
        for (index, row) in rows.iter_mut().enumerate() {
            if index != done && !row[column].is_zero() {
                let factor = -row[column].clone();
                row.iter_mut().zip(&pivot_row).for_each(|(entry, pivot)| add_product(entry, &factor, pivot));
            }
        }
        pivots.push(column);
    }
    rows.truncate(pivots.len());
    (rows, pivots)
}

/// The rows that do not depend on those before them.
fn independent(rows: &[Vec<Rational>]) -> Vec<Vec<Rational>> {
    // The pivot columns of the transpose are the independent rows.
    let n_columns = rows.first().map_or(0, Vec::len);
    let transposed: Vec<Vec<Rational>> =
        (0..n_columns).map(|column| rows.iter().map(|row| row[column].clone()).collect()).collect();
    echelon(&transposed).1.into_iter().map(|row| rows[row].clone()).collect()
}

/// The coefficients c with `row` = Σ cₖ · `basis`ₖ, for independent rows; `None` when there are none.
fn coefficients(row: &[Rational], basis: &[Vec<Rational>]) -> Option<Vec<Rational>> {
    let equation =
        |column: usize| basis.iter().map(|row| row[column].clone()).chain([row[column].clone()]).collect::<Vec<_>>();
    let (solved, pivots) = echelon(&(0..row.len()).map(equation).collect::<Vec<_>>());
    let is_solved = pivots.iter().copied().eq(0..basis.len());
    is_solved.then(|| solved.into_iter().filter_map(|mut row| row.pop()).collect())
}
