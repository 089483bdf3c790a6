//! Two networks in common terms.

use super::certificate::{Certificate, Role, Stable};
use super::form::{Atoms, Form, Place};
use super::normal::{Normal, normalise};
use crate::canonical::exact_network::{ExactNetwork, exact};
use crate::relaxation::{BoundProof, InputBox, NetworkBounds};
use relulab_exact::Rational;

/// The forms of two networks, and how they differ.
#[derive(Clone, Debug)]
pub(super) struct Comparison {
    atoms: Atoms,
    normal: [Normal; 2],
    bounds: Option<[NetworkBounds; 2]>,
    /// First network less second, for the outputs where that is not 0.
    pub difference: Vec<Form>,
}

impl Comparison {
    /// Compares, with what the bounds prove of units over the domain.
    pub fn new(
        networks: [&ExactNetwork; 2],
        dim: usize,
        domain: Option<&InputBox>,
        bounds: Option<[NetworkBounds; 2]>,
    ) -> Self {
        let inputs = input_forms(dim, domain);
        let mut atoms = Atoms::default();
        let normal = [0, 1].map(|which| {
            let stable = |layer: usize, unit: usize| Stable::of(bounds.as_ref()?[which].layers[layer][unit].status());
            normalise(networks[which], &stable, &inputs, &mut atoms)
        });
        let outputs = normal[0].outputs.iter().zip(&normal[1].outputs).map(|(a, b)| {
            let mut difference = a.clone();
            difference.add(&Rational::from(-1), b);
            difference
        });
        Self { difference: outputs.filter(|form| !form.is_zero()).collect(), atoms, normal, bounds }
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
    pub fn certificate(self, regions: Option<u64>) -> Certificate {
        let proofs = [0, 1].map(|which| self.proofs(which));
        let [a, b] = self.normal;
        Certificate { atoms: self.atoms.forms, roles: [a.roles, b.roles], proofs, regions }
    }

    /// The proofs of the units that are taken as stable.
    fn proofs(&self, which: usize) -> Vec<BoundProof> {
        let Some(bounds) = &self.bounds else { return Vec::new() };
        let mut proofs = Vec::new();
        for (roles, bounds) in self.normal[which].roles.iter().zip(&bounds[which].layers) {
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
