//! How many half-space dichotomies data points have: the size of the list that global training enumerates.

use crate::anatomy::case;
use crate::check::{CheckError, Context, Experiment, Readings, Scale};
use crate::statistics::CounterRng;
use relulab_construct::{MAX_COUNTED_REGIONS, Zonotope, count_pieces};
use relulab_exact::Rational;

/// Names the random stream of the points.
const STREAM: u64 = 0x6469_6368_6f74_6f6d;
/// Coordinates of the points lie between minus this and this.
const LARGEST: u64 = 50;
/// Draws after which points in general position are given up.
const MOST_DRAWS: u64 = 1000;

/// The experiment.
pub struct Dichotomies;

/// The case of so many points in n dimensions; seeds are sets of points.
pub fn case_of(input_dim: usize, points: usize) -> String {
    format!("n={input_dim} points={points}")
}

/// Dimensions, and numbers of points in each, every one twice the one before.
pub fn instances(scale: Scale) -> Vec<(usize, usize)> {
    let of = |n: usize, points: &[usize]| points.iter().map(|&points| (n, points)).collect::<Vec<_>>();
    let mut found = of(1, &[4, 8, 16]);
    found.extend(of(2, scale.pick(&[4, 8], &[4, 8, 16])));
    found.extend(of(3, scale.pick(&[4], &[4, 8])));
    found
}

impl Experiment for Dichotomies {
    fn name(&self) -> &'static str {
        "dichotomies"
    }

    fn question(&self) -> &'static str {
        "Into how many half-space dichotomies do points fall, which global training goes through?"
    }

    fn jobs(&self, scale: Scale) -> Vec<String> {
        instances(scale).into_iter().map(|(n, points)| case_of(n, points)).collect()
    }

    fn seconds(&self, _job: &str, scale: Scale) -> f64 {
        scale.pick(0.05, 0.5)
    }

    /// A dichotomy of points x by sign(a·x + b) is a cell of the hyperplanes ⟨(x, 1), (a, b)⟩ = 0, which are those where
    /// the support function of the zonotope with generators (x, 1) bends.
    fn run(&self, job: &str, context: &Context<'_>) -> Result<Readings, CheckError> {
        let (n, points): (usize, usize) = (case::setting(job, "n")?, case::setting(job, "points")?);
        let mut readings = Readings::default();
        for seed in 0..context.scale.pick(2, 4) {
            let mut rng = CounterRng::new(&[STREAM, context.study_seed, seed, n as u64, points as u64]);
            let zonotope = (0..MOST_DRAWS).find_map(|_| {
                let mut entry = || Rational::from(rng.below(2 * LARGEST + 1) as i64 - LARGEST as i64);
                let lifted = (0..points).map(|_| (0..n).map(|_| entry()).chain([Rational::from(1)]).collect());
                let zonotope = Zonotope::new(lifted.collect()).ok()?;
                (zonotope.is_generic() == Some(true)).then_some(zonotope)
            });
            let Some(zonotope) = zonotope else { continue };
            let scaled = zonotope.network(None).to_network().map_err(CheckError::because)?;
            let counted = count_pieces(&scaled.network, MAX_COUNTED_REGIONS).map_err(CheckError::because)?;
            let Some(counted) = counted else { continue };
            readings.push(job, seed, "dichotomies", counted.open_connected_pieces as f64);
            readings.push(job, seed, "dichotomies by formula", zonotope.generic_pieces(None).to_f64());
        }
        context.unless_cancelled(readings)
    }
}
