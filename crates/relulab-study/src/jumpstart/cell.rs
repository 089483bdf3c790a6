//! One cell of a study: networks of one width and depth, and the readings that their films leave.

use super::film::{Camera, Film};
use super::task::Task;
use super::way::Way;
use crate::check::{CheckError, Context, Readings};
use relulab_net::Shape;
use relulab_train::{LayerCensus, Status};

/// Epochs of the paper's MOONS study, at both scales: what trains late would be missed by fewer.
pub const EPOCHS: u64 = 5000;
/// The points that scores are taken on.
pub const PARTS: [&str; 2] = ["training", "validation"];
/// What units, points and layers can be.
pub const STATUSES: [&str; 3] = ["dead", "linear", "nonlinear"];
/// Accuracy after the last epoch.
pub const LAST: &str = "accuracy last";
/// Best accuracy of all looks.
pub const BEST: &str = "accuracy best";

/// The quantity of a score, as in `training accuracy best`.
pub fn score(part: usize, which: &str) -> String {
    format!("{} {which}", PARTS[part])
}

/// The quantity of a census, as in `dead units end`: shares of the units or points, means over layers, or numbers of
/// layers.
pub fn census(status: &str, of: &str, when: &str) -> String {
    format!("{status} {of} {when}")
}

/// Networks of one width and depth, trained one way on one task.
pub struct Cell<'a> {
    /// What is learnt.
    pub task: &'a Task,
    /// How.
    pub way: &'a Way,
    /// Units of each hidden layer (channels, in a convolution).
    pub width: usize,
    /// Hidden layers.
    pub depth: usize,
}

impl Cell<'_> {
    /// Trains seeds 0 to `n_seeds` and notes what was seen, and what units and points did at further epochs.
    ///
    /// # Errors
    /// When the way does not fit the shape, or the run is to stop.
    pub fn note(
        &self,
        case: &str,
        n_seeds: u64,
        counted: &[u64],
        context: &Context<'_>,
        readings: &mut Readings,
    ) -> Result<(), CheckError> {
        let shape = Shape::new(2, vec![self.width; self.depth], 1).map_err(CheckError::because)?;
        let seeds: Vec<u64> = (0..n_seeds).collect();
        let camera = Camera::new(self.task, self.way, &shape, EPOCHS, counted);
        for film in camera.films(&seeds, context)? {
            note_scores(case, &film, readings);
            note_censuses(case, &film, counted, readings);
        }
        readings.push(case, 0, "parameters", self.way.regime.n_params(&shape) as f64);
        Ok(())
    }
}

fn note_scores(case: &str, film: &Film, readings: &mut Readings) {
    let seed = film.seed;
    for part in 0..PARTS.len() {
        let (Some(last), Some(best)) = (film.last(), film.best(part)) else { continue };
        readings.push(case, seed, &score(part, LAST), last.scores[part].accuracy);
        readings.push(case, seed, &score(part, "loss last"), last.scores[part].loss);
        readings.push(case, seed, &score(part, BEST), best.scores[part].accuracy);
        readings.push(case, seed, &score(part, "loss best"), film.least_loss(part));
        readings.push(case, seed, &score(part, "epoch of best accuracy"), best.epoch as f64);
    }
    readings.push(case, seed, "diverged", f64::from(u8::from(film.diverged.is_some())));
    if let Some(epoch) = film.diverged {
        readings.push(case, seed, "epoch of divergence", epoch as f64);
    }
}

fn note_censuses(case: &str, film: &Film, counted: &[u64], readings: &mut Readings) {
    let end = film.last().map_or(0, |frame| frame.epoch);
    for (epoch, layers) in &film.censuses {
        if *epoch == 0 {
            note_census(case, film.seed, "start", layers, readings);
        }
        if *epoch == end && end > 0 {
            note_census(case, film.seed, "end", layers, readings);
        }
        if counted.contains(epoch) {
            note_census(case, film.seed, &format!("epoch={epoch}"), layers, readings);
        }
    }
}

/// Notes the shares of units and points by status, means over layers, and the numbers of dead and of linear layers.
fn note_census(case: &str, seed: u64, when: &str, layers: &[LayerCensus], readings: &mut Readings) {
    let n = layers.len().max(1) as f64;
    let units: Vec<[usize; 3]> = layers.iter().map(|l| [l.dead_units, l.linear_units, l.nonlinear_units]).collect();
    let points: Vec<[usize; 3]> = layers.iter().map(|l| [l.dead_points, l.linear_points, l.nonlinear_points]).collect();
    for (of, counts) in [("units", units), ("points", points)] {
        for (status, name) in STATUSES.iter().enumerate() {
            let share = |counts: &[usize; 3]| counts[status] as f64 / counts.iter().sum::<usize>().max(1) as f64;
            let mean = counts.iter().map(share).sum::<f64>() / n;
            readings.push(case, seed, &census(name, of, when), mean);
        }
    }
    for (status, name) in [(Status::Dead, "dead"), (Status::Linear, "linear")] {
        let count = layers.iter().filter(|layer| layer.status() == status).count();
        readings.push(case, seed, &census(name, "layers", when), count as f64);
    }
}
