//! Pieces of sawtooth compositions, by formula and by exact count, and the smallest shallow network of each.

use super::least_units::PieceBound;
use crate::anatomy::case;
use crate::check::{CheckError, Context, Experiment, Readings, Scale};
use crate::statistics::CounterRng;
use relulab_construct::{Cpwl, MAX_BREAKPOINTS, OutputBias, Sawtooth, Scaled};
use relulab_exact::Rational;
use relulab_net::Network;
use relulab_regions::bounds::max_regions_on_the_line;
use relulab_regions::line::{LineDomain, Workspace};

/// Names the random stream of the breakpoints.
const STREAM: u64 = 0x0073_6177_746f_6f74;

/// Pieces up to which random sawtooths are counted: nearly every sign of theirs is decided in rationals.
const MOST_RANDOM_PIECES: usize = 800;

/// The experiment.
pub struct SawtoothPieces;

/// Width and folds of every instance: all whose pieces are few enough.
pub fn instances(scale: Scale) -> Vec<(usize, usize)> {
    let most = scale.pick(400, 20_000);
    let fits = |&(width, folds): &(usize, usize)| width.checked_pow(folds as u32).is_some_and(|pieces| pieces <= most);
    let widths = 2..=scale.pick(5, 8);
    widths.flat_map(|width| (1..=scale.pick(5, 9)).map(move |folds| (width, folds))).filter(fits).collect()
}

/// The fewest units of so many hidden layers that have the pieces counted, by a bound on pieces.
pub fn least_units(bound: PieceBound, layers: usize) -> String {
    let bound = match bound {
        PieceBound::Paper => "the paper's bound",
        PieceBound::Sharp => "the sharper bound",
    };
    format!("least units of {layers} layers by {bound}")
}

/// The case of a width and a number of folds; `parameters` are `equispaced` or `random`.
pub fn case_of(width: usize, folds: usize, parameters: &str) -> String {
    format!("w={width} k={folds} parameters={parameters}")
}

impl Experiment for SawtoothPieces {
    fn name(&self) -> &'static str {
        "sawtooth-pieces"
    }

    fn question(&self) -> &'static str {
        "How many pieces has a sawtooth composition, by formula and by exact count, and how small can a shallow \
         network of it be?"
    }

    fn jobs(&self, scale: Scale) -> Vec<String> {
        let instances = instances(scale);
        let is_small = |w: usize, k: usize| w.checked_pow(k as u32).is_some_and(|pieces| pieces <= MOST_RANDOM_PIECES);
        let equispaced = instances.iter().map(|&(w, k)| case_of(w, k, "equispaced"));
        let random = instances.iter().filter(|&&(w, k)| is_small(w, k)).map(|&(w, k)| case_of(w, k, "random"));
        equispaced.chain(random).collect()
    }

    fn seconds(&self, _job: &str, scale: Scale) -> f64 {
        scale.pick(0.02, 0.3)
    }

    fn run(&self, job: &str, context: &Context<'_>) -> Result<Readings, CheckError> {
        let (width, folds) = (case::setting(job, "w")?, case::setting(job, "k")?);
        let mut readings = Readings::default();
        if case::setting::<String>(job, "parameters")? == "equispaced" {
            let sawtooth = Sawtooth::equispaced(width, folds).map_err(CheckError::because)?;
            let scaled = sawtooth.network().to_network().map_err(CheckError::because)?;
            note(job, 0, &sawtooth, &scaled, &mut readings)?;
        } else {
            for seed in 0..context.scale.pick(4, 16) {
                if let Some((sawtooth, scaled)) = random(width, folds, &[STREAM, context.study_seed, seed]) {
                    note(job, seed, &sawtooth, &scaled, &mut readings)?;
                }
            }
        }
        context.unless_cancelled(readings)
    }
}

