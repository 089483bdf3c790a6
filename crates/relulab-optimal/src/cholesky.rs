//! Cholesky's factorisation of small dense systems.

/// A column that keeps less than this share of its square beside those before it depends on them.
const DEPENDENT: f64 = 1e-13;

/// Solves a positive definite system given by its lower triangle, or names the first row that depends on others.
pub(crate) fn cholesky(
    n: usize,
    entry: impl Fn(usize, usize) -> f64,
    mut solution: Vec<f64>,
) -> Result<Vec<f64>, usize> {
    let mut factor = vec![0.0; n * n];
    for row in 0..n {
        for column in 0..=row {
            let (head_row, head_column) = (&factor[row * n..][..column], &factor[column * n..][..column]);
            let known: f64 = head_row.iter().zip(head_column).map(|(a, b)| a * b).sum();
            let whole = entry(row, column);
            let rest = whole - known;
            if row != column {
                factor[row * n + column] = rest / factor[column * n + column];
            } else if rest > DEPENDENT * whole {
                factor[row * n + row] = rest.sqrt();
            } else {
                return Err(row);
            }
        }
        let known: f64 = (0..row).map(|column| factor[row * n + column] * solution[column]).sum();
        solution[row] = (solution[row] - known) / factor[row * n + row];
    }
    for row in (0..n).rev() {
        let known: f64 = (row + 1..n).map(|below| factor[below * n + row] * solution[below]).sum();
        solution[row] = (solution[row] - known) / factor[row * n + row];
    }
    Ok(solution)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn systems_are_solved_and_dependence_is_named() {
        let matrix = [[4.0, 2.0, 2.0], [2.0, 5.0, 1.0], [2.0, 1.0, 6.0]];
        let solution = cholesky(3, |row, column| matrix[row][column], vec![8.0, 8.0, 9.0]).unwrap();
        for (row, right) in matrix.iter().zip([8.0, 8.0, 9.0]) {
            let sum: f64 = row.iter().zip(&solution).map(|(a, b)| a * b).sum();
            assert!((sum - right).abs() < 1e-12);
        }
        assert_eq!(cholesky(2, |_, _| 1.0, vec![1.0, 1.0]), Err(1));
    }
}
