//! What every unit of a network does over a box or everywhere: one entry point that chooses the way by size.
//!
//! Where the regions can be enumerated, status and range of every unit are exact. Elsewhere they are proved in stages,
//! each for what the one before left open: intervals, linear relaxation, points found by climbing, linear programs, and
//! parts of the box. The proofs form a [`Certificate`], which [`verify`] checks without the search or its solver.
//!
//! ```
//! use relulab_net::{Activation, Network, Shape};
//! use relulab_regions::relaxation::{InputBox, ProvedStatus};
//! use relulab_regions::units::{Effort, Method, UnitDomain, report, verify};
//! // relu(x + 2) is linear and relu(x − 2) dead on [−1, 1].
//! let shape = Shape::new(1, vec![2], 1)?;
//! let network = Network::new(shape, Activation::Relu, vec![1.0, 1.0, 2.0, -2.0, 1.0, 1.0, 0.0])?;
//! let domain = InputBox::cube(1, -1.0, 1.0)?;
//! let found = report(&network, &UnitDomain::Box(domain.clone()), Method::Prove, Effort::default(), 1)?;
//! assert_eq!(found.layers[0][0].status, ProvedStatus::Linear);
//! assert_eq!(found.layers[0][1].status, ProvedStatus::Dead);
//! let certificate = found.certificate.as_ref().ok_or("no certificate")?;
//! assert_eq!(verify(&network, &domain, certificate)?, found.statuses());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod certificate;
mod enumerate;
mod lagrangian;
mod part;
mod prove;
mod triangle;
mod witness;

pub use certificate::{Certificate, CertificateFault, Lemma, LemmaProof, PartNode, Shown, verify};

use crate::relaxation::dense::Dense;
use crate::relaxation::{InputBox, ProvedStatus, UnitError, check_dim};
use crate::space::{SpaceDomain, SpaceError};
use prove::{Found, SideFound};
use relulab_exact::Rational;
use relulab_net::Network;

/// Ranges of pre-activations, layer by layer.
pub(crate) type Ranges = Vec<Vec<(f64, f64)>>;

/// Regions up to which [`Method::Auto`] enumerates them.
pub const MOST_REGIONS_ENUMERATED: u64 = 50_000;

/// Inputs up to which [`Method::Auto`] tries to: beyond, single regions have too many corners.
pub const MOST_INPUTS_ENUMERATED: usize = 6;

/// Where units are looked at.
#[derive(Clone, Debug, PartialEq)]
pub enum UnitDomain {
    /// The whole space of inputs, which only enumeration can deal with.
    Whole,
    /// A box.
    Box(InputBox),
}

/// Which way the findings come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// By enumeration where there are few regions, else by proofs.
    Auto,
    /// By enumeration, however many regions there are.
    Enumerate,
    /// By proofs, with a certificate.
    Prove,
}

/// How much work may go into one bound. There is no clock in it, so that results are the same everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effort {
    /// Parts of the box per bound.
    pub parts: usize,
    /// Pivots per linear program.
    pub pivots: usize,
    /// Whether linear programs are solved for bounds whose sign is already known too.
    pub tighten: bool,
}

impl Default for Effort {
    fn default() -> Self {
        Self { parts: 20_000, pivots: 5_000, tighten: false }
    }
}

/// What made the status of a unit known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// All regions were enumerated.
    Enumeration,
    /// Interval arithmetic.
    Intervals,
    /// Linear relaxation.
    Relaxation,
    /// Points of both signs.
    Point,
    /// A linear program.
    LinearProgram,
    /// Parts of the box.
    Parts,
    /// Nothing: the status is unknown.
    Nothing,
}

/// One end of a unit's range.
#[derive(Clone, Debug, PartialEq)]
pub enum RangeEnd {
    /// Known exactly.
    Exact(Rational),
    /// There is none.
    Unbounded,
    /// Between a value that is attained and one that is not beaten.
    Between {
        /// Attained, up to rounding that is charged.
        attained: f64,
        /// Proved.
        bound: f64,
    },
}

/// What is known of one unit or output.
#[derive(Clone, Debug, PartialEq)]
pub struct UnitFinding {
    /// What is proved; for an output, of its sign.
    pub status: ProvedStatus,
    /// Smallest pre-activation.
    pub minimum: RangeEnd,
    /// Largest pre-activation.
    pub maximum: RangeEnd,
    /// What made the status known: the later of the two stages that its two sides needed.
    pub stage: Stage,
}

