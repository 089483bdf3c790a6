//! Test error on MNIST and Fashion-MNIST with one hidden layer, at widths from 2n/d downwards; and random labels of the same images.

use super::images::Images;
use super::score::scores;
use super::tabular::{way, width};
use super::trial::{Rule, Trial, best, half_decades, points_of};
use crate::anatomy::case;
use crate::check::{CheckError, Context, Experiment, Readings, Scale};
use crate::statistics::CounterRng;
use relulab_net::{Dataset, Loss, Shape};
use relulab_train::{Batching, Points};
use std::sync::Arc;

/// Names the random stream of labels.
const STREAM: u64 = 0x006c_6162_656c_7321;
/// Samples of a step.
const BATCH: usize = 128;
/// Images that are given random labels.
const RANDOM_LABELLED: usize = 4000;
/// Widths as multiples of n/d.
pub const SHARES: [f64; 5] = [2.0, 1.0, 0.5, 0.25, 0.125];
/// The same for random labels: ten outputs ask for more than one does.
pub const RANDOM_SHARES: [f64; 4] = [2.0, 4.0, 8.0, 16.0];
/// The ways to train.
pub const WAYS: [&str; 4] = ["ours-10", "ours-1000", "descent", "adam"];
/// The ways for random labels.
pub const RANDOM_WAYS: [&str; 3] = ["ours-1000", "descent", "adam"];
/// Equal output weights, κ = 1: ten outputs that are multiples of one.
pub const EQUAL: &str = "ours-equal";

/// The experiment, with the images that there are, by name.
pub struct Vision {
    /// `mnist`, `fashion-mnist`, or both.
    pub images: Vec<(&'static str, Images)>,
}

/// The case of images, their labels (`given` or `random`), a width as a multiple of n/d, and a way.
pub fn case_of(images: &str, labels: &str, share: f64, way: &str) -> String {
    format!("images={images} labels={labels} share={share} way={way}")
}

/// The jobs for images of these names.
pub fn jobs_of(names: &[&str], scale: Scale) -> Vec<String> {
    let shares = &SHARES[..scale.pick(2, SHARES.len())];
    let random = &RANDOM_SHARES[..scale.pick(2, RANDOM_SHARES.len())];
    let mut jobs = Vec::new();
    for name in names {
        for share in shares {
            jobs.extend(WAYS.map(|way| case_of(name, "given", *share, way)));
        }
        jobs.push(case_of(name, "given", SHARES[0], EQUAL));
    }
    if let Some(name) = names.first() {
        for share in random {
            jobs.extend(RANDOM_WAYS.map(|way| case_of(name, "random", *share, way)));
        }
    }
    jobs
}

/// What a job trains on.
struct Task {
    training: Arc<Points>,
    held_out: Arc<Dataset>,
    test: Option<Arc<Dataset>>,
    epochs: u64,
}

impl Vision {
    fn task(&self, job: &str, context: &Context<'_>) -> Result<Task, CheckError> {
        let name: String = case::setting(job, "images")?;
        let found = self.images.iter().find(|(one, _)| *one == name);
        let images = &found.ok_or_else(|| CheckError::because(format!("no images \"{name}\"")))?.1;
        if case::setting::<String>(job, "labels")? == "given" {
            return Ok(Task {
                training: Arc::clone(&images.training),
                held_out: Arc::clone(&images.held_out),
                test: Some(Arc::clone(&images.test)),
                epochs: context.scale.pick(1, 6),
            });
        }
        let label = |index: usize| {
            Some(CounterRng::new(&[STREAM, context.study_seed, index as u64]).index(images.test.output_dim()))
        };
        let data = images.first(RANDOM_LABELLED, label)?;
        let training = Arc::new(points_of(&data));
        Ok(Task { training, held_out: Arc::new(data), test: None, epochs: context.scale.pick(8, 40) })
    }
}

impl Experiment for Vision {
    fn name(&self) -> &'static str {
        "vision"
    }

    fn question(&self) -> &'static str {
        "How large is the test error on images at widths from 2n/d downwards, and which random labels are learnt?"
    }

    fn jobs(&self, scale: Scale) -> Vec<String> {
        let names: Vec<&str> = self.images.iter().map(|(name, _)| *name).collect();
        jobs_of(&names, scale)
    }

    fn seconds(&self, job: &str, scale: Scale) -> f64 {
        if job.contains("random") { scale.pick(1.0, 4.0) } else { scale.pick(3.0, 18.0) }
    }

    fn run(&self, job: &str, context: &Context<'_>) -> Result<Readings, CheckError> {
        let task = self.task(job, context)?;
        let (rule, mirrored) = way(&case::setting::<String>(job, "way")?);
        let n = task.training.n_points;
        let (dim, outputs) = (task.held_out.input_dim(), task.held_out.output_dim());
        let width = width(n, dim, case::setting(job, "share")?);
        let shape = Shape::new(dim, vec![width], outputs).map_err(CheckError::because)?;
        let loss = Loss::SoftmaxCrossEntropy;
        let batching = Batching::Shuffled(BATCH);
        let trial = Trial { loss, rule, mirrored, points: Arc::clone(&task.training), batching };
        let per_epoch = n.div_ceil(BATCH) as u64;
        let steps = task.epochs * per_epoch;
        let mut readings = Readings::default();
        for (quantity, value) in
            [("n", n as f64), ("d", dim as f64), ("width", width as f64), ("epochs", task.epochs as f64)]
        {
            readings.push(job, 0, quantity, value);
        }
        let rates = if rule == Rule::Adam { half_decades(-7, -3) } else { half_decades(-3, 1) };
        let mut networks = Vec::new();
        for rate in &rates {
            networks.push(trial.train(context, &shape, *rate, steps, 0)?.parameters);
        }
        let losses = scores(context, &shape, loss, &task.held_out, &networks);
        let tried: Vec<(f64, f64)> = rates.iter().zip(losses).map(|(rate, (loss, _))| (*rate, loss)).collect();
        for (place, (rate, loss)) in tried.iter().enumerate() {
            readings.push(job, place as u64, "search: step", *rate);
            readings.push(job, place as u64, "search: loss", *loss);
        }
        let rate = best(&tried);
        readings.push(job, 0, "step", rate);
        // Seed 0 is trained already.
        let chosen = rates.iter().position(|one| *one == rate).unwrap_or(0);
        networks = vec![networks.swap_remove(chosen)];
        for seed in 1..context.scale.pick(2, 3) {
            networks.push(trial.train(context, &shape, rate, steps, seed)?.parameters);
        }
        let (set, data) = task.test.as_ref().map_or(("training", &task.held_out), |test| ("test", test));
        for (seed, (loss, error)) in scores(context, &shape, loss, data, &networks).into_iter().enumerate() {
            readings.push(job, seed as u64, &format!("{set} loss"), loss);
            readings.push(job, seed as u64, &format!("{set} error"), error);
        }
        context.unless_cancelled(readings)
    }
}
