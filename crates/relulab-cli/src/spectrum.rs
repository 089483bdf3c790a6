//! `relulab spectrum`: how the loss of one network bends.

mod dense;
mod document;
mod histogram;
mod matrix_free;
mod population;
mod subject;
mod symmetries;
mod table;

use crate::failure::Failure;
use crate::globals::Globals;
use crate::{interrupt, json, terminal};
use clap::{Args, ValueEnum};
use document::{Document, FlipPart, MatrixPart, UnitPart};
use relulab_curvature::{
    CurvatureError, MAX_DENSE_PARAMS, MatrixKind, Objective, ObservedUnits, Spectrum, Thresholds, first_flip,
    flip_radius, loss_and_gradient,
};
use relulab_net::{Activation, Loss};
use std::path::PathBuf;
use subject::Subject;

/// Eigenvalues shown one by one, unless another number is asked for.
const DEFAULT_TOP: usize = 10;

/// Multiplications that the search for a flip along a direction may take, about.
const MAX_FLIP_WORK: usize = 1 << 28;

/// What `relulab spectrum` is asked.
#[derive(Args, Debug)]
#[command(after_help = "Three matrices are called a Hessian; each is named wherever its numbers are shown:\n  \
    hessian       what automatic differentiation gives: exact inside the activation pattern of the points\n  \
    gauss-newton  its positive semi-definite part, without second derivatives of the network\n  \
    population    the Hessian of the expected loss under N(0,1), kinks included: 1→k→1 and a piecewise\n                \
    polynomial target")]
pub struct Arguments {
    /// The network: safetensors as `relulab train` writes it, or npz with W0, b0, W1, …
    #[arg(value_name = "NET")]
    network: PathBuf,
    /// Points of N(0,1)^d labelled by a function: linear, absolute, quadratic, interaction, sine, step, bump, or a
    /// formula such as "sin(3*x1) + x2^2".
    #[arg(
        long,
        value_name = "TARGET",
        allow_hyphen_values = true,
        required_unless_present = "data",
        conflicts_with = "data"
    )]
    target: Option<String>,
    /// Points of a data file: CSV with a header, or npz with x and y.
    #[arg(long, value_name = "FILE")]
    data: Option<PathBuf>,
    /// Column of the CSV file that is the label [default: the last].
    #[arg(long, value_name = "NAME")]
    label: Option<String>,
    /// Take the labels as classes, even if they are numbers.
    #[arg(long)]
    classes: bool,
    /// Activation of an npz network; a safetensors file says its own [default: relu].
    #[arg(long, value_name = "NAME")]
    activation: Option<Activation>,
    /// The loss [default: the one trained on, if the network file tells; else mse, or softmax_cross_entropy when the
    /// labels are classes].
    #[arg(long, value_name = "NAME")]
    loss: Option<Loss>,
    /// Which matrix [default: hessian and gauss-newton beside each other].
    #[arg(long, value_enum, value_name = "NAME")]
    matrix: Option<MatrixName>,
    /// Points of a target [default: 1000].
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    samples: Option<usize>,
    /// Seed of the points of a target; 0 gives those on which training observes units [default: that of --seed, which
    /// also draws the probes of estimates].
    #[arg(long, value_name = "N")]
    data_seed: Option<u64>,
    /// Where |λ| passes from steep to moderate, weak and zero.
    #[arg(long, value_name = "A,B,C", value_delimiter = ',', allow_negative_numbers = true,
          default_values_t = Thresholds::default().values())]
    thresholds: Vec<f64>,
    /// Eigenvalues of largest size to show one by one, or to search for [default: 10].
    #[arg(long, value_name = "K", allow_negative_numbers = true)]
    top: Option<usize>,
    /// Use products with vectors only, as is done above 8192 parameters: the top K eigenvalues, estimates of the
    /// density and of the trace, and all Gauss-Newton eigenvalues through JJᵀ for up to 2000 points × outputs.
    #[arg(long)]
    matrix_free: bool,
    /// Random vectors for the density.
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u16).range(2..))]
    probes: u16,
    /// Products for each of these vectors, and for each estimate of the trace.
    #[arg(long, value_name = "N", default_value_t = 60, value_parser = clap::value_parser!(u16).range(6..))]
    products: u16,
}

/// The matrices by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum MatrixName {
    /// The pattern Hessian.
    Hessian,
    /// The Gauss-Newton matrix.
    GaussNewton,
    /// The Hessian of the expected loss.
    Population,
    /// All that exist for this network, beside each other.
    All,
}

/// What is asked, resolved.
struct Plan {
    kinds: Vec<MatrixKind>,
    thresholds: Thresholds,
    top: usize,
    matrix_free: bool,
    n_probes: usize,
    n_products: usize,
    seed: u64,
}

/// The matrices' parts of the document, and what later questions need of them.
struct Parts {
    matrices: Vec<MatrixPart>,
    /// Dense spectrum of Gauss-Newton.
    gauss_newton: Option<Spectrum>,
    /// Eigenvector of the largest |λ| of the first matrix.
    top_vector: Option<Vec<f64>>,
}

/// Runs the command.
///
/// # Errors
/// Bad input.
pub fn run(arguments: &Arguments, globals: &Globals) -> Result<(), Failure> {
    if globals.vector_unit.is_some() {
        return Err(Failure::at("--vector-unit", "spectra always use the widest unit; leave it out"));
    }
    globals.start_threads()?;
    // Nothing is kept of an interrupted spectrum: Ctrl-C ends it at once.
    interrupt::after_training();
    interrupt::flag()?;
    let subject = Subject::resolve(arguments, globals.seed)?;
    let (plan, notes) = arguments.plan(&subject, globals.seed)?;
    let document = analyse(&subject, &plan, notes)?;
    if globals.json {
        return json::print(&document);
    }
    terminal::print(table::of(&document).as_bytes())
}

