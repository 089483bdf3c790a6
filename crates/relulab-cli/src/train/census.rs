//! Units, points and layers that are dead or linear, told while networks train.

use crate::terminal::say;
use crate::train::population::Population;
use relulab_curvature::{Jacobian, MAX_GRAM_DIM, Objective, SingularRange};
use relulab_net::{Loss, Network, Purpose, RandomStream};
use relulab_train::{LayerCensus, Look, Status, Watcher};

/// Points of N(0,1)^d that are looked at where there are no points trained on.
const DRAWN_POINTS: usize = 256;

/// Where to look, and how often.
pub struct Census<'a> {
    population: &'a Population,
    inputs: Vec<f64>,
    every: u64,
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
        Self { population, inputs, every }
    }

    fn look(&self, step: u64, look: &Look) {
        let (regime, activation) = (&self.population.recipe.regime, self.population.recipe.activation);
        // What is not finite any more has no census; the loss will show it.
        if let Ok(network) = regime.unroll(&self.population.shape, activation, &look.parameters, &self.inputs) {
            let singular = regime.mirrored.and_then(|_| self.smallest_singular_value(&network.network));
            say(line(look.seed, step, look.training_loss, &network.census(&self.inputs), singular));
        }
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

/// A look in words.
fn line(seed: u64, step: u64, loss: f64, layers: &[LayerCensus], singular: Option<f64>) -> String {
    let share = |of: &dyn Fn(&LayerCensus) -> [usize; 3]| {
        let sums = layers.iter().map(of).fold([0; 3], |sums, counts| [0, 1, 2].map(|k| sums[k] + counts[k]));
        let percent = |count: usize| 100.0 * count as f64 / sums.iter().sum::<usize>().max(1) as f64;
        format!("{:.0} % dead, {:.0} % linear", percent(sums[0]), percent(sums[1]))
    };
    let units = share(&|layer| [layer.dead_units, layer.linear_units, layer.nonlinear_units]);
    let points = share(&|layer| [layer.dead_points, layer.linear_points, layer.nonlinear_points]);
    let count = |status| layers.iter().filter(|layer| layer.status() == status).count();
    let singular = singular.map_or_else(String::new, |value| format!("; λ_min(J) {value:.3e}"));
    format!(
        "seed {seed}, step {step}: loss {loss:.4}; units {units}; points {points}; of {} layers {} dead, {} linear{singular}",
        layers.len(),
        count(Status::Dead),
        count(Status::Linear)
    )
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
        assert!(line(2, 500, 0.25, &[dead], Some(0.015)).ends_with("of 1 layers 1 dead, 0 linear; λ_min(J) 1.500e-2"));
        let text = line(2, 500, 0.25, &[dead, mixed], None);
        assert_eq!(
            text,
            "seed 2, step 500: loss 0.2500; units 75 % dead, 25 % linear; points 50 % dead, 0 % linear; of 2 layers 1 \
             dead, 1 linear"
        );
        assert_eq!((divisor(25, 10), divisor(7, 0)), (5, 7));
    }
}
