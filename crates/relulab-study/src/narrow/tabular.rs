//! Test error on small real tables, at widths from 2n/d downwards, beside Adam and gradient descent with the same number
//! of steps and of step sizes tried.

use super::score::scores;
use super::tables::{TABLES, Table, standardised};
use super::trial::{Rule, Trial, best, half_decades};
use crate::anatomy::case;
use crate::check::{CheckError, Context, Experiment, Readings, Scale};
use relulab_net::{Dataset, Fold, Shape};
use relulab_train::Mirrored;

/// The experiment.
pub struct Tabular;

/// Parts in which a table is divided; each is held out once in every repetition.
const FOLDS: usize = 5;
/// Parts of the training points, one of which chooses the size of steps.
const INNER_FOLDS: usize = 4;
/// Widths as multiples of n/d.
pub const SHARES: [f64; 4] = [2.0, 1.0, 0.5, 0.25];
/// The ways to train: pairs in two balls with any ratio of output weights, with equal ones, and what anyone would try first.
pub const WAYS: [&str; 5] = ["ours-1", "ours-1000", "ours-equal", "descent", "adam"];

/// The smallest even width of at least so many n/d.
pub fn width(n_points: usize, dim: usize, share: f64) -> usize {
    2 * ((share * n_points as f64 / dim as f64 / 2.0).ceil() as usize).max(1)
}

/// The case of a table, a width as a multiple of n/d, and a way.
pub fn case_of(table: &str, share: f64, way: &str) -> String {
    format!("table={table} share={share} way={way}")
}

/// A way by name.
pub fn way(name: &str) -> (Rule, Option<Mirrored>) {
    let free = |radius: f64| Some(Mirrored { ratio: None, ..Mirrored::published(radius) });
    match name {
        "ours-1" => (Rule::Descent, free(1.0)),
        "ours-10" => (Rule::Descent, free(10.0)),
        "ours-1000" => (Rule::Descent, free(1000.0)),
        "ours-equal" => (Rule::Descent, Some(Mirrored::published(1000.0))),
        "adam" => (Rule::Adam, None),
        _ => (Rule::Descent, None),
    }
}

impl Experiment for Tabular {
    fn name(&self) -> &'static str {
        "tabular"
    }

    fn question(&self) -> &'static str {
        "How large is the test error on real tables at widths from 2n/d downwards?"
    }

    fn jobs(&self, _scale: Scale) -> Vec<String> {
        let of =
            |table: &'static str| SHARES.into_iter().flat_map(move |share| WAYS.map(|way| case_of(table, share, way)));
        TABLES.into_iter().flat_map(|table| of(table.name)).collect()
    }

    fn seconds(&self, _job: &str, scale: Scale) -> f64 {
        scale.pick(0.2, 3.0)
    }

    fn run(&self, job: &str, context: &Context<'_>) -> Result<Readings, CheckError> {
        let table = Table::named(&case::setting::<String>(job, "table")?)?;
        let data = table.read()?;
        let (rule, mirrored) = way(&case::setting::<String>(job, "way")?);
        let n_train = data.n_points() - data.n_points().div_ceil(FOLDS);
        let width = width(n_train, data.input_dim(), case::setting(job, "share")?);
        let shape = Shape::new(data.input_dim(), vec![width], data.output_dim()).map_err(CheckError::because)?;
        let steps = context.scale.pick(200, 1000);
        let trial = |data: &Dataset| Trial { loss: table.loss(), rule, ..Trial::descent(mirrored, data) };
        let split = |data: &Dataset, fold: &Fold| -> Result<[Dataset; 2], CheckError> {
            let part = |indices: &[usize]| data.subset(indices).map_err(CheckError::because);
            standardised(&part(&fold.train)?, &part(&fold.test)?, table.n_classes == 0)
        };
        let mut readings = Readings::default();
        for (quantity, value) in
            [("n", n_train as f64), ("d", data.input_dim() as f64), ("width", width as f64), ("steps", steps as f64)]
        {
            readings.push(job, 0, quantity, value);
        }
        for seed in 0..context.scale.pick(2, 2 * FOLDS as u64) {
            let repetition = context.study_seed.wrapping_add(seed / FOLDS as u64);
            let folds = data.folds(FOLDS, repetition).map_err(CheckError::because)?;
            let fold = &folds[seed as usize % FOLDS];
            let training = data.subset(&fold.train).map_err(CheckError::because)?;
            let inner = training.folds(INNER_FOLDS, repetition).map_err(CheckError::because)?;
            let [part, held_out] = split(&training, &inner[0])?;
            let rates = if rule == Rule::Adam { half_decades(-8, 0) } else { half_decades(-5, 3) };
            let searched = trial(&part);
            let mut networks = Vec::new();
            for rate in &rates {
                networks.push(searched.train(context, &shape, *rate, steps, seed)?.parameters);
            }
            let losses = scores(context, &shape, table.loss(), &held_out, &networks);
            let tried: Vec<(f64, f64)> = rates.iter().zip(losses).map(|(rate, (loss, _))| (*rate, loss)).collect();
            let rate = best(&tried);
            let [training, test] = split(&data, fold)?;
            let network = trial(&training).train(context, &shape, rate, steps, seed)?.parameters;
            readings.push(job, seed, "step", rate);
            for (set, data) in [("training", &training), ("test", &test)] {
                let (loss, error) = scores(context, &shape, table.loss(), data, std::slice::from_ref(&network))[0];
                readings.push(job, seed, &format!("{set} loss"), loss);
                readings.push(job, seed, &format!("{set} error"), error);
            }
        }
        context.unless_cancelled(readings)
    }
}
