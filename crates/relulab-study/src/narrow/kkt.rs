//! Theorem 2: the loss at points that are verified to be stationary in the constrained problem, over the radius.

use super::constrained::{Constrained, Place, STATIONARY, length};
use super::panels;
use super::trial::ACTIVATION;
use crate::anatomy::case;
use crate::check::{CheckError, Context, Experiment, Readings, Scale};
use relulab_net::{Purpose, RandomStream, random_labels};

/// The experiment.
pub struct Kkt;

/// d.
pub const DIM: usize = 10;
/// n and widths: n/d, 2n/d and 4n/d of few points for many radii and starts, and half of n/d to 4n/d of more points.
pub const SIZES: [(usize, &[usize]); 2] = [(40, &[4, 8, 16]), (100, &[6, 10, 20, 40])];
/// ζ: the paper's.
pub const SMALLEST: f64 = 0.001;
/// Share of a bound within which a number counts as lying on it.
pub const MARGIN: f64 = 1e-6;
/// The largest τ of a start that is drawn; τ = εv is of order one at points that fit.
const LARGEST_START: f64 = 10.0;

/// Radii for so many points.
pub fn radii(points: usize, scale: Scale) -> Vec<f64> {
    match scale {
        Scale::Quick => vec![0.01, 0.1, 1.0, 10.0],
        Scale::Full if points > SIZES[0].0 => panels::RADII.to_vec(),
        Scale::Full => vec![0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0],
    }
}

/// The case of n, a width, a radius and κ, which is `1` or `inf`.
pub fn case_of(points: usize, width: usize, radius: f64, ratio: &str) -> String {
    format!("n={points} d={DIM} width={width} radius={radius} ratio={ratio}")
}

impl Experiment for Kkt {
    fn name(&self) -> &'static str {
        "kkt"
    }

    fn question(&self) -> &'static str {
        "What is the loss at verified stationary points of the constrained problem, for smaller and smaller balls?"
    }

    fn jobs(&self, scale: Scale) -> Vec<String> {
        let of_size = |(points, widths): (usize, &'static [usize])| {
            let ratios: &[&str] = if points == SIZES[0].0 { &["1", "inf"] } else { &["1"] };
            ratios.iter().flat_map(move |ratio| {
                let radii = move |width: usize| {
                    radii(points, scale).into_iter().map(move |radius| case_of(points, width, radius, ratio))
                };
                widths.iter().copied().flat_map(radii)
            })
        };
        SIZES.into_iter().take(scale.pick(1, 2)).flat_map(of_size).collect()
    }

    fn seconds(&self, job: &str, scale: Scale) -> f64 {
        if case::setting(job, "n").is_ok_and(|n: usize| n > SIZES[0].0) { 8.0 } else { scale.pick(0.3, 2.0) }
    }

    fn run(&self, job: &str, context: &Context<'_>) -> Result<Readings, CheckError> {
        let (width, radius): (usize, f64) = (case::setting(job, "width")?, case::setting(job, "radius")?);
        let points: usize = case::setting(job, "n")?;
        let n_seeds = if points == SIZES[0].0 { context.scale.pick(4, 12) } else { 8 };
        let is_tied = case::setting::<String>(job, "ratio")? == "1";
        let mut readings = Readings::default();
        for seed in 0..n_seeds {
            let mixed = context.study_seed.wrapping_mul(1 << 21).wrapping_add(seed);
            let data = random_labels(points, DIM, mixed).map_err(CheckError::because)?;
            let mut stream = RandomStream::new(mixed, Purpose::Memorisation);
            let half: Vec<f64> = (0..width / 2 * DIM).map(|_| stream.normal() / (DIM as f64).sqrt()).collect();
            let first: Vec<f64> = (0..width / 2).map(|_| (stream.normal() / (width as f64).sqrt()).abs()).collect();
            let centre = [half.clone(), half].concat();
            let problem =
                Constrained { data: &data, activation: ACTIVATION, centre, radius, smallest: SMALLEST, is_tied };
            let start = start(&problem, seed, &first, &mut stream);
            let found = problem.descend(start);
            let is_stationary = found.stationarity <= STATIONARY;
            let distance = length(&found.place.u) / problem.reach();
            let least = found.place.tau.iter().copied().fold(f64::INFINITY, f64::min) / problem.unit();
            let most = found.place.tau.iter().copied().fold(0.0, f64::max) / problem.unit();
            let free = (1.0 + MARGIN) * SMALLEST;
            let mut note = |quantity: &str, value: f64| readings.push(job, seed, quantity, value);
            note("loss", found.loss);
            note("stationarity", found.stationarity);
            note("is stationary", f64::from(u8::from(is_stationary)));
            note("steps", found.steps as f64);
            note("distance by radius", distance);
            note("least output weight", least);
            note("largest output weight", most);
            note("is inside", f64::from(u8::from(distance < 1.0 - MARGIN && least > free)));
            note("touches zeta", f64::from(u8::from(least <= free)));
            context.unless_cancelled(())?;
        }
        Ok(readings)
    }
}

/// Even seeds begin where the paper does, odd ones anywhere in the ball.
fn start(problem: &Constrained<'_>, seed: u64, first: &[f64], stream: &mut RandomStream) -> Place {
    let n = problem.centre.len();
    let mut place = Place { u: vec![0.0; n], tau: first.iter().map(|v| v * problem.unit()).collect() };
    if !seed.is_multiple_of(2) {
        place.u = (0..n).map(|_| stream.normal()).collect();
        let factor = problem.reach() * stream.uniform() / length(&place.u);
        place.u.iter_mut().for_each(|u| *u *= factor);
        let (low, high) = ((problem.smallest * problem.unit()).ln(), LARGEST_START.ln());
        let tau = libm::exp(low + (high - low) * stream.uniform());
        place.tau.fill(tau);
    }
    problem.project(&mut place);
    place
}
