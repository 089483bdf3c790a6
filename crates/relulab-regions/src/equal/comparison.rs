//! Two networks in common terms.

use super::certificate::{Certificate, Role, Stable};
use super::form::{Atoms, Form, Place};
use super::normal::{Normal, normalise};
use crate::canonical::exact_network::{ExactNetwork, exact};
use crate::relaxation::{BoundProof, InputBox, NetworkBounds};
use relulab_exact::Rational;

/// Which of the units that are proved stable are taken as affine: every one has to be proved again by who checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trust {
    /// None, as on the whole space.
    Nothing,
    /// Those that are 0 or follow the slope of the negative side.
    Dead,
    /// All.
    Everything,
}

/// The forms of two networks, and how they differ.
#[derive(Clone, Debug)]
pub(super) struct Comparison {
    atoms: Atoms,
    normal: [Normal; 2],
    /// First network less second, for the outputs where that is not 0.
    pub difference: Vec<Form>,
}

impl Comparison {
    /// Compares, with as much of what the bounds prove of units over the domain as is trusted.
    pub fn new(
        networks: [&ExactNetwork; 2],
        dim: usize,
        domain: Option<&InputBox>,
        bounds: &[Option<NetworkBounds>; 2],
        trust: [Trust; 2],
    ) -> Self {
        let inputs = input_forms(dim, domain);
        let mut atoms = Atoms::default();
        let normal = [0, 1].map(|which| {
            let stable = |layer: usize, unit: usize| {
                let stable = Stable::of(bounds[which].as_ref()?.layers[layer][unit].status())?;
                let is_trusted = match trust[which] {
                    Trust::Nothing => false,
                    Trust::Dead => stable != Stable::Linear,
                    Trust::Everything => true,
                };
                is_trusted.then_some(stable)
            };
            normalise(networks[which], &stable, &inputs, &mut atoms)
        });
        let outputs = normal[0].outputs.iter().zip(&normal[1].outputs).map(|(a, b)| {
            let mut difference = a.clone();
            difference.add(&Rational::from(-1), b);
            difference
        });
        Self { difference: outputs.filter(|form| !form.is_zero()).collect(), atoms, normal }
    }

    /// Whether the forms of all outputs agree.
    pub fn is_equal(&self) -> bool {
        self.difference.is_empty()
    }

    /// The forms of the kinks.
    pub fn atoms(&self) -> &[Form] {
        &self.atoms.forms
    }

    /// The certificate, once the difference is known to be 0.
    pub fn certificate(self, bounds: &[Option<NetworkBounds>; 2], regions: Option<u64>) -> Certificate {
        let proofs = [0, 1].map(|which| {
            bounds[which].as_ref().map_or_else(Vec::new, |bounds| proofs(&self.normal[which].roles, bounds))
        });
        let [a, b] = self.normal;
        Certificate { atoms: self.atoms.forms, roles: [a.roles, b.roles], proofs, regions }
    }
}

/// The proofs of the units that are taken as stable.
fn proofs(roles: &[Vec<Role>], bounds: &NetworkBounds) -> Vec<BoundProof> {
    let mut proofs = Vec::new();
    for (roles, bounds) in roles.iter().zip(&bounds.layers) {
        for (role, bounds) in roles.iter().zip(bounds) {
            let Role::Stable(stable) = role else { continue };
            if *stable != Stable::Linear {
                proofs.push(bounds.maximum.proof.clone());
            }
            if *stable != Stable::Dead {
                proofs.push(bounds.minimum.proof.clone());
            }
        }
    }
    proofs
}

/// The inputs as forms; an input to which a box leaves one value is that constant.
pub(super) fn input_forms(dim: usize, domain: Option<&InputBox>) -> Vec<Form> {
    let fixed = |input: usize| {
        let domain = domain?;
        (domain.lower()[input] == domain.upper()[input]).then(|| exact(domain.lower()[input]))
    };
    let form = |input| fixed(input).map_or_else(|| Form::term(Place::Input(input), Rational::from(1)), Form::constant);
    (0..dim).map(form).collect()
}