/// A sawtooth whose folds begin as one slope, of which random ones are halved until there are enough: slopes are powers
/// of two, so that f64 holds every number; `None` where it does not.
fn random(width: usize, folds: usize, key: &[u64]) -> Option<(Sawtooth, Scaled)> {
    let key = [key, &[width as u64, folds as u64]].concat();
    let mut rng = CounterRng::new(&key);
    let mut fold = || {
        let mut ends = vec![Rational::zero(), Rational::from(1)];
        while ends.len() <= width {
            let slope = rng.index(ends.len() - 1);
            let middle = (ends[slope].clone() + &ends[slope + 1]) / Rational::from(2);
            ends.insert(slope + 1, middle);
        }
        ends[1..width].to_vec()
    };
    let sawtooth = Sawtooth::new(Rational::from(1), (0..folds).map(|_| fold()).collect()).ok()?;
    let scaled = sawtooth.network().to_network().ok()?;
    Some((sawtooth, scaled))
}

/// Notes the counts of one sawtooth.
fn note(
    case: &str,
    seed: u64,
    sawtooth: &Sawtooth,
    scaled: &Scaled,
    readings: &mut Readings,
) -> Result<(), CheckError> {
    let mut workspace = Workspace::new();
    let mut count = |domain: LineDomain| workspace.count(&scaled.network, domain).map_err(CheckError::because);
    let pieces = count(LineDomain::WHOLE)?.connected_pieces;
    let height = sawtooth.height().to_f64();
    let inside = count(LineDomain::interval(0.0, height).map_err(CheckError::because)?)?.connected_pieces;
    let shape = scaled.network.shape();
    let bound = max_regions_on_the_line(shape.hidden()).unwrap_or(u128::MAX);
    for (quantity, value) in [
        ("pieces", pieces as f64),
        ("pieces by formula", sawtooth.pieces().to_f64()),
        ("pieces inside", inside as f64),
        ("pieces inside by formula", sawtooth.pieces_inside().to_f64()),
        ("units", shape.n_units() as f64),
        ("most pieces of the shape", bound as f64),
    ] {
        readings.push(case, seed, quantity, value);
    }
    for bound in [PieceBound::Paper, PieceBound::Sharp] {
        for layers in 1..=sawtooth.n_folds() {
            let least = bound.least_units(layers, pieces as u128);
            readings.push(case, seed, &least_units(bound, layers), least as f64);
        }
    }
    if pieces <= MAX_BREAKPOINTS / 2 + 1 {
        readings.push(case, seed, "least shallow units", least_shallow_units(&scaled.network)? as f64);
    }
    Ok(())
}

/// Units of the smallest network with one hidden layer that is the same function, decided exactly.
fn least_shallow_units(network: &Network) -> Result<usize, CheckError> {
    let function = Workspace::new().trace_exact(network, LineDomain::WHOLE).map_err(CheckError::because)?;
    let first = function.breakpoints().first().cloned().unwrap_or_default();
    let value = function.slopes()[0].clone() * &first + &function.intercepts()[0];
    let function = Cpwl::of_rationals(function.breakpoints().to_vec(), function.slopes().to_vec(), value);
    let compiled = function.and_then(|function| function.compile(OutputBias::Free)).map_err(CheckError::because)?;
    Ok(compiled.n_units)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::anatomy::testing::context_of;

    #[test]
    fn counts_are_those_of_the_formula() {
        for parameters in ["equispaced", "random"] {
            let case = case_of(3, 2, parameters);
            let readings = context_of(Scale::Quick, |context| SawtoothPieces.run(&case, context)).unwrap();
            assert!(readings.sample(&case, "pieces").values().iter().all(|pieces| *pieces == 10.0));
            assert!(readings.sample(&case, "pieces inside").values().iter().all(|pieces| *pieces == 9.0));
            // Nine breakpoints, and the function is 0 to the left.
            assert!(readings.sample(&case, "least shallow units").values().iter().all(|units| *units == 9.0));
        }
    }
}
