//! Maxima as hidden layers: tournaments that share units.

use crate::affine::AffineForm;
use relulab_exact::{Rational, Sign};
use std::collections::HashMap;

/// Layers under construction. Forms that are handed in read the newest layer, those that come out the next one.
#[derive(Clone, Debug)]
pub(crate) struct Circuit {
    input_dim: usize,
    layers: Vec<Vec<AffineForm>>,
}

/// A factor and forms whose maximum is taken that many times.
pub(crate) type Term = (Rational, Vec<AffineForm>);

/// One hidden layer as it grows; equal units exist once.
#[derive(Default)]
struct Layer {
    units: Vec<AffineForm>,
    places: HashMap<AffineForm, usize>,
}

/// A sum of units of a layer that is not finished yet.
#[derive(Clone, Default)]
struct Sum {
    terms: Vec<(usize, Rational)>,
    constant: Rational,
}

impl Layer {
    /// relu(form).
    fn rectified(&mut self, form: AffineForm) -> Sum {
        if form.is_constant() {
            return Sum { constant: form.constant.max(Rational::zero()), ..Sum::default() };
        }
        let next = self.units.len();
        let place = *self.places.entry(form.clone()).or_insert(next);
        if place == next {
            self.units.push(form);
        }
        Sum { terms: vec![(place, Rational::from(1))], ..Sum::default() }
    }

    /// The form itself: relu(v) − relu(−v).
    fn passed(&mut self, form: &AffineForm) -> Sum {
        if form.is_constant() {
            return Sum { constant: form.constant.clone(), ..Sum::default() };
        }
        self.rectified(form.clone()).plus(self.rectified(form.negated()), &Rational::from(-1))
    }

    /// Whether a form is passed without another unit.
    fn passes(&self, form: &AffineForm) -> bool {
        form.is_constant() || self.places.contains_key(form) && self.places.contains_key(&form.negated())
    }

    /// max(one, two) = relu(one − two) + two, where the second is one that is passed anyway, if there is such.
    fn maximum(&mut self, one: &AffineForm, two: &AffineForm) -> Sum {
        let (one, two) = if self.passes(one) { (two, one) } else { (one, two) };
        let excess = one.minus(two);
        if excess.is_constant() {
            return self.passed(if excess.constant.exact_sign() == Sign::Positive { one } else { two });
        }
        let excess = self.rectified(excess);
        self.passed(two).plus(excess, &Rational::from(1))
    }
}

impl Sum {
    fn plus(mut self, other: Self, factor: &Rational) -> Self {
        self.terms.extend(other.terms.into_iter().map(|(place, times)| (place, times * factor)));
        self.constant = self.constant + &(other.constant * factor);
        self
    }

    /// The sum as a form in the units of the finished layer.
    fn form(self, n_units: usize) -> AffineForm {
        let mut form = AffineForm::constant(n_units, self.constant);
        for (place, times) in self.terms {
            form.slopes[place] = form.slopes[place].clone() + &times;
        }
        form
    }
}

impl Circuit {
    /// No layer yet: forms read the inputs.
    pub fn new(input_dim: usize) -> Self {
        Self { input_dim, layers: Vec::new() }
    }

    /// The finished layers, with an output of this form on top.
    pub fn finish(mut self, output: AffineForm) -> Vec<Vec<AffineForm>> {
        self.layers.push(vec![output]);
        self.layers
    }

    /// Number of units of the newest layer, or of inputs.
    fn width(&self) -> usize {
        self.layers.last().map_or(self.input_dim, Vec::len)
    }

    /// Adds a layer and returns the width of the newest; one without units is left out, since all above it is constant.
    fn close(&mut self, layer: Layer) -> usize {
        if !layer.units.is_empty() {
            self.layers.push(layer.units);
        }
        self.width()
    }

    /// The maximum of each group, by as many layers as the largest needs: ⌈log₂ of its size⌉.
    pub fn maxima(&mut self, mut groups: Vec<Vec<AffineForm>>) -> Vec<AffineForm> {
        while groups.iter().any(|group| group.len() > 1) {
            let mut layer = Layer::default();
            let rounds: Vec<Vec<Sum>> = groups.iter().map(|group| round(&mut layer, group)).collect();
            let width = self.close(layer);
            groups = rounds.into_iter().map(|sums| sums.into_iter().map(|sum| sum.form(width)).collect()).collect();
        }
        groups.into_iter().filter_map(|group| group.into_iter().next()).collect()
    }

    /// The sum of all terms.
    ///
    /// *Algorithm*: a tournament per term. In the last round of a term its second half, max(x, y) = relu(x − y) + y,
    /// joins one sum for all terms, which is passed on by two units.
    pub fn sum_of_maxima(&mut self, mut terms: Vec<Term>) -> AffineForm {
        let mut rest = AffineForm::constant(self.width(), Rational::zero());
        loop {
            let (single, several): (Vec<Term>, Vec<Term>) = terms.into_iter().partition(|(_, group)| group.len() <= 1);
            for (factor, group) in single {
                rest = group.iter().fold(rest, |rest, form| rest.plus(&form.scaled(&factor)));
            }
            if several.is_empty() {
                return rest;
            }
            let mut layer = Layer::default();
            let mut finished = Sum::default();
            let mut going: Vec<(Rational, Vec<Sum>)> = Vec::new();
            for (factor, group) in &several {
                match &group[..] {
                    [one, two] => {
                        rest = rest.plus(&two.scaled(factor));
                        finished = finished.plus(layer.rectified(one.minus(two)), factor);
                    }
                    _ => going.push((factor.clone(), round(&mut layer, group))),
                }
            }
            let total = layer.passed(&rest).plus(finished, &Rational::from(1));
            let width = self.close(layer);
            rest = total.form(width);
            let forms = |sums: Vec<Sum>| sums.into_iter().map(|sum| sum.form(width)).collect();
            terms = going.into_iter().map(|(factor, sums)| (factor, forms(sums))).collect();
        }
    }
}

/// One round of a tournament: neighbours meet, an odd one is passed on.
fn round(layer: &mut Layer, group: &[AffineForm]) -> Vec<Sum> {
    let meet = |pair: &[AffineForm]| match pair {
        [one, two] => layer.maximum(one, two),
        _ => pair.iter().fold(Sum::default(), |sum, form| sum.plus(layer.passed(form), &Rational::from(1))),
    };
    group.chunks(2).map(meet).collect()
}
