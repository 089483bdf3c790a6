//! Training that goes on from the middle of a run, and networks that are stopped one by one.

use relulab_net::{Activation, Formula, Initialisation, Loss, Sampler, Shape};
use relulab_train::{
    Batching, Look, Observer, Optimiser, OptimiserState, Outcome, Points, Precision, Recipe, RecipeError, Regime,
    Start, Trained, TrainingData, Unobserved, VectorUnit, Watcher, train, train_from,
};
use std::sync::Arc;

/// Wants the state of the optimiser, and nothing else.
struct Keeping;

impl Observer for Keeping {
    fn wants_state(&self) -> bool {
        true
    }
}

/// Stops a network at the first look at which its own number, made of seed and step, says so.
struct Whimsical;

struct Whim;

impl Observer for Whimsical {
    fn wants_state(&self) -> bool {
        true
    }
    fn watcher(&self, _seeds: &[u64]) -> Option<Box<dyn Watcher + '_>> {
        Some(Box::new(Whim))
    }
}

impl Watcher for Whim {
    fn every(&self) -> u64 {
        7
    }
    fn stops(&mut self, step: u64, looks: &[Look]) -> Vec<bool> {
        assert!(step.is_multiple_of(7));
        looks.iter().map(|look| (look.seed * 31 + step).is_multiple_of(11)).collect()
    }
}

fn fresh() -> TrainingData {
    TrainingData::Fresh { sampler: Sampler::Normal, formula: Formula::parse("x^2", 1).unwrap(), batch: 50 }
}

fn shuffled() -> TrainingData {
    let inputs: Vec<f64> = (0..45).map(|k| f64::from(k) / 15.0 - 1.5).collect();
    let labels = inputs.iter().map(|x| x * x).collect();
    let points = Points { inputs, labels, n_points: 45 };
    TrainingData::Fixed { points: Arc::new(points), batching: Batching::Shuffled(8) }
}

fn recipe(optimiser: Optimiser, data: TrainingData, precision: Precision) -> Recipe {
    Recipe {
        activation: Activation::Relu,
        loss: Loss::Mse,
        optimiser,
        initialisation: Initialisation::TorchLinear,
        data,
        steps: 90,
        precision,
        regime: Regime::default(),
        checkpoints: vec![0, 40, 70],
    }
}

fn recipes() -> Vec<Recipe> {
    let optimisers = [Optimiser::adam(0.01), Optimiser::Sgd { learning_rate: 0.01, momentum: 0.9 }];
    let mut all = Vec::new();
    for optimiser in optimisers {
        for precision in [Precision::F32, Precision::F64] {
            all.extend([fresh(), shuffled()].map(|data| recipe(optimiser, data, precision)));
        }
    }
    all
}

fn shape() -> Shape {
    Shape::new(1, vec![5, 3], 1).unwrap()
}

fn first_steps(recipe: &Recipe, steps: u64, seeds: &[u64]) -> Vec<Trained> {
    let part = Recipe { steps, ..recipe.clone() };
    train(&part, &shape(), 11, seeds, VectorUnit::widest(), &Keeping).unwrap()
}

fn after(one: Trained) -> Start {
    Start::after(one.seed, one.steps, one.parameters, one.state.unwrap())
}

#[test]
fn going_on_ends_in_the_same_bits() {
    let seeds: Vec<u64> = (0..5).collect();
    for recipe in recipes() {
        let whole = train(&recipe, &shape(), 11, &seeds, VectorUnit::widest(), &Keeping).unwrap();
        for broken_off in [1, 33, 40] {
            let starts: Vec<Start> = first_steps(&recipe, broken_off, &seeds).into_iter().map(after).collect();
            let parts = train_from(&recipe, &shape(), 11, &starts, VectorUnit::widest(), &Keeping).unwrap();
            for (whole, part) in whole.iter().zip(parts) {
                let checkpoints = whole.checkpoints.iter().filter(|(step, _)| *step >= broken_off).cloned().collect();
                assert_eq!(part, Trained { checkpoints, ..whole.clone() }, "{recipe:?} after {broken_off}");
            }
        }
    }
}

#[test]
fn starts_at_different_steps_do_not_disturb_each_other() {
    let recipe = &recipes()[0];
    let seeds = [3, 4, 5];
    let whole = train(recipe, &shape(), 11, &seeds, VectorUnit::widest(), &Unobserved).unwrap();
    let mut starts = vec![Start::drawn(3)];
    starts.extend(first_steps(recipe, 20, &[4]).into_iter().map(after));
    starts.extend(first_steps(recipe, 50, &[5]).into_iter().map(after));
    let mixed = train_from(recipe, &shape(), 11, &starts, VectorUnit::widest(), &Unobserved).unwrap();
    for (whole, mixed) in whole.iter().zip(&mixed) {
        assert_eq!((mixed.seed, &mixed.parameters), (whole.seed, &whole.parameters));
    }
}