impl Arguments {
    /// Makes every choice and checks it.
    fn plan(&self, subject: &Subject, seed: u64) -> Result<(Plan, Vec<String>), Failure> {
        let &[steep, moderate, weak] = self.thresholds.as_slice() else {
            let got = self.thresholds.len();
            return Err(Failure::at("--thresholds", format!("{got} numbers: expected 3, such as 0.1,1e-3,1e-6")));
        };
        let thresholds = Thresholds::new(steep, moderate, weak).map_err(|error| Failure::at("--thresholds", error))?;
        let p = subject.n_params();
        let top = self.top.unwrap_or(DEFAULT_TOP.min(p));
        if !(1..=p).contains(&top) {
            return Err(Failure::at("--top", CurvatureError::TooMany { k: top, dim: p }));
        }
        let matrix_free = self.matrix_free || p > MAX_DENSE_PARAMS;
        if matrix_free && top > matrix_free::most_top(p) {
            let most = matrix_free::most_top(p);
            return Err(Failure::at("--top", format!("{top} vectors of {p} numbers: expected at most {most}")));
        }
        let mut notes = Vec::new();
        let mut kinds = match self.matrix {
            None | Some(MatrixName::All) => vec![MatrixKind::PatternHessian, MatrixKind::GaussNewton],
            Some(MatrixName::Hessian) => vec![MatrixKind::PatternHessian],
            Some(MatrixName::GaussNewton) => vec![MatrixKind::GaussNewton],
            Some(MatrixName::Population) => vec![MatrixKind::PopulationHessian],
        };
        if let Some(name @ (MatrixName::All | MatrixName::Population)) = self.matrix {
            match population::missing(subject) {
                Some(needs) if name == MatrixName::All => notes.push(format!("no population Hessian: {needs}")),
                Some(needs) => return Err(Failure::at("--matrix population", needs)),
                None if name == MatrixName::All => kinds.push(MatrixKind::PopulationHessian),
                None => {}
            }
        }
        let (n_probes, n_products) = (usize::from(self.probes), usize::from(self.products));
        Ok((Plan { kinds, thresholds, top, matrix_free, n_probes, n_products, seed }, notes))
    }
}

/// Computes everything.
fn analyse(subject: &Subject, plan: &Plan, mut notes: Vec<String>) -> Result<Document, Failure> {
    let objective = subject.objective()?;
    let parameters = subject.network.parameters();
    let wrong = |error: CurvatureError| Failure::at(&subject.network_part().file, error);
    let (loss, gradient) = loss_and_gradient(&objective, parameters).map_err(wrong)?;
    let parts = if plan.matrix_free {
        matrix_free::analyse(subject, &objective, plan, &mut notes)
    } else {
        dense::analyse(subject, &objective, plan)
    };
    let parts = parts.map_err(wrong)?;
    let is_kinked = subject.network.activation().is_piecewise_linear();
    let (mut flips, mut null_space, mut scaling) = (None, None, None);
    if is_kinked {
        flips = Some(flip_part(&objective, parameters, parts.top_vector.as_deref()).map_err(wrong)?);
        if let Some(spectrum) = &parts.gauss_newton {
            let threshold = plan.thresholds.values()[2];
            null_space = Some(symmetries::null_space(&objective, parameters, spectrum, threshold).map_err(wrong)?);
            scaling = symmetries::scaling(&objective, parameters).map_err(wrong)?;
        }
    }
    let units = ObservedUnits::of(&objective, parameters).map_err(wrong)?;
    let mut matrices = parts.matrices.into_iter();
    let Some(first) = matrices.next() else { return Err(Failure::input("no matrix")) };
    Ok(Document {
        relulab: env!("CARGO_PKG_VERSION"),
        network: subject.network_part(),
        data: subject.data_part(),
        thresholds: plan.thresholds.into(),
        first,
        beside: matrices.collect(),
        loss,
        gradient_norm: gradient.iter().map(|x| x * x).sum::<f64>().sqrt(),
        flips,
        units: units.status().iter().map(|layer| UnitPart::of(layer)).collect(),
        null_space,
        scaling,
        notes,
    })
}

/// How far the activation pattern holds: in every direction, and along the top eigenvector.
fn flip_part(
    objective: &Objective<'_>,
    parameters: &[f64],
    top_vector: Option<&[f64]>,
) -> Result<FlipPart, CurvatureError> {
    let mut part = FlipPart::from(flip_radius(objective, parameters)?);
    let depth = objective.shape().depth();
    let work = parameters.len().saturating_mul(objective.n_points()).saturating_mul(depth);
    let Some(vector) = top_vector.filter(|_| depth > 0 && work <= MAX_FLIP_WORK) else { return Ok(part) };
    // As far as the parameters are from 0, and 1 for those that are close.
    let limit = 1.0 + parameters.iter().map(|x| x * x).sum::<f64>().sqrt();
    let against: Vec<f64> = vector.iter().map(|x| -x).collect();
    part.limit = Some(limit);
    part.along_top = first_flip(objective, parameters, vector, limit)?.map(|flip| flip.at);
    part.against_top = first_flip(objective, parameters, &against, limit)?.map(|flip| flip.at);
    Ok(part)
}
