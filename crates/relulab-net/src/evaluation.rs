//! The fixed point sets on which losses are evaluated and units observed.

use crate::conventions::{GRID_POINTS_1D, GRID_POINTS_PER_AXIS_2D, OBSERVATION_SAMPLES, STREAM_POINTS};
use crate::stream::{Purpose, RandomStream};
use sobol::Sobol;
use sobol::params::JoeKuoD6;

/// Largest number of inputs for which there are evaluation points.
pub const MAX_EVALUATION_DIM: usize = 64;

/// Seed of the fixed normal points; changing it changes every reported `normal` loss.
const EVALUATION_SEED: u64 = 0;

/// Fixed points in d dimensions.
#[derive(Clone, Debug, PartialEq)]
pub struct EvaluationSet {
    points: Vec<f64>,
    input_dim: usize,
}

/// Why there is no such point set.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum EvaluationError {
    /// The ends of the box are not finite and increasing.
    #[error("box from {lo} to {hi}: expected finite numbers, the lower one first")]
    Bounds {
        /// Lower end.
        lo: f64,
        /// Upper end.
        hi: f64,
    },
    /// No or too many inputs.
    #[error("evaluation points in {0} dimensions: expected 1 to {MAX_EVALUATION_DIM}")]
    InputDim(usize),
}

impl EvaluationSet {
    /// Uniform points over [lo, hi]^d: 1001 grid points in 1-D, 101² in 2-D (the last coordinate moves fastest),
    /// 100,000 Sobol points above.
    ///
    /// *Reference*: Joe and Kuo 2008, *Constructing Sobol sequences with better two-dimensional projections*;
    /// direction numbers of their set D(6), the sequence from its first point (the origin), without scrambling.
    ///
    /// # Errors
    /// When the box is empty or not finite, or d is outside 1 to [`MAX_EVALUATION_DIM`].
    pub fn uniform(lo: f64, hi: f64, d: usize) -> Result<Self, EvaluationError> {
        check_dim(d)?;
        if !(lo < hi && (hi - lo).is_finite()) {
            return Err(EvaluationError::Bounds { lo, hi });
        }
        let points = match d {
            1 => grid(lo, hi, GRID_POINTS_1D),
            2 => {
                let axis = grid(lo, hi, GRID_POINTS_PER_AXIS_2D);
                axis.iter().flat_map(|&x1| axis.iter().flat_map(move |&x2| [x1, x2])).collect()
            }
            _ => Sobol::<f64>::new(d, &JoeKuoD6::minimal())
                .take(STREAM_POINTS)
                .flatten()
                .map(|unit| lo + (hi - lo) * unit)
                .collect(),
        };
        Ok(Self { points, input_dim: d })
    }

    /// The first `n` of the fixed N(0,1)^d points on which `normal` losses are estimated.
    ///
    /// # Errors
    /// When d is outside 1 to [`MAX_EVALUATION_DIM`].
    pub fn normal_stream(n: usize, d: usize) -> Result<Self, EvaluationError> {
        Self::normal(n, d, Purpose::NormalEvaluation)
    }

    /// The [`OBSERVATION_SAMPLES`] fixed N(0,1)^d points on which units are called dead or linear; they are others
    /// than those of [`Self::normal_stream`].
    ///
    /// # Errors
    /// When d is outside 1 to [`MAX_EVALUATION_DIM`].
    pub fn observation_samples(d: usize) -> Result<Self, EvaluationError> {
        Self::normal(OBSERVATION_SAMPLES, d, Purpose::Observation)
    }

    fn normal(n: usize, d: usize, purpose: Purpose) -> Result<Self, EvaluationError> {
        check_dim(d)?;
        let mut stream = RandomStream::new(EVALUATION_SEED, purpose);
        Ok(Self { points: (0..n * d).map(|_| stream.normal()).collect(), input_dim: d })
    }

    /// All points.
    ///
    /// *Shapes*: n × d, row-major.
    pub fn points(&self) -> &[f64] {
        &self.points
    }

