//! Whether two networks are the same function, over a box or on the whole space.
//!
//! The networks may differ in shape, depth and slope. The answer is [`Verdict::Equal`] with a [`Certificate`] that
//! [`verify`] checks by code of its own, [`Verdict::Different`] with a point at which exact values differ, or
//! [`Verdict::Unknown`]. Nothing is rounded, so there is no other way to be wrong than a mistake in the program.
//!
//! | Step | Shows |
//! |---|---|
//! | evaluate at a few fixed points, exactly | different |
//! | write both as forms in common kinks | equal on the whole space |
//! | the same with what is proved of units over the box | equal over the box |
//! | look at the difference of the forms on every region of the kinks that it has | either |
//!
//! ```
//! use relulab_net::{Activation, Network, Shape};
//! use relulab_regions::equal::{EqualBudget, Method, Verdict, equal, verify};
//! let network = |hidden: Vec<usize>, activation, parameters: &[f64]| {
//!     Network::new(Shape::new(1, hidden, 1).unwrap(), activation, parameters.to_vec())
//! };
//! // relu(x) − relu(−x) = x, and x is what a LeakyReLU unit makes of it when it adds what that lacks.
//! let a = network(vec![2], Activation::Relu, &[1.0, -1.0, 0.0, 0.0, 1.0, -1.0, 0.0])?;
//! let b = network(vec![], Activation::Relu, &[1.0, 0.0])?;
//! let Verdict::Equal(certificate) = equal(&a, &b, None, EqualBudget::default())? else { panic!() };
//! assert_eq!(certificate.method(), Method::FormsEverywhere);
//! verify(&a, &b, None, &certificate)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod certificate;
mod comparison;
mod difference;
mod form;
mod normal;
mod recount;
mod regions;
mod verify;
mod witness;

pub use certificate::{Certificate, Method, Role, Stable};
pub use form::{Form, Place};
pub use verify::{CertificateFault, verify};
pub use witness::Witness;

use crate::canonical::exact_network::{ExactNetwork, exact};
use crate::relaxation::{InputBox, UnitBudget, UnitError, bound_units};
use comparison::{Comparison, Trust};
use difference::Difference;
use regions::Search;
use relulab_exact::Rational;
use relulab_net::Network;

/// Most inputs on which a difference may depend where it is looked at region by region.
pub const MOST_SEARCHED_INPUTS: usize = 10;

/// How much work an answer may take, in numbers that do not depend on the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EqualBudget {
    /// For the proofs about units over a box.
    pub units: UnitBudget,
    /// Regions that are looked at; work in large networks counts as more than the regions found.
    pub regions: u64,
}

impl Default for EqualBudget {
    fn default() -> Self {
        Self { units: UnitBudget { boxes_to_decide: 64, boxes_to_tighten: 1 }, regions: 10_000 }
    }
}

/// What is trusted of either network over a box, in turn.
///
/// Where one network is the other without its dead units, only those of the larger one may go: what else is proved of
/// just one of them would set their forms apart.
const ATTEMPTS: [[Trust; 2]; 4] = [
    [Trust::Dead, Trust::Nothing],
    [Trust::Nothing, Trust::Dead],
    [Trust::Dead, Trust::Dead],
    [Trust::Everything, Trust::Everything],
];

/// What is known.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// The same function on the domain.
    Equal(Box<Certificate>),
    /// Not the same function.
    Different(Box<Witness>),
    /// Neither is shown.
    Unknown(Obstacle),
}

/// Why nothing is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Obstacle {
    /// The budget was spent.
    #[error("the budget of {0} regions was spent, and no difference was found")]
    Budget(u64),
    /// The difference of the forms depends on too many inputs.
    #[error("the forms differ and depend on {0} inputs: regions are searched in at most {MOST_SEARCHED_INPUTS}")]
    Inputs(usize),
}

/// Why two networks cannot be compared.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum EqualError {
    /// An activation is not piecewise linear, or the box does not fit.
    #[error(transparent)]
    Unit(#[from] UnitError),
    /// The networks do not have the same inputs.
    #[error("networks with {0} and {1} inputs: expected the same number")]
    Inputs(usize, usize),
    /// The networks do not have the same outputs.
    #[error("networks with {0} and {1} outputs: expected the same number")]
    Outputs(usize, usize),
}

