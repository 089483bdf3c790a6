//! How near trained networks of few layers come to a sawtooth: the L1 gap, integrated exactly.

use super::distance::l1_distance;
use crate::anatomy::case;
use crate::check::{CheckError, Context, Experiment, Readings, Scale};
use relulab_construct::Sawtooth;
use relulab_exact::Rational;
use relulab_net::{Activation, Formula, Initialisation, Loss, Network, Sampler, Shape};
use relulab_regions::line::{LineDomain, LineFunction, Workspace};
use relulab_train::{Optimiser, Precision, Recipe, Regime, TrainingData};

/// Samples per step.
const BATCH: usize = 64;
/// Step size of Adam.
const LEARNING_RATE: f64 = 0.01;
/// What is trained on: the distance itself, and the squared one.
pub const LOSSES: [&str; 2] = ["absolute", "mse"];

/// The experiment.
pub struct Shallow;

/// The case of networks of one shape trained on k folds of the tent map.
pub fn case_of(folds: usize, hidden: &str, loss: &str) -> String {
    format!("w=2 k={folds} shape={hidden} loss={loss}")
}

/// Folds and the shapes trained on each: one hidden layer from where the bound holds to more units than are needed, two
/// layers, and the sawtooth's own shape.
pub fn instances(scale: Scale) -> Vec<(usize, Vec<&'static str>)> {
    let three = vec!["1", "4", "7", "8", "16", "4,4", "2,2,2"];
    let four = vec!["1", "2", "3", "4", "8", "15", "16", "32", "4,4", "8,8", "2,2,2,2"];
    match scale {
        Scale::Quick => vec![(3, three)],
        Scale::Full => vec![
            (2, vec!["1", "3", "4", "8", "2,2"]),
            (3, three),
            (4, four),
            (5, vec!["1", "2", "4", "7", "8", "16", "31", "32", "64", "8,8", "16,16", "2,2,2,2,2"]),
        ],
    }
}

/// The distance that the theorem proves for every network of a shape of k′ equal hidden layers: δ with
/// size = k′ w^{k/k′} (1 − 4δ)^{1/k′} / 2^{1 + 1/k′}; `None` where it proves nothing.
pub fn least_distance(folds: usize, hidden: &[usize]) -> Option<f64> {
    let layers = hidden.len() as i32;
    let size: usize = hidden.iter().sum();
    let share = 2.0_f64.powi(layers + 1) * (size as f64 / f64::from(layers)).powi(layers) / 2.0_f64.powi(folds as i32);
    (share < 1.0).then_some((1.0 - share) / 4.0)
}

impl Experiment for Shallow {
    fn name(&self) -> &'static str {
        "shallow"
    }

    fn question(&self) -> &'static str {
        "How near does the best trained network of a shape come to a sawtooth, and how near can it come?"
    }

    fn jobs(&self, scale: Scale) -> Vec<String> {
        let of = |(folds, shapes): (usize, Vec<&str>)| -> Vec<String> {
            shapes.iter().flat_map(|shape| LOSSES.map(|loss| case_of(folds, shape, loss))).collect()
        };
        instances(scale).into_iter().flat_map(of).collect()
    }

    fn seconds(&self, _job: &str, scale: Scale) -> f64 {
        scale.pick(0.5, 8.0)
    }

    fn run(&self, job: &str, context: &Context<'_>) -> Result<Readings, CheckError> {
        let folds: usize = case::setting(job, "k")?;
        let hidden: String = case::setting(job, "shape")?;
        let shape = Shape::parse_hidden(&hidden, 1, 1).map_err(CheckError::because)?;
        let recipe = recipe(folds, case::setting(job, "loss")?, context.scale.pick(2_000, 20_000))?;
        let trained = context.train(&recipe, &shape, context.scale.pick(16, 64))?;
        let target = traced(&sawtooth(folds)?)?;
        let (zero, one) = (Rational::zero(), Rational::from(1));
        let mut readings = Readings::default();
        for run in trained {
            let network = Network::new(shape.clone(), Activation::Relu, run.parameters);
            let (distance, pieces) = match network {
                Ok(network) => {
                    let function = traced(&network)?;
                    (l1_distance(&function, &target, &zero, &one).to_f64(), function.n_pieces() as f64)
                }
                Err(_) => (f64::INFINITY, f64::NAN),
            };
            readings.push(job, run.seed, "distance", distance);
            readings.push(job, run.seed, "pieces", pieces);
        }
        if let Some(bound) = least_distance(folds, shape.hidden()) {
            readings.push(job, 0, "least distance by the theorem", bound);
        }
        readings.push(job, 0, "units", shape.n_units() as f64);
        context.unless_cancelled(readings)
    }
}

/// k folds of the tent map on [0, 1].
fn sawtooth(folds: usize) -> Result<Network, CheckError> {
    let scaled = Sawtooth::equispaced(2, folds).and_then(|sawtooth| sawtooth.network().to_network());
    scaled.map(|scaled| scaled.network).map_err(CheckError::because)
}

/// The exact function of a network on [0, 1].
fn traced(network: &Network) -> Result<LineFunction<Rational>, CheckError> {
    let domain = LineDomain::interval(0.0, 1.0).map_err(CheckError::because)?;
    Workspace::new().trace_exact(network, domain).map_err(CheckError::because)
}

/// Training on points of [0, 1], labelled by the sawtooth as a formula.
fn recipe(folds: usize, loss: String, steps: u64) -> Result<Recipe, CheckError> {
    let text = (0..folds).fold("x1".to_owned(), |inner, _| format!("(1 - abs(2*{inner} - 1))"));
    Ok(Recipe {
        activation: Activation::Relu,
        loss: loss.parse::<Loss>().map_err(CheckError::because)?,
        optimiser: Optimiser::adam(LEARNING_RATE),
        initialisation: Initialisation::TorchLinear,
        data: TrainingData::Fresh {
            sampler: Sampler::Box { lo: 0.0, hi: 1.0 },
            formula: Formula::parse(&text, 1).map_err(CheckError::because)?,
            batch: BATCH,
        },
        steps,
        precision: Precision::F32,
        regime: Regime::default(),
        checkpoints: Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::anatomy::testing::context_of;

    #[test]
    fn the_bound_of_the_theorem_by_hand() {
        // One layer: δ = (1 − 4s/2ᵏ)/4.
        assert_eq!(least_distance(3, &[1]), Some(0.125));
        assert_eq!(least_distance(4, &[2]), Some(0.125));
        assert_eq!(least_distance(3, &[2]), None);
        // Two layers of 1: (1 − 8/16)/4.
        assert_eq!(least_distance(4, &[1, 1]), Some(0.125));
    }

    #[test]
    fn trained_networks_respect_the_bound() {
        let case = case_of(3, "1", "mse");
        let readings = context_of(Scale::Quick, |context| Shallow.run(&case, context)).unwrap();
        let bound = readings.sample(&case, "least distance by the theorem").values()[0];
        let distances = readings.sample(&case, "distance");
        assert!(distances.len() == 16 && distances.values()[0] > bound, "{distances:?}");
    }
}
