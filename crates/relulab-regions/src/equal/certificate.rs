//! What proves that two networks are the same function.

use super::form::Form;
use crate::relaxation::{BoundProof, ProvedStatus};
use relulab_exact::Rational;

/// What a unit does all over the domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stable {
    /// Its pre-activation is never positive.
    Dead,
    /// Its pre-activation is never negative.
    Linear,
    /// Its pre-activation is 0.
    Zero,
}

impl Stable {
    /// What a proved status says.
    pub(super) fn of(status: ProvedStatus) -> Option<Self> {
        match status {
            ProvedStatus::Dead => Some(Self::Dead),
            ProvedStatus::Linear => Some(Self::Linear),
            ProvedStatus::Zero => Some(Self::Zero),
            ProvedStatus::Unstable | ProvedStatus::Unknown => None,
        }
    }
}

/// What a hidden unit contributes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Role {
    /// Its form has neither inputs nor kinks.
    Constant,
    /// It is affine on the domain; the certificate has the proofs.
    Stable(Stable),
    /// Its form is this factor, not 0, times that of a kink.
    Kink {
        /// The kink's number.
        atom: usize,
        /// The factor, of either sign.
        factor: Rational,
    },
}

/// By what two networks were shown to be equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Method {
    /// Their forms agree without any proof about units, so on the whole space.
    FormsEverywhere,
    /// Their forms agree once units that are proved stable over the box are affine.
    FormsOverBox,
    /// The forms differ, and the difference is 0 on every region of the domain.
    Regions,
}

/// Two networks in common terms, with all that is needed to check them.
///
/// The kinks are numbered so that each form has only smaller ones. A unit's form follows from its parameters and the
/// roles of the units before it, so a certificate does not repeat it.
#[derive(Clone, Debug, PartialEq)]
pub struct Certificate {
    /// The forms of the kinks.
    pub atoms: Vec<Form>,
    /// For each network and hidden layer, what its units do.
    pub roles: [Vec<Vec<Role>>; 2],
    /// For each network, the proofs of what is stable.
    pub proofs: [Vec<BoundProof>; 2],
    /// Where the outputs' forms differ: the number of regions of the kinks on which their difference depends, on all
    /// of which it is 0.
    pub regions: Option<u64>,
}

impl Certificate {
    /// The method.
    pub fn method(&self) -> Method {
        if self.regions.is_some() {
            Method::Regions
        } else if self.proofs.iter().all(Vec::is_empty) {
            Method::FormsEverywhere
        } else {
            Method::FormsOverBox
        }
    }
}
