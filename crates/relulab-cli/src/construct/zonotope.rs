//! `relulab construct zonotope`.

use super::document::Document;
use super::sawtooth::{SAMPLED_POINTS, Teeth, compare};
use super::{Made, Output, numbers};
use crate::failure::Failure;
use clap::Args;
use relulab_construct::Zonotope;
use relulab_exact::Rational;

/// Most inputs and generators.
const MOST: usize = 256;

/// A zonotope's parameters.
#[derive(Args, Debug)]
pub struct Arguments {
    /// Number of inputs.
    #[arg(long, value_name = "N", requires = "generators", allow_negative_numbers = true)]
    inputs: Option<usize>,
    /// Number of generators, taken from the moment curve (1, t, t², …), which is in general position.
    #[arg(long, value_name = "M", requires = "inputs", conflicts_with = "generator", allow_negative_numbers = true)]
    generators: Option<usize>,
    /// A generator, one number per input, as in 1,-1/2; once per generator.
    #[arg(long, value_name = "B,…", allow_hyphen_values = true)]
    generator: Vec<String>,
    #[command(flatten)]
    teeth: Teeth,
    #[command(flatten)]
    pub(super) output: Output,
}

impl Arguments {
    fn zonotope(&self) -> Result<Zonotope, Failure> {
        if let (Some(inputs), Some(generators)) = (self.inputs, self.generators) {
            for (argument, value) in [("--inputs", inputs), ("--generators", generators)] {
                if !(1..=MOST).contains(&value) {
                    return Err(Failure::at(argument, format!("{value}: expected 1 to {MOST}")));
                }
            }
            return Zonotope::moment_curve(inputs, generators).map_err(Failure::input);
        }
        if self.generator.is_empty() {
            return Err(Failure::input(
                "zonotope: expected --inputs N --generators M, or --generator once per generator",
            ));
        }
        let rows = self.generator.iter().map(|text| numbers::list(text, "--generator"));
        Zonotope::new(rows.collect::<Result<_, _>>()?).map_err(|error| Failure::at("--generator", error))
    }
}

/// Makes the construction.
///
/// # Errors
/// Bad input.
pub fn make(arguments: &Arguments) -> Result<Made, Failure> {
    let zonotope = arguments.zonotope()?;
    let sawtooth = arguments.teeth.sawtooth()?;
    let network = zonotope.network(sawtooth.as_ref());
    let scaled = network.to_network().map_err(|error| Failure::at("zonotope", error))?;
    let generic = zonotope.generic_pieces(sawtooth.as_ref());
    let document = Document::new("zonotope", &scaled, Some(&generic))?;
    if document.pieces.is_none() {
        compare(&network, &|x| zonotope.eval(sawtooth.as_ref(), x), &Rational::from(1))?;
    }
    let is_generic = zonotope.is_generic();
    let formula = (is_generic == Some(true)).then_some(&generic);
    let mut document = document
        .with_formula(formula, &format!("compared with the formula at {SAMPLED_POINTS} points"))?
        .with("generators", zonotope.n_generators())
        .with("general_position", is_generic);
    if let Some(sawtooth) = &sawtooth {
        let [theorem, proof] = zonotope.printed_pieces(sawtooth).map(|count| count.to_string());
        document = document
            .with("width", sawtooth.width())
            .with("folds", sawtooth.n_folds())
            .with("printed_in_theorem", theorem)
            .with("printed_in_proof", proof);
    }
    Ok(Made { scaled, document })
}
