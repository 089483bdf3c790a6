//! The Jacobian of the outputs in the parameters, and the Gauss-Newton spectrum through JJᵀ.

use crate::dense::{self, View, multiply};
use crate::error::CurvatureError;
use crate::matrix::SymmetricMatrix;
use crate::objective::Objective;
use crate::sweep::Sweep;

/// Most numbers of a Jacobian that is written out.
pub const MAX_JACOBIAN_NUMBERS: usize = 1 << 27;

/// Most rows (points × outputs) of a matrix JJᵀ.
pub const MAX_GRAM_DIM: usize = 4096;

/// Derivatives of all outputs at all points in all parameters.
#[derive(Clone, Debug, PartialEq)]
pub struct Jacobian {
    n_params: usize,
    values: Vec<f64>,
}

impl Jacobian {
    /// The Jacobian at one parameter vector.
    ///
    /// # Errors
    /// When the parameters do not fit, or it would have more than [`MAX_JACOBIAN_NUMBERS`] numbers.
    pub fn of(objective: &Objective<'_>, parameters: &[f64]) -> Result<Self, CurvatureError> {
        objective.check(parameters)?;
        let (n, p, o) = (objective.n_points(), parameters.len(), objective.shape().output_dim());
        if n * o > MAX_JACOBIAN_NUMBERS / p {
            return Err(CurvatureError::TooLarge { dim: n * o, limit: MAX_JACOBIAN_NUMBERS / p });
        }
        let mut values = vec![0.0; n * o * p];
        let mut sweep = Sweep::new(*objective, parameters, n);
        sweep.forward(0..n);
        for r in 0..o {
            sweep.seed_row(r, false);
            sweep.backward();
            for (layer, here) in sweep.layers.iter().zip(&sweep.values) {
                for s in 0..n {
                    let row = &mut values[(s * o + r) * p..(s * o + r + 1) * p];
                    let inputs = &here.inputs[s * layer.n_in..(s + 1) * layer.n_in];
                    let delta = &here.delta[s * layer.n_out..(s + 1) * layer.n_out];
                    row[layer.biases.clone()].copy_from_slice(delta);
                    for (row, delta) in row[layer.weights.clone()].chunks_exact_mut(layer.n_in).zip(delta) {
                        row.iter_mut().zip(inputs).for_each(|(entry, input)| *entry = delta * input);
                    }
                }
            }
        }
        Ok(Self { n_params: p, values })
    }

    /// All entries.
    ///
    /// *Shapes*: (n · outputs) × p, row-major; row s·outputs + r is output r at point s.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// The derivatives of one output at one point.
    pub fn row(&self, row: usize) -> &[f64] {
        &self.values[row * self.n_params..(row + 1) * self.n_params]
    }

    /// Number of rows.
    pub fn n_rows(&self) -> usize {
        self.values.len() / self.n_params
    }

    /// Number of columns.
    pub fn n_params(&self) -> usize {
        self.n_params
    }
}

/// Which rows JJᵀ is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GramRows {
    /// Those of J: the neural tangent kernel.
    Outputs,
    /// Those of S J with SᵀS the output Hessian of the loss: the spectrum is that of Gauss-Newton.
    Weighted,
}

/// JJᵀ over all points and outputs, for any number of parameters.
///
/// *Shapes*: (n · outputs)², row s·outputs + r for output r at point s.
///
/// *Algorithm*: J is never formed. The row of J for one output, restricted to one layer, is δ ⊗ (h, 1), so the inner
/// product of two rows is Σ over layers of (δ · δ') (h · h' + 1): n² multiplications per unit, none per parameter.
///
/// # Errors
/// When the parameters do not fit, or there are more than [`MAX_GRAM_DIM`] rows.
pub fn gram_matrix(
    objective: &Objective<'_>,
    parameters: &[f64],
    rows: GramRows,
) -> Result<SymmetricMatrix, CurvatureError> {
    objective.check(parameters)?;
    let (n, o) = (objective.n_points(), objective.shape().output_dim());
    let dim = n * o;
    if dim > MAX_GRAM_DIM {
        return Err(CurvatureError::TooLarge { dim, limit: MAX_GRAM_DIM });
    }
    let mut sweep = Sweep::new(*objective, parameters, n);
    sweep.forward(0..n);
    // Per layer, the rows δ of all outputs at all points.
    let mut deltas: Vec<Vec<f64>> = sweep.layers.iter().map(|layer| vec![0.0; dim * layer.n_out]).collect();
    for r in 0..o {
        sweep.seed_row(r, rows == GramRows::Weighted);
        sweep.backward();
        for ((layer, here), rows) in sweep.layers.iter().zip(&sweep.values).zip(&mut deltas) {
            for s in 0..n {
                let row = &mut rows[(s * o + r) * layer.n_out..(s * o + r + 1) * layer.n_out];
                row.copy_from_slice(&here.delta[s * layer.n_out..(s + 1) * layer.n_out]);
            }
        }
    }
    let mut gram = SymmetricMatrix::zero(dim);
    let (mut by_delta, mut by_input) = (vec![0.0; dim * dim], vec![0.0; n * n]);
    for ((layer, here), delta) in sweep.layers.iter().zip(&sweep.values).zip(&deltas) {
        let delta = View::new(delta, dim, layer.n_out);
        let inputs = View::new(&here.inputs, n, layer.n_in);
        multiply(&mut by_delta, delta, delta.transposed(), false);
        multiply(&mut by_input, inputs, inputs.transposed(), false);
        for (row, (gram, by_delta)) in
            gram.values_mut().chunks_exact_mut(dim).zip(by_delta.chunks_exact(dim)).enumerate()
        {
            let by_input = &by_input[row / o * n..(row / o + 1) * n];
            for (column, (entry, product)) in gram.iter_mut().zip(by_delta).enumerate() {
                *entry += product * (by_input[column / o] + 1.0);
            }
        }
    }
    gram.mirror();
    Ok(gram)
}

/// The eigenvalues of Gauss-Newton that can differ from 0: min(p, n · outputs) of them, ascending.
///
/// All others are exactly 0. Through JJᵀ, so the cost does not depend on the number of parameters; the absolute
/// error is a few units in the last place of the largest eigenvalue.
///
/// # Errors
/// As for [`gram_matrix`]; also when the eigenvalue iteration fails.
pub fn gauss_newton_eigenvalues(objective: &Objective<'_>, parameters: &[f64]) -> Result<Vec<f64>, CurvatureError> {
    let gram = gram_matrix(objective, parameters, GramRows::Weighted)?;
    let values = dense::eigenvalues(&gram)?;
    Ok(values[values.len().saturating_sub(parameters.len())..].to_vec())
}
