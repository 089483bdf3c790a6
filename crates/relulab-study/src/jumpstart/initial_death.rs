//! How likely a layer is dead before the first step: the paper's formula, as printed and as meant, and simulation.

use super::task::Task;
use super::way::{ARCHITECTURES, Way};
use crate::anatomy::case;
use crate::check::{CheckError, Context, Experiment, Readings, Scale};
use relulab_net::{Activation, Shape, reference};
use relulab_train::Regime;

/// Widths that are simulated.
pub const WIDTHS: [usize; 5] = [1, 2, 3, 5, 10];
/// Depths that are simulated.
pub const DEPTHS: [usize; 6] = [1, 2, 5, 10, 30, 60];
/// Networks whose shares make one reading.
pub const BATCH: u64 = 100;

/// The case of a shape; its seeds are batches of [`BATCH`] networks.
pub fn case_of(width: usize, depth: usize) -> String {
    format!("width={width} depth={depth}")
}

/// The experiment.
pub struct InitialDeath;

/// What happened to the networks of a shape before training, layer by layer.
struct Counts {
    /// Networks.
    networks: usize,
    /// Networks whose layers below are alive, by layer.
    reached: Vec<usize>,
    /// Dead units, in all networks and in those whose layers below are alive, by layer.
    units: Vec<[usize; 2]>,
    /// Dead layers.
    layers: Vec<usize>,
    /// Networks with a dead layer.
    broken: usize,
    /// Pairs of a point and a unit that is off for it, by layer.
    off: Vec<usize>,
    /// Points that are dead in some layer.
    lost: usize,
}

impl Counts {
    fn new(depth: usize) -> Self {
        Self {
            networks: 0,
            reached: vec![0; depth],
            units: vec![[0; 2]; depth],
            layers: vec![0; depth],
            broken: 0,
            off: vec![0; depth],
            lost: 0,
        }
    }

    /// Counts a network, given the pre-activations of its hidden layers at every point.
    fn count(&mut self, points: &[Vec<Vec<f64>>], shape: &Shape) {
        self.networks += 1;
        let mut is_alive = true;
        for (layer, &width) in shape.hidden().iter().enumerate() {
            let is_dead = |unit: &usize| points.iter().all(|layers| layers[layer][*unit] <= 0.0);
            let dead = (0..width).filter(is_dead).count();
            self.units[layer][0] += dead;
            if is_alive {
                self.reached[layer] += 1;
                self.units[layer][1] += dead;
            }
            is_alive &= dead < width;
            self.layers[layer] += usize::from(dead == width);
            let off = |layers: &Vec<Vec<f64>>| layers[layer].iter().filter(|z| **z <= 0.0).count();
            self.off[layer] += points.iter().map(off).sum::<usize>();
        }
        self.broken += usize::from(!is_alive);
        let is_lost =
            |layers: &&Vec<Vec<f64>>| layers[..shape.depth()].iter().any(|layer| layer.iter().all(|z| *z <= 0.0));
        self.lost += points.iter().filter(is_lost).count();
    }

    fn add(&mut self, other: &Self) {
        self.networks += other.networks;
        self.broken += other.broken;
        self.lost += other.lost;
        for layer in 0..self.reached.len() {
            self.reached[layer] += other.reached[layer];
            self.layers[layer] += other.layers[layer];
            self.off[layer] += other.off[layer];
            (0..2).for_each(|k| self.units[layer][k] += other.units[layer][k]);
        }
    }
}

/// The probability that some layer is dead when a layer of n units is with probability pⁿ: 1 − Π(1 − p^n).
pub fn some_layer(p: impl Iterator<Item = f64>, width: usize) -> f64 {
    1.0 - p.map(|p| 1.0 - p.powi(width as i32)).product::<f64>()
}

/// What the paper prints for it: 1 − Π(1 − p)^n.
pub fn some_layer_as_printed(p: impl Iterator<Item = f64>, width: usize) -> f64 {
    1.0 - p.map(|p| (1.0 - p).powi(width as i32)).product::<f64>()
}

