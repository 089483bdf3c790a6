//! What is measured on trained networks: the loss three ways, unit status, exact pieces, collapse.

use crate::record::NormalMethod;
use relulab_net::conventions::{SMALL_OBSERVATION_SAMPLES, STREAM_POINTS};
use relulab_net::{Activation, EvaluationError, EvaluationSet, Loss, Network, PiecewisePolynomial, Shape, Target};
use relulab_regions::gaussian::GaussianIntegrator;
use relulab_regions::line::{LineDomain, LineFunction, Workspace};
use relulab_train::{Networks, VectorUnit};

/// Ends of the wide and the narrow uniform evaluation set.
const WIDE: f64 = 5.0;
const NARROW: f64 = 3.0;

/// Points with the target's values at them.
#[derive(Debug)]
struct LabelledPoints {
    points: Vec<f64>,
    labels: Vec<f64>,
}

/// Measures networks that were trained on one target.
///
/// Losses are mean squared errors whatever was minimised in training, as the conventions say.
#[derive(Debug)]
pub struct Measurer {
    activation: Activation,
    unit: VectorUnit,
    uniform5: LabelledPoints,
    uniform3: LabelledPoints,
    normal: Normal,
    observation: Vec<f64>,
    input_dim: usize,
}

/// How the expected error under N(0,1)^d is found.
#[derive(Debug)]
enum Normal {
    /// Piece by piece, in one dimension.
    Exact(PiecewisePolynomial),
    /// On the fixed stream of points.
    Stream(LabelledPoints),
}

/// What is known of one trained network; a loss that is not finite is `None`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Measurement {
    /// Mean squared error on the uniform set over [−5,5]^d.
    pub uniform5: Option<f64>,
    /// The same over [−3,3]^d.
    pub uniform3: Option<f64>,
    /// Expected squared error under N(0,1)^d.
    pub normal: Option<f64>,
    /// How `normal` was found.
    pub normal_method: Option<NormalMethod>,
    /// Exact number of connected linear pieces (1-D, piecewise linear activations).
    pub pieces: Option<u32>,
    /// Units observed dead on the observation samples.
    pub dead: u32,
    /// Units observed linear on them.
    pub linear: u32,
    /// Units observed dead on the first few of them.
    pub dead_small: u32,
    /// Units observed linear on the first few.
    pub linear_small: u32,
    /// Whether the output is the same number on all observation samples.
    pub collapsed: bool,
}

impl Measurer {
    /// A measurer for networks with this activation that learn this target.
    ///
    /// # Errors
    /// When there are no evaluation sets of the target's dimension.
    pub fn new(target: &Target, activation: Activation, unit: VectorUnit) -> Result<Self, EvaluationError> {
        let d = target.input_dim();
        let label = |set: EvaluationSet| LabelledPoints {
            labels: set.rows().map(|x| target.eval(x)).collect(),
            points: set.points().to_vec(),
        };
        let polynomial =
            if d == 1 && activation.is_piecewise_linear() { target.formula().piecewise_polynomial() } else { None };
        let normal = match polynomial {
            Some(polynomial) => Normal::Exact(polynomial),
            None => Normal::Stream(label(EvaluationSet::normal_stream(STREAM_POINTS, d)?)),
        };
        Ok(Self {
            activation,
            unit,
            uniform5: label(EvaluationSet::uniform(-WIDE, WIDE, d)?),
            uniform3: label(EvaluationSet::uniform(-NARROW, NARROW, d)?),
            normal,
            observation: EvaluationSet::observation_samples(d)?.points().to_vec(),
            input_dim: d,
        })
    }

    /// Measures on the first points of each set only, in dimensions where there is no grid; exact numbers stay exact.
    #[must_use]
    pub fn on_first_points(mut self, most: usize) -> Self {
        let d = self.input_dim;
        let cut = |set: &mut LabelledPoints| {
            set.points.truncate(most * d);
            set.labels.truncate(most);
        };
        if d > 2 {
            cut(&mut self.uniform5);
            cut(&mut self.uniform3);
        }
        if let Normal::Stream(points) = &mut self.normal {
            cut(points);
        }
        self
    }

