//! Affine forms in the inputs and in the kinks of two networks.

use relulab_exact::Rational;
use std::collections::BTreeMap;

/// What a coefficient of a [`Form`] multiplies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// The number 1.
    One,
    /// An input of the network, from 0.
    Input(usize),
    /// A kink: relu of the form with this number in the certificate.
    Atom(usize),
}

/// An affine form with rational coefficients; equal forms are equal functions, whatever their kinks are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Form {
    /// No coefficient is zero.
    terms: BTreeMap<Place, Rational>,
}

impl Form {
    /// One term.
    pub fn term(place: Place, coefficient: Rational) -> Self {
        let mut form = Self::default();
        form.add_term(place, coefficient);
        form
    }

    /// A constant.
    pub fn constant(value: Rational) -> Self {
        Self::term(Place::One, value)
    }

    /// The coefficients that are not zero, in the order of their places.
    pub fn terms(&self) -> impl Iterator<Item = (Place, &Rational)> {
        self.terms.iter().map(|(place, coefficient)| (*place, coefficient))
    }

    /// Whether all coefficients are zero.
    pub fn is_zero(&self) -> bool {
        self.terms.is_empty()
    }

    /// The value of a form without inputs and kinks; `None` for others.
    pub fn as_constant(&self) -> Option<Rational> {
        match self.lead() {
            None => Some(self.terms.get(&Place::One).cloned().unwrap_or_default()),
            Some(_) => None,
        }
    }

    /// The first coefficient that is not the constant's.
    pub fn lead(&self) -> Option<&Rational> {
        self.terms().find(|(place, _)| *place != Place::One).map(|(_, coefficient)| coefficient)
    }

    /// The same form with its [`lead`](Self::lead) divided out; constants stay.
    pub(super) fn direction(&self) -> Self {
        let Some(lead) = self.lead() else { return self.clone() };
        Self { terms: self.terms().map(|(place, coefficient)| (place, coefficient.clone() / lead)).collect() }
    }

    /// Adds one term.
    pub(super) fn add_term(&mut self, place: Place, coefficient: Rational) {
        let sum = self.terms.remove(&place).unwrap_or_default() + coefficient;
        if !sum.is_zero() {
            self.terms.insert(place, sum);
        }
    }

    /// Adds a multiple of another form.
    pub(super) fn add(&mut self, factor: &Rational, other: &Self) {
        if !factor.is_zero() {
            other.terms().for_each(|(place, coefficient)| self.add_term(place, factor.clone() * coefficient));
        }
    }
}

/// The kinks of both networks, each direction once.
#[derive(Clone, Debug, Default)]
pub(super) struct Atoms {
    pub forms: Vec<Form>,
    by_direction: std::collections::HashMap<Form, usize>,
}

impl Atoms {
    /// The kink on which a form that is not constant vanishes, and the factor, of either sign, between the two.
    pub fn kink(&mut self, form: &Form) -> (usize, Rational) {
        let n_atoms = self.forms.len();
        let atom = *self.by_direction.entry(form.direction()).or_insert(n_atoms);
        if atom == n_atoms {
            self.forms.push(form.clone());
        }
        let leads = form.lead().zip(self.forms[atom].lead());
        (atom, leads.map_or_else(Rational::zero, |(lead, other)| lead.clone() / other))
    }
}
