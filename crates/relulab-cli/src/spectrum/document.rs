//! What `relulab spectrum` found: the document that `--json` prints and the table shows.

use relulab_curvature::{Estimate, FlipRadius, MatrixKind, NullShares, Thresholds, Tier, UnitStatus};
use serde::Serialize;

/// A value for each tier.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PerTier<T> {
    /// |λ| above the first threshold.
    pub steep: T,
    /// Above the second.
    pub moderate: T,
    /// Above the third.
    pub weak: T,
    /// At most the third.
    pub zero: T,
}

impl<T> PerTier<T> {
    /// The value of one tier.
    pub fn get(&self, tier: Tier) -> &T {
        match tier {
            Tier::Steep => &self.steep,
            Tier::Moderate => &self.moderate,
            Tier::Weak => &self.weak,
            Tier::Zero => &self.zero,
        }
    }

    /// Computes the value of each tier.
    pub fn of<E>(mut value: impl FnMut(Tier) -> Result<T, E>) -> Result<Self, E> {
        Ok(Self {
            steep: value(Tier::Steep)?,
            moderate: value(Tier::Moderate)?,
            weak: value(Tier::Weak)?,
            zero: value(Tier::Zero)?,
        })
    }
}

/// The three cuts between the tiers.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Cuts {
    /// Steep above this.
    pub steep: f64,
    /// Moderate above this.
    pub moderate: f64,
    /// Weak above this, zero up to it.
    pub weak: f64,
}

impl From<Thresholds> for Cuts {
    fn from(thresholds: Thresholds) -> Self {
        let [steep, moderate, weak] = thresholds.values();
        Self { steep, moderate, weak }
    }
}

/// An estimate with its standard error; `null` where one sample gives none.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Estimated {
    /// The estimate.
    pub value: f64,
    /// Its standard error.
    pub standard_error: f64,
}

impl From<Estimate> for Estimated {
    fn from(estimate: Estimate) -> Self {
        Self { value: estimate.value, standard_error: estimate.standard_error }
    }
}

/// The whole answer.
#[derive(Clone, Debug, Serialize)]
pub struct Document {
    /// Version of the program.
    pub relulab: &'static str,
    /// The network.
    pub network: NetworkPart,
    /// The data.
    #[serde(flatten)]
    pub data: DataPart,
    /// Where the tiers are cut.
    pub thresholds: Cuts,
    /// The matrix asked for, or the pattern Hessian.
    #[serde(flatten)]
    pub first: MatrixPart,
    /// The other matrices, with the same fields.
    pub beside: Vec<MatrixPart>,
    /// The loss on the data.
    pub loss: f64,
    /// Length of its gradient.
    pub gradient_norm: f64,
    /// Where the activation pattern changes; absent for smooth activations.
    pub flips: Option<FlipPart>,
    /// Hidden units on the data, layer by layer.
    pub units: Vec<UnitPart>,
    /// Causes of the null space of Gauss-Newton; absent for smooth activations and without its dense spectrum.
    pub null_space: Option<NullSpacePart>,
    /// What the matrices do to the tangents of the scaling symmetries; absent likewise.
    pub scaling: Option<ScalingPart>,
    /// What could not be done, and why.
    pub notes: Vec<String>,
}

/// Which network.
#[derive(Clone, Debug, Serialize)]
pub struct NetworkPart {
    /// Its file.
    pub file: String,
    /// Input dimension, hidden widths, output dimension.
    pub widths: Vec<usize>,
    /// Activation of the hidden units.
    pub activation: String,
    /// Number of parameters.
    pub params: usize,
}

/// On which data.
#[derive(Clone, Debug, Serialize)]
pub struct DataPart {
    /// The target, if there is one.
    pub target: Option<String>,
    /// The data file, if there is one.
    pub data: Option<String>,
    /// Seed of the inputs, for a target.
    pub data_seed: Option<u64>,
    /// Name of the loss.
    pub loss_function: String,
    /// Number of points.
    pub n: usize,
}