/// All findings of one network over one domain.
#[derive(Clone, Debug, PartialEq)]
pub struct UnitReport {
    /// Layer by layer, outputs last.
    pub layers: Vec<Vec<UnitFinding>>,
    /// The proofs, unless regions were enumerated.
    pub certificate: Option<Certificate>,
    /// Linear programs solved.
    pub n_programs: usize,
    /// Parts of the box looked at.
    pub n_parts: usize,
    /// Bounds that were evaluated in exact numbers because rounding left their sign open.
    pub exact_fallbacks: usize,
}

impl UnitReport {
    /// The statuses, layer by layer, outputs last.
    pub fn statuses(&self) -> Vec<Vec<ProvedStatus>> {
        self.layers.iter().map(|layer| layer.iter().map(|unit| unit.status).collect()).collect()
    }
}

/// Why there is no report.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ReportError {
    /// The activation is not piecewise linear, or the box does not fit.
    #[error(transparent)]
    Unit(#[from] UnitError),
    /// The regions cannot be enumerated.
    #[error(transparent)]
    Space(#[from] SpaceError),
    /// The domain is unbounded and there are too many regions.
    #[error("more than {0} activation regions: over the whole space units are only proved by enumeration; give a box")]
    Whole(u64),
}

/// Finds what every unit and output does.
///
/// The result does not depend on `n_threads`.
///
/// # Errors
/// When the activation is not piecewise linear, the box does not fit, or there is none and regions are too many.
pub fn report(
    network: &Network,
    domain: &UnitDomain,
    method: Method,
    effort: Effort,
    n_threads: usize,
) -> Result<UnitReport, ReportError> {
    let dense = Dense::of(network)?;
    if let UnitDomain::Box(sides) = domain {
        check_dim(network, sides)?;
    }
    if let Some(place) = enumerable(network, domain, method) {
        let limit = if method == Method::Enumerate { u64::MAX } else { MOST_REGIONS_ENUMERATED };
        if let Some(layers) = enumerate::enumerate(network, &place, limit, n_threads)? {
            return Ok(UnitReport { layers, certificate: None, n_programs: 0, n_parts: 0, exact_fallbacks: 0 });
        }
    }
    let UnitDomain::Box(sides) = domain else { return Err(ReportError::Whole(MOST_REGIONS_ENUMERATED)) };
    Ok(proved(prove::prove(&dense, sides, effort, n_threads)))
}

/// The domain as the enumeration takes it, if it is asked for and can be tried.
fn enumerable(network: &Network, domain: &UnitDomain, method: Method) -> Option<SpaceDomain> {
    if method == Method::Prove && *domain != UnitDomain::Whole {
        return None;
    }
    let is_small = network.shape().input_dim() <= MOST_INPUTS_ENUMERATED;
    match domain {
        // Over the whole space there is no other way, so a refusal should say why.
        UnitDomain::Whole => Some(SpaceDomain::whole()),
        UnitDomain::Box(sides) if is_small || method == Method::Enumerate => {
            let ends = sides.lower().iter().copied().zip(sides.upper().iter().copied());
            SpaceDomain::cuboid(ends.collect()).ok()
        }
        UnitDomain::Box(_) => None,
    }
}

/// The public form of what was proved.
fn proved(found: Found) -> UnitReport {
    let finding = |[minimum, maximum]: [SideFound; 2]| {
        let status = match (maximum.proved <= 0.0, minimum.proved >= 0.0) {
            (true, true) => ProvedStatus::Zero,
            (true, false) => ProvedStatus::Dead,
            (false, true) => ProvedStatus::Linear,
            (false, false) if maximum.inner > 0.0 && minimum.inner < 0.0 => ProvedStatus::Unstable,
            (false, false) => ProvedStatus::Unknown,
        };
        let stage = match status {
            ProvedStatus::Dead => maximum.stage,
            ProvedStatus::Linear => minimum.stage,
            ProvedStatus::Zero | ProvedStatus::Unstable => minimum.stage.max(maximum.stage),
            ProvedStatus::Unknown => Stage::Nothing,
        };
        let end = |side: SideFound| RangeEnd::Between { attained: side.inner, bound: side.outer };
        UnitFinding { status, minimum: end(minimum), maximum: end(maximum), stage }
    };
    UnitReport {
        layers: found.layers.into_iter().map(|layer| layer.into_iter().map(finding).collect()).collect(),
        certificate: Some(found.certificate),
        n_programs: found.n_programs,
        n_parts: found.n_parts,
        exact_fallbacks: found.n_exact,
    }
}

#[cfg(test)]
mod tests;
