//! Stop rules at work: the looks that a rule takes at networks in training.

use crate::trace::stop::{StopError, StopJudge, StopRule};
use relulab_curvature::{CurvatureEngine, MatrixKind, Objective};
use relulab_net::conventions::OBSERVATION_SAMPLES;
use relulab_net::{Activation, EvaluationError, EvaluationSet, Loss, Shape, Target};
use relulab_train::{Look, Networks, Points, VectorUnit, Watcher};
use std::sync::Arc;

/// The fixed points that looks are taken on.
///
/// For a target: the observation samples of N(0,1)^d for the spectrum, and as many other points of N(0,1)^d, held out
/// from everything else, for the loss. For data: the points trained on, for the spectrum the first of them, so that
/// what is held out stays a test.
#[derive(Clone, Debug)]
pub struct StopPoints {
    loss: Loss,
    for_spectrum: Arc<Points>,
    for_loss: Arc<Points>,
}

impl StopPoints {
    /// The points for networks that learn a target.
    ///
    /// # Errors
    /// When there are no evaluation points of the target's dimension.
    pub fn of_target(target: &Target, loss: Loss) -> Result<Self, EvaluationError> {
        let d = target.input_dim();
        let label = |set: &EvaluationSet| Points {
            inputs: set.points().to_vec(),
            labels: set.rows().map(|x| target.eval(x)).collect(),
            n_points: set.n_points(),
        };
        let for_spectrum = Arc::new(label(&EvaluationSet::observation_samples(d)?));
        let for_loss = Arc::new(label(&EvaluationSet::normal_stream(OBSERVATION_SAMPLES, d)?));
        Ok(Self { loss, for_spectrum, for_loss })
    }

    /// The points for networks that learn data.
    pub fn of_data(points: &Arc<Points>, loss: Loss) -> Self {
        let n = points.n_points.min(OBSERVATION_SAMPLES);
        let head = |values: &[f64]| values[..n * (values.len() / points.n_points.max(1))].to_vec();
        let first = Points { inputs: head(&points.inputs), labels: head(&points.labels), n_points: n };
        Self { loss, for_spectrum: Arc::new(first), for_loss: Arc::clone(points) }
    }
}

/// Applies one stop rule to networks of one shape.
#[derive(Debug)]
pub struct Stopper<'a> {
    rule: StopRule,
    shape: &'a Shape,
    activation: Activation,
    unit: VectorUnit,
    points: &'a StopPoints,
    engine: CurvatureEngine<'a>,
}

impl<'a> Stopper<'a> {
    /// A stopper for networks of one shape and activation.
    ///
    /// # Errors
    /// When the rule's settings are out of range, the points do not fit the shape, or the shape has more parameters
    /// than a matrix may have.
    pub fn new(
        rule: StopRule,
        shape: &'a Shape,
        activation: Activation,
        points: &'a StopPoints,
        unit: VectorUnit,
    ) -> Result<Self, StopError> {
        rule.check()?;
        let refuse = |reason: String| StopError::Looks { rule: rule.name(), reason };
        let limit = relulab_curvature::MAX_DENSE_PARAMS;
        if matches!(rule, StopRule::Spectrum { .. }) && shape.n_params() > limit {
            return Err(refuse(format!("{} parameters: expected at most {limit}", shape.n_params())));
        }
        let data = &points.for_spectrum;
        // The curvature of a regression is that of the mean squared error, whatever is minimised.
        let loss = if points.loss.is_classification() { points.loss } else { Loss::Mse };
        let objective = Objective::new(shape, activation, loss, &data.inputs, &data.labels);
        let engine = CurvatureEngine::new(objective.map_err(|error| refuse(error.to_string()))?);
        Ok(Self { rule, shape, activation, unit, points, engine })
    }

    /// The rule.
    pub fn rule(&self) -> StopRule {
        self.rule
    }

    /// A watcher for a group of networks; `None` for the rule that never stops.
    pub fn watcher(&self, n_networks: usize) -> Option<Box<dyn Watcher + '_>> {
        let every = self.rule.every()?;
        Some(Box::new(GroupWatcher { stopper: self, every, judges: vec![self.rule.judge(); n_networks] }))
    }

    /// The value of one look at each network: the loss, or the number of steep eigenvalues; NaN where there is none.
    pub fn values(&self, networks: &[&[f64]]) -> Vec<f64> {
        match self.rule {
            StopRule::None => vec![f64::NAN; networks.len()],
            StopRule::Loss { .. } => {
                let points = &self.points.for_loss;
                let networks = Networks { shape: self.shape, activation: self.activation, parameters: networks };
                networks.mean_losses(self.points.loss, &points.inputs, &points.labels, self.unit)
            }
            StopRule::Spectrum { threshold, .. } => self.steep_counts(networks, threshold),
        }
    }

    fn steep_counts(&self, networks: &[&[f64]], threshold: f64) -> Vec<f64> {
        let count = |values: &[f64]| values.iter().filter(|value| value.abs() > threshold).count() as f64;
        let spectra = self.engine.spectra(MatrixKind::PatternHessian, &networks.concat());
        if let Ok(spectra) = spectra {
            return spectra.iter().map(|spectrum| count(spectrum.values())).collect();
        }
        // A network without a spectrum is about to diverge; the others must not notice.
        let alone = |one: &&[f64]| {
            let spectra = self.engine.spectra(MatrixKind::PatternHessian, one).ok()?;
            Some(count(spectra.first()?.values()))
        };
        networks.iter().map(|one| alone(one).unwrap_or(f64::NAN)).collect()
    }
}

/// Watches one group for a stopper.
struct GroupWatcher<'a> {
    stopper: &'a Stopper<'a>,
    every: u64,
    judges: Vec<StopJudge>,
}

impl Watcher for GroupWatcher<'_> {
    fn every(&self) -> u64 {
        self.every
    }

    fn stops(&mut self, _step: u64, looks: &[Look]) -> Vec<bool> {
        let networks: Vec<&[f64]> = looks.iter().map(|look| look.parameters.as_slice()).collect();
        let values = self.stopper.values(&networks);
        looks.iter().zip(values).map(|(look, value)| self.judges[look.place].stops(value)).collect()
    }
}