/// Whether two networks are the same function on a domain, the whole space if there is no box.
///
/// # Errors
/// When an activation is not piecewise linear, or inputs, outputs and box do not fit.
///
/// *Algorithm*: the steps of the module's table, until one decides.
pub fn equal(a: &Network, b: &Network, domain: Option<&InputBox>, budget: EqualBudget) -> Result<Verdict, EqualError> {
    let networks = exact_pair(a, b, domain)?;
    let pair = [&networks[0], &networks[1]];
    let dim = a.shape().input_dim();
    if let Some(witness) = witness::try_points(pair, dim, domain) {
        return Ok(Verdict::Different(Box::new(witness)));
    }
    let mut bounds = [None, None];
    let mut found = Comparison::new(pair, dim, domain, &bounds, [Trust::Nothing; 2]);
    for trust in ATTEMPTS {
        let Some(domain) = domain.filter(|_| !found.is_equal()) else { break };
        for (which, network) in [a, b].into_iter().enumerate() {
            if trust[which] != Trust::Nothing && bounds[which].is_none() {
                bounds[which] = Some(bound_units(network, domain, budget.units)?);
            }
        }
        found = Comparison::new(pair, dim, Some(domain), &bounds, trust);
    }
    if found.is_equal() {
        return Ok(Verdict::Equal(Box::new(found.certificate(&bounds, None))));
    }
    let difference = Difference::new(found.difference.clone(), found.atoms().to_vec(), domain);
    if difference.inputs.len() > MOST_SEARCHED_INPUTS {
        return Ok(Verdict::Unknown(Obstacle::Inputs(difference.inputs.len())));
    }
    Ok(match regions::search(&difference, budget.regions) {
        Search::Zero(regions) => Verdict::Equal(Box::new(found.certificate(&bounds, Some(regions)))),
        Search::OutOfBudget => Verdict::Unknown(Obstacle::Budget(budget.regions)),
        Search::NotZero(points) => {
            let points: Vec<Vec<Rational>> =
                points.iter().map(|point| in_all_inputs(point, &difference.inputs, dim, domain)).collect();
            // What f64 holds comes first. Where a region is thinner than the gaps between such points the exact ones
            // decide, of which all but one show the difference.
            let rounded = points.iter().map(|point| point.iter().map(|x| exact(x.to_f64())).collect());
            match rounded.chain(points.iter().cloned()).find_map(|point| Witness::at(pair, point)) {
                Some(witness) => Verdict::Different(Box::new(witness)),
                None => Verdict::Unknown(Obstacle::Budget(budget.regions)),
            }
        }
    })
}

/// Both networks in exact numbers, once they fit each other and the box.
fn exact_pair(a: &Network, b: &Network, domain: Option<&InputBox>) -> Result<[ExactNetwork; 2], EqualError> {
    let of = |network: &Network| ExactNetwork::of(network).ok_or(UnitError::Activation(network.activation()));
    let pair = [of(a)?, of(b)?];
    let (a, b) = (a.shape(), b.shape());
    if a.input_dim() != b.input_dim() {
        return Err(EqualError::Inputs(a.input_dim(), b.input_dim()));
    }
    if a.output_dim() != b.output_dim() {
        return Err(EqualError::Outputs(a.output_dim(), b.output_dim()));
    }
    match domain.map(InputBox::dim).filter(|dim| *dim != a.input_dim()) {
        Some(found) => Err(UnitError::Dim { found, expected: a.input_dim() }.into()),
        None => Ok(pair),
    }
}

/// A point given in some of the inputs; the others do not matter, and are 0 or the lower end of the box.
fn in_all_inputs(point: &[Rational], inputs: &[usize], dim: usize, domain: Option<&InputBox>) -> Vec<Rational> {
    let mut whole: Vec<Rational> = domain
        .map_or_else(|| vec![Rational::zero(); dim], |domain| domain.lower().iter().copied().map(exact).collect());
    for (input, x) in inputs.iter().zip(point) {
        whole[*input] = x.clone();
    }
    whole
}

#[cfg(test)]
mod tests;
