//! `relulab construct sawtooth`.

use super::document::Document;
use super::{Made, Output, numbers};
use crate::failure::Failure;
use clap::Args;
use relulab_construct::{ConstructError, ExactNetwork, Sawtooth};
use relulab_exact::Rational;

/// Most slopes of a fold, and most folds.
const MOST: usize = 512;
/// Most weights of all layers together: beyond, networks would not be small.
const MOST_WEIGHTS: usize = 500_000;
/// Points at which a construction that is too large to count is compared with its formula.
pub const SAMPLED_POINTS: i64 = 200;

/// A sawtooth's parameters.
#[derive(Args, Debug)]
pub struct Arguments {
    #[command(flatten)]
    teeth: Teeth,
    #[command(flatten)]
    pub(super) output: Output,
}

/// The folds of a sawtooth.
#[derive(Args, Debug)]
pub struct Teeth {
    /// Slopes per fold W, the width of every hidden layer; equally long, on [0, 1].
    #[arg(long, value_name = "W", requires = "folds", conflicts_with = "breakpoints", allow_negative_numbers = true)]
    width: Option<usize>,
    /// Folds K, the number of hidden layers.
    #[arg(long, value_name = "K", requires = "width", allow_negative_numbers = true)]
    folds: Option<usize>,
    /// Inner breakpoints of a fold, ascending between 0 and the height, as in 1/4,0.5; once per fold, the first first.
    #[arg(long, value_name = "X,…", allow_hyphen_values = true)]
    breakpoints: Vec<String>,
    /// Height of the teeth, and end of the folded interval.
    #[arg(long, value_name = "M", default_value = "1", requires = "breakpoints", allow_hyphen_values = true)]
    height: String,
}

impl Teeth {
    /// The sawtooth; `None` if none was asked for.
    ///
    /// # Errors
    /// Bad input.
    pub fn sawtooth(&self) -> Result<Option<Sawtooth>, Failure> {
        if let (Some(width), Some(folds)) = (self.width, self.folds) {
            for (argument, value) in [("--width", width), ("--folds", folds)] {
                if !(1..=MOST).contains(&value) {
                    return Err(Failure::at(argument, format!("{value}: expected 1 to {MOST}")));
                }
            }
            if width * width * folds > MOST_WEIGHTS {
                let message = format!("{folds} folds of width {width}: expected at most {MOST_WEIGHTS} weights in all");
                return Err(Failure::at("--folds", message));
            }
            return Sawtooth::equispaced(width, folds).map(Some).map_err(Failure::input);
        }
        if self.breakpoints.is_empty() {
            return Ok(None);
        }
        if self.folds.is_some() {
            return Err(Failure::at("--folds", "expected either --width and --folds, or --breakpoints once per fold"));
        }
        if self.breakpoints.len() > MOST {
            return Err(Failure::at("--breakpoints", format!("given more than {MOST} times")));
        }
        let height = numbers::one(&self.height, "--height")?;
        let folds = self.breakpoints.iter().map(|text| numbers::list(text, "--breakpoints"));
        let sawtooth = Sawtooth::new(height, folds.collect::<Result<_, _>>()?);
        sawtooth.map(Some).map_err(|error| match error {
            ConstructError::Height(_) => Failure::at("--height", error),
            _ => Failure::at("--breakpoints", error),
        })
    }
}

/// Makes the construction.
///
/// # Errors
/// Bad input.
pub fn make(arguments: &Arguments) -> Result<Made, Failure> {
    let sawtooth = arguments.teeth.sawtooth()?;
    let sawtooth = sawtooth.ok_or_else(|| {
        Failure::input("sawtooth: expected --width W --folds K, or --breakpoints once per fold (\"\" for one slope)")
    })?;
    let network = sawtooth.network();
    let scaled = network.to_network().map_err(|error| Failure::at("sawtooth", error))?;
    let formula = sawtooth.pieces();
    let document = Document::new("sawtooth", &scaled, Some(&formula))?;
    if document.pieces.is_none() {
        compare(&network, &|x| sawtooth.eval(&x[0]), sawtooth.height())?;
    }
    let document = document
        .with_formula(Some(&formula), &format!("compared with the formula at {SAMPLED_POINTS} points"))?
        .with("width", sawtooth.width())
        .with("folds", sawtooth.n_folds())
        .with("pieces_inside", sawtooth.pieces_inside().to_string());
    Ok(Made { scaled, document })
}

/// Compares a network with its function at points of the size of `spread`, in exact numbers.
///
/// # Errors
/// When they differ, which would be an error of the library.
pub fn compare(
    network: &ExactNetwork,
    function: &dyn Fn(&[Rational]) -> Rational,
    spread: &Rational,
) -> Result<(), Failure> {
    let n = network.input_dim() as i64;
    for point in 0..SAMPLED_POINTS {
        // Multiples of a prime fraction, different in every coordinate.
        let coordinate = |input: i64| {
            let share = (point * (input + 3) + input * 7) % 211 - 20;
            Rational::from(share) / Rational::from(173) * spread
        };
        let x: Vec<Rational> = (0..n).map(coordinate).collect();
        if network.eval(&x).first() != Some(&function(&x)) {
            return Err(Failure::input(ConstructError::Differs));
        }
    }
    Ok(())
}