#[test]
fn without_its_state_the_optimiser_begins_anew() {
    let recipe = &recipes()[0];
    let whole = train(recipe, &shape(), 11, &[2], VectorUnit::widest(), &Unobserved).unwrap();
    let part = first_steps(recipe, 40, &[2]).remove(0);
    let start = Start { state: None, ..after(part.clone()) };
    let forgetful = train_from(recipe, &shape(), 11, &[start], VectorUnit::widest(), &Keeping).unwrap().remove(0);
    assert_ne!(forgetful.parameters, whole[0].parameters);
    assert_eq!(forgetful.state.unwrap().steps, 50);
    assert_eq!(part.state.unwrap().steps, 40);
}

#[test]
fn a_network_stops_where_its_own_looks_say() {
    let unit = VectorUnit::widest();
    let seeds: Vec<u64> = (0..37).collect();
    for recipe in recipes() {
        let stopped = train(&recipe, &shape(), 11, &seeds, unit, &Whimsical).unwrap();
        for (seed, one) in stopped.iter().enumerate() {
            let expected = (1..)
                .map(|k| 7 * k)
                .take_while(|&step| step < 90)
                .find(|step| (31 * seed as u64 + step).is_multiple_of(11));
            let Some(step) = expected else {
                assert_eq!((one.outcome, one.steps), (Outcome::Finished, 90));
                continue;
            };
            assert_eq!((one.outcome, one.steps), (Outcome::Stopped { step }, step));
            let mut exact = first_steps(&recipe, step, &[one.seed]).remove(0);
            exact.outcome = one.outcome;
            assert_eq!(one, &exact);
        }
        assert!(stopped.iter().any(|one| one.outcome != stopped[0].outcome));
        let alone = |seed: u64| train(&recipe, &shape(), 11, &[seed], unit, &Whimsical).unwrap().remove(0);
        for seed in [0, 20, 36] {
            assert_eq!(stopped[seed as usize], alone(seed));
        }
        let portable = train(&recipe, &shape(), 11, &seeds, VectorUnit::Portable, &Whimsical).unwrap();
        assert_eq!(stopped, portable);
        let pool = rayon::ThreadPoolBuilder::new().num_threads(3).build().unwrap();
        assert_eq!(stopped, pool.install(|| train(&recipe, &shape(), 11, &seeds, unit, &Whimsical).unwrap()));
    }
}

#[test]
fn watched_networks_that_diverge_are_taken_at_once() {
    let data =
        TrainingData::Fresh { sampler: Sampler::Normal, formula: Formula::parse("1e18*x", 1).unwrap(), batch: 9 };
    let recipe = recipe(Optimiser::Sgd { learning_rate: 3.0, momentum: 0.5 }, data, Precision::F32);
    let seeds: Vec<u64> = (0..20).collect();
    let text = |one: &Trained| format!("{one:?}");
    let together = train(&recipe, &shape(), 0, &seeds, VectorUnit::widest(), &Whimsical).unwrap();
    assert!(together.iter().any(|one| matches!(one.outcome, Outcome::Diverged { .. })));
    for seed in [0, 7, 19] {
        let alone = train(&recipe, &shape(), 0, &[seed], VectorUnit::widest(), &Whimsical).unwrap();
        assert_eq!(text(&together[seed as usize]), text(&alone[0]));
    }
}

#[test]
fn states_that_do_not_fit_are_refused() {
    let (adam, sgd) = (&recipes()[0], &recipes()[4]);
    let n = shape().n_params();
    let refuse = |recipe: &Recipe, done: u64, first: Vec<f64>, second: Vec<f64>| {
        let start = Start::after(0, done, vec![0.1; n], OptimiserState { steps: done, first, second });
        train_from(recipe, &shape(), 0, &[start], VectorUnit::Portable, &Unobserved).unwrap_err()
    };
    let zeros = || vec![0.0; n];
    assert_eq!(refuse(adam, 90, zeros(), zeros()), RecipeError::NothingLeft { done: 90, steps: 90 });
    assert_eq!(refuse(sgd, 1, zeros(), zeros()), RecipeError::ForeignState);
    assert_eq!(refuse(adam, 1, zeros(), vec![-1.0; n]), RecipeError::Moment { value: -1.0 });
    assert!(refuse(adam, 1, vec![0.0], zeros()).to_string().contains("first moments"));
    assert!(refuse(adam, 1, zeros(), vec![]).to_string().contains("second moments"));
}
