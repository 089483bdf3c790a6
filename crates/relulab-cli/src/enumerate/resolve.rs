//! From what the user typed to a plan that can be run.

use super::arguments::Arguments;
use super::data_file;
use crate::failure::Failure;
use crate::setting::MAX_BATCH;
use relulab_net::{Dataset, Loss, Target};
use relulab_study::{Depths, EnumeratePlan, PlanError, ShapeChoice};

/// A plan, and the data it is about.
pub struct Request {
    pub plan: EnumeratePlan,
    pub data: Option<Dataset>,
}

/// Resolves the arguments.
///
/// # Errors
/// The first thing that does not make sense, naming its option.
pub fn request(arguments: &Arguments, seed: u64) -> Result<Request, Failure> {
    let neurons = arguments.neurons.ok_or_else(|| Failure::at("--neurons", "expected a number from 1 to 24"))?;
    check_numbers(arguments)?;
    let mut plan = EnumeratePlan::new(neurons, Vec::new());
    plan.input_dim = arguments.input_dim;
    plan.depths = depths(arguments.depths.as_deref(), neurons)?;
    if let Some(per_depth) = arguments.sample {
        plan.shapes = ShapeChoice::Sample { per_depth, seed };
    }
    plan.seeds = arguments.seeds;
    plan.steps = arguments.steps;
    plan.study_seed = seed;
    plan.activation = arguments.activation;
    plan.initialisation = arguments.initialisation;
    plan.loss = arguments.loss.unwrap_or(Loss::Mse);
    plan.batch = arguments.batch;
    plan.sampler = arguments.sampler.to_string();
    plan.precision = arguments.precision.clone();
    plan.optimiser = arguments.optimiser.clone();
    if arguments.optimiser == "sgd" {
        plan.optimiser_numbers.clear();
        plan.optimiser_numbers.insert("momentum".to_owned(), arguments.momentum);
    } else if arguments.momentum != 0.0 {
        return Err(Failure::at("--momentum", "only sgd has a momentum (add --optimiser sgd)"));
    }
    plan.optimiser_numbers.insert("learning_rate".to_owned(), arguments.learning_rate);
    if let Some(runs) = arguments.matched_tries {
        plan.matched_tries = runs;
    }
    let data = match &arguments.data {
        Some(path) => Some(data_file::load(path, arguments, &mut plan)?),
        None => {
            plan.targets = targets(&arguments.target, plan.input_dim)?;
            if plan.loss.is_classification() {
                return Err(Failure::at("--loss", format!("{} needs class labels (--data FILE)", plan.loss)));
            }
            None
        }
    };
    plan.check().map_err(|error| Failure::at(option_of(&error), error))?;
    Ok(Request { plan, data })
}

/// The numbers of the training that a plan takes as they are.
fn check_numbers(arguments: &Arguments) -> Result<(), Failure> {
    let Arguments { batch, learning_rate, momentum, .. } = arguments;
    if !(1..=MAX_BATCH).contains(batch) {
        return Err(Failure::at("--batch", format!("{batch}: expected 1 to {MAX_BATCH}")));
    }
    if !(learning_rate.is_finite() && *learning_rate > 0.0) {
        return Err(Failure::at("--learning-rate", format!("{learning_rate}: expected a positive number")));
    }
    if !(0.0..1.0).contains(momentum) {
        return Err(Failure::at("--momentum", format!("{momentum}: expected a number from 0 to below 1")));
    }
    Ok(())
}

/// The option that a plan's fault came from.
fn option_of(error: &PlanError) -> &'static str {
    match error {
        PlanError::Neurons(_) => "--neurons",
        PlanError::Depths { .. } => "--depths",
        PlanError::InputDim { .. } => "--input-dim",
        PlanError::OutputDim(_) => "--data",
        PlanError::TooFew { what, .. } | PlanError::TooManySeeds { what, .. } => match *what {
            "seeds" => "--seeds",
            "steps" => "--steps",
            "batch" => "--batch",
            "shapes per depth" => "--sample",
            "folds" => "--folds",
            "matched tries" => "--matched-tries",
            _ => "--target",
        },
        PlanError::RepeatedTarget(_) => "--target",
        PlanError::OptimiserNumber { .. } => "--learning-rate",
    }
}

/// Stable names of the targets, each parsed once so that a mistake is shown in its place.
fn targets(texts: &[String], input_dim: usize) -> Result<Vec<String>, Failure> {
    let parse = |text: &String| {
        Target::parse(text, input_dim).map(|target| target.name().to_owned()).map_err(|e| Failure::at("--target", e))
    };
    texts.iter().map(parse).collect()
}

/// `A..B`, both ends included, or a single depth.
fn depths(text: Option<&str>, neurons: usize) -> Result<Depths, Failure> {
    let Some(text) = text else { return Ok(Depths { first: 1, last: neurons.max(1) }) };
    let number = |part: &str| {
        let refuse = |_| Failure::at("--depths", format!("\"{text}\": expected A..B, such as 1..5, or one depth"));
        part.trim().trim_start_matches('=').parse().map_err(refuse)
    };
    let (first, last) = text.split_once("..").unwrap_or((text, text));
    Ok(Depths { first: number(first)?, last: number(last)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depths_are_ranges_or_single_numbers() {
        assert_eq!(depths(None, 7).unwrap(), Depths { first: 1, last: 7 });
        assert_eq!(depths(Some("2..4"), 7).unwrap(), Depths { first: 2, last: 4 });
        assert_eq!(depths(Some("3"), 7).unwrap(), Depths { first: 3, last: 3 });
        for bad in ["", "a..b", "1..", "..3", "1-4"] {
            assert!(depths(Some(bad), 7).is_err(), "{bad}");
        }
    }
}
