//! How the cost of training one hidden layer globally grows: programs of the paper's enumeration, and relaxations of a
//! branch-and-bound search that has the same proof for less.

use crate::anatomy::case;
use crate::check::{CheckError, Context, Experiment, Readings, Scale};
use crate::statistics::CounterRng;
use relulab_optimal::Status;
use relulab_optimal::line::{Problem, Search, enumerate, mean_squared_error};
use relulab_train::Observer;

/// Names the random stream of the data.
const STREAM: u64 = 0x0070_726f_6772_616d;
/// Data are random multiples of one over this.
const GRID: u64 = 1 << 16;
/// Relaxations after which a search is given up; a number of its own steps, so that no clock decides.
const MOST_RELAXATIONS: u64 = 400_000;

/// The experiment.
pub struct Programs;

/// The case of so many points and units; seeds are data.
pub fn case_of(points: usize, units: usize) -> String {
    format!("points={points} units={units}")
}

/// Points and units of every instance: the points of each number of units, every one twice the one before.
pub fn instances(scale: Scale) -> Vec<(usize, usize)> {
    let of = |units: usize, least: usize, most: usize| {
        std::iter::successors(Some(least), |points| Some(2 * points))
            .take_while(move |points| *points <= most)
            .map(move |points| (points, units))
    };
    match scale {
        Scale::Quick => of(1, 16, 128).chain(of(2, 8, 64)).chain(of(3, 8, 32)).collect(),
        Scale::Full => of(1, 16, 512).chain(of(2, 8, 256)).chain(of(3, 8, 32)).collect(),
    }
}

impl Experiment for Programs {
    fn name(&self) -> &'static str {
        "programs"
    }

    fn question(&self) -> &'static str {
        "How many convex programs does algorithm 1 solve in one dimension, and how many does a search need?"
    }

    fn jobs(&self, scale: Scale) -> Vec<String> {
        instances(scale).into_iter().map(|(points, units)| case_of(points, units)).collect()
    }

    fn seconds(&self, _job: &str, scale: Scale) -> f64 {
        scale.pick(0.3, 4.0)
    }

    /// Both ways on the same data: labels are noise, the hardest there is, since no network fits it.
    fn run(&self, job: &str, context: &Context<'_>) -> Result<Readings, CheckError> {
        let (points, width): (usize, usize) = (case::setting(job, "points")?, case::setting(job, "units")?);
        let mut readings = Readings::default();
        for seed in 0..context.scale.pick(2, 3) {
            let mut rng = CounterRng::new(&[STREAM, context.study_seed, seed, points as u64, width as u64]);
            let mut number = || rng.below(GRID) as f64 / GRID as f64;
            let x: Vec<f64> = (0..points).map(|place| place as f64 + number() / 2.0).collect();
            let y: Vec<f64> = (0..points).map(|_| number()).collect();
            let problem = Problem::new(&x, &y, width, true).map_err(CheckError::because)?;
            let enumerated = enumerate(&problem);
            context.unless_cancelled(())?;
            let mut search = Search::new(problem, &[]);
            let status = search.run(|progress| context.may_go_on() && progress.n_relaxations < MOST_RELAXATIONS);
            context.unless_cancelled(())?;
            let progress = search.progress();
            readings.push(job, seed, "programs", enumerated.n_programs as f64);
            readings.push(job, seed, "relaxations", progress.n_relaxations as f64);
            readings.push(job, seed, "gap is closed", f64::from(u8::from(status == Status::Optimal)));
            let loss = mean_squared_error(&enumerated.network, &x, &y);
            readings.push(job, seed, "loss by programs", loss);
            readings.push(job, seed, "loss by search", progress.objective);
        }
        Ok(readings)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::anatomy::testing::context_of;

    #[test]
    fn both_ways_find_the_same_loss() {
        let case = case_of(8, 2);
        let readings = context_of(Scale::Quick, |context| Programs.run(&case, context)).unwrap();
        // C(4 (8 − 2) + 1, 2).
        assert_eq!(readings.sample(&case, "programs").values(), [300.0, 300.0]);
        let losses = ["loss by programs", "loss by search"].map(|way| readings.sample(&case, way));
        for (one, two) in losses[0].values().iter().zip(losses[1].values()) {
            assert!((one - two).abs() <= 1e-9 * two, "{losses:?}");
        }
    }
}