    /// The points one by one.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = &[f64]> {
        self.points.chunks_exact(self.input_dim)
    }

    /// Number of points.
    pub fn n_points(&self) -> usize {
        self.points.len() / self.input_dim
    }

    /// Dimension of the points.
    pub fn input_dim(&self) -> usize {
        self.input_dim
    }
}

fn check_dim(d: usize) -> Result<(), EvaluationError> {
    if (1..=MAX_EVALUATION_DIM).contains(&d) { Ok(()) } else { Err(EvaluationError::InputDim(d)) }
}

/// `n` equally spaced numbers, both ends included exactly.
fn grid(lo: f64, hi: f64, n: usize) -> Vec<f64> {
    let last = (n - 1) as f64;
    (0..n).map(|i| (lo * (last - i as f64) + hi * i as f64) / last).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grids_are_symmetric_and_hold_both_ends() {
        let line = EvaluationSet::uniform(-5.0, 5.0, 1).unwrap();
        assert_eq!(
            (line.n_points(), line.points()[0], line.points()[500], line.points()[1000]),
            (1001, -5.0, 0.0, 5.0)
        );
        assert!((0..=1000).all(|i| line.points()[i] == -line.points()[1000 - i]));
        let square = EvaluationSet::uniform(-3.0, 3.0, 2).unwrap();
        assert_eq!(square.n_points(), 10_201);
        let rows: Vec<&[f64]> = square.rows().collect();
        assert_eq!(
            (rows[0], rows[100], rows[10_200]),
            ([-3.0, -3.0].as_slice(), [-3.0, 3.0].as_slice(), [3.0, 3.0].as_slice())
        );
    }

    #[test]
    fn a_constant_scores_about_110_on_the_square() {
        let line = EvaluationSet::uniform(-5.0, 5.0, 1).unwrap();
        let loss = line.points().iter().map(|x| (x * x - 1.0).powi(2)).sum::<f64>() / line.n_points() as f64;
        assert!((loss - 109.3).abs() < 1.0, "{loss}");
    }

    #[test]
    fn sobol_points_start_as_joe_and_kuo_print_them() {
        let points = EvaluationSet::uniform(0.0, 1.0, 3).unwrap();
        let expected = [
            [0.0, 0.0, 0.0],
            [0.5, 0.5, 0.5],
            [0.75, 0.25, 0.25],
            [0.25, 0.75, 0.75],
            [0.375, 0.375, 0.625],
            [0.875, 0.875, 0.125],
            [0.625, 0.125, 0.875],
            [0.125, 0.625, 0.375],
        ];
        assert_eq!(points.n_points(), 100_000);
        assert!(points.rows().zip(expected).all(|(ours, theirs)| ours == theirs));
    }

    #[test]
    fn every_sobol_coordinate_is_stratified() {
        let n = 1 << 12;
        for d in [16, MAX_EVALUATION_DIM] {
            let set = EvaluationSet::uniform(0.0, 1.0, d).unwrap();
            for coordinate in 0..d {
                let mut cells: Vec<usize> = set.rows().take(n).map(|x| (x[coordinate] * n as f64) as usize).collect();
                cells.sort_unstable();
                assert!(cells.into_iter().eq(0..n), "dimension {coordinate} of {d}");
            }
        }
    }

    #[test]
    fn normal_points_are_nested_and_apart_from_the_observed() {
        let long = EvaluationSet::normal_stream(100, 3).unwrap();
        let short = EvaluationSet::normal_stream(10, 3).unwrap();
        assert_eq!(long.points()[..30], short.points()[..]);
        let observed = EvaluationSet::observation_samples(3).unwrap();
        assert_eq!(observed.n_points(), OBSERVATION_SAMPLES);
        assert!(long.points().iter().all(|x| !observed.points().contains(x)));
    }

    #[test]
    fn bad_arguments_are_refused() {
        assert!(EvaluationSet::uniform(-1.0, 1.0, 0).is_err());
        assert!(EvaluationSet::uniform(-1.0, 1.0, 65).is_err());
        assert!(EvaluationSet::uniform(1.0, 1.0, 1).is_err());
        assert!(EvaluationSet::uniform(f64::NAN, 1.0, 1).is_err());
        assert!(EvaluationSet::normal_stream(5, 0).is_err());
    }
}
