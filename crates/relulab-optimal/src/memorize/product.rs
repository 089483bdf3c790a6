//! Products of matrices with a known error, for proofs: plain loops, in an order that everyone can read.

use rayon::prelude::*;

/// Rows that are multiplied together, of the left and of the right matrix.
const TILE: usize = 4;

/// A row-major n × k matrix on the left.
#[derive(Clone, Copy)]
pub(super) enum Left<'a> {
    /// All entries count.
    Full(&'a [f64], usize),
    /// Square, with zeros above the diagonal.
    Lower(&'a [f64], usize),
}

/// Which entries of a product are wanted.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Wanted {
    /// All of them.
    All,
    /// At least those on and right of the diagonal; others may stay 0.
    Upper,
}

/// A Bᵀ, row-major.
///
/// Each entry is a sum over the columns from left to right, with separate products: its distance from the exact value
/// is at most the share [`roundings(k)`](crate::above::roundings) of Σ |a||b|, plus one underflow per product. It does
/// not depend on the number of threads.
///
/// *Shapes*: A is n × k, `right` m × k, the result n × m.
pub(super) fn product(left: Left<'_>, right: &[f64], wanted: Wanted) -> Vec<f64> {
    let (a, k) = match left {
        Left::Full(a, k) | Left::Lower(a, k) => (a, k.max(1)),
    };
    let (n, m) = (a.len() / k, right.len() / k);
    let mut out = vec![0.0; n * m];
    out.par_chunks_mut((TILE * m).max(1)).enumerate().for_each(|(panel, out)| {
        let first = panel * TILE;
        let rows = TILE.min(n - first);
        let length = if matches!(left, Left::Lower(..)) { k.min(first + rows) } else { k };
        let packed: Vec<[f64; TILE]> = (0..length)
            .map(|p| std::array::from_fn(|row| if row < rows { a[(first + row) * k + p] } else { 0.0 }))
            .collect();
        let start = if wanted == Wanted::Upper { first } else { 0 };
        for column in (start..m).step_by(TILE) {
            let columns = TILE.min(m - column);
            // Columns beyond the end repeat the last one, and are not written.
            let rows_of_right: [&[f64]; TILE] =
                std::array::from_fn(|c| &right[(column + c.min(columns - 1)) * k..][..length]);
            let sums = tile(&packed, rows_of_right);
            for (c, sums) in sums.iter().enumerate().take(columns) {
                for (row, sum) in sums.iter().enumerate().take(rows) {
                    out[row * m + column + c] = *sum;
                }
            }
        }
    });
    out
}

/// The products of four packed rows with four others: `sums[c][row]`.
fn tile(packed: &[[f64; TILE]], right: [&[f64]; TILE]) -> [[f64; TILE]; TILE] {
    let mut sums = [[0.0; TILE]; TILE];
    let [r0, r1, r2, r3] = right;
    for ((((a, b0), b1), b2), b3) in packed.iter().zip(r0).zip(r1).zip(r2).zip(r3) {
        for (sums, b) in sums.iter_mut().zip([b0, b1, b2, b3]) {
            for (sum, a) in sums.iter_mut().zip(a) {
                *sum += a * b;
            }
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_are_those_of_the_definition() {
        let number = |i: usize| ((i * 7919 + 13) % 101) as f64 - 50.0;
        for (n, m, k) in [(1, 1, 1), (3, 5, 2), (4, 4, 4), (9, 6, 7), (7, 7, 7), (13, 13, 13)] {
            let mut a: Vec<f64> = (0..n * k).map(number).collect();
            let b: Vec<f64> = (0..m * k).map(|i| number(i + 500)).collect();
            let expected = |a: &[f64], i: usize, j: usize| (0..k).map(|p| a[i * k + p] * b[j * k + p]).sum::<f64>();
            let full = product(Left::Full(&a, k), &b, Wanted::All);
            assert!((0..n * m).all(|at| full[at] == expected(&a, at / m, at % m)));
            if n == k {
                (0..n * n).filter(|at| at % n > at / n).for_each(|at| a[at] = 0.0);
                let lower = product(Left::Lower(&a, k), &b, Wanted::Upper);
                assert!((0..n * m).all(|at| at % m < at / m || lower[at] == expected(&a, at / m, at % m)));
            }
        }
    }
}
