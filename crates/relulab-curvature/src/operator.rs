//! Symmetric matrices that are known by their products with vectors only.

use crate::error::CurvatureError;
use crate::hessian::MatrixKind;
use crate::matrix::SymmetricMatrix;
use crate::objective::Objective;
use crate::sweep::Sweep;
use rayon::prelude::*;
use std::fmt;
use std::ops::Range;
use std::sync::Mutex;

/// Points per block of a pass.
const BLOCK_POINTS: usize = 256;
/// Sums over points are taken in this many parts, whatever the number of threads, and added in order.
const PARTS: usize = 8;
/// Numbers that one thread adds up at a time.
const SUM_CHUNK: usize = 1 << 13;
/// Most numbers that an operator keeps between products: 512 MiB.
pub const MAX_KEPT_NUMBERS: usize = 1 << 26;
/// Numbers kept per unit and point, about: value, slope, bend, δ and their rates.
const NUMBERS_PER_VALUE: usize = 7;

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
/// the bits do not depend on their number. Per layer, a gradient takes 3 matrix products. What does not depend on the
/// vector is computed once and kept, up to [`MAX_KEPT_NUMBERS`]; then a Hessian product takes 6 and a Gauss-Newton
/// product 4. Above,
/// and for a product that begins while another one of the same operator runs, it is 8 and 5, with the same bits.
///
/// *Reference*: Pearlmutter 1994, *Fast exact multiplication by the Hessian*; Schraudolph 2002, *Fast curvature
/// matrix-vector products for second-order gradient descent*.
pub struct CurvatureOperator<'a> {
    objective: Objective<'a>,
    parameters: &'a [f64],
    gauss_newton: bool,
    kept: Option<Mutex<Vec<KeptPart<'a>>>>,
}

/// A part of the points, its values and derivatives, and memory for its sum.
struct KeptPart<'a> {
    sweeps: Vec<Sweep<'a>>,
    sum: Vec<f64>,
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
        let mut operator = Self { objective, parameters, gauss_newton, kept: None };
        let n_units: usize = objective.shape().widths().sum();
        let numbers = NUMBERS_PER_VALUE * n_units * objective.n_points() + PARTS * parameters.len();
        if numbers <= MAX_KEPT_NUMBERS {
            operator.kept = Some(Mutex::new(operator.keep()));
        }
        Ok(operator)
    }

    /// Everything that does not depend on the vector.
    fn keep(&self) -> Vec<KeptPart<'a>> {
        let n = self.objective.n_points();
        let keep_part = |part: usize| {
            let points = part_of_points(part, n);
            let blocks = points.clone().step_by(BLOCK_POINTS).map(|start| start..points.end.min(start + BLOCK_POINTS));
            let sweeps = blocks
                .map(|block| {
                    let mut sweep = Sweep::new(self.objective, self.parameters, block.len());
                    self.set_point_values(&mut sweep, block);
                    sweep
                })
                .collect();
            KeptPart { sweeps, sum: vec![0.0; self.parameters.len()] }
        };
        (0..n_parts(n)).into_par_iter().map(keep_part).collect()
    }

    /// Values at some points, and for the Hessian derivatives of the loss.
    fn set_point_values(&self, sweep: &mut Sweep<'a>, points: Range<usize>) {
        sweep.forward(points);
        if !self.gauss_newton {
            sweep.seed_loss();
            sweep.backward_with_bend();
        }
    }

    /// Adds the product of the points of a sweep.
    fn add_product(&self, sweep: &mut Sweep<'a>, vector: &[f64], out: &mut [f64]) {
        sweep.forward_rate(vector);
        sweep.seed_rate(self.gauss_newton);
        if self.gauss_newton {
            sweep.backward();
            sweep.add_gradient(out);
        } else {
            sweep.backward_rate(vector);
            sweep.add_gradient_rate(out);
        }
    }
}

impl fmt::Debug for CurvatureOperator<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = f.debug_struct("CurvatureOperator");
        text.field("gauss_newton", &self.gauss_newton).field("dim", &self.parameters.len()).finish_non_exhaustive()
    }
}

impl SymmetricOperator for CurvatureOperator<'_> {
    fn dim(&self) -> usize {
        self.parameters.len()
    }

    fn apply(&self, vector: &[f64], out: &mut [f64]) -> Result<(), CurvatureError> {
        check_lengths(self.dim(), vector, out)?;
        // Never wait here: a waiting thread may be the one that has to finish.
        let kept = self.kept.as_ref().and_then(|kept| kept.try_lock().ok());
        let Some(mut parts) = kept else {
            sum_over_points(&self.objective, self.parameters, out, |sweep, points, out| {
                self.set_point_values(sweep, points);
                self.add_product(sweep, vector, out);
                0.0
            });
            return Ok(());
        };
        parts.par_iter_mut().for_each(|KeptPart { sweeps, sum }| {
            sum.fill(0.0);
            sweeps.iter_mut().for_each(|sweep| self.add_product(sweep, vector, sum));
        });
        let sums: Vec<&[f64]> = parts.iter().map(|part| part.sum.as_slice()).collect();
        add_up(&sums, out);
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
    let run = |part: usize, out: &mut [f64]| -> f64 {
        let points = part_of_points(part, n);
        let mut start = points.start;
        let mut sweep = Sweep::new(*objective, parameters, BLOCK_POINTS.min(points.len()));
        let mut sum = 0.0;
        while start < points.end {
            let next = points.end.min(start + BLOCK_POINTS);
            sum += pass(&mut sweep, start..next, out);
            start = next;
        }
        sum
    };
    let parts: Vec<(f64, Vec<f64>)> = (0..n_parts(n))
        .into_par_iter()
        .map(|part| {
            let mut sum = vec![0.0; parameters.len()];
            (run(part, &mut sum), sum)
        })
        .collect();
    let sums: Vec<&[f64]> = parts.iter().map(|(_, sum)| sum.as_slice()).collect();
    add_up(&sums, out);
    parts.iter().map(|(sum, _)| sum).sum()
}

/// Number of parts that sums over points are taken in.
fn n_parts(n_points: usize) -> usize {
    PARTS.min(n_points.div_ceil(BLOCK_POINTS))
}

/// The points of one part.
fn part_of_points(part: usize, n_points: usize) -> Range<usize> {
    let n_parts = n_parts(n_points);
    part * n_points / n_parts..(part + 1) * n_points / n_parts
}

/// The sum of vectors, in their order.
fn add_up(parts: &[&[f64]], out: &mut [f64]) {
    out.par_chunks_mut(SUM_CHUNK).enumerate().for_each(|(chunk, out)| {
        let range = chunk * SUM_CHUNK..chunk * SUM_CHUNK + out.len();
        out.fill(0.0);
        for part in parts {
            out.iter_mut().zip(&part[range.clone()]).for_each(|(out, part)| *out += part);
        }
    });
}

/// Refuses vectors of another length than the dimension.
pub(crate) fn check_lengths(dim: usize, vector: &[f64], out: &[f64]) -> Result<(), CurvatureError> {
    match [vector.len(), out.len()].into_iter().find(|len| *len != dim) {
        Some(got) => Err(CurvatureError::VectorLength { expected: dim, got }),
        None => Ok(()),
    }
}
