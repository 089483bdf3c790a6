//! The check of a certificate of equality, without the code that found it.
//!
//! Forms are never normalised or searched for here: each unit's form is computed from its parameters and the roles of
//! the units before it, and compared with what its own role claims. So a certificate is believed in nothing.

use super::certificate::{Certificate, Role, Stable};
use super::recount;
use super::{EqualError, Form, Place, exact_pair};
use crate::canonical::exact_network::{ExactLayer, ExactNetwork, exact};
use crate::relaxation::{self, BoundProof, InputBox, ProofFault, Side};
use relulab_exact::{Rational, Sign};
use relulab_net::Network;
use std::collections::{BTreeMap, HashSet};

/// Why a certificate does not show that two networks are equal.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum CertificateFault {
    /// The networks cannot be equal on that domain.
    #[error(transparent)]
    Pair(#[from] EqualError),
    /// The form of a kink has that kink or a later one, or nothing but a constant.
    #[error("kink {0} does not come after those in its form")]
    Order(usize),
    /// A proof of a bound fails.
    #[error("network {network}, proof {proof}: {fault}")]
    Proof {
        /// The network, 0 or 1.
        network: usize,
        /// The proof's place.
        proof: usize,
        /// What is wrong with it.
        fault: ProofFault,
    },
    /// There are no proofs over the whole space.
    #[error("proofs of bounds without a box")]
    Unbounded,
    /// The roles do not fit a network's layers.
    #[error("network {0}: roles of other layers than it has")]
    Layers(usize),
    /// A unit's role does not fit its form, or is not proved.
    #[error("network {network}, layer {layer}, unit {unit}: its role does not hold")]
    Role {
        /// The network, 0 or 1.
        network: usize,
        /// The layer, from 0.
        layer: usize,
        /// The unit, from 0.
        unit: usize,
    },
    /// The outputs' forms differ, and no regions are claimed.
    #[error("the forms of output {0} differ")]
    Output(usize),
    /// On a region the difference is not 0, or there are other regions than claimed.
    #[error("the difference of the outputs is not 0 on as many regions as claimed")]
    Regions,
}

/// Checks a certificate.
///
/// The checker believes only the parameters and the domain. Where regions are claimed it goes through all of them
/// anew, in rationals alone and in another order than the search; that takes time and memory in proportion to them.
///
/// # Errors
/// When the certificate does not prove that the networks are equal on the domain.
pub fn verify(
    a: &Network,
    b: &Network,
    domain: Option<&InputBox>,
    certificate: &Certificate,
) -> Result<(), CertificateFault> {
    let pair = exact_pair(a, b, domain)?;
    for (atom, form) in certificate.atoms.iter().enumerate() {
        let comes_later = |(place, _): (Place, &Rational)| match place {
            Place::One => false,
            Place::Input(input) => input >= a.shape().input_dim(),
            Place::Atom(other) => other >= atom,
        };
        if form.terms().any(comes_later) {
            return Err(CertificateFault::Order(atom));
        }
    }
    let mut outputs = Vec::new();
    for (index, (network, parameters)) in [a, b].into_iter().zip(&pair).enumerate() {
        let proved = proved(network, domain, &certificate.proofs[index], index)?;
        let replay = Replay { index, network: parameters, atoms: &certificate.atoms, proved };
        outputs.push(replay.run(domain, &certificate.roles[index])?);
    }
    let mut differences = Vec::new();
    for (output, (a, b)) in outputs[0].iter().zip(&outputs[1]).enumerate() {
        if a != b {
            if certificate.regions.is_none() {
                return Err(CertificateFault::Output(output));
            }
            let mut difference = a.clone();
            b.iter().for_each(|(place, coefficient)| add(&mut difference, *place, -coefficient.clone()));
            differences.push(difference);
        }
    }
    match certificate.regions {
        Some(claimed) if recount::zero_regions(&differences, &certificate.atoms, domain, claimed) != Some(claimed) => {
            Err(CertificateFault::Regions)
        }
        _ => Ok(()),
    }
}

/// Coefficients that are not 0.
pub(super) type Terms = BTreeMap<Place, Rational>;

/// The sides on which each unit is bounded by 0: layer, unit, and whether it is the maximum.
type Proved = HashSet<(usize, usize, bool)>;

fn proved(
    network: &Network,
    domain: Option<&InputBox>,
    proofs: &[BoundProof],
    index: usize,
) -> Result<Proved, CertificateFault> {
    let mut proved = Proved::new();
    if let Some(domain) = domain {
        relaxation::verify_all(network, domain, proofs).map_err(|(place, fault)| CertificateFault::Proof {
            network: index,
            proof: place,
            fault,
        })?;
    } else if !proofs.is_empty() {
        return Err(CertificateFault::Unbounded);
    }
    for proof in proofs {
        let is_maximum = proof.side == Side::Maximum;
        if if is_maximum { proof.bound <= 0.0 } else { proof.bound >= 0.0 } {
            proved.insert((proof.layer, proof.unit, is_maximum));
        }
    }
    Ok(proved)
}

