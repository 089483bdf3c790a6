//! Non-negative combinations in rationals.

use relulab_exact::{Rational, Sign};

/// Non-negative weights with which the columns add up to the target; `None` where there are none.
///
/// *Algorithm*: the first phase of the simplex method with Bland's rule, which cannot cycle, on a tableau of rationals.
pub(super) fn combination(columns: &[&[Rational]], target: &[Rational]) -> Option<Vec<Rational>> {
    let (n_rows, n) = (target.len(), columns.len());
    // Rows of the tableau: the columns, then the right side, which is kept ≥ 0. The basis begins with artificial
    // variables, which are never let in again, so that they need no columns.
    let mut rows: Vec<Vec<Rational>> = (0..n_rows)
        .map(|row| {
            let entries = columns.iter().map(|column| column[row].clone()).chain([target[row].clone()]);
            if is_negative(&target[row]) { entries.map(|value| -value).collect() } else { entries.collect() }
        })
        .collect();
    let mut basis = vec![n; n_rows];
    loop {
        // What a column takes from the sum of the artificial variables.
        let gain = |column: usize| {
            let artificial = rows.iter().zip(&basis).filter(|(_, at)| **at == n);
            artificial.fold(Rational::zero(), |sum, (row, _)| sum + &row[column])
        };
        let Some(entering) = (0..n).find(|&column| gain(column).exact_sign() == Sign::Positive) else { break };
        let ratio = |row: usize| rows[row][n].clone() / &rows[row][entering];
        let leaving = (0..n_rows)
            .filter(|&row| rows[row][entering].exact_sign() == Sign::Positive)
            .min_by(|&a, &b| ratio(a).cmp(&ratio(b)).then(basis[a].cmp(&basis[b])))?;
        pivot(&mut rows, leaving, entering);
        basis[leaving] = entering;
    }
    let mut weights = vec![Rational::zero(); n];
    for (row, &at) in rows.iter().zip(&basis) {
        if at < n {
            weights[at] = row[n].clone();
        } else if !row[n].is_zero() {
            return None;
        }
    }
    Some(weights)
}

/// Makes a column a unit vector.
fn pivot(rows: &mut [Vec<Rational>], at: usize, column: usize) {
    let divisor = rows[at][column].clone();
    for value in &mut rows[at] {
        *value = std::mem::take(value) / &divisor;
    }
    let pivot_row = rows[at].clone();
    for row in rows.iter_mut().enumerate().filter(|(index, _)| *index != at).map(|(_, row)| row) {
        let factor = row[column].clone();
        if !factor.is_zero() {
            for (value, above) in row.iter_mut().zip(&pivot_row) {
                *value = std::mem::take(value) - factor.clone() * above;
            }
        }
    }
}

fn is_negative(value: &Rational) -> bool {
    value.exact_sign() == Sign::Negative
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn weights_are_right_and_found_where_there_are_some(
            numbers in proptest::collection::vec(-3..4_i64, 15), weights in proptest::collection::vec(0..3_i64, 4),
        ) {
            let columns: Vec<Vec<Rational>> =
                numbers.chunks(3).map(|column| column.iter().map(|value| Rational::from(*value)).collect()).collect();
            let target = columns[4].clone();
            let sum = |weights: &[Rational]| -> Vec<Rational> {
                let entry = |row: usize| {
                    let terms = columns.iter().zip(weights).map(|(column, weight)| column[row].clone() * weight);
                    terms.fold(Rational::zero(), |sum, term| sum + term)
                };
                (0..3).map(entry).collect()
            };
            let four: Vec<&[Rational]> = columns[..4].iter().map(Vec::as_slice).collect();
            if let Some(found) = combination(&four, &target) {
                prop_assert!(found.iter().all(|weight| !is_negative(weight)));
                prop_assert_eq!(sum(&found), target);
            }
            let weights: Vec<Rational> = weights.into_iter().map(Rational::from).collect();
            let reachable = sum(&weights);
            let found = combination(&four, &reachable);
            prop_assert_eq!(found.map(|found| sum(&found)), Some(reachable));
        }
    }
}
