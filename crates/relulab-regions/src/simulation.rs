//! Numbers of activation regions of networks as they are initialised, by simulation.
//!
//! ```
//! use relulab_net::{Activation, Initialisation, Shape};
//! use relulab_regions::simulation::Simulation;
//! // With biases of zero, both halves of the line are cut at the origin alone.
//! let simulation = Simulation::new(Shape::new(1, vec![4, 4], 1)?, Activation::Relu, Initialisation::KaimingNormal);
//! assert_eq!(simulation.count(None, 0..10, 1)?.mean(), 2.0);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::line::{LineDomain, LineError, Workspace};
use crate::plane::{self, PlaneDomain, PlaneError};
use crate::space::{self, Budget, SpaceDomain, SpaceError};
use relulab_net::{Activation, Distribution, Initialisation, Network, NetworkError, Purpose, RandomStream, Shape};
use std::ops::Range;

/// Two-sided 95 % quantile of the normal distribution.
const NORMAL_95: f64 = 1.959_963_984_540_054;

/// Networks of one shape as they are initialised.
#[derive(Clone, Debug, PartialEq)]
pub struct Simulation {
    shape: Shape,
    activation: Activation,
    initialisation: Initialisation,
}

/// Why regions cannot be counted.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum SimulationError {
    /// On the line.
    #[error(transparent)]
    Line(#[from] LineError),
    /// On the plane.
    #[error(transparent)]
    Plane(#[from] PlaneError),
    /// In several dimensions.
    #[error(transparent)]
    Space(#[from] SpaceError),
    /// The parameters make no network.
    #[error(transparent)]
    Network(#[from] NetworkError),
}

impl Simulation {
    /// Networks of a shape.
    pub fn new(shape: Shape, activation: Activation, initialisation: Initialisation) -> Self {
        Self { shape, activation, initialisation }
    }

    /// The network of a seed, its parameters rounded to single precision as training would hold them.
    ///
    /// The distribution is that of training; the random numbers are others.
    ///
    /// # Errors
    /// Never: what is drawn is finite.
    pub fn network(&self, seed: u64) -> Result<Network, SimulationError> {
        let mut stream = RandomStream::new(seed, Purpose::Bootstrap);
        let mut parameters = Vec::with_capacity(self.shape.n_params());
        for layer in self.shape.layers() {
            let weights = self.initialisation.weights(layer.n_in, layer.n_out);
            let biases = self.initialisation.biases(layer.n_in);
            parameters.extend(layer.weights.map(|_| draw(weights, &mut stream)));
            parameters.extend(layer.biases.map(|_| draw(biases, &mut stream)));
        }
        Ok(Network::new(self.shape.clone(), self.activation, parameters)?)
    }

    /// Counts the activation regions of the networks of some seeds, over a box or everywhere.
    ///
    /// # Errors
    /// When the activation is not piecewise linear, or the box or the shape is not one for the engines.
    pub fn count(
        &self,
        sides: Option<&[(f64, f64)]>,
        seeds: Range<u64>,
        n_threads: usize,
    ) -> Result<InitialCounts, SimulationError> {
        let mut workspace = Workspace::new();
        let mut one = |seed| -> Result<u128, SimulationError> {
            let network = self.network(seed)?;
            Ok(match (self.shape.input_dim(), sides) {
                (1, Some([(lower, upper)])) => {
                    workspace.count(&network, LineDomain::interval(*lower, *upper)?)?.activation_regions as u128
                }
                (1, None) => workspace.count(&network, LineDomain::WHOLE)?.activation_regions as u128,
                (2, Some([(a, b), (c, d)])) => {
                    let domain = PlaneDomain::rectangle([*a, *b], [*c, *d])?;
                    plane::count(&network, domain, n_threads)?.activation_regions.into()
                }
                (2, None) => plane::count(&network, PlaneDomain::WHOLE, n_threads)?.activation_regions.into(),
                (_, sides) => {
                    let whole = || Ok(SpaceDomain::whole());
                    let domain = sides.map_or_else(whole, |sides| SpaceDomain::cuboid(sides.to_vec()))?;
                    space::count(&network, &domain, Budget::UNLIMITED, n_threads)?.activation_regions.lower
                }
            })
        };
        Ok(InitialCounts { counts: seeds.map(&mut one).collect::<Result<_, _>>()? })
    }
}

/// A number from a distribution, in single precision.
fn draw(distribution: Distribution, stream: &mut RandomStream) -> f64 {
    let value = match distribution {
        Distribution::Zero => 0.0,
        Distribution::Uniform { limit } => limit * (2.0 * stream.uniform() - 1.0),
        Distribution::Normal { deviation } => deviation * stream.normal(),
    };
    f64::from(value as f32)
}

/// Numbers of activation regions, one per seed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InitialCounts {
    counts: Vec<u128>,
}

impl InitialCounts {
    /// The count of each seed, in order.
    pub fn counts(&self) -> &[u128] {
        &self.counts
    }

    /// The mean; NaN without seeds.
    pub fn mean(&self) -> f64 {
        self.counts.iter().map(|count| *count as f64).sum::<f64>() / self.counts.len() as f64
    }

    /// The standard deviation over seeds; `None` for fewer than two.
    pub fn deviation(&self) -> Option<f64> {
        let others = self.counts.len().checked_sub(1).filter(|others| *others > 0)?;
        let mean = self.mean();
        let squares = self.counts.iter().map(|count| (*count as f64 - mean).powi(2)).sum::<f64>();
        Some((squares / others as f64).sqrt())
    }

    /// The 95 % interval of the mean, by the normal approximation; `None` for fewer than two seeds.
    pub fn interval(&self) -> Option<(f64, f64)> {
        let half = NORMAL_95 * self.deviation()? / (self.counts.len() as f64).sqrt();
        Some((self.mean() - half, self.mean() + half))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bounds;

    fn simulation(input_dim: usize, hidden: &[usize], initialisation: Initialisation) -> Simulation {
        Simulation::new(Shape::new(input_dim, hidden.to_vec(), 1).unwrap(), Activation::Relu, initialisation)
    }

    #[test]
    fn one_layer_in_general_position_has_as_many_cells_as_there_can_be() {
        for dim in 1..=4 {
            let counts = simulation(dim, &[6], Initialisation::TorchLinear).count(None, 0..4, 1).unwrap();
            let most = bounds::max_arrangement_regions(6, dim).to_u128().unwrap();
            assert_eq!(counts.counts(), [most; 4]);
            assert_eq!(
                (counts.mean(), counts.deviation(), counts.interval()),
                (most as f64, Some(0.0), Some((most as f64, most as f64)))
            );
        }
    }

    /// With uniform weights and biases of one width, a root −b/w lies in [−1, 1] in half of all cases.
    #[test]
    fn the_mean_is_that_of_the_closed_form() {
        let counts = simulation(1, &[16], Initialisation::TorchLinear).count(Some(&[(-1.0, 1.0)]), 0..2000, 1).unwrap();
        let error = counts.deviation().unwrap() / 2000_f64.sqrt();
        assert!((counts.mean() - 9.0).abs() < 4.0 * error, "{} ± {error}", counts.mean());
        let (low, high) = counts.interval().unwrap();
        assert!(low < counts.mean() && counts.mean() < high);
    }

    #[test]
    fn the_engines_agree_and_errors_are_passed_on() {
        let plane = simulation(2, &[5, 5], Initialisation::KaimingUniform);
        let sides = [(-1.0, 2.0), (0.0, 1.0)];
        let counts = plane.count(Some(&sides), 3..9, 2).unwrap();
        for (seed, count) in (3..9).zip(counts.counts()) {
            let domain = SpaceDomain::cuboid(sides.to_vec()).unwrap();
            let found = space::count(&plane.network(seed).unwrap(), &domain, Budget::UNLIMITED, 1).unwrap();
            assert_eq!(found.activation_regions.exact(), Some(*count));
        }
        assert!(plane.count(Some(&sides[..1]), 0..1, 1).is_err());
        assert!(plane.count(Some(&[]), 0..0, 1).unwrap().mean().is_nan());
        let smooth = Simulation { activation: Activation::Tanh, ..plane };
        assert!(smooth.count(None, 0..1, 1).unwrap_err().to_string().contains("tanh"));
    }
}