/// One network computed in terms of the kinks, each role checked when it is its turn.
struct Replay<'a> {
    index: usize,
    network: &'a ExactNetwork,
    atoms: &'a [Form],
    proved: Proved,
}

impl Replay<'_> {
    fn run(&self, domain: Option<&InputBox>, roles: &[Vec<Role>]) -> Result<Vec<Terms>, CertificateFault> {
        let Some((last, hidden)) = self.network.layers.split_last() else { return Ok(Vec::new()) };
        if roles.len() != hidden.len() || roles.iter().zip(hidden).any(|(roles, layer)| roles.len() != layer.rows.len())
        {
            return Err(CertificateFault::Layers(self.index));
        }
        let dim = self.network.layers[0].rows[0].len();
        let mut values: Vec<Terms> = (0..dim).map(|input| input_terms(input, domain)).collect();
        for (layer, (roles, this)) in roles.iter().zip(hidden).enumerate() {
            let mut next = Vec::new();
            for (unit, role) in roles.iter().enumerate() {
                let form = combine(this, unit, &values);
                let wrong = CertificateFault::Role { network: self.index, layer, unit };
                next.push(self.value(form, role, (layer, unit)).ok_or(wrong)?);
            }
            values = next;
        }
        Ok((0..last.rows.len()).map(|output| combine(last, output, &values)).collect())
    }

    /// What a unit passes on; `None` where its role does not hold.
    fn value(&self, form: Terms, role: &Role, (layer, unit): (usize, usize)) -> Option<Terms> {
        let leak = &self.network.leak;
        let is_proved = |is_maximum| self.proved.contains(&(layer, unit, is_maximum));
        match role {
            Role::Constant => {
                let value = match form.first_key_value() {
                    None => Rational::zero(),
                    Some((Place::One, value)) if form.len() == 1 => value.clone(),
                    Some(_) => return None,
                };
                let value = if value.exact_sign() == Sign::Negative { value * leak } else { value };
                Some(std::iter::once((Place::One, value)).filter(|(_, value)| !value.is_zero()).collect())
            }
            Role::Stable(Stable::Linear) => is_proved(false).then_some(form),
            Role::Stable(Stable::Dead) => is_proved(true).then(|| times(&form, leak)),
            Role::Stable(Stable::Zero) => (is_proved(true) && is_proved(false)).then(Terms::new),
            Role::Kink { atom, factor } => {
                let kink: Terms = self.atoms.get(*atom)?.terms().map(|(place, c)| (place, c.clone())).collect();
                if factor.is_zero() || times(&kink, factor) != form {
                    return None;
                }
                // leak · z + (1 − leak) · relu(factor · ẑ), where relu(−z) = relu(z) − z.
                let rest = Rational::from(1) - leak;
                let mut value = times(&form, leak);
                if factor.exact_sign() == Sign::Negative {
                    form.iter().for_each(|(place, c)| add(&mut value, *place, rest.clone() * c));
                    add(&mut value, Place::Atom(*atom), -(rest * factor));
                } else {
                    add(&mut value, Place::Atom(*atom), rest * factor);
                }
                Some(value)
            }
        }
    }
}

/// An input; the constant that it is where the box leaves no choice.
fn input_terms(input: usize, domain: Option<&InputBox>) -> Terms {
    let mut terms = Terms::new();
    match domain.map(|domain| (domain.lower()[input], domain.upper()[input])) {
        Some((lower, upper)) if lower == upper => add(&mut terms, Place::One, exact(lower)),
        _ => add(&mut terms, Place::Input(input), Rational::from(1)),
    }
    terms
}

/// The form of one unit of a layer.
fn combine(layer: &ExactLayer, unit: usize, values: &[Terms]) -> Terms {
    let mut sum = Terms::new();
    add(&mut sum, Place::One, layer.biases[unit].clone());
    for (weight, value) in layer.rows[unit].iter().zip(values).filter(|(weight, _)| !weight.is_zero()) {
        value.iter().for_each(|(place, coefficient)| add(&mut sum, *place, weight.clone() * coefficient));
    }
    sum
}

fn add(terms: &mut Terms, place: Place, coefficient: Rational) {
    let sum = terms.entry(place).or_default();
    *sum = std::mem::take(sum) + coefficient;
    if sum.is_zero() {
        terms.remove(&place);
    }
}

fn times(terms: &Terms, factor: &Rational) -> Terms {
    let products = terms.iter().map(|(place, coefficient)| (*place, coefficient.clone() * factor));
    products.filter(|(_, product)| !product.is_zero()).collect()
}