impl Experiment for InitialDeath {
    fn name(&self) -> &'static str {
        "initial-death"
    }

    fn question(&self) -> &'static str {
        "How likely has a network a dead layer before training, and which formula says so?"
    }

    fn jobs(&self, scale: Scale) -> Vec<String> {
        let depths = scale.pick(&DEPTHS[..5], &DEPTHS[..]);
        WIDTHS.iter().flat_map(|&width| depths.iter().map(move |&depth| case_of(width, depth))).collect()
    }

    fn seconds(&self, job: &str, scale: Scale) -> f64 {
        let number = |name| case::setting::<f64>(job, name).unwrap_or(1.0);
        let weights = number("width") * (number("width") + 8.0) * number("depth");
        scale.pick(2.0, 20.0) * 2e-5 * weights
    }

    fn run(&self, job: &str, context: &Context<'_>) -> Result<Readings, CheckError> {
        let (width, depth): (usize, usize) = (case::setting(job, "width")?, case::setting(job, "depth")?);
        let shape = Shape::new(2, vec![width; depth], 1).map_err(CheckError::because)?;
        let task = Task::named("moons")?;
        let mut recipe = Way::named(ARCHITECTURES[0], "baseline")?.recipe(&task, 1);
        // First parameters are the same in both layouts, and this one draws many at once.
        recipe.regime = Regime::default();
        let n_points = task.training_inputs().len() / 2;
        let (mut readings, mut all) = (Readings::default(), Counts::new(depth));
        for batch in 0..context.scale.pick(2, 20) {
            let seeds: Vec<u64> = (batch * BATCH..(batch + 1) * BATCH).collect();
            let mut counts = Counts::new(depth);
            for one in context.train_seeds(&recipe, &shape, &seeds)? {
                let Some((_, first)) = one.checkpoints.first() else { continue };
                let at = |x| reference::pre_activations(&shape, Activation::Relu, first, x);
                let points: Vec<Vec<Vec<f64>>> = task.training_inputs().chunks_exact(2).map(at).collect();
                counts.count(&points, &shape);
            }
            let n = counts.networks.max(1) as f64;
            let dead: usize = counts.units.iter().map(|units| units[0]).sum();
            for (quantity, value) in [
                ("dead units", dead as f64 / (n * (width * depth) as f64)),
                ("dead layers", counts.layers.iter().sum::<usize>() as f64 / (n * depth as f64)),
                ("some dead layer", counts.broken as f64 / n),
                ("dead points", counts.lost as f64 / (n * n_points as f64)),
            ] {
                readings.push(job, batch, quantity, value);
            }
            all.add(&counts);
        }
        note_formulas(job, &all, width, n_points, &mut readings);
        context.unless_cancelled(readings)
    }
}

/// Notes what the formulas say, each with probabilities from all networks of the simulation.
fn note_formulas(case: &str, all: &Counts, width: usize, n_points: usize, readings: &mut Readings) {
    let depth = all.reached.len();
    let n = all.networks.max(1) as f64;
    let of_layer = |layer: usize| all.units[layer][0] as f64 / (n * width as f64);
    // A layer above a dead one is dead; this asks what happens above layers that are alive.
    let above_alive = |layer: usize| all.units[layer][1] as f64 / (all.reached[layer] * width).max(1) as f64;
    let pooled = (0..depth).map(of_layer).sum::<f64>() / depth as f64;
    let off = |layer: usize| all.off[layer] as f64 / (n * (n_points * width) as f64);
    let pooled_off = (0..depth).map(off).sum::<f64>() / depth as f64;
    for (quantity, value) in [
        ("unit death p", pooled),
        ("unit death p of layer 1", of_layer(0)),
        ("unit death p above living layers", (0..depth).map(above_alive).sum::<f64>() / depth as f64),
        ("formula", some_layer((0..depth).map(|_| pooled), width)),
        ("formula as printed", some_layer_as_printed((0..depth).map(|_| pooled), width)),
        ("formula with p of layer 1", some_layer((0..depth).map(|_| of_layer(0)), width)),
        ("formula above living layers", some_layer((0..depth).map(above_alive), width)),
        ("unit off q", pooled_off),
        ("point formula", some_layer((0..depth).map(|_| pooled_off), width)),
        ("point formula as printed", some_layer_as_printed((0..depth).map(|_| pooled_off), width)),
        ("point formula with q of layer 1", some_layer((0..depth).map(|_| off(0)), width)),
    ] {
        readings.push(case, 0, quantity, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::anatomy::testing::context_of;

    #[test]
    fn formulas_by_hand() {
        // Two layers of two units: 1 − (1 − 1/4)² and 1 − (1 − 1/2)⁴.
        let p = || [0.5, 0.5].into_iter();
        assert_eq!((some_layer(p(), 2), some_layer_as_printed(p(), 2)), (0.4375, 0.9375));
        // With one unit they agree.
        assert_eq!(some_layer(p(), 1), some_layer_as_printed(p(), 1));
    }

    #[test]
    fn chains_of_single_units_die_as_weights_say() {
        // Biases are 0: above the first layer a unit is dead exactly if its weight is not positive, or what is below is
        // dead. With one unit a layer, P(all alive) = P(first alive)/2^(depth − 1).
        let case = case_of(1, 5);
        let readings = context_of(Scale::Quick, |context| InitialDeath.run(&case, context)).unwrap();
        let simulated = readings.sample(&case, "some dead layer").mean().unwrap();
        let first = readings.sample(&case, "unit death p of layer 1").mean().unwrap();
        let expected = 1.0 - (1.0 - first) / 16.0;
        // 200 networks: standard error about 0.02.
        assert!((simulated - expected).abs() < 0.08, "{simulated} for {expected}");
        assert_eq!(readings.sample(&case, "some dead layer").len(), 2);
        let formula = readings.sample(&case, "formula above living layers").mean().unwrap();
        assert!((formula - simulated).abs() < 1e-12);
    }
}