/// One matrix and its eigenvalues.
#[derive(Clone, Debug, Serialize)]
pub struct MatrixPart {
    /// `pattern_hessian`, `gauss_newton` or `population_hessian`.
    pub matrix: String,
    /// `dense`, `gram` (through JJᵀ) or `lanczos`.
    pub method: &'static str,
    /// Eigenvalues: ascending if these are all, else the largest in absolute value first.
    pub eigenvalues: Vec<f64>,
    /// Whether `eigenvalues`, with `further_zeros`, are all of them.
    pub complete: bool,
    /// Eigenvalues that are exactly 0 for lack of rank and are not listed.
    pub further_zeros: usize,
    /// ‖A v − λ v‖ of each eigenvalue, where they come from Lanczos.
    pub residuals: Option<Vec<f64>>,
    /// Whether all residuals are below the tolerance; where they come from Lanczos.
    pub converged: Option<bool>,
    /// Eigenvalues per tier; `null` unless all are known.
    pub tiers: Option<PerTier<usize>>,
    /// Eigenvalues per tier estimated by quadrature, where not all are known; `null` for tiers below its resolution.
    pub tier_estimates: Option<PerTier<Option<Estimated>>>,
    /// Size below which the quadrature cannot tell eigenvalues from 0.
    pub resolution: Option<f64>,
    /// Steep eigenvalues as a share of all; an estimate where the tiers are.
    pub functional_fraction: Option<f64>,
    /// Sum of all eigenvalues; `null` unless all are known.
    pub trace: Option<f64>,
    /// Estimates of it, where not all are known.
    pub trace_estimates: Option<TraceEstimates>,
    /// The density of eigenvalues, where not all are known.
    pub density: Option<Vec<DensityBin>>,
    /// Mean share of each affine layer in the eigenvectors of a tier; `null` for an empty tier.
    pub participation: Option<PerTier<Option<Vec<f64>>>>,
    /// Share of each affine layer in the eigenvectors of the largest |λ|, in that order.
    pub top: Vec<TopPart>,
    /// The expected loss, for the population Hessian.
    pub population_loss: Option<f64>,
}

impl MatrixPart {
    /// A matrix of which nothing is known yet.
    pub fn new(kind: MatrixKind, method: &'static str) -> Self {
        Self {
            matrix: kind.to_string(),
            method,
            eigenvalues: Vec::new(),
            complete: false,
            further_zeros: 0,
            residuals: None,
            converged: None,
            tiers: None,
            tier_estimates: None,
            resolution: None,
            functional_fraction: None,
            trace: None,
            trace_estimates: None,
            density: None,
            participation: None,
            top: Vec::new(),
            population_loss: None,
        }
    }

    /// Sets all that follows from all eigenvalues, given ascending; `zeros` more are exactly 0.
    pub fn set_all(&mut self, eigenvalues: Vec<f64>, zeros: usize, thresholds: &Thresholds) {
        let mut tiers = PerTier { zero: zeros, ..PerTier::default() };
        for value in &eigenvalues {
            *match thresholds.tier(*value) {
                Tier::Steep => &mut tiers.steep,
                Tier::Moderate => &mut tiers.moderate,
                Tier::Weak => &mut tiers.weak,
                Tier::Zero => &mut tiers.zero,
            } += 1;
        }
        self.functional_fraction = Some(tiers.steep as f64 / (eigenvalues.len() + zeros) as f64);
        self.trace = Some(eigenvalues.iter().sum());
        self.tiers = Some(tiers);
        self.complete = true;
        self.further_zeros = zeros;
        self.eigenvalues = eigenvalues;
    }
}

/// The trace, estimated.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct TraceEstimates {
    /// By Hutchinson's method.
    pub hutchinson: Estimated,
    /// By Hutch++.
    pub hutch_plus_plus: Estimated,
}

