//! Extreme eigenvalues of large symmetric operators, with residuals.

use crate::dense;
use crate::error::CurvatureError;
use crate::matrix::{SymmetricMatrix, add_scaled, dot, norm};
use crate::operator::SymmetricOperator;
use crate::orthogonal::orthogonalise;
use relulab_net::RandomStream;

/// A new direction shorter than this share of the largest number met is rounding: the subspace is invariant.
const BREAKDOWN: f64 = 1e-13;

/// Steps between two looks at the residuals.
const STEPS_PER_LOOK: usize = 5;

/// Which eigenvalues are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// The largest ones.
    Largest,
    /// The largest in absolute value.
    LargestMagnitude,
}

/// How long and how accurately to search.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LanczosOptions {
    /// Which eigenvalues.
    pub wanted: Wanted,
    /// Products with the operator, at most; the basis of this many vectors is kept in memory.
    pub max_steps: usize,
    /// Residuals are small enough below this share of the largest |λ|.
    pub tolerance: f64,
}

impl Default for LanczosOptions {
    fn default() -> Self {
        Self { wanted: Wanted::LargestMagnitude, max_steps: 300, tolerance: 1e-8 }
    }
}

/// Approximate eigenpairs.
#[derive(Clone, Debug, PartialEq)]
pub struct RitzPairs {
    /// Values, the wanted end first.
    pub values: Vec<f64>,
    /// Unit vectors, one per value.
    pub vectors: Vec<Vec<f64>>,
    /// ‖A v − λ v‖ for each pair: within this distance of each value there is an eigenvalue of A.
    pub residuals: Vec<f64>,
    /// Products with the operator.
    pub n_steps: usize,
    /// Whether all residuals are below the tolerance.
    pub converged: bool,
}

/// The `k` wanted eigenpairs of an operator.
///
/// *Algorithm*: Lanczos with full reorthogonalisation. Residuals come from the recurrence. One
/// starting vector sees one vector of each eigenspace, so a multiple eigenvalue may be listed once.
///
/// *Reference*: Parlett 1980, *The symmetric eigenvalue problem*, chapter 13.
///
/// # Errors
/// When k is 0 or above the dimension, or a product fails or is not finite.
pub fn lanczos(
    operator: &impl SymmetricOperator,
    k: usize,
    options: &LanczosOptions,
    stream: &mut RandomStream,
) -> Result<RitzPairs, CurvatureError> {
    let dim = operator.dim();
    if k == 0 || k > dim {
        return Err(CurvatureError::TooMany { k, dim });
    }
    let limit = options.max_steps.max(k).min(dim);
    let start: Vec<f64> = (0..dim).map(|_| stream.normal()).collect();
    let mut recurrence = Recurrence::new(start);
    loop {
        recurrence.step(operator, Some(stream))?;
        let steps = recurrence.diagonal.len();
        if steps < limit && (steps < k || !steps.is_multiple_of(STEPS_PER_LOOK)) {
            continue;
        }
        let (values, weights) = recurrence.eigen()?;
        let mut order: Vec<usize> = (0..steps).collect();
        match options.wanted {
            Wanted::Largest => order.sort_by(|&a, &b| values[b].total_cmp(&values[a])),
            Wanted::LargestMagnitude => order.sort_by(|&a, &b| values[b].abs().total_cmp(&values[a].abs())),
        }
        order.truncate(k);
        // A complete basis leaves nothing over.
        let next = if steps == dim { 0.0 } else { recurrence.off_diagonal[steps - 1] };
        let residuals: Vec<f64> = order.iter().map(|&i| (next * weights[i * steps + steps - 1]).abs()).collect();
        let largest = values.iter().fold(0.0_f64, |largest, value| largest.max(value.abs()));
        let converged = residuals.iter().all(|residual| *residual <= options.tolerance * largest);
        if converged || steps == limit {
            let vectors = order.iter().map(|&i| recurrence.combine(&weights[i * steps..(i + 1) * steps])).collect();
            let values = order.iter().map(|&i| values[i]).collect();
            return Ok(RitzPairs { values, vectors, residuals, n_steps: steps, converged });
        }
    }
}

/// The Lanczos recurrence with its basis.
pub(crate) struct Recurrence {
    basis: Vec<Vec<f64>>,
    pub(crate) diagonal: Vec<f64>,
    /// Length of the remainder after each step; 0 where the subspace was invariant.
    pub(crate) off_diagonal: Vec<f64>,
    next: Option<Vec<f64>>,
}