    /// Measures networks of one shape; one with parameters that are not finite has no losses and counts as collapsed.
    pub fn measure(&self, shape: &Shape, parameters: &[&[f64]]) -> Vec<Measurement> {
        let networks = Networks { shape, activation: self.activation, parameters };
        let loss = |set: &LabelledPoints| networks.mean_losses(Loss::Mse, &set.points, &set.labels, self.unit);
        let (uniform5, uniform3) = (loss(&self.uniform5), loss(&self.uniform3));
        let (lines, stream) = (
            self.lines(shape, parameters),
            match &self.normal {
                Normal::Exact(_) => Vec::new(),
                Normal::Stream(points) => loss(points),
            },
        );
        let small = &self.observation[..SMALL_OBSERVATION_SAMPLES * self.input_dim];
        let small = networks.observe(small, self.unit);
        let large = networks.observe(&self.observation, self.unit);
        (0..parameters.len())
            .map(|k| {
                if parameters[k].iter().any(|value| !value.is_finite()) {
                    return Measurement { collapsed: true, ..Measurement::default() };
                }
                let (pieces, exact) = lines[k];
                let (normal, method) = match &self.normal {
                    Normal::Exact(_) => (exact, NormalMethod::Exact),
                    Normal::Stream(_) => (stream.get(k).copied(), NormalMethod::Stream),
                };
                Measurement {
                    uniform5: finite(uniform5[k]),
                    uniform3: finite(uniform3[k]),
                    normal: normal.and_then(finite),
                    normal_method: Some(method),
                    pieces,
                    dead: large[k].n_dead() as u32,
                    linear: large[k].n_linear() as u32,
                    dead_small: small[k].n_dead() as u32,
                    linear_small: small[k].n_linear() as u32,
                    collapsed: large[k].is_constant(),
                }
            })
            .collect()
    }

    /// Which networks of one shape give the same output on all observation samples.
    pub fn collapsed(&self, shape: &Shape, parameters: &[&[f64]]) -> Vec<bool> {
        let networks = Networks { shape, activation: self.activation, parameters };
        networks.observe(&self.observation, self.unit).iter().map(relulab_train::Observation::is_constant).collect()
    }

    /// Exact pieces and, where the target allows it, the exact expected error of networks in one dimension.
    fn lines(&self, shape: &Shape, parameters: &[&[f64]]) -> Vec<(Option<u32>, Option<f64>)> {
        if shape.input_dim() != 1 || !self.activation.is_piecewise_linear() {
            return vec![(None, None); parameters.len()];
        }
        let (mut workspace, mut integrator) = (Workspace::new(), GaussianIntegrator::new());
        let mut function = LineFunction::default();
        parameters
            .iter()
            .map(|parameters| {
                let network = Network::new(shape.clone(), self.activation, parameters.to_vec()).ok()?;
                let counts = workspace.trace(&network, LineDomain::WHOLE, &mut function).ok()?;
                let error = match &self.normal {
                    Normal::Exact(target) => {
                        integrator.squared_error(&function, 0, target.breaks(), target.pieces()).ok()
                    }
                    Normal::Stream(_) => None,
                };
                Some((Some(counts.connected_pieces as u32), error))
            })
            .map(Option::unwrap_or_default)
            .collect()
    }
}

/// A number that files may hold.
pub(crate) fn finite(value: f64) -> Option<f64> {
    value.is_finite().then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// |x| as a network: all three losses against |x| are 0, and against x² known integrals.
    #[test]
    fn losses_of_a_known_network() {
        let shape = Shape::new(1, vec![2], 1).unwrap();
        let absolute = [1.0, -1.0, 0.0, 0.0, 1.0, 1.0, 0.0];
        let nan = [f64::NAN; 7];
        let of = |target: &str| {
            let target = Target::parse(target, 1).unwrap();
            let measurer = Measurer::new(&target, Activation::Relu, VectorUnit::widest()).unwrap();
            measurer.measure(&shape, &[&absolute, &nan])
        };
        let same = of("absolute");
        assert_eq!((same[0].uniform5, same[0].uniform3, same[0].pieces), (Some(0.0), Some(0.0), Some(2)));
        assert!(same[0].normal.unwrap() < 1e-15 && !same[0].collapsed);
        assert_eq!((same[1].normal, same[1].collapsed), (None, true));
        // E(x² − |x|)² = E x⁴ − 2 E|x|³ + E x² = 3 − 4√(2/π) + 1.
        let other = of("quadratic");
        let expected = 4.0 - 4.0 * (2.0 / std::f64::consts::PI).sqrt();
        assert!((other[0].normal.unwrap() - expected).abs() < 1e-12);
        assert_eq!(other[0].normal_method, Some(NormalMethod::Exact));
        // The stream agrees with the closed form: the same target written so that no polynomial is recognised.
        let stream = of("exp(ln(x^2+1))-1");
        assert_eq!(stream[0].normal_method, Some(NormalMethod::Stream));
        assert!((stream[0].normal.unwrap() - expected).abs() < 0.05);
        assert!((stream[0].uniform5.unwrap() - other[0].uniform5.unwrap()).abs() < 1e-9);
    }
}