/// Eigenvalues in a range of |λ|, estimated.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct DensityBin {
    /// From this λ…
    pub from: f64,
    /// … to this.
    pub to: f64,
    /// Eigenvalues in between.
    pub count: Estimated,
}

/// One of the largest eigenvalues.
#[derive(Clone, Debug, Serialize)]
pub struct TopPart {
    /// The eigenvalue.
    pub eigenvalue: f64,
    /// Share of each affine layer in its eigenvector.
    pub layers: Vec<f64>,
}

/// Where the activation pattern changes.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct FlipPart {
    /// No unit flips within this distance; `null` without hidden units.
    pub radius: f64,
    /// Whether a flip lies at exactly this distance; otherwise further away.
    pub exact: bool,
    /// Distance to the first flip along the top eigenvector of the first matrix; `null` if there is none within
    /// `limit`, or it was not looked for.
    pub along_top: Option<f64>,
    /// The same against it.
    pub against_top: Option<f64>,
    /// How far was looked; `null` if not at all.
    pub limit: Option<f64>,
}

impl From<FlipRadius> for FlipPart {
    fn from(flip: FlipRadius) -> Self {
        Self { radius: flip.radius, exact: flip.exact, along_top: None, against_top: None, limit: None }
    }
}

/// Units of a hidden layer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct UnitPart {
    /// All units.
    pub units: usize,
    /// Off on every point.
    pub dead: usize,
    /// On one side of the kink on every point, and not dead.
    pub linear: usize,
    /// All others.
    pub nonlinear: usize,
}

impl UnitPart {
    /// Counts the units of a layer.
    pub fn of(status: &[UnitStatus]) -> Self {
        let count = |wanted| status.iter().filter(|status| **status == wanted).count();
        Self {
            units: status.len(),
            dead: count(UnitStatus::Dead),
            linear: count(UnitStatus::Linear),
            nonlinear: count(UnitStatus::Nonlinear),
        }
    }
}

/// Causes of the null space of Gauss-Newton.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct NullSpacePart {
    /// Eigenvalues up to this size were called zero.
    pub threshold: f64,
    /// Its dimension.
    pub dimension: usize,
    /// Shares of the causes in it.
    pub shares: Shares,
    /// Dimensions of all flat directions of each cause that those before it do not explain.
    pub dimensions: CauseDimensions,
}

/// Shares of the causes; they sum to 1.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Shares {
    /// Scaling symmetries.
    pub scaling: f64,
    /// Parameters of dead units.
    pub dead: f64,
    /// Exchanges and shifts of linear units.
    pub linear: f64,
    /// Exchanges between units with one pattern.
    pub duplicate: f64,
    /// None of them.
    pub none: f64,
}

impl From<NullShares> for Shares {
    fn from(shares: NullShares) -> Self {
        let NullShares { scaling, dead, linear, duplicate, remainder } = shares;
        Self { scaling, dead, linear, duplicate, none: remainder }
    }
}

/// Dimensions that each cause adds.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct CauseDimensions {
    /// Scaling symmetries.
    pub scaling: usize,
    /// Parameters of dead units.
    pub dead: usize,
    /// Exchanges and shifts of linear units.
    pub linear: usize,
    /// Exchanges between units with one pattern.
    pub duplicate: usize,
}

/// What the matrices do to unit tangents t of the scaling symmetries.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct ScalingPart {
    /// Number of tangents, one a hidden unit; those of length 0 are left out.
    pub tangents: usize,
    /// Median of ‖Ht‖ / ‖t‖ for the pattern Hessian: 0 only where the gradient is.
    pub hessian_median: f64,
    /// Its maximum.
    pub hessian_max: f64,
    /// Maximum of ‖Gt‖ / ‖t‖ for Gauss-Newton: 0 up to rounding.
    pub gauss_newton_max: f64,
    /// Maximum of ‖Ht − (−∂_w L, −∂_b L, +∂_v L)‖ / ‖t‖: 0 up to rounding.
    pub identity_error_max: f64,
}
