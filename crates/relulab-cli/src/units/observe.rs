//! The verdict on samples, beside which the proof stands.

use relulab_net::conventions::OBSERVATION_SAMPLES;
use relulab_net::{Dataset, Network, Purpose, RandomStream, reference};
use relulab_regions::units::UnitDomain;
use serde::Serialize;

/// What the samples say of a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Observed {
    /// No sample has a pre-activation > 0.
    Dead,
    /// All samples have.
    Linear,
    /// Some have.
    Nonlinear,
}

impl Observed {
    /// The word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Dead => "dead",
            Self::Linear => "linear",
            Self::Nonlinear => "nonlinear",
        }
    }
}

/// The verdicts on the data; without data on uniform points of the box, or on N(0,1) points of the whole space.
/// Outputs come last.
pub fn observe(network: &Network, domain: &UnitDomain, data: Option<&Dataset>) -> Vec<Vec<Observed>> {
    let points: Vec<Vec<f64>> = match data {
        Some(data) => data.rows().map(|(point, _)| point.to_vec()).collect(),
        None => samples(network.shape().input_dim(), domain),
    };
    let mut counts: Vec<Vec<usize>> = network.shape().layers().map(|layer| vec![0; layer.n_out]).collect();
    for point in &points {
        let values = reference::pre_activations(network.shape(), network.activation(), network.parameters(), point);
        for (counts, values) in counts.iter_mut().zip(&values) {
            counts.iter_mut().zip(values).for_each(|(count, value)| *count += usize::from(*value > 0.0));
        }
    }
    let verdict = |count: usize| match count {
        0 => Observed::Dead,
        count if count == points.len() => Observed::Linear,
        _ => Observed::Nonlinear,
    };
    counts.into_iter().map(|layer| layer.into_iter().map(verdict).collect()).collect()
}

/// As many points as units are observed on everywhere.
fn samples(inputs: usize, domain: &UnitDomain) -> Vec<Vec<f64>> {
    let mut stream = RandomStream::new(0, Purpose::Observation);
    let mut point = || match domain {
        UnitDomain::Whole => (0..inputs).map(|_| stream.normal()).collect(),
        UnitDomain::Box(sides) => {
            let ends = sides.lower().iter().zip(sides.upper());
            let between = |(lower, upper): (&f64, &f64)| {
                let share = stream.uniform();
                (lower * (1.0 - share) + upper * share).clamp(*lower, *upper)
            };
            ends.map(between).collect()
        }
    };
    (0..OBSERVATION_SAMPLES).map(|_| point()).collect()
}
