//! Small pieces of every experiment, and claims from made-up readings.

use super::*;
use crate::anatomy::case;
use crate::anatomy::testing::context_of;
use crate::check::{Claim, Context, Evidence, Readings, Scale, Verdict};
use relulab_net::{Dataset, Shape};
use relulab_train::Mirrored;

fn run(experiment: &dyn Experiment, job: &str) -> Readings {
    assert!(experiment.jobs(Scale::Quick).iter().any(|one| one == job), "{job}");
    context_of(Scale::Quick, |context: &Context<'_>| experiment.run(job, context)).unwrap()
}

/// Images of two pixels, whose class is their brightness.
fn images() -> Images {
    let set = |n: usize| {
        let class = |k: usize| k % 10;
        let inputs = (0..n).flat_map(|k| [class(k) as f64 / 10.0, 1.0 - class(k) as f64 / 10.0]).collect();
        Dataset::new(inputs, 2, (0..n).map(|k| class(k) as f64).collect(), 1).unwrap()
    };
    Images::new(&set(120), &set(40)).unwrap()
}

#[test]
fn a_cell_ends_in_its_sets_and_notes_where() {
    let job = panels::case_of(10, 0.1, "ours");
    let readings = run(&panels::Panels, &job);
    let all = |quantity: &str| readings.sample(&job, quantity).values().to_vec();
    assert_eq!(all("loss").len(), 2);
    assert!(all("distance by radius").iter().all(|share| *share <= 1.0 + 1e-5));
    assert_eq!(all("least output weight"), all("largest output weight"));
    // Fewer weights than points, and a start of half the rank.
    assert!(all("lambda_min").iter().all(|value| *value == 0.0));
    assert_eq!(all("search: loss").len(), panels::rates().len());
    // The step that is kept is one of those tried, with the least loss.
    let tried: Vec<(u64, f64)> = readings.values(&job, "search: loss").collect();
    let best = tried.iter().min_by(|a, b| a.1.total_cmp(&b.1)).unwrap().0;
    let step = readings.values(&job, "search: step").find(|(place, _)| *place == best).unwrap().1;
    assert_eq!(all("step"), [step]);
}

#[test]
fn the_engine_and_the_layer_measure_the_same_stationarity() {
    context_of(Scale::Quick, |context| {
        let data = relulab_net::random_labels(40, 4, 7).unwrap();
        let mirrored = Mirrored { ratio: Some(3.0), ..Mirrored::published(0.2) };
        let shape = Shape::new(4, vec![6], 1).unwrap();
        let trial = trial::Trial::descent(Some(mirrored), &data);
        let recipe = relulab_train::Recipe {
            checkpoints: vec![0, 19],
            precision: relulab_train::Precision::F64,
            ..trial.recipe(0.2, 20)
        };
        let run = &context.train_seeds(&recipe, &shape, &[3]).unwrap()[0];
        let layer = |k: usize| hidden_layer::HiddenLayer::of(&shape, trial::ACTIVATION, &run.checkpoints[k].1).unwrap();
        // The engine's loss is the mean of squares, the layer's half their sum.
        let rate = 0.2 * 2.0 / 40.0;
        let ours = layer(1).stationarity(&data, &layer(0).inputs, &mirrored, rate) * 2.0 / 40.0;
        let engine = run.stationarity.unwrap();
        assert!((ours - engine).abs() < 1e-9 * engine, "{ours} {engine}");
    });
}

#[test]
fn the_last_phase_goes_on_with_a_tenth_of_the_step() {
    context_of(Scale::Quick, |context| {
        let data = relulab_net::random_labels(30, 4, 7).unwrap();
        let shape = Shape::new(4, vec![4], 1).unwrap();
        let trial = trial::Trial::descent(Some(Mirrored::published(1.0)), &data);
        let both = trial.train_down(context, &shape, 0.1, [30, 10], (0, &[0])).unwrap();
        let first = trial.train(context, &shape, 0.1, 30, 0).unwrap();
        assert_eq!(both.checkpoints[1], (30, first.parameters.clone()));
        let start = relulab_train::Start::after(0, 30, first.parameters, first.state.unwrap());
        let second = context.train_from(&trial.recipe(0.01, 40), &shape, &[start]).unwrap();
        assert!(both.parameters.iter().zip(&second[0].parameters).all(|(a, b)| (a - b).abs() < 1e-7));
        // A run that diverges stays as it is.
        let wild = trial.train_down(context, &shape, 1e30, [30, 10], (0, &[0])).unwrap();
        assert!(wild.parameters.iter().any(|value| !value.is_finite()) || wild.training_loss > 1.0);
    });
}

#[test]
fn small_jobs_of_the_other_experiments() {
    let job = ablations::case_of("deep-ours", 20, 100.0);
    assert_eq!(run(&ablations::Ablations, &job).sample(&job, "loss").len(), 2);
    let job = random_labels::case_of("signs", 10, "adam");
    let readings = run(&random_labels::RandomLabels, &job);
    assert!(readings.sample(&job, "accuracy").values().iter().all(|share| (0.5..=1.0).contains(share)));
    let job = kkt::case_of(40, 8, 0.1, "1");
    let readings = run(&kkt::Kkt, &job);
    assert_eq!(readings.sample(&job, "is stationary").values(), [1.0; 4]);
    assert!(readings.sample(&job, "loss").values().iter().all(|loss| *loss < 1e-15));
    let job = tabular::case_of("wine", 0.25, "adam");
    let readings = run(&tabular::Tabular, &job);
    assert_eq!(readings.sample(&job, "width").values(), [4.0]);
    assert!(readings.sample(&job, "test error").values().iter().all(|error| (0.0..0.5).contains(error)));
}

#[test]
fn images_are_learnt_and_random_labels_are_not_those_given() {
    let data = Data { mnist: Some(images()), fashion_mnist: None };
    assert_eq!(experiments(&Data::default()).len() + 1, experiments(&data).len());
    let vision = vision::Vision { images: vec![("mnist", images())] };
    let job = vision::case_of("mnist", "given", 2.0, "adam");
    let readings = run(&vision, &job);
    assert_eq!(readings.sample(&job, "n").values(), [100.0]);
    assert_eq!(readings.sample(&job, "width").values(), [100.0]);
    assert!(readings.sample(&job, "test error").values().iter().all(|error| (0.0..=1.0).contains(error)));
    let job = vision::case_of("mnist", "random", 4.0, "descent");
    let readings = run(&vision, &job);
    assert_eq!(readings.sample(&job, "training error").len(), 2);
    assert!(readings.sample(&job, "test error").is_empty());
    let wrong = Dataset::new(vec![0.0; 12], 1, vec![11.0; 12], 1).unwrap();
    assert!(Images::new(&wrong, &wrong).is_err());
    assert!(Images::new(&wrong.subset(&[0]).unwrap(), &wrong).is_err());
}

#[test]
fn widths_are_even_and_at_least_what_they_are_asked_to_be() {
    assert_eq!(tabular::width(1000, 50, 2.0), 40);
    assert_eq!(tabular::width(353, 10, 2.0), 72);
    assert_eq!(tabular::width(353, 10, 0.25), 10);
    assert_eq!(tabular::width(10, 784, 0.125), 2);
}

/// Readings of all experiments, as if our regime had this loss and this error, and the others the second.
fn made_up(ours: f64, other: f64) -> Evidence {
    let data = Data { mnist: Some(images()), fashion_mnist: None };
    let mut evidence = Evidence::default();
    for experiment in experiments(&data) {
        let readings = evidence.readings.entry(experiment.name().to_owned()).or_default();
        for job in experiment.jobs(Scale::Full) {
            let names =
                ["regime", "variant", "way"].map(|name| case::setting::<String>(&job, name).unwrap_or_default());
            let is_ours =
                experiment.name() == "kkt" || names.iter().any(|name| name == "deep-ours" || name.starts_with("ours"));
            let value = if is_ours { ours } else { other };
            for seed in 0..6 {
                let mut note = |quantity: &str, value: f64| readings.push(&job, seed, quantity, value);
                for quantity in ["loss", "test error", "stationarity", "distance by radius"] {
                    note(quantity, value * (1.0 + 0.01 * seed as f64));
                }
                for quantity in ["lambda_min", "sigma_min", "lambda_min at 0"] {
                    note(quantity, if is_ours { 1.0 / ours } else { 1.0 / other });
                }
                for (quantity, value) in [
                    ("sigma_max", 2.0 / ours),
                    ("sigma_max at 0", 2.0 / ours),
                    ("is stationary", 1.0),
                    ("is inside", 1.0),
                    ("accuracy", 1.0),
                    ("least output weight", 0.3),
                    ("largest output weight", 0.3),
                ] {
                    note(quantity, value);
                }
            }
        }
    }
    evidence
}

fn verdict(claims: &[Claim], words: &str) -> Verdict {
    claims.iter().find(|claim| claim.text.contains(words)).unwrap_or_else(|| panic!("{words}")).verdict
}

#[test]
fn claims_follow_the_readings_in_both_directions() {
    let (good, bad) = (claims(&made_up(1e-17, 0.5)), claims(&made_up(0.5, 1e-17)));
    for (words, when_good) in [
        ("there is a network without loss in every small ball", Verdict::Reproduced),
        ("every stationary point strictly inside", Verdict::Reproduced),
        ("has a loss of O(ε²)", Verdict::Reproduced),
        ("around the regular start training fails", Verdict::Reproduced),
        ("always finds a low-cost solution", Verdict::Reproduced),
        ("the regular regime in a ball fails", Verdict::Reproduced),
        ("significantly outperforms the regular one", Verdict::Reproduced),
        ("more singular Jacobian", Verdict::Reproduced),
        ("the pairwise structure is useful", Verdict::Reproduced),
        ("last hidden layer of a deeper", Verdict::Reproduced),
        ("lower training loss than Adam", Verdict::Reproduced),
        ("MNIST: test accuracy higher than SGD's", Verdict::Reproduced),
        ("MNIST: our regime significantly outperforms Adam", Verdict::Reproduced),
        ("no worse than gradient descent", Verdict::Reproduced),
        ("on narrow networks better than Adam", Verdict::Reproduced),
        ("converges to a KKT point", Verdict::Reproduced),
    ] {
        assert_eq!(verdict(&good, words), when_good, "{words}");
        assert_ne!(verdict(&bad, words), when_good, "{words}");
    }
    assert_eq!(verdict(&good, "never touches the boundary"), Verdict::SelfContradictory);
    assert_eq!(verdict(&good, "Fashion-MNIST"), Verdict::NotTestable);
    assert_eq!(verdict(&good, "assumption 2"), Verdict::SelfContradictory);
    assert_eq!(good.len(), bad.len());
    let nothing = claims(&Evidence::default());
    assert!(nothing.iter().all(|claim| matches!(claim.verdict, Verdict::NotTestable | Verdict::SelfContradictory)));
    let ids: std::collections::BTreeSet<&str> = good.iter().map(|claim| claim.id.as_str()).collect();
    assert_eq!(ids.len(), good.len());
}