impl Recurrence {
    pub(crate) fn new(mut start: Vec<f64>) -> Self {
        let length = norm(&start);
        start.iter_mut().for_each(|x| *x /= length);
        Self { basis: Vec::new(), diagonal: Vec::new(), off_diagonal: Vec::new(), next: Some(start) }
    }

    /// One product; returns false when the space is exhausted (without a stream: when the subspace is invariant).
    pub(crate) fn step(
        &mut self,
        operator: &impl SymmetricOperator,
        stream: Option<&mut RandomStream>,
    ) -> Result<bool, CurvatureError> {
        let Some(vector) = self.next.take() else { return Ok(false) };
        let dim = vector.len();
        let mut image = vec![0.0; dim];
        operator.apply(&vector, &mut image)?;
        let size = norm(&image);
        if !size.is_finite() {
            return Err(CurvatureError::ProductNotFinite);
        }
        let along = dot(&vector, &image);
        add_scaled(&mut image, -along, &vector);
        if let (Some(before), Some(length)) = (self.basis.last(), self.off_diagonal.last()) {
            add_scaled(&mut image, -length, before);
        }
        self.diagonal.push(along);
        self.basis.push(vector);
        orthogonalise(&mut image, &self.basis);
        let length = norm(&image);
        let scale = self.diagonal.iter().chain(&self.off_diagonal).fold(size, |scale, x| scale.max(x.abs()));
        if length > BREAKDOWN * scale {
            image.iter_mut().for_each(|x| *x /= length);
            self.off_diagonal.push(length);
            self.next = Some(image);
        } else {
            self.off_diagonal.push(0.0);
            if let Some(stream) = stream.filter(|_| self.basis.len() < dim) {
                let mut fresh: Vec<f64> = (0..dim).map(|_| stream.normal()).collect();
                orthogonalise(&mut fresh, &self.basis);
                let length = norm(&fresh);
                fresh.iter_mut().for_each(|x| *x /= length);
                self.next = Some(fresh);
            }
        }
        Ok(self.next.is_some())
    }

    /// Eigenvalues of the tridiagonal matrix, ascending, and its eigenvectors, one per row.
    pub(crate) fn eigen(&self) -> Result<(Vec<f64>, Vec<f64>), CurvatureError> {
        let tridiagonal = SymmetricMatrix::from_upper(self.diagonal.len(), |i, j| match j - i {
            0 => self.diagonal[i],
            1 => self.off_diagonal[i],
            _ => 0.0,
        });
        dense::eigen(&tridiagonal)
    }

    fn combine(&self, weights: &[f64]) -> Vec<f64> {
        let mut sum = vec![0.0; self.basis[0].len()];
        for (vector, weight) in self.basis.iter().zip(weights) {
            add_scaled(&mut sum, *weight, vector);
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use relulab_net::Purpose;

    #[test]
    fn extreme_eigenvalues_of_a_known_matrix() {
        let dim = 120;
        let matrix = SymmetricMatrix::from_upper(dim, |i, j| libm::sin((i * i + 3 * j * j + 1) as f64));
        let exact = dense::eigenvalues(&matrix).unwrap();
        let mut stream = RandomStream::new(1, Purpose::Bootstrap);
        let options = LanczosOptions { wanted: Wanted::Largest, max_steps: 100, tolerance: 1e-9 };
        let pairs = lanczos(&matrix, 5, &options, &mut stream).unwrap();
        assert!(pairs.converged && pairs.n_steps <= 100);
        for (i, value) in pairs.values.iter().enumerate() {
            assert!((value - exact[dim - 1 - i]).abs() < 1e-7);
            let image = matrix.times(&pairs.vectors[i]);
            let residual: Vec<f64> = image.iter().zip(&pairs.vectors[i]).map(|(a, v)| a - value * v).collect();
            assert!((norm(&residual) - pairs.residuals[i]).abs() < 1e-10);
        }
    }

    #[test]
    fn low_rank_and_multiple_eigenvalues() {
        let matrix = SymmetricMatrix::from_upper(9, |i, j| if i == j && i < 3 { 2.0 } else { 0.0 });
        let mut stream = RandomStream::new(2, Purpose::Bootstrap);
        let pairs = lanczos(&matrix, 9, &LanczosOptions::default(), &mut stream).unwrap();
        assert_eq!(pairs.n_steps, 9);
        for (value, expected) in pairs.values.iter().zip([2.0, 2.0, 2.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]) {
            assert!((value - expected).abs() < 1e-12);
        }
        assert_eq!(
            lanczos(&matrix, 10, &LanczosOptions::default(), &mut stream),
            Err(CurvatureError::TooMany { k: 10, dim: 9 })
        );
    }
}
