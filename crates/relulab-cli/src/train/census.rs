//! Units, points and layers that are dead or linear, told while networks train.

use crate::terminal::say;
use crate::train::population::Population;
use relulab_curvature::{Jacobian, MAX_GRAM_DIM, Objective, SingularRange};
use relulab_net::{Loss, Network, Purpose, RandomStream};
use relulab_train::{LayerCensus, Look, Outcome, Status, Trained, Watcher};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Mutex;

/// Points of N(0,1)^d that are looked at where there are no points trained on.
const DRAWN_POINTS: usize = 256;

/// One look at a network in training.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CensusLook {
    /// Completed steps.
    pub step: u64,
    /// Loss on the batch of the last step, before its update.
    pub loss: Option<f64>,
    /// Units of all hidden layers.
    pub units: Counts,
    /// Points, counted in every hidden layer.
    pub points: Counts,
    /// Hidden layers.
    pub layers: Counts,
    /// λ_min(J) in the mirrored regime: the smallest singular value of the Jacobian of the outputs in the weights of the
    /// last hidden layer, where it is not too large to be computed along the way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub smallest_singular_value: Option<f64>,
}

/// How many are dead (off everywhere), linear (on everywhere), and neither.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counts {
    /// Off everywhere.
    pub dead: usize,
    /// On everywhere.
    pub linear: usize,
    /// Neither.
    pub nonlinear: usize,
}

/// Where to look, how often, and what was seen.
pub struct Census<'a> {
    population: &'a Population,
    inputs: Vec<f64>,
    every: u64,
    looks: Mutex<BTreeMap<u64, Vec<CensusLook>>>,
}

impl<'a> Census<'a> {
    /// A look every so many steps at the points trained on; for a target, at points of N(0,1)^d.
    pub fn new(population: &'a Population, every: u64) -> Self {
        let inputs = match population.points() {
            Some(points) => points.inputs.clone(),
            None => {
                let mut stream = RandomStream::new(0, Purpose::Observation);
                (0..DRAWN_POINTS * population.shape.input_dim()).map(|_| stream.normal()).collect()
            }
        };
        Self { population, inputs, every, looks: Mutex::default() }
    }

    fn look(&self, step: u64, look: &Look) {
        let (regime, activation) = (&self.population.recipe.regime, self.population.recipe.activation);
        // What is not finite any more has no census; the loss will show it.
        if let Ok(network) = regime.unroll(&self.population.shape, activation, &look.parameters, &self.inputs) {
            let singular = regime.mirrored.and_then(|_| self.smallest_singular_value(&network.network));
            let seen = CensusLook::new(step, look.training_loss, &network.census(&self.inputs), singular);
            say(seen.line(look.seed));
            if let Ok(mut looks) = self.looks.lock() {
                looks.entry(look.seed).or_default().push(seen);
            }
        }
    }

    /// What was seen of a network that is trained, the last look at how it ended.
    pub fn take(&self, trained: &Trained) -> Vec<CensusLook> {
        let (seed, step) = (trained.seed, trained.steps);
        if !matches!(trained.outcome, Outcome::Interrupted { .. } | Outcome::Diverged { .. }) {
            let (parameters, training_loss) = (trained.parameters.clone(), trained.training_loss);
            self.look(step, &Look { place: 0, seed, parameters, training_loss });
        }
        self.looks.lock().ok().and_then(|mut looks| looks.remove(&seed)).unwrap_or_default()
    }
}

impl Census<'_> {
    /// σ_n of the Jacobian of the outputs in the weights of the last hidden layer, 0 where it has fewer columns than rows;
    /// `None` where it is too large to be computed along the way.
    fn smallest_singular_value(&self, network: &Network) -> Option<f64> {
        let shape = network.shape();
        let rows = self.inputs.len() / shape.input_dim() * shape.output_dim();
        if rows > MAX_GRAM_DIM {
            return None;
        }
        let labels = vec![0.0; rows];
        let objective = Objective::of(network, Loss::Mse, &self.inputs, &labels).ok()?;
        let jacobian = Jacobian::of(&objective, network.parameters()).ok()?;
        let layer = shape.layers().nth(shape.depth().checked_sub(1)?)?;
        let columns = layer.weights.len();
        if columns < rows {
            return Some(0.0);
        }
        let entries: Vec<f64> =
            (0..rows).flat_map(|row| jacobian.row(row)[layer.weights.clone()].iter().copied()).collect();
        SingularRange::of(&entries, rows, columns).ok().map(|range| range.smallest)
    }
}

