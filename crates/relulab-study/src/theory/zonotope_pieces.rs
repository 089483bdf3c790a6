//! Pieces of sawtooths over zonotopes, by exact count, against the two formulas that the paper prints and ours.

use super::least_units::PieceBound;
use crate::anatomy::case;
use crate::check::{CheckError, Context, Experiment, Readings, Scale};
use crate::statistics::CounterRng;
use relulab_construct::{MAX_COUNTED_REGIONS, Sawtooth, Zonotope, count_pieces};
use relulab_exact::{Natural, Rational};
use relulab_regions::bounds::{montufar_2017_upper, zonotope_pieces};

/// Entries of random generators lie between minus this and this.
const LARGEST_ENTRY: u64 = 9;
/// Draws after which generators in general position are given up.
const MOST_DRAWS: u64 = 1000;
/// Names the random stream of the generators.
const STREAM: u64 = 0x007a_6f6e_6f74_6f70;

/// The experiment.
pub struct ZonotopePieces;

/// Inputs, generators, width and folds of every instance.
pub fn instances(scale: Scale) -> Vec<[usize; 4]> {
    let most = Natural::from(scale.pick::<usize>(400, 4_000));
    let mut found = Vec::new();
    for n in 1..=scale.pick(3, 4) {
        for m in n.max(2)..=n + scale.pick(2, 3) {
            for (w, k) in [(2, 1), (2, 2), (3, 1), (3, 2), (2, 3), (4, 2), (3, 3)] {
                if zonotope_pieces(n, m, w, k) <= most {
                    found.push([n, m, w, k]);
                }
            }
        }
    }
    found
}

/// The fewest units of so many hidden layers that have the pieces counted on a line.
pub fn least_units(layers: usize) -> String {
    format!("least units of {layers} layers on a line")
}

/// The case of an instance; seed 0 has generators on the moment curve, the others random ones.
pub fn case_of([n, m, w, k]: [usize; 4]) -> String {
    format!("n={n} m={m} w={w} k={k}")
}

impl Experiment for ZonotopePieces {
    fn name(&self) -> &'static str {
        "zonotope-pieces"
    }

    fn question(&self) -> &'static str {
        "How many pieces has a sawtooth over a zonotope, and which of the paper's two formulas says so?"
    }

    fn jobs(&self, scale: Scale) -> Vec<String> {
        instances(scale).into_iter().map(case_of).collect()
    }

    fn seconds(&self, _job: &str, scale: Scale) -> f64 {
        scale.pick(0.1, 2.0)
    }

    fn run(&self, job: &str, context: &Context<'_>) -> Result<Readings, CheckError> {
        let [n, m, w, k] = ["n", "m", "w", "k"].map(|name| case::setting::<usize>(job, name));
        let (n, m) = (n?, m?);
        let sawtooth = Sawtooth::equispaced(w?, k?).map_err(CheckError::because)?;
        let mut readings = Readings::default();
        for seed in 0..context.scale.pick(2, 4) {
            let zonotope = match seed {
                0 => Zonotope::moment_curve(n, m).ok(),
                _ => random(n, m, &[STREAM, context.study_seed, seed]),
            };
            let Some(zonotope) = zonotope else { continue };
            let scaled = zonotope.network(Some(&sawtooth)).to_network().map_err(CheckError::because)?;
            let counted = count_pieces(&scaled.network, MAX_COUNTED_REGIONS).map_err(CheckError::because)?;
            let Some(counted) = counted else { continue };
            let [theorem, proof] = zonotope.printed_pieces(&sawtooth);
            for (quantity, value) in [
                ("pieces", counted.open_connected_pieces as f64),
                ("activation regions", counted.activation_regions as f64),
                ("distinct affine functions", counted.distinct_affine_functions as f64),
                ("pieces by our formula", zonotope.generic_pieces(Some(&sawtooth)).to_f64()),
                ("pieces in the theorem", theorem.to_f64()),
                ("pieces in the proof", proof.to_f64()),
                ("cones", zonotope.generic_pieces(None).to_f64()),
                ("most regions of the shape", montufar_2017_upper(n, scaled.network.shape().hidden()).to_f64()),
                ("units", scaled.network.shape().n_units() as f64),
            ] {
                readings.push(job, seed, quantity, value);
            }
            note_line(job, seed, &zonotope, &sawtooth, &mut readings)?;
        }
        context.unless_cancelled(readings)
    }
}

/// Notes the pieces on a line through the origin, and how many units fewer layers need for them.
fn note_line(
    case: &str,
    seed: u64,
    zonotope: &Zonotope,
    sawtooth: &Sawtooth,
    readings: &mut Readings,
) -> Result<(), CheckError> {
    // A point of the moment curve far out: few generators are orthogonal to it.
    let far = Rational::from(LARGEST_ENTRY as i64 + 2);
    let powers = std::iter::successors(Some(Rational::from(1)), |power| Some(power.clone() * &far));
    let direction: Vec<Rational> = powers.take(zonotope.input_dim()).collect();
    let Ok(line) = zonotope.along(&direction) else { return Ok(()) };
    let Ok(scaled) = line.network(Some(sawtooth)).to_network() else { return Ok(()) };
    let counted = count_pieces(&scaled.network, MAX_COUNTED_REGIONS).map_err(CheckError::because)?;
    let Some(counted) = counted else { return Ok(()) };
    readings.push(case, seed, "pieces on a line", counted.open_connected_pieces as f64);
    readings.push(
        case,
        seed,
        "pieces on a line by formula",
        zonotope_pieces(1, 1, sawtooth.width(), sawtooth.n_folds()).to_f64(),
    );
    for layers in 1..=sawtooth.n_folds() {
        let least = PieceBound::Sharp.least_units(layers, u128::from(counted.open_connected_pieces));
        readings.push(case, seed, &least_units(layers), least as f64);
    }
    Ok(())
}

/// Random integer generators in general position.
fn random(n: usize, m: usize, key: &[u64]) -> Option<Zonotope> {
    let mut rng = CounterRng::new(&[key, &[n as u64, m as u64]].concat());
    (0..MOST_DRAWS).find_map(|_| {
        let mut entry = || Rational::from(rng.below(2 * LARGEST_ENTRY + 1) as i64 - LARGEST_ENTRY as i64);
        let generators = (0..m).map(|_| (0..n).map(|_| entry()).collect()).collect();
        Zonotope::new(generators).ok().filter(|zonotope| zonotope.is_generic() == Some(true))
    })
}
