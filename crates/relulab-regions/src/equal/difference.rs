//! The difference of two networks' forms, and the space in which it is to be looked at.

use super::form::{Form, Place};
use crate::canonical::exact_network::exact;
use crate::relaxation::InputBox;
use relulab_exact::Rational;

/// Forms that are to be 0, and the kinks that they reach.
#[derive(Clone, Debug)]
pub(super) struct Difference {
    /// One form per output at which the networks' forms differ.
    pub forms: Vec<Form>,
    /// All kinks.
    pub atoms: Vec<Form>,
    /// The kinks that matter: those of a level have only kinks of lower levels in their forms.
    pub levels: Vec<Vec<usize>>,
    /// The inputs that matter.
    pub inputs: Vec<usize>,
    /// Their ends, in a box.
    sides: Option<Vec<(Rational, Rational)>>,
}

impl Difference {
    /// What has to be looked at.
    pub fn new(forms: Vec<Form>, atoms: Vec<Form>, domain: Option<&InputBox>) -> Self {
        let mut is_reached = vec![false; atoms.len()];
        let mut inputs = std::collections::BTreeSet::new();
        let mut reach = |form: &Form, is_reached: &mut Vec<bool>| {
            for (place, _) in form.terms() {
                match place {
                    Place::One => {}
                    Place::Input(input) => _ = inputs.insert(input),
                    Place::Atom(atom) => is_reached[atom] = true,
                }
            }
        };
        forms.iter().for_each(|form| reach(form, &mut is_reached));
        for atom in (0..atoms.len()).rev() {
            if is_reached[atom] {
                reach(&atoms[atom], &mut is_reached);
            }
        }
        let (mut level_of, mut levels) = (vec![0; atoms.len()], Vec::<Vec<usize>>::new());
        for atom in (0..atoms.len()).filter(|atom| is_reached[*atom]) {
            let below = atoms[atom].terms().filter_map(|(place, _)| match place {
                Place::Atom(below) => Some(level_of[below] + 1),
                Place::One | Place::Input(_) => None,
            });
            level_of[atom] = below.max().unwrap_or(0);
            if levels.len() <= level_of[atom] {
                levels.push(Vec::new());
            }
            levels[level_of[atom]].push(atom);
        }
        let inputs: Vec<usize> = inputs.into_iter().collect();
        let ends = |domain: &InputBox| {
            inputs.iter().map(|input| (exact(domain.lower()[*input]), exact(domain.upper()[*input]))).collect()
        };
        Self { sides: domain.map(ends), forms, atoms, levels, inputs }
    }

    /// Where a place that is no kink stands in homogeneous coordinates.
    pub fn coordinate(&self, place: Place) -> usize {
        match place {
            Place::Input(input) => 1 + self.inputs.binary_search(&input).unwrap_or(0),
            Place::One | Place::Atom(_) => 0,
        }
    }

    /// Facets of the cells to begin with are numbered from 0 to this.
    pub fn n_root_facets(&self) -> usize {
        2 * self.inputs.len() + 1
    }

    /// The cells to begin with, each as its vertices and rays with the facets on which they lie: the box, or the
    /// orthants.
    pub fn roots(&self) -> Vec<Vec<(Vec<Rational>, Vec<u64>)>> {
        let dim = self.inputs.len();
        let facets = |numbers: &mut dyn Iterator<Item = usize>| {
            let mut set = vec![0; self.n_root_facets().div_ceil(64)];
            numbers.for_each(|facet| set[facet / 64] |= 1 << (facet % 64));
            set
        };
        let is_upper = |corner: usize, input: usize| corner >> input & 1 == 1;
        if let Some(sides) = &self.sides {
            let vertex = |corner: usize| {
                let ends = sides
                    .iter()
                    .enumerate()
                    .map(|(input, (lower, upper))| if is_upper(corner, input) { upper.clone() } else { lower.clone() });
                let touched = facets(&mut (0..dim).map(|input| 2 * input + usize::from(is_upper(corner, input))));
                (std::iter::once(Rational::from(1)).chain(ends).collect(), touched)
            };
            return vec![(0..1 << dim).map(vertex).collect()];
        }
        // Facet `input` is where that input is 0, facet `dim` is at infinity. The origin is generator 0.
        let generator = |orthant: usize, which: usize| {
            let point = (0..=dim).map(|place| {
                let sign = if place > 0 && !is_upper(orthant, place - 1) { -1 } else { 1 };
                Rational::from(if place == which { sign } else { 0 })
            });
            let touched = (0..=dim).filter(|facet| if *facet == dim { which > 0 } else { facet + 1 != which });
            (point.collect(), facets(&mut touched.into_iter()))
        };
        (0..1 << dim).map(|orthant| (0..=dim).map(|which| generator(orthant, which)).collect()).collect()
    }
}
