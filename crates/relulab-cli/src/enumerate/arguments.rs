//! What the user typed after `relulab enumerate`.

use clap::Args;
use relulab_net::{Activation, Initialisation, Loss, Sampler};
use std::path::PathBuf;

/// What only a study to be trained has, so that it cannot be combined with `--from`.
const PLAN_OPTIONS: [&str; 23] = [
    "neurons",
    "target",
    "data",
    "label",
    "classes",
    "folds",
    "input_dim",
    "depths",
    "sample",
    "seeds",
    "matched_tries",
    "steps",
    "batch",
    "full_batch",
    "sampler",
    "activation",
    "loss",
    "initialisation",
    "optimiser",
    "learning_rate",
    "momentum",
    "precision",
    "resume",
];

/// Train every way to distribute N neurons over layers, many seeds each, and show what that says.
#[derive(Args, Debug)]
pub struct Arguments {
    /// Hidden neurons to distribute, 1 to 24.
    #[arg(long, value_name = "N", required_unless_present = "from", allow_negative_numbers = true)]
    pub neurons: Option<usize>,
    /// What to learn: linear, absolute, quadratic, interaction, sine, step, bump, or a formula in x1, x2, …;
    /// may be given several times.
    #[arg(long, value_name = "T", required_unless_present_any = ["from", "data"], conflicts_with = "data", allow_hyphen_values = true)]
    pub target: Vec<String>,
    /// Which shape suits these data: CSV with a header, or npz with x and y; cross-validated.
    #[arg(long, value_name = "FILE")]
    pub data: Option<PathBuf>,
    /// Label column of a CSV file [default: the last].
    #[arg(long, value_name = "NAME", requires = "data", conflicts_with = "target")]
    pub label: Option<String>,
    /// Take the labels of --data as classes, even if they are numbers.
    #[arg(long, requires = "data", conflicts_with = "target")]
    pub classes: bool,
    /// Folds of the cross-validation of --data.
    #[arg(long, value_name = "K", default_value_t = 5, conflicts_with = "target", allow_negative_numbers = true)]
    pub folds: u32,
    /// Number of inputs of the targets, 1 to 16.
    #[arg(long, value_name = "D", default_value_t = 1, conflicts_with = "data", allow_negative_numbers = true)]
    pub input_dim: usize,
    /// Depths to train, both ends included [default: 1..N].
    #[arg(long, value_name = "A..B", allow_hyphen_values = true)]
    pub depths: Option<String>,
    /// Train a random sample of this many shapes per depth instead of all.
    #[arg(long, value_name = "M", allow_negative_numbers = true)]
    pub sample: Option<usize>,
    /// Seeds of every shape.
    #[arg(long, value_name = "K", default_value_t = 16, allow_negative_numbers = true)]
    pub seeds: u32,
    /// Largest number of runs of the depth-1 shape, trained so that best-of-T is compared at equal T; 0 for none
    /// beyond --seeds [default: as many as the most populous depth has].
    #[arg(long, value_name = "RUNS", allow_negative_numbers = true)]
    pub matched_tries: Option<u64>,
    /// Optimiser steps.
    #[arg(long, value_name = "N", default_value_t = 3000, allow_negative_numbers = true)]
    pub steps: u32,
    /// Samples per step.
    #[arg(long, value_name = "N", default_value_t = 64, allow_negative_numbers = true)]
    pub batch: usize,
    /// Train on all points of --data at every step.
    #[arg(long, requires = "data", conflicts_with_all = ["target", "batch"])]
    pub full_batch: bool,
    /// Distribution of fresh inputs: normal, or box:LO,HI.
    #[arg(long, value_name = "S", default_value = "normal", conflicts_with = "data", allow_hyphen_values = true)]
    pub sampler: Sampler,
    /// relu, leaky_relu, leaky_relu:SLOPE, gelu, tanh, sigmoid or softplus.
    #[arg(long, value_name = "A", default_value = "relu")]
    pub activation: Activation,
    /// mse, absolute, binary_cross_entropy or softmax_cross_entropy [default: mse; softmax_cross_entropy where the
    /// labels of --data are names].
    #[arg(long, value_name = "L")]
    pub loss: Option<Loss>,
    /// torch_linear, kaiming_uniform, kaiming_normal, glorot_uniform, glorot_normal, lecun_uniform,
    /// lecun_normal or orthogonal.
    #[arg(long, value_name = "I", default_value = "torch_linear")]
    pub initialisation: Initialisation,
    /// adam or sgd.
    #[arg(long, value_name = "O", default_value = "adam", value_parser = ["adam", "sgd"])]
    pub optimiser: String,
    /// Step size.
    #[arg(long, value_name = "X", default_value_t = 0.01, allow_negative_numbers = true)]
    pub learning_rate: f64,
    /// Momentum of sgd.
    #[arg(long, value_name = "X", default_value_t = 0.0, allow_negative_numbers = true)]
    pub momentum: f64,
    /// Number format of training: f32 or f64.
    #[arg(long, value_name = "P", default_value = "f32", value_parser = ["f32", "f64"])]
    pub precision: String,
    /// Folder for records and report [default: named after the plan, under ./relulab-out].
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Finish the plan that --out holds, or start it.
    #[arg(long)]
    pub resume: bool,
    /// Analyse the records of this folder again, without training; the report goes there, or into --out.
    #[arg(long, value_name = "DIR", conflicts_with_all = PLAN_OPTIONS)]
    pub from: Option<PathBuf>,
}
