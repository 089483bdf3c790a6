//! How many units a piecewise linear function of one variable needs in one hidden layer, with and without an output
//! bias.

use crate::anatomy::case;
use crate::check::{CheckError, Context, Experiment, Readings, Scale};
use crate::statistics::CounterRng;
use relulab_construct::{Cpwl, OutputBias};
use relulab_exact::Rational;

/// Names the random stream of the functions.
const STREAM: u64 = 0x006c_696e_6575_6e69;
/// Slopes of each kind of function: generic ones hardly ever have subsets with equal sums, coarse ones often do.
pub const KINDS: [(&str, u64); 3] = [("generic", 1_000_000), ("coarse", 3), ("flat-end", 1_000_000)];

/// The experiment.
pub struct LineUnits;

/// The case of functions with so many pieces; seeds are functions.
pub fn case_of(pieces: usize, kind: &str) -> String {
    format!("p={pieces} slopes={kind}")
}

/// Numbers of pieces.
pub fn pieces(scale: Scale) -> std::ops::RangeInclusive<usize> {
    1..=scale.pick(8, 12)
}

impl Experiment for LineUnits {
    fn name(&self) -> &'static str {
        "line-units"
    }

    fn question(&self) -> &'static str {
        "How many units does a function of one variable with p pieces need in one hidden layer?"
    }

    fn jobs(&self, scale: Scale) -> Vec<String> {
        pieces(scale).flat_map(|pieces| KINDS.map(|(kind, _)| case_of(pieces, kind))).collect()
    }

    fn seconds(&self, _job: &str, scale: Scale) -> f64 {
        scale.pick(0.05, 1.0)
    }

    fn run(&self, job: &str, context: &Context<'_>) -> Result<Readings, CheckError> {
        let pieces: usize = case::setting(job, "p")?;
        let kind: String = case::setting(job, "slopes")?;
        let largest = KINDS.iter().find(|(name, _)| *name == kind).map_or(1, |(_, largest)| *largest);
        let mut readings = Readings::default();
        for seed in 0..context.scale.pick(16, 64) {
            let key = [STREAM, context.study_seed, seed, pieces as u64, largest, u64::from(kind == "flat-end")];
            let mut rng = CounterRng::new(&key);
            let mut slope = || rng.below(2 * largest + 1) as i64 - largest as i64;
            let mut slopes = vec![if kind == "flat-end" { 0 } else { slope() }];
            while slopes.len() < pieces {
                let next = slope();
                if slopes.last() != Some(&next) {
                    slopes.push(next);
                }
            }
            if kind == "flat-end" && seed % 2 == 1 {
                slopes.reverse();
            }
            let value = Rational::from(slope());
            let breakpoints = (1..pieces as i64).map(|at| Rational::from(at * at)).collect();
            let function = Cpwl::of_rationals(breakpoints, slopes.into_iter().map(Rational::from).collect(), value)
                .map_err(CheckError::because)?;
            for (quantity, output_bias) in
                [("units with output bias", OutputBias::Free), ("units without output bias", OutputBias::Zero)]
            {
                let compiled = function.compile(output_bias).map_err(CheckError::because)?;
                readings.push(job, seed, quantity, compiled.n_units as f64);
                readings.push(job, seed, &format!("exact, {quantity}"), f64::from(u8::from(compiled.is_exact)));
            }
        }
        context.unless_cancelled(readings)
    }
}
