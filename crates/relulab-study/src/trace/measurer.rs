//! Measures networks along their training: parameters in, plain rows out, no files.

use crate::measure::{Measurement, Measurer, finite};
use crate::trace::checkpoint::{CheckpointRow, Movement, TierRow};
use crate::trace::error::TraceError;
use relulab_curvature::{CurvatureEngine, MatrixKind, Objective, Spectrum, Thresholds, Tier, flip_radius};
use relulab_landscape::movement_budget;
use relulab_net::{Activation, EvaluationSet, Loss, Shape, Target};
use relulab_train::VectorUnit;

/// Measures networks of one shape that learn one target.
///
/// Matrices are those of the mean squared error on the observation samples: 1000 fixed points of N(0,1)^d.
///
/// ```
/// use relulab_curvature::Thresholds;
/// use relulab_net::{Activation, Shape, Target};
/// use relulab_study::trace::TraceMeasurer;
/// use relulab_train::VectorUnit;
/// let shape = Shape::new(1, vec![2], 1)?;
/// let target = Target::parse("absolute", 1)?;
/// let measurer =
///     TraceMeasurer::new(&shape, Activation::Relu, &target, Thresholds::default(), VectorUnit::widest())?;
/// // On the way to |x|, and there.
/// let halfway = vec![1.0, -1.0, 0.0, 0.0, 0.5, 1.0, 0.0];
/// let exact = vec![1.0, -1.0, 0.0, 0.0, 1.0, 1.0, 0.0];
/// let rows = measurer.measure(0, &[(10, halfway), (20, exact)])?;
/// assert_eq!((rows[0].distance, rows[1].sample_loss), (Some(0.5), Some(0.0)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct TraceMeasurer {
    shape: Shape,
    activation: Activation,
    thresholds: Thresholds,
    inputs: Vec<f64>,
    labels: Vec<f64>,
    measurer: Measurer,
}

impl TraceMeasurer {
    /// A measurer for networks of this shape and activation that learn this target.
    ///
    /// # Errors
    /// When there are no evaluation points of the target's dimension, or the target is not finite on them.
    pub fn new(
        shape: &Shape,
        activation: Activation,
        target: &Target,
        thresholds: Thresholds,
        unit: VectorUnit,
    ) -> Result<Self, TraceError> {
        let set = EvaluationSet::observation_samples(target.input_dim())?;
        let one = Self {
            shape: shape.clone(),
            activation,
            thresholds,
            labels: set.rows().map(|x| target.eval(x)).collect(),
            inputs: set.points().to_vec(),
            measurer: Measurer::new(target, activation, unit)?,
        };
        one.objective()?;
        Ok(one)
    }

    /// Losses three ways, units and pieces of networks.
    pub fn losses(&self, networks: &[&[f64]]) -> Vec<Measurement> {
        self.measurer.measure(&self.shape, networks)
    }

    /// Number of steep eigenvalues of the pattern Hessian of each network.
    ///
    /// # Errors
    /// When parameters do not fit the shape, are not finite, or overflow in a matrix.
    pub fn steep_counts(&self, networks: &[&[f64]]) -> Result<Vec<u32>, TraceError> {
        let spectra = self.engine()?.spectra(MatrixKind::PatternHessian, &networks.concat())?;
        Ok(spectra.iter().map(|spectrum| spectrum.counts(&self.thresholds).steep as u32).collect())
    }

    /// Everything that a trace measures of one network, a row per checkpoint.
    ///
    /// Distances are those from the last checkpoint, and movement is that from each checkpoint to the next.
    ///
    /// # Errors
    /// As for [`Self::steep_counts`].
    pub fn measure(&self, seed: u64, checkpoints: &[(u64, Vec<f64>)]) -> Result<Vec<CheckpointRow>, TraceError> {
        let networks: Vec<&[f64]> = checkpoints.iter().map(|(_, parameters)| parameters.as_slice()).collect();
        let engine = self.engine()?;
        let all = networks.concat();
        let hessians = engine.spectra(MatrixKind::PatternHessian, &all)?;
        let gauss_newtons = engine.spectra(MatrixKind::GaussNewton, &all)?;
        let losses = if networks.is_empty() { Vec::new() } else { self.losses(&networks) };
        let last = networks.last().copied().unwrap_or_default();
        let mut rows = Vec::with_capacity(networks.len());
        for (k, (step, parameters)) in checkpoints.iter().enumerate() {
            let (sample_loss, gradient) = relulab_curvature::loss_and_gradient(engine.objective(), parameters)?;
            let flip = match self.activation.is_piecewise_linear() {
                true => Some(flip_radius(engine.objective(), parameters)?),
                false => None,
            };
            let distance = norm(&difference(last, parameters));
            let next = checkpoints.get(k + 1);
            let movement = next.map(|next| self.movement(&hessians[k], parameters, next)).transpose()?;
            rows.push(CheckpointRow {
                seed,
                step: *step,
                hessian: hessians[k].counts(&self.thresholds).into(),
                gauss_newton: gauss_newtons[k].counts(&self.thresholds).into(),
                sample_loss: finite(sample_loss),
                gradient_norm: finite(norm(&gradient)),
                uniform5: losses[k].uniform5,
                uniform3: losses[k].uniform3,
                normal: losses[k].normal,
                normal_method: losses[k].normal_method,
                function_error: losses[k].uniform3.map(f64::sqrt),
                distance: finite(distance),
                relative_distance: finite(distance / norm(last)),
                dead: losses[k].dead,
                dead_small: losses[k].dead_small,
                flip_radius: flip.and_then(|flip| finite(flip.radius)),
                flip_exact: flip.is_some_and(|flip| flip.exact),
                movement,
            });
        }
        Ok(rows)
    }

    /// Splits the way to the next checkpoint over the tiers at this one.
    fn movement(&self, here: &Spectrum, from: &[f64], next: &(u64, Vec<f64>)) -> Result<Movement, TraceError> {
        let tiers = Tier::ALL.map(|tier| {
            let places = here.of_tier(tier, &self.thresholds);
            let vectors = places.into_iter().map(|place| here.vector(place).to_vec()).collect();
            relulab_landscape::Tier { name: tier.name().to_owned(), vectors }
        });
        let budget = movement_budget(&difference(&next.1, from), &tiers)?;
        let row = TierRow::from(here.counts(&self.thresholds));
        let mut per_tier = [0.0; 4];
        for (part, tier) in per_tier.iter_mut().zip(&budget.tiers) {
            *part = tier.squared_length;
        }
        Ok(Movement { to_step: next.0, squared_length: budget.squared_length, per_tier, dimensions: row.counts() })
    }

    fn objective(&self) -> Result<Objective<'_>, TraceError> {
        Ok(Objective::new(&self.shape, self.activation, Loss::Mse, &self.inputs, &self.labels)?)
    }

    fn engine(&self) -> Result<CurvatureEngine<'_>, TraceError> {
        Ok(CurvatureEngine::new(self.objective()?))
    }
}

fn difference(a: &[f64], b: &[f64]) -> Vec<f64> {
    a.iter().zip(b).map(|(a, b)| a - b).collect()
}

fn norm(vector: &[f64]) -> f64 {
    vector.iter().map(|value| value * value).sum::<f64>().sqrt()
}
