//! Functions of several variables compiled to networks: how deep, how many units, and whether equality is proved.

use crate::anatomy::case;
use crate::check::{CheckError, Context, Experiment, Readings, Scale};
use crate::statistics::CounterRng;
use relulab_construct::{AffineForm, ConstructError, Evidence, Formula, Piecewise, Thrift};
use relulab_exact::Rational;

/// Names the random stream of the functions.
const STREAM: u64 = 0x0063_6f6d_7069_6c65;
/// Largest slope and constant.
const LARGEST: u64 = 4;
/// Kinds of formulas.
pub const KINDS: [&str; 2] = ["difference", "lattice"];

/// The experiment.
pub struct Compiled;

/// The case of functions of n variables made of so many pieces; seeds are functions.
pub fn case_of(input_dim: usize, pieces: usize, kind: &str) -> String {
    format!("n={input_dim} pieces={pieces} formula={kind}")
}

/// Numbers of variables and of pieces.
pub fn instances(scale: Scale) -> Vec<(usize, usize)> {
    let most = scale.pick(5, 6);
    (1..=scale.pick(2, 3)).flat_map(|n| [4, most].map(|pieces| (n, pieces))).collect()
}

impl Experiment for Compiled {
    fn name(&self) -> &'static str {
        "compiled"
    }

    fn question(&self) -> &'static str {
        "How deep is a network of a piecewise linear function of several variables, and is it equal to it?"
    }

    fn jobs(&self, scale: Scale) -> Vec<String> {
        instances(scale).iter().flat_map(|&(n, pieces)| KINDS.map(|kind| case_of(n, pieces, kind))).collect()
    }

    fn seconds(&self, _job: &str, scale: Scale) -> f64 {
        scale.pick(0.3, 4.0)
    }

    fn run(&self, job: &str, context: &Context<'_>) -> Result<Readings, CheckError> {
        let (n, n_pieces): (usize, usize) = (case::setting(job, "n")?, case::setting(job, "pieces")?);
        let is_lattice = case::setting::<String>(job, "formula")? == KINDS[1];
        let mut readings = Readings::default();
        for seed in 0..context.scale.pick(4, 12) {
            let key = [STREAM, context.study_seed, seed, n as u64, n_pieces as u64, u64::from(is_lattice)];
            let function = random(n, n_pieces, is_lattice, &mut CounterRng::new(&key)).map_err(CheckError::because)?;
            for (name, thrift) in [("saving depth", Thrift::Depth), ("saving units", Thrift::Units)] {
                let compiled = match function.compile(thrift) {
                    Ok(compiled) => compiled,
                    Err(ConstructError::TooManyTerms) => continue,
                    Err(error) => return Err(CheckError::because(error)),
                };
                let shape = compiled.network.shape();
                let is_proved = matches!(compiled.evidence, Evidence::Proved { .. });
                readings.push(job, seed, &format!("hidden layers {name}"), shape.depth() as f64);
                readings.push(job, seed, &format!("units {name}"), shape.n_units() as f64);
                readings.push(job, seed, &format!("proved {name}"), f64::from(u8::from(is_proved)));
            }
            context.unless_cancelled(())?;
        }
        Ok(readings)
    }
}

/// A random function: the difference of two maxima, or the maximum of two minima, over all pieces.
fn random(n: usize, n_pieces: usize, is_lattice: bool, rng: &mut CounterRng) -> Result<Piecewise, ConstructError> {
    let mut number = || Rational::from(rng.below(2 * LARGEST + 1) as i64 - LARGEST as i64);
    let pieces = (0..n_pieces).map(|_| AffineForm::new((0..n).map(|_| number()).collect(), number())).collect();
    let (first, second) = ((0..n_pieces / 2).collect(), (n_pieces / 2..n_pieces).collect());
    let formula = if is_lattice {
        Formula::MaxOfMin(vec![first, second])
    } else {
        Formula::Difference { plus: first, minus: second }
    };
    Piecewise::new(pieces, formula)
}
