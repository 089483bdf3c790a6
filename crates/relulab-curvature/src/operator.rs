//! Symmetric matrices that are known by their products with vectors only.

use crate::error::CurvatureError;
use crate::hessian::MatrixKind;
use crate::matrix::SymmetricMatrix;
use crate::objective::Objective;
use crate::sweep::Sweep;
use rayon::prelude::*;
use std::ops::Range;

/// Points per block of a pass.
const BLOCK_POINTS: usize = 256;
/// Sums over points are taken in this many parts, whatever the number of threads, and added in order.
const PARTS: usize = 8;

/// A symmetric matrix as a map.
pub trait SymmetricOperator {
    /// Number of rows, and of columns.
    fn dim(&self) -> usize;

    /// Writes the product with `vector` into `out`.
    ///
    /// # Errors
    /// When a length is not the dimension, or the product cannot be computed.
    fn apply(&self, vector: &[f64], out: &mut [f64]) -> Result<(), CurvatureError>;
}

impl SymmetricOperator for SymmetricMatrix {
    fn dim(&self) -> usize {
        self.dim()
    }

    fn apply(&self, vector: &[f64], out: &mut [f64]) -> Result<(), CurvatureError> {
        check_lengths(self.dim(), vector, out)?;
        out.copy_from_slice(&self.times(vector));
        Ok(())
    }
}

/// The pattern Hessian or the Gauss-Newton matrix at fixed parameters, by its products.
///
/// *Algorithm*: forward over reverse, in blocks of points and matrix products, on all threads of the current pool;
/// the bits do not depend on their number. Per layer, a Hessian product takes 8 matrix products where a gradient
/// takes 3, a Gauss-Newton product 5.
///
/// *Reference*: Pearlmutter 1994, *Fast exact multiplication by the Hessian*; Schraudolph 2002, *Fast curvature
/// matrix-vector products for second-order gradient descent*.
#[derive(Clone, Copy, Debug)]
pub struct CurvatureOperator<'a> {
    objective: Objective<'a>,
    parameters: &'a [f64],
    gauss_newton: bool,
}

impl<'a> CurvatureOperator<'a> {
    /// The operator of one matrix.
    ///
    /// # Errors
    /// When the parameters do not fit, or for the population Hessian, which has no data to sum over.
    pub fn new(kind: MatrixKind, objective: Objective<'a>, parameters: &'a [f64]) -> Result<Self, CurvatureError> {
        objective.check(parameters)?;
        let gauss_newton = match kind {
            MatrixKind::PatternHessian => false,
            MatrixKind::GaussNewton => true,
            MatrixKind::PopulationHessian => {
                return Err(CurvatureError::Unsupported { method: "the population Hessian", needs: "a dense matrix" });
            }
        };
        Ok(Self { objective, parameters, gauss_newton })
    }
}

impl SymmetricOperator for CurvatureOperator<'_> {
    fn dim(&self) -> usize {
        self.parameters.len()
    }

    fn apply(&self, vector: &[f64], out: &mut [f64]) -> Result<(), CurvatureError> {
        check_lengths(self.dim(), vector, out)?;
        sum_over_points(&self.objective, self.parameters, out, |sweep, points, out| {
            sweep.forward(points);
            sweep.forward_rate(vector);
            sweep.seed_rate(self.gauss_newton);
            if self.gauss_newton {
                sweep.backward();
                sweep.add_gradient(out);
            } else {
                sweep.seed_loss();
                sweep.backward_rate(vector);
                sweep.add_gradient_rate(out);
            }
            0.0
        });
        Ok(())
    }
}

/// The loss and its gradient, in blocks of points: for networks of any size.
///
/// # Errors
/// When the parameters do not fit the objective.
pub fn loss_and_gradient(objective: &Objective<'_>, parameters: &[f64]) -> Result<(f64, Vec<f64>), CurvatureError> {
    objective.check(parameters)?;
    let mut gradient = vec![0.0; parameters.len()];
    let loss = sum_over_points(objective, parameters, &mut gradient, |sweep, points, out| {
        sweep.forward(points);
        let loss = sweep.seed_loss();
        sweep.backward();
        sweep.add_gradient(out);
        loss
    });
    Ok((loss, gradient))
}

/// Runs `pass` over all points and sums what it returns and adds to its last argument.
fn sum_over_points<'a>(
    objective: &Objective<'a>,
    parameters: &'a [f64],
    out: &mut [f64],
    pass: impl Fn(&mut Sweep<'a>, Range<usize>, &mut [f64]) -> f64 + Sync,
) -> f64 {
    let n = objective.n_points();
    let n_parts = PARTS.min(n.div_ceil(BLOCK_POINTS));
    let run = |part: usize, out: &mut [f64]| -> f64 {
        let end = (part + 1) * n / n_parts;
        let mut start = part * n / n_parts;
        let mut sweep = Sweep::new(*objective, parameters, BLOCK_POINTS.min(end - start));
        let mut sum = 0.0;
        out.fill(0.0);
        while start < end {
            let next = end.min(start + BLOCK_POINTS);
            sum += pass(&mut sweep, start..next, out);
            start = next;
        }
        sum
    };
    if n_parts == 1 {
        return run(0, out);
    }
    let parts: Vec<(f64, Vec<f64>)> = (0..n_parts)
        .into_par_iter()
        .map(|part| {
            let mut sum = vec![0.0; parameters.len()];
            (run(part, &mut sum), sum)
        })
        .collect();
    out.fill(0.0);
    let mut total = 0.0;
    for (sum, part) in &parts {
        total += sum;
        out.iter_mut().zip(part).for_each(|(out, part)| *out += part);
    }
    total
}

/// Refuses vectors of another length than the dimension.
pub(crate) fn check_lengths(dim: usize, vector: &[f64], out: &[f64]) -> Result<(), CurvatureError> {
    match [vector.len(), out.len()].into_iter().find(|len| *len != dim) {
        Some(got) => Err(CurvatureError::VectorLength { expected: dim, got }),
        None => Ok(()),
    }
}
