//! Dense matrices of one network or of many, by the fastest method that fits.

use crate::dense::EigenSolver;
use crate::error::CurvatureError;
use crate::hessian::{self, Curvature, MatrixKind, Terms};
use crate::line::{self, LineWorkspace, SortedData};
use crate::matrix::SymmetricMatrix;
use crate::objective::Objective;
use crate::spectrum::Spectrum;
use rayon::prelude::*;
use relulab_net::{Activation, Loss};

/// Computes gradients, Hessians and spectra of networks of one objective.
///
/// *Algorithm*: squared loss on 1→k→1 with ReLU or LeakyReLU goes through sums sorted along the line, in
/// O(k log n + k²) a network; everything else through the closed form of the general method, in O(n p²).
///
/// ```
/// use relulab_curvature::{CurvatureEngine, Objective};
/// use relulab_net::{Activation, Loss, Shape};
/// let shape = Shape::new(1, vec![1], 1)?;
/// let objective = Objective::new(&shape, Activation::Relu, Loss::Mse, &[-1.0, 1.0, 2.0], &[0.0, 2.0, 3.0])?;
/// let curvature = CurvatureEngine::new(objective).curvature(&[1.0, 0.5, 2.0, 0.0])?;
/// assert_eq!(curvature.hessian.dim(), 4);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct CurvatureEngine<'a> {
    objective: Objective<'a>,
    line: Option<(SortedData, f64)>,
}

impl<'a> CurvatureEngine<'a> {
    /// An engine that takes the fast path where there is one.
    pub fn new(objective: Objective<'a>) -> Self {
        let shape = objective.shape();
        let slope = match objective.activation() {
            Activation::Relu => Some(0.0),
            Activation::LeakyRelu { slope } => Some(slope),
            _ => None,
        };
        let fits = (shape.input_dim(), shape.depth(), shape.output_dim()) == (1, 1, 1);
        let fits = fits && objective.loss_function() == Loss::Mse;
        let line = slope.filter(|_| fits).map(|slope| (SortedData::new(objective.inputs(), objective.labels()), slope));
        Self { objective, line }
    }

    /// An engine that always takes the general method.
    pub fn general(objective: Objective<'a>) -> Self {
        Self { objective, line: None }
    }

    /// The objective.
    pub fn objective(&self) -> &Objective<'a> {
        &self.objective
    }

    /// Loss, gradient, pattern Hessian and Gauss-Newton matrix.
    ///
    /// On the fast path a loss far below the mean square of the labels has an absolute error of their rounding.
    ///
    /// # Errors
    /// When the parameters do not fit the shape or are not finite, or there are more than [`crate::MAX_DENSE_PARAMS`].
    pub fn curvature(&self, parameters: &[f64]) -> Result<Curvature, CurvatureError> {
        self.objective.check(parameters)?;
        hessian::check_dense(parameters.len())?;
        if let Some(curvature) = self.on_the_line(parameters, &mut LineWorkspace::default()) {
            return Ok(curvature);
        }
        let (loss, gradient, hessian) = hessian::matrix(&self.objective, parameters, Terms::All);
        let (_, _, gauss_newton) = hessian::matrix(&self.objective, parameters, Terms::GaussNewton);
        Ok(Curvature { loss, gradient, hessian, gauss_newton })
    }

    /// One matrix of the data.
    ///
    /// # Errors
    /// As for [`Self::curvature`]; also for the population Hessian, which needs a distribution in place of data.
    pub fn matrix(&self, kind: MatrixKind, parameters: &[f64]) -> Result<SymmetricMatrix, CurvatureError> {
        self.objective.check(parameters)?;
        hessian::check_dense(parameters.len())?;
        self.matrix_with(kind, parameters, &mut LineWorkspace::default())
    }

    /// Spectra of many networks of this shape, on all threads of the current pool.
    ///
    /// *Shapes*: `population` networks × p, row-major.
    ///
    /// # Errors
    /// As for [`Self::matrix`]; also when the population does not hold whole networks.
    pub fn spectra(&self, kind: MatrixKind, population: &[f64]) -> Result<Vec<Spectrum>, CurvatureError> {
        let p = self.objective.n_params();
        hessian::check_dense(p)?;
        if !population.len().is_multiple_of(p) {
            return Err(CurvatureError::ParameterCount { expected: p, got: population.len() % p });
        }
        population
            .par_chunks_exact(p)
            .map_init(
                || (EigenSolver::new(p), LineWorkspace::default()),
                |(solver, workspace), parameters| {
                    self.objective.check(parameters)?;
                    let matrix = self.matrix_with(kind, parameters, workspace)?;
                    let mut vectors = vec![0.0; p * p];
                    let values = solver.solve(matrix.values(), Some(&mut vectors))?;
                    Ok(Spectrum::from_parts(kind, values, vectors))
                },
            )
            .collect()
    }

    fn matrix_with(
        &self,
        kind: MatrixKind,
        parameters: &[f64],
        workspace: &mut LineWorkspace,
    ) -> Result<SymmetricMatrix, CurvatureError> {
        let terms = match kind {
            MatrixKind::PatternHessian => Terms::All,
            MatrixKind::GaussNewton => Terms::GaussNewton,
            MatrixKind::PopulationHessian => {
                return Err(CurvatureError::Unsupported {
                    method: "the population Hessian",
                    needs: "N(0,1) in place of data: see NormalObjective",
                });
            }
        };
        Ok(match (self.on_the_line(parameters, workspace), terms) {
            (Some(curvature), Terms::All) => curvature.hessian,
            (Some(curvature), Terms::GaussNewton) => curvature.gauss_newton,
            (None, _) => hessian::matrix(&self.objective, parameters, terms).2,
        })
    }

    fn on_the_line(&self, parameters: &[f64], workspace: &mut LineWorkspace) -> Option<Curvature> {
        let (data, slope) = self.line.as_ref()?;
        let weight = 1.0 / self.objective.n_points() as f64;
        Some(line::curvature(data, weight, *slope, parameters, workspace))
    }
}