impl Counts {
    fn of(layers: &[LayerCensus], of_layer: impl Fn(&LayerCensus) -> [usize; 3]) -> Self {
        let sums = layers.iter().map(of_layer).fold([0; 3], |sums, counts| [0, 1, 2].map(|k| sums[k] + counts[k]));
        Self { dead: sums[0], linear: sums[1], nonlinear: sums[2] }
    }

    fn total(self) -> usize {
        self.dead + self.linear + self.nonlinear
    }

    /// As shares.
    fn shares(self) -> String {
        let percent = |count: usize| 100.0 * count as f64 / self.total().max(1) as f64;
        format!("{:.0} % dead, {:.0} % linear", percent(self.dead), percent(self.linear))
    }
}

impl CensusLook {
    fn new(step: u64, loss: f64, layers: &[LayerCensus], smallest_singular_value: Option<f64>) -> Self {
        let status = |layer: &LayerCensus| {
            let is = |status| usize::from(layer.status() == status);
            [is(Status::Dead), is(Status::Linear), is(Status::Nonlinear)]
        };
        Self {
            step,
            loss: loss.is_finite().then_some(loss),
            units: Counts::of(layers, |layer| [layer.dead_units, layer.linear_units, layer.nonlinear_units]),
            points: Counts::of(layers, |layer| [layer.dead_points, layer.linear_points, layer.nonlinear_points]),
            layers: Counts::of(layers, status),
            smallest_singular_value,
        }
    }

    /// In words.
    fn line(&self, seed: u64) -> String {
        let Self { step, units, points, layers, .. } = self;
        let loss = self.loss.unwrap_or(f64::NAN);
        let singular = self.smallest_singular_value.map_or_else(String::new, |value| format!("; λ_min(J) {value:.3e}"));
        format!(
            "seed {seed}, step {step}: loss {loss:.4}; units {}; points {}; of {} layers {} dead, {} linear{singular}",
            units.shares(),
            points.shares(),
            layers.total(),
            layers.dead,
            layers.linear
        )
    }
}

/// Tells, and passes the question whether to stop on to the stop rule.
pub struct CensusWatcher<'a> {
    census: &'a Census<'a>,
    rule: Option<Box<dyn Watcher + 'a>>,
}

impl<'a> CensusWatcher<'a> {
    /// A watcher that tells what it sees, around a stop rule's.
    pub fn new(census: &'a Census<'a>, rule: Option<Box<dyn Watcher + 'a>>) -> Self {
        Self { census, rule }
    }
}

impl Watcher for CensusWatcher<'_> {
    fn every(&self) -> u64 {
        self.rule.as_ref().map_or(self.census.every, |rule| divisor(rule.every(), self.census.every))
    }

    fn stops(&mut self, step: u64, looks: &[Look]) -> Vec<bool> {
        if step.is_multiple_of(self.census.every) {
            looks.iter().for_each(|look| self.census.look(step, look));
        }
        match &mut self.rule {
            Some(rule) if step.is_multiple_of(rule.every().max(1)) => rule.stops(step, looks),
            _ => vec![false; looks.len()],
        }
    }
}

/// The largest common divisor.
fn divisor(a: u64, b: u64) -> u64 {
    if b == 0 { a.max(1) } else { divisor(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_counts_units_points_and_layers() {
        let dead = LayerCensus { dead_units: 3, dead_points: 5, ..LayerCensus::default() };
        let mixed = LayerCensus { linear_units: 1, nonlinear_points: 5, ..LayerCensus::default() };
        assert!(
            CensusLook::new(500, 0.25, &[dead], Some(0.015))
                .line(2)
                .ends_with("of 1 layers 1 dead, 0 linear; λ_min(J) 1.500e-2")
        );
        let look = CensusLook::new(500, 0.25, &[dead, mixed], None);
        assert_eq!(look.units, Counts { dead: 3, linear: 1, nonlinear: 0 });
        let text = look.line(2);
        assert_eq!(
            text,
            "seed 2, step 500: loss 0.2500; units 75 % dead, 25 % linear; points 50 % dead, 0 % linear; of 2 layers 1 \
             dead, 1 linear"
        );
        assert_eq!((divisor(25, 10), divisor(7, 0)), (5, 7));
    }
}
