//! Labels without a rule: how far the training loss falls with the width, beside gradient descent and Adam at the same
//! number of steps.

use super::panels::{SEARCH_SEED, Size};
use super::trial::{Rule, Trial, best, half_decades};
use crate::anatomy::case;
use crate::check::{CheckError, Context, Experiment, Readings, Scale};
use relulab_net::{Dataset, Shape};
use relulab_train::{Mirrored, Networks};

/// The experiment.
pub struct RandomLabels;

/// Widths: 2n/d times ¼, ½, 1, 2 and 4.
pub const WIDTHS: [usize; 5] = super::panels::WIDTHS;
/// The ways to train: our regime in two balls, and what anyone would try first, with biases.
pub const WAYS: [&str; 4] = ["ours-10", "ours-1000", "descent", "adam"];
/// Signs, or numbers N(0, 1).
pub const LABELS: [&str; 2] = ["signs", "numbers"];

/// The case of labels, a width and a way.
pub fn case_of(labels: &str, width: usize, way: &str) -> String {
    format!("labels={labels} width={width} way={way}")
}

impl Experiment for RandomLabels {
    fn name(&self) -> &'static str {
        "random-labels"
    }

    fn question(&self) -> &'static str {
        "Which labels without a rule does a narrow network learn, in our regime, by descent and by Adam?"
    }

    fn jobs(&self, _scale: Scale) -> Vec<String> {
        let of = |labels: &'static str, width: usize| WAYS.map(|way| case_of(labels, width, way));
        LABELS
            .into_iter()
            .flat_map(|labels| WIDTHS.into_iter().rev().flat_map(move |width| of(labels, width)))
            .collect()
    }

    fn seconds(&self, job: &str, scale: Scale) -> f64 {
        scale.pick(0.003, 0.08) * case::setting(job, "width").unwrap_or(40.0)
    }

    fn run(&self, job: &str, context: &Context<'_>) -> Result<Readings, CheckError> {
        let size = Size::of(context.scale);
        let size = Size { search: size.search / 2, steps: size.steps / 2, ..size };
        let way: String = case::setting(job, "way")?;
        let is_signs = case::setting::<String>(job, "labels")? == LABELS[0];
        let shape = Shape::new(size.dim, vec![case::setting(job, "width")?], 1).map_err(CheckError::because)?;
        let data = |seed: u64| -> Result<Dataset, CheckError> {
            let data = size.data(context.study_seed, seed)?;
            if !is_signs {
                return Ok(data);
            }
            let labels = data.labels().iter().map(|y| y.signum()).collect();
            Dataset::new(data.inputs().to_vec(), size.dim, labels, 1).map_err(CheckError::because)
        };
        let trial = |data: &Dataset| trial(&way, data);
        let mut readings = Readings::default();
        let mut scores = Vec::new();
        let searched = data(SEARCH_SEED)?;
        for (place, rate) in rates(&way, size).into_iter().enumerate() {
            let run = trial(&searched).train(context, &shape, rate, size.search, SEARCH_SEED)?;
            readings.push(job, place as u64, "search: step", rate);
            readings.push(job, place as u64, "search: loss", run.training_loss);
            scores.push((rate, run.training_loss));
        }
        let rate = best(&scores);
        readings.push(job, 0, "step", rate);
        for seed in 0..size.seeds {
            let data = data(seed)?;
            let run = trial(&data).train_down(context, &shape, rate, size.phases(), (seed, &[]))?;
            let networks =
                Networks { shape: &shape, activation: super::trial::ACTIVATION, parameters: &[&run.parameters] };
            let outputs = networks.outputs(data.inputs(), context.unit).concat();
            let n = data.n_points() as f64;
            let pairs = || outputs.iter().zip(data.labels());
            let loss = pairs().map(|(f, y)| (f - y) * (f - y)).sum::<f64>() / n;
            readings.push(job, seed, "loss", loss);
            if is_signs {
                let right = pairs().filter(|(f, y)| f.signum() == **y).count();
                readings.push(job, seed, "accuracy", right as f64 / n);
            }
        }
        context.unless_cancelled(readings)
    }
}

/// A way by name.
fn trial(way: &str, data: &Dataset) -> Trial {
    let mirrored = match way {
        "ours-10" => Some(Mirrored::published(10.0)),
        "ours-1000" => Some(Mirrored::published(1000.0)),
        _ => None,
    };
    let rule = if way == "adam" { Rule::Adam } else { Rule::Descent };
    Trial { rule, ..Trial::descent(mirrored, data) }
}

/// Nine sizes of steps for each way.
fn rates(way: &str, size: Size) -> Vec<f64> {
    match way {
        "adam" => half_decades(-8, 0),
        _ => super::panels::rates().into_iter().map(|rate| size.rate(rate)).collect(),
    }
}
