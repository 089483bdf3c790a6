//! Affine forms and points in rationals, computed where a sign is in doubt.

use super::domain::{ExactPoint, PlaneDomain};
use super::form::{HALF_ULP, UNDERFLOW};
use crate::layers::AffineLayers;
use relulab_exact::{Bounded, Number, Rational, Sign};

/// The form a·x + b·y + c in rationals.
pub(crate) type ExactForm = [Rational; 3];

/// The line that a side of a cell lies on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Line {
    /// A side of the domain.
    Side(u8),
    /// Where a unit's pre-activation is zero.
    Unit {
        /// Hidden layer, from 0.
        layer: u16,
        /// Unit within its layer.
        unit: u16,
    },
}

/// The exact value of a finite number.
pub(crate) fn exact(value: f64) -> Rational {
    Rational::from_f64(value).unwrap_or_else(Rational::zero)
}

/// A rational rounded to f64, with the bound of that rounding.
pub(crate) fn near(exact: &Rational) -> Bounded {
    let value = exact.to_f64();
    Bounded::new(value, value.abs() * HALF_ULP + UNDERFLOW)
}

/// The forms of all pre-activations on one cell, in rationals, each computed when it is first asked for.
#[derive(Clone, Debug, Default)]
pub(crate) struct ExactForms {
    layers: Vec<Vec<Option<ExactForm>>>,
    /// Up to where something may have been computed.
    filled: usize,
}

impl ExactForms {
    /// Makes room for a network.
    pub fn prepare(&mut self, layers: &AffineLayers) {
        self.layers.resize_with(layers.all().len(), Vec::new);
        self.filled = self.layers.len();
        self.forget_from(0);
    }

    /// Forgets the forms of all layers from `layer` on, because the pattern below has changed.
    #[inline]
    pub fn forget_from(&mut self, layer: usize) {
        if layer < self.filled {
            for forms in &mut self.layers[layer..self.filled] {
                forms.clear();
            }
            self.filled = layer;
        }
    }

    /// The form of a unit's pre-activation (or of an output) on the cell where lower layers have the pattern `on`.
    pub fn form(&mut self, layers: &AffineLayers, on: &impl Pattern, layer: usize, unit: usize) -> &ExactForm {
        self.filled = self.filled.max(layer + 1);
        let affine = &layers.all()[layer];
        let n_out = affine.biases.len();
        if self.layers[layer].is_empty() {
            self.layers[layer].resize(n_out, None);
        }
        if self.layers[layer][unit].is_none() {
            let mut form = [Rational::zero(), Rational::zero(), exact(affine.biases[unit])];
            let n_in = affine.weights_by_input.len() / n_out.max(1);
            let leak = exact(layers.leak);
            for input in 0..n_in {
                let weight = affine.weights_by_input[input * n_out + unit];
                if weight == 0.0 {
                    continue;
                }
                if layer == 0 {
                    form[input] = exact(weight);
                    continue;
                }
                let is_on = on.is_on(layer - 1, input);
                if !is_on && leak.is_zero() {
                    continue;
                }
                let weight = if is_on { exact(weight) } else { exact(weight) * &leak };
                let below = self.form(layers, on, layer - 1, input);
                for (sum, part) in form.iter_mut().zip(below) {
                    *sum = std::mem::take(sum) + weight.clone() * part;
                }
            }
            self.layers[layer][unit] = Some(form);
        }
        match &self.layers[layer][unit] {
            Some(form) => form,
            None => unreachable!("the form has just been computed"),
        }
    }

    /// The point where two lines meet.
    pub fn point(
        &mut self,
        layers: &AffineLayers,
        on: &impl Pattern,
        domain: PlaneDomain,
        lines: [Line; 2],
    ) -> ExactPoint {
        match lines {
            [Line::Side(first), Line::Side(second)] => {
                // The corner at which the later of the two sides begins.
                let corner = if (first + 1) % super::domain::N_SIDES == second { second } else { first };
                domain.exact_corner(corner)
            }
            [Line::Side(side), Line::Unit { layer, unit }] | [Line::Unit { layer, unit }, Line::Side(side)] => {
                let form = self.form(layers, on, layer.into(), unit.into());
                domain.meeting(side, form)
            }
            [Line::Unit { layer: low, unit: first }, Line::Unit { layer: high, unit: second }] => {
                let first = self.form(layers, on, low.into(), first.into()).clone();
                let second = self.form(layers, on, high.into(), second.into());
                let [x, y, w] = cross(&first, second);
                ExactPoint::finite([x / &w, y / &w])
            }
        }
    }
}

/// Which units are on.
pub(crate) trait Pattern {
    /// Whether a unit of a hidden layer is on.
    fn is_on(&self, layer: usize, unit: usize) -> bool;
}

impl Pattern for Vec<Vec<bool>> {
    #[inline]
    fn is_on(&self, layer: usize, unit: usize) -> bool {
        self[layer][unit]
    }
}

/// The cross product of two forms.
pub(super) fn cross(first: &ExactForm, second: &ExactForm) -> [Rational; 3] {
    let minor = |i: usize, j: usize| first[i].clone() * &second[j] - first[j].clone() * &second[i];
    [minor(1, 2), minor(2, 0), minor(0, 1)]
}

/// The sign of a form at a point; on a tie of what grows with R, what does not decides.
pub(crate) fn sign_at(form: &ExactForm, point: &ExactPoint) -> Sign {
    let [a, b, c] = form;
    if !point.is_finite() {
        let leading = a.clone() * &point.rate[0] + b.clone() * &point.rate[1];
        if leading.exact_sign() != Sign::Zero {
            return leading.exact_sign();
        }
    }
    value_at(&[a.clone(), b.clone(), c.clone()], &point.at).exact_sign()
}

/// The value of a form at a point of the plane.
pub(crate) fn value_at(form: &ExactForm, at: &[Rational; 2]) -> Rational {
    form[0].clone() * &at[0] + form[1].clone() * &at[1] + &form[2]
}
