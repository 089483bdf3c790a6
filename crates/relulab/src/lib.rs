//! A laboratory for small ReLU networks: train whole populations of them at the speed of the hardware, then say
//! exactly what came out.
//!
//! # Bird's-eye view
//! A [`Shape`] names input dimension, hidden widths and output dimension; a [`Network`] adds an [`Activation`] and one
//! flat vector of parameters. A [`Target`] is the function to learn, by name or as a formula; a [`Dataset`] is a finite
//! set of labelled points. These nouns stand at the root of the crate. Around them:
//!
//! | Module | Does |
//! |---|---|
//! | [`train`] | trains a population, many seeds of one shape, one network per vector lane; evaluates in f64 |
//! | [`curvature`] | gradients, Hessians by name, spectra, causes of flat directions, estimates without matrices |
//! | [`landscape`] | alignment, barriers, clouds of solutions, walks and movement |
//! | [`construct`] | networks without training |
//! | [`regions`] | finds the exact pieces of a network with any number of inputs, proves what units do, compresses |
//! | [`exact`] | the numbers behind it, whose sign can be trusted |
//! | [`io`] | turns networks and data into bytes and back: safetensors, npz, CSV |
//! | [`reference`](mod@reference) | one naive evaluator, the oracle that every fast path is tested against |
//! | [`conventions`] | relu'(0), loss scaling, parameter order and every limit, by name |
//!
//! Nothing here opens a file, reads a clock or keeps a global: bytes, seeds and budgets are arguments. Plans, resumable
//! studies and reports live above, in the `relulab` command.
//!
//! # Example
//! Sixteen seeds of the shape 5,7,4 learn x²; the best of them is taken apart.
//!
//! ```
//! use relulab::regions::{LineDomain, LineWorkspace, max_regions_on_the_line};
//! use relulab::train::{Networks, Optimiser, Precision, Recipe, Regime, TrainingData, Unobserved, VectorUnit, train};
//! use relulab::{Activation, EvaluationSet, Initialisation, Loss, Network, Sampler, Shape, Target};
//!
//! let shape = Shape::parse_hidden("5,7,4", 1, 1)?;
//! let target = Target::parse("quadratic", 1)?;
//! let recipe = Recipe {
//!     activation: Activation::Relu,
//!     loss: Loss::Mse,
//!     optimiser: Optimiser::adam(0.01),
//!     initialisation: Initialisation::TorchLinear,
//!     data: TrainingData::Fresh { sampler: Sampler::Normal, formula: target.formula().clone(), batch: 64 },
//!     steps: 400,
//!     precision: Precision::F32,
//!     regime: Regime::default(),
//!     checkpoints: vec![],
//! };
//!
//! // Train: the study's seed is 0, the networks' seeds are 0 to 15. Any vector unit gives the same bits.
//! let unit = VectorUnit::widest();
//! let seeds: Vec<u64> = (0..16).collect();
//! let trained = train(&recipe, &shape, 0, &seeds, unit, &Unobserved)?;
//!
//! // Evaluate: the mean squared error on 1001 points of [−3, 3], in f64.
//! let grid = EvaluationSet::uniform(-3.0, 3.0, 1)?;
//! let labels: Vec<f64> = grid.rows().map(|x| target.eval(x)).collect();
//! let parameters: Vec<&[f64]> = trained.iter().map(|one| one.parameters.as_slice()).collect();
//! let networks = Networks { shape: &shape, activation: recipe.activation, parameters: &parameters };
//! let losses = networks.mean_losses(recipe.loss, grid.points(), &labels, unit);
//! let best = (0..losses.len()).min_by(|a, b| losses[*a].total_cmp(&losses[*b])).unwrap_or(0);
//! assert!(losses[best] < 0.5);
//!
//! // Count: the exact number of linear pieces on the whole line.
//! let network = Network::new(shape, recipe.activation, trained[best].parameters.clone())?;
//! let counts = LineWorkspace::new().count(&network, LineDomain::WHOLE)?;
//! assert!(counts.connected_pieces >= 3);
//! assert!(counts.activation_regions as u128 <= max_regions_on_the_line(&[5, 7, 4]).unwrap_or(u128::MAX));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod construct;
pub mod curvature;
pub mod exact;
pub mod io;
pub mod landscape;
pub mod regions;
pub mod train;

pub use relulab_net::{conventions, reference};

pub use relulab_net::{
    Activation, Dataset, Distribution, EvaluationSet, Fold, Formula, Initialisation, Layer, Loss, NamedTarget, Network,
    PiecewisePolynomial, Sampler, Shape, Target,
};
pub use relulab_net::{
    CompositionError, Compositions, composition_at, n_all_compositions, n_compositions, sample_compositions,
};
pub use relulab_net::{
    DatasetError, EvaluationError, FormulaError, FormulaFault, NetworkError, ParseActivationError,
    ParseInitialisationError, ParseLossError, ParseSamplerError, PiecewisePolynomialError, ShapeError, TargetError,
};
