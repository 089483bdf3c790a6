//! Our runs of a row.

use super::row::Row;
use super::sample::{N_POINTS, Sample};
use crate::failure::Failure;
use relulab_curvature::{
    CurvatureEngine, CurvatureError, CurvatureOperator, LanczosOptions, MatrixKind, Spectrum, SymmetricOperator,
    Wanted, lanczos, loss_and_gradient,
};
use relulab_net::{Purpose, RandomStream, Shape};
use std::hint::black_box;
use std::time::Instant;

/// The matrix of all rows.
const KIND: MatrixKind = MatrixKind::PatternHessian;
/// Eigenpairs of the large network.
pub const TOP: usize = 10;
/// Residuals that count as small, as a share of the largest |λ|.
pub const RESIDUAL_SHARE: f64 = 1e-3;
/// Runs that are averaged where one is too short for the clock.
const SHORT_RUNS: usize = 100;
/// Matrix products per layer of a gradient: forward, and backward to weights and to inputs.
const GRADIENT_PRODUCTS: f64 = 3.0;

/// What our runs of a row found.
#[derive(Clone, Debug)]
pub struct Ours {
    /// The row.
    pub row: Row,
    /// Milliseconds of each round.
    pub ms_of_rounds: Vec<f64>,
    /// Milliseconds of a part that is worth knowing: the Hessian of a spectrum, the gradient beside a product.
    pub part_ms_of_rounds: Vec<f64>,
    /// Floating-point operations of the part, where they can be counted.
    pub part_operations: Option<f64>,
    /// The largest |λ| first.
    pub eigenvalues: Vec<f64>,
    /// The largest ‖Hv − λv‖ of them.
    pub residual: Option<f64>,
    /// Products with vectors.
    pub products: Option<usize>,
}

impl Ours {
    /// Nothing run yet.
    pub fn new(row: Row, sample: &Sample) -> Self {
        Self {
            row,
            ms_of_rounds: Vec::new(),
            part_ms_of_rounds: Vec::new(),
            part_operations: (row == Row::Product).then(|| gradient_operations(&sample.shape)),
            eigenvalues: Vec::new(),
            residual: None,
            products: None,
        }
    }

    /// One round, on the threads of the current pool.
    ///
    /// # Errors
    /// When the numbers do not work out, which they do.
    pub fn run(&mut self, sample: &Sample) -> Result<(), Failure> {
        match self.row {
            Row::Spectrum => self.spectrum(sample),
            Row::Spectra => self.spectra(sample),
            Row::Product => self.product(sample),
            Row::Lanczos => self.lanczos(sample),
        }
    }

    /// Everything from data and parameters to eigenvectors, sorting the data included.
    fn spectrum(&mut self, sample: &Sample) -> Result<(), Failure> {
        let objective = sample.objective()?;
        let ms = average_ms(SHORT_RUNS, || {
            let matrix = CurvatureEngine::new(objective).matrix(KIND, sample.first())?;
            Spectrum::of(KIND, &matrix)
        })?;
        let hessian = || CurvatureEngine::new(objective).matrix(KIND, sample.first());
        self.ms_of_rounds.push(ms);
        self.part_ms_of_rounds.push(average_ms(SHORT_RUNS, hessian)?);
        let spectrum = hessian().and_then(|hessian| Spectrum::of(KIND, &hessian)).map_err(Failure::input)?;
        self.eigenvalues = spectrum.values().to_vec();
        self.eigenvalues.sort_by(|a, b| b.abs().total_cmp(&a.abs()));
        Ok(())
    }

    fn spectra(&mut self, sample: &Sample) -> Result<(), Failure> {
        let objective = sample.objective()?;
        let ms = average_ms(1, || CurvatureEngine::new(objective).spectra(KIND, &sample.networks))?;
        self.ms_of_rounds.push(ms);
        Ok(())
    }

    fn product(&mut self, sample: &Sample) -> Result<(), Failure> {
        let objective = sample.objective()?;
        let operator = CurvatureOperator::new(KIND, objective, sample.first()).map_err(Failure::input)?;
        let vector = vec![1.0; operator.dim()];
        let mut image = vec![0.0; operator.dim()];
        let runs = SHORT_RUNS / 10;
        // As often as the peers, who report the fastest of as many.
        let fastest = |work: &mut dyn FnMut() -> Result<(), CurvatureError>| -> Result<f64, Failure> {
            (0..runs).map(|_| average_ms(1, &mut *work)).try_fold(f64::INFINITY, |best, ms| Ok(best.min(ms?)))
        };
        let gradient = fastest(&mut || {
            black_box(loss_and_gradient(&objective, sample.first())?);
            Ok(())
        })?;
        self.part_ms_of_rounds.push(gradient);
        self.ms_of_rounds.push(fastest(&mut || operator.apply(&vector, &mut image))?);
        Ok(())
    }

    fn lanczos(&mut self, sample: &Sample) -> Result<(), Failure> {
        let objective = sample.objective()?;
        let options =
            LanczosOptions { wanted: Wanted::LargestMagnitude, tolerance: RESIDUAL_SHARE, ..LanczosOptions::default() };
        let start = Instant::now();
        let operator = CurvatureOperator::new(KIND, objective, sample.first()).map_err(Failure::input)?;
        let mut stream = RandomStream::new(0, Purpose::Bootstrap);
        let pairs = lanczos(&operator, TOP, &options, &mut stream).map_err(Failure::input)?;
        self.ms_of_rounds.push(1e3 * start.elapsed().as_secs_f64());
        self.residual = pairs.residuals.iter().copied().reduce(f64::max);
        self.products = Some(pairs.n_steps);
        self.eigenvalues = pairs.values;
        Ok(())
    }

    /// The last round in words.
    pub fn last_text(&self) -> String {
        self.ms_of_rounds.last().map_or_else(String::new, |ms| format!("{ms:.3} ms"))
    }

    /// Sizes of the largest eigenvalue and of the last one wanted, where there are some.
    pub fn magnitudes(&self) -> Option<(f64, f64)> {
        let last = self.eigenvalues.get(TOP - 1).or(self.eigenvalues.last())?;
        Some((self.eigenvalues[0].abs(), last.abs()))
    }
}

/// Milliseconds of a run.
fn average_ms<T>(runs: usize, mut work: impl FnMut() -> Result<T, CurvatureError>) -> Result<f64, Failure> {
    let start = Instant::now();
    for _ in 0..runs {
        black_box(work().map_err(Failure::input)?);
    }
    Ok(1e3 * start.elapsed().as_secs_f64() / runs as f64)
}

/// Operations of a gradient, a multiply-add counted as two; the first layer needs no derivative of its inputs.
fn gradient_operations(shape: &Shape) -> f64 {
    let weights: f64 = shape.layers().map(|layer| (layer.n_in * layer.n_out) as f64).sum();
    let first = shape.layers().next().map_or(0.0, |layer| (layer.n_in * layer.n_out) as f64);
    2.0 * N_POINTS as f64 * (GRADIENT_PRODUCTS * weights - first)
}
